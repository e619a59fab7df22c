import unittest
from datetime import date
from decimal import Decimal

from odoo.addons.l10n_fr_debt_collection.tools.provider_file import read_table
from odoo.addons.l10n_fr_debt_collection.tools.provider_report import (
    find_status,
    guess_columns,
    read_amount,
    read_date,
    read_lines,
)


class TestProviderReport(unittest.TestCase):
    def test_amounts(self):
        amounts = {
            "1 234,50 €": "1234.50",
            "1\u202f234,50": "1234.50",
            "1.234,50": "1234.50",
            "1,234.50": "1234.50",
            "1234.5": "1234.5",
            "1.234": "1234",
            "0,05": "0.05",
            "": "0",
        }
        for text, expected in amounts.items():
            self.assertEqual(read_amount(text), Decimal(expected), text)

    def test_what_is_no_amount_is_said(self):
        for text in ("abc", "-12", "1,2,3", "12,345,6789", "=1+1"):
            self.assertIsNone(read_amount(text), text)

    def test_dates(self):
        for text in ("2026-11-23", "23/11/2026", "23.11.2026", "23/11/26"):
            self.assertEqual(read_date(text), date(2026, 11, 23), text)
        self.assertIsNone(read_date("31/02/2026"))

    def test_statuses_in_both_languages(self):
        words = {
            "Soldé": "paid",
            "Paiement partiel": "paid_part",
            "NPAI": "untraceable",
            "Liquidation judiciaire": "insolvent",
            "En cours": "in_progress",
            "disputed": "dispute",
            "on verra": "",
        }
        for text, status in words.items():
            self.assertEqual(find_status(text), status, text)

    def test_columns(self):
        self.assertEqual(
            guess_columns(("Référence", "N° dossier", "Date", "Statut", "Autre")),
            ("reference", "provider_reference", "date", "status", ""),
        )

    def test_lines_say_what_they_lack(self):
        content = (
            "Référence;Date;Statut;Encaissé;Honoraires\n"
            "REC/2026/0001;23/11/2026;Paiement partiel;1 200,00;180,00\n"
            "REC/2026/0002;hier;??;beaucoup;\n"
            ";23/11/2026;En cours;;\n"
        ).encode("cp1252")
        good, bad, nameless = read_lines(read_table(content))
        self.assertEqual(good.number, 2)
        self.assertEqual(good.reference, "REC/2026/0001")
        self.assertEqual((good.principal, good.fee), (Decimal(1200), Decimal(180)))
        self.assertFalse(good.problems)
        self.assertEqual(set(bad.problems), {"principal", "date", "status"})
        self.assertEqual(nameless.problems, ("reference",))
