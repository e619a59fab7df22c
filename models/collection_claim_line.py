from datetime import date
from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import format_date, split_every

from ..tools import late_interest
from ..tools.late_interest import to_decimal

# Rows of a table of the document that are kept on one page.
ROWS_TOGETHER = 24
RATE_KINDS = [
    ("law", "ECB rate plus 10 points"),
    ("public", "ECB rate plus 8 points, public buyer"),
    ("legal", "Legal interest after formal notice"),
    ("fixed", "Contract: fixed rate"),
    ("multiple", "Contract: multiple of the legal rate"),
    ("ecb", "Contract: ECB rate plus points"),
    ("none", "No interest"),
]


class CollectionClaimLine(models.Model):
    """An invoice, or one of its instalments, in a statement of claim.

    All amounts are in company currency, those of other currencies at the rate at which
    the invoice is in the books. ``rates`` and the settlements are what the calculation
    was made with: with the dates they are enough to make it again.
    """

    _name = "collection.claim.line"
    _description = "Item of a statement of claim"
    _inherit = ["collection.claim.element"]
    _order = "statement_id, date_due, id"

    statement_id = fields.Many2one(
        "collection.claim.statement", required=True, ondelete="cascade", index=True
    )
    case_id = fields.Many2one(related="statement_id.case_id")
    partner_id = fields.Many2one(related="statement_id.partner_id", store=True)
    company_id = fields.Many2one(related="statement_id.company_id", store=True)
    currency_id = fields.Many2one(related="statement_id.currency_id")
    move_line_id = fields.Many2one(
        "account.move.line",
        string="Journal item",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )
    move_id = fields.Many2one(
        "account.move",
        string="Invoice",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )
    document = fields.Char(required=True, readonly=True)
    date = fields.Date(string="Document date", readonly=True)
    date_due = fields.Date(string="Due on", required=True, readonly=True)
    date_from = fields.Date(
        string="Interest from",
        readonly=True,
        help="The first day that bears interest. Empty: none does.",
    )
    date_to = fields.Date(string="Interest until", readonly=True)
    is_excluded = fields.Boolean(
        string="Left out", help="Shown, but not part of what is claimed."
    )

    # The sum
    document_currency_id = fields.Many2one("res.currency", readonly=True)
    amount_currency = fields.Monetary(
        string="Amount in its currency",
        currency_field="document_currency_id",
        readonly=True,
    )
    amount_total = fields.Monetary(string="Original amount", readonly=True)
    amount_paid = fields.Monetary(
        string="Received",
        readonly=True,
        help="Payments up to the end of the statement.",
    )
    amount_credit = fields.Monetary(
        string="Credited", readonly=True, help="Credit notes and other credits."
    )
    principal = fields.Monetary(readonly=True, help="What is left of the sum itself.")

    # Its interest
    rate_kind = fields.Selection(
        RATE_KINDS, string="Kind of rate", required=True, readonly=True, default="none"
    )
    rate_value = fields.Float(
        string="Rate, points or multiple",
        digits=(16, 4),
        readonly=True,
        aggregator=None,
    )
    rate_words = fields.Char(string="Rate applied", compute="_compute_rate_words")
    rates = fields.Json(
        readonly=True, help="Rates of interest, percent per year, by first day."
    )
    date_default = fields.Date(
        string="Formal notice of",
        readonly=True,
        help="Legal interest runs from the day after.",
    )
    interest_first = fields.Boolean(
        string="Payments bear on interest first",
        readonly=True,
        help="Not so for an invoice that the books show as paid in full: there the "
        "payments have settled the principal, and the interest alone is left.",
    )
    interest_accrued = fields.Monetary(
        string="Interest run", readonly=True, help="All interest, settled or not."
    )
    interest_paid = fields.Monetary(readonly=True)
    interest_invoiced = fields.Monetary(
        string="Interest already invoiced",
        readonly=True,
        help="Claimed by an invoice of its own.",
    )
    interest_waived = fields.Monetary(readonly=True)
    interest = fields.Monetary(
        string="Interest due",
        readonly=True,
        help="Run, and neither paid, invoiced nor waived.",
    )
    indemnity = fields.Monetary(
        readonly=True,
        help="Fixed compensation for recovery costs, once per invoice (article D441-5 "
        "of the Code de commerce).",
    )
    total = fields.Monetary(compute="_compute_total", store=True)
    segment_ids = fields.One2many(
        "collection.claim.segment", "line_id", string="Periods", readonly=True
    )
    settlement_ids = fields.One2many(
        "collection.claim.settlement", "line_id", string="Settlements", readonly=True
    )

    # === COMPUTE METHODS === #

    @api.depends("principal", "interest", "indemnity")
    def _compute_total(self):
        for line in self:
            line.total = line.currency_id.round(
                line.principal + line.interest + line.indemnity
            )

    @api.depends("document")
    def _compute_display_name(self):
        for line in self:
            line.display_name = line.document

    @api.depends("rate_kind", "rate_value", "date_default")
    @api.depends_context("lang")
    def _compute_rate_words(self):
        for line in self:
            line.rate_words = line._word_rate()

    def _word_rate(self):
        """Return where the rate comes from, in the language of the context."""
        self.ensure_one()
        value = f"{self.rate_value:g}"
        words = {
            "law": self.env._(
                "ECB refinancing rate on the first day of the half-year, plus "
                "%s points (article L441-10 II of the Code de commerce)",
                value,
            ),
            "public": self.env._(
                "ECB refinancing rate on the first day of the half-year in which the "
                "interest began to run, plus %s points, for the whole delay (article "
                "R2192-31 of the Code de la commande publique)",
                value,
            ),
            "fixed": self.env._("contract rate of %s %% a year", value),
            "multiple": self.env._("contract rate: %s times the legal rate", value),
            "ecb": self.env._(
                "contract rate: ECB refinancing rate plus %s points", value
            ),
            "none": self.env._("no interest"),
        }
        if self.rate_kind == "legal":
            return self.env._(
                "legal interest from the formal notice of %s (articles 1231-6 and "
                "1344-1 of the Code civil)",
                format_date(self.env, self.date_default),
            )
        return words[self.rate_kind]

    # === BUSINESS METHODS === #

    def _calculate(self):
        """Make the calculation again from what the line has kept of it.

        :return: an :class:`..tools.late_interest.InterestStatement`
        """
        self.ensure_one()
        events = self._get_events()
        return late_interest.late_interest(
            to_decimal(self.amount_total),
            self.date_due,
            self.date_to or self.date_due,
            [
                (date.fromisoformat(day), Decimal(rate))
                for day, rate in self.rates or []
            ],
            events[late_interest.PAYMENT],
            int(self.statement_id.basis),
            self.interest_first,
            credits=events[late_interest.CREDIT],
            invoiced=events[late_interest.INVOICED],
            waivers=[day for day, _amount in events[late_interest.WAIVER]],
            runs_from=self.date_from or date.max,
        )

    def _get_segment_pages(self):
        """Return the periods in parts that each fit on a page of the document."""
        self.ensure_one()
        segments = self.segment_ids
        return list(split_every(ROWS_TOGETHER, segments.ids, segments.browse))

    def _has_same_figures(self, result):
        """Return whether a calculation gives the amounts that the line has kept."""
        self.ensure_one()
        kept = (self.principal, self.interest_accrued, self.interest)
        made = (result.principal_left, result.total_interest, result.interest_left)
        return all(
            to_decimal(amount) == other
            for amount, other in zip(kept, made, strict=True)
        ) and [to_decimal(segment.interest) for segment in self.segment_ids] == [
            segment.interest for segment in result.segments
        ]

    def _get_invoiced_interest(self):
        """Return the interest of earlier statements that was deducted as invoiced."""
        self.ensure_one()
        events = self._get_events()[late_interest.INVOICED]
        return sum((amount for _day, amount in events), late_interest.ZERO)

    def _get_events(self):
        """Return ``{kind: [(day, amount), ...]}`` of the settlements."""
        self.ensure_one()
        kinds = self.settlement_ids._fields["kind"].get_values(self.env)
        events = {kind: [] for kind in kinds}
        for row in self.settlement_ids.sorted(lambda row: (row.date, row.id)):
            events[row.kind].append((row.date, to_decimal(row.amount)))
        return events
