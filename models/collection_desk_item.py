from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .collection_desk_rank import NEWS_DAYS

KINDS = [
    ("call", "Call"),
    ("answer", "Answer to read"),
    ("promise", "Promise not kept"),
    ("plan", "Instalment missed"),
    ("dispute", "Dispute to settle"),
    ("validate", "To approve"),
    ("letter", "Letter to put in the post"),
    ("task", "Other task"),
]
KIND_RANKS = {code: rank for rank, (code, _label) in enumerate(KINDS)}
LETTERS = ("letter", "registered_letter", "formal_notice")


class CollectionDeskItem(models.Model):
    """One thing that waits for a collector today: a row of the work list.

    Nothing is stored: what others note (actions, promises, plans, disputes, answers) is
    read where it is. An item is shown to who does it today, substitutes included.
    """

    _name = "collection.desk.item"
    _description = "Work list"
    _auto = False
    _order = "value desc, id"
    _rec_name = "case_id"
    _depends = {
        "collection.action": ["state", "date", "channel", "user_id", "desk_value"],
        "collection.case": ["user_id", "desk_value", "answer_pending"],
        "collection.promise": ["state", "date_limit", "user_id"],
        "collection.plan": ["state"],
        "collection.dispute": ["state", "user_id"],
        "res.company": ["collection_user_id"],
    }

    kind = fields.Selection(KINDS, string="What", readonly=True)
    case_id = fields.Many2one("collection.case", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Debtor", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    user_id = fields.Many2one("res.users", string="Collector", readonly=True)
    action_id = fields.Many2one("collection.action", readonly=True)
    step_id = fields.Many2one("collection.step", readonly=True)
    channel = fields.Selection(
        selection=lambda self: self.env["collection.channel"]._get_selection(),
        readonly=True,
    )
    state = fields.Selection(related="action_id.state")
    date = fields.Date(readonly=True, help="Since when it waits.")
    days_late = fields.Integer(
        related="case_id.days_overdue", string="Days late", aggregator=None
    )
    amount = fields.Monetary(readonly=True)
    value = fields.Monetary(
        string="Worth",
        readonly=True,
        help="Expected cash: what is claimed, times the chance that the debtor pays, "
        "times the chance to reach him, less the cost. Urgent matters weigh more.",
    )
    reason = fields.Char(string="Why this rank", compute="_compute_reason")
    after = fields.Datetime(
        string="Not before", readonly=True, help="Put off for later."
    )
    recipient_address = fields.Char(related="action_id.recipient_address", string="To")

    # === COMPUTE METHODS === #

    @api.depends("action_id.desk_factors", "case_id.desk_factors")
    @api.depends_context("lang")
    def _compute_reason(self):
        rank = self.env["collection.desk.rank"]
        for item in self:
            factors = item.action_id.desk_factors or item.case_id.desk_factors
            item.reason = rank._word(factors, item.currency_id)

    # === QUERY === #

    @property
    def _table_query(self):
        return SQL(
            """SELECT found.record_id * %(kinds)s + found.rank AS id, found.kind,
                      found.case_id, c.partner_id, c.company_id, c.currency_id,
                      COALESCE(sub.substitute_id, found.user_id) AS user_id,
                      found.action_id, found.step_id, found.channel, found.date,
                      found.amount, found.value, found.after
                 FROM (%(sources)s)
                      AS found (rank, kind, record_id, case_id, user_id, action_id,
                                step_id, channel, date, amount, value, after)
                 JOIN collection_case c ON c.id = found.case_id
            LEFT JOIN (%(substitutes)s) AS sub (company_id, user_id, substitute_id)
                   ON sub.company_id = c.company_id AND sub.user_id = found.user_id""",
            kinds=len(KINDS),
            sources=SQL(" UNION ALL ").join(
                SQL(
                    "SELECT %s::int4, %s::varchar, source.* FROM (%s) AS source",
                    KIND_RANKS[kind],
                    kind,
                    source,
                )
                for kind, source in self._get_sources(
                    self.env.company._get_collection_today()
                ).items()
            ),
            substitutes=self._sql_substitutes(),
        )

    @api.model
    def _sql_substitutes(self):
        absence = self.env["collection.absence"]
        rows = [
            (company.id, user_id, substitute_id)
            for company in self.env.companies
            for user_id, substitute_id in absence._get_substitutes(
                company.id, company._get_collection_today()
            ).items()
        ]
        columns = list(map(list, zip(*rows, strict=True))) or [[], [], []]
        return SQL("SELECT * FROM unnest(%s::int4[], %s::int4[], %s::int4[])", *columns)

    @api.model
    def _get_sources(self, today):
        """Return ``{kind: SELECT}`` of what waits on ``today``. Hook.

        The columns: id, case, user, action, step, channel, date, amount, value, put off
        until.
        """
        return {
            "call": self._sql_actions(
                SQL("a.state = 'todo' AND a.channel = 'phone'"), today
            ),
            "letter": self._sql_actions(
                SQL("a.state = 'todo' AND a.channel = ANY(%s)", list(LETTERS)), today
            ),
            "task": self._sql_actions(
                SQL("a.state = 'todo' AND a.channel <> ALL(%s)", ["phone", *LETTERS]),
                today,
            ),
            "validate": self._sql_actions(SQL("a.state = 'to_validate'"), today),
            "promise": self._sql_promises(today),
            "plan": self._sql_of_case(
                SQL(
                    """SELECT plan.id, plan.case_id, NULL::int4, plan.write_date::date
                         FROM collection_plan plan WHERE plan.state = 'late'"""
                )
            ),
            "dispute": self._sql_of_case(
                SQL(
                    """SELECT dispute.id, dispute.case_id, dispute.user_id,
                              dispute.date_opened::date
                         FROM collection_dispute dispute
                        WHERE dispute.state IN ('new', 'investigating')"""
                )
            ),
            "answer": self._sql_of_case(
                SQL(
                    """SELECT answered.id, answered.id, NULL::int4,
                              answered.answer_date::date
                         FROM collection_case answered
                        WHERE answered.answer_pending"""
                )
            ),
        }

    @api.model
    def _sql_actions(self, condition, today):
        return SQL(
            """SELECT a.id, a.case_id, a.user_id, a.id, a.step_id, a.channel, a.date,
                      a.amount, COALESCE(a.desk_value, 0) AS desk_value, a.desk_after
                 FROM collection_action a
                WHERE %s AND a.date <= %s""",
            condition,
            today,
        )

    @api.model
    def _sql_promises(self, today):
        rank = self.env["collection.desk.rank"]
        return self._sql_of_case(
            SQL(
                """SELECT promise.id, promise.case_id, promise.user_id,
                          promise.date_limit
                     FROM collection_promise promise
                    WHERE promise.state IN ('broken', 'partial')
                      AND promise.date_limit >= %s AND %s""",
                today - timedelta(days=NEWS_DAYS),
                rank._sql_untold(SQL("promise.case_id"), "promise.date_limit"),
            )
        )

    @api.model
    def _sql_of_case(self, source):
        """Return what waits on a case without an action: it is worth a call."""
        return SQL(
            """SELECT waiting.id, waiting.case_id,
                      COALESCE(waiting.user_id, of_case.user_id,
                               company.collection_user_id),
                      NULL::int4, NULL::int4, NULL::varchar, waiting.date,
                      of_case.amount_overdue_net, COALESCE(of_case.desk_value, 0),
                      NULL::timestamp
                 FROM (%s) AS waiting (id, case_id, user_id, date)
                 JOIN collection_case of_case ON of_case.id = waiting.case_id
                 JOIN res_company company ON company.id = of_case.company_id""",
            source,
        )

    # === CRUD METHODS === #

    @api.model
    def _search(self, domain, *args, **kwargs):
        # Like a flush: what is new since the last ranking is ranked before it is shown.
        if self.env["collection.action"].search_count(self._get_new_domain(), limit=1):
            self._refresh()
        return super()._search(domain, *args, **kwargs)

    @api.model
    def _get_new_domain(self):
        return Domain(
            [
                ("state", "in", ("to_validate", "todo")),
                ("date", "<=", self.env.company._get_collection_today()),
                ("desk_factors", "=", False),
            ]
        )

    # === BUSINESS METHODS === #

    def _count_kinds(self):
        """Return ``[(kind, number of items)]`` in the order of the kinds."""
        return sorted(
            ((kind, len(items)) for kind, items in self.grouped("kind").items()),
            key=lambda found: KIND_RANKS[found[0]],
        )

    # === ACTION METHODS === #

    @api.model
    def action_open_list(self):
        """Rank what is open as of now and open the work list."""
        self._refresh()
        return self.env["ir.actions.act_window"]._for_xml_id(
            "l10n_fr_debt_collection.collection_desk_item_action"
        )

    @api.model
    def _refresh(self):
        # Collectors read the ranks, nobody writes them by hand.
        rank = self.env["collection.desk.rank"].sudo()
        for company in self.env.companies:
            rank._refresh(company)

    def action_work(self):
        """Work through the list, beginning with this case, or with the first."""
        return {
            "type": "ir.actions.client",
            "tag": "collection_desk",
            "name": self.env._("Work list"),
            "params": {"case_id": self[:1].case_id.id},
        }

    def action_approve(self):
        return self.action_id.action_approve()

    def action_mark_posted(self):
        return self.action_id.action_mark_posted()
