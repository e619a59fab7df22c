"""The steps of ``dev/bench`` that work on a large ledger, inside Odoo.

Each is a class: ``prepare`` blanks what the work is to write, so that every row is
written; ``work`` is measured; ``floor`` is the least work possible for the same, in
plain SQL. Everything is rolled back.
"""

import time

FETCH = 10_000
# What a prediction writes on each open instalment.
WRITE_PREDICTIONS = """
    UPDATE collection_payment_fact
       SET expected_date = date_due + 10, expected_date_if_paid = date_due + 9,
           expected_date_low = date_due + 1, expected_date_high = date_due + 40,
           default_probability = 5, predicted_on = CURRENT_DATE - 1
     WHERE state IN ('open', 'part_paid')"""
AGGREGATE_LEDGER = """
    CREATE TEMP TABLE bench_floor ON COMMIT DROP AS
    SELECT line.id, line.move_id, line.partner_id, line.balance, line.amount_residual,
           line.date_maturity, settled.amount, settled.days, settled.last
      FROM account_move_line line
 LEFT JOIN (SELECT debit_move_id, sum(amount) AS amount, max(max_date) AS last,
                   sum((max_date - DATE '2000-01-01') * amount) / sum(amount) AS days
              FROM account_partial_reconcile GROUP BY debit_move_id) settled
        ON settled.debit_move_id = line.id
     WHERE line.account_id = ANY(%s) AND line.balance > 0"""
READ_SETTLEMENTS = """
    SELECT case_id, invoice_date, date_due, last_payment_date, amount, state
      FROM collection_payment_fact"""
WRITE_PROFILES = """
    UPDATE collection_case c
       SET days_late_avg = fresh.late, payment_count = fresh.count
      FROM (SELECT case_id, count(*),
                   sum(days_late * amount_paid) / sum(amount_paid) AS late
              FROM collection_payment_fact
             WHERE state = 'paid' AND date_paid > CURRENT_DATE - 365
             GROUP BY case_id) fresh
     WHERE fresh.case_id = c.id"""
GROUP_FACTS = """
    SELECT date_trunc('quarter', date_due), count(*), sum(amount), sum(amount_paid),
           sum(days_late * amount_paid) FILTER (WHERE days_late IS NOT NULL)
           / sum(amount_paid) FILTER (WHERE days_late IS NOT NULL)
      FROM collection_payment_fact GROUP BY 1"""
MEASURES = ("__count", "amount:sum", "amount_paid:sum", "days_late_weighted:avg")
GROUPS = {
    "quarter": ["date_due:quarter"],
    "season month": ["season_month"],
    "region": ["region"],
    "salesperson": ["user_id"],
    "step before the payment": ["step_id"],
    "quarter and lateness": ["date_due:quarter", "lateness"],
}
PAGE = 80
COUNTED = 10_001  # how far the web client counts


class Step:
    """A step on the ledger of the main company.

    ``seconds`` is set by the work when it is not the time that all of it takes, as is
    ``floor_seconds`` by the floor; ``extra_seconds`` and ``extra_cpu_seconds`` come to
    those of the floor, for what it has done to a sample only.
    """

    table = "collection_payment_fact"
    seconds = None
    floor_seconds = None
    extra_seconds = 0
    extra_cpu_seconds = 0

    def __init__(self, env):
        self.env = env
        self.company = env.ref("base.main_company")
        (self.items,) = self.fetch_one(f"SELECT count(*) FROM {self.table}")

    def prepare(self):
        """Blank what the work is to write."""

    def work(self):
        """What is measured."""
        raise NotImplementedError

    def floor(self):
        """The least work possible for the same."""
        raise NotImplementedError

    def execute(self, statement, *parameters):
        """Run a statement of SQL."""
        self.env.cr.execute(statement, parameters or None)

    def fetch_one(self, statement):
        """The only row of a query."""
        self.execute(statement)
        return self.env.cr.fetchone()

    def aggregate_ledger(self):
        """Join receivables and what settles them, into a table."""
        self.execute(
            AGGREGATE_LEDGER, self.env["collection.balance"]._receivable_account_ids()
        )

    def update_cases(self, column):
        """Write a number on each case."""
        self.execute(f"UPDATE collection_case SET {column} = COALESCE({column}, 0) + 1")


class Facts(Step):
    """All facts made from nothing."""

    def prepare(self):
        self.execute("TRUNCATE collection_payment_fact")

    def work(self):
        self.env["collection.payment.fact"]._rebuild(self.company)

    def floor(self):
        self.aggregate_ledger()


