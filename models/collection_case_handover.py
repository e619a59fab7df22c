from odoo import api, fields, models

from .collection_handover import HELD_STATES

# What stops reminders, but not somebody who hands the case over on purpose.
OWN_STOPS = ("manual", "state_legal")


class CollectionCase(models.Model):
    """The debtor in the hands of somebody else who collects."""

    _inherit = "collection.case"

    handover_ids = fields.One2many("collection.handover", "case_id", string="Handovers")
    handover_count = fields.Integer(
        string="Number of handovers", compute="_compute_handover_count"
    )
    handover_id = fields.Many2one(
        "collection.handover",
        string="Current handover",
        compute="_compute_handover_id",
    )

    # === COMPUTE METHODS === #

    @api.depends("handover_ids")
    def _compute_handover_count(self):
        counts = dict(
            self.env["collection.handover"]._read_group(
                [("case_id", "in", self.ids), ("state", "!=", "cancelled")],
                ["case_id"],
                ["__count"],
            )
        )
        for case in self:
            case.handover_count = counts.get(case._origin, 0)

    @api.depends("handover_ids.state")
    def _compute_handover_id(self):
        for case in self:
            case.handover_id = case.handover_ids._get_open()[:1]

    # === ACTION METHODS === #

    def action_propose_handover(self):
        """Compare providers for these debtors and choose whom to entrust."""
        return self.env["collection.handover.propose"]._open(self)

    def action_open_handovers(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "l10n_fr_debt_collection.collection_handover_action"
        )
        action |= {"domain": [("case_id", "=", self.id)], "context": {}}
        if len(self.handover_ids) == 1:
            action |= {
                "res_id": self.handover_ids.id,
                "view_mode": "form",
                "views": [(False, "form")],
            }
        return action

    def action_resume(self):
        """Take back from providers what comes back to the company."""
        held = self.handover_ids._get_held()
        if held and len(self) == 1:
            return held.action_recall()
        held._recall("other")
        return super(CollectionCase, self - held.case_id).action_resume()

    # === BUSINESS METHODS === #

    def _judge_agreements(self):
        # The last payment ends the work of the provider.
        held = self.env["collection.handover"].search(
            [("case_id", "in", self.ids), ("state", "in", HELD_STATES)]
        )
        held._end_if_settled()
        return super()._judge_agreements()

    def _propose_to_provider(self, providers=None, lines=None, **values):
        """Draft handovers of these cases; a person hands them over.

        :param providers: ``{case: provider}``; the company's usual one if not given
        :param lines: ``{case: items}``; what can be entrusted if not given
        :return: the drafts; none of a case that has nothing to entrust
        """
        lines = self._get_entrustable_lines() if lines is None else lines
        return self.env["collection.handover"].create(
            [
                {
                    "case_id": case.id,
                    "provider_id": (
                        providers[case]
                        if providers
                        else case.company_id.collection_handover_provider_id
                    ).id,
                    "line_ids": lines[case].ids,
                    "user_id": case._get_collector().id or self.env.uid,
                    **values,
                }
                for case in self
                if lines[case]
            ]
        )

    def _get_single_contact(self):
        """Return ``{name, phone, email}`` whom the debtor deals with, if not us."""
        self.ensure_one()
        held = self.handover_ids._get_held()[:1]
        return held.provider_id._get_single_contact() if held else {}

    def _get_entrustable_lines(self):
        """Return ``{case: items}``: overdue debts that nothing but reminders concerns.

        Left out is what is contested, promised or paid in instalments.
        """
        found = {}
        for company, cases in self.grouped("company_id").items():
            today = company._get_collection_today()
            stopped = {
                line
                for line, reasons in cases._get_exclusions(today).items()
                if any(code not in OWN_STOPS for code, _explanation in reasons)
            }
            overdue = cases._get_open_debts().filtered(
                lambda line, today=today, stopped=stopped: (
                    (line.date_maturity or line.date) < today and line not in stopped
                )
            )
            by_debtor = overdue.grouped(
                lambda line: line.partner_id.commercial_partner_id
            )
            none = overdue.browse()
            found |= {case: by_debtor.get(case.partner_id, none) for case in cases}
        return found

    @api.model
    def _get_moved_tables(self):
        return [*super()._get_moved_tables(), "collection_handover"]

    def _move_content(self, survivor):
        # A debtor may then have two: what was entrusted stays with whoever has it.
        self.handover_ids._get_open().from_merge = True
        return super()._move_content(survivor)
