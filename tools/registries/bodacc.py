"""BODACC, the official bulletin of announcements, as open data of the DILA.

https://bodacc-datadila.opendatasoft.com (Explore 2.1), Licence Ouverte. No key. A page
holds a hundred records, ten thousand can be paged through; an export has no bound.

A day's announcements are read in one export for everybody, whatever the number of
companies watched. It comes as one record a line: memory holds one at a time, and a
broken record costs its line. HTTP tells a download that was cut.
"""

import json
import logging
from datetime import date, datetime, timedelta

from ..identifiers import is_siren
from ..notices import is_notice_id, parse_notice
from .client import MEGABYTE, RegistryClient
from .errors import MalformedError, RefusedError, RegistryError, UnavailableError
from .parsing import integer, items, mapping, required_mapping, text

_logger = logging.getLogger(__name__)

SOURCE = "bodacc"
FAMILIES = (
    "collective",
    "vente",
    "radiation",
    "conciliation",
    "retablissement_professionnel",
)
SLIM = (
    "id",
    "dateparution",
    "typeavis",
    "familleavis",
    "registre",
    "jugement",
    "radiationaurcs",
    "modificationsgenerales",
    "parutionavisprecedent",
)
PERSONS = ("listepersonnes", "listeprecedentproprietaire", "listeprecedentexploitant")
PAGE = 100
DEEPEST = 10_000
# Longer questions make an address that is refused.
LOT = 40
READINGS_OF_A_DAY = 3
# An export may be refused where pages are not.
EXPORT_REFUSED = frozenset({400, 403, 404, 413})

_ONE_DAY = timedelta(days=1)


class Bodacc(RegistryClient):
    """The announcements; ``skipped`` lists those that could not be read.

    Its items are pairs of an identifier, or ``None``, and a reason.
    """

    service = SOURCE
    default_url = (
        "https://bodacc-datadila.opendatasoft.com"
        "/api/explore/v2.1/catalog/datasets/annonces-commerciales"
    )
    calls_per_minute = 60
    timeout = (5, 60)
    max_bytes = 160 * MEGABYTE
    max_seconds = 600

    def __init__(self, base_url=None, **options):
        super().__init__(base_url, **options)
        self.skipped = []

    def last_processed(self):
        """Return when announcements were last loaded, with its time zone."""
        return self._parse(parse_last_processed, self._get_json(""))

    def window(self, since, until=None):
        """Yield the slim :class:`Notice` published from ``since`` to ``until``.

        Both days are included; what has not come by itself stays to be read with
        :meth:`notices`. An error may come after some notices: read the window again.
        """
        watched = _watched()
        for notice in self._read_window(watched, SLIM, since, until):
            if _is_registered(notice):
                yield notice
        yield from self._read_unregistered(watched, since, until)

    def window_by_day(self, where, columns, since, until=None):
        """Yield the slim :class:`Notice` of each day, by pages instead of an export."""
        day, last = since, until or date.today()
        while day <= last:
            question = {
                "where": f"dateparution = date'{day}' AND {where}",
                "select": ",".join(columns),
                "order_by": "id",
            }
            yield from self._read_day(question)
            day += _ONE_DAY

    def notices(self, ids):
        """Return the :class:`Notice` of these identifiers that are published."""
        found = {}
        for lot in _lots(ids, is_notice_id):
            rows, _total = self._get_page({"where": f"id IN ({_quoted(lot)})"}, 0)
            found.update((notice.id, notice) for notice in self._get_notices(rows))
        return list(found.values())

    def history(self, sirens, since=None):
        """Return the :class:`Notice` about companies, those a window would have told.

        Not those of traders that are not in the trade register: it is searched by it.
        """
        found = {}
        for lot in _lots(sirens, is_siren):
            for notice in self._read_history(lot, since):
                found[notice.id] = notice
        return list(found.values())

    # === WINDOW === #

    def _read_window(self, where, columns, since, until):
        """Yield the notices of an export, of pages if the export is refused."""
        try:
            yield from self._read_export(where, columns, since, until)
        except RegistryError as error:
            if not _is_export_refused(error):
                raise
            _logger.warning("%s; reading pages instead of an export", error)
            yield from self.window_by_day(where, columns, since, until)

    def _read_unregistered(self, watched, since, until):
        """Yield the notices whose SIRENs are to be found among the persons."""
        columns = SLIM + PERSONS
        where = f"registre IS NULL AND {watched}"
        try:
            yield from self._read_window(where, columns, since, until)
        except RefusedError:
            # The condition is not documented for a column of several values.
            for notice in self._read_window(watched, columns, since, until):
                if not _is_registered(notice):
                    yield notice

    def _read_export(self, where, columns, since, until):
        end = f" AND dateparution <= date'{until}'" if until else ""
        question = {
            "where": f"dateparution >= date'{since}'{end} AND {where}",
            "select": ",".join(columns),
        }
        lines = self._stream_lines("/exports/jsonl", question)
        count, start = 0, len(self.skipped)
        for row in self._get_rows(filter(bytes.strip, lines)):
            for notice in self._get_notices([row]):
                count += 1
                yield notice
        if len(self.skipped) - start > count:
            raise self._error(MalformedError, "most records are malformed")

    def _get_rows(self, lines):
        """Yield the records of ``lines``.

        A line that is not JSON is skipped between others. The first one tells that this
        is something else, the last one that the end is missing.
        """
        broken, is_first = None, True
        for line in lines:
            if broken:
                self._skip(None, broken)
            row, broken = _loads(line)
            if broken and is_first:
                break
            if not broken:
                yield row
            is_first = False
        if broken:
            raise self._error(MalformedError, broken)

    def _read_day(self, question):
        """Return the notices of a day, read again if they change meanwhile."""
        for _reading in range(READINGS_OF_A_DAY):
            rows, totals = self._get_pages(question)
            if {len(rows)} == totals:
                return self._get_notices(rows)
        raise self._error(UnavailableError, "announcements keep changing")

    # === PAGES === #

    def _read_history(self, lot, since):
        start = f" AND dateparution >= date'{since}'" if since else ""
        question = {
            "where": f"registre IN ({_quoted(lot)}) AND {_watched()}{start}",
            "order_by": "dateparution DESC, id",
        }
        try:
            rows, _totals = self._get_pages(question)
        except _TooDeepError:
            if len(lot) == 1:
                raise
            half = len(lot) // 2
            return [
                *self._read_history(lot[:half], since),
                *self._read_history(lot[half:], since),
            ]
        return self._get_notices(rows)

    def _get_pages(self, question):
        """Return all records, and the numbers of them announced page after page."""
        rows, totals = [], set()
        while True:
            page, total = self._get_page(question, len(rows))
            rows += page
            totals.add(total)
            if total > DEEPEST:
                raise self._error(_TooDeepError, f"{total} records")
            if not page or len(rows) >= total:
                return rows, totals

    def _get_page(self, question, offset):
        params = {**question, "limit": PAGE, "offset": offset}
        return self._parse(parse_page, self._get_json("/records", params))

    def _get_notices(self, rows):
        """Return the notices of records, without those that are malformed."""
        notices = []
        for row in rows:
            try:
                notices.append(parse_notice(row))
            except MalformedError as error:
                self._skip(row, str(error))
        return notices

    def _skip(self, row, reason):
        number = row.get("id") if isinstance(row, dict) else None
        self.skipped.append((number if isinstance(number, str) else None, reason))
        _logger.warning("announcement %s skipped: %s", number, reason)


