import importlib
import json
from datetime import UTC, date, datetime

import pytest

from odoo.addons.l10n_fr_debt_collection.tools.notices import parse_notice
from odoo.addons.l10n_fr_debt_collection.tools.registries.bodacc import (
    Bodacc,
    parse_last_processed,
    parse_page,
)
from odoo.addons.l10n_fr_debt_collection.tools.registries.errors import (
    MalformedError,
    RefusedError,
    UnavailableError,
)

registry_week = importlib.import_module("registry_week")

SINCE = date(2026, 11, 12)
EXPORT = "/exports/jsonl"


@pytest.fixture
def client(connect):
    return connect(Bodacc)


def lines(*records):
    return "\n".join(json.dumps(record) for record in records)


def slim(number, **values):
    record = {
        "id": f"A20260223{number}",
        "dateparution": "2026-11-17",
        "familleavis": "collective",
        "registre": ["999001308"],
    }
    return {**record, **values}


def paths(server):
    return [
        request.path.rpartition("annonces-commerciales")[2]
        for request in server.calls("bodacc")
    ]


class TestLastProcessed:
    def test_it_has_its_time_zone(self, client):
        expected = datetime(2026, 11, 22, 5, 10, 11, tzinfo=UTC)
        assert client.last_processed() == expected

    @pytest.mark.parametrize("moment", [None, "", "yesterday", "2026-11-22T05:10:11"])
    def test_nothing_sensible(self, moment):
        payload = {"metas": {"default": {"data_processed": moment}}}
        with pytest.raises(MalformedError):
            parse_last_processed(payload)


class TestWindow:
    def test_watched_families_only(self, client):
        notices = list(client.window(SINCE))
        assert len({notice.id for notice in notices}) == len(notices) > 200
        assert min(notice.published_on for notice in notices) == SINCE
        families = {notice.family for notice in notices}
        assert families == {"collective", "vente", "radiation", "modification"}
        changes = [
            notice.description for notice in notices if notice.family == "modification"
        ]
        assert all("administration" in change for change in changes)

    def test_two_calls(self, client, server):
        assert list(client.window(SINCE))
        assert paths(server) == [EXPORT, EXPORT]

    def test_craftsmen_are_found_among_persons(self, client):
        sirens = {siren for n in client.window(SINCE) for siren in n.sirens}
        assert "999000904" in sirens

    def test_until(self, client):
        days = {n.published_on for n in client.window(SINCE, date(2026, 11, 13))}
        assert days == {date(2026, 11, 12), date(2026, 11, 13)}

    def test_nothing_published(self, client):
        assert list(client.window(date(2030, 1, 1))) == []

    def test_a_malformed_record_does_not_stop_the_others(self, client, server):
        body = "\n".join(
            [
                lines(slim(1), slim(2, dateparution="soon"), [1]),
                '{"id": "A202602233", "dat',
                lines(slim(4), slim(5), slim(6)),
            ]
        )
        server.fail("bodacc", body=body)
        server.fail("bodacc", body=b"")
        numbers = [notice.id for notice in client.window(SINCE)]
        assert numbers == [f"A20260223{number}" for number in (1, 4, 5, 6)]
        assert [number for number, _reason in client.skipped] == [
            "A202602232",
            None,
            None,
        ]

    @pytest.mark.parametrize(
        "body",
        ["<html>Maintenance</html>", "{", lines(slim(1)) + '\n{"id": "A20', "[]\n{}"],
    )
    def test_what_is_no_export(self, client, server, body):
        server.fail("bodacc", body=body)
        with pytest.raises(MalformedError):
            list(client.window(SINCE))

    def test_an_export_cut_by_the_network(self, client, server):
        server.fail("bodacc", truncate=20_000)
        with pytest.raises((MalformedError, UnavailableError)):
            list(client.window(SINCE))

    def test_too_many_calls(self, client, server):
        answer = {"recorded": "error_429_quota.http.json", "times": None}
        server.fail("bodacc", **answer)
        with pytest.raises(UnavailableError):
            list(client.window(SINCE))
        assert set(paths(server)) == {EXPORT}

    def test_a_busy_moment_passes(self, client, server):
        server.fail("bodacc", status=503)
        assert len(list(client.window(SINCE))) > 200


