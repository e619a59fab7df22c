"""Each service: what it recorded, and how it chooses among it."""

import csv
import io
import json
import re

from . import added
from .messages import Answer, json_answer, split_words, to_bytes, uploaded
from .odsql import Odsql, OdsqlError


class Service:
    """One service: what it recorded, and how it chooses among it."""

    code = ""
    root = ""

    def __init__(self, folder):
        self._folder = folder
        self._setup()

    def load(self, name):
        """Return a recorded answer by its file's name."""
        path = self._folder / name
        if not name.endswith(".http.json"):
            return Answer(200, {}, path.read_bytes())
        recorded = json.loads(path.read_bytes())
        return Answer(
            recorded["status"], recorded["headers"], to_bytes(recorded["body"])
        )

    def load_all(self, pattern):
        """Return what the recorded answers of these names hold."""
        return [json.loads(path.read_bytes()) for path in self._paths(pattern)]

    def _paths(self, pattern):
        return sorted(
            path
            for path in self._folder.glob(pattern)
            if not path.name.endswith(".http.json")
        )

    def _setup(self):
        """Read what was recorded."""

    def answer(self, request):
        raise NotImplementedError

    def add_company(self, company):
        """Know one more company."""


class Recherche(Service):
    code = "recherche_entreprises"

    def _setup(self):
        self._results, self._by_siret = {}, {}
        for payload in self.load_all("search_text*.json") + self.load_all(
            "search_siren*.json"
        ):
            self._results.update((r["siren"], r) for r in payload["results"])
        for payload in self.load_all("search_siret*.json"):
            for result in payload["results"]:
                found = result["matching_etablissements"]
                self._by_siret.update((part["siret"], result) for part in found)

    def answer(self, request):
        error = self._get_error(request)
        if error:
            return self.load(error)
        page, per_page = int(request.get("page", 1)), int(request.get("per_page", 10))
        results = self._find(request.get("q"), request.get("code_postal"))
        return json_answer(
            {
                "results": results[(page - 1) * per_page : page * per_page],
                "total_results": len(results),
                "page": page,
                "per_page": per_page,
                "total_pages": -(-len(results) // per_page),
            }
        )

    def _get_error(self, request):
        if request.path != "/search":
            return "error_404.http.json"
        if not set(request.query) - {"page", "per_page"}:
            return "error_400_no_param.http.json"
        if not 1 <= int(request.get("per_page", 10)) <= 25:
            return "error_400_per_page.http.json"
        if not 1 <= int(request.get("page", 1)) <= 1000:
            return "error_400_page.http.json"
        if len(request.get("q")) < 3 and not request.get("code_postal"):
            return "error_400_short_query.http.json"
        return ""

    def _find(self, query, postcode):
        number = query.replace(" ", "")
        if re.fullmatch(r"\d{9}|\d{14}", number):
            known = self._results if len(number) == 9 else self._by_siret
            return [known[number]] if number in known else []
        words = set(split_words(query))
        return [
            result
            for result in self._results.values()
            if words <= set(split_words(result["nom_complet"] or ""))
            and postcode in ("", result["siege"].get("code_postal"))
        ]

    def add_company(self, company):
        result = added.recherche_result(company)
        self._results[company["siren"]] = result
        by_siret = {**result, "matching_etablissements": [result["siege"]]}
        self._by_siret[result["siege"]["siret"]] = by_siret


class Insee(Service):
    code = "insee"

    def _setup(self):
        self._units, self._establishments = {}, {}
        for payload in self.load_all("siren_multi_curseur.json"):
            self._units.update((u["siren"], u) for u in payload["unitesLegales"])
        for payload in self.load_all("siret_multi.json"):
            self._add_establishments(payload["etablissements"])
        for payload in self.load_all("sire*.json"):
            unit, part = payload.get("uniteLegale"), payload.get("etablissement")
            if unit:
                self._units[unit["siren"]] = unit
            if part:
                self._add_establishments([part])

    def _add_establishments(self, parts):
        self._establishments.update((part["siret"], part) for part in parts)

    def answer(self, request):
        if not request.headers.get("X-INSEE-Api-Key-Integration"):
            return self.load("error_401.http.json")
        kind, _slash, number = request.path.strip("/").partition("/")
        if kind == "siren" and not number:
            return self._get_page(request)
        known, key = {
            "siren": (self._units, "uniteLegale"),
            "siret": (self._establishments, "etablissement"),
        }.get(kind, ({}, ""))
        if number not in known:
            return self.load("error_404.http.json")
        return json_answer(
            {"header": {"statut": 200, "message": "OK"}, key: known[number]}
        )

    def _get_page(self, request):
        query = request.get("q")
        if not re.fullmatch(r"siren:\d{9}( OR siren:\d{9})*", query):
            return self.load("error_400_query.http.json")
        asked = re.findall(r"\d{9}", query)
        found = [self._units[siren] for siren in asked if siren in self._units]
        if not found:
            return self.load("error_404.http.json")
        return json_answer(self._page(found, request))

    @staticmethod
    def _page(found, request):
        cursor, size = request.get("curseur", "*"), int(request.get("nombre", 20))
        start = 0 if cursor == "*" else int(cursor)
        page = found[start : start + size]
        header = {
            "statut": 200,
            "message": "OK",
            "total": len(found),
            "debut": 0,
            "nombre": len(page),
            "curseur": cursor,
            "curseurSuivant": str(start + len(page)),
        }
        return {"header": header, "unitesLegales": page}

    def add_company(self, company):
        self._units[company["siren"]] = added.insee_unit(company)
        self._add_establishments([added.insee_establishment(company)])


class Rne(Service):
    code = "rne"

    def _setup(self):
        login = json.loads(self.load("sso_login.json").body)
        self.token = login["token"]
        self._records = {r["siren"]: r for r in self.load_all("company_*.json")}

    def answer(self, request):
        if request.path == "/api/sso/login":
            return self._log_in(request)
        if request.headers.get("Authorization") != f"Bearer {self.token}":
            return self.load("error_401.http.json")
        siren = request.path.removeprefix("/api/companies/")
        if siren not in self._records:
            return self.load("error_404.http.json")
        return json_answer(self._records[siren])

    def _log_in(self, request):
        credentials = json.loads(request.body)
        if not (credentials.get("username") and credentials.get("password")):
            return self.load("error_401.http.json")
        return json_answer({"token": self.token})

    def add_company(self, company):
        self._records[company["siren"]] = added.rne_record(company)


class Ban(Service):
    code = "ban"

    def _setup(self):
        answers = self.load_all("search_*.json")
        self._answers = {
            tuple(split_words(answer["query"])): answer for answer in answers
        }
        self._nothing = json.loads(self.load("search_none.json").body)
        lines = self.load("batch_csv_response.csv").body.decode()
        reader = csv.DictReader(io.StringIO(lines))
        self._columns = reader.fieldnames
        self._rows = {self._key(row): row for row in reader}

    def answer(self, request):
        if request.path == "/search/csv":
            return self._get_csv(request)
        query = request.get("q")
        if not query[:1].isalnum():
            return self.load("error_400.http.json")
        answer = self._answers.get(tuple(split_words(query)), self._nothing)
        features = answer["features"][: int(request.get("limit", 5))]
        return json_answer({**answer, "features": features})

    def _get_csv(self, request):
        lines = uploaded(request, "data").decode()
        output = io.StringIO()
        writer = csv.DictWriter(output, self._columns, restval="")
        writer.writeheader()
        for row in csv.DictReader(io.StringIO(lines)):
            writer.writerow({**self._get_row(row), **row})
        headers = {"Content-Type": "text/csv; charset=utf-8"}
        return Answer(200, headers, output.getvalue().encode())

    def _get_row(self, row):
        key = self._key(row)
        if key in self._rows:
            return self._rows[key]
        if not key:
            return {"result_status": "skipped"}
        features = self._answers.get(key, self._nothing)["features"]
        return csv_row(features[0]) if features else {"result_status": "not-found"}

    @staticmethod
    def _key(row):
        line = " ".join(row[name] for name in ("adresse", "cp", "commune"))
        return tuple(split_words(line))

    def add_company(self, company):
        feature = added.ban_feature(company)
        label = feature["properties"]["label"]
        if company["street"]:
            answer = {"features": [feature], "query": label}
            self._answers[tuple(split_words(label))] = answer


class Vies(Service):
    code = "vies"

    def _setup(self):
        self._valid = {}
        for answer in self.load_all("valid.json"):
            self._valid["FR" + answer["vatNumber"]] = answer

    def answer(self, request):
        country, number = re.fullmatch(
            r"/rest-api/ms/(\w+)/vat/([^/]+)", request.path
        ).groups()
        answer = self._valid.get(country + number)
        if answer:
            return json_answer(answer)
        [invalid] = self.load_all("invalid.json")
        return json_answer(
            {**invalid, "originalVatNumber": number, "vatNumber": number}
        )

    def add_company(self, company):
        if company["vat"]:
            self._valid[company["vat"]] = added.vies_answer(company)


class Bodacc(Service):
    code = "bodacc"
    root = "/api/explore/v2.1/catalog/datasets/annonces-commerciales"

    def _setup(self):
        self._notices = {}
        for path in self._paths("*.json"):
            payload = json.loads(path.read_bytes())
            records = payload if isinstance(payload, list) else payload.get("results")
            self._notices.update((record["id"], record) for record in records or ())
        self._fields = list(next(iter(self._notices.values())))

    def answer(self, request):
        path = request.path.removeprefix(self.root)
        try:
            return self._answer(path, request)
        except OdsqlError:
            return self.load("error_400_odsql.http.json")

    def _answer(self, path, request):
        if not path:
            return self.load("dataset_metadata.json")
        found = self._find(request)
        if path == "/exports/json":
            return json_answer(found)
        if path == "/exports/jsonl":
            lines = (json.dumps(record) for record in found)
            return Answer(200, {}, "\n".join(lines).encode())
        limit, offset = int(request.get("limit", 10)), int(request.get("offset", 0))
        if not -1 <= limit <= 100:
            return self.load("error_400_limit.http.json")
        if offset + limit > 10_000:
            return self.load("error_400_offset.http.json")
        page = found[offset : offset + limit]
        return json_answer({"total_count": len(found), "results": page})

    def _find(self, request):
        matches = Odsql(self._fields).parse(request.get("where"))
        found = [record for record in self._notices.values() if matches(record)]
        for key in reversed(request.get("order_by").split(",")):
            name, _space, direction = key.strip().partition(" ")
            if name:
                down = name.startswith("-") or direction.lower() == "desc"
                name = self._check(name.removeprefix("-"))
                found.sort(key=lambda record: record[name] or "", reverse=down)
        names = [name.strip() for name in request.get("select", "*").split(",")]
        if "*" in names:
            return found
        names = [self._check(name) for name in names]
        return [{name: record[name] for name in names} for record in found]

    def _check(self, name):
        if name not in self._fields:
            raise OdsqlError(name)
        return name

    def add_notice(self, record):
        full = {**dict.fromkeys(self._fields), **record}
        for name, value in full.items():
            if isinstance(value, dict):
                full[name] = json.dumps(value, ensure_ascii=False)
        self._notices[full["id"]] = full


def csv_row(feature):
    """Return a match as the columns of a file."""
    properties = feature["properties"]
    longitude, latitude = feature["geometry"]["coordinates"]
    names = ("score", "label", "type", "housenumber", "name", "street")
    names += ("postcode", "city", "citycode", "oldcity")
    row = {f"result_{name}": properties.get(name) or "" for name in names}
    place = {"longitude": longitude, "latitude": latitude}
    return {**row, **place, "result_status": "ok"}
