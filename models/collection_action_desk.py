from odoo import api, fields, models
from odoo.fields import Domain

# What a debtor who was reached said; and how a call ends that reaches nobody.
REACHED_OUTCOMES = (
    "reached",
    "promised",
    "paid",
    "disputed",
    "difficulty",
    "bad_faith",
    "invoice_missing",
)
MISSED_OUTCOMES = ("voicemail", "no_answer", "wrong_number", "wrong_person")


class CollectionAction(models.Model):
    """Where an action stands in the work list, and how calls end."""

    _inherit = "collection.action"

    outcome = fields.Selection(
        selection_add=[
            ("reached",),
            ("promised",),
            ("paid", "Says it is paid"),
            ("disputed",),
            ("difficulty", "In difficulty"),
            ("bad_faith", "Bad faith"),
            ("invoice_missing", "Invoice not received"),
            ("wrong_person", "Wrong person"),
            ("voicemail",),
        ],
        ondelete=dict.fromkeys(
            ("paid", "difficulty", "bad_faith", "invoice_missing", "wrong_person"),
            "set null",
        ),
    )
    desk_value = fields.Monetary(
        string="Worth",
        readonly=True,
        help="Expected cash: what is claimed, times the chance that the debtor pays, "
        "times the chance to reach him, less the cost. Urgent matters weigh more.",
    )
    desk_factors = fields.Json(readonly=True)
    desk_reason = fields.Char(string="Why this rank", compute="_compute_desk_reason")
    desk_after = fields.Datetime(
        string="Not before", help="The work list shows it last until then."
    )
    attempt = fields.Integer(
        default=1,
        readonly=True,
        aggregator=None,
        help="Which call this is of those that try to reach the debtor for one step.",
    )
    retry_of_id = fields.Many2one(
        "collection.action",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        string="Tries again",
    )
    done_hour = fields.Integer(
        string="Hour",
        compute="_compute_done_hour",
        store=True,
        precompute=True,
        aggregator=None,
        help="At which hour, where the company is, the call was made.",
    )
    contact_rate = fields.Float(
        string="Contact rate (%)",
        compute="_compute_contact_rate",
        store=True,
        precompute=True,
        aggregator="avg",
        digits=(5, 1),
        help="Share of the calls made that reached the debtor.",
    )

    _desk_idx = models.Index(
        "(company_id, date) WHERE state IN ('to_validate', 'todo')"
    )

    # === COMPUTE METHODS === #

    @api.depends("desk_factors")
    @api.depends_context("lang")
    def _compute_desk_reason(self):
        rank = self.env["collection.desk.rank"]
        for action in self:
            action.desk_reason = rank._word(action.desk_factors, action.currency_id)

    @api.depends("sent_date")
    def _compute_done_hour(self):
        for action in self:
            moment = action.sent_date
            action.done_hour = (
                action.company_id._get_collection_time(moment).hour if moment else 0
            )

    @api.depends("outcome")
    def _compute_contact_rate(self):
        for action in self:
            action.contact_rate = 100.0 * (action.outcome in REACHED_OUTCOMES)

    # === BUSINESS METHODS === #

    @api.model
    def _prepare_undone(self):
        return {**super()._prepare_undone(), "done_hour": 0, "contact_rate": 0}

    @api.model
    def _get_attempt_domain(self):
        """Return the domain of the calls that were made, whether somebody answered."""
        return Domain("channel", "=", "phone") & Domain(
            "outcome", "in", REACHED_OUTCOMES + MISSED_OUTCOMES
        )

    def _postpone_until(self, moment):
        """Show these open actions last until ``moment`` (UTC), to everybody."""
        self.filtered(lambda action: action.state in ("to_validate", "todo")).write(
            {"desk_after": moment}
        )
