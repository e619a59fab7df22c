from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, format_date, formatLang

STATE_MOVES = {
    # A payment booked late or sent back by the bank changes what has been judged.
    "open": {"kept", "partial", "broken", "cancelled"},
    "kept": {"open", "partial", "broken"},
    "partial": {"kept", "broken", "cancelled"},
    "broken": {"kept", "partial", "cancelled"},
    "cancelled": set(),
}
MATURED_STATES = ("kept", "partial", "broken")
FAILED_STATES = ("partial", "broken")
ORIGINS = [
    ("phone", "Telephone"),
    ("portal", "Debtor's page"),
    ("email", "E-mail"),
    ("letter", "Letter"),
    ("other", "Other"),
]
# Measure -> what it counts, in percent of the same over what has matured.
RATES = {
    "kept_rate:avg": ("kept", SQL("1")),
    "partial_rate:avg": ("partial", SQL("1")),
    "kept_amount_rate:avg": ("kept", None),
}


class CollectionPromise(models.Model):
    """An amount that a debtor has promised to pay by a day, and what became of it.

    Amounts are in company currency. While it is open a hold keeps its items out of the
    reminders; :mod:`collection_promise_judge` says whether it was kept.
    """

    _name = "collection.promise"
    _description = "Promise to pay"
    _inherit = [
        "collection.access.logged",
        "collection.case.part",
        "collection.stateful",
    ]
    _order = "date_promised desc, id desc"
    _check_company_auto = True
    _state_moves = STATE_MOVES

    # Who
    user_id = fields.Many2one(
        "res.users",
        string="Collector",
        index="btree_not_null",
        default=lambda self: self.env.user,
        domain="[('company_ids', 'in', company_id), ('share', '=', False)]",
        help="Who obtained the promise.",
    )
    contact_id = fields.Many2one(
        "res.partner",
        string="Promised by",
        domain="[('id', 'child_of', partner_id)]",
        index="btree_not_null",
        ondelete="set null",
    )
    origin = fields.Selection(ORIGINS, default="phone", required=True, readonly=True)
    action_id = fields.Many2one(
        "collection.action",
        string="Obtained by",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    note = fields.Text(string="What was said")

    # What and when
    line_ids = fields.Many2many(
        "account.move.line",
        "collection_promise_line_rel",
        "promise_id",
        "line_id",
        string="Items",
        readonly=True,
    )
    amount = fields.Monetary(string="Amount promised", required=True, readonly=True)
    date_made = fields.Date(
        string="Promised on",
        required=True,
        readonly=True,
        default=lambda self: self.env.company._get_collection_today(),
    )
    date_promised = fields.Date(string="Promised for", required=True, readonly=True)
    grace_days = fields.Integer(
        string="Days of grace",
        readonly=True,
        help="Days after the promised day in which the money may still come in.",
    )
    date_limit = fields.Date(
        string="Last day",
        compute="_compute_date_limit",
        store=True,
        index=True,
        help="The promised day and the days of grace.",
    )
    hold_id = fields.Many2one(
        "collection.hold", readonly=True, index="btree_not_null", ondelete="set null"
    )

    # What became of it
    state = fields.Selection(
        [
            ("open", "Awaited"),
            ("kept", "Promise kept"),
            ("partial", "Partly kept"),
            ("broken", "Broken"),
            ("cancelled", "Withdrawn"),
        ],
        default="open",
        required=True,
        readonly=True,
        index=True,
        group_expand=True,
    )
    amount_paid = fields.Monetary(
        string="Paid",
        readonly=True,
        help="Payments of its items from the day it was made to its last day.",
    )
    amount_missing = fields.Monetary(
        string="Missing", compute="_compute_amount_missing", store=True
    )
    date_closed = fields.Date(
        string="Decided on",
        readonly=True,
        help="The day of the payment that kept it, or its last day.",
    )
    cancel_reason = fields.Selection(
        [
            ("replaced", "Replaced by another promise"),
            ("credited", "Nothing left to pay"),
            ("manual", "Withdrawn by hand"),
        ],
        string="Withdrawn because",
        readonly=True,
    )
    replaced_id = fields.Many2one(
        "collection.promise",
        string="Instead of",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    postponed_count = fields.Integer(
        string="Times postponed",
        readonly=True,
        help="How many promises this one has replaced, one after the other.",
    )
    activity_id = fields.Many2one(
        "mail.activity", readonly=True, index="btree_not_null", ondelete="set null"
    )

    # Measures
    kept_rate = fields.Float(
        string="Kept (% of number)",
        compute="_compute_rates",
        digits=(5, 1),
        aggregator="avg",
        help="Promises kept, in percent of those kept, partly kept or broken.",
    )
    partial_rate = fields.Float(
        string="Partly kept (% of number)",
        compute="_compute_rates",
        digits=(5, 1),
        aggregator="avg",
        help="Promises partly kept, in percent of those kept, partly kept or broken.",
    )
    kept_amount_rate = fields.Float(
        string="Kept (% of amount)",
        compute="_compute_rates",
        digits=(5, 1),
        aggregator="avg",
        help="Amount of the promises kept, in percent of those kept, partly kept or "
        "broken.",
    )

    _amount_positive = models.Constraint(
        "CHECK(amount > 0)", "The amount of a promise is above zero."
    )
    _dates_in_order = models.Constraint(
        "CHECK(date_promised >= date_made)", "A promise is about a day to come."
    )
    _open_idx = models.Index("(case_id, date_limit) WHERE state = 'open'")

    # === COMPUTE METHODS === #

    @api.depends("amount", "date_promised", "partner_id")
    def _compute_display_name(self):
        for promise in self:
            promise.display_name = self.env._(
                "%(debtor)s: %(amount)s for %(date)s",
                debtor=promise.partner_id.display_name or "",
                amount=promise._format_amount(promise.amount),
                date=format_date(self.env, promise.date_promised),
            )

    @api.depends("date_promised", "grace_days")
    def _compute_date_limit(self):
        for promise in self:
            promise.date_limit = promise.date_promised and fields.Date.add(
                promise.date_promised, days=promise.grace_days
            )

    @api.depends("amount", "amount_paid", "state")
    def _compute_amount_missing(self):
        for promise in self:
            is_over = promise.state in ("kept", "cancelled")
            promise.amount_missing = (
                0 if is_over else max(0, promise.amount - promise.amount_paid)
            )

    @api.depends("state")
    def _compute_rates(self):
        for promise in self:
            promise.kept_rate = 100 * (promise.state == "kept")
            promise.kept_amount_rate = promise.kept_rate
            promise.partial_rate = 100 * (promise.state == "partial")

    @api.model
    def _read_group_select(self, aggregate_spec, query):
        if aggregate_spec not in RATES:
            return super()._read_group_select(aggregate_spec, query)
        state, weight = RATES[aggregate_spec]
        return SQL(
            "100.0 * SUM(%(weight)s) FILTER (WHERE %(state)s = %(counted)s)"
            " / NULLIF(SUM(%(weight)s) FILTER (WHERE %(state)s IN %(matured)s), 0)",
            weight=weight or self._field_to_sql(self._table, "amount", query),
            state=self._field_to_sql(self._table, "state", query),
            counted=state,
            matured=MATURED_STATES,
        )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        promises = super().create(vals_list)
        promises._hold_items()
        return promises

    # === ACTION METHODS === #

    def action_change(self):
        """Open the window that replaces this promise by another one."""
        self.ensure_one()
        return self.env["collection.promise.make"]._open(self.case_id, replaced=self)

    def action_cancel(self):
        """Withdraw promises that were noted by mistake; they count for nothing."""
        waiting = self.filtered(lambda promise: promise.state == "open")
        waiting._cancel("manual")
        waiting.case_id._review()
        return True

    # === BUSINESS METHODS === #

    def _cancel(self, reason):
        """Withdraw these promises, with their hold and task."""
        cancelled = self._update_state(
            "cancelled",
            cancel_reason=reason,
            date_closed=fields.Date.context_today(self),
        )
        cancelled._release()
        return cancelled

    def _release(self):
        """End holds and tasks of these promises."""
        self.hold_id.filtered(lambda hold: hold.active and hold.is_active)._release()
        # The task may be a colleague's.
        self.activity_id.sudo().unlink()

    def _hold_items(self):
        """Have the items of these promises left alone up to their last day."""
        holds = self.env["collection.hold"].create(
            [promise._prepare_hold() for promise in self]
        )
        for promise, hold in zip(self, holds, strict=True):
            promise.hold_id = hold

    def _prepare_hold(self):
        self.ensure_one()
        return {
            "case_id": self.case_id.id,
            "line_ids": [fields.Command.set(self.line_ids.ids)],
            "reason": "promise",
            "name": self.env._(
                "%(amount)s promised for %(date)s",
                amount=self._format_amount(self.amount),
                date=format_date(self.env, self.date_promised),
            ),
            "date_from": self.date_made,
            "date_to": self.date_limit,
            "user_id": self.user_id.id,
            "res_model": self._name,
            "res_id": self.id,
        }

    @api.model
    def _get_open_domain(self, lines):
        """Return the domain of the promises awaited on some of ``lines``."""
        return Domain("state", "=", "open") & Domain("line_ids", "in", lines.ids)

    def _format_amount(self, amount):
        return formatLang(self.env, amount, currency_obj=self.currency_id)
