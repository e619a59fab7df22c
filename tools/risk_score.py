"""Score from 0 to 100 how risky it is to give a debtor credit; 100 is the worst.

The score is a sum of points, capped at 100, as a credit analyst would give them: each
*factor* looks at one thing that is known of the debtor, turns it into a *share* from 0
(no worry) to 1 (as bad as it gets) and earns that share of its *weight*. Points are
rounded factor by factor, so that what is shown beside the score adds up to it. A sum of
weighted scales, rather than a fitted model, is what lets everybody read, check and
change it: few companies have seen enough insolvencies to fit anything. What can be
learnt from the payments themselves, the probability of default, is one of the factors.

The scales are continuous where the fact is, and never fall as the fact gets worse.

============  ==================================================================
lateness      geometric mean of the share of the debt that is overdue, credits
              deducted, and of the age of its oldest item, 90 days being full:
              one without the other says little
delay         mean days late over 12 months, 60 days being full
late_share    share of the instalments of 12 months that were paid late or still are
trend         days later each month, 10 being full; nothing when it gets better
irregular     deviation of the days late as far as it goes past the due date,
              45 days being full
default       probability to be unpaid 90 days after the due date, 50 % being full
abnormal      the debtor pays unlike before: all or nothing
exposure      share of the credit limit that is used. Without a limit what is owed in
              days of invoicing: nothing up to 60 (the longest payment term between
              traders, article L441-10 of the Code de commerce), 180 being full. Of
              who has never paid, without a limit, nothing can be said
no_history    how little is known: full without a payment, nothing from 3 on
proceeding    receivership 1, safeguard 0.6, a plan or closed proceedings 0.5.
              Liquidation is worth 100 points whatever the weights: nothing more is
              to be expected of it. A conciliation is confidential (article L611-15
              of the Code de commerce) and never counts
ceased        ceased or struck off 1; no open establishment 0.5
age           age of a company, falling from 1 at its foundation to 0 at 3 years
size          of a business: very small 1, unknown 1 (more than nine in ten are
              very small), small or medium 0.5, mid-sized 0.25, large 0
disputes      share of the invoices that were disputed, 50 % being full
promises      broken promises / (promises + 1): one may be an accident
quality       100 less the data quality
unreachable   no way to reach the debtor is left: all or nothing
============  ==================================================================

Points as shipped are :data:`WEIGHTS`. Payment behaviour can reach 100 by itself: a
debtor that pays two months late, always, owes mostly overdue and is likely to go
on like that scores beyond 60. Proceedings and a company that has ceased to exist are
worth 60 and 70, high risk by themselves. A debtor of whom nothing is known scores 20 to
35 with its size, age and data: neither trusted nor refused.
"""

from datetime import date
from typing import NamedTuple

WEIGHTS = {
    "lateness": 30,
    "delay": 20,
    "late_share": 5,
    "trend": 5,
    "irregular": 5,
    "default": 15,
    "abnormal": 5,
    "exposure": 10,
    "no_history": 20,
    "proceeding": 60,
    "ceased": 70,
    "age": 5,
    "size": 4,
    "disputes": 5,
    "promises": 10,
    "quality": 5,
    "unreachable": 8,
}
HIGHEST = 100
LIQUIDATION = "liquidation"

FULL_AGE_OVERDUE = 90
FULL_DELAY = 60
FULL_TREND = 10
FULL_DEVIATION = 45
FULL_DEFAULT = 50
FULL_DISPUTES = 50
LONGEST_TERM = 60
FULL_SALES_DAYS = 180
KNOWN_FROM = 3
YOUNG_DAYS = 3 * 365.25
MONTH_DAYS = 365.25 / 12
YEAR_DAYS = 365

PROCEEDING_SHARES = {
    "receivership": 1.0,
    "safeguard": 0.6,
    "plan": 0.5,
    "closed": 0.5,
}
SIZE_SHARES = {"micro": 1.0, "unknown": 1.0, "pme": 0.5, "eti": 0.25}
# INSEE's staff bands below ten employees, among its "PME".
MICRO_STAFF_BANDS = frozenset({"NN", "00", "01", "02", "03"})


