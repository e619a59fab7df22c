"""A week of announcements, made up, and a server that publishes it.

It needs Python only; `measure` times the reading of the week by the client that it is
given a maker of.
"""

import json
import random
import resource
import threading
import time
import tracemalloc
from dataclasses import dataclass
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import islice
from urllib.parse import parse_qs, urlsplit

FIRST_DAY = date(2026, 11, 15)
# Sunday, Tuesday, Thursday, Friday and Saturday.
ISSUE_DAYS = (0, 2, 4, 5, 6)
PER_ISSUE = 4_000
WITHOUT_REGISTER = 0.07
HITS = 60
WATCHED = 50_000
FAMILIES = {"collective": 900, "vente": 270, "radiation": 1_700, "modification": 1_130}
NATURES = (
    "Jugement de clôture pour insuffisance d'actif",
    "Jugement d'ouverture de liquidation judiciaire",
    "Jugement d'ouverture d'une procédure de redressement judiciaire",
    "Jugement de conversion en liquidation judiciaire",
    "Autre jugement et ordonnance",
)
COMPLEMENT = (
    "Jugement prononçant la liquidation judiciaire, désignant liquidateur SELARL "
    "Exemple 3 place du Palais 34500 Béziers. Les créanciers sont invités à déclarer "
    "leurs créances dans les deux mois de la présente publication."
)


def make_siren(number):
    """Return a SIREN with the right key; ``number`` has up to eight digits."""
    digits = [int(digit) for digit in f"{number:08}"]
    total = sum(
        sum(divmod(2 * digit, 10)) if place % 2 else digit
        for place, digit in enumerate(digits)
    )
    return f"{number:08}{-total % 10}"


def make_sirens(count, first=30_000_000):
    """Return ``count`` different SIRENs."""
    return [make_siren(first + number) for number in range(count)]


class Week:
    """Announcements of five issues, ``hits`` of which are about ``sirens``."""

    def __init__(self, sirens, hits=HITS, per_issue=PER_ISSUE, seed=19):
        self._random = random.Random(seed)
        count = per_issue * len(ISSUE_DAYS)
        told = self._random.sample(sirens, min(hits, len(sirens)))
        strangers = (make_siren(50_000_000 + number) for number in range(count))
        about = [*told, *strangers][:count]
        self._random.shuffle(about)
        self.sirens = set(told)
        self.records = [
            self._make(number, siren, per_issue) for number, siren in enumerate(about)
        ]

    def _make(self, number, siren, per_issue):
        issue, place = divmod(number, per_issue)
        day = FIRST_DAY + timedelta(days=ISSUE_DAYS[issue])
        family = self._random.choices(list(FAMILIES), FAMILIES.values())[0]
        letter = "A" if family in ("collective", "vente") else "B"
        spaced = f"{siren[:3]} {siren[3:6]} {siren[6:]}"
        is_registered = self._random.random() > WITHOUT_REGISTER
        trade = {"numeroIdentification": spaced, "codeRCS": "RCS"}
        craft = {"numeroIdentificationRM": spaced, "codeRM": "RM"}
        key = "numeroImmatriculation" if is_registered else "inscriptionRM"
        person = {"typePersonne": "pm", key: trade if is_registered else craft}
        record = {
            "id": f"{letter}{day.year}{220 + issue:04}{place + 1}",
            "dateparution": day.isoformat(),
            "typeavis": "annonce",
            "familleavis": family,
            "tribunal": "Greffe du Tribunal de Commerce de Lyon",
            "registre": [siren, spaced] if is_registered else None,
            "listepersonnes": _dump({"personne": {**person, "denomination": siren}}),
            "listeprecedentproprietaire": None,
            "listeprecedentexploitant": None,
            "parutionavisprecedent": None,
        }
        return {**record, **self._make_act(family, day)}

    def _make_act(self, family, day):
        act = dict.fromkeys(("jugement", "radiationaurcs", "modificationsgenerales"))
        if family == "collective":
            judgment = {
                "type": "initial",
                "famille": "Jugement prononçant",
                "nature": self._random.choice(NATURES),
                "date": (day - timedelta(days=9)).isoformat(),
                "complementJugement": COMPLEMENT,
            }
            act["jugement"] = _dump(judgment)
        elif family == "radiation":
            act["radiationaurcs"] = _dump({"radiationPM": "O"})
        elif family == "modification":
            said = {"descriptif": "Modification survenue sur l'administration."}
            act["modificationsgenerales"] = _dump(said)
        return act


