"""API Recherche d'entreprises (DINUM): identity, state and directors, without a key.

https://recherche-entreprises.api.gouv.fr, Licence Ouverte 2.0. Seven calls a second
per address at most; who insists after refusals finds the door closed.
"""

import re

from .client import RegistryClient
from .errors import MalformedError, NotFoundError
from .parsing import (
    day,
    digits,
    integer,
    items,
    mapping,
    mappings,
    required_mapping,
    text,
    unmasked,
)
from .results import Company, Director, Establishment
from .sirene import is_person, join, postal_address, required_siren, state

SOURCE = "recherche_entreprises"
MOST_RESULTS = 25
_BRACKETS = re.compile(r" \([^()]*\)$")


class RechercheEntreprises(RegistryClient):
    service = SOURCE
    default_url = "https://recherche-entreprises.api.gouv.fr"
    calls_per_minute = 240

    def company(self, siren_or_siret):
        """Return the :class:`Company` of a SIREN or a SIRET.

        Asked by SIRET, the company comes with that establishment.
        """
        asked = self._get_number(siren_or_siret, 9, 14)
        payload = self._get_json("/search", {"q": asked, "page": 1, "per_page": 1})
        return self._parse(parse_company, payload, asked[:9])

    def search(self, name, postcode="", limit=5):
        """Return the companies that resemble ``name``, the best first."""
        params = {"q": text(name), "page": 1, "per_page": min(limit, MOST_RESULTS)}
        if postcode:
            params["code_postal"] = postcode
        return self._parse(parse_companies, self._get_json("/search", params))


def parse_company(payload, siren):
    """Return the :class:`Company` of ``siren`` in an answer about it alone."""
    companies = parse_companies(payload)
    if not companies:
        raise NotFoundError(f"no company {siren}")
    if companies[0].siren != siren:
        raise MalformedError(f"another company than {siren}")
    return companies[0]


def parse_companies(payload):
    """Return the companies of an answer, without those the register knows nothing of.

    The service answers some numbers nobody bears with a company void of everything.
    """
    results = required_mapping(payload).get("results")
    if results is None:
        raise MalformedError("no results")
    return [
        _company(result)
        for result in mappings(results, "results")
        if text(result.get("etat_administratif")) or text(result.get("nom_complet"))
    ]


def _company(result):
    head_office = mapping(result.get("siege"), "head office")
    legal_form = unmasked(result.get("nature_juridique"), 10)
    return Company(
        siren=required_siren(result.get("siren")),
        name=_name(result),
        acronym=unmasked(result.get("sigle")),
        trade_name=_trade_name(head_office),
        is_active=state(result.get("etat_administratif")),
        is_diffusible=text(result.get("statut_diffusion")) != "P",
        created_on=day(result.get("date_creation")),
        ceased_on=day(result.get("date_fermeture")),
        legal_form=legal_form,
        activity=unmasked(result.get("activite_principale"), 10),
        size_category=unmasked(result.get("categorie_entreprise"), 10),
        staff_band=unmasked(result.get("tranche_effectif_salarie"), 10),
        vat=_vat(result),
        open_establishments=integer(result.get("nombre_etablissements_ouverts")),
        head_office=_establishment(head_office),
        establishments=_establishments(result),
        directors=_directors(result),
        is_person=is_person(legal_form),
        updated_on=day(result.get("date_mise_a_jour")),
        source=SOURCE,
    )


def _name(result):
    """Return the name without the acronym or trade name that follows it in brackets."""
    full_name = _BRACKETS.sub("", unmasked(result.get("nom_complet")))
    return unmasked(result.get("nom_raison_sociale")) or full_name


def _trade_name(head_office):
    signs = items(head_office.get("liste_enseignes"), "signs")
    names = map(unmasked, [head_office.get("nom_commercial"), *signs])
    return next(filter(None, names), "")


def _vat(result):
    numbers = items(result.get("tva"), "VAT numbers")
    return unmasked(numbers[0], 20) if numbers else ""


def _establishments(result):
    found = mappings(result.get("matching_etablissements"), "establishments")
    return tuple(filter(None, map(_establishment, found)))


def _establishment(part):
    siret = digits(part.get("siret"), 14)
    if not siret:
        return None
    return Establishment(
        siret=siret,
        is_head_office=part.get("est_siege") is True,
        is_open=state(part.get("etat_administratif")),
        address=_address(part),
        opened_on=day(part.get("date_creation")),
        closed_on=day(part.get("date_fermeture")),
    )


def _address(part):
    return postal_address(
        street=_street(part),
        complement=(part.get("complement_adresse"), part.get("distribution_speciale")),
        postcode=part.get("code_postal"),
        town=part.get("libelle_commune"),
        town_code=part.get("commune"),
        cedex=part.get("cedex"),
        cedex_town=part.get("libelle_cedex"),
        town_abroad=part.get("libelle_commune_etranger"),
    )


def _street(part):
    """Return the parts of the street; some answers give the whole address only."""
    if "libelle_voie" in part:
        keys = ("numero_voie", "indice_repetition", "type_voie", "libelle_voie")
        return [part.get(key) for key in keys]
    line, postcode = unmasked(part.get("adresse")), unmasked(part.get("code_postal"))
    return [line.rpartition(f" {postcode} ")[0]] if postcode else []


def _directors(result):
    found = map(_director, mappings(result.get("dirigeants"), "directors"))
    return tuple(director for director in found if director.name)


def _director(part):
    is_company = text(part.get("type_dirigeant")) == "personne morale"
    first_names, name = unmasked(part.get("prenoms")), unmasked(part.get("nom"))
    return Director(
        name=unmasked(part.get("denomination"))
        if is_company
        else name and join(first_names, name),
        role=unmasked(part.get("qualite")),
        is_person=not is_company,
        siren=digits(part.get("siren"), 9),
    )