class TestWindowByDay:
    @pytest.mark.parametrize("status", [400, 403, 404, 413, 500])
    def test_it_tells_the_same(self, client, server, status):
        expected = {n.id for n in client.window(SINCE, date(2026, 11, 22))}
        server.fail("bodacc", status=status)
        found = {n.id for n in client.window(SINCE, date(2026, 11, 22))}
        assert found == expected
        assert "/records" in paths(server)

    def test_pages(self, client, server):
        day = date(2030, 1, 1)
        for number in range(250):
            server.add_notice(slim(number, dateparution=str(day)))
        server.fail("bodacc", status=403)
        assert len(list(client.window(day, day))) == 250
        assert paths(server) == [EXPORT, *["/records"] * 3, EXPORT]

    def test_a_day_that_changes_is_read_again(self, client, server):
        day = date(2026, 11, 17)
        page = [slim(number) for number in range(1, 101)]
        server.fail("bodacc", status=403)
        server.fail("bodacc", body={"total_count": 101, "results": page})
        server.fail("bodacc", body={"total_count": 102, "results": [slim(101)]})
        found = [n for n in client.window(day, day) if n.raw["registre"]]
        expected = [n for n in client.window(day, day) if n.raw["registre"]]
        assert {n.id for n in found} == {n.id for n in expected}

    def test_a_day_that_keeps_changing(self, client, server):
        server.fail("bodacc", status=403)
        changing = {"total_count": 2, "results": [slim(1)]}
        for _reading in range(3):
            server.fail("bodacc", body=changing)
            server.fail("bodacc", body={"total_count": 2, "results": []})
        with pytest.raises(UnavailableError):
            list(client.window(SINCE, SINCE))

    def test_without_the_condition_on_the_register(self, client, server, monkeypatch):
        expected = {n.id for n in client.window(SINCE, date(2026, 11, 22))}
        read = client._stream_lines
        refused = RefusedError("ODSQLError", service="bodacc", status=400)

        def stream_lines(path, question):
            if "IS NULL" in question["where"]:
                raise refused
            return read(path, question)

        def window_by_day(*args):
            raise refused

        monkeypatch.setattr(client, "_stream_lines", stream_lines)
        monkeypatch.setattr(client, "window_by_day", window_by_day)
        assert {n.id for n in client.window(SINCE, date(2026, 11, 22))} == expected


class TestNotices:
    def test_in_full(self, client, recorded):
        record = recorded("bodacc/records_lj_ouverture")["results"][0]
        assert client.notices([record["id"]]) == [parse_notice(record)]

    def test_by_lots(self, client, server):
        ids = [notice.id for notice in client.window(SINCE)][:95]
        server.requests.clear()
        found = client.notices([*ids, ids[0], "B2026000199", 'A") OR ("1"="1'])
        assert {notice.id for notice in found} == set(ids)
        assert paths(server) == ["/records"] * 3

    def test_none(self, client):
        assert client.notices([]) == []
        assert client.calls == 0

    @pytest.mark.parametrize(
        "body", [b"<html>", [], {"results": []}, {"total_count": 1}]
    )
    def test_malformed_page(self, client, server, body):
        server.fail("bodacc", body=body)
        with pytest.raises(MalformedError):
            client.notices(["A202602231671"])

    def test_malformed_record(self, client, server):
        page = {"total_count": 3, "results": [{"id": "x"}, slim(1), "odd"]}
        server.fail("bodacc", body=page)
        assert [n.id for n in client.notices(["A202602231"])] == ["A202602231"]
        assert [number for number, _reason in client.skipped] == ["x", None]


class TestHistory:
    def test_of_a_company(self, client):
        found = client.history(["999000300"])
        assert {"A202602141101", "A20260225998"} <= {notice.id for notice in found}

    def test_without_accounts(self, client, server):
        assert client.history(["999001605"]) == []
        assert "dpc" not in server.calls("bodacc")[0].get("where")

    def test_since(self, client):
        found = client.history(["999000300"], date(2026, 11, 18))
        assert "A202602141101" not in {notice.id for notice in found}

    def test_by_lots(self, client, server):
        sirens = registry_week.make_sirens(85)
        assert client.history([*sirens, "123", sirens[0]]) == []
        assert paths(server) == ["/records"] * 3

    def test_more_than_pages_reach(self, client, server, recorded):
        page = recorded("bodacc/records_total_count_over_10000")
        server.fail("bodacc", body=page)
        found = client.history(["999000300", "999001308"])
        assert {"999000300", "999001308"} <= {s for n in found for s in n.sirens}
        assert len(server.calls("bodacc")) > 2

    def test_all_pages(self, client):
        sirens = registry_week.make_sirens(40)
        known = {s for n in client.window(SINCE) for s in n.sirens}
        asked = sorted(known)[:40]
        found = client.history(asked + sirens)
        assert {s for n in found for s in n.sirens} >= set(asked)


class TestParsers:
    @pytest.mark.parametrize("payload", [None, [], "x", {"total_count": "many"}])
    def test_page(self, payload):
        with pytest.raises(MalformedError):
            parse_page(payload)


class TestScale:
    sirens = registry_week.make_sirens(registry_week.WATCHED)

    @staticmethod
    def make_client(url):
        return Bodacc(url, throttle=lambda: None)

    def test_a_week_for_50_000_companies(self):
        week = registry_week.Week(self.sirens)
        cost = registry_week.measure(self.make_client, self.sirens, week)
        print(
            f"{cost.notices} announcements, {cost.calls} calls, {cost.seconds:.1f} s, "
            f"process {cost.process_peak / 1e6:.0f} MB"
        )
        assert cost.notices == 20_000
        assert cost.hits == week.sirens
        assert cost.calls <= 5
        assert cost.seconds < 10

    def test_memory_does_not_grow_with_the_week(self):
        weeks = [
            registry_week.Week(self.sirens, per_issue=size, hits=10)
            for size in (200, 800)
        ]
        peaks = [
            registry_week.measure_memory(self.make_client, self.sirens, week)
            for week in weeks
        ]
        print("peak and text of two weeks, in bytes:", peaks)
        (small, _text), (large, size) = peaks
        assert large < size / 2
        assert large < small * 2
