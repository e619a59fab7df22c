"""API Sirene 3.11 (INSEE): the register of companies itself, with a free key.

https://portail-api.insee.fr, Licence Ouverte 2.0. Thirty calls a minute at most.
Values with a history come in periods, the current one being without an end.
"""

from .client import RegistryClient
from .errors import MalformedError, NotFoundError, RefusedError
from .parsing import (
    day,
    digits,
    flag,
    integer,
    mapping,
    mappings,
    required_mapping,
    text,
    unmasked,
)
from .results import Company, Establishment
from .sirene import is_person, join, postal_address, required_siren, state

SOURCE = "insee"
KEY_HEADER = "X-INSEE-Api-Key-Integration"
# What fits in the address of a question.
LOT = 68
PAGE = 1000
FIRST_CURSOR = "*"
# How the register says that a company exists and that it tells nothing of it.
WITHHELD = "non diffus"


class Insee(RegistryClient):
    service = SOURCE
    default_url = "https://api.insee.fr/api-sirene/3.11"
    calls_per_minute = 25

    def __init__(self, base_url=None, *, key="", **options):
        super().__init__(base_url, **options)
        self._headers = {KEY_HEADER: key} if key else {}

    def company(self, siren):
        """Return the :class:`Company` of ``siren``, its head office without address."""
        siren = self._get_number(siren, 9)
        try:
            payload = self._get(f"/siren/{siren}")
        except RefusedError as error:
            return _withheld(siren, error)
        return self._parse(parse_company, payload, siren)

    def establishment(self, siret):
        """Return the :class:`Company` of ``siret``, with that establishment."""
        siret = self._get_number(siret, 14)
        try:
            payload = self._get(f"/siret/{siret}")
        except RefusedError as error:
            return _withheld(siret[:9], error)
        return self._parse(parse_establishment, payload)

    def companies(self, sirens):
        """Return ``{siren: Company}`` for those of ``sirens`` that are registered."""
        numbers = sorted({self._get_number(siren, 9) for siren in sirens})
        found = {}
        for start in range(0, len(numbers), LOT):
            found.update(self._get_lot(numbers[start : start + LOT]))
        return found

    def _get_lot(self, sirens):
        """Return ``{siren: Company}``, page after page: of one company at least."""
        query = " OR ".join(f"siren:{siren}" for siren in sirens)
        found, cursor = {}, FIRST_CURSOR
        for _page in sirens:
            params = {"q": query, "nombre": PAGE, "curseur": cursor}
            try:
                payload = self._get("/siren", params)
            except NotFoundError:
                break
            page, total, following = self._parse(parse_page, payload)
            found.update((company.siren, company) for company in page)
            if len(found) >= total or following in ("", cursor):
                break
            cursor = following
        return {siren: found[siren] for siren in sirens if siren in found}

    def _get(self, path, params=None):
        return self._get_json(path, params, headers=self._headers)


def parse_company(payload, siren):
    """Return the :class:`Company` of ``siren`` in an answer about it alone."""
    unit = required_mapping(required_mapping(payload).get("uniteLegale"), "company")
    company = _company(unit, unit.get("siren"))
    if company.siren != siren:
        raise MalformedError(f"another company than {siren}")
    return company


def parse_establishment(payload):
    """Return the :class:`Company` of an answer about one establishment."""
    part = required_mapping(
        required_mapping(payload).get("etablissement"), "establishment"
    )
    unit = required_mapping(part.get("uniteLegale"), "company")
    establishment = _establishment(part)
    head_office = establishment if establishment.is_head_office else None
    return _company(unit, part.get("siren"), head_office, (establishment,))


def parse_page(payload):
    """Return the companies of a page, how many there are in all, the next cursor."""
    payload = required_mapping(payload)
    header = mapping(payload.get("header"), "header")
    companies = [
        _company(unit, unit.get("siren"))
        for unit in mappings(payload.get("unitesLegales"), "companies")
    ]
    total = integer(header.get("total")) or 0
    return companies, total, text(header.get("curseurSuivant"))


