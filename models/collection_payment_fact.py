from odoo import api, fields, models
from odoo.tools import SQL

# Measures that are means weighted by what was paid, and what they are the mean of.
WEIGHTED_MEASURES = {
    "days_late_weighted:avg": "days_late",
    "days_to_pay_weighted:avg": "days_to_pay",
}
REFRESH_BATCH = 5000
# For the joins of a whole ledger; PostgreSQL's own default would put them on disk.
WORK_MEMORY = "64MB"


class CollectionPaymentFact(models.Model):
    """One receivable instalment, settled or still open: how and when it was paid.

    The facts are derived from the ledger, see ``collection.payment.ledger``, and are
    written by nobody else but the forecast, which adds what it predicts.
    """

    _name = "collection.payment.fact"
    _description = "Payment fact"
    _order = "date_due desc, id desc"
    _log_access = False

    # What
    line_id = fields.Many2one(
        "account.move.line",
        string="Instalment",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    move_id = fields.Many2one(
        "account.move",
        string="Document",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    name = fields.Char(string="Reference", readonly=True)
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Company currency"
    )
    currency_id = fields.Many2one(
        "res.currency", string="Document currency", readonly=True
    )

    # Who, where: as it is now, not as it was then
    partner_id = fields.Many2one(
        "res.partner",
        string="Debtor",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    case_id = fields.Many2one(
        "collection.case", readonly=True, index=True, ondelete="set null"
    )
    user_id = fields.Many2one("res.users", string="Salesperson", readonly=True)
    segment_id = fields.Many2one(related="case_id.segment_id")
    debtor_type = fields.Selection(related="case_id.debtor_type")
    size_category = fields.Char(
        related="case_id.registry_record_id.size_category",
        string="Company size",
        help="As the national register says: PME, ETI, GE.",
    )
    country_id = fields.Many2one(related="partner_id.country_id")
    state_id = fields.Many2one(related="partner_id.state_id")
    region = fields.Char(related="case_id.region")
    department = fields.Char(related="case_id.department")
    sector = fields.Selection(related="case_id.sector")
    industry_id = fields.Many2one(related="partner_id.industry_id")
    payment_term_id = fields.Many2one(
        related="move_id.invoice_payment_term_id", string="Payment terms"
    )

    # When
    invoice_date = fields.Date(string="Invoiced on", readonly=True)
    date_due = fields.Date(string="Due on", readonly=True, index=True)
    season_month = fields.Selection(
        [
            ("01", "January"),
            ("02", "February"),
            ("03", "March"),
            ("04", "April"),
            ("05", "May"),
            ("06", "June"),
            ("07", "July"),
            ("08", "August"),
            ("09", "September"),
            ("10", "October"),
            ("11", "November"),
            ("12", "December"),
        ],
        string="Month of the year",
        readonly=True,
        help="Month in which the instalment was due, whatever the year: seasonality.",
    )
    date_paid = fields.Date(
        string="Paid on",
        readonly=True,
        help="When it was paid in parts: the mean of their dates, weighted by amount.",
    )
    last_payment_date = fields.Date(string="Last paid on", readonly=True)
    date_settled = fields.Date(
        string="Settled on",
        readonly=True,
        help="When nothing was open any more, by payment or otherwise.",
    )

    # How much, in company currency
    amount = fields.Monetary(
        string="Invoiced", currency_field="company_currency_id", readonly=True
    )
    amount_paid = fields.Monetary(
        string="Cashed",
        currency_field="company_currency_id",
        readonly=True,
        help="At the rate of the document; credit notes and write-offs left out.",
    )
    amount_credited = fields.Monetary(
        string="Credited", currency_field="company_currency_id", readonly=True
    )
    amount_written_off = fields.Monetary(
        string="Written off",
        currency_field="company_currency_id",
        readonly=True,
        help="Settled by a journal entry that moves no cash: write-off, transfer.",
    )
    amount_open = fields.Monetary(
        string="Still open", currency_field="company_currency_id", readonly=True
    )

    # How
    state = fields.Selection(
        [
            ("open", "Unpaid"),
            ("part_paid", "Partly paid"),
            ("paid", "Paid"),
            ("credited", "Settled without payment"),
        ],
        string="Settlement",
        readonly=True,
        required=True,
    )
    days_late = fields.Float(
        readonly=True,
        digits=(8, 1),
        aggregator="avg",
        help="From the due date to the payment, of what is paid; negative when early.",
    )
    days_to_pay = fields.Float(
        readonly=True,
        digits=(8, 1),
        aggregator="avg",
        help="From the invoice to the payment, of what is paid.",
    )
    days_late_weighted = fields.Float(
        string="Days late, weighted",
        compute="_compute_weighted",
        digits=(8, 1),
        aggregator="avg",
        help="Mean of the days late, weighted by what was paid.",
    )
    days_to_pay_weighted = fields.Float(
        string="Days to pay, weighted",
        compute="_compute_weighted",
        digits=(8, 1),
        aggregator="avg",
        help="Mean of the days from the invoice to the payment, weighted by what was "
        "paid.",
    )
    lateness = fields.Selection(
        [
            ("early", "Early"),
            ("on_time", "On the due date"),
            ("1_30", "1-30 days late"),
            ("31_60", "31-60 days late"),
            ("61_90", "61-90 days late"),
            ("over_90", "More than 90 days late"),
        ],
        readonly=True,
    )

    # After which contact
    step_id = fields.Many2one(
        "collection.step",
        string="Step before the payment",
        readonly=True,
        ondelete="set null",
    )
    channel = fields.Selection(
        selection="_get_channels", string="Channel before the payment", readonly=True
    )
    contact_date = fields.Date(string="Contacted on", readonly=True)
    days_after_contact = fields.Integer(
        string="Days after the contact", readonly=True, aggregator="avg"
    )

    # What is to be expected, by ``collection.forecast``
    expected_date = fields.Date(
        string="Expected on",
        readonly=True,
        help="Half of such instalments are paid by this day.",
    )
    expected_date_if_paid = fields.Date(
        string="Expected, if soon",
        readonly=True,
        help="Middle of the days on which those are paid that come within 90 days.",
    )
    expected_date_low = fields.Date(string="Expected from", readonly=True)
    expected_date_high = fields.Date(string="Expected until", readonly=True)
    default_probability = fields.Float(
        string="Default risk (%)",
        readonly=True,
        digits=(5, 1),
        aggregator="avg",
        help="Probability, in percent, to be unpaid 90 days after the due date.",
    )
    predicted_on = fields.Date(readonly=True)

    _line_unique = models.UniqueIndex("(line_id)")
    _open_idx = models.Index(
        "(company_id, partner_id) WHERE state IN ('open', 'part_paid')"
    )

    # === COMPUTE METHODS === #

    def _compute_weighted(self):
        for fact in self:
            fact.days_late_weighted = fact.days_late
            fact.days_to_pay_weighted = fact.days_to_pay

    @api.model
    def _get_channels(self):
        return self.env["collection.channel"]._get_selection()

    @api.model
    def _read_group_select(self, aggregate_spec, query):
        measure = WEIGHTED_MEASURES.get(aggregate_spec)
        if not measure:
            return super()._read_group_select(aggregate_spec, query)
        return SQL(
            "SUM(%(measure)s * %(paid)s) FILTER (WHERE %(measure)s IS NOT NULL)"
            " / NULLIF(SUM(%(paid)s) FILTER (WHERE %(measure)s IS NOT NULL), 0)",
            measure=self._field_to_sql(self._table, measure, query),
            paid=self._field_to_sql(self._table, "amount_paid", query),
        )

    @api.model
    def _read_group_orderby(self, order, groupby_terms, query):
        # To order groups by the name of a record PostgreSQL would sort all facts by a
        # text of another table: seconds on a million. By its id is soon enough.
        if set(map(str.strip, (order or "").split(","))) <= set(groupby_terms):
            order = ""
        return super()._read_group_orderby(order, groupby_terms, query)

    # === ACTION METHODS === #

    def action_open_document(self):
        self.ensure_one()
        return self.move_id._get_records_action()

    # === UPKEEP === #

    @api.model
    def _rebuild(self, companies):
        """Make the facts of ``companies`` anew from the ledger, by one statement.

        :return: how many facts were missing or had changed
        """
        self.env.cr.execute(SQL("SET LOCAL work_mem = %s", WORK_MEMORY))
        ledger = self.env["collection.payment.ledger"]
        return ledger._write_facts(
            SQL("line.company_id = ANY(%s)", companies.ids),
            SQL("fact.company_id = ANY(%s)", companies.ids),
        )

    @api.model
    def _refresh_lines(self, line_ids):
        """Bring the facts of these journal items and of what they settle up to date."""
        line_ids = self.env["collection.payment.ledger"]._with_settled(line_ids)
        return self.env["collection.payment.ledger"]._write_facts(
            SQL("line.id = ANY(%s)", line_ids), SQL("fact.line_id = ANY(%s)", line_ids)
        )

    @api.model
    def _refresh_queued(self, commit=None):
        """Bring up to date what accounting has changed since the last time.

        :param commit: called after each batch with the number of items; no more
            batches are done when it returns nothing
        """
        queue = self.env["collection.payment.queue"]
        while line_ids := queue._take(REFRESH_BATCH):
            self._refresh_lines(line_ids)
            if commit and not commit(len(line_ids)):
                break
