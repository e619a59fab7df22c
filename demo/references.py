"""The house that does the invoicing: identity, people, terms and tags."""

from typing import NamedTuple

from .addresses import ADDRESSES
from .identifiers import french_iban, french_vat, phone, siren, siret

ADDRESS = ADDRESSES["lyon"]
SIREN = siren("atelier_lumiere", "6")
SIRET = siret(SIREN)
VAT = french_vat(SIREN)
IBAN = french_iban("99999", "00042", "00061234567")
DOMAIN = "atelier-lumiere.example"

COMPANY = {
    "name": "Atelier Lumière SAS",
    "street": ADDRESS.street,
    "zip": ADDRESS.zip,
    "city": ADDRESS.city,
    "phone": phone("atelier_lumiere", "04"),
    "email": f"comptabilite@{DOMAIN}",
    "website": f"https://www.{DOMAIN}",
    "company_registry": SIRET,
    "vat": VAT,
    "primary_color": "#b8620b",
    "secondary_color": "#37474f",
    "report_header": "<p>Luminaires d'atelier, de l'étude à la pose</p>",
    "company_details": (
        f"<p>Atelier Lumière SAS<br/>{ADDRESS.street}<br/>"
        f"{ADDRESS.zip} {ADDRESS.city}<br/>France</p>"
    ),
    "report_footer": (
        "<p>SAS au capital de 250 000 € – "
        f"RCS Lyon {SIREN[:3]} {SIREN[3:6]} {SIREN[6:]} – "
        f"SIRET {SIRET} – TVA {VAT} – APE 27.40Z</p>"
    ),
}
BANK = {"name": "Banque de la Démonstration", "bic": "DEMOFRPPXXX"}


class User(NamedTuple):
    name: str
    function: str
    groups: tuple


SALES_GROUPS = ("base.group_user", "account.group_account_invoice")
COLLECTION_GROUPS = (
    "base.group_user",
    "l10n_fr_debt_collection.group_collection_user",
)
USERS = {
    "camille": User("Camille Roussel", "Commerciale Nord et Ouest", SALES_GROUPS),
    "hugo": User("Hugo Marchand", "Commercial Sud et export", SALES_GROUPS),
    "nadia": User("Nadia Benali", "Chargée de recouvrement", COLLECTION_GROUPS),
    "thomas": User("Thomas Lefort", "Chargé de recouvrement", COLLECTION_GROUPS),
}

# The tag of the key accounts comes with the module: a segment looks for it.
TAGS = {
    "installer": "Installateur",
    "hospitality": "Hôtellerie-restauration",
    "public": "Secteur public",
    "consumer": "Particulier",
    "export": "Export",
    "seasonal": "Saisonnier",
    "new": "Nouveau client",
    "watch": "À surveiller",
}


class Instalment(NamedTuple):
    percent: float
    days: int
    delay_type: str = "days_after"


PAYMENT_TERMS = {
    "now": ("Comptant à réception", [Instalment(100, 0)]),
    "d15": ("15 jours nets", [Instalment(100, 15)]),
    "d30": ("30 jours nets", [Instalment(100, 30)]),
    "d45_eom": (
        "45 jours fin de mois",
        [Instalment(100, 45, "days_after_end_of_month")],
    ),
    "d50": ("50 jours (établissements de santé)", [Instalment(100, 50)]),
    "d60": ("60 jours nets", [Instalment(100, 60)]),
    "split": (
        "30 % à la commande, 70 % à 30 jours",
        [Instalment(30, 0), Instalment(70, 30)],
    ),
    "triple": (
        "En trois fois : 30, 60 et 90 jours",
        [Instalment(33.33, 30), Instalment(33.33, 60), Instalment(33.34, 90)],
    ),
}