class DebtorFacts(NamedTuple):
    """What the score of one debtor is made of; unknown is 0, "" or None.

    Amounts are in one currency, days and counts are numbers, shares are percentages.

    :ivar today: the day on which the debtor is looked at
    :ivar amount_overdue_net: what is past its due date, credits deducted
    :ivar open_debit: all open items, due or not, credits not deducted
    :ivar amount_due: the balance, credits deducted
    :ivar payment_count: instalments paid in the last 12 months
    :ivar credit_used: percent of the credit limit, 0 when there is no limit
    :ivar promise_count: promises to pay whose day has come
    :ivar quality_score: data quality from 0 to 100, None when not assessed
    """

    today: date
    is_business: bool = True
    amount_overdue_net: float = 0
    open_debit: float = 0
    amount_due: float = 0
    days_overdue: int = 0
    payment_count: int = 0
    days_late_avg: float = 0
    days_late_deviation: float = 0
    late_share: float = 0
    late_trend: float = 0
    default_probability: float = 0
    is_abnormal: bool = False
    abnormal_since: date | None = None
    credit_used: float = 0
    invoiced_12m: float = 0
    proceeding: str = "none"
    proceeding_since: date | None = None
    register: str = "unknown"
    ceased_on: date | None = None
    struck_off_on: date | None = None
    created_on: date | None = None
    size_category: str = ""
    staff_band: str = ""
    dispute_rate: float = 0
    promise_count: int = 0
    kept_promise_rate: float = 0
    quality_score: int | None = None
    is_unreachable: bool = False


def score(debtor, weights):
    """Return ``(score, [(code, points, facts)])``, the heaviest factor first.

    ``facts`` are plain JSON: whole numbers, and dates in ISO format under names that
    end with ``_on``. Where a factor has more than one sentence, ``wording`` names it.

    :param DebtorFacts debtor: what is known
    :param dict weights: points by code; a code without points is left out
    """
    return add_up(get_factors(debtor, weights))


def add_up(factors):
    """Return the score made of factors, and the factors, the heaviest first."""
    ranked = sorted(factors, key=lambda factor: -factor[1])
    total = sum(points for _code, points, _facts in ranked)
    return min(HIGHEST, max(0, total)), ranked


def get_factors(debtor, weights):
    """Return the ``(code, points, facts)`` of a debtor that are worth a point."""
    factors = []
    for code, measure in MEASURES.items():
        if weight := weights.get(code):
            share, facts = measure(debtor)
            if points := _round(weight * share):
                factors.append((code, points, facts))
    if debtor.proceeding == LIQUIDATION:
        factors = [factor for factor in factors if factor[0] != "proceeding"]
        factors.append(("proceeding", HIGHEST, _proceeding_facts(debtor)))
    return factors


def _round(number):
    """Round halves up, as people do."""
    return int(number + 0.5)


def _up_to(value, full):
    """Return how far ``value`` is on the way from 0 to ``full``."""
    return min(1.0, max(0.0, value / full))


def _dated(wording, **days):
    """Return the facts of a sentence with a date, or of the one that has none."""
    ((name, day),) = days.items()
    if day:
        return {"wording": wording, name: day.isoformat()}
    return {"wording": f"{wording}_undated"}


# === PAYMENTS ===


def _measure_lateness(debtor):
    if debtor.amount_overdue_net <= 0 or debtor.open_debit <= 0:
        return 0, {}
    part = _up_to(debtor.amount_overdue_net, debtor.open_debit)
    age = _up_to(debtor.days_overdue, FULL_AGE_OVERDUE)
    facts = {"percent": _round(100 * part), "days": debtor.days_overdue}
    return (part * age) ** 0.5, facts


def _measure_delay(debtor):
    share = _up_to(debtor.days_late_avg, FULL_DELAY)
    return share, {"days": _round(debtor.days_late_avg)}


def _measure_late_share(debtor):
    return _up_to(debtor.late_share, 100), {"percent": _round(debtor.late_share)}


def _measure_trend(debtor):
    share = _up_to(debtor.late_trend, FULL_TREND)
    return share, {"days": _round(3 * debtor.late_trend)}