class _TooDeepError(RefusedError):
    """More records than pages may reach."""


def parse_last_processed(payload):
    """Return when a dataset was last loaded, given its description."""
    metas = mapping(required_mapping(payload).get("metas"), "metas")
    moment = text(mapping(metas.get("default"), "metas").get("data_processed"))
    try:
        processed = datetime.fromisoformat(moment)
    except ValueError:
        raise MalformedError("no date of processing") from None
    if not processed.tzinfo:
        raise MalformedError("no time zone")
    return processed


def parse_page(payload):
    """Return the records of a page, and how many there are in all."""
    page = required_mapping(payload)
    total = integer(page.get("total_count"))
    if total is None or "results" not in page:
        raise MalformedError("no records or no number of them")
    return items(page["results"], "records"), total


def _watched():
    return (
        f'(familleavis IN ({_quoted(FAMILIES)}) OR (familleavis = "modification"'
        ' AND modificationsgenerales LIKE "*administration*"))'
    )


def _is_registered(notice):
    return bool(notice.raw.get("registre"))


def _is_export_refused(error):
    return error.status in EXPORT_REFUSED or (error.status or 0) >= 500


def _loads(line):
    """Return what a line holds, and what is wrong with it."""
    try:
        return json.loads(line), ""
    except (ValueError, RecursionError):
        return None, "not JSON"


def _quoted(values):
    return ",".join(f'"{value}"' for value in values)


def _lots(values, is_valid):
    """Yield ``values`` without repetition, what is not valid left out, in lots."""
    unique = [value for value in dict.fromkeys(values) if is_valid(value)]
    for start in range(0, len(unique), LOT):
        yield unique[start : start + LOT]
