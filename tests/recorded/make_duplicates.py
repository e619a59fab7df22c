"""Writes ``duplicates.csv``: contacts of which it is known who is whom.

Companies and persons are invented; their mistakes are those of real customer files.
What shares an ``entity`` is one debtor. Weights were tuned on the lines of the part
``tune``; the part ``held`` has other names, other towns and other seeds, and is only
measured. Run it without argument to write the file again.
"""

import csv
import itertools
import random
from pathlib import Path

from stdnum import luhn

FIELDS = (
    "id entity part is_company name street postcode town siren vat email phones".split()
)
PATH = Path(__file__).with_name("duplicates.csv")

VOCABULARY = {
    "tune": {
        "seed": 20,
        "trades": "Menuiserie,Plomberie,Transports,Boulangerie,Imprimerie,Garage,"
        "Électricité,Maçonnerie,Pharmacie,Traiteur",
        "names": "Garcin,Lefèvre,Martin,Bonnefoy,Chevallier,Guérin,Roussel,Delaunay,"
        "Barthélemy,Castaing,Perrault,Vasseur,Mercier,Fontanel,Hamon,Besson,"
        "Arnaud,Bertin,Cordier,Daumas,Escoffier,Faivre,Giraudet,Huguenin,Imbert,Jolivet,"
        "Kowalski,Lacombe,Maillard,Navarro,Oudin,Pasquier,Quentin,Rambaud,Sabatier,"
        "Thévenet,Urbain,Verdier,Weber,Ygouf,Zimmermann",
        "coined": "Alpadis,Néovia,Sudéco,Rhônalia,Cyclomat,Vitalor,Betexo,Lumeris",
        "first": "Jean,Marie,Pierre,Sophie,Luc,Hélène,Paul,Camille,Étienne,Chloé",
        "towns": "69003 Lyon,42000 Saint-Étienne,31000 Toulouse,44000 Nantes,"
        "38000 Grenoble,33000 Bordeaux,76600 Le Havre,63000 Clermont-Ferrand,"
        "01000 Bourg-en-Bresse,59650 Villeneuve-d'Ascq",
        "streets": "rue de la République,avenue Jean Jaurès,place de l'Église,"
        "chemin des Vignes,boulevard Gambetta",
    },
    "held": {
        "seed": 99,
        "trades": "Charpente,Chauffage,Taxi,Fromagerie,Serrurerie,Carrosserie,"
        "Peinture,Couverture,Optique,Librairie",
        "names": "Dubreuil,Lemaître,Dupont,Kerleau,Schneider,Béranger,Poirier,Tessier,"
        "Jacquemin,Marchand,Aubertin,Colombani,Renault,Gaillard,Le Floch,Ferrand,"
        "Auvray,Bouchet,Caradec,Desprez,Etcheverry,Forestier,Gaudin,Haas,Isnard,Jourdan,"
        "Klein,Legendre,Moulin,Nicolet,Olivier,Prigent,Quéré,Rivière,Salaün,Toussaint,"
        "Ulrich,Vidal,Wagner,Yvon,Zeller",
        "coined": "Ouestelia,Mécadoc,Novabat,Iséris,Transalis,Agridor,Polyvert,Solène",
        "first": "Michel,Julie,Nicolas,Inès,Gérard,Nadia,Rémi,Claire,Hervé,Aurélie",
        "towns": "35000 Rennes,67000 Strasbourg,13006 Marseille,51100 Reims,"
        "37000 Tours,49000 Angers,29200 Brest,06000 Nice,62200 Boulogne-sur-Mer,"
        "97400 Saint-Denis",
        "streets": "quai de la Loire,route de Paris,allée des Tilleuls,"
        "rue du Général de Gaulle,rue Pasteur",
    },
}
FORMS = ("SARL", "SAS", "EURL", "SA", "SASU")


