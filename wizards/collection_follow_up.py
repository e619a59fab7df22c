from collections import Counter

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date


class CollectionFollowUp(models.TransientModel):
    """Shows what would leave for chosen cases; a person changes, skips, sends it."""

    _name = "collection.follow.up"
    _description = "Follow up"

    company_id = fields.Many2one("res.company", required=True, readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    action_ids = fields.Many2many("collection.action", string="What would leave")
    waiting_count = fields.Integer(compute="_compute_figures")
    amount = fields.Monetary(compute="_compute_figures")
    channel_note = fields.Char(compute="_compute_figures", string="By channel")
    has_parcels = fields.Boolean(compute="_compute_has_parcels")
    pending_note = fields.Text(
        readonly=True, help="What has been prepared for these debtors and still waits."
    )
    left_out_note = fields.Text(readonly=True)

    # === COMPUTE METHODS === #

    @api.depends("action_ids.state", "action_ids.amount", "action_ids.channel")
    def _compute_figures(self):
        labels = dict(self.env["collection.action"]._get_channels())
        for wizard in self:
            waiting = wizard._get_waiting()
            wizard.waiting_count = len(waiting)
            wizard.amount = sum(waiting.mapped("amount"))
            counts = Counter(waiting.mapped("channel"))
            wizard.channel_note = " · ".join(
                f"{count} × {labels[channel]}"
                for channel, count in counts.most_common()
            )

    @api.depends("action_ids.parcel")
    def _compute_has_parcels(self):
        for wizard in self:
            wizard.has_parcels = any(
                action._get_parcel_key() for action in wizard.action_ids
            )

    # === ACTION METHODS === #

    def action_send(self):
        """Send what is still due of what is shown."""
        self.ensure_one()
        waiting = self._get_waiting()
        if not waiting:
            raise UserError(self.env._("There is nothing left to send here."))
        waiting._deliver_still_due()
        waiting.case_id._review()
        return self._open_result(waiting)

    # === BUSINESS METHODS === #

    @api.model
    def _open_for(self, cases):
        """Make previews for ``cases`` and open the wizard on them."""
        cases._raise_if_none()
        company = cases.company_id[:1]
        if len(cases.company_id) > 1:
            raise UserError(
                self.env._(
                    "These cases belong to several companies (%s): follow them up one "
                    "company after the other.",
                    ", ".join(cases.company_id.mapped("name")),
                )
            )
        cases = cases.with_company(company)
        actions, left_out = cases._prepare_follow_up()
        wizard = self.create(
            {
                "company_id": company.id,
                "action_ids": [(6, 0, actions.ids)],
                "pending_note": "\n".join(self._describe_pending(cases)),
                "left_out_note": "\n".join(left_out),
            }
        )
        return wizard._reopen()

    @api.model
    def _describe_pending(self, cases):
        """Return a sentence per step of ``cases`` that still waits to be done."""
        pending = self.env["collection.action"].search(
            [
                ("case_id", "in", cases.ids),
                ("state", "in", ("to_validate", "todo")),
                ("step_id", "!=", False),
            ],
            order="case_id, date",
        )
        states = dict(pending._fields["state"]._description_selection(self.env))
        return [
            self.env._(
                "%(debtor)s: “%(step)s” of %(date)s still waits (%(state)s). Sending "
                "again would tell him twice.",
                debtor=action.partner_id.display_name,
                step=action.step_id.name,
                date=format_date(self.env, action.date),
                state=states[action.state],
            )
            for action in pending
        ]

    def _get_waiting(self):
        return self.action_ids.filtered(
            lambda action: action.state == "preview" and not action.is_unreachable
        )

    def _reopen(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Follow up"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }

    @api.model
    def _open_result(self, actions):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "l10n_fr_debt_collection.collection_action_action"
        )
        return action | {"domain": [("id", "in", actions.ids)], "context": {}}
