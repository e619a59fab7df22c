"""The steps of ``dev/bench`` of what steers: indicators, ageing of a day, the home.

Each writes all of its rows anew and rolls back, as those of the observatory.
"""

from datetime import timedelta

from dateutil.relativedelta import relativedelta

from .bench_observatory import Step

AGE = """
    CREATE TEMP TABLE bench_floor ON COMMIT DROP AS
    SELECT line.partner_id,
           CASE WHEN %(day)s - line.date_maturity <= 0 THEN 0
                ELSE LEAST(5, 1 + (%(day)s - line.date_maturity - 1) / 30) END AS class,
           sum(line.balance - COALESCE(settled.amount, 0)
               + COALESCE(used.amount, 0)) AS open
      FROM account_move_line line
 LEFT JOIN (SELECT debit_move_id, sum(amount) AS amount
              FROM account_partial_reconcile WHERE max_date <= %(day)s
             GROUP BY debit_move_id) settled ON settled.debit_move_id = line.id
 LEFT JOIN (SELECT credit_move_id, sum(amount) AS amount
              FROM account_partial_reconcile WHERE max_date <= %(day)s
             GROUP BY credit_move_id) used ON used.credit_move_id = line.id
     WHERE line.account_id = ANY(%(accounts)s) AND line.parent_state = 'posted'
       AND line.date <= %(day)s
     GROUP BY 1, 2"""
CASH = """
    SELECT sum(partial.amount), sum(partial.amount * (partial.max_date - line.date))
      FROM account_partial_reconcile partial
      JOIN account_move_line line ON line.id = partial.debit_move_id
     WHERE partial.max_date BETWEEN %(first)s AND %(day)s"""
TURNOVER = """
    SELECT date_trunc('month', invoice_date), sum(amount_total_signed)
      FROM account_move
     WHERE state = 'posted' AND move_type IN ('out_invoice', 'out_refund')
       AND invoice_date BETWEEN %(day)s - 730 AND %(day)s
     GROUP BY 1"""
CONTACTS = """
    CREATE TEMP TABLE bench_floor ON COMMIT DROP AS
    SELECT action.id, sum(item.amount) AS targeted, sum(partial.amount) AS cashed
      FROM collection_action action
      JOIN collection_action_item item ON item.action_id = action.id
 LEFT JOIN account_partial_reconcile partial
        ON partial.debit_move_id = item.line_id
       AND partial.max_date BETWEEN action.date AND action.date + 15
     GROUP BY action.id"""
GROUP_CASES = """
    SELECT risk_level, state, count(*), sum(amount_due), sum(amount_overdue),
           sum(amount_not_due), sum(amount_1_30), sum(amount_over_120)
      FROM collection_case GROUP BY 1, 2"""
GROUP_RESULTS = """
    SELECT date_trunc('month', date), sum(count), sum(amount_cashed)
      FROM collection_action_result GROUP BY 1"""


class _OfMonth(Step):
    """A step about the last month that is over."""

    table = "account_move_line"

    def __init__(self, env):
        super().__init__(env)
        today = self.company._get_collection_today()
        self.day = today.replace(day=1) - timedelta(days=1)
        self.first = self.day.replace(day=1)

    def run(self, statement):
        """Run a statement that names ``day``, ``first`` or ``accounts``."""
        accounts = self.env["collection.balance"]._receivable_account_ids()
        values = {"day": self.day, "first": self.first, "accounts": accounts}
        self.env.cr.execute(statement, values)


class Kpi(_OfMonth):
    """All indicators of a month: of the company, its segments, its collectors."""

    def prepare(self):
        self.execute("DELETE FROM collection_kpi")

    def work(self):
        self.env["collection.kpi"]._measure(self.company, self.first)

    def floor(self):
        self.run(AGE)
        self.run(CASH)
        self.run(TURNOVER)


class AgeingAtDate(_OfMonth):
    """The ageing balance of half a year ago, debtor by debtor, on screen."""

    def __init__(self, env):
        super().__init__(env)
        self.day -= relativedelta(months=6)

    def work(self):
        ageing = self.env["collection.ageing"].create(
            {"company_id": self.company.id, "date": self.day}
        )
        ageing.action_compute()
        ageing.web_read({"summary": {}, "amount_total": {}, "amount_gap": {}})
        print(f"  {ageing.amount_total:,.2f}, gap {ageing.amount_gap:,.2f}")

    def floor(self):
        self.run(AGE)


class Results(Step):
    """What each contact of two years has led to, nothing being there yet."""

    table = "collection_action"

    def prepare(self):
        self.execute("DELETE FROM collection_action_result")

    def work(self):
        self.env["collection.action.result"]._refresh(self.company)

    def floor(self):
        self.execute(CONTACTS)


class Home(Step):
    """The home of managers, as one asks for it, with a year of indicators."""

    table = "collection_case"
    MONTHS = 12

    def __init__(self, env):
        super().__init__(env(user=env.ref("base.user_admin")))

    def prepare(self):
        self.env["collection.action.result"].sudo()._refresh(self.company)
        first = self.company._get_collection_today().replace(day=1)
        for number in range(self.MONTHS):
            month = first - relativedelta(months=number)
            self.env["collection.kpi"].sudo()._measure(self.company, month)
        self.env.flush_all()
        self.env.invalidate_all()

    def work(self):
        self.env["collection.cockpit"].get_dashboard()

    def floor(self):
        self.execute(GROUP_CASES)
        self.execute(GROUP_RESULTS)


STEPS = {"kpi": Kpi, "ageing_at_date": AgeingAtDate, "results": Results, "home": Home}
