"""Companies added to the recorded ones, as each service would tell of them."""

from datetime import date

NEW_COMPANY = {
    "nic": "00012",
    "is_active": True,
    "is_diffusible": True,
    "created_on": "2015-01-05",
    "ceased_on": None,
    "legal_form": "5710",
    "activity": "46.90Z",
    "vat": "",
    "open_establishments": None,
    "street": "",
    "complement": None,
    "postcode": "",
    "town": "",
    "town_code": "",
    "directors": (),
    "observations": (),
}


# === RECHERCHE D'ENTREPRISES === #


def recherche_result(company):
    count = company["open_establishments"]
    return {
        "siren": company["siren"],
        "nom_complet": company["name"],
        "nom_raison_sociale": company["name"],
        "nombre_etablissements": 1,
        "nombre_etablissements_ouverts": int(company["is_active"])
        if count is None
        else count,
        "siege": _recherche_head_office(company),
        "activite_principale": company["activity"],
        "date_creation": company["created_on"],
        "date_fermeture": company["ceased_on"],
        "date_mise_a_jour": date.today().isoformat(),
        "dirigeants": [_recherche_director(part) for part in company["directors"]],
        "etat_administratif": "A" if company["is_active"] else "C",
        "nature_juridique": company["legal_form"],
        "statut_diffusion": _diffusion(company),
        "matching_etablissements": [],
        "tva": [company["vat"]] if company["vat"] else None,
    }


def _recherche_head_office(company):
    return {
        "siret": company["siren"] + company["nic"],
        "est_siege": True,
        "etat_administratif": "A" if company["is_active"] else "F",
        "date_creation": company["created_on"],
        "date_fermeture": company["ceased_on"],
        "libelle_commune": company["town"],
        "commune": company["town_code"],
        **_disclosed(
            company,
            "[NON-DIFFUSIBLE]",
            complement_adresse=company["complement"],
            libelle_voie=company["street"],
            code_postal=company["postcode"],
        ),
    }


def _recherche_director(part):
    role = {"qualite": part.get("role")}
    if part.get("siren"):
        company = {"siren": part["siren"], "denomination": part["name"]}
        return {**role, **company, "type_dirigeant": "personne morale"}
    first_names, _space, name = part["name"].rpartition(" ")
    person = {"nom": name, "prenoms": first_names}
    return {**role, **person, "type_dirigeant": "personne physique"}


# === SIRENE === #


def insee_unit(company):
    periods = _insee_periods(company, "UniteLegale", "C", **_insee_values(company))
    return {**_insee_identity(company), "periodesUniteLegale": periods}


def insee_establishment(company):
    state = "A" if company["is_active"] else "C"
    return {
        "siren": company["siren"],
        "nic": company["nic"],
        "siret": company["siren"] + company["nic"],
        "dateCreationEtablissement": company["created_on"],
        "etablissementSiege": True,
        "uniteLegale": {
            **_insee_identity(company),
            **_insee_values(company),
            "etatAdministratifUniteLegale": state,
        },
        "adresseEtablissement": {
            "libelleCommuneEtablissement": company["town"],
            "codeCommuneEtablissement": company["town_code"],
            **_disclosed(
                company,
                "[ND]",
                complementAdresseEtablissement=company["complement"],
                libelleVoieEtablissement=company["street"],
                codePostalEtablissement=company["postcode"],
            ),
        },
        "periodesEtablissement": _insee_periods(company, "Etablissement", "F"),
    }


def _insee_identity(company):
    return {
        "siren": company["siren"],
        "statutDiffusionUniteLegale": _diffusion(company),
        "dateCreationUniteLegale": company["created_on"],
        "dateDernierTraitementUniteLegale": date.today().isoformat(),
    }


def _insee_values(company):
    """Return the values that have a history."""
    return {
        "denominationUniteLegale": company["name"],
        "categorieJuridiqueUniteLegale": company["legal_form"],
        "activitePrincipaleUniteLegale": company["activity"],
        "nicSiegeUniteLegale": company["nic"],
    }