def _withheld(siren, error):
    """Return a company of which nothing may be told; or raise the other refusals."""
    if error.status == 403 and WITHHELD in str(error):
        return Company(siren, is_diffusible=False, source=SOURCE)
    raise error


def _company(unit, siren, head_office=None, establishments=()):
    siren = required_siren(siren)
    periods = mappings(unit.get("periodesUniteLegale"), "periods")
    now = {**unit, **_current(periods)}
    is_active = state(now.get("etatAdministratifUniteLegale"))
    legal_form = unmasked(now.get("categorieJuridiqueUniteLegale"), 10)
    return Company(
        siren=siren,
        name=_name(now),
        acronym=unmasked(now.get("sigleUniteLegale")),
        trade_name=unmasked(now.get("denominationUsuelle1UniteLegale")),
        is_active=is_active,
        is_diffusible=text(now.get("statutDiffusionUniteLegale")) not in ("P", "N"),
        created_on=day(now.get("dateCreationUniteLegale")),
        ceased_on=_end(periods, "UniteLegale") if is_active is False else None,
        legal_form=legal_form,
        activity=unmasked(now.get("activitePrincipaleUniteLegale"), 10),
        size_category=unmasked(now.get("categorieEntreprise"), 10),
        staff_band=unmasked(now.get("trancheEffectifsUniteLegale"), 10),
        head_office=head_office or _head_office(siren, now),
        establishments=establishments,
        is_person=is_person(legal_form),
        updated_on=day(now.get("dateDernierTraitementUniteLegale")),
        source=SOURCE,
    )


def _name(unit):
    first_name = unmasked(unit.get("prenomUsuelUniteLegale"))
    first_name = first_name or unmasked(unit.get("prenom1UniteLegale"))
    name = unmasked(unit.get("nomUsageUniteLegale"))
    name = name or unmasked(unit.get("nomUniteLegale"))
    return unmasked(unit.get("denominationUniteLegale")) or join(first_name, name)


def _head_office(siren, unit):
    number = digits(unit.get("nicSiegeUniteLegale"), 5)
    return Establishment(siren + number, is_head_office=True) if number else None


def _establishment(part):
    periods = mappings(part.get("periodesEtablissement"), "periods")
    is_open = state(_current(periods).get("etatAdministratifEtablissement"))
    siret = digits(part.get("siret"), 14)
    if not siret:
        raise MalformedError("no SIRET")
    return Establishment(
        siret=siret,
        is_head_office=flag(part.get("etablissementSiege")) is True,
        is_open=is_open,
        address=_address(mapping(part.get("adresseEtablissement"), "address")),
        opened_on=day(part.get("dateCreationEtablissement")),
        closed_on=_end(periods, "Etablissement") if is_open is False else None,
    )


def _current(periods):
    """Return the period that has not ended, or the one given first."""
    running = (period for period in periods if not text(period.get("dateFin")))
    return next(running, periods[0] if periods else {})


def _end(periods, kind):
    """Return when the state last changed, ``None`` if the register does not know.

    Records closed long ago have one period, which starts when the company did.
    """
    if len(periods) < 2:
        return None
    changes = (
        day(period.get("dateDebut"))
        for period in periods
        if flag(period.get(f"changementEtatAdministratif{kind}"))
    )
    return max(filter(None, changes), default=None)


def _address(part):
    def get(*names):
        return [part.get(f"{name}Etablissement") for name in names]

    (postcode, town, town_code, cedex, cedex_town, town_abroad) = get(
        "codePostal",
        "libelleCommune",
        "codeCommune",
        "codeCedex",
        "libelleCedex",
        "libelleCommuneEtranger",
    )
    return postal_address(
        street=get("numeroVoie", "indiceRepetition", "typeVoie", "libelleVoie"),
        complement=get("complementAdresse", "distributionSpeciale"),
        postcode=postcode,
        town=town,
        town_code=town_code,
        cedex=cedex,
        cedex_town=cedex_town,
        town_abroad=town_abroad,
    )
