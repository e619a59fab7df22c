"""What must not be in the code, and what hostile files and answers come to."""

import ast
import base64
import io
import re
import struct
import tracemalloc
import zlib
from pathlib import Path

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    NameObject,
    StreamObject,
)

from odoo.addons.l10n_fr_debt_collection.tools import csv_safe, exhibits, workbook
from odoo.addons.l10n_fr_debt_collection.tools.pdf_weight import is_too_heavy
from odoo.addons.l10n_fr_debt_collection.tools.registries.errors import (
    MalformedError,
    RegistryError,
)
from odoo.addons.l10n_fr_debt_collection.tools.registries.recherche_entreprises import (
    RechercheEntreprises,
)

ROOT = Path(__file__).parents[2]
SOURCES = sorted(
    path
    for folder in ("controllers", "models", "report", "tools", "wizards")
    for path in (ROOT / folder).rglob("*.py")
)
TREES = {path.relative_to(ROOT): ast.parse(path.read_text("utf-8")) for path in SOURCES}
# Readers of XML that expand entities, of archives, and of what can run.
BANNED_MODULES = {"xml", "xmlrpc", "pickle", "marshal", "shelve", "yaml", "tarfile"}
BANNED_CALLS = {"eval", "exec", "compile", "__import__"}
SIREN = "908595879"


def _calls():
    for path, tree in TREES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                yield f"{path}:{node.lineno}", node


def _is_constant(node):
    """Is this text written in the code, with nothing put into it?"""
    return isinstance(node, ast.Constant)


class TestCode:
    def test_there_is_code_to_look_at(self):
        assert len(SOURCES) > 300

    def test_nothing_that_expands_or_runs_is_imported(self):
        found = {
            f"{path}: {name}"
            for path, tree in TREES.items()
            for node in ast.walk(tree)
            for name in _imported(node)
            if name.partition(".")[0] in BANNED_MODULES
        }
        assert found == set()

    def test_no_text_is_run_as_code(self):
        found = {
            place
            for place, call in _calls()
            if isinstance(call.func, ast.Name) and call.func.id in BANNED_CALLS
        }
        assert found == set()

    def test_archives_are_written_and_never_unpacked(self):
        unpacked = {
            place
            for place, call in _calls()
            if getattr(call.func, "attr", "") in ("ZipFile", "extractall")
            and not (len(call.args) > 1 and getattr(call.args[1], "value", "") == "w")
        }
        assert unpacked == set()

    def test_markup_is_only_what_is_written_in_the_code(self):
        """``Markup(name)`` would be the name of a debtor taken for HTML."""
        found = {
            place
            for place, call in _calls()
            if isinstance(call.func, ast.Name)
            and call.func.id == "Markup"
            and not all(map(_is_constant, call.args))
        }
        assert found == set()

    def test_no_sql_is_put_together_from_values(self):
        found = {
            place
            for place, call in _calls()
            if getattr(call.func, "attr", getattr(call.func, "id", ""))
            in ("execute", "execute_query", "SQL")
            and call.args
            and isinstance(call.args[0], ast.JoinedStr | ast.BinOp)
        }
        assert found == set()

    def test_certificates_are_checked(self):
        found = {
            place
            for place, call in _calls()
            for keyword in call.keywords
            if keyword.arg == "verify" and getattr(keyword.value, "value", 1) is False
        }
        assert found == set()

    def test_templates_write_nothing_unescaped(self):
        files = [
            path for path in ROOT.rglob("*.xml") if "node_modules" not in str(path)
        ]
        assert files
        found = [path for path in files if re.search(r"\bt-raw=", path.read_text())]
        assert found == []

    def test_csrf_protection_is_nowhere_switched_off(self):
        found = {
            place
            for place, call in _calls()
            for keyword in call.keywords
            if keyword.arg == "csrf" and getattr(keyword.value, "value", 1) is False
        }
        assert found == set()


def _imported(node):
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        return [node.module or ""]
    return []


class TestAnswers:
    @pytest.mark.parametrize(
        "body",
        [
            b"[" * 200_000,
            b'{"a":' * 200_000,
            b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha">'
            b'<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><l>&b;</l>',
            b'{"results": 1e999999}',
            b'{"results": ' + b"9" * 5_000 + b"}",
        ],
        ids=["nested lists", "nested objects", "entities", "infinite", "long number"],
    )
    def test_a_bomb_is_an_error_like_any_other(self, connect, server, body):
        server.fail("recherche_entreprises", body=body)
        with pytest.raises(RegistryError) as caught:
            connect(RechercheEntreprises).company(SIREN)
        assert isinstance(caught.value, MalformedError)

    @pytest.mark.parametrize(
        "target",
        [
            "http://169.254.169.254/latest/meta-data",
            "http://[::1]/",
            "file:///etc/passwd",
            "//localhost/search",
            "gopher://127.0.0.1:25/",
        ],
    )
    def test_nobody_sends_us_to_our_own_network(self, connect, server, target):
        server.fail("recherche_entreprises", status=302, headers={"Location": target})
        client = connect(RechercheEntreprises)
        with pytest.raises(RegistryError, match="redirected elsewhere"):
            client.company(SIREN)
        assert client.calls == 1


