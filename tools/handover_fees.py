"""What somebody who collects for us asks for it.

All amounts are ``Decimal`` in one currency, without VAT unless said otherwise; rates
are in percent. Each part of a fee is rounded to the cent, halves up.
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
ZERO = Decimal(0)
HUNDRED = Decimal(100)

# What the tiers of a scale are about: the days overdue of the oldest item and the
# amount entrusted, both on the day of handover, or each slice of what is collected.
BY_AGE = "age"
BY_AMOUNT = "amount"
BY_SLICE = "slice"
_AMOUNTS = ("fixed", "minimum", "extra_percent", "vat_percent")


@dataclass(frozen=True, slots=True)
class Tier:
    """The success fee from ``start`` on: days or an amount, itself included."""

    start: Decimal
    percent: Decimal


@dataclass(frozen=True, slots=True)
class Terms:
    """What was agreed.

    :param tiers: in any order; below the first one there is no success fee
    :param fixed: for each case, whatever comes of it
    :param minimum: the least success fee once something has been collected
    :param extra_percent: of interest and costs collected beside the principal
    :param vat_percent: 0 where no VAT is asked for
    """

    basis: str
    tiers: tuple[Tier, ...] = ()
    fixed: Decimal = ZERO
    minimum: Decimal = ZERO
    extra_percent: Decimal = ZERO
    vat_percent: Decimal = ZERO

    def to_json(self):
        """Return these terms as plain JSON, to be kept with a case."""
        return {
            "basis": self.basis,
            "tiers": [[str(tier.start), str(tier.percent)] for tier in self.tiers],
            **{name: str(getattr(self, name)) for name in _AMOUNTS},
        }

    @classmethod
    def from_json(cls, values):
        """Return the terms that :meth:`to_json` has given."""
        return cls(
            basis=values["basis"],
            tiers=tuple(
                Tier(Decimal(start), Decimal(percent))
                for start, percent in values["tiers"]
            ),
            **{name: Decimal(values[name]) for name in _AMOUNTS},
        )


@dataclass(frozen=True, slots=True)
class Fee:
    """A fee by its parts; ``top_up`` is what lifts the success fee to the minimum."""

    fixed: Decimal
    success: Decimal
    top_up: Decimal
    extra: Decimal
    vat: Decimal

    @property
    def net(self):
        """The fee without VAT."""
        return self.fixed + self.success + self.top_up + self.extra

    @property
    def total(self):
        return self.net + self.vat


def to_amount(number):
    """Return an amount of the books, a float, as a ``Decimal`` of cents."""
    return _round(Decimal(repr(number or 0.0)))


def compute_fee(terms, *, entrusted, days, collected, extra=ZERO):
    """Return the :class:`Fee` for a case.

    :param entrusted: what was handed over
    :param days: days overdue of its oldest item on that day
    :param collected: principal received since
    :param extra: interest and costs received since
    """
    success = _success_fee(terms, entrusted, days, max(collected, ZERO))
    top_up = max(terms.minimum - success, ZERO) if collected > 0 else ZERO
    extra_fee = _share(max(extra, ZERO), terms.extra_percent)
    net = terms.fixed + success + top_up + extra_fee
    return Fee(
        fixed=_round(terms.fixed),
        success=success,
        top_up=_round(top_up),
        extra=extra_fee,
        vat=_share(net, terms.vat_percent),
    )


def find_percent(terms, *, entrusted, days):
    """Return the rate of the tier a case falls in; of slices, that of the first."""
    if terms.basis == BY_SLICE:
        measure = ZERO
    else:
        measure = Decimal(days) if terms.basis == BY_AGE else entrusted
    reached = [tier for tier in terms.tiers if tier.start <= measure]
    return max(reached, key=lambda tier: tier.start).percent if reached else ZERO


def expected_fee(terms, *, entrusted, days, chance):
    """Return the fee without VAT to expect when all comes in with ``chance`` (0 to 1).

    >>> scale = Terms(BY_AGE, (Tier(ZERO, Decimal(20)),), fixed=Decimal(15))
    >>> expected_fee(scale, entrusted=Decimal(1000), days=90, chance=Decimal("0.4"))
    Decimal('95.00')
    """
    paid = compute_fee(terms, entrusted=entrusted, days=days, collected=entrusted)
    return _round(terms.fixed + (paid.net - paid.fixed) * chance)


def _success_fee(terms, entrusted, days, collected):
    if terms.basis != BY_SLICE:
        percent = find_percent(terms, entrusted=entrusted, days=days)
        return _share(collected, percent)
    tiers = sorted(terms.tiers, key=lambda tier: tier.start)
    ends = [*(tier.start for tier in tiers[1:]), max(collected, ZERO)]
    return sum(
        (
            _share(max(min(collected, end) - tier.start, ZERO), tier.percent)
            for tier, end in zip(tiers, ends, strict=True)
        ),
        ZERO,
    )


def _share(amount, percent):
    return _round(amount * percent / HUNDRED)


def _round(amount):
    return amount.quantize(CENT, ROUND_HALF_UP)
