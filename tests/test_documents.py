import re
from contextlib import contextmanager
from unittest.mock import patch

import lxml.html
import pypdfium2 as pdfium

from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.base.models import ir_actions_report

from ..models import collection_pdf
from ..tools.pdf_batch import MM
from .common import CollectionCommon

LETTER = "l10n_fr_debt_collection.collection_letter_report"
STATEMENT = "l10n_fr_debt_collection.collection_statement_report"
# Left, top, right and bottom of an envelope's window, in mm from the upper left corner.
WINDOW = (110, 55, 195, 88)


def squeeze(text):
    """Return a text without spaces, breaks and zero-width characters."""
    return re.sub(r"[\s\ufeff\u200b]+", "", text)


class Pdf:
    """The texts of a PDF and where they stand."""

    def __init__(self, content):
        document = pdfium.PdfDocument(content)
        self.pages = [self._characters(page) for page in document]
        document.close()

    @staticmethod
    def _characters(page):
        """Return ``[(character, left, top, right, bottom)]`` in mm."""
        text, height = page.get_textpage(), page.get_height()
        characters = []
        for index in range(text.count_chars()):
            if character := squeeze(text.get_text_range(index, 1)):
                left, bottom, right, top = text.get_charbox(index)
                box = (left, height - top, right, height - bottom)
                characters.append((character, *(side / MM for side in box)))
        return characters

    def texts(self):
        """Return the text of each page, squeezed."""
        return ["".join(character for character, *_box in page) for page in self.pages]

    def text(self):
        return "".join(self.texts())

    def box(self, words, page=0):
        """Return left, top, right and bottom of these words on a page, in mm."""
        words = squeeze(words)
        start = self.texts()[page].index(words)
        boxes = [box for _char, *box in self.pages[page][start : start + len(words)]]
        lefts, tops, rights, bottoms = zip(*boxes, strict=True)
        return min(lefts), min(tops), max(rights), max(bottoms)

    def text_within(self, left, top, right, bottom, page=0):
        """Return the characters of a page that touch a rectangle, in mm."""
        return "".join(
            character
            for character, x1, y1, x2, y2 in self.pages[page]
            if x2 > left and x1 < right and y2 > top and y1 < bottom
        )


