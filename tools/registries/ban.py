"""Base Adresse Nationale, through the geocoder of the Géoplateforme (IGN).

https://data.geopf.fr/geocodage, Licence Ouverte 2.0. Fifty calls a second per address
at most. It always answers with what resembles most: look at score, kind and postcode
before believing it. It knows neither post boxes, nor CEDEX, nor complements.
"""

import csv
import io
import re

from .client import MEGABYTE, RegistryClient
from .errors import MalformedError
from .parsing import integer, items, mapping, mappings, number, required_mapping, text
from .results import AddressMatch

SOURCE = "ban"
KINDS = frozenset({"housenumber", "street", "locality", "municipality"})
LONGEST_QUERY = 200
LOT = 2_000
COLUMNS = ("adresse", "cp", "commune")
# It refuses a question that starts with anything else.
_BEFORE_WORDS = re.compile(r"^[\W_]+")


class Ban(RegistryClient):
    service = SOURCE
    default_url = "https://data.geopf.fr/geocodage"
    calls_per_minute = 1_800
    timeout = (5, 60)
    max_bytes = 8 * MEGABYTE

    def search(self, address, postcode="", town="", limit=1):
        """Return the :class:`AddressMatch` that resemble the address, the best first.

        Postcode and town count as words of the address: they may be wrong too.
        """
        query = _query(address, postcode, town)
        if not query:
            return []
        payload = self._get_json(
            "/search",
            {"q": query, "limit": limit, "autocomplete": 0, "index": "address"},
        )
        return self._parse(parse_matches, payload)

    def search_many(self, addresses):
        """Return ``{key: AddressMatch or None}``, the best match of each address.

        ``addresses`` are tuples (key, street, postcode, town); they go by thousands.
        """
        addresses = list(addresses)
        found = {}
        for start in range(0, len(addresses), LOT):
            found.update(self._search_lot(addresses[start : start + LOT]))
        return found

    def _search_lot(self, addresses):
        body = self._request(
            "POST",
            "/search/csv",
            data=[("columns", column) for column in COLUMNS],
            files={"data": ("addresses.csv", _csv(addresses), "text/csv")},
        )
        matches = self._parse(parse_csv, body, len(addresses))
        keys = (key for key, *_parts in addresses)
        return dict(zip(keys, matches, strict=True))


def parse_matches(payload):
    """Return the :class:`AddressMatch` of an answer to one question."""
    features = required_mapping(payload).get("features")
    if features is None:
        raise MalformedError("no features")
    return [
        match
        for match in map(_from_feature, mappings(features, "features"))
        if match.kind in KINDS
    ]


def parse_csv(body, count):
    """Return the :class:`AddressMatch` or ``None`` of each of ``count`` lines.

    A line that is missing is no address that was not found: it is an answer cut short.
    """
    try:
        rows = list(csv.DictReader(io.StringIO(body.decode("utf-8-sig")), strict=True))
    except (ValueError, csv.Error):
        raise MalformedError("not a CSV file") from None
    found = dict(map(_from_row, rows))
    if len(rows) != count or set(found) != set(range(count)):
        raise MalformedError(f"{len(rows)} lines for {count} addresses")
    return [found[index] for index in range(count)]


def _query(*parts):
    words = " ".join(filter(None, map(text, parts)))
    return _BEFORE_WORDS.sub("", words)[:LONGEST_QUERY].rstrip()


def _csv(addresses):
    """Return the addresses as a file; lines are numbered, keys stay with us."""
    output = io.StringIO()
    writer = csv.writer(output)
    writer.writerow(("id", *COLUMNS))
    for index, (_key, street, postcode, town) in enumerate(addresses):
        writer.writerow((index, _query(street), text(postcode), text(town)))
    return output.getvalue().encode()


def _from_feature(feature):
    geometry = mapping(feature.get("geometry"), "geometry")
    point = items(geometry.get("coordinates"), "coordinates")
    longitude, latitude = point if len(point) == 2 else (None, None)
    properties = mapping(feature.get("properties"), "properties")
    return _match({**properties, "longitude": longitude, "latitude": latitude})


def _from_row(row):
    """Return the line number of a row, and its match or ``None``."""
    if "result_status" not in row:
        raise MalformedError("no status")
    values = {key.removeprefix("result_"): value for key, value in row.items() if key}
    match = _match(values)
    is_found = match.label and match.kind in KINDS
    return integer(row.get("id")), match if is_found else None


def _match(values):
    kind = text(values.get("type"))
    return AddressMatch(
        label=text(values.get("label")),
        score=number(values.get("score")) or 0.0,
        kind=kind,
        house_number=text(values.get("housenumber"), 20),
        street="" if kind == "municipality" else text(values.get("name")),
        postcode=text(values.get("postcode"), 20),
        town=text(values.get("city")),
        town_code=text(values.get("citycode"), 5),
        old_town=text(values.get("oldcity")),
        longitude=number(values.get("longitude")),
        latitude=number(values.get("latitude")),
    )
