"""Names of the legal forms of INSEE's nomenclature (catégories juridiques, level III).

The names are French terms of law and are not translated. Only forms that a debtor or a
creditor commonly has are named; for others the family of the code tells.
"""

_NAMES = {
    "1000": "Entrepreneur individuel",
    "5202": "Société en nom collectif (SNC)",
    "5306": "Société en commandite simple (SCS)",
    "5308": "Société en commandite par actions (SCA)",
    "5410": "SARL nationale",
    "5426": "SARL immobilière de gestion",
    "5485": "Société d'exercice libéral à responsabilité limitée (SELARL)",
    "5498": "SARL unipersonnelle (EURL)",
    "5499": "Société à responsabilité limitée (SARL)",
    "5505": "Société anonyme à participation ouvrière à conseil d'administration",
    "5510": "Société anonyme nationale à conseil d'administration",
    "5515": "Société anonyme d'économie mixte à conseil d'administration",
    "5585": "Société d'exercice libéral à forme anonyme (SELAFA)",
    "5599": "Société anonyme (SA) à conseil d'administration",
    "5699": "Société anonyme (SA) à directoire",
    "5710": "Société par actions simplifiée (SAS)",
    "5720": "Société par actions simplifiée unipersonnelle (SASU)",
    "5785": "Société d'exercice libéral par actions simplifiée (SELAS)",
    "5800": "Société européenne (SE)",
    "6220": "Groupement d'intérêt économique (GIE)",
    "6316": "Coopérative d'utilisation de matériel agricole (CUMA)",
    "6317": "Société coopérative agricole",
    "6532": "Société civile d'intérêt collectif agricole (SICA)",
    "6533": "Groupement agricole d'exploitation en commun (GAEC)",
    "6540": "Société civile immobilière (SCI)",
    "6541": "Société civile immobilière de construction-vente",
    "6588": "Société civile laitière",
    "6589": "Société civile de moyens (SCM)",
    "6597": "Exploitation agricole à responsabilité limitée (EARL)",
    "6598": "Exploitation agricole à responsabilité limitée (EARL)",
    "6599": "Société civile",
    "7210": "Commune",
    "7220": "Département",
    "7230": "Région",
    "7343": "Communauté urbaine",
    "7344": "Métropole",
    "7346": "Communauté de communes",
    "7348": "Communauté d'agglomération",
    "7361": "Centre communal d'action sociale (CCAS)",
    "7364": "Établissement d'hospitalisation",
    "8420": "Mutuelle",
    "9110": "Syndicat de copropriétaires",
    "9220": "Association déclarée",
    "9223": "Groupement d'employeurs",
    "9230": "Association déclarée, reconnue d'utilité publique",
    "9260": "Association de droit local",
    "9300": "Fondation",
}
_FAMILIES = {
    "1": "Entrepreneur individuel",
    "51": "Société coopérative commerciale particulière",
    "52": "Société en nom collectif (SNC)",
    "53": "Société en commandite",
    "54": "Société à responsabilité limitée (SARL)",
    "55": "Société anonyme (SA)",
    "56": "Société anonyme (SA) à directoire",
    "57": "Société par actions simplifiée (SAS)",
    "58": "Société européenne (SE)",
    "65": "Société civile",
    "71": "Administration de l'État",
    "72": "Collectivité territoriale",
    "73": "Établissement public administratif",
    "92": "Association",
    "93": "Fondation",
}
# Companies of these forms print their capital on what they write (article R123-238 of
# the Code de commerce).
_WITH_CAPITAL = frozenset(
    {"sarl", "eurl", "selarl", "sa", "sas", "sasu", "selas", "selafa", "sca", "se"}
)
_WITH_CAPITAL_WORDS = ("responsabilité limitée", "anonyme", "par actions", "européenne")


def form_name(code):
    """Return the name of a legal form, empty when its code is not known.

    >>> form_name("5710"), form_name("5499"), form_name("5499x"), form_name("")
    ('Société par actions simplifiée (SAS)', 'Société à responsabilité limitée (SARL)',\
 'Société à responsabilité limitée (SARL)', '')
    """
    code = (code or "").strip()
    return _NAMES.get(code) or _FAMILIES.get(code[:2]) or _FAMILIES.get(code[:1]) or ""


def has_capital(form):
    """Return whether a company of this form, as it is written, prints its capital.

    >>> has_capital("SAS"), has_capital("S.A.R.L."), has_capital("Association")
    (True, True, False)
    >>> has_capital("Société par actions simplifiée")
    True
    """
    text = (form or "").lower()
    words = text.replace(".", "").replace("(", " ").replace(")", " ").split()
    return bool(_WITH_CAPITAL.intersection(words)) or any(
        word in text for word in _WITH_CAPITAL_WORDS
    )