class Population:
    """Draws the contacts of one part."""

    def __init__(self, part, words):
        self.part = part
        self.random = random.Random(words["seed"])
        self.words = {key: str(text).split(",") for key, text in words.items()}
        self.entities = itertools.count(1)
        self.serial = itertools.count(10_000_000 + 1_000_000 * len(part))
        self.rows = []

    def pick(self, kind):
        return self.random.choice(self.words[kind])

    def town(self):
        postcode, _space, town = self.pick("towns").partition(" ")
        return {"postcode": postcode, "town": town}

    def street(self):
        return f"{self.random.randint(1, 180)} {self.pick('streets')}"

    def siren(self):
        body = str(next(self.serial) * 7 % 100_000_000).zfill(8)
        return body + luhn.calc_check_digit(body)

    def phone(self):
        return f"+334{self.random.randint(10_000_000, 99_999_999)}"

    def mobile(self):
        return f"+336{self.random.randint(10_000_000, 99_999_999)}"

    def add(self, entity=None, **values):
        """Write a contact down; without entity it is somebody of its own."""
        entity = entity or f"{self.part}-{next(self.entities)}"
        self.rows.append({"entity": entity, "part": self.part, **values})
        return entity

    # === COMPANIES === #

    def company(self, name, **values):
        domain = "".join(c for c in name.lower() if c.isascii() and c.isalnum())
        return {
            "is_company": 1,
            "name": f"{name} {self.random.choice(FORMS)}",
            "street": self.street(),
            **self.town(),
            "siren": self.siren(),
            "email": f"contact@{domain}{next(self.entities)}.fr",
            "phones": self.phone(),
            **values,
        }

    def company_name(self):
        if self.random.random() < 0.35:
            return f"{self.pick('coined')} {self.pick('names')}"
        return f"{self.pick('trades')} {self.pick('names')}"

    def twice(self, change, **values):
        """A company entered again with a change."""
        first = self.company(self.company_name(), **values)
        entity = self.add(**first)
        self.add(entity, **(first | change(first)))

    def companies_entered_twice(self):
        forget = {"siren": "", "email": "", "phones": "", "street": ""}
        for change in (
            lambda c: {"name": c["name"].upper(), "siren": "", "email": ""},
            lambda c: {"name": bare(c["name"].rsplit(" ", 1)[0]), "siren": ""},
            lambda c: {**forget, "name": c["name"].rsplit(" ", 1)[0]},
            lambda c: {**forget, "name": "S.A.R.L. " + c["name"].rsplit(" ", 1)[0]},
            lambda c: {**forget, "name": self.typo(c["name"])},
            lambda c: {"name": self.typo(c["name"]), "siren": "", "phones": ""},
            lambda c: {"name": self.typo(c["name"]), "siren": "", "email": ""},
            lambda c: {**forget, "name": self.typo(c["name"]), "street": c["street"]},
            lambda c: {"name": self.abbreviated(c["name"]), "siren": "", "email": ""},
            lambda c: {**forget, "name": self.abbreviated(c["name"])},
            lambda c: {**forget, "name": "Sté " + c["name"]},
            lambda c: {**forget, "name": "Ets " + c["name"].rsplit(" ", 1)[0]},
            lambda c: {"name": c["name"].split()[-2], "siren": "", "phones": ""},
            lambda c: {"siren": "", "email": "", **self.town(), "street": ""},
            lambda c: {**forget, "siren": c["siren"], "name": self.pick("coined")},
            lambda c: {**forget, "name": " ".join(reversed(c["name"].split()))},
            lambda c: {**forget, "name": c["name"].replace(" ", "-", 1)},
            lambda c: {"name": c["name"], "siren": "1" + c["siren"][1:], "street": ""},
            lambda c: {
                "siren": "",
                "vat": f"FR{(12 + 3 * (int(c['siren']) % 97)) % 97:02}{c['siren']}",
                "name": c["name"].upper(),
                "email": "",
                "phones": "",
            },
        ):
            for _time in range(3):
                self.twice(change)

    def cedex(self):
        for _time in range(3):
            first = self.company(self.company_name())
            entity = self.add(**first)
            code = first["postcode"][:2] + str(self.random.randint(900, 999))
            town = first["town"].upper().replace("-", " ") + " CEDEX"
            boxed = {"postcode": code, "town": town, "siren": "", "email": ""}
            self.add(entity, **(first | boxed | {"phones": "", "street": "BP 40123"}))

    def establishments(self):
        """Several establishments of a legal person are one debtor."""
        for _time in range(3):
            name, siren, entity = self.company_name(), self.siren(), None
            for _establishment in range(4):
                entity = self.add(entity, **self.company(name, siren=siren))

    def namesakes(self):
        """The same name in two towns, of which nothing else is known."""
        for _time in range(10):
            name = self.company_name()
            for town in self.random.sample(self.words["towns"], 2):
                postcode, _space, place = town.partition(" ")
                where = {"postcode": postcode, "town": place}
                self.add(**self.company(name, siren="", **where))

    def family_businesses(self):
        """Companies of one house: same name, telephone, address, other SIREN or not."""
        for siren in (self.siren, lambda: ""):
            for _time in range(4):
                name = self.pick("names")
                shared = {
                    "street": self.street(),
                    **self.town(),
                    "phones": self.phone(),
                    "email": f"compta@groupe{next(self.entities)}.fr",
                }
                for full in (f"Groupe {name}", f"{name} Services", f"SCI {name}"):
                    self.add(
                        **self.company(full, **shared, siren=siren())
                        | {"name": full if full[0:3] == "SCI" else f"{full} SAS"}
                    )

    def branches_of_other_towns(self):
        for _time in range(4):
            name = self.pick("names")
            for town in self.words["towns"][:2]:
                postcode, _space, place = town.partition(" ")
                where = {"postcode": postcode, "town": place}
                self.add(**self.company(f"{name} {place}", **where))

    def neighbours(self):
        """Other trades of one name, or other names of one trade, in one town."""
        for _time in range(6):
            where, name, trade = self.town(), self.pick("names"), self.pick("trades")
            other_trades = self.random.sample(self.words["trades"], 2)
            for other in other_trades:
                self.add(**self.company(f"{other} {name}", **where, siren=""))
            for other in self.random.sample(self.words["names"], 2):
                self.add(**self.company(f"{trade} {other}", **where, siren=""))
        for _time in range(3):
            where, name = self.town(), self.company_name()
            for number in (1, 2, 3):
                self.add(**self.company(f"{name} {number}", **where, siren=""))

    def same_name_other_siren(self):
        """Two legal persons of one name at one place, and a third entry that could be
        either."""
        for _time in range(3):
            first = self.company(self.company_name())
            self.add(**first)
            self.add(**(first | {"siren": self.siren()}))
            nothing = {"siren": "", "email": "", "phones": "", "street": ""}
            self.add(**(first | nothing))

    def accountant(self):
        """Customers whose mail and telephone are their accountant's."""
        shared = {"email": "cabinet@fiduciaire.fr", "phones": self.phone()}
        where = self.town()
        for _time in range(8):
            name = self.company_name()
            self.add(**self.company(name, **shared, **where, siren=""))

    # === PERSONS === #

    def person(self, **values):
        first, last = self.pick("first"), self.pick("names")
        number = next(self.entities)
        return {
            "is_company": 0,
            "name": f"{first} {last}",
            "street": self.street(),
            **self.town(),
            "email": f"{bare(first)}.{bare(last).replace(' ', '')}{number}@orange.fr",
            "phones": self.mobile(),
            **values,
        }

    def persons_entered_twice(self):
        nothing = {"email": "", "phones": "", "street": ""}
        for change in (
            lambda p: {"name": p["name"].upper(), "phones": "", "street": ""},
            lambda p: {"name": self.swapped(p["name"]), "email": "", "street": ""},
            lambda p: {"name": f"M. {p['name']}", **nothing, "street": p["street"]},
            lambda p: {"name": self.initial(p["name"]), "phones": "", "street": ""},
            lambda p: {"name": self.typo(p["name"] + " X")[:-2], "email": ""},
            lambda p: {"name": bare(p["name"]), "phones": "", **self.town()},
            lambda p: {"name": self.swapped(p["name"]).upper(), "phones": ""},
        ):
            for _time in range(4):
                first = self.person()
                entity = self.add(**first)
                self.add(entity, **(first | change(first)))

    def homonyms(self):
        """Two persons of one name in one town, or in two."""
        for _time in range(8):
            first = self.person()
            self.add(**first)
            other = self.person() | {"name": first["name"]}
            where = {"postcode": first["postcode"], "town": first["town"]}
            self.add(**(other | (where if self.random.random() < 0.6 else {})))

    def households(self):
        """Husband, wife and child: one address, one telephone, one mailbox."""
        for _time in range(8):
            first = self.person()
            last = first["name"].split(" ", 1)[1]
            for given in self.random.sample(self.words["first"], 3):
                self.add(**(first | {"name": f"{given} {last}"}))

    # === MISTAKES === #

    def typo(self, name):
        """The name with a slip in its longest word, not in the legal form."""
        words = name.split(" ")
        index = max(range(len(words) - 1), key=lambda i: len(words[i]))
        word = words[index]
        at = self.random.randint(1, len(word) - 3)
        slips = (
            word[:at] + word[at + 1 :],
            word[:at] + word[at] + word[at:],
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
        )
        words[index] = self.random.choice(slips)
        return " ".join(words)

    def abbreviated(self, name):
        words = name.split(" ")
        words[0] = words[0][:4] + "."
        return " ".join(words)

    def swapped(self, name):
        first, last = name.split(" ", 1)
        return f"{last} {first}"

    def initial(self, name):
        first, last = name.split(" ", 1)
        return f"{first[0]}. {last}"

    def strangers(self):
        """Contacts who are nobody else."""
        for _time in range(30):
            self.add(**self.company(self.company_name()))
            self.add(**self.person())

    def draw(self):
        """Return all rows of the part."""
        for kind in (
            self.companies_entered_twice,
            self.cedex,
            self.establishments,
            self.namesakes,
            self.family_businesses,
            self.branches_of_other_towns,
            self.neighbours,
            self.same_name_other_siren,
            self.accountant,
            self.persons_entered_twice,
            self.homonyms,
            self.households,
            self.strangers,
        ):
            kind()
        self.random.shuffle(self.rows)
        return self.rows


def bare(text):
    """Return the text in lower case without French accents."""
    return text.lower().translate(str.maketrans("éèêëàâçîïôûùÉ", "eeeeaaciiouue"))


def main():
    """Write the file."""
    rows = [
        row
        for part, words in VOCABULARY.items()
        for row in Population(part, words).draw()
    ]
    with open(PATH, "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, FIELDS, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows({"id": n, **row} for n, row in enumerate(rows, 1))


if __name__ == "__main__":
    main()
