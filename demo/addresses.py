"""Streets made up, postcodes and towns real, spread over France and abroad."""

from typing import NamedTuple


class Address(NamedTuple):
    street: str
    zip: str
    city: str
    country: str = "fr"
    state: str = ""  # external id suffix in module base, e.g. "state_us_32"


ADDRESSES = {
    # Île-de-France
    "paris_15": Address("204 rue du Marché-aux-Grains", "75015", "Paris"),
    "boulogne": Address("41 avenue des Tuileries", "92100", "Boulogne-Billancourt"),
    "montreuil": Address("7 rue de la Fabrique", "93100", "Montreuil"),
    "versailles": Address("25 rue des Menus-Plaisirs", "78000", "Versailles"),
    "bellefontaine": Address("1 place de la Mairie", "95270", "Bellefontaine"),
    # Ouest
    "nantes": Address("12 quai des Tanneurs", "44000", "Nantes"),
    "brest": Address("9 rue du Guet", "29200", "Brest"),
    "rennes": Address("33 rue des Teinturiers", "35000", "Rennes"),
    "vannes": Address("5 rue des Orfèvres", "56000", "Vannes"),
    "lorient": Address("28 quai aux Vivres", "56100", "Lorient"),
    "saint_brieuc": Address("14 rue du Légué", "22000", "Saint-Brieuc"),
    "caen": Address("77 rue aux Fromages", "14000", "Caen"),
    "le_havre": Address("120 quai des Grues", "76600", "Le Havre"),
    "le_mans": Address("16 rue des Chaudronniers", "72000", "Le Mans"),
    "angers": Address("8 boulevard des Ardoises", "49000", "Angers"),
    "tours": Address("54 rue de la Soierie", "37000", "Tours"),
    "orleans": Address("2 rue du Vinaigre", "45000", "Orléans"),
    "blois": Address("31 quai des Bateliers", "41000", "Blois"),
    "bourges": Address("10 rue des Vitraux", "18000", "Bourges"),
    "roche_sur_yon": Address("88 route des Moulins", "85000", "La Roche-sur-Yon"),
    # Nord et Est
    "lille": Address("45 rue des Brasseurs", "59000", "Lille"),
    "dunkerque": Address("6 môle des Corsaires", "59140", "Dunkerque"),
    "arras": Address("13 rue du Beffroi-Vieux", "62000", "Arras"),
    "amiens": Address("21 chemin des Hortillons", "80000", "Amiens"),
    "reims": Address("59 rue des Crayères", "51100", "Reims"),
    "troyes": Address("4 ruelle des Bonnetiers", "10000", "Troyes"),
    "metz": Address("37 rue des Allemandiers", "57000", "Metz"),
    "nancy": Address("15 rue des Faïenciers", "54000", "Nancy"),
    "epinal": Address("11 rue de l'Imagerie", "88000", "Épinal"),
    "strasbourg": Address("72 quai des Meuniers", "67000", "Strasbourg"),
    "mulhouse": Address("19 rue des Indiennes", "68100", "Mulhouse"),
    "besancon": Address("26 rue des Horlogers", "25000", "Besançon"),
    "dijon": Address("40 rue du Pain d'Épices", "21000", "Dijon"),
    "nevers": Address("100 boulevard des Deux-Rives", "58000", "Nevers"),
    # Sud-Est
    "lyon": Address("24 rue des Verriers", "69007", "Lyon"),
    "saint_etienne": Address("63 rue des Rubaniers", "42000", "Saint-Étienne"),
    "grenoble": Address("17 rue des Gantiers", "38000", "Grenoble"),
    "chambery": Address("29 faubourg des Allobroges", "73000", "Chambéry"),
    "annecy": Address("8 quai des Cygnes", "74000", "Annecy"),
    "bourg": Address("12 avenue des Dombes", "01000", "Bourg-en-Bresse"),
    "clermont": Address("35 rue de la Lave", "63000", "Clermont-Ferrand"),
    "valence": Address("50 avenue des Abricotiers", "26000", "Valence"),
    "avignon": Address("23 rue des Lices-Basses", "84000", "Avignon"),
    "marseille": Address("91 traverse des Calfats", "13002", "Marseille"),
    "aix": Address("14 cours des Calissons", "13100", "Aix-en-Provence"),
    "nice": Address("6 montée des Œillets", "06000", "Nice"),
    "cannes": Address("33 avenue des Mimosas-Bas", "06400", "Cannes"),
    "nimes": Address("20 rue du Serge", "30000", "Nîmes"),
    "montpellier": Address("75 rue des Apothicaires", "34000", "Montpellier"),
    "perpignan": Address("9 carrer dels Ferrers", "66000", "Perpignan"),
    "ajaccio": Address("3 chemin des Arbousiers", "20000", "Ajaccio"),
    # Sud-Ouest
    "bordeaux": Address("112 quai des Tonneliers", "33000", "Bordeaux"),
    "royan": Address("1 allée des Tamaris", "17200", "Royan"),
    "la_rochelle": Address("27 rue des Gabares", "17000", "La Rochelle"),
    "poitiers": Address("66 rue des Feuillants-Vieux", "86000", "Poitiers"),
    "limoges": Address("38 rue de l'Émail", "87000", "Limoges"),
    "brive": Address("5 avenue de la Noix", "19100", "Brive-la-Gaillarde"),
    "perigueux": Address("22 rue du Foirail", "24000", "Périgueux"),
    "toulouse": Address("53 rue des Pastelliers", "31000", "Toulouse"),
    "albi": Address("10 rue des Foulons", "81000", "Albi"),
    "cahors": Address("7 quai des Mariniers", "46000", "Cahors"),
    "pau": Address("44 boulevard du Haras", "64000", "Pau"),
    "biarritz": Address("2 sentier de l'Océan", "64200", "Biarritz"),
    # À l'étranger
    "london": Address("48 Lanternmaker Row", "SE1 9ZZ", "London", "uk"),
    "berlin": Address("Laternenstraße 17", "10405", "Berlin", "de"),
    "portland": Address("21 Beacon Way", "97205", "Portland", "us", "state_us_32"),
}