class WeekServer:
    """Publish a week on this machine: exports, pages by identifier, description.

    ``calls`` lists what was asked for.
    """

    def __init__(self, week):
        self.week = week
        self.calls = []
        self._http = None

    def __enter__(self):
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
        self._http.week_server = self
        threading.Thread(target=self._http.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *error):
        self._http.shutdown()
        self._http.server_close()

    @property
    def url(self):
        return f"http://127.0.0.1:{self._http.server_port}"

    def find(self, params):
        """Yield the records asked for, as far as this module asks."""
        where = params.get("where", "")
        records = self.week.records
        if "registre IS NULL" in where:
            records = [record for record in records if not record["registre"]]
        if where.startswith("id IN"):
            wanted = set(where.split('"')[1::2])
            records = [record for record in records if record["id"] in wanted]
        names = params["select"].split(",") if "select" in params else None
        for record in records:
            yield {name: record[name] for name in names} if names else record


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        """Say nothing."""

    def do_GET(self):  # noqa: N802
        address = urlsplit(self.path)
        params = {key: value[-1] for key, value in parse_qs(address.query).items()}
        server = self.server.week_server
        server.calls.append((address.path, params))
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for lot in _lots(self._answer(address.path, server.find(params))):
            body = "".join(lot).encode()
            self.wfile.write(b"%x\r\n%b\r\n" % (len(body), body))
        self.wfile.write(b"0\r\n\r\n")

    def _answer(self, path, records):
        if path.endswith("/exports/jsonl"):
            return (_dump(record) + "\n" for record in records)
        if path.endswith("/records"):
            found = list(records)
            return [_dump({"total_count": len(found), "results": found[:100]})]
        processed = f"{FIRST_DAY + timedelta(days=7)}T05:10:11+00:00"
        return [_dump({"metas": {"default": {"data_processed": processed}}})]


@dataclass
class Measure:
    """What reading a week cost, and which of the companies watched were told."""

    notices: int
    hits: set
    calls: int
    seconds: float
    process_peak: int


def measure(make_client, sirens, week):
    """Read ``week`` as the daily watch does, for the companies of ``sirens``.

    ``make_client`` takes an address. The peak is in bytes, that of the whole process,
    server and week included.
    """
    watched = set(sirens)
    with WeekServer(week) as server:
        start = time.perf_counter()
        count, found = _watch(make_client(server.url), watched)
        seconds = time.perf_counter() - start
    hits = {siren for notice in found for siren in notice.sirens} & watched
    process_peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return Measure(count, hits, len(server.calls), seconds, process_peak)


def measure_memory(make_client, sirens, week):
    """Return how many bytes reading ``week`` takes at its peak, and those of its text.

    Slow: every allocation is followed.
    """
    watched = set(sirens)
    with WeekServer(week) as server:
        tracemalloc.start()
        try:
            _watch(make_client(server.url), watched)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    return peak, sum(len(_dump(record).encode()) for record in week.records)


def _watch(client, watched):
    """Return how many notices came, and those about ``watched``, in full."""
    client.last_processed()
    count, hits = 0, []
    for notice in client.window(FIRST_DAY):
        count += 1
        if not watched.isdisjoint(notice.sirens):
            hits.append(notice.id)
    return count, client.notices(hits)


def _dump(value):
    return json.dumps(value, ensure_ascii=False)


def _lots(texts, size=200):
    texts = iter(texts)
    while lot := list(islice(texts, size)):
        yield lot
