"""How much credit a customer should have, and on which terms.

The *need* is what a customer owes when he buys and pays as usual: what is invoiced in
an average month, times the months until he pays (a commercial month has 30 days), times
how much busier his busiest month is than the average. It is at least the largest
invoice he has paid: a limit below one usual invoice would stop every order. An invoice
he has not paid proves nothing; were it counted, a fraud could raise its own limit.

Lateness is not financed. The days are those he takes, but no more than the term agreed
and a tolerance: else who pays late would earn a higher limit.

The *proposal* is a share of the need that depends on the level of risk, rounded to two
significant digits and held between bounds. A customer of whom little is known gets a
starter limit, reduced by his risk, never raised. Nothing is lent to who has ceased or
is in safeguard, receivership or liquidation: what was owed before the judgment is
frozen (article L622-7 of the Code de commerce); what is delivered after it is to be
paid when due (article L622-17), but only payment at once makes sure of that. A
conciliation is confidential (article L611-15 of the same code) and never counts.

A public body pays late but does not fail: its risk counts as medium at most. It pays
after delivery by law (the rule of the "service fait"), within delays fixed by law: no
other term is advised.

The *advice* on the payment term follows what credit managers do: cash from those who
may fail, a shorter term for those who pay late, a longer one as a favour to businesses
that pay on time, within the 60 days of article L441-10 of the Code de commerce.

Explanations are facts, ``[(code, {name: value})]``, plain JSON. Names that end with
``_amount`` are money, with ``_on`` dates in ISO format.
"""

from datetime import date
from math import floor, log10
from typing import NamedTuple

MONTHS = 12
MONTH_DAYS = 30
INSOLVENT = frozenset({"safeguard", "receivership", "liquidation"})
PREPAY, SHORTEN, KEEP, EXTEND = "prepay", "shorten", "keep", "extend"
SAFE_LEVELS = ("low", "medium")


class CreditRules(NamedTuple):
    """What a company decides about credit; amounts are in its currency.

    :ivar rate_low: percent of the need lent at low risk, and so on by level
    :ivar late_days: days of lateness that are tolerated, and financed
    :ivar peak: the busiest month counts for at most so many percent of an average one
    :ivar known_from: payments in 12 months that make a customer known
    :ivar starter: limit of a customer of whom less is known
    :ivar lowest: the least limit of who gets any credit
    :ivar highest: the largest limit; 0 for no bound
    :ivar step: limits are multiples of it
    :ivar short_term: days up to which a payment term is short already
    :ivar long_term: the longest payment term given, in days
    :ivar review_percent: proposals that differ less from the limit, in percent of it,
        or less than ``review_amount``, are nothing to decide about
    """

    rate_low: int = 150
    rate_medium: int = 100
    rate_high: int = 50
    rate_critical: int = 0
    late_days: int = 15
    peak: int = 300
    known_from: int = 3
    starter: float = 1000
    lowest: float = 500
    highest: float = 0
    step: float = 100
    short_term: int = 15
    long_term: int = 60
    review_percent: int = 20
    review_amount: float = 500


class Customer(NamedTuple):
    """What is known of a customer; unknown is 0, "" or None. Periods are 12 months.

    :ivar invoiced: invoiced less credit notes, taxes included
    :ivar busiest_month: invoiced in the busiest month of the year
    :ivar largest_paid: the largest invoice that was paid
    :ivar agreed_days: mean term of the invoices, None without invoices
    :ivar days_to_pay: mean days from an invoice to its payment
    :ivar amount_due: what he owes today
    :ivar register: state in the register of companies
    """

    debtor_type: str = "business"
    risk_level: str = "medium"
    payer_type: str = "new"
    payment_count: int = 0
    invoiced: float = 0
    busiest_month: float = 0
    largest_paid: float = 0
    agreed_days: float | None = None
    days_to_pay: float = 0
    days_late: float = 0
    is_abnormal: bool = False
    amount_due: float = 0
    proceeding: str = "none"
    proceeding_since: date | None = None
    register: str = "unknown"
    ceased_on: date | None = None
    struck_off_on: date | None = None


class Proposal(NamedTuple):
    """A limit (0: no credit at all), advice on the term, and the facts behind both."""

    amount: float
    advice: str
    facts: list


def propose(customer, rules):
    """Return the :class:`Proposal` for a customer."""
    amount, facts = _propose_amount(customer, rules)
    if customer.amount_due > amount:
        facts.append(("owed", {"owed_amount": customer.amount_due}))
    advice, reason = _advise(customer, rules)
    return Proposal(amount, advice, [*facts, reason])


def judge(limit, proposed, rules, *, decision="none", decided=None, is_dealing=True):
    """Return what there is to decide: ``none``, ``to_review``, or the decision so far.

    A refusal holds until the proposal has moved as far from the one refused as it has
    to be from a limit to matter; an acceptance while the limit is what was accepted.

    :param limit: the limit in force, 0 for no credit, None for no limit at all
    :param decision: ``none``, ``to_review``, ``accepted`` or ``refused``
    :param decided: the proposal that was refused
    :param is_dealing: the customer buys or owes something
    """
    if limit is None and not is_dealing:
        return "none"
    if limit is not None and is_close(limit, proposed, rules):
        return "accepted" if decision == "accepted" else "none"
    if decision == "refused" and is_close(decided or 0, proposed, rules):
        return "refused"
    return "to_review"


