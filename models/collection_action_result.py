from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from .collection_action_desk import MISSED_OUTCOMES, REACHED_OUTCOMES

# Actions about which nothing can be learnt: nobody was contacted.
NO_CONTACT = ("skipped", "expired")
# A result is final so many days after its last day: late bank statements are in.
FINAL_AFTER_DAYS = 10
# What is looked at when a company is measured first.
FIRST_DAYS = 730
RATES = {
    "cash_rate:avg": ("amount_cashed", "amount_targeted"),
    "cash_per_euro:avg": ("amount_cashed", "cost"),
}


class CollectionActionResult(models.Model):
    """What an action led to: cash before the next contact, promises, disputes, cost.

    One row per contact that was made. The cash of an item belongs to the last contact
    about it, for so many days as the company says; contacts of one day share it. What
    follows is no proof of what caused it: only a control group is.

    Amounts are in the currency of the company, cash is what
    ``collection.payment.ledger`` takes for paid.
    """

    _name = "collection.action.result"
    _description = "Result of a collection action"
    _order = "date desc, id desc"
    _rec_name = "action_id"
    _log_access = False

    action_id = fields.Many2one(
        "collection.action",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="cascade"
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    case_id = fields.Many2one(
        "collection.case", readonly=True, index=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(
        "res.partner", string="Debtor", readonly=True, index=True, ondelete="cascade"
    )
    scenario_id = fields.Many2one(
        "collection.scenario",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    step_id = fields.Many2one(
        "collection.step", readonly=True, index="btree_not_null", ondelete="set null"
    )
    variant_id = fields.Many2one(
        "collection.step.variant",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    segment_id = fields.Many2one(
        "collection.segment",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="Of the debtor when the result was measured.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Collector",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    channel = fields.Selection(
        selection=lambda self: self.env["collection.action"]._get_channels(),
        readonly=True,
    )
    signatory_name = fields.Char(string="Signed by", readonly=True)
    date = fields.Date(readonly=True, index=True)
    days = fields.Integer(
        string="Days counted",
        readonly=True,
        aggregator=None,
        help="Days after the contact in which cash counts.",
    )
    amount_targeted = fields.Monetary(string="Targeted", readonly=True)
    amount_cashed = fields.Monetary(
        string="Cashed", readonly=True, help="Before the next contact."
    )
    cost = fields.Monetary(readonly=True)
    count = fields.Integer(string="Contacts", readonly=True)
    reached = fields.Integer(
        readonly=True, help="Calls that reached the debtor, messages that arrived."
    )
    answered = fields.Integer(
        readonly=True, help="An answer was noted: of any kind, a promise, a dispute."
    )
    promised = fields.Integer(readonly=True)
    disputed = fields.Integer(readonly=True)
    paid = fields.Integer(
        string="With cash", readonly=True, help="Something was cashed."
    )
    paid_in_full = fields.Integer(
        readonly=True, help="All that was asked for was cashed."
    )
    first = fields.Integer(
        string="First contacts",
        readonly=True,
        help="Contacts about items that nobody was contacted about before.",
    )
    paid_at_first = fields.Integer(
        string="Paid at first action",
        readonly=True,
        help="First contacts after which all that was asked for was cashed.",
    )
    is_final = fields.Boolean(readonly=True, index=True)
    cash_rate = fields.Float(
        string="Cash rate (%)",
        compute="_compute_rates",
        digits=(5, 1),
        aggregator="avg",
        help="Cashed, in percent of what was targeted.",
    )
    cash_per_euro = fields.Float(
        string="Cash per euro spent",
        compute="_compute_rates",
        digits=(12, 1),
        aggregator="avg",
    )

    _once = models.UniqueIndex("(action_id)", "An action has one result.")

    # === COMPUTE METHODS === #

    @api.depends("amount_cashed", "amount_targeted", "cost")
    def _compute_rates(self):
        for result in self:
            targeted, cost = result.amount_targeted, result.cost
            result.cash_rate = 100 * result.amount_cashed / targeted if targeted else 0
            result.cash_per_euro = result.amount_cashed / cost if cost else 0

    @api.model
    def _read_group_select(self, aggregate_spec, query):
        if aggregate_spec not in RATES:
            return super()._read_group_select(aggregate_spec, query)
        part, whole = RATES[aggregate_spec]
        scale = 100.0 if part == "amount_cashed" and whole == "amount_targeted" else 1.0
        return SQL(
            "%s * SUM(%s) / NULLIF(SUM(%s), 0)",
            scale,
            self._field_to_sql(self._table, part, query),
            self._field_to_sql(self._table, whole, query),
        )

    # === ACTION METHODS === #

    def action_open_action(self):
        """Open the contact that the result is about."""
        self.ensure_one()
        return self.action_id._get_records_action()

    # === UPKEEP === #

    @api.model
    def _cron_refresh(self):
        """Measure the contacts of every company whose result is not final."""
        for company in self.env["res.company"]._iterate_in_cron():
            self._refresh(company)

    @api.model
    def _refresh(self, company):
        """Write the results of ``company`` that are not final anew, in one statement.

        What one run leaves undone the next does: results are told by the action.
        """
        self.env.flush_all()
        today = company._get_collection_today()
        since = self._get_first_day(company, today)
        self.env.cr.execute(
            SQL(
                "DELETE FROM %s WHERE company_id = %s AND date >= %s",
                SQL.identifier(self._table),
                company.id,
                since,
            )
        )
        self.env.cr.execute(self._sql_insert(company, since, today))
        self.invalidate_model()

    @api.model
    def _get_first_day(self, company, today):
        """Return the first day of contacts that are measured (again) today."""
        days = company.collection_result_days + FINAL_AFTER_DAYS
        [[last_final]] = self._read_group(
            [("company_id", "=", company.id), ("is_final", "=", True)],
            aggregates=["date:max"],
        )
        if last_final:
            return last_final + timedelta(days=1)
        return today - timedelta(days=max(FIRST_DAYS, days))

    @api.model
    def _sql_insert(self, company, since, today):
        columns = self._sql_columns(company, today)
        return SQL(
            """WITH contact AS MATERIALIZED (%(contacts)s),
                    item AS MATERIALIZED (%(items)s),
                    instalment AS MATERIALIZED (%(instalments)s),
                    matched AS (%(matched)s),
                    cash AS (%(cash)s),
                    outcome AS (%(outcomes)s)
               INSERT INTO %(table)s (%(names)s)
               SELECT %(values)s
                 FROM contact
                 JOIN outcome ON outcome.action_id = contact.id
            LEFT JOIN collection_case c ON c.id = contact.case_id""",
            contacts=self._sql_contacts(company, since),
            items=self._sql_items(),
            instalments=self.env["collection.payment.ledger"]._sql_instalments(
                SQL("line.id IN (SELECT line_id FROM item)")
            ),
            matched=self.env["collection.payment.ledger"]._sql_matched(),
            cash=self._sql_cash(company),
            outcomes=self._sql_outcomes(company),
            table=SQL.identifier(self._table),
            names=SQL(", ").join(map(SQL.identifier, columns)),
            values=SQL(", ").join(columns.values()),
        )

    @api.model
    def _sql_contacts(self, company, since):
        return SQL(
            """SELECT action.* FROM collection_action action
                WHERE action.company_id = %s AND action.date >= %s
                  AND action.state IN ('sent', 'done')
                  AND COALESCE(action.outcome, '') <> ALL(%s)""",
            company.id,
            since,
            list(NO_CONTACT),
        )

    @api.model
    def _sql_items(self):
        """Return what was claimed, with the day of the next contact about it.

        Contacts of one day about one item share its cash: ``twins`` is their number.
        """
        return SQL(
            """WITH touched AS (
                   SELECT DISTINCT item.line_id FROM contact
                     JOIN collection_action_item item ON item.action_id = contact.id
                    WHERE item.line_id IS NOT NULL),
               about AS (
                   SELECT item.line_id, action.date, count(*) AS twins,
                          lead(action.date) OVER following AS next_date,
                          row_number() OVER following = 1 AS is_first
                     FROM touched
                     JOIN collection_action_item item USING (line_id)
                     JOIN collection_action action ON action.id = item.action_id
                    WHERE action.state IN ('sent', 'done')
                      AND COALESCE(action.outcome, '') <> ALL(%s)
                 GROUP BY item.line_id, action.date
                   WINDOW following AS (
                       PARTITION BY item.line_id ORDER BY action.date))
               SELECT item.action_id, item.line_id, item.amount, contact.date,
                      about.next_date, about.twins, about.is_first,
                      COALESCE(line.balance / NULLIF(line.amount_currency, 0), 1)
                          AS rate
                 FROM contact
                 JOIN collection_action_item item ON item.action_id = contact.id
                 JOIN account_move_line line ON line.id = item.line_id
                 JOIN about ON about.line_id = item.line_id
                           AND about.date = contact.date
                WHERE item.amount > 0""",
            list(NO_CONTACT),
        )

    @api.model
    def _sql_cash(self, company):
        """Return what was cashed of each item before the next contact about it.

        Nothing but ``item`` is joined to ``matched``: the planner cannot know how many
        rows there are, and would look through all of another CTE for each.
        """
        return SQL(
            """SELECT item.action_id, item.line_id,
                      LEAST(item.amount, sum(matched.amount * matched.cash_share
                                             * item.rate)) / item.twins AS amount
                 FROM item
                 JOIN matched ON matched.line_id = item.line_id
                WHERE matched.kind = 'payment' AND matched.day >= item.date
                  AND matched.day <= item.date + %s
                  AND (item.next_date IS NULL OR matched.day < item.next_date)
             GROUP BY item.action_id, item.line_id, item.amount, item.twins""",
            company.collection_result_days,
        )

    @api.model
    def _sql_outcomes(self, company):
        return SQL(
            """SELECT item.action_id, sum(item.amount) AS targeted,
                      COALESCE(round(sum(cash.amount), %(digits)s), 0) AS cashed,
                      bool_and(item.is_first) AS is_first,
                      bool_and(COALESCE(cash.amount * item.twins, 0)
                               >= item.amount - %(cent)s) AS is_settled
                 FROM item
            LEFT JOIN cash USING (action_id, line_id)
             GROUP BY item.action_id""",
            digits=company.currency_id.decimal_places,
            cent=company.currency_id.rounding / 2,
        )

    @api.model
    def _sql_columns(self, company, today):
        """Return ``{column: SQL}`` over contact, outcome and the case ``c``. Hook."""
        days = company.collection_result_days

        def said(table, day, company_id=company.id):
            return SQL(
                """EXISTS (SELECT FROM %s said WHERE said.case_id = contact.case_id
                              AND said.company_id = %s
                              AND %s BETWEEN contact.date AND contact.date + %s)""",
                SQL.identifier(table),
                company_id,
                SQL("said.%s", SQL.identifier(day)),
                days,
            )

        promised = said("collection_promise", "date_made")
        disputed = said("collection_dispute", "date_opened")
        missed = SQL("contact.outcome = ANY(%s)", list(MISSED_OUTCOMES))
        return {
            "action_id": SQL("contact.id"),
            "company_id": SQL("contact.company_id"),
            "case_id": SQL("contact.case_id"),
            "partner_id": SQL("contact.partner_id"),
            "scenario_id": SQL("contact.scenario_id"),
            "step_id": SQL("contact.step_id"),
            "variant_id": SQL("contact.variant_id"),
            "segment_id": SQL("c.segment_id"),
            "user_id": SQL("contact.user_id"),
            "channel": SQL("contact.channel"),
            "signatory_name": SQL("contact.signatory_name"),
            "date": SQL("contact.date"),
            "days": SQL("%s", days),
            "amount_targeted": SQL("outcome.targeted"),
            "amount_cashed": SQL("outcome.cashed"),
            "cost": self._sql_cost(company),
            "count": SQL("1"),
            "reached": SQL(
                """CASE WHEN contact.channel = 'phone'
                        THEN contact.outcome = ANY(%s)
                        ELSE COALESCE(contact.outcome, '') <> 'returned'
                             AND contact.is_unreachable IS NOT TRUE END::int""",
                list(REACHED_OUTCOMES),
            ),
            "answered": SQL(
                """((contact.outcome IS NOT NULL AND NOT %s
                     AND contact.outcome <> 'returned') OR %s OR %s)::int""",
                missed,
                promised,
                disputed,
            ),
            "promised": SQL("%s::int", promised),
            "disputed": SQL("%s::int", disputed),
            "paid": SQL("(outcome.cashed > 0)::int"),
            "paid_in_full": SQL("outcome.is_settled::int"),
            "first": SQL("outcome.is_first::int"),
            "paid_at_first": SQL("(outcome.is_first AND outcome.is_settled)::int"),
            "is_final": SQL(
                "contact.date < %s", today - timedelta(days=days + FINAL_AFTER_DAYS)
            ),
        }

    @api.model
    def _sql_cost(self, company):
        channels = dict(self.env["collection.action"]._get_channels())
        return SQL(
            """(SELECT cost::numeric FROM unnest(%s, %s) AS rate(channel, cost)
                 WHERE rate.channel = contact.channel)""",
            list(channels),
            [float(company._get_collection_cost(channel)) for channel in channels],
        )