def _measure_irregular(debtor):
    deviation = debtor.days_late_deviation
    past_due = min(deviation, debtor.days_late_avg + deviation)
    return _up_to(past_due, FULL_DEVIATION), {"days": _round(deviation)}


def _measure_default(debtor):
    share = _up_to(debtor.default_probability, FULL_DEFAULT)
    return share, {"percent": _round(debtor.default_probability)}


def _measure_abnormal(debtor):
    facts = _dated("abnormal", noticed_on=debtor.abnormal_since)
    return float(debtor.is_abnormal), facts


def _measure_exposure(debtor):
    if debtor.credit_used > 0:
        share = _up_to(debtor.credit_used, 100)
        return share, {"percent": _round(debtor.credit_used)}
    if not debtor.payment_count or debtor.amount_due <= 0:
        return 0, {}
    sales = max(debtor.invoiced_12m, debtor.amount_due)
    days = YEAR_DAYS * debtor.amount_due / sales
    share = _up_to(days - LONGEST_TERM, FULL_SALES_DAYS - LONGEST_TERM)
    return share, {"wording": "exposure_sales", "days": _round(days)}


def _measure_no_history(debtor):
    count = debtor.payment_count
    facts = {"wording": "no_history_few", "count": count} if count else {}
    return 1 - _up_to(count, KNOWN_FROM), facts


# === SOLVENCY ===


def _measure_proceeding(debtor):
    share = PROCEEDING_SHARES.get(debtor.proceeding, 0)
    return share, _proceeding_facts(debtor)


def _proceeding_facts(debtor):
    wording = f"proceeding_{debtor.proceeding}"
    return _dated(wording, judged_on=debtor.proceeding_since)


def _measure_ceased(debtor):
    if debtor.struck_off_on:
        return 1, _dated("struck_off", struck_off_on=debtor.struck_off_on)
    if debtor.register == "ceased":
        return 1, _dated("ceased", ceased_on=debtor.ceased_on)
    return 0.5 * (debtor.register == "dormant"), {"wording": "dormant"}


def _measure_age(debtor):
    if not debtor.is_business or not debtor.created_on:
        return 0, {}
    days = max(0, (debtor.today - debtor.created_on).days)
    facts = {"wording": "young", "months": int(days / MONTH_DAYS)}
    return 1 - _up_to(days, YOUNG_DAYS), facts


def _measure_size(debtor):
    if not debtor.is_business:
        return 0, {}
    size = debtor.size_category.lower()
    if size not in ("pme", "eti", "ge"):
        size = "unknown"
    if size in ("pme", "unknown") and debtor.staff_band in MICRO_STAFF_BANDS:
        size = "micro"
    return SIZE_SHARES.get(size, 0), {"wording": f"size_{size}"}


# === DEALINGS ===


def _measure_disputes(debtor):
    share = _up_to(debtor.dispute_rate, FULL_DISPUTES)
    return share, {"percent": _round(debtor.dispute_rate)}


def _measure_promises(debtor):
    count = debtor.promise_count
    broken = _round(count * (1 - _up_to(debtor.kept_promise_rate, 100)))
    return broken / (count + 1), {"broken": broken, "count": count}


def _measure_quality(debtor):
    if debtor.quality_score is None:
        return 0, {}
    return 1 - _up_to(debtor.quality_score, 100), {"score": debtor.quality_score}


def _measure_unreachable(debtor):
    return float(debtor.is_unreachable), {}


MEASURES = {
    "lateness": _measure_lateness,
    "delay": _measure_delay,
    "late_share": _measure_late_share,
    "trend": _measure_trend,
    "irregular": _measure_irregular,
    "default": _measure_default,
    "abnormal": _measure_abnormal,
    "exposure": _measure_exposure,
    "no_history": _measure_no_history,
    "proceeding": _measure_proceeding,
    "ceased": _measure_ceased,
    "age": _measure_age,
    "size": _measure_size,
    "disputes": _measure_disputes,
    "promises": _measure_promises,
    "quality": _measure_quality,
    "unreachable": _measure_unreachable,
}
