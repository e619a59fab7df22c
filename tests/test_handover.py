import base64
import csv
import io
import zipfile
from unittest.mock import patch

from psycopg2.errors import UniqueViolation
from pypdf import PdfReader

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, freeze_time, new_test_user, tagged
from odoo.tools import mute_logger

from ..models import collection_handover_file
from .common import CollectionCommon
from .debtor_common import DebtorPageCommon

GROUP = "l10n_fr_debt_collection.group_collection_"


@tagged("post_install", "-at_install")
# Rates of interest are known of this day, whenever the tests run.
@freeze_time("2026-11-16 09:00:00")
class TestHandover(CollectionCommon):
    """Cases entrusted to an agency, and what comes back."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Files hold many PDFs: tests that are not about them do without.
        cls.startClassPatcher(
            patch.object(collection_handover_file, "FILES_AT_ONCE", 0)
        )
        cls.provider = cls._make_provider("Recouvrement du Rhône")
        cls.company.write(
            {
                "collection_handover_provider_id": cls.provider.id,
                "collection_handover_days": 90,
                "collection_handover_minimum": 100,
            }
        )
        cls.collector, cls.manager = (
            new_test_user(
                cls.env,
                f"handover_{group}",
                f"{GROUP}{group}",
                company_id=cls.company.id,
                company_ids=[Command.set(cls.company.ids)],
            )
            for group in ("user", "manager")
        )

    @classmethod
    def _make_provider(cls, name, **values):
        """Return an agency: 10 % up to 90 days overdue, then 20 %; 15 for each case."""
        return cls.env["collection.handover.provider"].create(
            {
                "partner_id": cls._make_debtor(name, phone="+33 1 99 00 55 55").id,
                "company_id": cls.company.id,
                "tier_ids": [
                    Command.create({"limit_from": 0, "percent": 10}),
                    Command.create({"limit_from": 91, "percent": 20}),
                ],
                "fee_fixed": 15,
                "stated_rate": 40,
                "announcement": "none",
                **values,
            }
        )

    def _propose(self, amount=1000, late=120, partner=None):
        """Return the proposal to hand over one invoice, ``late`` days late."""
        self._invoice(amount, late, partner)
        return self._case(partner)._propose_to_provider()

    def _hand_over(self, *args, **values):
        handover = self._propose(*args, **values)
        handover._send()
        self.assertEqual(handover.state, "sent")
        return handover

    def _report(self, handover, status="in_progress", **values):
        return self.env["collection.handover.report"].create(
            {"handover_id": handover.id, "status": status, **values}
        )

    def _unpack(self, package):
        with zipfile.ZipFile(io.BytesIO(package.attachment_id.raw)) as archive:
            return {info.filename: archive.read(info) for info in archive.infolist()}

    def _read_csv(self, files, name):
        content = next(
            content for path, content in files.items() if path.endswith(f"/{name}.csv")
        )
        text = io.StringIO(content.decode("utf-8-sig"), newline="")
        return list(csv.reader(text, delimiter=";"))

    def _activities(self, case, word):
        return case.activity_ids.filtered(
            lambda activity: word in f"{activity.summary} {activity.note}"
        )

    # === HANDING OVER === #

    def test_reminders_are_blocked_while_the_provider_has_the_case(self):
        handover = self._hand_over()
        case = handover.case_id
        self.assertEqual(case.state, "handed_over")
        self.assertEqual(case.active_hold_ids.mapped("reason"), ["handover"])
        run = self.run_on()
        self.assertFalse(self._actions(run))
        actions, left_out = case._prepare_follow_up()
        self.assertFalse(actions)
        self.assertTrue(left_out)

    def test_what_waits_is_cancelled_when_the_case_leaves(self):
        self._invoice(1000, 120)
        action = self._actions(self.run_on())
        self.assertEqual(action.state, "todo")
        self._case()._propose_to_provider()._send()
        self.assertEqual(action.state, "cancelled")
        self.assertIn("Recouvrement du Rhône", action.failure_reason)

    def test_taken_back_reminders_go_on(self):
        handover = self._hand_over()
        case = handover.case_id
        handover._recall("dispute", "He called us")
        self.assertEqual((handover.state, handover.result), ("recalled", "recalled"))
        self.assertEqual(handover.recall_reason, "dispute")
        self.assertFalse(case.active_hold_ids)
        self.assertEqual(case.state, "open")
        self.assertAsks(self.run_on(), 1000)

    def test_resume_asks_why_the_case_is_taken_back(self):
        handover = self._hand_over()
        action = handover.case_id.action_resume()
        wizard = self.env[action["res_model"]].browse(action["res_id"])
        self.assertEqual(handover.state, "sent")
        wizard.reason = "provider"
        wizard.action_recall()
        self.assertEqual(handover.recall_reason, "provider")
        self.assertEqual(handover.case_id.state, "open")

    def test_what_is_entrusted_is_stated_and_stays(self):
        handover = self._hand_over()
        statement = handover.statement_id
        self.assertEqual((statement.purpose, statement.state), ("handover", "final"))
        self.assertEqual(statement.amount_principal, 1000)
        self.assertEqual(statement.amount_indemnity, 40)
        self.assertEqual(
            (handover.amount_entrusted, handover.days_overdue), (1000, 120)
        )
        self.assertEqual(handover.name, "REC/2026/0001")
        with self.assertRaisesRegex(UserError, "stays as it was"):
            handover.line_ids = False
        with self.assertRaisesRegex(UserError, "it is kept"):
            handover.unlink()

    def test_later_terms_do_not_change_the_fee(self):
        handover = self._hand_over()
        self.provider.tier_ids.percent = 50
        self._report(handover, "paid_part", amount_principal=100)
        # 15 for the case + 20 % of 100
        self.assertEqual(handover.fee_expected, 35)

    def test_disputed_items_stay_with_us(self):
        handed = self._invoice(1000, 120)
        disputed = self._invoice(300, 130)
        case = self._case()
        self.env["collection.hold"].create(
            {
                "case_id": case.id,
                "reason": "dispute",
                "name": "Broken lamp",
                "line_ids": [Command.set(self._receivables(disputed).ids)],
            }
        )
        handover = case._propose_to_provider()
        self.assertEqual(handover.line_ids.move_id, handed)

    def test_insolvent_debtor_is_not_handed_over(self):
        handover = self._propose()
        self.env["collection.hold"].create(
            {
                "case_id": handover.case_id.id,
                "reason": "insolvency",
                "name": "Liquidation",
            }
        )
        with self.assertRaisesRegex(UserError, "Menuiserie Garcin.*declared"):
            handover._send()
        self.assertEqual(handover.state, "draft")

    def test_nothing_open_is_not_handed_over(self):
        handover = self._propose()
        self._pay(handover.line_ids.move_id)
        with self.assertRaisesRegex(UserError, "Nothing is open"):
            handover._send()

    @mute_logger("odoo.sql_db")
    def test_one_provider_at_a_time(self):
        handover = self._hand_over()
        with self.assertRaises(UniqueViolation), self.env.cr.savepoint():
            handover.copy({"case_id": handover.case_id.id}).flush_recordset()
        with self.assertRaisesRegex(UserError, "already"):
            handover.case_id.action_propose_handover()

    def test_merged_debtors_keep_what_was_entrusted(self):
        twin = self._make_debtor("Menuiserie Garcin SARL")
        one, other = self._hand_over(), self._hand_over(500, 95, twin)
        self.env["collection.case"].sudo()._merge_debtors(twin, self.debtor)
        self.assertEqual(one.case_id, other.case_id)
        self.assertEqual((one.state, other.state), ("sent", "sent"))

    # === WORD TO THE DEBTOR === #

    def test_debtor_is_told_of_the_only_contact(self):
        self.provider.write(
            {"announcement": "email", "contact_email": "r@rhone.example"}
        )
        handover = self._hand_over()
        action = handover.case_id.action_ids.filtered("handover_id")
        self.assertEqual((action.channel, action.state), ("email", "sent"))
        self.assertEqual(action.recipient_id, self.debtor)
        for words in ("Recouvrement du Rhône", "r@rhone.example", "+33 1 99 00 55 55"):
            self.assertIn(words, action.body)
        self.assertEqual(action.item_ids.line_id, handover.line_ids)
        self.assertEqual(
            handover.case_id._get_single_contact()["email"], "r@rhone.example"
        )

    def test_debtor_without_address_is_told_by_letter(self):
        self.provider.announcement = "email"
        self.debtor.email = False
        action = self._hand_over().case_id.action_ids.filtered("handover_id")
        self.assertEqual((action.channel, action.state), ("letter", "todo"))

    def test_no_contact_is_named_once_the_case_is_back(self):
        handover = self._hand_over()
        handover._recall("paid")
        self.assertEqual(handover.case_id._get_single_contact(), {})

    # === FILE === #

    def test_file_holds_what_the_provider_needs(self):
        self.debtor.ref = "=HYPERLINK(1)"
        self.debtor.name = "../../Garcin"
        invoice = self._invoice(1000, 120)
        self._pay(invoice, 200)
        case = self._case()
        case.note = "<p>House secret</p>"
        case.message_post(body="Colleagues only", subtype_xmlid="mail.mt_note")
        case.message_post(
            body="I pay on Friday",
            author_id=self.debtor.id,
            message_type="comment",
            subtype_xmlid="mail.mt_note",
        )
        handover = case._propose_to_provider()
        handover._send()
        files = self._unpack(handover._make_packages())
        self.assertFalse([path for path in files if ".." in path or path[0] == "/"])
        self.assertNotIn("/", handover.package_ids.attachment_id.name)
        # 1 000 × 12.40 % × 120/365 = 40.77 of interest, which the 200 settle first:
        # 1 000 − (200 − 40.77) of principal are left
        [_head, item] = self._read_csv(files, "items")
        self.assertEqual(item[0], invoice.name)
        self.assertEqual(item[3:8], ["EUR", "1000,0", "200,0", "0,0", "840,77"])
        identity = dict(self._read_csv(files, "identity"))
        self.assertEqual(identity["Our reference"], "'=HYPERLINK(1)")
        [_head, payment] = self._read_csv(files, "payments")
        self.assertEqual(payment[4], "200,0")
        everything = b"\n".join(
            content
            for path, content in files.items()
            if path.endswith((".txt", ".csv"))
        ).decode()
        self.assertIn("I pay on Friday", everything)
        self.assertNotIn("Colleagues only", everything)
        self.assertNotIn("House secret", everything)
        kinds = [path.split("/")[0] for path in files]
        self.assertIn("invoices", kinds)
        self.assertIn("statement", kinds)

    def test_file_is_kept_as_it_was_and_each_download_is_logged(self):
        handover = self._hand_over()
        package = handover._make_packages()
        before = package.attachment_id.raw
        handover.action_download()
        log = self.env["collection.export.log"].search([], limit=1)
        self.assertEqual(log.res_model, "collection.handover")
        handover.action_make_package()
        self.assertEqual(len(handover.package_ids), 2)
        self.assertEqual(package.attachment_id.raw, before)

    def test_file_of_one_is_made_at_once_those_of_many_in_the_background(self):
        handovers = self.env["collection.handover"]
        with patch.object(collection_handover_file, "FILES_AT_ONCE", 1):
            single = self._hand_over()
            for number in range(2):
                handovers |= self._propose(
                    100, 120, self._make_debtor(f"Debtor {number}")
                )
            handovers._send()
        self.assertEqual(len(single.package_ids), 1)
        self.assertEqual(handovers.mapped("state"), ["sent", "sent"])
        self.assertFalse(handovers.package_ids)
        with self.enter_registry_test_mode():
            self.env.ref(
                "l10n_fr_debt_collection.ir_cron_make_packages"
            ).method_direct_trigger()
        self.assertEqual(len(handovers.package_ids), 2)
        self.assertFalse(any(handovers.mapped("package_pending")))

    def test_law_mandate_to_collect_for_others_r124_3(self):
        """Foundation and amount by parts, guarantee, fee, money, first letter."""
        self.provider.write(
            {"insurance_note": "MMA 12345", "account_note": "Compte CARPA 77"}
        )
        handover = self._hand_over()
        [pdf] = (
            self.env["collection.pdf"]
            ._render(
                "l10n_fr_debt_collection.collection_handover_mandate_report", handover
            )
            .values()
        )
        pages = [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]
        # The mandate with its signatures, and the list of invoices.
        self.assertEqual(len(pages), 2)
        text = " ".join(" ".join(pages).split()).replace("\xa0", " ")
        for words in (
            "R124-3",
            "R124-4",
            "R124-5",
            "L111-8",
            "Menuiserie Garcin",
            "MMA 12345",
            "Compte CARPA 77",
            "20 % of the principal collected",
            handover.line_ids.move_id.name,
        ):
            self.assertIn(words, text)

    def test_papers_that_lack_are_named_and_nothing_is_judged(self):
        self.assertIn("signed mandate", self.provider.mandate_note)
        self.assertIn("insurance", self.provider.mandate_note)
        self.provider.write(
            {
                "mandate_date": self._day(-100),
                "mandate_ids": [
                    Command.create({"name": "mandate.pdf", "raw": b"signed"})
                ],
                "insurance_note": "MMA 12345",
                "account_note": "Compte CARPA 77",
            }
        )
        self.assertFalse(self.provider.mandate_note)
        self.provider.mandate_end_date = self._day(-1)
        self.assertIn("mandate in force", self.provider.mandate_note)

    # === MONEY AND REPORTS === #

    def test_payments_since_the_handover_and_their_fee(self):
        invoice = self._invoice(1000, 120)
        self._pay(invoice, 100)
        handover = self._case()._propose_to_provider()
        handover._send()
        self.assertEqual(handover.amount_entrusted, 900)
        self._pay(invoice, 400)
        self._credit_note(50, partner=self.debtor)
        handover._follow_company(self.company)
        self.assertEqual(handover.amount_collected, 400)
        # 20 % of 400 + 15 for the case, and 20 % of VAT on 95
        self.assertEqual((handover.fee_expected, handover.fee_vat), (95, 19))
        self.assertEqual(handover.amount_net, 305)
        # 400 of 900
        self.assertAlmostEqual(handover.recovery_rate, 44.44, places=2)

    def test_payment_before_the_day_of_handover_earns_no_fee(self):
        invoice = self._invoice(1000, 120)
        with self.freeze("2026-11-10 09:00:00"):
            self._pay(invoice, 300)
        handover = self._case()._propose_to_provider()
        handover._send()
        handover._follow_company(self.company)
        self.assertEqual(handover.amount_collected, 0)
        self.assertEqual(handover.fee_expected, 15)

    def test_all_paid_ends_it_and_the_case_is_up_to_date(self):
        handover = self._hand_over()
        self._pay(handover.line_ids.move_id)
        handover.case_id._review()
        self.assertEqual((handover.state, handover.amount_collected), ("paid", 1000))
        self.assertEqual(handover.case_id.state, "watch")
        self.assertFalse(handover.case_id.active_hold_ids)

    def test_what_a_credit_note_settles_was_not_collected(self):
        handover = self._hand_over()
        invoice = handover.line_ids.move_id
        self._pay(invoice, 600)
        refund = self._credit_note(400)
        (self._receivables(refund) | self._receivables(invoice)).reconcile()
        handover._follow_company(self.company)
        self.assertEqual((handover.state, handover.amount_collected), ("partly", 600))

    def test_law_creditor_is_told_of_payments_r124_5(self):
        handover = self._hand_over()
        self._report(handover, "paid_part", amount_principal=250, amount_extra=20)
        self.assertEqual(handover.state, "in_progress")
        self.assertEqual(handover.amount_to_transfer, 250)
        self.assertTrue(self._activities(handover.case_id, "250"))
        self._pay(handover.line_ids.move_id, 250)
        handover._follow_company(self.company)
        self.assertEqual(handover.amount_to_transfer, 0)
        self.assertEqual(handover.amount_recovered, 250)

    def test_money_that_does_not_come_is_asked_for_once(self):
        handover = self._hand_over()
        self._report(handover, "paid_part", amount_principal=250)
        with self.freeze("2026-12-16 09:00:00"):
            handover._tell_late_transfers(self.company)
            self.assertFalse(self._activities(handover.case_id, "Ask Recouv"))
        with self.freeze("2026-12-17 09:00:00"):
            handover._tell_late_transfers(self.company)
            handover._tell_late_transfers(self.company)
            self.assertEqual(len(self._activities(handover.case_id, "Ask Recouv")), 1)

    def test_fee_beyond_the_terms_is_shown(self):
        handover = self._hand_over()
        self._report(handover, "paid_part", amount_principal=100, fee=60)
        # 20 % of 100 + 15 for the case = 35; 60 are asked for
        self.assertEqual(handover.fee_difference, 25)

    def test_late_report_is_asked_for_once(self):
        handover = self._hand_over()
        self.assertEqual(handover.next_report_date, self._day(30))
        with self.freeze("2026-12-17 09:00:00"):
            handover._follow_company(self.company)
            handover._follow_company(self.company)
            self.assertEqual(len(self._activities(handover.case_id, "report")), 1)
            late = self.env["collection.handover"].search(
                [("is_report_late", "=", True)]
            )
            self.assertEqual(late, handover)
            self._report(handover)
            self.assertEqual(handover.next_report_date, self._day(31 + 30))
            self.assertFalse(handover.is_report_late)

    def test_turned_down_costs_nothing_and_comes_back(self):
        handover = self._hand_over()
        self._report(handover, "refused")
        self.assertEqual((handover.state, handover.fee_expected), ("refused", 0))
        self.assertEqual(handover.case_id.state, "open")

    def test_lost_claim_waits_for_a_decision(self):
        handover = self._hand_over()
        self._report(handover, "accepted")
        self.assertEqual(handover.state, "accepted")
        self._report(handover, "irrecoverable")
        case = handover.case_id
        self.assertEqual((handover.state, case.state), ("irrecoverable", "handed_over"))
        self.assertTrue(self._activities(case, "cannot be recovered"))
        self.assertFalse(self._actions(self.run_on()))
        handover.action_close()
        self.assertEqual((handover.state, case.state), ("closed", "open"))

    def test_file_of_the_provider_is_read_once(self):
        handover = self._hand_over()
        content = (
            "Référence;Date;Statut;Encaissé;Intérêts et frais;Honoraires;Commentaire\n"
            f"{handover.name};16/11/2026;Paiement partiel;1 200,50;30;240,10;Chèque\n"
        ).encode("cp1252")
        self._import(content)
        self.assertEqual(handover.report_count, 1)
        self.assertEqual(handover.amount_reported, 1200.5)
        self.assertEqual(handover.fee_reported, 240.1)
        with self.assertRaisesRegex(UserError, "nothing new"):
            self._import(content)
        self.assertEqual(handover.report_count, 1)

    def test_bad_lines_are_named_and_nothing_is_taken_over(self):
        handover = self._hand_over()
        content = (
            "Référence;Date;Statut;Encaissé\n"
            f"{handover.name};16/11/2026;En cours;\n"
            "REC/2026/0999;16/11/2026;En cours;\n"
            f"{handover.name};hier;En cours;\n"
            f"{handover.name};01/12/2026;En cours;\n"
        ).encode()
        wizard = self._make_import(content)
        wizard.action_check()
        problems = wizard.problems.splitlines()
        self.assertEqual(len(problems), 3)
        self.assertIn("REC/2026/0999", problems[0])
        self.assertIn("Line 4", problems[1])
        self.assertIn("future", problems[2])
        with self.assertRaisesRegex(UserError, "REC/2026/0999"):
            wizard.action_import()
        self.assertFalse(handover.report_ids)

    def _make_import(self, content):
        return self.env["collection.handover.import"].create(
            {"provider_id": self.provider.id, "file": base64.b64encode(content)}
        )

    def _import(self, content):
        self._make_import(content).action_import()

    # === PROPOSALS === #

    def test_rules_find_the_cases_to_propose(self):
        debtors = {
            name: self._make_debtor(name)
            for name in ("Old", "Young", "Small", "Insolvent", "Promised")
        }
        self._invoice(1000, 120, debtors["Old"])
        self._invoice(1000, 80, debtors["Young"])
        self._invoice(99, 120, debtors["Small"])
        self._invoice(1000, 120, debtors["Insolvent"])
        self._invoice(1000, 120, debtors["Promised"])
        for name, reason in (("Insolvent", "insolvency"), ("Promised", "promise")):
            self.env["collection.hold"].create(
                {
                    "case_id": self._case(debtors[name]).id,
                    "reason": reason,
                    "name": name,
                }
            )
        self._review_all()
        action = self.env["collection.handover.propose"]._open()
        wizard = self.env[action["res_model"]].browse(action["res_id"])
        found = wizard.line_ids.case_id.partner_id & self.env["res.partner"].union(
            *debtors.values()
        )
        self.assertEqual(found, debtors["Old"])
        wizard.days = 60
        found = wizard.line_ids.case_id.partner_id
        self.assertIn(debtors["Young"], found)

    def _review_all(self):
        self._commit()
        cases = self.env["collection.case"].search(
            [("company_id", "=", self.company.id)]
        )
        cases._review()

    def test_steps_exhausted_are_proposed_whatever_their_age(self):
        self._invoice(1000, 40)
        self._review_all()
        case = self._case()
        domain = self.company._get_handover_candidates_domain()
        case.next_step_id = self.scenario.step_ids[-1]
        self.assertNotIn(case, self.env["collection.case"].search(domain))
        case.next_step_id = False
        self.assertIn(case, self.env["collection.case"].search(domain))
        self.company.collection_handover_exhausted = False
        domain = self.company._get_handover_candidates_domain()
        self.assertNotIn(case, self.env["collection.case"].search(domain))

    def test_chance_and_cost_stand_side_by_side(self):
        self._invoice(1000, 120)
        case = self._case()
        case.write({"forecast_30": 100, "forecast_60": 100, "forecast_later": 800})
        case.next_step_id = False
        self.company.collection_cost_phone = 4
        action = case.action_propose_handover()
        wizard = self.env[action["res_model"]].browse(action["res_id"])
        line = wizard.line_ids
        # Ourselves: 1 000 × 200/1 000 − one call of 4
        self.assertEqual((line.own_chance, line.own_net), (20, 196))
        # Provider: 1 000 × 40 % − (15 + 40 % of the 20 % of 1 000) = 400 − 95
        self.assertEqual((line.provider_fee, line.provider_net), (95, 305))
        us, agency, nobody = wizard.offer_ids
        self.assertEqual((us.chance, agency.chance), (20, 40))
        self.assertEqual((us.net, agency.net, nobody.net), (196, 305, 0))
        self.assertEqual(agency.provider_id, self.provider)
        wizard.action_propose()
        self.assertEqual(case.handover_id.state, "draft")
        self.assertNotEqual(case.state, "handed_over")

    def test_forms_show_what_a_manager_chooses_from(self):
        self._invoice(1000, 120)
        other = self._make_provider("Étude Lumière", kind="lawyer", stated_rate=60)
        action = self._case().with_user(self.manager).action_propose_handover()
        wizard = self.env[action["res_model"]].browse(action["res_id"])
        with Form(wizard.with_user(self.manager)) as form:
            self.assertEqual(form.chosen_count, 1)
            form.provider_id = other
            self.assertEqual(form.provider_net, 600 - 15 - 120)
        self.assertEqual(wizard.sudo().line_ids.provider_id, other)
        action = wizard.with_user(self.manager).action_send()
        handover = self.env["collection.handover"].browse(action["res_id"])
        self.assertEqual((handover.state, handover.provider_id), ("sent", other))
        with Form(handover.with_user(self.manager)) as form:
            form.provider_reference = "L-77"
        self.assertEqual(handover.provider_reference, "L-77")

    def test_rate_of_the_provider_is_its_own_after_five_cases(self):
        self.assertEqual(self.provider._get_success_rate(), (0.4, "stated"))
        for number in range(5):
            debtor = self._make_debtor(f"Debtor {number}")
            handover = self._hand_over(100, 120, debtor)
            if number < 2:
                self._pay(handover.line_ids.move_id)
                handover._follow_company(self.company)
            else:
                handover._recall("other")
        # 200 of 500
        self.assertEqual(self.provider._get_success_rate(), (0.4, "own"))
        self.assertEqual(self.provider.success_rate, 40)

    def test_rate_of_several_is_that_of_their_amounts(self):
        small = self._hand_over(100, 120, self._make_debtor("Small"))
        self._hand_over(900, 120, self._make_debtor("Large"))
        self._report(small, "paid_part", amount_principal=100)
        [(rate,)] = self.env["collection.handover"]._read_group(
            [("provider_id", "=", self.provider.id)], [], ["recovery_rate:avg"]
        )
        # 100 of 1 000, though one of two has paid all
        self.assertEqual(rate, 10)

    def test_step_of_a_scenario_proposes_and_waits_for_a_person(self):
        scenario = self._make_scenario("To the agency", [(30, "handover")])
        self.company.collection_scenario_id = scenario
        self._invoice(1000, 40)
        action = self._actions(self.run_on())
        self.assertEqual((action.channel, action.state), ("handover", "todo"))
        handover = self._case().handover_id
        self.assertEqual((handover.state, handover.origin), ("draft", "scenario"))
        self.assertNotEqual(self._case().state, "handed_over")

    def test_step_needs_a_provider(self):
        self.company.collection_handover_provider_id = False
        with self.assertRaisesRegex(UserError, "recovery provider"):
            self._make_scenario("To nobody", [(30, "handover")])

    # === WHO MAY WHAT === #

    def test_collector_proposes_and_a_manager_keeps_providers(self):
        handover = self._propose()
        handover.with_user(self.collector).note = "Call them first"
        with self.assertRaises(AccessError):
            self.provider.with_user(self.collector).fee_fixed = 0
        handover.with_user(self.manager).action_send()
        self.assertEqual(handover.state, "sent")
        self._report(handover.with_user(self.collector), "accepted")
        self.assertEqual(handover.state, "accepted")

    def test_other_companies_see_nothing(self):
        handover = self._hand_over()
        report = self._report(handover)
        other = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = new_test_user(
            self.env,
            "handover_stranger",
            f"{GROUP}manager",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        package = handover._make_packages()
        for record in (handover, report, package, self.provider):
            with self.assertRaises(AccessError):
                record.with_user(stranger).read(["display_name"])

    def test_erasure_takes_words_and_archives(self):
        person = self._make_debtor("Jeanne Caillebotte", is_company=False)
        handover = self._hand_over(1000, 120, person)
        handover.note = "Shy"
        self._report(handover, note="Ill")
        sheet = person._get_collection_data_sheet()
        titles = [section["title"] for section in sheet["sections"]]
        self.assertIn("Entrusted to recovery providers", titles)
        self._pay(handover.line_ids.move_id)
        handover.case_id._review()
        archive = handover._make_packages().attachment_id
        self.env["collection.eraser"]._erase(person, "request")
        self.assertFalse(archive.exists())
        self.assertFalse(handover.note or handover.report_ids.note)
        self.assertEqual(handover.amount_collected, 1000)


@tagged("post_install", "-at_install")
@freeze_time("2026-11-16 09:00:00")
class TestHandoverPage(DebtorPageCommon):
    """What the debtor's page says while somebody else collects."""

    def test_page_names_the_only_contact(self):
        invoice = self._invoice(1000, 120)
        case = self._case()
        provider = self.env["collection.handover.provider"].create(
            {
                "partner_id": self._make_debtor("Recouvrement du Rhône").id,
                "company_id": self.company.id,
                "contact_phone": "+33 1 99 00 55 55",
                "announcement": "none",
            }
        )
        handover = case._propose_to_provider({case: provider})
        link = self.env["collection.debtor.link"]._make(case, self.debtor)
        path = f"/c/{link._get_token()}"
        self.assertNotIn("o_debtor_only_contact", self.url_open(path).text)
        handover._send()
        page = self.url_open(path).text
        self.assertIn("o_debtor_only_contact", page)
        self.assertIn("Recouvrement du Rhône", page)
        self.assertIn("+33 1 99 00 55 55", page)
        self.assertIn(invoice.name, page)