class FactsAgain(Facts):
    """All facts compared with the ledger, as every night: none is wrong."""

    def prepare(self):
        pass


class FactsRead(Step):
    """The slowest of what the screen of the facts reads, as a user of it."""

    def __init__(self, env):
        super().__init__(env(user=env.ref("base.user_admin")))

    def work(self):
        facts = self.env["collection.payment.fact"]
        reads = {
            name: lambda groups=groups: facts.formatted_read_group(
                [], groups, list(MEASURES)
            )
            for name, groups in GROUPS.items()
        }
        reads["first page"] = lambda: facts.web_search_read(
            [], self._get_columns(facts), limit=PAGE, count_limit=COUNTED
        )
        self.seconds = max(self._time(name, read) for name, read in reads.items())

    def _get_columns(self, facts):
        """The columns of the list."""
        view = facts.get_views([(None, "list")])
        return {
            name: {"fields": {"display_name": {}}}
            if facts._fields[name].type == "many2one"
            else {}
            for name in view["models"][facts._name]["fields"]
            if name in facts._fields
        }

    def _time(self, name, read):
        self.env.invalidate_all()
        begin = time.perf_counter()
        read()
        seconds = round(time.perf_counter() - begin, 3)
        print(f"  {name}: {seconds:.2f} s")
        return seconds

    def floor(self):
        self.execute(GROUP_FACTS)
        self.env.cr.fetchall()


class Profile(Step):
    """The behaviour of all debtors."""

    table = "collection_case"

    def prepare(self):
        self.execute(
            "UPDATE collection_case SET payment_count = 0, days_late_avg = NULL,"
            " is_abnormal = NULL, abnormal_facts = NULL"
        )

    def work(self):
        self.env["collection.profile"]._refresh(self.company)

    def floor(self):
        self.execute(WRITE_PROFILES)


class Forecast(Step):
    """The delay model learnt, what is open predicted and written."""

    def prepare(self):
        self.execute(
            "UPDATE collection_payment_fact SET predicted_on = NULL, expected_date ="
            " NULL WHERE state IN ('open', 'part_paid')"
        )

    def work(self):
        self.env["collection.forecast"]._refresh(self.company)

    def floor(self):
        self.execute(READ_SETTLEMENTS)
        while self.env.cr.fetchmany(FETCH):
            pass
        self.execute(WRITE_PREDICTIONS)


class Risk(Step):
    """The score of all debtors."""

    table = "collection_case"

    def prepare(self):
        self.execute(
            "UPDATE collection_case SET risk_score = 0, risk_factors = NULL,"
            " risk_band_id = NULL, risk_level = NULL"
        )

    def work(self):
        self.env["collection.risk"]._refresh(self.company)

    def floor(self):
        self.update_cases("risk_score")


class Credit(Step):
    """The credit limit proposed to all debtors."""

    table = "collection_case"

    def prepare(self):
        self.execute(
            "UPDATE collection_case SET credit_proposed = NULL, credit_advice = NULL,"
            " credit_facts = NULL"
        )

    def work(self):
        self.env["collection.credit.policy"]._refresh(self.company)

    def floor(self):
        self.update_cases("credit_proposed")


class Observatory(Step):
    """The whole pass of the night, nothing being there yet."""

    def prepare(self):
        for step in (Facts, Profile, Risk, Credit):
            step(self.env).prepare()

    def work(self):
        self.env["collection.observatory"]._refresh(self.company)

    def floor(self):
        self.aggregate_ledger()
        for step in (Forecast, Profile, Risk, Credit):
            step(self.env).floor()


class Dashboard(Step):
    """The figures of the overview, as a user asks for them."""

    def __init__(self, env):
        super().__init__(env(user=env.ref("base.user_admin")))

    def work(self):
        self.env["collection.observatory"].get_dashboard()

    def floor(self):
        self.execute(GROUP_FACTS)
        self.env.cr.fetchall()
        self.fetch_one(
            "SELECT sum(amount_due), sum(amount_overdue) FROM collection_case"
        )


STEPS = {
    "facts": Facts,
    "facts_again": FactsAgain,
    "facts_read": FactsRead,
    "profile": Profile,
    "forecast": Forecast,
    "risk": Risk,
    "credit": Credit,
    "observatory": Observatory,
    "dashboard": Dashboard,
}
