"""French customers, drawn with a fixed seed, for the steps of ``dev/bench``."""

import dataclasses
import random

from stdnum import luhn

FIRST = (
    "Jean Marie Pierre Camille Luc Chloé Hugo Léa Louis Emma Gabriel Manon Jules Inès "
    "Adam Zoé Arthur Jade Raphaël Louise Nathan Alice Paul Sarah Thomas Julie Nicolas "
    "Claire Antoine Élodie Mathieu Aurélie Julien Céline François Hélène Étienne Noémie"
).split()
LAST_START = (
    "Mar Ber Du Le Mo Lau Si Rou Ga Gi Bon Fon Lam Per Che Cla Fau Gau Mer Vin Bou Cas "
    "Del Fer Gar Hu Jac Ker Lan Mas Nau Oli Pas Que Ri Sal Tes Val Wal Zim"
).split()
LAST_END = (
    "tin nard bois roy reau rent mon ssel rard net taine bert rin valier lin re thier "
    "cier cent yer taing mas rand nier go quet leau dais son din vier quier nel vière "
    "mon sier lois ter mann"
).split()
TRADES = (
    "Bâtiment Menuiserie Plomberie Transports Conseil Électricité Imprimerie "
    "Boulangerie Mécanique Logistique Informatique Paysages Négoce Maçonnerie Peinture "
    "Chauffage Ingénierie Serrurerie Distribution Traiteur"
).split()
FORMS = ("SARL", "SAS", "SASU", "EURL", "SA", "SCOP", "SNC")
STREETS = (
    "rue de la République",
    "avenue Jean Jaurès",
    "rue Victor Hugo",
    "boulevard Gambetta",
    "place de l'Église",
    "chemin des Vignes",
    "impasse des Lilas",
    "quai de la Loire",
    "route de Paris",
    "cours Lafayette",
)
TOWNS = (
    "Paris Lyon Marseille Toulouse Nice Nantes Strasbourg Montpellier Bordeaux Lille "
    "Rennes Reims Saint-Étienne Le-Havre Grenoble Dijon Angers Nîmes Brest Tours Metz"
).split()
PROVIDERS = ("orange.fr", "gmail.com", "wanadoo.fr", "free.fr", "laposte.net")
SHARE_OF_COMPANIES = 0.7
SHARE_ENTERED_AGAIN = 0.05
SHARE_BADLY_TYPED = 0.08


@dataclasses.dataclass(frozen=True)
class Customer:
    """A customer's file, as it was typed."""

    name: str
    is_company: bool
    street: str
    postcode: str
    town: str
    registry: str
    vat: str
    email: str
    phones: tuple[str, ...]


def customers(count, seed=20_261_122):
    """Draw ``count`` customers; some are entered twice, some are badly typed."""
    draw = random.Random(seed)
    drawn = []
    for number in range(count):
        if drawn and draw.random() < SHARE_ENTERED_AGAIN:
            drawn.append(_again(draw, draw.choice(drawn)))
        else:
            drawn.append(_customer(draw, number))
    return drawn


def _customer(draw, number):
    last = draw.choice(LAST_START) + draw.choice(LAST_END)
    is_company = draw.random() < SHARE_OF_COMPANIES
    town = draw.randrange(len(TOWNS) * 20)
    customer = Customer(
        name=_company_name(draw, last)
        if is_company
        else f"{draw.choice(FIRST)} {last}",
        is_company=is_company,
        street=f"{draw.randint(1, 150)} {draw.choice(STREETS)}",
        postcode=f"{town // 20 + 10:02}{town % 20 * 10:03}",
        town=TOWNS[town // 20],
        email=_email(draw, last, number, is_company),
        phones=tuple(_phone(draw) for _phone_number in range(draw.choice((1, 1, 2)))),
        **_numbers(draw, number, is_company),
    )
    if draw.random() < SHARE_BADLY_TYPED:
        return _badly_typed(draw, customer)
    return customer


def _company_name(draw, last):
    return f"{draw.choice(TRADES)} {last} {draw.choice(FORMS)}"


def _email(draw, last, number, is_company):
    name = last.lower().replace("è", "e").replace("î", "i")
    if is_company:
        return f"{draw.choice(('contact', 'compta', 'info'))}@{name}{number}.fr"
    return f"{name}{number}@{draw.choice(PROVIDERS)}"


def _phone(draw):
    digits = f"0{draw.choice('1234566679')}{draw.randrange(10**8):08}"
    pairs = [digits[i : i + 2] for i in range(0, 10, 2)]
    return draw.choice((" ", ".", "")).join(pairs)


def _numbers(draw, number, is_company):
    if not is_company:
        return {"registry": "", "vat": ""}
    body = f"{30_000_000 + number * 13:08}"
    siren = body + luhn.calc_check_digit(body)
    siret = siren + f"{draw.randint(1, 9):04}"
    registry = siret + luhn.calc_check_digit(siret)
    return {"registry": registry, "vat": f"FR{int(siren + '12') % 97:02}{siren}"}


def _badly_typed(draw, customer):
    changes = (
        {"email": customer.email.replace("@", " @ ").replace(".fr", ",fr")},
        {"phones": ("06 12 34 56", "neant")},
        {"registry": customer.registry[:-1], "vat": "FR00000"},
        {"street": f"{customer.street}, {customer.postcode} {customer.town}"},
        {"postcode": "", "town": ""},
    )
    return dataclasses.replace(customer, **draw.choice(changes))


def _again(draw, customer):
    changes = (
        {"name": customer.name.upper(), "registry": "", "vat": ""},
        {"name": customer.name[1:], "registry": "", "vat": "", "email": ""},
        {"name": customer.name.rpartition(" ")[0] or customer.name, "vat": ""},
    )
    return dataclasses.replace(customer, **draw.choice(changes))
