"""What was open on a day, told by journal items from their amount on.

The ageing balance goes the other way, from what is open today back. Neither uses code
of the other. On any database, ``dev/shell`` can ask for all month ends of two years::

    from odoo.addons.l10n_fr_debt_collection.tests.ledger_check import check_months
    check_months(env)
"""

from collections import defaultdict
from decimal import Decimal
from typing import NamedTuple

from dateutil.relativedelta import relativedelta

MONTHS = 24
CLASSES = {"413": "bills", "416": "doubtful"}
BUCKETS = (
    (0, "amount_not_due"),
    (30, "amount_1_30"),
    (60, "amount_31_60"),
    (90, "amount_61_90"),
    (120, "amount_91_120"),
)


class Item(NamedTuple):
    """A receivable on a day, when it is over."""

    partner: object
    line: object
    account: str
    late: int
    residual: Decimal


def residual_on(line, day):
    """Return what is open of an item when ``day`` is over, from its amount on."""
    settled = sum(
        _exact(partial.amount)
        for partial in line.matched_credit_ids
        if partial.max_date <= day
    ) - sum(
        _exact(partial.amount)
        for partial in line.matched_debit_ids
        if partial.max_date <= day
    )
    return round(_exact(line.balance) - settled, 2)


def open_items(lines, day):
    """Return the :class:`Item` of each of ``lines`` that was open on ``day``."""
    return [
        Item(
            line.partner_id.commercial_partner_id,
            line,
            line.account_id.code,
            (day - (line.date_maturity or line.date)).days,
            residual,
        )
        for line in lines
        if line.parent_state == "posted"
        and line.date <= day
        and (residual := residual_on(line, day))
    ]


def _exact(amount):
    return Decimal(repr(round(amount, 6)))


def find_receivables(env, company):
    """Return all receivable items of a company, of whatever state."""
    return env["account.move.line"].search(
        [("company_id", "=", company.id), ("account_type", "=", "asset_receivable")]
    )


def ageing_on(lines, day):
    """Return ``{(debtor, class of account, column): amount}`` of these items."""
    amounts = defaultdict(Decimal)
    for item in open_items(lines, day):
        kind = CLASSES.get(item.account[:3], "trade")
        name = _get_column(item)
        for column in (name, "amount_total"):
            is_credit = column == "amount_credit"
            amount = -item.residual if is_credit else item.residual
            amounts[item.partner.id, kind, column] += amount
    return {key: float(amount) for key, amount in amounts.items() if amount}


def _get_column(item):
    if item.residual < 0:
        return "amount_credit"
    return next(
        (name for limit, name in BUCKETS if item.late <= limit), "amount_over_120"
    )


def ageing_shown(env, company, day):
    """Return the same of the module's balance of that day, and the balance."""
    ageing = env["collection.ageing"].create({"company_id": company.id, "date": day})
    ageing.action_compute()
    columns = [name for _limit, name in BUCKETS]
    columns += ["amount_over_120", "amount_credit", "amount_total"]
    rows = ageing.line_ids.read(["account_class", "partner_id", *columns])
    shown = {
        (row["partner_id"] and row["partner_id"][0], row["account_class"], column): row[
            column
        ]
        for row in rows
        for column in columns
        if row[column]
    }
    return shown, ageing


def ledger_on(env, company, day):
    """Return the balance of the receivable accounts, whatever it is matched with."""
    [[balance]] = env["account.move.line"]._read_group(
        [
            ("company_id", "=", company.id),
            ("account_type", "=", "asset_receivable"),
            ("parent_state", "=", "posted"),
            ("date", "<=", day),
        ],
        aggregates=["balance:sum"],
    )
    return balance or 0.0


def find_gaps(env, company, day, lines=None):
    """Return ``{what: (shown, what it should be)}`` of the balance of a day."""
    lines = find_receivables(env, company) if lines is None else lines
    expected, (shown, ageing) = ageing_on(lines, day), ageing_shown(env, company, day)
    expected["ledger"], shown["ledger"] = (
        ledger_on(env, company, day),
        (ageing.amount_total),
    )
    return {
        key: (shown.get(key, 0.0), expected.get(key, 0.0))
        for key in shown.keys() | expected.keys()
        if abs(shown.get(key, 0.0) - expected.get(key, 0.0)) > 0.005
    }


def month_ends(today, count=MONTHS):
    """Return the last days of so many months that are over, the latest first."""
    first = today.replace(day=1)
    return [
        first - relativedelta(months=number) - relativedelta(days=1)
        for number in range(count)
    ]


def check_months(env):
    """Return ``[(company, day, items, balance, gaps)]``: no gaps where all ties."""
    rows = []
    for company in env["collection.case"].sudo().search([]).company_id:
        lines = find_receivables(env, company)
        for day in month_ends(company._get_collection_today()):
            rows.append(
                (
                    company.name,
                    day,
                    len(open_items(lines, day)),
                    ledger_on(env, company, day),
                    find_gaps(env, company, day, lines),
                )
            )
    return rows
