"""Books of a company that collects, made at random, and what their indicators are.

:class:`CollectingBook` also calls, writes, notes promises and disputes, and moves debts
to other accounts. :class:`ExpectedMonth` works the indicators out from journal items
and their matchings, one after the other. Neither uses code of the module that measures.
"""

from collections import defaultdict
from datetime import timedelta
from decimal import Decimal
from typing import NamedTuple

from dateutil.relativedelta import relativedelta

from .ledger_check import open_items
from .random_book import (
    SALES,
    RandomBook,
    _decimal,
    _get_parts,
    _kind,
    is_instalment,
)

REACHED = (
    "reached",
    "promised",
    "paid",
    "disputed",
    "difficulty",
    "bad_faith",
    "invoice_missing",
)
MISSED = ("voicemail", "no_answer", "wrong_number", "wrong_person")
# What a contact costs in the test: a call takes six minutes at 30 an hour as well.
COSTS = {"phone": 8, "letter": 2, "email": 0.05, "formal_notice": 9}
CLASSES = ((1, 30), (31, 60), (61, 90), (91, 120))
HUNDRED = Decimal(100)
ZERO = Decimal(0)

# === BUSINESS === #


class CollectingBook(RandomBook):
    """A random book whose debtors are called, promise, dispute and become doubtful."""

    def __init__(self, test, seed):
        super().__init__(test, seed)
        self.bills, self.doubtful = test.bills, test.doubtful
        self.deeds |= {self.move_to_bills: 1, self.move_to_doubtful: 1}

    def collect(self):
        """Do what collectors do, in the last months."""
        for deed, times in ((self.contact, 20), (self.promise, 12), (self.dispute, 6)):
            for _number in range(times):
                deed()

    def _move(self, account):
        """Move what is open of a debt to another receivable account."""
        line = self._pick(self._open(("balance", ">", 0)))
        if not line or line.account_id == account or line.currency_id != self.euro:
            return
        amount = line.amount_residual
        values = {"partner_id": line.partner_id.id}
        due = {"date_maturity": line.date_maturity or line.date}
        entry = self.test._entry(
            -self._age(100),
            (line.account_id, -amount, values),
            (account, amount, values | due),
        )
        credit = entry.line_ids.filtered(lambda one: one.balance < 0)
        (line | credit).reconcile()

    def move_to_bills(self):
        self._move(self.bills)

    def move_to_doubtful(self):
        self._move(self.doubtful)

    def _lately(self):
        return self.test.today - timedelta(days=self._age(120))

    def _any_case(self):
        return self.test._case(self.random.choice(self.debtors))

    def contact(self):
        if case := self._any_case():
            channel = self.random.choice(list(COSTS))
            outcomes = (
                [*REACHED, *MISSED] if channel == "phone" else [False, "promised"]
            )
            self.env["collection.action"].create(
                {
                    "case_id": case.id,
                    "channel": channel,
                    "date": self._lately(),
                    "state": self.random.choice(("sent", "done", "failed")),
                    "outcome": self.random.choice(outcomes),
                }
            )

    def promise(self):
        if case := self._any_case():
            made = self._lately()
            promise = self.env["collection.promise"].create(
                {
                    "case_id": case.id,
                    "amount": self._amount(2000),
                    "date_made": made,
                    "date_promised": made + timedelta(days=self.random.randint(1, 50)),
                }
            )
            # The judge is tested elsewhere: here what it decided is counted.
            promise.write(
                {
                    "state": self.random.choice(
                        ("kept", "partial", "broken", "open", "cancelled")
                    ),
                    "amount_paid": self._amount(2000),
                }
            )

    def dispute(self):
        line = self._pick(self._open(("balance", ">", 0)))
        if line and (case := self.test._case(line.partner_id)):
            opened = self._lately()
            is_partial = self.random.random() < 0.5
            self.env["collection.dispute"].create(
                {
                    "case_id": case.id,
                    "reason_id": self.test.reason.id,
                    "user_id": self.env.uid,
                    "line_ids": line.ids,
                    "is_partial": is_partial,
                    "amount": min(self._amount(2000), line.balance),
                    "date_opened": opened,
                    "deadline": opened,
                    "date_closed": self.random.choice((False, self._date(opened))),
                }
            )


