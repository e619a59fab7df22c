from base64 import b64encode
from datetime import date, timedelta

from odoo.exceptions import UserError
from odoo.tests import Form, freeze_time, new_test_user, tagged

from .common import CollectionCommon
from .test_documents import Pdf, squeeze

REPORT = "l10n_fr_debt_collection.collection_formal_notice_report"
TODAY = date(2026, 10, 15)
NUMBER = "1A12345678901"
# What would make a letter look like an act of a court or of a public officer.
JUDICIAL_WORDS = ("huissier", "république", "marianne", "bailiff", "tribunal de")


class FormalNoticeCommon(CollectionCommon):
    """All happens on 15 October 2026, in the second half-year of that year.

    ECB rate 2.40 %, so 12.40 % between professionals; legal interest 2.75 %.
    """

    @classmethod
    def setUpClass(cls):
        cls.startClassPatcher(freeze_time(f"{TODAY} 10:00:00"))
        super().setUpClass()
        cls.env["ir.config_parameter"].sudo().set_param("report.print_delay", "50")
        cls.company.write(
            {
                "name": "Atelier Lumière",
                "street": "14 quai Perrache",
                "zip": "69002",
                "city": "Lyon",
                "company_registry": "73282932000074",
                "collection_legal_form": "SAS",
                "collection_share_capital": 250000,
                "collection_rcs_town": "Lyon",
                "collection_legal_representative": "Anne Perrin, présidente",
                "collection_notice_encloses_invoices": False,
                "collection_notice_encloses_statement": False,
            }
        )
        cls.debtor.write(
            {"company_registry": "55203253400646", "collection_debtor_type": "business"}
        )
        cls.notices = cls.env["collection.formal.notice"]

    def _notice(self, amount=1000, late=20, partner=None, **options):
        """Return a notice about one invoice due ``late`` days ago."""
        self._invoice(amount, late=late, partner=partner)
        return self._ready_case(partner)._make_formal_notice(**options)

    def _ready_case(self, partner=None):
        case = self._case(partner)
        case._review()
        return case

    def _posted(self, **options):
        notice = self._notice(**options)
        notice.letter_id.tracking_number = NUMBER
        notice.letter_id._note_posted(TODAY)
        return notice

    def _follow(self):
        """Do what the nightly job does."""
        self._commit()
        cron = self.env.ref("l10n_fr_debt_collection.ir_cron_follow_notices")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.env.invalidate_all()

    def _consumer(self, name="Paul Durand"):
        return self._make_debtor(
            name, is_company=False, collection_debtor_type="consumer"
        )

    def _html(self, notices):
        html = self.env["ir.actions.report"]._render_qweb_html(REPORT, notices.ids)
        return " ".join(html[0].decode().replace("\xa0", " ").split())

    def _pdf(self, notice):
        return Pdf(notice.action_id._get_postal_documents()[0].raw)