@tagged("post_install", "-at_install")
class TestDocuments(CollectionCommon):
    """Letters, statements and e-mails, as the debtor reads them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for code in ("fr_FR", "en_GB"):
            cls.env["res.lang"]._activate_lang(code)
        cls.env["ir.config_parameter"].sudo().set_param("report.print_delay", "50")
        cls.company.write(
            {
                "name": "Atelier Lumière SAS",
                "street": "14 quai Perrache",
                "zip": "69002",
                "city": "Lyon",
                "company_registry": "73282932000074",
                "vat": "FR44732829320",
                "report_footer": "<p>Capital de 250 000 € – RCS Lyon 732 829 320</p>",
            }
        )
        cls.bank = cls.env["res.partner.bank"].create(
            {
                "acc_number": "FR7630006000011234567890189",
                "partner_id": cls.company.partner_id.id,
            }
        )
        journal = cls.company_data["default_journal_bank"].sudo()
        journal.bank_account_id = cls.bank
        cls.debtor.lang = "fr_FR"

    def _letters(self, run=None):
        """Return the planned letters of all overdue debtors; none is delivered."""
        return (run or self.run_on(execute=False)).action_ids

    def _letter(self, partner=None):
        partner = partner or self.debtor
        return self._letters().filtered(lambda action: action.partner_id == partner)

    def _pdf(self, action, report=LETTER):
        return Pdf(self.env["collection.pdf"]._render(report, action)[action.id])

    def _make_items(self, action, count):
        """Give an action ``count`` items with amounts of their own."""
        action.item_ids.unlink()
        self.env["collection.action.item"].create(
            [
                {
                    "action_id": action.id,
                    "name": f"INV/2026/{number:05d}",
                    "document_type": "invoice",
                    "date": self._day(-90),
                    "date_due": self._day(-60),
                    "days_late": 60,
                    "currency_id": self.company.currency_id.id,
                    "amount_total": 100 + number,
                    "amount_residual_currency": 100 + number,
                    "amount": 100 + number,
                }
                for number in range(1, count + 1)
            ]
        )

    def _mixed_account(self):
        """Make instalments, a part payment, a credit note and an invoice in dollars."""
        self._invoice(2400, late=95, days=(0, 30))
        self._pay(self._invoice(12500, late=40), 2500)
        self._credit_note(300, age=10)
        usd = self.env.ref("base.USD")
        usd.active = True
        self._invoice(980, late=45, currency_id=usd.id)

    @contextmanager
    def _count_starts(self):
        """Yield the list of calls of wkhtmltopdf, which does run."""
        real = ir_actions_report._run_wkhtmltopdf
        with patch.object(
            ir_actions_report, "_run_wkhtmltopdf", side_effect=real
        ) as starts:
            yield starts

    # === GEOMETRY === #

    def test_recipient_is_inside_the_window_and_alone_there(self):
        self._invoice(1000, late=40)
        contact = self.env["res.partner"].create(
            {
                "name": "Service comptabilité",
                "parent_id": self.debtor.id,
                "type": "invoice",
                "street": "12, rue des Lilas",
                "street2": "Bâtiment B",
                "city": "Saint-Étienne Cedex 1",
                "zip": "42029",
            }
        )
        action = self._letter()
        self.assertEqual(action.recipient_id, contact)
        lines = [
            "Menuiserie Garcin",
            "Service comptabilité",
            "Bâtiment B",
            "12 rue des Lilas",
            "42029 SAINT ETIENNE CEDEX 1",
        ]
        pdf = self._pdf(action)
        self.assertEqual(pdf.text_within(*WINDOW), squeeze("".join(lines)))
        boxes = [pdf.box(line) for line in lines]
        for left, top, right, bottom in boxes:
            self.assertAlmostEqual(left, 114, delta=1.5)
            self.assertGreater(top, WINDOW[1] + 2)
            self.assertLess(right, WINDOW[2] - 1)
            self.assertLess(bottom, WINDOW[3] - 2)
        self.assertAlmostEqual(boxes[0][1], 59.2, delta=1.5)
        self.assertEqual(boxes, sorted(boxes, key=lambda box: box[1]))

    def test_the_widest_address_fits_the_window(self):
        self._invoice(1000, late=40)
        self.debtor.write(
            {
                "name": "SOCIETE MERIDIONALE DES GRANDS MOULINS",
                "street": "1234 AVENUE DU MARECHAL DE LATTRE DE TA",
                "city": "SAINT GERMAIN LES GRANDES MONTAGNES",
            }
        )
        pdf = self._pdf(self._letter())
        left, top, right, bottom = pdf.box("SOCIETE MERIDIONALE DES GRANDS MOULINS")
        self.assertLess(right, WINDOW[2])

    def test_a_foreign_address_ends_with_the_country(self):
        self._invoice(1000, late=40)
        self.debtor.write(
            {
                "country_id": self.env.ref("base.uk").id,
                "zip": "E1 6RF",
                "city": "London",
                "lang": "en_GB",
            }
        )
        pdf = self._pdf(self._letter())
        self.assertTrue(pdf.text_within(*WINDOW).endswith("LONDONE16RFUNITEDKINGDOM"))

    def test_words_too_wide_for_the_page_change_no_measure(self):
        self._invoice(1000, late=40)
        action = self._letter()
        action.body = f"<div style='width: 900mm'>{'x' * 400}</div>"
        with self._count_starts() as starts:
            pdf = self._pdf(action)
        self.assertEqual(starts.call_count, 1)
        self.assertAlmostEqual(pdf.box("Menuiserie Garcin")[0], 114, delta=1.5)

    def test_an_unknown_converter_is_measured_and_corrected(self):
        self._invoice(1000, late=40)
        action = self._letter()
        converter = ir_actions_report._wkhtml().bin
        with (
            patch.dict(collection_pdf._zooms, {converter: 1.0}),
            self._count_starts() as starts,
        ):
            pdf = self._pdf(action)
            self.assertEqual(starts.call_count, 2)
            self.assertAlmostEqual(pdf.box("Menuiserie Garcin")[0], 114, delta=1.5)
            self._pdf(action)
            self.assertEqual(starts.call_count, 3)

    def test_company_stands_at_the_foot_of_the_last_page(self):
        self._invoice(1000, late=40)
        action = self._letter()
        self._make_items(action, 60)
        pdf = self._pdf(action)
        mention = "RCS Lyon 732 829 320"
        self.assertEqual(
            [squeeze(mention) in text for text in pdf.texts()], [False, False, True]
        )
        left, top, right, bottom = pdf.box(mention, page=2)
        self.assertGreater(top, 297 - 28)
        self.assertLess(bottom, 297 - 11)
        for fact in ("Atelier Lumière SAS", "SIRET 73282932000074", "FR44732829320"):
            self.assertIn(squeeze(fact), pdf.texts()[2])

    # === FIGURES === #

    def test_letter_lists_items_and_totals_per_currency(self):
        self._mixed_account()
        action = self._letter()
        text = self._pdf(action).text()
        for item in action.item_ids:
            self.assertIn(squeeze(item.name), text)
            self.assertIn(item.date_due.strftime("%d/%m/%Y"), text)
        row = squeeze("12 500,00 € 10 000,00 €")
        self.assertIn(row, text)
        self.assertEqual(text.count(squeeze("1 200,00 € 1 200,00 €")), 2)
        self.assertIn(squeeze("-300,00 € -300,00 €"), text)
        self.assertRegex(text, r"EUR12100,00€")
        self.assertRegex(text, r"USD\$980,00")

    def test_items_are_ordered_by_due_date_and_credits_come_last(self):
        self._mixed_account()
        rows = self.env["collection.document"]._get_rows(self._letter())
        euros = [row for row in rows if row["currency"].name == "EUR"]
        amounts = [row["item"].amount_residual_currency for row in euros if row["item"]]
        self.assertEqual(amounts, [1200, 1200, 10000, -300])
        self.assertEqual([row.get("balance") for row in euros][-2], 12100)
        self.assertEqual(euros[-1]["total"], 12100)

    def test_statement_has_a_running_balance_and_an_ageing(self):
        self._mixed_account()
        action = self._letter()
        text = self._pdf(action, STATEMENT).text()
        for balance in ("1 200,00 €", "2 400,00 €", "12 400,00 €", "12 100,00 €"):
            self.assertIn(squeeze(balance), text)
        ageing = dict(self.env["collection.document"]._get_ageing(action))
        self.assertEqual(
            ageing[self.company.currency_id], [0, 0, 10000, 1200, 1200, -300, 12100]
        )
        self.assertIn(squeeze("– – 10 000,00 € 1 200,00 € 1 200,00 € -300,00 €"), text)

    def test_complaint_38_exchange_differences_are_no_items(self):
        dollar = self.env.ref("base.USD")
        dollar.active = True
        self.env["res.currency.rate"].create(
            [
                {"currency_id": dollar.id, "rate": rate, "name": self._day(days)}
                for rate, days in ((1.25, -100), (1.0, -20))
            ]
        )
        paid, open_one = (
            self._invoice(amount, late=60, currency_id=dollar.id)
            for amount in (1000, 500)
        )
        self._pay(paid)
        self._commit()
        difference = paid.line_ids.matched_credit_ids.exchange_move_id
        self.assertTrue(difference, "the rate has changed")
        action = self._letter()
        self.assertEqual(action.item_ids.mapped("name"), [open_one.name])
        text = self._pdf(action, STATEMENT).text()
        self.assertIn(squeeze("500,00 $"), text.replace("$500,00", "500,00$"))
        self.assertNotIn(squeeze(difference.name), text)

    def test_payment_block_and_signature(self):
        self._invoice(1000, late=40)
        action = self._letter()
        action.signatory_name = "Service contentieux"
        text = self._pdf(action).text()
        for words in (
            "FR76 3000 6000 0112 3456 7890 189",
            action._get_reference(),
            "Service contentieux",
        ):
            self.assertIn(squeeze(words), text)

    def test_enclosures_are_named(self):
        self._invoice(1000, late=40)
        self.debtor.lang = "en_GB"
        action = self._letter()
        self.assertNotIn("Enclosures", self._pdf(action).text())
        with self.step_values(
            action.step_id, attach_statement=True, attach_invoices=True
        ):
            self.assertIn(
                "Enclosures:statementofaccount,copiesoftheinvoices",
                self._pdf(action).text(),
            )

    def test_no_document_names_the_level_of_the_reminder(self):
        self._invoice(1000, late=40)
        self.debtor.lang = "en_GB"
        action = self._letter()
        words = self._pdf(action).text() + self._pdf(action, STATEMENT).text()
        self.assertNotIn("reminder", words.lower())
        self.assertNotIn(
            "reminder", action._render_mails({action.id: ("", "")})[action.id]
        )

    # === LANGUAGE === #

    def test_each_debtor_reads_his_language(self):
        view = self.env.ref("l10n_fr_debt_collection.collection_part_payment")
        view.sudo().update_field_translations(
            "arch_db", {"fr_FR": {"How to pay": "Comment régler"}}
        )
        smith = self._make_debtor("Smith Ltd", lang="en_GB")
        self._invoice(1234.5, late=40)
        self._invoice(1234.5, late=40, partner=smith)
        letters = self._letters()
        letters.date = self.today.replace(month=11, day=1)
        pdfs = self.env["collection.pdf"]._render(LETTER, letters)
        texts = {action.partner_id: Pdf(pdfs[action.id]).text() for action in letters}
        year = self.today.year
        french, english = texts[self.debtor], texts[smith]
        for words in ("Comment régler", f"1er novembre {year}", "1 234,50 €"):
            self.assertIn(squeeze(words), french)
            self.assertNotIn(squeeze(words), english)
        for words in ("How to pay", f"Lyon, 1 November {year}", "1,234.50 €"):
            self.assertIn(squeeze(words), english)
            self.assertNotIn(squeeze(words), french)

    # === BATCHES === #

    def test_thirty_letters_take_one_start_and_keep_to_their_debtor(self):
        debtors = [self._make_debtor(f"Client{n:02d} SARL") for n in range(30)]
        for number, debtor in enumerate(debtors):
            self._invoice(1000 + number, late=40, partner=debtor)
        letters = self._letters()
        self.assertEqual(len(letters), 30)
        with self._count_starts() as starts:
            contents = self.env["collection.pdf"]._render(LETTER, letters)
        self.assertEqual(starts.call_count, 1)
        texts = {action: Pdf(contents[action.id]).text() for action in letters}
        for action, text in texts.items():
            self.assertTrue(text.endswith("1/1"), text[-20:])
            self.assertNotIn("@@", text)
            self.assertEqual(
                set(re.findall(r"Client\d\d", text)),
                {action.partner_id.name.split()[0]},
            )
            numbers = {squeeze(name) for name in letters.item_ids.mapped("name")}
            found = {number for number in numbers if number in text}
            self.assertEqual(found, {squeeze(action.item_ids.name)})

    def test_a_long_letter_repeats_the_head_of_its_table(self):
        self._invoice(1000, late=40)
        self.debtor.lang = "en_GB"
        action = self._letter()
        self._make_items(action, 60)
        texts = self._pdf(action).texts()
        self.assertEqual(len(texts), 3)
        heads = [text.count("DocumentDateDueon") for text in texts]
        self.assertEqual(heads, [0, 1, 1])
        for number in range(1, 61):
            self.assertEqual("".join(texts).count(f"INV/2026/{number:05d}"), 1)
        self.assertEqual([text[-3:] for text in texts], ["1/3", "2/3", "3/3"])
        total = "BalancetopayinEUR7,830.00€"
        self.assertIn(total, texts[0])
        self.assertIn(total, texts[2])

    def test_below_long_words_only_totals_are_on_the_first_page(self):
        self._invoice(1000, late=40)
        self.debtor.lang = "en_GB"
        action = self._letter()
        self._make_items(action, 4)
        action.body = "<p>Words.</p>" * 3
        self.assertEqual(len(self._pdf(action).pages), 1)
        action.body = "<p>Words that take a line.</p>" * 16
        first, second = self._pdf(action).texts()
        for words in ("BalancetopayinEUR410.00€", "Howtopay"):
            self.assertIn(words, first)
        self.assertNotIn("INV/2026/00001", first)
        self.assertIn("INV/2026/00001", second)

    def test_long_names_wrap_and_no_row_is_cut_in_two(self):
        self._invoice(1000, late=40)
        action = self._letter()
        self._make_items(action, 60)
        for item in action.item_ids:
            item.name = f"{item.name} balance brought forward from the old books"
        for report in (LETTER, STATEMENT):
            pdf = self._pdf(action, report)
            texts = pdf.texts()
            for item in action.item_ids:
                self.assertEqual(
                    sum(squeeze(item.name) in text for text in texts), 1, item.name
                )
            self.assertEqual(
                [text.count("INV/2026") > 0 for text in texts],
                [
                    text.count("DocumentDate") + text.count("DocumentType") > 0
                    for text in texts
                ],
            )

    def test_a_text_cannot_pass_for_the_marker_of_another(self):
        self._invoice(1000, late=40)
        other = self._make_debtor("Other SARL")
        self._invoice(2000, late=40, partner=other)
        letters = self._letters()
        with patch(
            "odoo.addons.l10n_fr_debt_collection.tools.pdf_batch.new_nonce",
            return_value="known",
        ):
            mine = letters.filtered(lambda action: action.partner_id == self.debtor)
            theirs = letters - mine
            mine.body = f"<p>@@known:{theirs.id}@@</p>"
            contents = self.env["collection.pdf"]._render(LETTER, letters)
        self.assertIn("MenuiserieGarcin", Pdf(contents[mine.id]).text())
        self.assertNotIn("MenuiserieGarcin", Pdf(contents[theirs.id]).text())

    def test_the_error_names_the_record_that_fails(self):
        broken = self._make_debtor("Broken SARL")
        self._invoice(1000, late=40)
        self._invoice(2000, late=40, partner=broken)
        letters = self._letters()
        Document = type(self.env["collection.document"])
        real = Document._get_address_lines

        def fail(document, action):
            if action.partner_id == broken:
                raise ValueError("no such street")
            return real(document, action)

        with (
            patch.object(Document, "_get_address_lines", fail),
            self.assertRaisesRegex(UserError, "Broken SARL.*no such street"),
        ):
            self.env["collection.pdf"]._render(LETTER, letters)

    def test_nothing_is_fetched(self):
        self._invoice(1000, late=40)
        action = self._letter()
        action.body = '<p>Words<img src="http://192.0.2.1/a.png"></p>'
        pages = []
        Report = type(self.env["ir.actions.report"])
        real = Report._run_wkhtmltopdf

        def spy(report, bodies, **options):
            pages.extend(bodies)
            return real(report, bodies, **options)

        with patch.object(Report, "_run_wkhtmltopdf", spy):
            self._pdf(action)
        (page,) = pages
        self.assertNotIn("192.0.2.1", page)
        root = lxml.html.document_fromstring(page)
        self.assertFalse(root.xpath("//link | //script | //img[@src] | //iframe"))

    def test_letters_are_merged_in_order(self):
        self._invoice(1000, late=40)
        content = self.env["collection.pdf"]._render(LETTER, self._letter())
        merged = self.env["collection.pdf"]._merge([*content.values()] * 2)
        self.assertEqual(len(Pdf(merged).pages), 2)
        with self.assertRaises(UserError):
            self.env["collection.pdf"]._merge([*content.values(), b"no pdf"])

    # === E-MAIL === #

    def test_mail_has_words_items_and_payment(self):
        self._mixed_account()
        action = self._letter()
        html = action._render_mails({action.id: ("Subject", "<p>Our words</p>")})[
            action.id
        ]
        root = lxml.html.fragment_fromstring(html)
        self.assertFalse(root.xpath("//style | //link | //script | //*[@class='x']"))
        text = squeeze(root.text_content())
        for item in action.item_ids:
            self.assertIn(squeeze(item.name), text)
        for words in ("12 100,00 €", "$ 980,00", "FR76 3000 6000 0112", "RCS Lyon"):
            self.assertIn(squeeze(words), text)

    def test_mail_of_a_company_without_logo_or_bank(self):
        self.company_data["default_journal_bank"].sudo().bank_account_id = False
        self.bank.sudo().unlink()
        self._invoice(1000, late=40)
        action = self._letter()
        html = action._render_mails({action.id: ("Subject", "<p>Our words</p>")})[
            action.id
        ]
        self.assertIn(action._get_reference(), html)
        self.assertNotIn("IBAN", html)

    # === COMPANY === #

    def test_mentions_are_not_repeated(self):
        document = self.env["collection.document"]
        self.company.report_footer = (
            "<p>Atelier Lumière SAS<br/>SIRET 732 829 320 00074 – TVA FR44732829320</p>"
        )
        self.assertEqual(
            document._get_mentions(self.company),
            ["Atelier Lumière SAS SIRET 732 829 320 00074 – TVA FR44732829320"],
        )

    def test_details_stand_in_for_a_missing_footer(self):
        self.company.write(
            {"report_footer": False, "company_details": "<p>SAS, RCS Lyon</p>"}
        )
        self.assertEqual(
            self.env["collection.document"]._get_mentions(self.company)[:3],
            ["Atelier Lumière SAS", "SAS, RCS Lyon", "SIRET 73282932000074"],
        )
