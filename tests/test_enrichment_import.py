import base64
import contextlib
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from odoo.addons.l10n_fr_debt_collection.models import collection_data_worker_import

from .enrichment_common import EnrichmentCommon

JOB_LOG = "odoo.addons.l10n_fr_debt_collection.models.collection_data_job"
GARCIN = "40483304800022"
UNKNOWN = "35600000000048"  # a valid number that no contact bears
FRENCH = """N° SIRET;Téléphone;Portable;Courriel;Contact;Fonction
404 833 048 00022;04 72 00 00 01;06 12 34 56 78;roux@garcin.example;Anne Roux;Comptable
"""


@tagged("post_install", "-at_install")
class TestEnrichmentImport(EnrichmentCommon):
    """A supplier's file becomes proposals; what cannot be used is told line by line."""

    def setUp(self):
        super().setUp()
        self.case = self._make_case(
            "Garcin", company_registry=GARCIN, phone=False, email=False, ref="GRC-001"
        )
        self.partner = self.case.partner_id

    def _wizard(self, text, encoding="utf-8", **values):
        """Return the wizard once the file has been chosen on screen."""
        content = text if isinstance(text, bytes) else text.encode(encoding)
        with Form(self.env["collection.enrichment.import"]) as form:
            form.file = base64.b64encode(content)
            form.supplier = "Annuaire Durand"
            for name, value in values.items():
                form[name] = value
        form.record.file_name = "contacts.csv"
        return form.record

    def _start(self, text, **values):
        opened = self._wizard(text, **values).action_import()
        return self.jobs.browse(opened["res_id"])

    def _import(self, text, **values):
        job = self._start(text, **values)
        job._execute()
        return job

    def _roles(self, wizard):
        return [column.role for column in wizard.column_ids.sorted("sequence")]

    def _problems(self, job):
        return {item.sequence: (item.code, item.message) for item in job.item_ids}

    # === READING THE FILE === #

    def test_columns_delimiter_and_encoding_are_found(self):
        roles = [
            "siret",
            "phone",
            "mobile",
            "email",
            "contact_name",
            "contact_function",
        ]
        for encoding, found in (
            ("utf-8", "utf-8-sig"),
            ("utf-8-sig", "utf-8-sig"),
            ("cp1252", "cp1252"),
        ):
            wizard = self._wizard(FRENCH, encoding)
            self.assertEqual(self._roles(wizard), roles)
            self.assertEqual((wizard.delimiter, wizard.encoding), (";", found))
        for delimiter, name in ((",", ","), ("\t", "tab")):
            wizard = self._wizard(FRENCH.replace(";", delimiter))
            self.assertEqual(self._roles(wizard), roles)
            self.assertEqual(wizard.delimiter, name)

    def test_english_headers_are_known_too(self):
        wizard = self._wizard("VAT number,Phone number,City\nFR1,2,3\n")
        self.assertEqual(self._roles(wizard), ["vat", "phone", "city"])

    def test_an_email_alone_finds_the_contact(self):
        wizard = self._wizard("E-mail,Mobile\na@b.example,0612345678\n")
        self.assertEqual(self._roles(wizard), ["match_email", "mobile"])

    def test_what_is_not_a_csv_file_is_explained(self):
        for content, words in (
            (b"PK\x03\x04workbook", "save it as CSV"),
            (b"\x00\x01\x02", "not a text file"),
            (b"SIRET;Phone\n", "no line under its header"),
            (b"nothing\nat all\n", "One column only"),
        ):
            wizard = self.env["collection.enrichment.import"].new(
                {"file": base64.b64encode(content)}
            )
            warning = wizard._onchange_file()["warning"]
            self.assertIn(words, warning["message"])

    def test_nothing_starts_before_the_columns_make_sense(self):
        wizard = self._wizard("Ville;Téléphone\nLyon;0472000001\n")
        with self.assertRaisesRegex(UserError, "identifies the customer"):
            wizard.action_check()
        wizard = self._wizard("SIRET;Remarque\n1;2\n")
        with self.assertRaisesRegex(UserError, "No column gives a value"):
            wizard.action_import()
        wizard = self._wizard("SIRET;Tel;Fixe\n1;2;3\n")
        wizard.column_ids[-1].role = "phone"
        with self.assertRaisesRegex(UserError, "Two columns are “Phone”"):
            wizard.action_check()

    # === BEFORE THE IMPORT === #

    def test_the_check_counts_and_shows_whose_lines_are(self):
        wizard = self._wizard(
            FRENCH + "999999998;0472000002;;;;\n404833048;12;;not an address;;\n"
        )
        wizard.action_check()
        self.assertEqual(
            (
                wizard.line_count,
                wizard.matched_count,
                wizard.unmatched_count,
                wizard.ambiguous_count,
                wizard.invalid_count,
            ),
            (3, 2, 1, 0, 2),
        )
        self.assertIn("Garcin", wizard.preview)
        self.assertIn("+33 4 72 00 00 01", wizard.preview)
        self.assertFalse(self.proposals.search([("source", "=", "import")]))

    def test_the_preview_interprets_nothing_of_the_file(self):
        wizard = self._wizard(f"SIRET;Contact\n{GARCIN};<img src=x onerror=alert(1)>\n")
        wizard.action_check()
        self.assertIn("&lt;img", wizard.preview)
        self.assertNotIn("<img", wizard.preview)

    # === WHOM A LINE IS ABOUT === #

    def _matches(self, header, value):
        return self.env["collection.enrichment.file"]._read(
            [(2, (value,))],
            {
                "columns": [header],
                "default_role": "payables",
                "confidence": 80,
                "source_detail": "",
                "date": self.today,
            },
        )[0]

    def test_a_contact_is_found_by_any_of_its_identifiers(self):
        self.partner.write({"vat": "FR83404833048", "email": "compta@garcin.example"})
        self.env["res.partner"].create({"name": "Child", "parent_id": self.partner.id})
        for role, value in (
            ("siret", "404 833 048 00022"),
            ("siret", "40483304800014"),  # another place of the same company
            ("siren", "404833048"),
            ("vat", "FR 83 404 833 048"),
            ("ref", "grc-001"),
            ("match_email", "COMPTA@garcin.example"),
            ("id", str(self.partner.id)),
        ):
            with self.subTest(role=role, value=value):
                self.assertEqual(self._matches(role, value).partner, self.partner)

    def test_an_unknown_an_empty_and_a_wrong_number_match_nobody(self):
        for role, value in (
            ("siret", "99999999800012"),
            ("siren", "404833049"),
            ("id", "0"),
            ("id", "x' OR 1=1"),
            ("ref", ""),
        ):
            with self.subTest(role=role, value=value):
                line = self._matches(role, value)
                self.assertFalse(line.partner)
                self.assertEqual(line.problems[0][0], "unmatched")

    def test_of_two_contacts_the_debtor_is_meant_and_of_two_debtors_nobody(self):
        self._make_debtor("Garcin bis", company_registry=GARCIN)
        self.assertEqual(self._matches("siret", GARCIN).partner, self.partner)
        self._make_case("Garcin ter", company_registry=GARCIN)
        line = self._matches("siret", GARCIN)
        self.assertFalse(line.partner)
        self.assertEqual(line.problems[0][0], "ambiguous")

    def test_contacts_of_another_company_are_not_touched(self):
        self.partner.company_id = self.env["res.company"].create({"name": "Autre"})
        self.assertFalse(self._matches("ref", "GRC-001").partner)

    # === WHAT A LINE PROPOSES === #

    def test_a_line_completes_the_debtor_and_its_contact(self):
        job = self._import(FRENCH)
        self.assertEqual((job.state, job.total, job.failed_count), ("done", 1, 0))
        self.assertEqual(self.partner.phone, "+33 4 72 00 00 01")
        [contact] = self.partner.child_ids
        self.assertEqual(
            (contact.name, contact.function, contact.collection_role, contact.phone),
            ("Anne Roux", "Comptable", "payables", "+33 6 12 34 56 78"),
        )
        self.assertEqual(contact.email, "roux@garcin.example")
        row = contact.collection_value_source_ids.filtered(
            lambda row: row.field_name == "email"
        )
        self.assertEqual(row.source, "import")
        self.assertEqual(row.source_detail, "Annuaire Durand · contacts.csv")

    def test_what_the_debtor_has_is_asked_about(self):
        self.partner.phone = "01 99 00 00 01"
        self._import(f"SIRET;Tel\n{GARCIN};0472000001\n")
        self.assertEqual(self.partner.phone, "01 99 00 00 01")
        self.assertEqual(self._pending(self.partner), {"phone": "+33 4 72 00 00 01"})

    def test_a_supplier_little_trusted_fills_nothing_by_itself(self):
        self._import(f"SIRET;Tel\n{GARCIN};0472000001\n", confidence=50)
        self.assertFalse(self.partner.phone)
        self.assertIn("phone", self._pending(self.partner))

    def test_of_a_person_the_mobile_is_preferred(self):
        person = self._make_case(
            "Jeanne Petit", is_company=False, phone=False, ref="P7"
        ).partner_id
        self._import("Ref;Fixe;Portable;Contact\nP7;0472000001;0612345678;Jeanne\n")
        self.assertEqual(person.phone, "+33 6 12 34 56 78")
        self.assertFalse(person.child_ids)

    def test_a_mobile_alone_is_the_company_s_number(self):
        self._import(f"SIRET;Portable\n{GARCIN};0612345678\n")
        self.assertEqual(self.partner.phone, "+33 6 12 34 56 78")
        self.assertFalse(self.partner.child_ids)

    def test_an_address_is_proposed_as_one(self):
        self._import(f"SIRET;Adresse;CP;Ville\n{GARCIN};3 quai Bas;69002;Lyon\n")
        self.assertEqual(
            self._pending(self.partner), {"address": "3 quai Bas, 69002 Lyon"}
        )

    def test_a_repaired_email_is_asked_about(self):
        self._import(f"SIRET;Mail\n{GARCIN};compta@garcin,fr\n")
        self.assertFalse(self.partner.email)
        self.assertEqual(self._pending(self.partner), {"email": "compta@garcin.fr"})

    def test_what_cannot_be_used_is_told_with_its_line_and_reason(self):
        job = self._import(
            "SIRET;Tel;Mail;Site\n"
            f"{GARCIN};0899123456;noreply@garcin.example;javascript:alert(1)\n"
            "\n"
            f"{UNKNOWN};0472000001;;\n"
            ";0472000001;;\n"
            f"{GARCIN};;;\n"
        )
        self.assertEqual((job.state, job.total, job.processed), ("done", 4, 4))
        messages = job.item_ids.sorted("id").mapped("message")
        self.assertEqual(
            [message.split(":")[0] for message in messages],
            ["Line 2", "Line 2", "Line 2", "Line 4", "Line 5", "Line 6"],
        )
        self.assertIn("surcharged", messages[0])
        self.assertIn("nobody reads", messages[1])
        self.assertIn("website", messages[2])
        self.assertIn("No contact has this identifier", messages[3])
        self.assertIn("No identifier", messages[4])
        self.assertIn("Nothing to propose", messages[5])
        self.assertEqual(job.failed_count, 6)
        self.assertIn("Values not usable: 3", job.result_note)
        self.assertFalse(job.proposal_ids)
        self.assertEqual(job.item_ids[0].case_id, self.case)

    def test_a_value_given_twice_is_kept_once_and_told(self):
        job = self._import(f"SIRET;Tel\n{GARCIN};0472000001\n{GARCIN};0472000002\n")
        self.assertEqual(self.partner.phone, "+33 4 72 00 00 01")
        [(code, message)] = self._problems(job).values()
        self.assertEqual(code, "repeated")
        self.assertIn("+33 4 72 00 00 02", message)

    # === THE JOB === #

    def _make_many(self, count):
        """Return a file about ``count`` debtors without phone, and the debtors."""
        debtors = self.env["res.partner"].create(
            [
                {"name": f"Client {number}", "is_company": True, "ref": f"K{number}"}
                for number in range(count)
            ]
        )
        lines = [f"K{number};04720{number:05d}" for number in range(count)]
        return "Ref;Tel\n" + "\n".join(lines) + "\n", debtors

    def test_a_file_killed_half_way_goes_on_after_its_last_batch(self):
        text, debtors = self._make_many(7)
        job = self._start(text)
        batches = []
        commit = type(job)._commit_batch

        def die(jobs, *args):
            batches.append(jobs.processed)
            commit(jobs, *args)
            if jobs.processed == 4:
                raise KeyboardInterrupt
            return float("inf")

        with (
            patch.object(collection_data_worker_import, "BATCH", 2),
            patch.object(type(job), "_commit_batch", die),
            contextlib.suppress(KeyboardInterrupt),
        ):
            job._execute()
        self.assertEqual((job.state, job.processed, job.total), ("running", 4, 7))
        self.assertEqual(len(debtors.filtered("phone")), 4)
        job._execute()
        self.assertEqual((job.state, job.processed), ("done", 7))
        self.assertEqual(len(debtors.filtered("phone")), 7)
        self.assertEqual(len(job.proposal_ids), 7, "each once")

    def test_the_file_is_deleted_at_the_end(self):
        job = self._start(f"SIRET;Tel\n{GARCIN};0472000001\n")
        file = self.env["ir.attachment"].search(
            [("res_model", "=", job._name), ("res_id", "=", job.id)]
        )
        self.assertEqual(len(file), 1)
        wizard = self.env["collection.enrichment.import"].search([], limit=1)
        self.assertFalse(wizard.file, "no second copy is kept")
        job._execute()
        self.assertFalse(file.exists())

    def test_a_file_nobody_goes_on_with_is_deleted_after_a_month(self):
        job = self._start(f"SIRET;Tel\n{GARCIN};0472000001\n")
        worker = self.env["collection.data.worker.import"].sudo()
        worker._gc_files()
        domain = [("res_model", "=", job._name), ("res_id", "=", job.id)]
        self.assertTrue(self.env["ir.attachment"].search(domain))
        with self.freeze(self._day(collection_data_worker_import.FILE_DAYS + 2)):
            worker._gc_files()
        self.assertFalse(self.env["ir.attachment"].search(domain))
        with mute_logger(JOB_LOG):
            job._execute()
        self.assertEqual(job.state, "failed")
        self.assertIn("import it again", job.note)
