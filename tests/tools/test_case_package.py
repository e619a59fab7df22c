import csv
import io
import unittest
import zipfile
from datetime import date
from decimal import Decimal
from pathlib import PurePosixPath
from unittest.mock import patch

from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.l10n_fr_debt_collection.tools import case_package
from odoo.addons.l10n_fr_debt_collection.tools.case_package import (
    PackageError,
    build,
    safe_name,
    safe_path,
)
from odoo.addons.l10n_fr_debt_collection.tools.csv_safe import safe_cell, write_csv


def unpack(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {info.filename: archive.read(info) for info in archive.infolist()}


class TestPackage(unittest.TestCase):
    def test_same_files_same_bytes(self):
        files = [("a.txt", b"one"), ("b/c.txt", b"two")]
        self.assertEqual(build(files), build(files))
        self.assertEqual(unpack(build(files)), dict(files))

    def test_no_name_leaves_the_folder(self):
        names = {
            "../../etc/passwd": "etc/passwd",
            "/etc/passwd": "etc/passwd",
            "..": "file",
            "": "file",
            "a/../b": "a/b",
            "C:\\windows\\x.exe": "C--windows-x.exe",
            "CON.txt": "_CON.txt",
            "a\x00b\x1f.pdf": "ab.pdf",
            "fac\u202efdp.exe": "facfdp.exe",
            " . ": "file",
        }
        for name, expected in names.items():
            self.assertEqual(safe_path(name), expected)

    @given(st.text(max_size=300))
    def test_any_name_is_safe(self, name):
        parts = safe_path(name).split("/")
        self.assertTrue(all(parts))
        for part in parts:
            self.assertNotIn(part, (".", ".."))
            self.assertFalse(set(part) & set('\\:*?"<>|\0\n\r'))
            self.assertLessEqual(len(part), case_package.LONGEST_NAME)
        self.assertFalse(PurePosixPath("/".join(parts)).is_absolute())

    def test_document_number_is_one_name(self):
        self.assertEqual(safe_name("FAC/2026/0001.pdf"), "FAC-2026-0001.pdf")

    def test_long_name_keeps_its_ending(self):
        name = safe_name("é" * 300 + ".pdf")
        self.assertTrue(name.endswith("é.pdf"))
        self.assertEqual(len(name), 100)

    def test_two_of_one_name_are_both_there(self):
        content = build([("Fac.pdf", b"1"), ("fac.PDF", b"2"), ("Fac.pdf", b"3")])
        self.assertEqual(
            unpack(content),
            {"Fac.pdf": b"1", "fac (2).PDF": b"2", "Fac (3).pdf": b"3"},
        )

    def test_too_much_is_refused(self):
        with patch.object(case_package, "MOST_BYTES", 3):
            with self.assertRaises(PackageError) as caught:
                build([("a", b"12"), ("b", b"34")])
        self.assertEqual(caught.exception.code, "too_big")
        with patch.object(case_package, "MOST_FILES", 1):
            with self.assertRaises(PackageError) as caught:
                build([("a", b""), ("b", b"")])
        self.assertEqual(caught.exception.code, "too_many")


class TestCsv(unittest.TestCase):
    def test_text_of_a_debtor_is_no_formula(self):
        for text in ("=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", " =1", "\t=1"):
            self.assertEqual(safe_cell(text), f"'{text}")

    def test_numbers_dates_and_phones_stay(self):
        self.assertEqual(safe_cell(-12.5), "-12,5")
        self.assertEqual(safe_cell(Decimal("1234.50")), "1234,50")
        self.assertEqual(safe_cell(date(2026, 11, 23)), "2026-11-23")
        self.assertEqual(safe_cell("+33 1 99 00 12 34"), "+33 1 99 00 12 34")
        self.assertEqual(safe_cell("Menuiserie - Garcin"), "Menuiserie - Garcin")
        self.assertEqual(
            [safe_cell(None), safe_cell(False), safe_cell(0)], ["", "", "0"]
        )

    def test_cells_come_back_as_they_were(self):
        rows = [["a;b", 'c"d'], ["line\nbreak", "é"]]
        content = write_csv(("x", "y"), rows)
        text = content.decode("utf-8-sig")
        self.assertTrue(content.startswith(b"\xef\xbb\xbf"))
        read = list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))
        self.assertEqual(read, [["x", "y"], *rows])
