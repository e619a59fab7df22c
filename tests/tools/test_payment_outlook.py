from datetime import date, timedelta

import pytest

from odoo.addons.l10n_fr_debt_collection.tools import payment_delay
from odoo.addons.l10n_fr_debt_collection.tools.payment_outlook import (
    OpenItem,
    ageing_bucket,
    by_case,
    foresee,
    predicted_ageing,
)

TODAY = date(2026, 6, 15)
NOTHING_KNOWN = payment_delay.fit([], TODAY - timedelta(days=1))


def days(number):
    return timedelta(days=number)


def item(due, amount=1000.0, case=1, is_frozen=False, number=1):
    due = TODAY + days(due)
    return OpenItem(number, case, 7, "business", due - days(30), due, amount, is_frozen)


def unpaid(month, single=0, second=0):
    """What the cautious prior leaves open: by days at 5 %, 1 % and 0.2 %."""
    return 0.95**month * 0.99**single * 0.998**second


class TestForesee:
    """Nothing is known of anybody: the prior of the delay model, by hand.

    Half is paid on the due date, then 5 % a day for 30 days, 1 % until 90, then 0.2 %.
    """

    def test_due_today(self):
        outlook = foresee(NOTHING_KNOWN, item(0), TODAY)
        assert outlook.expected == TODAY
        assert outlook.chances == pytest.approx(
            (
                1 - 0.5 * unpaid(30),
                1 - 0.5 * unpaid(30, 30),
                1 - 0.5 * unpaid(30, 60),
            )
        )
        assert outlook.default == pytest.approx(0.5 * unpaid(30, 60))

    def test_ten_days_late(self):
        # Ten of the days at 5 % are over; from today to the 30th day there are 31.
        outlook = foresee(NOTHING_KNOWN, item(-11), TODAY)
        assert outlook.chances[0] == pytest.approx(1 - unpaid(20, 11))
        # 0.95 ** 13 = 0.513, 0.95 ** 14 = 0.488
        assert outlook.expected == TODAY + days(13)

    def test_ninety_days_late_is_a_default_already(self):
        assert foresee(NOTHING_KNOWN, item(-91), TODAY).default == 1

    def test_no_date_for_what_is_rather_not_paid_in_a_year(self):
        # 0.998 ** 347 = 0.499, but a year is 365 days: just foreseeable ...
        late = foresee(NOTHING_KNOWN, item(-200), TODAY)
        assert late.expected == TODAY + days(346)
        assert late.earliest < late.expected < late.latest

    def test_slow_payers_have_no_date(self):
        never = [
            payment_delay.Settlement(
                7, "business", TODAY - days(n + 30), TODAY - days(n), None, 1
            )
            for n in range(1, 700, 7)
        ]
        model = payment_delay.fit(never, TODAY - days(1))
        outlook = foresee(model, item(-300), TODAY)
        assert outlook.expected is None
        assert outlook.earliest is None

    def test_frozen_is_expected_never(self):
        outlook = foresee(NOTHING_KNOWN, item(10, is_frozen=True), TODAY)
        assert outlook.expected is None
        assert outlook.expected_if_paid is None
        assert outlook.chances == (0, 0, 0)
        assert outlook.default == 1

    def test_today_is_part_of_what_is_to_come(self):
        prediction = foresee(NOTHING_KNOWN, item(0), TODAY).prediction
        assert prediction.paid_by(TODAY) == pytest.approx(0.5)
        assert prediction.paid_by(TODAY - days(1)) == 0


class TestByCase:
    def test_periods_add_up(self):
        items = [item(0, 1000), item(-11, 500, number=2), item(40, 200, 2, number=3)]
        cases = by_case([foresee(NOTHING_KNOWN, i, TODAY) for i in items])
        assert set(cases) == {1, 2}
        assert sum(cases[1].cash) == pytest.approx(1500)
        first = 1000 * (1 - 0.5 * unpaid(30)) + 500 * (1 - unpaid(20, 11))
        assert cases[1].cash[0] == pytest.approx(first)
        assert cases[1].expected == TODAY
        # due in 40 days: nothing before, half on the day
        assert cases[2].cash[0] == pytest.approx(0)
        assert cases[2].cash[1] == pytest.approx(200 * (1 - 0.5 * unpaid(20)))

    def test_at_risk(self):
        outlooks = [foresee(NOTHING_KNOWN, item(0, 1000), TODAY)]
        assert by_case(outlooks)[1].at_risk == pytest.approx(500 * unpaid(30, 60))

    def test_what_credits_cover_gives_no_date(self):
        outlooks = [
            foresee(NOTHING_KNOWN, item(0, 0.0), TODAY),
            foresee(NOTHING_KNOWN, item(20, 100, number=2), TODAY),
        ]
        assert by_case(outlooks)[1].expected == TODAY + days(20)


class TestAgeing:
    @pytest.mark.parametrize(
        ("late", "bucket"),
        [
            (-5, "not_due"),
            (0, "not_due"),
            (1, "1_30"),
            (30, "1_30"),
            (31, "31_60"),
            (90, "61_90"),
            (120, "91_120"),
            (121, "over_120"),
        ],
    )
    def test_bucket(self, late, bucket):
        assert ageing_bucket(late) == bucket

    def test_today_it_is_the_balance(self):
        outlooks = [foresee(NOTHING_KNOWN, item(-11, 800), TODAY)]
        assert predicted_ageing(outlooks, TODAY, 0)["1_30"] == 800

    def test_it_ages_and_shrinks(self):
        outlooks = [
            foresee(NOTHING_KNOWN, item(-11, 800), TODAY),
            foresee(NOTHING_KNOWN, item(-11, 50, is_frozen=True, number=2), TODAY),
        ]
        amounts = predicted_ageing(outlooks, TODAY, 30)
        assert amounts["31_60"] == pytest.approx(800 * unpaid(20, 11) + 50)
        assert amounts["1_30"] == 0
