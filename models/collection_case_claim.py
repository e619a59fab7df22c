from odoo import api, fields, models
from odoo.exceptions import UserError

SHOWN_NAMES = 5


class CollectionCase(models.Model):
    """Statements of claim of a case: how they are made and what they depend on."""

    _inherit = "collection.case"

    claim_statement_ids = fields.One2many(
        "collection.claim.statement", "case_id", string="Statements of claim"
    )
    claim_statement_count = fields.Integer(
        string="Number of statements of claim", compute="_compute_claim_statement_count"
    )
    interest_waiver_ids = fields.One2many(
        "collection.interest.waiver", "case_id", string="Waivers of interest"
    )

    # === COMPUTE METHODS === #

    @api.depends("claim_statement_ids")
    def _compute_claim_statement_count(self):
        counts = dict(
            self.env["collection.claim.statement"]._read_group(
                [("case_id", "in", self.ids)], ["case_id"], ["__count"]
            )
        )
        for case in self:
            case.claim_statement_count = counts.get(case._origin, 0)

    # === ACTION METHODS === #

    def action_claim_statement(self):
        """Open the window that makes a statement of claim, with its totals first."""
        return self.env["collection.claim.make"]._open(self)

    def action_waive_interest(self):
        """Open the form of a new waiver of interest."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Waive interest"),
            "res_model": "collection.interest.waiver",
            "view_mode": "form",
            "target": "new",
            "context": {"default_case_id": self.id},
        }

    def action_show_interest(self):
        """Tell what interest and compensation come to today."""
        self.ensure_one()
        values = self._prepare_claims()[self.id]
        rows = [command[2] for command in values["line_ids"]]
        if not rows:
            raise self._nothing_due_error(self)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "info",
                "title": self.env._("Interest today"),
                "message": self.env._(
                    "Interest: %(interest)s. Fixed compensation: %(indemnity)s.",
                    interest=self._format_claim(rows, "interest"),
                    indemnity=self._format_claim(rows, "indemnity"),
                ),
            },
        }

    def _format_claim(self, rows, name):
        self.ensure_one()
        return self.currency_id.format(sum(row[name] for row in rows))

    # === BUSINESS METHODS === #

    def _make_claim_statement(
        self,
        date_stop=None,
        *,
        lines=None,
        purpose="statement",
        final=True,
        stop_before=None,
        paid_since=None,
    ):
        """Return a new statement of claim for each of these cases, in their order.

        :param date_stop: last day of interest; today if not given. An opening judgment
            stops it earlier
        :param lines: the receivables; all open ones due by then if not given, less the
            credits. Credits among ``lines`` are deducted from the oldest of them
        :param final: otherwise drafts, which a person may change
        :param stop_before: the day that interest may not reach, a judgment for instance
        :param paid_since: with the invoices paid late from that day on
        :raise UserError: a case has nothing to claim, or a rate lacks
        """
        values = self._prepare_claims(
            date_stop, lines=lines, stop_before=stop_before, paid_since=paid_since
        )
        empty = self.filtered(lambda case: not values[case.id]["line_ids"])
        if empty:
            raise self._nothing_due_error(empty)
        statements = self.env["collection.claim.statement"].create(
            [values[case.id] | {"purpose": purpose} for case in self]
        )
        if final:
            statements._finalise()
        return statements

    def _prepare_claims(self, date_stop=None, **options):
        """Return ``{case id: values of its statement}``; nothing is written.

        See :meth:`_make_claim_statement` for the options.
        """
        return self.env["collection.claim.calculator"]._prepare(
            self, date_stop, **options
        )

    @api.model
    def _nothing_due_error(self, cases):
        return UserError(
            self.env._(
                "Nothing is due that could be claimed from: %s. Choose another day or "
                "other items.",
                ", ".join(cases[:SHOWN_NAMES].mapped("display_name")),
            )
        )

    # === HOOKS === #

    def _get_default_dates(self, lines):
        """Return ``{line id: day on which the debtor was put in default}``. Hook.

        Legal interest runs from the day after. Of a consumer none runs without it.
        """
        return {}

    def _get_judgment_dates(self):
        """Return ``{case id: day of the opening judgment that still has effects}``."""
        return {
            case.id: event.judgment_date or event.published_on
            for case, event in self._get_opening_events().items()
        }

    def _get_judgment_date(self):
        """Return the day of the opening judgment still in effect, or ``False``."""
        self.ensure_one()
        return self._get_judgment_dates().get(self.id, False)

    @api.model
    def _get_moved_tables(self):
        return [
            *super()._get_moved_tables(),
            "collection_claim_statement",
            "collection_interest_waiver",
        ]