class TestFiles:
    def test_a_picture_that_unfolds_is_refused_unread(self):
        with pytest.raises(exhibits.ExhibitError) as caught:
            exhibits.count_pages(_huge_png(60_000, 60_000), "image/png")
        assert caught.value.code in ("too_big", "broken")

    def test_a_page_that_unfolds_costs_no_memory(self):
        content = _unfolding_pdf(60 * 1024 * 1024)
        assert len(content) < 1024 * 1024
        with pytest.raises(exhibits.ExhibitError) as caught:
            exhibits.merge([exhibits.Exhibit("Pièce n° 1", content)])
        assert caught.value.code == "too_big"

    @pytest.mark.parametrize("outer", ["/FlateDecode", "/ASCII85Decode", "/LZWDecode"])
    def test_packing_it_again_hides_nothing(self, outer):
        packed = zlib.compress(b" " * 40_000_000)
        data = {
            "/FlateDecode": lambda: zlib.compress(packed),
            "/ASCII85Decode": lambda: base64.a85encode(packed) + b"~>",
            "/LZWDecode": lambda: packed,
        }[outer]()
        [page] = PdfReader(io.BytesIO(_packed_pdf(data, outer))).pages
        assert is_too_heavy([page])

    def test_a_form_on_a_page_is_passed_on_as_it_is(self):
        content = _pdf_with_form(200 * 1024 * 1024)
        tracemalloc.start()
        try:
            merged = exhibits.merge([exhibits.Exhibit("Pièce n° 1", content)])
            _now, most = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert most < 20 * 1024 * 1024
        [page] = PdfReader(io.BytesIO(merged)).pages
        [form] = page["/Resources"]["/XObject"].values()
        assert form.get_object()["/Filter"] == "/FlateDecode"

    def test_an_ordinary_page_is_light(self):
        [page] = PdfReader(io.BytesIO(_unfolding_pdf(5_000_000))).pages
        assert not is_too_heavy([page])
        assert is_too_heavy([page] * 5)

    def test_a_tree_of_pages_in_circles_ends(self):
        content = _circular_pdf()
        with pytest.raises(exhibits.ExhibitError) as caught:
            exhibits.count_pages(content)
        assert caught.value.code in ("broken", "empty", "too_long")

    @pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "\r=", "\n=", " ="])
    def test_a_name_is_no_formula_in_a_file(self, start):
        name = f"{start}HYPERLINK(A1)"
        content = csv_safe.write_csv(["Débiteur"], [[name]]).decode("utf-8-sig")
        cell = content.split("\r\n", 1)[1].lstrip('"')
        assert cell.startswith("'")

    @pytest.mark.parametrize("start", ["=", "+", "-", "@", "=cmd|' /C calc'!A0", "{="])
    def test_a_name_is_no_formula_in_a_workbook(self, start):
        name = f"{start}1+1"
        book = workbook.Workbook({})
        book._book.add_worksheet().write(0, 0, name)
        sheet = load_workbook(io.BytesIO(book.content())).active
        assert (sheet.cell(1, 1).value, sheet.cell(1, 1).data_type) == (name, "s")

    def test_workbooks_are_made_in_one_way(self):
        made = {place for place, call in _calls() if _is_named(call, "Workbook")}
        assert len(made) == 1
        assert made.pop().startswith("tools/workbook.py")


def _is_named(call, name):
    return getattr(call.func, "attr", "") == name


def _huge_png(width, height):
    """Return a picture that says to be so large, and holds next to nothing."""

    def chunk(kind, data):
        code = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + code

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + chunk(b"IEND", b"")
    )


def _unfolding_pdf(size):
    """Return a PDF of one page whose content takes ``size`` bytes once unpacked."""
    writer = PdfWriter()
    page = writer.add_blank_page(200, 200)
    stream = DecodedStreamObject()
    stream.set_data(b" " * size)
    page[NameObject("/Contents")] = writer._add_object(stream.flate_encode())
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()


def _pdf_with_form(size):
    """Return a PDF of one page with a form that takes ``size`` bytes once unpacked."""
    writer = PdfWriter()
    page = writer.add_blank_page(200, 200)
    form = StreamObject()
    form._data = zlib.compress(b" " * size)
    form[NameObject("/Filter")] = NameObject("/FlateDecode")
    form[NameObject("/Subtype")] = NameObject("/Form")
    forms = DictionaryObject({NameObject("/Fm0"): writer._add_object(form)})
    page[NameObject("/Resources")] = DictionaryObject({NameObject("/XObject"): forms})
    content = DecodedStreamObject()
    content.set_data(b"/Fm0 Do")
    page[NameObject("/Contents")] = writer._add_object(content)
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()


def _packed_pdf(data, outer):
    """Return a PDF of one page whose content was packed by two filters."""
    writer = PdfWriter()
    page = writer.add_blank_page(200, 200)
    stream = StreamObject()
    stream._data = data
    filters = [NameObject(outer), NameObject("/FlateDecode")]
    stream[NameObject("/Filter")] = ArrayObject(filters)
    page[NameObject("/Contents")] = writer._add_object(stream)
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()


def _circular_pdf():
    return (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        b"2 0 obj<</Type/Pages/Count 1/Kids[2 0 R]>>endobj\n"
        b"trailer<</Root 1 0 R>>\nstartxref\n0\n%%EOF"
    )