@tagged("post_install", "-at_install")
class TestFormalNotice(FormalNoticeCommon):
    """Formal notices, from the case to what follows."""

    # === MAKING === #

    def test_notice_has_number_figures_letter_and_document(self):
        notice = self._notice()
        # 1 000 × 12.40 % × 20 days (26 September to 15 October) / 365 = 6.79
        self.assertEqual(notice.amount_principal, 1000)
        self.assertEqual(notice.amount_interest, 6.79)
        self.assertEqual(notice.amount_indemnity, 40)
        self.assertEqual(notice.amount_total, 1046.79)
        self.assertEqual(notice.name, "MED/2026/0001")
        self.assertEqual(notice.statement_id.state, "final")
        self.assertEqual(notice.statement_id.purpose, "formal_notice")
        self.assertEqual((notice.state, notice.letter_id.state), ("ready", "to_post"))
        self.assertEqual(notice.action_id.channel, "formal_notice")
        self.assertEqual(notice.action_id.state, "todo")
        self.assertEqual(notice.attachment_ids.mimetype, "application/pdf")
        self.assertEqual(notice.pay_by_date, TODAY + timedelta(days=8))

    def test_days_to_pay_are_the_companys_or_those_asked_for(self):
        self.company.collection_notice_days = 15
        self.assertEqual(self._notice().pay_by_date, date(2026, 10, 30))
        other = self._notice(partner=self._make_debtor("Roux SARL"), days=10)
        self.assertEqual(other.pay_by_date, date(2026, 10, 25))

    def test_numbers_follow_each_other_by_company_and_year(self):
        self._notice()
        self.assertEqual(
            self._notice(partner=self._make_debtor("Roux SARL")).name, "MED/2026/0002"
        )
        other = self.notices._get_sequence(
            self.env["res.company"].create({"name": "Autre"})
        )
        self.assertEqual(other.next_by_id(sequence_date=TODAY), "MED/2026/0001")
        own = self.notices._get_sequence(self.company)
        self.assertEqual(own.next_by_id(sequence_date="2027-01-02"), "MED/2027/0001")

    def test_step_of_a_scenario_makes_it(self):
        step = self.scenario.step_ids.filtered(lambda step: step.delay_days == 15)
        step.channel = "formal_notice"
        self._invoice(1000, late=20)
        action = self.assertAsks(self.run_on(), 1000)
        notice = action.notice_ids
        self.assertEqual((notice.state, notice.amount_total), ("ready", 1046.79))
        self.assertIn("please pay", self._html(notice))

    def test_preview_of_a_run_leaves_no_notice(self):
        step = self.scenario.step_ids.filtered(lambda step: step.delay_days == 15)
        step.channel = "formal_notice"
        self._invoice(1000, late=20)
        action = self.assertAsks(self.run_on(execute=False), 1000)
        self.assertIn("/web/content/", action.action_preview_pdf()["url"])
        self.assertFalse(action.notice_ids.exists())
        self.assertFalse(action.case_id.claim_statement_ids.exists())

    def test_chosen_invoices_only(self):
        chosen = self._invoice(1000, late=20)
        self._invoice(500, late=30)
        case = self._ready_case()
        notice = case._make_formal_notice(self._receivables(chosen))
        self.assertEqual(notice.amount_principal, 1000)

    def test_disputed_invoices_stay_out(self):
        self._invoice(1000, late=20)
        disputed = self._invoice(500, late=30)
        case = self._ready_case()
        self.env["collection.hold"].create(
            {
                "name": "Wrong price",
                "case_id": case.id,
                "reason": "dispute",
                "line_ids": self._receivables(disputed).ids,
            }
        )
        self.assertEqual(case._make_formal_notice().amount_principal, 1000)

    def test_prepared_only_then_sent(self):
        notice = self._notice(deliver=False)
        self.assertEqual(
            (notice.state, notice.action_id.state), ("draft", "to_validate")
        )
        self.assertFalse(notice.letter_id)
        notice.action_send()
        self.assertEqual((notice.state, notice.letter_id.state), ("ready", "to_post"))

    def test_a_collector_makes_posts_and_reads_it(self):
        collector = new_test_user(
            self.env,
            "notice_collector",
            groups="l10n_fr_debt_collection.group_collection_user",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        self._invoice(1000, late=20)
        wizard = self._wizard(self._ready_case().with_user(collector))
        action = wizard.action_make()
        notice = self.notices.with_user(collector).browse(action["res_id"])
        notice.letter_id._note_posted(TODAY)
        self.assertEqual((notice.state, notice.amount_open), ("posted", 1000))
        self.assertTrue(notice.attachment_ids.raw)

    def test_notice_follows_its_case_on_a_merge(self):
        notice = self._posted()
        target = self._make_debtor("Garcin et fils")
        self._invoice(50, late=20, partner=target)
        target_case = self._case(target)
        self.env["base.partner.merge.automatic.wizard"]._merge(
            (self.debtor | target).ids, target, extra_checks=False
        )
        self.env.invalidate_all()
        self.assertEqual((notice.case_id, notice.partner_id), (target_case, target))

    def test_cancelled_before_it_has_left(self):
        notice = self._notice()
        notice.action_cancel()
        self.assertEqual((notice.state, notice.letter_id.state), ("cancelled",) * 2)

    # === BY HAND, MANY AT ONCE === #

    def _wizard(self, cases):
        action = cases.action_formal_notice()
        return self.env[action["res_model"]].browse(action["res_id"])

    def test_window_tells_amounts_and_what_lacks_and_the_others_go(self):
        lost = self._make_debtor("Sans Adresse", zip=False)
        paid = self._make_debtor("Bon Payeur")
        for partner in (self.debtor, lost):
            self._invoice(1000, late=20, partner=partner)
        self._invoice(1000, late=-20, partner=paid)
        cases = self._ready_case() | self._ready_case(lost) | self._ready_case(paid)
        wizard = self._wizard(cases)
        by_partner = {line.partner_id: line for line in wizard.line_ids}
        self.assertEqual(by_partner[self.debtor].amount_total, 1046.79)
        self.assertFalse(by_partner[self.debtor].problem)
        self.assertIn("postcode", by_partner[lost].problem)
        self.assertIn("Nothing overdue", by_partner[paid].problem)
        self.assertEqual((wizard.included_count, wizard.stopped_count), (1, 2))
        wizard.action_make()
        self.assertEqual(cases.notice_ids.partner_id, self.debtor)

    def test_debtor_of_unknown_type_is_ticked_by_a_person(self):
        somebody = self._make_debtor("Camille Roy", is_company=False)
        self._invoice(1000, late=20, partner=somebody)
        case = self._ready_case(somebody)
        case.debtor_type = "unknown"
        wizard = self._wizard(case)
        self.assertFalse(wizard.line_ids.is_included)
        self.assertIn("consumer", wizard.line_ids.note)
        self.assertEqual(wizard.line_ids.amount_indemnity, 0)
        with self.assertRaises(UserError):
            wizard.action_make()

    def test_window_follows_the_choice_of_invoices(self):
        self._invoice(1000, late=20)
        other = self._invoice(500, late=20)
        wizard = self._wizard(self._ready_case())
        # 1 500 × 12.40 % × 20 / 365 = 10.19; two invoices, 80 of compensation
        self.assertEqual(wizard.line_ids.amount_total, 1590.19)
        wizard.line_ids.item_ids -= self._receivables(other)
        self.assertEqual(wizard.line_ids.amount_total, 1046.79)
        with Form(wizard) as form:
            form.days = 12
        self.assertEqual(wizard.pay_by_date, TODAY + timedelta(days=12))

    def test_second_notice_is_told_and_ticked_by_a_person(self):
        notice = self._posted()
        wizard = self._wizard(notice.case_id)
        self.assertIn(notice.name, wizard.line_ids.note)
        self.assertFalse(wizard.line_ids.is_included)

    def test_no_notice_to_a_debtor_in_insolvency(self):
        self._invoice(1000, late=20)
        case = self._ready_case()
        self.env["collection.hold"].create(
            {"name": "Judgment", "case_id": case.id, "reason": "insolvency"}
        )
        with self.assertRaisesRegex(UserError, "declare the claim"):
            case._make_formal_notice()

    def test_bulk_costs_few_queries_beside_the_documents(self):
        partners = [self._make_debtor(f"Client {index}") for index in range(12)]
        for partner in partners:
            self._invoice(1000, late=20, partner=partner)
        cases = self.env["collection.case"].union(
            *(self._ready_case(partner) for partner in partners)
        )

        def count(group):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            group._make_formal_notice(deliver=False)
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        few, many = count(cases[:2]), count(cases[2:])
        # A number is one update of a sequence, a statement's and a notice's.
        self.assertLess(many - few, 8 * 12)

    # === STILL DUE === #

    def test_part_payment_before_printing_makes_it_anew(self):
        notice = self._notice()
        self._pay(self.debtor.invoice_ids, 400)
        self._commit()
        notice.action_print()
        # Of the 400, 6.79 settle the interest first: 1 000 - 393.21 are left.
        self.assertEqual(notice.amount_principal, 606.79)
        self.assertEqual(notice.statement_id.version, 2)
        self.assertEqual(notice.name, "MED/2026/0001")
        self.assertIn("606.79", self._pdf(notice).text())

    def test_paid_before_printing_is_cancelled(self):
        notice = self._notice()
        self._pay(self.debtor.invoice_ids)
        self._commit()
        notice.action_print()
        self.assertEqual((notice.state, notice.letter_id.state), ("cancelled",) * 2)
        self.assertEqual(notice.action_id.state, "cancelled")

    def test_new_invoices_are_not_added(self):
        notice = self._notice()
        self._invoice(700, late=25)
        self._commit()
        notice.action_print()
        self.assertEqual(notice.amount_principal, 1000)
        self.assertEqual(notice.statement_id.version, 1)

    def test_reprint_is_what_was_sent(self):
        notice = self._posted()
        sent = notice.attachment_ids.raw
        self._pay(self.debtor.invoice_ids, 400)
        self._commit()
        notice.action_print()
        self.assertEqual(notice.attachment_ids.raw, sent)
        self.assertEqual(notice.amount_principal, 1000)

    def test_what_was_sent_is_evidence(self):
        notice = self._posted()
        with self.assertRaises(UserError):
            notice.pay_by_date = TODAY
        with self.assertRaises(UserError):
            notice.unlink()

    # === ITS LETTER === #

    def test_it_follows_its_letter(self):
        notice = self._posted()
        self.assertEqual((notice.state, notice.date_posted), ("posted", TODAY))
        self.assertEqual(notice.date_default, TODAY)
        notice.letter_id._update_state(
            "presented", date_presented=TODAY + timedelta(days=2)
        )
        self.assertEqual(notice.date_default, date(2026, 10, 17))
        notice.letter_id._note_delivered(TODAY + timedelta(days=3))
        self.assertEqual(notice.state, "received")
        self.company.collection_notice_default_from = "posted"
        self.assertEqual(notice.date_default, TODAY)

    def test_unclaimed_and_refused_are_notice_given(self):
        for reason in ("unclaimed", "refused"):
            partner = self._make_debtor(f"Debtor {reason}")
            notice = self._notice(partner=partner)
            notice.letter_id._note_posted(TODAY)
            notice.action_id._note_returned(reason, TODAY + timedelta(days=15))
            self.assertEqual((notice.state, notice.date_default), ("unclaimed", TODAY))
            self.assertEqual(notice.case_id._get_last_notice(), notice)

    def test_unknown_at_the_address_is_no_notice_and_asks_for_a_new_one(self):
        notice = self._posted()
        notice.action_id._note_returned("npai", TODAY)
        self.assertEqual(notice.state, "returned")
        self.assertFalse(notice.date_default)
        self.assertIn("send it anew", notice.activity_ids.summary)
        # The address has been mended.
        self.debtor.street = "3 rue Neuve"
        again = self.notices.browse(notice.action_send_again()["res_id"])
        self.assertEqual((again.state, again.amount_principal), ("ready", 1000))

    def test_proofs_are_the_notice_and_those_of_the_post(self):
        notice = self._posted()
        notice.letter_id.posting_proof = b64encode(b"proof")
        self.assertTrue(notice.has_posting_proof)
        proofs = notice._get_proofs()
        self.assertEqual(len(proofs), 2)
        self.assertEqual(proofs[1].raw, b"proof")
        found = self.notices.search([("has_posting_proof", "=", True)])
        self.assertIn(notice, found)
        missing = self.notices.search([("has_posting_proof", "=", False)])
        self.assertNotIn(notice, missing)

    # === WHAT FOLLOWS === #

    def test_paid_in_full_is_settled_and_comes_back_when_the_bank_takes_it_back(self):
        notice = self._posted()
        payment = self._pay(self.debtor.invoice_ids)
        self._follow()
        self.assertEqual(notice.state, "settled")
        payment.action_cancel()
        self._follow()
        self.assertEqual(notice.state, "posted")

    def test_unpaid_after_its_date_somebody_decides_once(self):
        notice = self._posted()
        self._follow()
        self.assertFalse(notice.followed_on)
        with freeze_time("2026-10-24 04:00:00"):
            self._follow()
            self._follow()
        tasks = notice.case_id.activity_ids.filtered(
            lambda activity: "decide what follows" in (activity.summary or "")
        )
        self.assertEqual(len(tasks), 1)
        self.assertIn("MED/2026/0001", tasks.note)
        self.assertEqual(notice.followed_on, date(2026, 10, 24))

    def test_unpaid_after_its_date_requests_the_step_of_the_settings(self):
        step = self.scenario.step_ids[-1]
        self.company.write(
            {
                "collection_notice_step_id": step.id,
                "collection_notice_follow_up": "step",
            }
        )
        notice = self._posted()
        with freeze_time("2026-10-24 04:00:00"):
            self._follow()
        self.assertEqual(notice.case_id.requested_step_id, step)

    def test_consumer_owes_legal_interest_from_the_notice_on(self):
        consumer = self._consumer()
        notice = self._posted(partner=consumer)
        self.assertEqual(notice.amount_interest, 0)
        later = TODAY + timedelta(days=30)
        statement = notice.case_id._make_claim_statement(later)
        # 1 000 × 2.75 % × 30 days (16 October to 14 November) / 365 = 2.26
        self.assertEqual(statement.amount_interest, 2.26)
        self.assertEqual(statement.amount_indemnity, 0)
        notice.action_id._note_returned("npai", TODAY)
        statement = notice.case_id._make_claim_statement(later)
        self.assertEqual(statement.amount_interest, 0)

    def test_first_of_two_notices_counts(self):
        consumer = self._consumer()
        first = self._posted(partner=consumer)
        second = first.case_id._make_formal_notice()
        second.letter_id._note_posted(TODAY)
        second.letter_id._update_state(
            "presented", date_presented=TODAY + timedelta(days=4)
        )
        lines = first.line_ids
        dates = first.case_id._get_default_dates(lines)
        self.assertEqual(dates, {lines.id: TODAY})

    def test_erasure_takes_the_words_and_leaves_the_figures(self):
        consumer = self._consumer()
        consumer.write({"collection_birth_place": "Lyon", "collection_profession": "X"})
        notice = self._posted(partner=consumer)
        self._pay(consumer.invoice_ids)
        notice.message_post(body="He called about it")
        sheet = str(consumer._get_collection_data_sheet())
        self.assertIn(notice.name, sheet)
        self.assertIn("Lyon", sheet)
        self.env["collection.eraser"]._erase(consumer, "request")
        self.assertFalse(notice.message_ids)
        self.assertFalse(notice.attachment_ids)
        self.assertFalse(consumer.collection_birth_place)
        self.assertEqual(notice.amount_total, 1000)


@tagged("post_install", "-at_install")
class TestFormalNoticeDocument(FormalNoticeCommon):
    """What the debtor reads, and who the parties are in law."""

    def test_content_between_professionals(self):
        text = self._html(self._notice())
        for words in (
            "MISE EN DEMEURE",
            "MED/2026/0001",
            "SIREN 552032534",
            "12 rue des Lilas, 69003 Lyon",
            "acknowledgement of receipt",
            "1,046.79",
            "1 × ",
            "L441-10",
            "D441-5",
            "1231-6, 1344 and 1344-1",
            "365 days",
            "October 23, 2026",
            "reserve the right",
            "If you dispute",
        ):
            self.assertIn(words, text)
        self.assertNotIn("from this letter", text)

    def test_consumer_never_sees_penalties_or_compensation(self):
        text = self._html(self._notice(partner=self._consumer()))
        self.assertIn("1231-6, 1344 and 1344-1", text)
        for words in ("L441-10", "D441-5", "ompensation", "40.00", "enalties"):
            self.assertNotIn(words, text)

    def test_public_buyer_reads_the_articles_of_public_procurement(self):
        town = self._make_debtor("Ville de Bron", collection_debtor_type="public")
        text = self._html(self._notice(partner=town))
        self.assertIn("D2192-35", text)
        self.assertNotIn("L441-10", text)

    def test_law_any_letter(self):
        """Own company only, no look of a court, the variant of R124-4 for others."""
        notice = self._notice()
        text = self._html(notice)
        self.assertIn("SAS with a capital of", text)
        self.assertIn("732829320 RCS Lyon", text)
        for words in JUDICIAL_WORDS:
            self.assertNotIn(words, text.lower())
        self.assertNotIn("L111-8", text)
        self.assertNotIn("on behalf of", text)
        creditor = self._make_debtor("Verrerie du Rhône", company_registry="552081317")
        self.company.collection_activity = "Recouvrement de créances"
        other = self._notice(partner=self._make_debtor("Roux SARL"), creditor=creditor)
        text = self._html(other)
        for words in (
            "on behalf of",
            "Verrerie du Rhône",
            "SIREN 552081317",
            "Recouvrement de créances",
            "L111-8",
            "restent à la charge du créancier",
            "débiteur de mauvaise foi",
        ):
            self.assertIn(words, text)

    def test_text_on_recovery_costs_is_optional_for_oneself(self):
        self.company.collection_notice_quotes_costs = True
        self.assertIn("restent à la charge", self._html(self._notice()))

    def test_window_holds_the_address_and_nothing_else(self):
        notice = self._notice()
        pdf = self._pdf(notice)
        # The window of the envelope: 85 × 33 mm, 110 mm from left, 55 mm from top.
        within = pdf.text_within(110, 55, 195, 88)
        self.assertEqual(
            within, squeeze("Menuiserie Garcin 12 rue des Lilas 69003 LYON")
        )
        left, top, _right, _bottom = pdf.box("MISE EN DEMEURE")
        self.assertGreater(top, 88)
        self.assertLess(left, 110)

    def test_many_invoices_go_on_on_other_pages(self):
        for index in range(40):
            self._invoice(100 + index, late=20)
        notice = self._ready_case()._make_formal_notice()
        pdf = self._pdf(notice)
        self.assertGreater(len(pdf.pages), 1)
        text = pdf.text()
        for document in notice.statement_id.line_ids.mapped("document"):
            self.assertIn(squeeze(document), text)
        self.assertNotIn("MISEENDEMEURE", "".join(pdf.texts()[1:]))

    def test_words_are_the_companys(self):
        self.company.collection_notice_template_id = self.template
        self.assertIn("Dear Menuiserie Garcin", self._html(self._notice()))

    def test_statement_and_invoices_are_enclosed_as_the_settings_say(self):
        self.company.write(
            {
                "collection_notice_encloses_statement": True,
                "collection_notice_encloses_invoices": True,
            }
        )
        notice = self._notice()
        self.assertIn("copies of the invoices", self._html(notice))
        names = notice.attachment_ids.sorted("id").mapped("name")
        self.assertEqual(len(names), 3)
        self.assertIn("MED-2026-0001", names[0])
        self.assertIn(notice.statement_id.name.replace("/", "-"), names[1])

    # === WHO THE PARTIES ARE === #

    def test_what_lacks_of_ones_own_identity_is_told(self):
        self.assertEqual(self.company._get_missing_legal_identity(), [])
        self.company.write(
            {"collection_share_capital": 0, "collection_rcs_town": False}
        )
        missing = self.company._get_missing_legal_identity()
        self.assertEqual(missing, ["share capital", "town of the trade register"])
        self.assertIn("share capital", self._notice().identity_warning)
        self.company.write(
            {"collection_legal_form": "Association", "collection_is_trader": False}
        )
        self.assertEqual(self.company._get_missing_legal_identity(), [])

    def test_identity_of_the_company(self):
        identity = self.company._get_legal_identity()
        self.assertEqual(identity["siren"], "732829320")
        self.assertEqual(identity["seat"], "14 quai Perrache, 69002 Lyon")
        self.assertIn("250", identity["capital"])
        self.assertEqual(identity["representative"], "Anne Perrin, présidente")

    def test_block_is_not_said_twice(self):
        document = self.env["collection.document"]
        self.company.report_footer = "<p>SAS au capital de 250 000 €, RCS Lyon</p>"
        mentions = " ".join(document._get_mentions(self.company))
        self.assertEqual(mentions.count("RCS Lyon"), 1)
        self.assertEqual(mentions.count("SAS"), 1)

    def test_debtor_is_named_as_in_the_registers(self):
        record = self.env["collection.registry.record"]._get_for(["552032534"])
        record["552032534"].sudo().write(
            {
                "name": "MENUISERIE GARCIN ET FILS",
                "legal_form": "5499",
                "street": "8 place Carnot",
                "zip": "69002",
                "city": "LYON",
                "directors": [{"name": "Luc Garcin", "role": "Gérant"}],
            }
        )
        identity = self.debtor._get_legal_identity()
        self.assertEqual(identity["name"], "MENUISERIE GARCIN ET FILS")
        self.assertEqual(identity["form"], "Société à responsabilité limitée (SARL)")
        self.assertEqual(identity["seat"], "8 place Carnot, 69002 LYON")
        self.assertEqual(identity["representative"], "Luc Garcin, Gérant")
        self.debtor.collection_legal_representative = "Lise Garcin, gérante"
        self.assertEqual(
            self.debtor._get_legal_identity()["representative"], "Lise Garcin, gérante"
        )

    def test_identity_of_a_person(self):
        person = self._consumer()
        person.write(
            {
                "collection_birth_date": "1980-02-29",
                "collection_birth_place": "Bron",
                "collection_nationality_id": self.env.ref("base.fr").id,
                "collection_profession": "menuisier",
            }
        )
        identity = person._get_legal_identity()
        self.assertEqual(identity["birth_date"], date(1980, 2, 29))
        self.assertEqual(identity["profession"], "menuisier")
        self.assertEqual((identity["siren"], identity["form"]), ("", ""))
