from odoo import api, fields, models
from odoo.exceptions import UserError


class CollectionOutcome(models.TransientModel):
    """Notes what came of a call or a task, and when to look at the case again.

    Without an action it is about one that was not planned: saving makes it.
    """

    _name = "collection.outcome"
    _description = "Outcome of a collection action"

    case_id = fields.Many2one(
        "collection.case", required=True, readonly=True, ondelete="cascade"
    )
    action_id = fields.Many2one("collection.action", readonly=True, ondelete="cascade")
    channel = fields.Char(default="phone", readonly=True)
    partner_id = fields.Many2one(related="case_id.partner_id")
    recipient_id = fields.Many2one("res.partner", compute="_compute_recipient")
    phone = fields.Char(related="recipient_id.phone")
    amount = fields.Monetary(compute="_compute_recipient")
    currency_id = fields.Many2one(related="case_id.currency_id")
    script = fields.Html(related="action_id.step_id.script")
    outcome = fields.Selection(
        selection="_get_outcomes", required=True, default="reached"
    )
    note = fields.Text(help="What was said. It is kept in the history of the case.")
    wait_until = fields.Date(
        help="Nothing is sent to this debtor up to and including this day."
    )

    # === COMPUTE METHODS === #

    @api.model
    def _get_outcomes(self):
        choices = self.env["collection.action"]._fields["outcome"]
        return [
            choice
            for choice in choices._description_selection(self.env)
            if choice[0] not in ("skipped", "expired", "returned")
        ]

    @api.depends("action_id", "case_id")
    def _compute_recipient(self):
        for wizard in self:
            action, case = wizard.action_id, wizard.case_id
            wizard.recipient_id = action.recipient_id or case.partner_id
            wizard.amount = action.amount if action else case.amount_overdue_net

    # === ACTION METHODS === #

    def action_save(self):
        self.ensure_one()
        if self.action_id and self.action_id.state not in ("todo", "preview"):
            raise UserError(
                self.env._("“%s” is already closed.", self.action_id.display_name)
            )
        if not self.action_id:
            self.action_id = self.case_id._make_manual_action(self.channel)
        if self.wait_until:
            self._hold()
        if self.outcome == "wrong_number":
            self.recipient_id.enrichment_status = "incomplete"
            self.recipient_id._note_wrong_phone()
        self.action_id._close(self.outcome, self.note)
        self.case_id._review()
        return {"type": "ir.actions.act_window_close"}

    # === BUSINESS METHODS === #

    @api.model
    def _open(self, **context):
        """Return the window that asks for an outcome."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Outcome"),
            "res_model": self._name,
            "view_mode": "form",
            "target": "new",
            "context": context,
        }

    def _hold(self):
        label = self.action_id._get_outcome_label(self.outcome, self.note)
        self.env["collection.hold"].create(
            {
                "case_id": self.case_id.id,
                "name": label,
                "date_to": self.wait_until,
                "res_model": self.action_id._name,
                "res_id": self.action_id.id,
            }
        )
