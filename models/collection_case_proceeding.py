from odoo import fields, models
from odoo.exceptions import UserError

from .collection_case_watch import FROZEN
from .collection_proceeding import ENDED_STATES, PREPARED_STATES


class CollectionCase(models.Model):
    """The proceedings against a debtor."""

    _inherit = "collection.case"

    proceeding_ids = fields.One2many(
        "collection.proceeding", "case_id", string="Legal proceedings"
    )
    proceeding_count = fields.Integer(compute="_compute_proceeding_count")

    def _compute_proceeding_count(self):
        counts = dict(
            self.env["collection.proceeding"]._read_group(
                [("case_id", "in", self.ids)], ["case_id"], ["__count"]
            )
        )
        for case in self:
            case.proceeding_count = counts.get(case, 0)

    def action_open_proceedings(self):
        """Open the proceedings against this debtor."""
        self.ensure_one()
        return self.proceeding_ids._get_records_action(
            domain=[("case_id", "=", self.id)]
        )

    def _get_open_proceedings(self):
        return self.proceeding_ids.filtered(lambda one: one.state not in ENDED_STATES)

    def _get_filed_proceedings(self):
        """Return the proceedings in progress that have been filed."""
        return self._get_open_proceedings().filtered(
            lambda one: one.state not in PREPARED_STATES
        )

    def _start_proceeding(self, kind, lines=None, **values):
        """Return a new proceeding of ``kind``, being prepared.

        :param lines: items it is about; by default the open ones that have fallen due
        :param values: more values of the proceeding
        :raises UserError: when nothing may be asked of a court, with the reasons
        """
        self.ensure_one()
        obstacles = self._get_proceeding_obstacles(kind)
        if obstacles:
            raise UserError("\n".join(obstacles))
        if lines is None:
            lines = self._get_lines_to_claim()
        return self.env["collection.proceeding"].create(
            {"case_id": self.id, "kind": kind, "line_ids": lines.ids, **values}
        )

    def _get_lines_to_claim(self):
        """Return the open items that have fallen due, credits left out."""
        lines = self.env["account.move.line"]
        for case in self:
            today = case.company_id._get_collection_today()
            lines += case.line_ids.filtered(
                lambda line, today=today: (
                    line.date_maturity
                    and line.date_maturity < today
                    and line.amount_residual > 0
                )
            )
        return lines

    def _get_proceeding_obstacles(self, kind):
        """Return why no proceeding of ``kind`` can be begun, as sentences. Hook."""
        self.ensure_one()
        obstacles = []
        if kind == "claim_declaration":
            return obstacles
        debtor = self.partner_id.display_name
        if self.proceeding in FROZEN or any(
            hold.reason == "insolvency" for hold in self.active_hold_ids
        ):
            obstacles.append(
                self.env._(
                    "Insolvency proceedings are open for %s: individual actions stop "
                    "(Code de commerce, L622-21). Declare the claim instead.",
                    debtor,
                )
            )
        if self.struck_off_on:
            obstacles.append(
                self.env._(
                    "%s has been struck off the register: there is no one left to "
                    "proceed against.",
                    debtor,
                )
            )
        return obstacles

    def _get_moved_tables(self):
        return [
            *super()._get_moved_tables(),
            "collection_proceeding",
            "collection_proceeding_cost",
            "collection_court_letter",
        ]
