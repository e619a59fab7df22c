"""VAT on unpaid invoices: what of an invoice is unpaid, rate by rate, and until when.

Sources: Code général des impôts, article 272-1 and its annexe II, article 208;
BOI-TVA-DED-40-10-20.
"""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class InvoicePart:
    """What an invoice bills at one rate of VAT.

    :ivar rate: percent
    :ivar net: amount without VAT
    :ivar tax: amount of VAT
    """

    rate: Decimal
    net: Decimal
    tax: Decimal

    @property
    def total(self):
        return self.net + self.tax


def split_unpaid(parts, unpaid):
    """Return ``parts`` reduced in proportion to what is ``unpaid`` of the invoice.

    What was paid has paid each rate in proportion. The result adds up to ``unpaid`` to
    the cent: each part gets its share of the total, the last one the rest, and within
    a part the VAT is rounded to the cent.

    :param parts: :class:`InvoicePart` of the whole invoice, of one sign
    :param Decimal unpaid: with VAT, between 0 and the total of ``parts``
    :raise ValueError: ``unpaid`` is negative or more than the invoice

    >>> split_unpaid([InvoicePart(Decimal(20), Decimal(100), Decimal(20))], Decimal(30))
    (InvoicePart(rate=Decimal('20'), net=Decimal('25.00'), tax=Decimal('5.00')),)
    """
    total = sum((part.total for part in parts), Decimal(0))
    if not 0 <= unpaid <= total:
        raise ValueError(f"{unpaid} is not between 0 and {total}")
    if not total:
        return ()
    split, rest = [], unpaid
    for index, part in enumerate(parts):
        is_last = index == len(parts) - 1
        share = rest if is_last else _to_cents(unpaid * part.total / total)
        rest -= share
        tax = _to_cents(share * part.tax / part.total) if part.total else Decimal(0)
        split.append(InvoicePart(part.rate, share - tax, tax))
    return tuple(split)


def recovery_limit(start, years=2):
    """Return the last day to claim the VAT back: 31 December of the second year after.

    >>> recovery_limit(date(2026, 3, 10))
    datetime.date(2028, 12, 31)
    """
    return date(start.year + years, 12, 31)


def _to_cents(amount):
    return amount.quantize(CENT, ROUND_HALF_UP)
