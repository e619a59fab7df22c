from odoo import api, fields, models
from odoo.tools import SQL, split_every

NOTE_BATCH = 1000


class CollectionCase(models.Model):
    """How the debtor pays: figures of 12 months, written by ``collection.profile``.

    Nothing is known of a debtor while ``payment_count`` is 0 and nothing is overdue:
    the figures are 0 then.
    """

    _inherit = "collection.case"

    # Of the payments of 12 months
    payment_count = fields.Integer(
        string="Instalments paid in 12 months",
        readonly=True,
        help="How many instalments were paid in the last 12 months.",
    )
    days_late_avg = fields.Float(
        string="Days late",
        digits=(8, 1),
        readonly=True,
        aggregator="avg",
        help="Mean of 12 months, weighted by amount; half a year ago counts half. What "
        "is overdue and unpaid counts as late so far, as soon as it is later than "
        "that. Negative: early.",
    )
    days_late_deviation = fields.Float(
        string="Spread of days late",
        digits=(8, 1),
        readonly=True,
        aggregator="avg",
        help="Standard deviation of the days late: about two of three payments lie as "
        "close to the mean.",
    )
    late_share = fields.Float(
        string="Paid late (%)",
        digits=(5, 1),
        readonly=True,
        aggregator="avg",
        help="Of the instalments paid in the last 12 months or overdue today, those "
        "paid after their due date or still unpaid.",
    )
    late_trend = fields.Float(
        string="Days later a month",
        digits=(8, 2),
        readonly=True,
        aggregator="avg",
        help="How many days later each month than the month before, over 12 months. "
        "Negative: sooner and sooner.",
    )
    days_to_pay_avg = fields.Float(
        string="Days to pay",
        digits=(8, 1),
        readonly=True,
        aggregator="avg",
        help="From the invoice to its payment; mean of 12 months, weighted likewise.",
    )
    pay_day = fields.Integer(
        string="Usual day of payment",
        readonly=True,
        aggregator=False,
        help="Day of the month on which this debtor pays more often than chance would "
        "have it; 31 is the end of the month, 0 no such day.",
    )
    last_payment_date = fields.Date(string="Last paid on", readonly=True)
    last_payment_amount = fields.Monetary(string="Last payment", readonly=True)
    invoiced_12m = fields.Monetary(
        string="Invoiced in 12 months", readonly=True, help="Credit notes deducted."
    )

    # Of what was said
    promise_count = fields.Integer(
        string="Promises",
        readonly=True,
        help="Promises to pay of the last 12 months that were kept or broken.",
    )
    kept_promise_rate = fields.Float(
        string="Promises kept (%)", digits=(5, 1), readonly=True, aggregator="avg"
    )
    rejected_payment_count = fields.Integer(
        string="Payments rejected",
        readonly=True,
        help="Payments of the last 12 months that the debtor's bank refused.",
    )
    dispute_rate = fields.Float(
        string="Invoices disputed (%)",
        digits=(5, 1),
        readonly=True,
        aggregator="avg",
        help="Of the invoices of the last 12 months, by number.",
    )
    credit_used = fields.Float(
        string="Credit used (%)",
        digits=(8, 1),
        readonly=True,
        aggregator="avg",
        help="The balance in percent of the credit limit, 999 at most; 0 without a "
        "limit.",
    )
    payer_type = fields.Selection(
        [
            ("new", "Little known"),
            ("prompt", "Prompt"),
            ("slow", "Slow"),
            ("late", "Late"),
            ("very_late", "Very late"),
            ("irregular", "Irregular"),
        ],
        string="Type of payer",
        readonly=True,
        index="btree_not_null",
        help="Mean days late: up to 5 prompt, up to 15 slow, up to 30 late, then very "
        "late. Irregular: they spread over more than 30 days and more than the mean.",
    )
    profile_date = fields.Date(
        readonly=True, help="The day on which the profile was last found to change."
    )

    # What is unlike before
    is_abnormal = fields.Boolean(
        string="Unusual behaviour",
        readonly=True,
        index="btree_not_null",
        help="The debtor pays later than it used to, beyond chance.",
    )
    abnormal_since = fields.Date(string="Unusual since", readonly=True)
    abnormal_facts = fields.Json(readonly=True)
    abnormal_note = fields.Char(
        string="What is unusual", compute="_compute_abnormal_note"
    )

    # Groups: what they are today, read where they are
    country_id = fields.Many2one(related="partner_id.country_id")
    state_id = fields.Many2one(related="partner_id.state_id", string="State of address")
    industry_id = fields.Many2one(related="partner_id.industry_id")
    size_category = fields.Char(
        related="registry_record_id.size_category",
        string="Company size",
        help="As the national register says: PME, ETI, GE.",
    )
    category_ids = fields.Many2many(
        related="partner_id.category_id", string="Tags of the contact"
    )

    # === COMPUTE METHODS === #

    @api.depends("abnormal_facts")
    @api.depends_context("lang")
    def _compute_abnormal_note(self):
        for case in self:
            facts = case.abnormal_facts
            case.abnormal_note = self._describe_signal(facts) if facts else False

    # === BUSINESS METHODS === #

    @api.model
    def _get_new_case_columns(self):
        return super()._get_new_case_columns() | {
            "payment_count": SQL("0"),
            "payer_type": SQL("'new'"),
            "is_abnormal": SQL("FALSE"),
        }

    @api.model
    def _describe_signal(self, facts):
        """Return the sentences that give a person the evidence of a signal."""
        sentences = [
            self.env._(
                "Used to pay %(usual)s (median of %(count)s payments), now %(recent)s.",
                usual=self._describe_delay(facts["usual_days"]),
                count=facts["usual_count"],
                recent=self._describe_recent_delay(facts),
            )
        ]
        if facts["unpaid_count"]:
            sentences.append(
                self.env._(
                    "Of the %(count)s instalments due in the last 90 days %(unpaid)s "
                    "are unpaid, the oldest for %(days)s days: at that age %(paid)s of "
                    "%(usual_count)s had been paid.",
                    count=facts["recent_count"],
                    unpaid=facts["unpaid_count"],
                    days=facts["oldest_unpaid"],
                    paid=facts["paid_by_then"],
                    usual_count=facts["usual_count"],
                )
            )
        return " ".join(sentences)

    @api.model
    def _describe_recent_delay(self, facts):
        if facts["is_reached"]:
            return self._describe_delay(facts["recent_days"])
        return self.env._("at least %s days late", facts["recent_days"])

    @api.model
    def _describe_delay(self, days):
        if not days:
            return self.env._("on the due date")
        if days < 0:
            return self.env._("%s days early", -days)
        return self.env._("%s days late", days)

    def _tell_abnormal(self):
        """Note on these cases what is unusual; have it looked at where that is set."""
        for batch in split_every(NOTE_BATCH, self.ids, self.browse):
            batch._message_log_batch(
                {
                    case.id: self.env._("Unusual behaviour: %s", case.abnormal_note)
                    for case in batch
                }
            )
            asking = batch.filtered("company_id.collection_abnormal_activity")
            self.env["mail.activity"].create(
                [case._prepare_abnormal_activity() for case in asking]
            )

    def _prepare_abnormal_activity(self):
        self.ensure_one()
        return self._prepare_watch_activity(
            self.env._("Call: this debtor pays unlike before"),
            self.abnormal_note,
            self.company_id._get_collection_today(),
            self._get_watch_user(),
        )
