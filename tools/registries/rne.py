"""Registre national des entreprises (INPI): directors, court notes, striking off.

https://registre-national-entreprises.inpi.fr, with a free account that INPI approved.
Ten calls a minute at most. Companies that object to publication come with their data
all the same: nothing of it is kept.
"""

from .client import MEGABYTE, RegistryClient
from .errors import MalformedError, RefusedError
from .parsing import (
    day,
    digits,
    flag,
    items,
    mapping,
    mappings,
    required_mapping,
    text,
    unmasked,
)
from .results import Company, Director, Establishment
from .sirene import join, naf, postal_address, required_siren, state

SOURCE = "rne"
OBSERVATION_LIMIT = 2_000
TOKEN_LIMIT = 10_000
CONTENTS = ("personneMorale", "personnePhysique", "exploitation")
_IS_PERSON = {"P": True, "M": False}


class Rne(RegistryClient):
    service = SOURCE
    default_url = "https://registre-national-entreprises.inpi.fr"
    calls_per_minute = 10
    timeout = (5, 30)
    max_bytes = 16 * MEGABYTE

    def __init__(self, base_url=None, *, login="", password="", **options):
        super().__init__(base_url, **options)
        self._credentials = {"username": login, "password": password}
        self._token = ""

    def company(self, siren):
        """Return the :class:`Company` of ``siren``."""
        siren = self._get_number(siren, 9)
        return self._parse(parse_company, self._get_authenticated(siren), siren)

    def _get_authenticated(self, siren):
        """Return the company's file; log in again if the session has expired."""
        had_session = bool(self._token)
        try:
            return self._get_file(siren)
        except RefusedError as error:
            if error.status != 401 or not had_session:
                raise
        self._token = ""
        return self._get_file(siren)

    def _get_file(self, siren):
        self._token = self._token or self._log_in()
        headers = {"Authorization": f"Bearer {self._token}"}
        return self._get_json(f"/api/companies/{siren}", headers=headers)

    def _log_in(self):
        payload = self._post_json("/api/sso/login", json=self._credentials)
        return self._parse(parse_token, payload)


def parse_token(payload):
    """Return the token of a session."""
    token = text(required_mapping(payload).get("token"), TOKEN_LIMIT)
    if not token:
        raise MalformedError("no token")
    return token


def parse_company(payload, siren):
    """Return the :class:`Company` of ``siren``."""
    record = required_mapping(payload)
    if required_siren(record.get("siren")) != siren:
        raise MalformedError(f"another company than {siren}")
    formality = required_mapping(record.get("formality"), "formality")
    content = mapping(formality.get("content"), "content")
    person = _person(content)
    ceased_on, is_active = _end(content, person)
    public = _public_parts(formality, person) if _is_public(formality) else {}
    return Company(
        siren=siren,
        is_active=is_active,
        is_diffusible=_is_public(formality),
        created_on=_created_on(content),
        ceased_on=ceased_on,
        legal_form=unmasked(formality.get("formeJuridique"), 10),
        activity=naf(formality.get("codeAPE")),
        is_person=_IS_PERSON.get(text(formality.get("typePersonne"))),
        updated_on=day(record.get("updatedAt")),
        source=SOURCE,
        **public,
    )


def _is_public(formality):
    return (
        text(formality.get("diffusionINSEE")) not in ("N", "P")
        and flag(formality.get("diffusionCommerciale")) is not False
    )


def _person(content):
    """Return what is about the company, whatever its kind."""
    parts = (mapping(content.get(kind), kind) for kind in CONTENTS)
    return next(filter(None, parts), {})


def _created_on(content):
    creation = mapping(content.get("natureCreation"), "creation")
    return day(creation.get("dateCreation"))


def _end(content, person):
    """Return when the company ceased, and whether it is active."""
    nature = mapping(content.get("natureCessationEntreprise"), "cessation")
    detail = mapping(person.get("detailCessationEntreprise"), "cessation")
    keys = ("dateCessationTotaleActivite", "dateEffet", "dateRadiation")
    dates = (day(detail.get(key)) for key in keys)
    ceased_on = next(filter(None, dates), None)
    is_active = state(nature.get("etatAdministratifInsee"))
    if is_active is None and ceased_on:
        is_active = False
    return ceased_on, is_active


def _public_parts(formality, person):
    """Return what a company that objects to publication keeps for itself."""
    identity = mapping(person.get("identite"), "identity")
    company = mapping(identity.get("entreprise"), "company")
    return {
        "name": _name(formality, identity, company),
        "acronym": unmasked(company.get("sigle")),
        "trade_name": unmasked(company.get("nomCommercial")),
        "head_office": _head_office(person),
        "directors": _directors(person),
        "observations": _observations(person),
    }


def _name(formality, identity, company):
    trader = mapping(identity.get("entrepreneur"), "trader")
    return (
        unmasked(company.get("denomination"))
        or unmasked(formality.get("companyName"))
        or _person_name(trader)
    )


def _person_name(part):
    description = mapping(part.get("descriptionPersonne"), "person")
    name = unmasked(description.get("nomUsage")) or unmasked(description.get("nom"))
    first_names = items(description.get("prenoms"), "first names")
    return join(*first_names, name) if name else ""


def _head_office(person):
    office = mapping(person.get("etablissementPrincipal"), "head office")
    description = mapping(office.get("descriptionEtablissement"), "head office")
    siret = digits(description.get("siret"), 14)
    if not siret:
        return None
    return Establishment(siret, is_head_office=True, address=_address(person))


def _address(person):
    head_office = mapping(person.get("adresseEntreprise"), "address")
    part = mapping(head_office.get("adresse"), "address")
    country, town = text(part.get("codePays")), part.get("commune")
    street = ("numVoie", "indiceRepetition", "typeVoie", "voie")
    return postal_address(
        street=[part.get(key) for key in street],
        complement=(
            part.get("complementLocalisation"),
            part.get("distributionSpeciale"),
        ),
        postcode=part.get("codePostal"),
        town=town,
        town_code=part.get("codeInseeCommune"),
        cedex=None,
        cedex_town=None,
        town_abroad=town if country not in ("", "FRA") else None,
    )


def _directors(person):
    composition = mapping(person.get("composition"), "composition")
    found = map(_director, mappings(composition.get("pouvoirs"), "directors"))
    return tuple(director for director in found if director and director.name)


def _director(part):
    """Return who holds an office, ``None`` if they have left it."""
    if flag(part.get("mentionDemissionOrdre")):
        return None
    is_company = text(part.get("typeDePersonne")) == "ENTREPRISE"
    company = mapping(part.get("entreprise"), "company")
    person = mapping(part.get("individu"), "person")
    return Director(
        name=unmasked(company.get("denomination"))
        if is_company
        else _person_name(person),
        role=unmasked(part.get("libelleRoleEntreprise")),
        role_code=unmasked(part.get("roleEntreprise"), 10),
        is_person=not is_company,
        siren=digits(company.get("siren"), 9),
    )


def _observations(person):
    """Return what the court clerk noted, newest first."""
    observations = mapping(person.get("observations"), "observations")
    dated = sorted(
        (
            (
                text(part.get("dateAjout")),
                unmasked(part.get("texte"), OBSERVATION_LIMIT),
            )
            for part in mappings(observations.get("rcs"), "observations")
        ),
        reverse=True,
    )
    return tuple(content for _date, content in dated if content)