def _insee_periods(company, kind, closed, **values):
    """Return the periods of a life: active, then over if it has ceased."""
    state, changed = f"etatAdministratif{kind}", f"changementEtatAdministratif{kind}"
    start, end = company["created_on"], company["ceased_on"]
    life = {"dateDebut": start, "dateFin": None, state: "A", changed: False, **values}
    if company["is_active"]:
        return [life]
    return [
        {**life, "dateDebut": end, state: closed, changed: True},
        {**life, "dateFin": end},
    ]


# === REGISTRE NATIONAL DES ENTREPRISES === #


def rne_record(company):
    state = "A" if company["is_active"] else "C"
    return {
        "siren": company["siren"],
        "updatedAt": f"{date.today()}T08:00:00+01:00",
        "formality": {
            "siren": company["siren"],
            "typePersonne": "M",
            "formeJuridique": company["legal_form"],
            "diffusionINSEE": "O" if company["is_diffusible"] else "N",
            "diffusionCommerciale": company["is_diffusible"],
            "codeAPE": company["activity"].replace(".", ""),
            "companyName": company["name"],
            "content": {
                "natureCreation": {"dateCreation": company["created_on"]},
                "natureCessationEntreprise": {"etatAdministratifInsee": state},
                "personneMorale": _rne_company(company),
            },
        },
    }


def _rne_company(company):
    siren, siret = company["siren"], company["siren"] + company["nic"]
    return {
        "identite": {"entreprise": {"siren": siren, "denomination": company["name"]}},
        "adresseEntreprise": {
            "adresse": {
                "codePays": "FRA",
                "codePostal": company["postcode"],
                "commune": company["town"],
                "codeInseeCommune": company["town_code"],
                "voie": company["street"],
                "complementLocalisation": company["complement"],
            }
        },
        "composition": {"pouvoirs": [_rne_director(p) for p in company["directors"]]},
        "etablissementPrincipal": {"descriptionEtablissement": {"siret": siret}},
        "detailCessationEntreprise": {"dateEffet": company["ceased_on"]},
        "observations": {"rcs": [{"texte": text} for text in company["observations"]]},
    }


def _rne_director(part):
    role = {
        "libelleRoleEntreprise": part.get("role"),
        "roleEntreprise": part.get("role_code"),
    }
    if part.get("siren"):
        company = {"siren": part["siren"], "denomination": part["name"]}
        return {**role, "typeDePersonne": "ENTREPRISE", "entreprise": company}
    first_names, _space, name = part["name"].rpartition(" ")
    person = {"descriptionPersonne": {"nom": name, "prenoms": first_names.split()}}
    return {**role, "typeDePersonne": "INDIVIDU", "individu": person}


# === OTHER SERVICES === #


def ban_feature(company):
    street, postcode, town = (company[key] for key in ("street", "postcode", "town"))
    number = street.partition(" ")[0]
    has_number = number.isdigit()
    return {
        "geometry": {"coordinates": [2.35, 48.85]},
        "properties": {
            "label": f"{street} {postcode} {town}",
            "score": 0.97,
            "housenumber": number if has_number else None,
            "name": street,
            "postcode": postcode,
            "citycode": company["town_code"],
            "city": town,
            "type": "housenumber" if has_number else "street",
        },
    }


def vies_answer(company):
    is_active = company["is_active"]
    return {
        "isValid": is_active,
        "requestDate": f"{date.today()}T08:00:00.000Z",
        "userError": "VALID" if is_active else "INVALID",
        "name": company["name"],
        "address": "{street}\n{postcode} {town}".format_map(company),
        "vatNumber": company["vat"][2:],
    }


def _diffusion(company):
    return "O" if company["is_diffusible"] else "P"


def _disclosed(company, mask, **values):
    """Return ``values``, masked if the company objects to their publication."""
    return values if company["is_diffusible"] else dict.fromkeys(values, mask)
