"""What the public registers would say of the demo debtors, for a demo without network.

Most debtors are as their contact says. Some have moved, taken another name, ceased or
made the news: who verifies them, or watches the announcements, has something to see.
"""

from datetime import timedelta

from .stories import STORIES

# What the registers know better than the contact, by key of the story.
DIFFERENCES = {
    "deco_mirabelle": {
        "street": "18 RUE DES TISSERANDS",
        "postcode": "54500",
        "town": "VANDOEUVRE LES NANCY",
    },
    "auto_ecole_rond_point": {"street": "6 PLACE DU VERT GALANT", "postcode": "80000"},
    "ferronnerie_beral": {
        "street": "31 RUE DE LA FORGE",
        "postcode": "87000",
        "town": "LIMOGES",
    },
    "studio_nebuleuse": {"name": "NEBULEUSE IMAGE ET SON"},
    "librairie_page_blanche": {"street": "2 RUE DES RELIEURS"},
    "fleuriste_pivoine": {"is_active": False, "ceased_days_ago": 48},
    "bowling_lac_argent": {"open_establishments": 0},
    "garage_montsoleil": {"is_diffusible": False},
}
UNKNOWN = {"salle_escale"}
DIRECTORS = (
    ("Maryvonne Escoubès", "Gérante"),
    ("Théodore Balandraud", "Président"),
    ("Inès Courtemanche", "Présidente"),
    ("Gaspard Lévignac", "Gérant"),
)

# Announcements of the last days: key of the story, days ago, family, inner parts.
OPENING = "Jugement d'ouverture"
NOTICES = (
    (
        "btp_roquebelle",
        2,
        "collective",
        {
            "famille": OPENING,
            "nature": "Jugement d'ouverture de liquidation judiciaire",
            "complementJugement": (
                "Jugement prononçant la liquidation judiciaire, désignant liquidateur "
                "SELARL Exemple, 3 quai des Mandataires. Les créances sont à déclarer, "
                "dans les deux mois de la présente publication, auprès du liquidateur."
            ),
        },
    ),
    (
        "charpentes_valmorey",
        1,
        "collective",
        {
            "famille": "Jugement prononçant",
            "nature": "Jugement de conversion en liquidation judiciaire",
            "complementJugement": (
                "Jugement prononçant la liquidation judiciaire, désignant liquidateur "
                "Maître Exemple."
            ),
        },
    ),
    (
        "cafe_lanterne_bleue",
        3,
        "vente",
        {"categorieVente": "Achat d'un fonds par une personne morale"},
    ),
    (
        "logistique_hexaport",
        4,
        "modification",
        {"descriptif": "Modification survenue sur l'administration."},
    ),
    ("fleuriste_pivoine", 5, "radiation", {"radiationPM": "O", "commentaire": None}),
)
COURT = "GREFFE DU TRIBUNAL DE COMMERCE"


def companies(today):
    """Return what the registers hold of each French debtor that is not a consumer."""
    return [
        _company(story, number, today)
        for number, story in enumerate(STORIES)
        if story.company_registry and story.key not in UNKNOWN
    ]


def notices(today):
    """Return the announcements of the last days, as the BODACC writes them."""
    stories = {story.key: story for story in STORIES}
    return [
        _notice(stories[key], number, today - timedelta(days=ago), family, part)
        for number, (key, ago, family, part) in enumerate(NOTICES, start=1)
    ]


def _company(story, number, today):
    name, role = DIRECTORS[number % len(DIRECTORS)]
    known = {
        "siren": story.siren,
        "nic": story.company_registry[-5:],
        "name": story.name.upper(),
        "vat": story.vat_number or "",
        "street": story.address.street.upper(),
        "postcode": story.address.zip,
        "town": story.address.city.upper(),
        "directors": [{"name": name, "role": role}] if story.kind == "company" else [],
        "legal_form": "5499" if story.kind == "company" else "7210",
        **DIFFERENCES.get(story.key, {}),
    }
    days = known.pop("ceased_days_ago", None)
    if days is not None:
        known["ceased_on"] = (today - timedelta(days=days)).isoformat()
    return known


def _notice(story, number, day, family, part):
    parution = f"{day:%Y%m%d}"
    letter = "A" if family in ("collective", "vente") else "B"
    return {
        "id": f"{letter}{parution}{number}",
        "publicationavis": letter,
        "parution": parution,
        "dateparution": day.isoformat(),
        "numeroannonce": number,
        "typeavis": "annonce",
        "familleavis": family,
        "tribunal": f"{COURT} DE {story.address.city.upper()}",
        "commercant": story.name.upper(),
        "ville": story.address.city,
        "cp": story.address.zip,
        "registre": [story.siren],
        "listepersonnes": {"personne": _person(story)},
        "url_complete": "https://www.bodacc.fr/",
        **_inner(story, day, family, part),
    }


def _inner(story, day, family, part):
    if family == "collective":
        judged = (day - timedelta(days=7)).isoformat()
        return {"jugement": {"type": "initial", "date": judged, **part}}
    if family == "vente":
        return {
            "acte": {"vente": part},
            "listeprecedentproprietaire": {"personne": _person(story)},
            "listeetablissements": {
                "etablissement": {
                    "origineFonds": "Fonds acquis par achat au prix stipulé de "
                    "85000.00 euros",
                }
            },
        }
    if family == "radiation":
        return {"radiationaurcs": part}
    return {"modificationsgenerales": part}


def _person(story):
    siren = story.siren
    return {
        "typePersonne": "pm",
        "numeroImmatriculation": {
            "numeroIdentification": f"{siren[:3]} {siren[3:6]} {siren[6:]}",
            "codeRCS": "RCS",
            "nomGreffeImmat": story.address.city,
        },
        "denomination": story.name.upper(),
    }