# === RECOMPUTATION === #


class Month(NamedTuple):
    """What the recomputation of a month needs to know."""

    first: object
    last: object
    unpaid_days: int


def _is_transfer(move):
    receivables = move.line_ids.filtered(
        lambda line: line.account_type == "asset_receivable"
    )
    return _kind(move) == "written_off" and not round(
        sum(receivables.mapped("balance")), 2
    )


def _total_of(move):
    """Return the total with tax, in company currency, credit notes below zero."""
    return sum(
        _decimal(line.balance)
        for line in move.line_ids
        if line.account_type == "asset_receivable"
    )


def _rate(part, whole):
    return (part * HUNDRED / whole if whole > 0 else None, part, whole)


class ExpectedMonth:
    """The indicators of a month of some debtors, ``{code: (value, part, whole)}``."""

    def __init__(self, env, company, lines, month):
        self.env, self.company, self.lines, self.month = env, company, lines, month
        self.opening = self._sound(month.first - timedelta(days=1))
        self.closing = self._sound(month.last)
        self.sales = [
            (move.commercial_partner_id, move.invoice_date, _total_of(move))
            for move in self.env["account.move"].search(
                [
                    ("company_id", "=", company.id),
                    ("state", "=", "posted"),
                    ("move_type", "in", (*SALES, "out_refund")),
                ]
            )
        ]
        self.parts = {
            line: [part for part in _get_parts(line) if part.day <= month.last]
            for line in lines
            if is_instalment(line)
        }

    def _sound(self, day):
        return [
            item
            for item in open_items(self.lines, day)
            if not item.account.startswith("416")
        ]

    def indicators(self, partners):
        """Return those of ``partners``, the debtors."""
        return {
            **self._balances(partners),
            **self._payments(partners),
            **self._work(partners),
        }

    # === BALANCES === #

    def _total(self, items, partners, condition=lambda item: True):
        return sum(
            (
                item.residual
                for item in items
                if item.partner in partners and condition(item)
            ),
            ZERO,
        )

    def _late(self, items, partners, least, most=10**6):
        return self._total(
            items,
            partners,
            lambda item: item.residual > 0 and least <= item.late <= most,
        )

    def _turnover(self, partners, first, last):
        return sum(
            (
                amount
                for partner, day, amount in self.sales
                if partner in partners and first <= day <= last
            ),
            ZERO,
        )

    def _months_back(self, partners, count):
        """Return ``[(turnover, days)]`` of the month and those before it."""
        months = []
        for number in range(count):
            first = self.month.first - relativedelta(months=number)
            end = first + relativedelta(months=1) - timedelta(days=1)
            last = min(end, self.month.last)
            months.append(
                (self._turnover(partners, first, last), (last - first).days + 1)
            )
        return months

    def _balances(self, partners):
        month = self.month
        closing = self._total(self.closing, partners)
        opening = self._total(self.opening, partners)
        not_due = self._late(self.closing, partners, -(10**6), 0)
        months = self._months_back(partners, 24)
        quarter = sum(amount for amount, _days in months[:3])
        days = sum(days for _amount, days in months[:3])
        dso, best = (
            amount * days / quarter if quarter > 0 else None
            for amount in (closing, not_due)
        )
        year = sum(amount for amount, _days in months[:12])
        collectable = opening + months[0][0]
        rolls = [
            [self._late(items, partners, *limits) for limits in CLASSES]
            for items in (self.opening, self.closing)
        ]
        late = {
            code: self._late(self.closing, partners, days + 1)
            for code, days in (
                ("overdue", 0),
                ("unpaid", month.unpaid_days),
                ("90", 90),
            )
        }
        return {
            "dso": (dso, closing, quarter),
            "best_possible_dso": (best, not_due, quarter),
            "average_days_delinquent": (
                None if dso is None else dso - best,
                ZERO,
                ZERO,
            ),
            "dso_count_back": (self._count_back(closing, months), closing, ZERO),
            "collection_effectiveness": _rate(
                collectable - closing, collectable - not_due
            ),
            "unpaid_rate": _rate(late["unpaid"], year),
            "overdue_share": _rate(late["overdue"], closing),
            "over_90_share": _rate(late["90"], closing),
            "roll_1_30": _rate(rolls[1][1], rolls[0][0]),
            "roll_31_60": _rate(rolls[1][2], rolls[0][1]),
            "roll_61_90": _rate(rolls[1][3], rolls[0][2]),
        }

    def _count_back(self, balance, months):
        while months and not months[-1][0]:
            months = months[:-1]
        days, left = ZERO, max(balance, ZERO)
        for amount, length in months:
            if left <= 0:
                break
            used = min(max(amount, ZERO), left)
            days += length if used < left or amount <= left else length * used / amount
            left -= used
        return days

    # === PAYMENTS === #

    def _payments(self, partners):
        first, last = self.month.first, self.month.last
        due = taken_off = due_paid = paid = waited = late = ZERO
        for line, parts in self.parts.items():
            if line.partner_id not in partners:
                continue
            rate = _decimal(line.balance) / _decimal(line.amount_currency)
            date_due = line.date_maturity or line.date
            invoiced = line.move_id.invoice_date or line.date
            if first <= date_due <= last and line.date <= last:
                due += _decimal(line.balance)
                due_paid += sum(part.cash for part in parts) * rate
                credited = (part.amount for part in parts if part.kind == "credited")
                taken_off += (sum(credited) + self._moved(line, last)) * rate
            for part in parts:
                if part.day >= first and part.cash:
                    cash = part.cash * rate
                    paid += cash
                    waited += cash * (part.day - invoiced).days
                    late += cash * (part.day - date_due).days
        return {
            "recovery_rate": _rate(due_paid, due - taken_off),
            "payment_delay": (waited / paid if paid > 0 else None, waited, paid),
            "days_late": (late / paid if paid > 0 else None, late, paid),
            "cost_rate": _rate(self._cost(partners), paid),
        }

    def _moved(self, line, day):
        return sum(
            _decimal(partial.debit_amount_currency)
            for partial in line.matched_credit_ids
            if partial.max_date <= day and _is_transfer(partial.credit_move_id.move_id)
        )

    # === WORK === #

    def _of(self, model, partners):
        return [
            record
            for record in self.env[model].search([("company_id", "=", self.company.id)])
            if record.case_id.partner_id in partners
        ]

    def _is_in(self, day):
        return self.month.first <= day <= self.month.last

    def _cost(self, partners):
        return sum(
            (
                _decimal(COSTS[action.channel])
                for action in self._of("collection.action", partners)
                if action.state in ("sent", "done") and self._is_in(action.date)
            ),
            ZERO,
        )

    def _work(self, partners):
        calls = [
            action.outcome
            for action in self._of("collection.action", partners)
            if action.channel == "phone" and self._is_in(action.date)
        ]
        reached = Decimal(sum(outcome in REACHED for outcome in calls))
        promises = self._of("collection.promise", partners)
        made = Decimal(sum(self._is_in(promise.date_made) for promise in promises))
        matured = [
            promise
            for promise in promises
            if promise.state in ("kept", "partial", "broken")
            and self._is_in(promise.date_limit)
        ]
        kept = Decimal(sum(promise.state == "kept" for promise in matured))
        promised = sum((_decimal(promise.amount) for promise in matured), ZERO)
        came = sum(
            (_decimal(min(promise.amount, promise.amount_paid)) for promise in matured),
            ZERO,
        )
        return {
            "contact_rate": _rate(reached, Decimal(len(calls))),
            "promise_rate": _rate(made, reached),
            "promise_kept_rate": _rate(kept, Decimal(len(matured))),
            "promise_paid_rate": _rate(came, promised),
            "dispute_rate": self._disputes(partners),
        }

    def _disputes(self, partners):
        disputed = defaultdict(Decimal)
        for dispute in self._of("collection.dispute", partners):
            if dispute.date_opened <= self.month.last and not (
                dispute.date_closed and dispute.date_closed <= self.month.last
            ):
                for line in dispute.line_ids:
                    disputed[line] += (
                        _decimal(dispute.amount)
                        if dispute.is_partial
                        else Decimal(10**9)
                    )
        owed = [
            item
            for item in self.closing
            if item.partner in partners and item.residual > 0
        ]
        return _rate(
            sum((min(item.residual, disputed[item.line]) for item in owed), ZERO),
            sum((item.residual for item in owed), ZERO),
        )
