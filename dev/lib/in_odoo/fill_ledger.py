"""Fill a database with a large ledger, and verify it."""

import itertools
import operator
import time
from datetime import date

from lib import settlement_book
from lib.bench_ledger import check, contacts, debtors, documents, prototypes
from lib.bench_ledger.plan import Plan

from odoo.tools import SQL, split_every

REVIEW_BATCH = 1000


def main(env, debtor_count, invoice_count):
    """Fill it; say what was made and how long it took."""
    end = date.today()
    with _timed("Prototypes"):
        models = prototypes.Maker(env, end).make()
        salespeople = debtors.make_salespeople(env)
    with _timed("Plan"):
        segments = _plan(env, debtor_count, invoice_count, end)
    with _timed("Debtors"):
        before = debtors.insert_debtors(env, models, segments)
        debtors.insert_records(env)
    with _timed("Documents"):
        documents.insert_documents(env, models, before, salespeople)
        env.cr.execute("ANALYZE")
    with _timed("Cases"):
        env["collection.balance"]._create_missing_cases()
        debtors.link_records(env)
    with _timed("Contacts"):
        contacts.insert_contacts(env, end)
        env.cr.execute("ANALYZE")
        env.cr.commit()
    with _timed("Groups, quality, segments"):
        _review(env)
    with _timed("Verification"):
        problems = check.find_problems(env)
    _report(env)
    if problems:
        raise ValueError("; ".join(problems))


def _plan(env, debtor_count, invoice_count, end):
    """Draw and stage everything; return the kind of each debtor by number."""
    plan = Plan(end)
    staging = documents.Staging(env.cr)
    segments = {}
    rows = settlement_book.settlements(debtor_count, invoice_count, end)
    for number, of_debtor in itertools.groupby(rows, operator.itemgetter(0)):
        of_debtor = list(of_debtor)
        segments[number + 1] = of_debtor[0][1]
        plan.plan(number + 1, of_debtor)
        staging.add(plan)
    staging.flush()
    return segments


def _review(env):
    """Do of a review what the observatory reads: groups, quality, segments.

    The whole review plans the next steps too, which takes longer than all the rest.
    """
    cases = env["collection.case"].search([("review_pending", "=", True)], order="id")
    for batch in split_every(REVIEW_BATCH, cases.ids):
        reviewed = env["collection.case"].browse(batch)
        reviewed._refresh_groups()
        reviewed._refresh_quality()
        env["collection.segment"]._assign(env.company, reviewed)
        env.cr.commit()
        env.invalidate_all()


def _report(env):
    for table in (
        "collection_case",
        "account_move",
        "account_move_line",
        "account_payment",
        "account_partial_reconcile",
        "collection_action",
        "collection_action_item",
    ):
        env.cr.execute(SQL("SELECT count(*) FROM %s", SQL.identifier(table)))
        print(f"  {table:26}{env.cr.fetchone()[0]:12,}")


class _timed:
    def __init__(self, title):
        self.title = title

    def __enter__(self):
        self.begin = time.monotonic()

    def __exit__(self, *_error):
        print(f"  {self.title}: {time.monotonic() - self.begin:.1f} s", flush=True)
