"""The words in which the demo debtors are described (see ``stories``).

All days are counted back from the day of loading, all amounts are in the currency of
the story and, for documents, excluding tax.
"""

from dataclasses import dataclass
from functools import cached_property

from .addresses import ADDRESSES
from .identifiers import calling_zone, french_vat, phone, siren, siret

AUTO = "auto"


class Terms:
    """Keys of the payment terms, and days to the first due date they grant."""

    DAYS = {
        "now": 0,
        "d15": 15,
        "d30": 30,
        "d45_eom": 60,
        "d50": 50,
        "d60": 60,
        "split": 0,  # 30 % with the order, the rest at 30 days
        "triple": 30,  # three thirds at 30, 60 and 90 days
    }
    # Days to the last due date, where it is not the first one.
    LAST_DAYS = {"d45_eom": 76, "split": 30, "triple": 90}

    @classmethod
    def last_days(cls, terms):
        return cls.LAST_DAYS.get(terms, cls.DAYS[terms])


@dataclass(frozen=True)
class Habit:
    """Two years of invoices paid the way this debtor pays."""

    every: int  # days between two invoices
    amount: float
    delay: int = 0  # usual days between due date and payment
    spread: int = 2  # days more or less
    drift: int = 0  # days added to the delay from the first invoice to the last
    months: tuple = ()  # invoices only in these months
    pay_months: tuple = ()  # payments wait for one of these months
    pay_days: tuple = ()  # payments leave on these days of the month only
    until: int = 0  # nothing after this many days ago


@dataclass(frozen=True)
class Due:
    """An invoice of which the story speaks: open, in part or in full, or paid late."""

    late: int  # days since the first due date, negative before it
    amount: float
    terms: str = ""  # those of the debtor by default
    to: str = ""  # key of the contact it is addressed to
    label: str = ""  # text of its only line; else drawn from the basket
    paid: float = 0.0  # share of the total already paid
    paid_ago: int = 10  # days since that payment
    short: float = 0.0  # everything was paid but this amount
    instalments: int = 0  # number of instalments paid
    credited: bool = False  # a credit note, already applied, cancels its first line
    flag: str = ""  # core's own "leave alone": "no_followup" or "blocked"
    key: str = ""  # to name it in the history of the case


@dataclass(frozen=True)
class Credit:
    """A credit note that nobody has applied to an invoice."""

    ago: int
    amount: float
    label: str = "Avoir commercial"


@dataclass(frozen=True)
class Receipt:
    """A payment on account that nobody has allocated (amount as received)."""

    ago: int
    amount: float
    memo: str = "VIR SEPA"


@dataclass(frozen=True)
class Opening:
    """A balance taken over from an older system: miscellaneous entry, no due date."""

    ago: int
    amount: float
    chased: bool = True  # core leaves such entries alone unless told otherwise


@dataclass(frozen=True)
class Event:
    """A contact that already took place: what the history of the case shows."""

    ago: int
    channel: str  # "email", "letter" or "phone"
    outcome: str = ""
    note: str = ""


@dataclass(frozen=True)
class Hold:
    """Why the debtor, or one of its documents, is left alone."""

    ago: int
    reason: str
    name: str
    days: int = 0  # how long it lasts; by default as long as its reason allows
    on: str = ""  # key of the document; else the whole case


@dataclass(frozen=True)
class Contact:
    """Somebody, or some address, at the debtor's."""

    key: str
    name: str
    type: str = "contact"
    function: str = ""
    role: str = ""  # collection_role
    mailbox: str = ""
    address: str = ""  # key of ADDRESSES


@dataclass(frozen=True)
class Story:
    """A debtor, what is remarkable about it, and what it owes."""

    key: str
    name: str
    town: str  # key of ADDRESSES
    comment: str
    documents: tuple = ()
    habit: Habit | None = None
    kind: str = "company"  # "company", "public", "consumer" or "foreign"
    terms: str = "d30"
    basket: str = "trade"
    industry: str = ""  # letter of the section, as in base.res_partner_industry_F
    tags: tuple = ()
    siren_prefix: str = "6"
    is_registered: bool = True  # False: entered without SIRET and VAT number
    vat: str = ""  # of a foreign company; computed in France
    email: str = AUTO
    phone: str = AUTO
    missing: tuple = ()  # address fields left empty
    contacts: tuple = ()
    events: tuple = ()
    holds: tuple = ()
    scenario: str = ""  # external id of a scenario chosen by hand
    case_state: str = ""  # "legal" or "handed_over": decided by a person
    lang: str = "fr_FR"
    currency: str = "EUR"
    bounces: int = 0
    blacklisted: bool = False
    archived: bool = False

    @cached_property
    def address(self):
        return ADDRESSES[self.town]

    @property
    def is_company(self):
        return self.kind != "consumer"

    @property
    def siren(self):
        return siren(self.key, self.siren_prefix)

    @property
    def company_registry(self):
        has_siret = self.is_registered and self.kind in ("company", "public")
        return siret(self.siren) if has_siret else False

    @property
    def vat_number(self):
        if self.kind == "company" and self.is_registered:
            return french_vat(self.siren)
        return self.vat or False

    @property
    def domain(self):
        return f"{self.key.replace('_', '-')}.example"

    @property
    def email_address(self):
        if self.email != AUTO:
            return self.email or False
        if self.kind == "consumer":
            return f"{self.key.replace('_', '.')}@example.org"
        return f"{'compta' if self.kind == 'company' else 'contact'}@{self.domain}"

    @property
    def phone_number(self):
        if self.phone != AUTO:
            return self.phone or False
        return phone(self.key, calling_zone(self.address.zip))

    @property
    def credit_limit(self):
        """What sales granted to companies that order regularly: about three orders."""
        has_limit = self.kind == "company" and self.habit
        return 1000 * max(1, round(3 * self.habit.amount / 1000)) if has_limit else 0

    @property
    def collector(self):
        """Nadia works the French companies, Thomas everybody else."""
        return "nadia" if self.kind == "company" else "thomas"

    @property
    def salesperson(self):
        """North and west are Camille's, the rest of the world is Hugo's."""
        if self.address.country != "fr":
            return "hugo"
        north = calling_zone(self.address.zip) in ("01", "02", "03")
        return "camille" if north else "hugo"
