from datetime import date
from decimal import Decimal

import pytest

from odoo.addons.l10n_fr_debt_collection.tools.promises import (
    Payment,
    Promise,
    allot,
    by_line,
    judge,
    payable,
)

MADE = date(2026, 3, 2)
DUE = date(2026, 3, 10)
LIMIT = date(2026, 3, 13)
AFTER = date(2026, 3, 14)


def promise(amount=1000, number=1, due=DUE, limit=LIMIT, lines=(7,)):
    return Promise(number, MADE, due, limit, Decimal(amount), frozenset(lines))


def payment(amount, day=DUE, line=7):
    return Payment(line, day, Decimal(amount))


class TestJudge:
    """What becomes of a promise of 1,000 for 10 March with three days of grace."""

    @pytest.mark.parametrize(
        ("amounts", "today", "state"),
        [
            ([], DUE, "open"),
            ([], LIMIT, "open"),
            ([], AFTER, "broken"),
            ([400], LIMIT, "open"),
            ([400], AFTER, "partial"),
            ([1000], DUE, "kept"),
            ([400, 600], DUE, "kept"),
            ([1200], AFTER, "kept"),
        ],
    )
    def test_state(self, amounts, today, state):
        verdict = judge(promise(), [payment(a) for a in amounts], Decimal(1000), today)
        assert verdict.state == state
        assert verdict.paid == sum(amounts)

    def test_kept_on_the_day_of_the_payment_that_was_enough(self):
        payments = [payment(700, date(2026, 3, 4)), payment(300, date(2026, 3, 9))]
        verdict = judge(promise(), payments, Decimal(1000), AFTER)
        assert verdict.day == date(2026, 3, 9)

    def test_cancelled_when_credit_notes_leave_nothing_to_pay(self):
        assert judge(promise(), [], Decimal(0), DUE).state == "cancelled"

    def test_kept_when_the_rest_was_credited(self):
        verdict = judge(promise(), [payment(400)], Decimal(400), DUE)
        assert verdict.state == "kept"

    def test_a_part_is_enough_where_the_company_says_so(self):
        payments = [payment(960)]
        assert judge(promise(), payments, Decimal(1000), AFTER).state == "partial"
        verdict = judge(promise(), payments, Decimal(1000), AFTER, Decimal("0.95"))
        assert verdict.state == "kept"

    def test_paid_after_the_limit_stays_broken(self):
        late = payment(1000, AFTER)
        shares = allot([promise()], [late])
        verdict = judge(promise(), shares[1], Decimal(1000), date(2026, 3, 20))
        assert verdict.state == "broken"


class TestAllot:
    """How payments are shared out among promises."""

    def test_counts_from_the_day_it_was_made_to_its_limit(self):
        days = [date(2026, 3, 1), MADE, LIMIT, AFTER]
        shares = allot([promise()], [payment(100, day) for day in days])
        assert [share.day for share in shares[1]] == [MADE, LIMIT]

    def test_one_payment_keeps_no_two_promises(self):
        second = promise(500, 2, due=date(2026, 3, 20), limit=date(2026, 3, 23))
        shares = allot([second, promise(500)], [payment(500)])
        assert [share.amount for share in shares[1]] == [500]
        assert shares[2] == []

    def test_what_is_too_much_goes_on_to_the_next_promise(self):
        second = promise(500, 2, due=date(2026, 3, 20), limit=date(2026, 3, 23))
        shares = allot([promise(500), second], [payment(800)])
        assert [share.amount for share in shares[2]] == [300]

    def test_other_items_do_not_count(self):
        assert allot([promise()], [payment(1000, line=8)])[1] == []


class TestPayable:
    """What money could pay since a promise was made."""

    def test_what_is_open_and_what_was_paid_since(self):
        payments = {7: [payment(300), payment(50, date(2026, 3, 1))], 8: [payment(9)]}
        assert payable(promise(), Decimal(200), payments, {}) == 500

    def test_what_another_promise_has_taken_is_gone(self):
        second = promise(500, 2, due=date(2026, 3, 20), limit=date(2026, 3, 23))
        taken = by_line(allot([promise(500), second], [payment(500)]))
        payments = {7: [payment(500)]}
        assert payable(second, Decimal(100), payments, taken) == 100
        assert payable(promise(500), Decimal(100), payments, taken) == 600
