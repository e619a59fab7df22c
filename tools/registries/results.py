"""What the registers tell, in the same words whatever the register.

Text that a register withholds (persons who object to the publication of their data,
articles R123-232 and A123-96 of the Code de commerce) is empty here, never the
register's placeholder. Texts are as published, often in capitals.
"""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class PostalAddress:
    """An address in parts; ``town_code`` is INSEE's code of the commune."""

    complement: str = ""
    street: str = ""
    postcode: str = ""
    town: str = ""
    town_code: str = ""
    country_code: str = "FR"


@dataclass(frozen=True, slots=True)
class Establishment:
    """One place of business; ``is_open`` is ``None`` when the register does not say."""

    siret: str
    is_head_office: bool = False
    is_open: bool | None = None
    address: PostalAddress | None = None
    opened_on: date | None = None
    closed_on: date | None = None


@dataclass(frozen=True, slots=True)
class Director:
    """Who directs a company; a company that directs another has a ``siren``.

    Neither birth date nor home address: collecting a debt does not need them.
    """

    name: str
    role: str = ""
    role_code: str = ""
    is_person: bool = True
    siren: str = ""


@dataclass(frozen=True, slots=True)
class Company:
    """A company or a sole trader, as a register knows it.

    ``is_active`` is the administrative state: ``False`` once ceased, ``None`` when
    unknown. It is no sign of solvency: a company in liquidation stays active.
    ``open_establishments`` of 0 in an active company means a dormant one.
    ``observations`` are what the court clerk noted on the company's file, newest first.
    ``updated_on`` is when the register last changed its record.
    """

    siren: str
    name: str = ""
    acronym: str = ""
    trade_name: str = ""
    is_active: bool | None = None
    is_diffusible: bool = True
    created_on: date | None = None
    ceased_on: date | None = None
    legal_form: str = ""
    activity: str = ""
    size_category: str = ""
    staff_band: str = ""
    vat: str = ""
    open_establishments: int | None = None
    head_office: Establishment | None = None
    establishments: tuple[Establishment, ...] = ()
    directors: tuple[Director, ...] = ()
    observations: tuple[str, ...] = ()
    is_person: bool | None = None
    updated_on: date | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class VatAnswer:
    """Whether a VAT number exists; ``is_valid`` is ``None`` when nobody could tell."""

    vat: str
    is_valid: bool | None = None
    name: str = ""
    address: str = ""
    checked_on: date | None = None


@dataclass(frozen=True, slots=True)
class AddressMatch:
    """An address of the national base; ``score`` from 0 to 1 is its resemblance.

    ``kind`` is "housenumber", "street", "locality" or "municipality". ``street`` comes
    with its number. ``old_town`` is the commune before it was merged into ``town``.
    """

    label: str
    score: float
    kind: str
    house_number: str = ""
    street: str = ""
    postcode: str = ""
    town: str = ""
    town_code: str = ""
    old_town: str = ""
    longitude: float | None = None
    latitude: float | None = None