def is_close(reference, amount, rules):
    """Is the difference too small, in percent or in money, to be decided about?"""
    difference = abs(amount - reference)
    return (
        difference <= rules.review_amount
        or 100 * difference <= rules.review_percent * abs(reference)
    )


def round_to_step(amount, step):
    """Round to two significant digits, and to ``step`` at least; halves go up.

    >>> round_to_step(12_499, 100), round_to_step(567, 100)
    (12000, 600)
    """
    if amount <= 0:
        return 0
    step = max(step, 10 ** (floor(log10(amount)) - 1))
    return floor(amount / step + 0.5) * step


# === AMOUNT ===


def _propose_amount(customer, rules):
    if reason := _get_insolvency(customer):
        return 0, [("no_credit", reason)]
    level = _get_level(customer)
    rate = getattr(rules, f"rate_{level}")
    if _is_known(customer, rules):
        need, facts = _get_need(customer, rules)
    else:
        rate = min(100, rate)
        need = rules.starter
        facts = [
            ("starter", {"count": customer.payment_count, "starter_amount": need}),
        ]
    facts.append((f"rate_{level}" if rate else f"refuse_{level}", {"percent": rate}))
    amount, bounds = _bound(need * rate / 100, rules)
    return amount, facts + bounds


def _get_insolvency(customer):
    """Return why no credit is given to whoever it may be, if so."""
    if customer.struck_off_on:
        return _dated("struck_off", struck_off_on=customer.struck_off_on)
    if customer.register == "ceased":
        return _dated("ceased", ceased_on=customer.ceased_on)
    if customer.proceeding in INSOLVENT:
        wording = f"proceeding_{customer.proceeding}"
        return _dated(wording, judged_on=customer.proceeding_since)
    return None


def _dated(wording, **days):
    ((name, day),) = days.items()
    if day:
        return {"wording": wording, name: day.isoformat()}
    return {"wording": f"{wording}_undated"}


def _get_level(customer):
    if customer.debtor_type == "public" and customer.risk_level not in SAFE_LEVELS:
        return "medium"
    return customer.risk_level


def _is_known(customer, rules):
    return customer.payment_count >= rules.known_from and customer.invoiced > 0


def _get_need(customer, rules):
    days = _get_financed_days(customer, rules)
    month = customer.invoiced / MONTHS
    peak = min(rules.peak / 100, max(1, customer.busiest_month / month))
    need = month * days / MONTH_DAYS * peak
    facts = [("sales", {"sales_amount": customer.invoiced, "days": round(days)})]
    if days < customer.days_to_pay:
        facts.append(("late_days", {"days": round(customer.days_to_pay)}))
    if peak > 1:
        facts.append(("peak", {"percent": round(100 * peak)}))
    if customer.largest_paid > need:
        need = customer.largest_paid
        facts.append(("largest", {"paid_amount": need}))
    else:
        facts.append(("need", {"need_amount": round(need, 2)}))
    return need, facts


def _get_financed_days(customer, rules):
    taken = max(0, customer.days_to_pay)
    if customer.agreed_days is None:
        return taken
    return min(taken, customer.agreed_days + rules.late_days)


def _bound(amount, rules):
    rounded = round_to_step(amount, rules.step)
    if 0 < amount and rounded < rules.lowest:
        return rules.lowest, [("lowest", {"limit_amount": rules.lowest})]
    if 0 < rules.highest < rounded:
        return rules.highest, [("highest", {"limit_amount": rules.highest})]
    return rounded, []


# === PAYMENT TERM ===


def _advise(customer, rules):
    """Return the advice on the term, and why."""
    term = round(customer.agreed_days or 0)
    if customer.debtor_type == "public":
        return KEEP, ("keep_public", {})
    if _get_insolvency(customer):
        return PREPAY, ("prepay_insolvent", {})
    if not getattr(rules, f"rate_{customer.risk_level}"):
        return PREPAY, ("prepay_risk", {})
    reason = _get_reason_to_shorten(customer, rules)
    if reason and term > rules.short_term:
        code, facts = reason
        return SHORTEN, (f"shorten_{code}", {"term": term, **facts})
    if reason and customer.risk_level not in SAFE_LEVELS:
        return PREPAY, ("prepay_short", {"term": term})
    if reason:
        return KEEP, ("keep_short", {"term": term})
    if _may_extend(customer, rules, term):
        return EXTEND, ("extend", {"term": term, "days": rules.long_term})
    return KEEP, ("keep", {})


def _get_reason_to_shorten(customer, rules):
    if customer.risk_level not in SAFE_LEVELS:
        return "risk", {}
    if customer.is_abnormal:
        return "abnormal", {}
    is_known = customer.payment_count >= rules.known_from
    if is_known and customer.days_late > rules.late_days:
        return "late", {"days": round(customer.days_late)}
    return None


def _may_extend(customer, rules, term):
    return (
        customer.debtor_type == "business"
        and customer.risk_level == "low"
        and customer.payer_type == "prompt"
        and _is_known(customer, rules)
        and term < rules.long_term
    )
