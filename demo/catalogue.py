"""What a lighting manufacturer sells, and how an order is made up of it."""

from typing import NamedTuple


class Product(NamedTuple):
    label: str
    price: float
    unit: str = "consu"  # product type: "consu" goods, "service" work


class BasketLine(NamedTuple):
    product: str  # key of PRODUCTS, empty for a free text line
    label: str
    quantity: float
    price: float


PRODUCTS = {
    "suspension": Product("Suspension LED Orion Ø 60 cm, laiton brossé", 289.0),
    "applique": Product("Applique murale Véga, verre opale", 126.0),
    "projecteur": Product("Projecteur sur rail Altaïr 25 W, 3000 K", 84.0),
    "dalle": Product("Dalle LED 600 × 600 mm, 36 W, UGR < 19", 68.0),
    "reglette": Product("Réglette étanche LED 1,20 m, IP65", 57.0),
    "candelabre": Product("Candélabre solaire Mira, mât 6 m", 1480.0),
    "borne": Product("Borne extérieure Cassis 80 cm, inox", 215.0),
    "secours": Product("Bloc autonome d'éclairage de sécurité (BAES)", 92.0),
    "lampadaire": Product("Lampadaire Atlas sur pied, abat-jour lin", 364.0),
    "lustre": Product("Lustre Pléiade fabriqué sur mesure", 2350.0),
    "pose": Product("Pose et raccordement (heure)", 58.0, "service"),
    "etude": Product("Étude d'éclairage et plan (jour)", 640.0, "service"),
    "maintenance": Product("Contrat de maintenance (trimestre)", 390.0, "service"),
    "depannage": Product("Dépannage sur site (forfait)", 180.0, "service"),
    "livraison": Product("Livraison et emballage", 45.0, "service"),
}

# What a kind of customer buys, dearest first. The last article is bought in whatever
# quantity brings the order near the amount wanted.
BASKETS = {
    "trade": ("dalle", "projecteur", "secours", "reglette"),
    "hospitality": ("lustre", "suspension", "applique", "pose"),
    "project": ("etude", "suspension", "projecteur", "pose"),
    "public": ("candelabre", "borne", "secours", "pose"),
    "shop": ("projecteur", "applique", "depannage", "pose"),
    "upkeep": ("maintenance", "reglette", "pose"),
    "home": ("lampadaire", "applique", "livraison"),
}


def fill_basket(basket, amount, rng):
    """Return basket lines worth about ``amount`` euros excluding tax.

    One or two articles take a good part of the amount, the last article of the
    basket fills up the rest, in halves for work and in pieces for goods.
    """
    *articles, filler = BASKETS[basket]
    lines, left = [], amount
    for key in rng.sample(articles, min(2, len(articles))):
        quantity = int(left * rng.uniform(0.4, 0.8) // PRODUCTS[key].price)
        if quantity:
            lines.append(_line(key, quantity))
            left -= quantity * PRODUCTS[key].price
    lines.append(_line(filler, _filling_quantity(PRODUCTS[filler], left)))
    return lines


def free_line(label, amount):
    """Return the single line of an order that is not in the catalogue."""
    return BasketLine("", label, 1, amount)


def _filling_quantity(product, left):
    step = 0.5 if product.unit == "service" else 1
    return max(step, round(left / product.price / step) * step)


def _line(key, quantity):
    product = PRODUCTS[key]
    return BasketLine(key, product.label, quantity, product.price)
