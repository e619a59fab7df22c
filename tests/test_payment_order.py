import base64
import io
from datetime import date
from unittest.mock import patch

from pypdf import PdfWriter

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import Form, freeze_time, tagged

from .common import CollectionCommon

FILE = base64.b64encode(b"%PDF-1.4 deed of service")


def _one_page():
    page = io.BytesIO()
    writer = PdfWriter()
    writer.add_blank_page(595, 842)
    writer.write(page)
    return page.getvalue()


ONE_PAGE = _one_page()
XMLID = "l10n_fr_debt_collection."


class PaymentOrderCommon(CollectionCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write(
            {
                "street": "4 place Bellecour",
                "zip": "69002",
                "city": "Lyon",
                "company_registry": "552100554",
                "collection_legal_form": "SAS",
                "collection_share_capital": 50000,
                "collection_rcs_town": "Lyon",
                "collection_legal_representative": "Anne Perrin, présidente",
            }
        )
        cls.parameters = cls.env["collection.legal.parameter"]
        cls.lyon = cls.env.ref(f"{XMLID}court_tae_lyon")

    def _make_request(self, amount=5000.0, late=150, partner=None, **values):
        """Return a request about one new invoice, with all that it needs."""
        self._invoice(amount, late, partner)
        case = self._case(partner)
        request = self._prepare_request(case)
        self._enclose(request)
        request.write(values)
        return request

    def _enclose(self, request):
        """Enclose one page; the collecting of documents is tested elsewhere."""
        attachment = self.env["ir.attachment"].create(
            {"name": "invoice.pdf", "raw": ONE_PAGE, "mimetype": "application/pdf"}
        )
        self.env["collection.proceeding.exhibit"].create(
            {
                "proceeding_id": request.id,
                "name": "Facture",
                "kind": "invoice",
                "attachment_id": attachment.id,
            }
        )

    def _prepare_request(self, case):
        action = case.action_payment_order()
        wizard = self.env["collection.payment.order"].browse(action["res_id"])
        wizard.contract_reference = "Bon de commande du 2 mars 2026"
        return self.env["collection.proceeding"].browse(
            wizard.action_confirm()["res_id"]
        )

    def _step(self, request, step, day, **values):
        action = request.with_context(order_step=step).action_order_step()
        wizard = self.env["collection.order.step"].browse(action["res_id"])
        wizard.write({"date": day, **values})
        wizard.action_confirm()

    def _file(self, request, day):
        request.action_ready()
        self._step(request, "filed", day)

    def _deadlines(self, request, state="open"):
        """Return {code: last day} of the deadlines of a request."""
        return {
            deadline.rule_id.code: deadline.date
            for deadline in request.deadline_ids
            if deadline.state == state
        }

    def _codes(self, request):
        return {item["code"] for item in request.missing}


@tagged("post_install", "-at_install")
class TestPaymentOrder(PaymentOrderCommon):
    # === WHAT A REQUEST NEEDS === #

    def test_request_is_complete(self):
        request = self._make_request()
        self.assertFalse(request.missing, request.missing_note)
        self.assertEqual(request.court_id, self.lyon)
        self.assertEqual(request.amount_principal, 5000)
        # One invoice between businesses: 40 euros.
        self.assertEqual(request.amount_indemnity, 40)
        self.assertGreater(request.amount_interest, 0)
        self.assertEqual(
            request.amount_total, 5000 + 40 + round(request.amount_interest, 2)
        )
        self.assertIn("1 × 40", request.indemnity_words)
        self.assertEqual(request.interest_kind, "late")
        request.action_ready()
        self.assertEqual(request.state, "ready")

    def test_law_request_ip_blocks_missing_fields(self):
        request = self._make_request()
        gaps = {
            "claimant_form": (self.company, {"collection_legal_form": False}),
            "claimant_representative": (
                self.company,
                {"collection_legal_representative": False},
            ),
            "debtor_address": (self.debtor, {"street": False}),
            "contract": (request, {"contract_reference": False}),
            "court": (request, {"court_id": False}),
            "signatory": (request, {"signatory_id": False}),
            "principal": (request, {"amount_principal": 0}),
            "interest_rate_words": (request, {"interest_rate_words": False}),
            "penalty_basis": (request, {"amount_penalty_clause": 300}),
            "costs_basis": (request, {"amount_costs": 12}),
            "exhibits": (
                request,
                {"exhibit_ids": [Command.delete(request.exhibit_ids.id)]},
            ),
        }
        for code, (record, values) in gaps.items():
            with self.subTest(code), self.env.cr.savepoint() as savepoint:
                record.write(values)
                request.invalidate_recordset()
                self.assertEqual(self._codes(request), {code})
                with self.assertRaises(UserError) as caught:
                    request.action_ready()
                self.assertIn(request.missing_note, str(caught.exception))
                savepoint.rollback()
            self.env.invalidate_all()

    def test_every_remedy_leads_somewhere(self):
        request = self._make_request()
        for remedy in request._get_remedy_labels():
            self.assertTrue(callable(getattr(request, remedy, None)), remedy)

    def test_law_request_ip_blocks_open_insolvency(self):
        request = self._make_request()
        case = request.case_id
        self.env["collection.hold"].create(
            {"case_id": case.id, "reason": "insolvency", "name": "Judgment"}
        )
        case.invalidate_recordset()
        request.invalidate_recordset()
        self.assertEqual(self._codes(request), {"obstacle"})
        self.assertIn("L622-21", request.missing_note)
        with self.assertRaises(UserError):
            request.action_ready()
        with self.assertRaises(UserError):
            case._start_proceeding("payment_order")
        # Declaring the claim is what is left.
        self.assertTrue(case._start_proceeding("claim_declaration"))

    def test_law_request_ip_blocks_struck_off_company(self):
        request = self._make_request()
        record = (
            self.env["collection.registry.record"]
            .sudo()
            .create(
                {"siren": "732829320", "name": "Garcin", "struck_off_on": self.today}
            )
        )
        request.case_id.sudo().registry_record_id = record
        request.invalidate_recordset()
        self.assertIn("struck off", request.missing_note)
        with self.assertRaises(UserError):
            request.action_ready()

    def test_law_public_buyer_no_order(self):
        town = self._make_debtor(
            "Commune de Vaugneray", collection_debtor_type="public"
        )
        self._invoice(2000, 60, town)
        action = self._case(town).action_payment_order()
        wizard = self.env["collection.payment.order"].browse(action["res_id"])
        self.assertEqual(wizard.line_ids.case_id.debtor_type, "public")
        self.assertIn("public body", wizard.line_ids.missing_note)
        with self.assertRaises(UserError):
            wizard.action_confirm()

    def test_unknown_type_is_asked_for(self):
        request = self._make_request()
        with patch.object(
            type(request.case_id), "debtor_type", property(lambda case: "unknown")
        ):
            self.assertIn("debtor_type", [item.code for item in request._get_missing()])

    # === COURTS === #

    def test_law_request_ip_court_by_seat(self):
        find = self.env["collection.court"]._find
        places = {
            # Business: economic activities, commercial court, Alsace-Moselle.
            ("69003", "Lyon", True): "Tribunal des activités économiques de Lyon",
            ("67000", "Strasbourg", True): "Chambre commerciale du tribunal judiciaire"
            " de Strasbourg",
            ("42300", "Roanne", True): "Tribunal de commerce de Roanne",
            ("42000", "St Etienne", True): "Tribunal de commerce de Roanne",
            ("20200", "Bastia", True): "Tribunal de commerce de Bastia",
            ("97400", "Saint-Denis", True): "Tribunal mixte de commerce de Saint-Denis",
            ("75011", "Paris 11e", True): "Tribunal des activités économiques de Paris",
            # Everybody else: the judiciary court.
            ("69100", "Villeurbanne", False): "Tribunal judiciaire de Lyon",
            ("67700", "Saverne", False): "Tribunal judiciaire de Saverne",
        }
        for (postcode, town, is_company), name in places.items():
            with self.subTest(town):
                debtor = self._make_debtor(
                    f"Somebody in {town}",
                    is_company=is_company,
                    zip=postcode,
                    city=town,
                )
                self._invoice(100, 5, debtor)
                courts = find(self._case(debtor))
                self.assertEqual(courts[0].name, name)
                for court in courts:
                    self.assertEqual(court._is_commercial(), is_company)
        abroad = self._make_debtor(
            "Tischlerei", country_id=self.env.ref("base.de").id, zip="69003"
        )
        self._invoice(100, 5, abroad)
        self.assertFalse(find(self._case(abroad)))

    # === FILING === #

    @freeze_time("2026-11-23")
    def test_filing_at_the_court_of_traders(self):
        request = self._make_request()
        self._file(request, date(2026, 11, 23))
        self.assertEqual(request.case_id.state, "legal")
        # 15 days: 8 December 2026, a Tuesday.
        self.assertEqual(self._deadlines(request), {"fee_deposit": date(2026, 12, 8)})
        # 25.19 and 20 % of it: 5.038.
        self.assertEqual(request.cost_ids.amount, 25.19)
        self.assertEqual(request.cost_ids.vat_amount, 5.04)
        self.assertEqual(request.amount_cost, 30.23)
        self.assertTrue(request.is_fee_awaited)
        self._step(request, "fee", date(2026, 11, 30))
        self.assertEqual(
            self._deadlines(request, "done"), {"fee_deposit": date(2026, 12, 8)}
        )
        with self.assertRaises(UserError):
            request.action_make_statement()
        with self.assertRaises(UserError):
            request.unlink()

    def test_judiciary_court_takes_no_fee(self):
        request = self._make_request(
            court_id=self.env.ref(f"{XMLID}court_judiciary_lyon").id
        )
        self._file(request, self.today)
        self.assertFalse(request.cost_ids)
        self.assertFalse(request.deadline_ids)

    def test_some_items_only_are_left_alone(self):
        first = self._receivables(self._invoice(1000, 60))
        second = self._receivables(self._invoice(700, 40))
        case = self._case()
        request = self.env["collection.payment.order"]._prepare_for(case, first)
        request.contract_reference = "Devis 12"
        self._enclose(request)
        self.assertEqual(request.line_ids, first)
        self._file(request, self.today)
        self.assertNotEqual(case.state, "legal")
        hold = case.active_hold_ids
        self.assertEqual((hold.reason, hold.line_ids), ("legal", first))
        self.assertAsks(self.run_on(0), second.amount_residual)
        request.action_cancel()
        self.assertFalse(case.active_hold_ids)

    def test_whole_debt_before_a_court_is_not_chased(self):
        request = self._make_request()
        self._file(request, self.today)
        self.assertAsksNothing(self.run_on(0), "state_legal")

    # === FOLLOW-UP === #

    def test_law_order_dated_from_2026_09_01(self):
        cases = {
            # Six months: 28 February 2027 (there is no 31), a Sunday: not moved.
            date(2026, 8, 31): date(2027, 2, 28),
            # Three months.
            date(2026, 9, 1): date(2026, 12, 1),
        }
        for order_day, limit in cases.items():
            with self.subTest(order_day), freeze_time(order_day):
                debtor = self._make_debtor(f"Debtor of {order_day}")
                request = self._make_request(partner=debtor)
                self._file(request, order_day)
                self._step(request, "order", order_day)
                self.assertEqual(request.service_limit, limit)
                self.assertEqual(request.state, "granted")
                self.assertEqual(request.order_extent, "full")

    def test_law_order_alerts_at_30_15_and_5_days(self):
        with freeze_time("2026-10-01"):
            request = self._make_request()
            self._file(request, date(2026, 10, 1))
            # Three months: 1 January 2027.
            self._step(request, "order", date(2026, 10, 1))
        deadline = request.deadline_ids.filtered(
            lambda one: one.rule_id.code == "order_service"
        )
        self.assertEqual(deadline.date, date(2027, 1, 1))
        told = {}
        for day in ("2026-12-01", "2026-12-02", "2026-12-17", "2026-12-27"):
            with freeze_time(day):
                before = len(request.case_id.activity_ids)
                deadline.invalidate_recordset()
                self.env["collection.deadline"]._alert_company(self.company)
                told[day] = len(request.case_id.activity_ids) - before
        # 31, 30, 15 and 5 days before.
        self.assertEqual(
            told,
            {"2026-12-01": 0, "2026-12-02": 1, "2026-12-17": 1, "2026-12-27": 1},
        )

    def test_order_in_part(self):
        request = self._make_request()
        self._file(request, self.today)
        self._step(request, "order", self.today, amount_granted=4200)
        self.assertEqual(request.order_extent, "partial")
        self.assertEqual(request.amount_granted, 4200)

    @freeze_time("2026-09-15")
    def test_law_after_service(self):
        request = self._make_request()
        self._file(request, date(2026, 9, 1))
        self._step(
            request,
            "order",
            date(2026, 9, 8),
            letter_date=date(2026, 9, 8),
            attachment_ids=[Command.create({"name": "order.pdf", "datas": FILE})],
        )
        self._step(
            request,
            "service",
            date(2026, 9, 15),
            attachment_ids=[Command.create({"name": "deed.pdf", "datas": FILE})],
        )
        self.assertEqual(
            self._deadlines(request),
            {
                "fee_deposit": date(2026, 9, 16),
                # One month: Thursday 15 October.
                "opposition": date(2026, 10, 15),
                # Two months: Sunday 15 November, so Monday 16 (642: waiting).
                "enforceable": date(2026, 11, 16),
            },
        )
        letter = request.court_letter_ids
        self.assertEqual((letter.kind, letter.date), ("order", date(2026, 9, 8)))
        self.assertEqual(letter.attachment_ids.res_id, request.id)
        self.assertEqual(
            set(request.attachment_ids.mapped("name")), {"order.pdf", "deed.pdf"}
        )
        # 5,000 and more: 2 x 25.79 + 8.80 = 60.38; 20 % of it 12.076.
        cost = request.cost_ids.filtered(lambda one: one.kind == "service")
        self.assertEqual((cost.amount, cost.vat_amount), (60.38, 12.08))
        events = self.env["collection.limitation.event"].search(
            [("case_id", "=", request.case_id.id)]
        )
        self.assertEqual(events.mapped("kind"), ["order_served"])

        with self.assertRaises(UserError):
            self._step(request, "title", date(2026, 11, 16))
        with freeze_time("2026-11-17"):
            self.env["collection.proceeding"]._follow_company(self.company)
            self.assertIn("1422", request.activity_ids.note)
            self.env["collection.proceeding"]._follow_company(self.company)
            self.assertEqual(len(request.activity_ids), 1)
            self._step(request, "title", date(2026, 11, 17))
        self.assertEqual(request.state, "enforceable")
        self.assertEqual(request.date_title, date(2026, 11, 17))
        self.assertNotIn("enforceable", self._deadlines(request))

    def test_service_fee_follows_the_claim(self):
        day = date(2026, 11, 23)
        request = self._make_request()
        fees = {
            # 25.79 / 2 = 12.895, with 8.80 of travel; 25.79; 51.58.
            (100.0, False): 12.9,
            (128.0, True): 21.7,
            (1280.0, True): 34.59,
            (1280.01, True): 60.38,
        }
        for (amount, has_travel), fee in fees.items():
            with self.subTest(amount):
                request.amount_granted = amount
                net, _vat = request._get_service_fee(day, has_travel)
                self.assertAlmostEqual(net, fee, 1)

    @freeze_time("2026-10-20")
    def test_law_opposition_received(self):
        request = self._make_request()
        self._file(request, date(2026, 9, 1))
        self._step(request, "order", date(2026, 9, 8))
        self._step(request, "service", date(2026, 9, 21))
        self._step(
            request,
            "opposition",
            date(2026, 10, 12),
            letter_date=date(2026, 10, 19),
        )
        self.assertEqual(request.state, "opposed")
        deadlines = self._deadlines(request)
        # Nothing is enforced; fees within 15 days of the letter.
        self.assertNotIn("opposition", deadlines)
        self.assertNotIn("enforceable", deadlines)
        self.assertEqual(deadlines["opposition_fee"], date(2026, 11, 3))
        self.assertEqual(
            request.court_letter_ids.filtered(
                lambda one: one.kind == "opposition"
            ).date,
            date(2026, 10, 19),
        )
        self._step(request, "fee", date(2026, 10, 20))
        self.assertNotIn("opposition_fee", self._deadlines(request))
        self._step(request, "hearing", date(2027, 1, 12))
        self.assertEqual(request.state, "hearing")
        self._step(request, "title", date(2027, 2, 2))
        self.assertEqual(request.state, "enforceable")

    @freeze_time("2026-10-20")
    def test_law_opposition_received_judiciary_court(self):
        request = self._make_request(
            court_id=self.env.ref(f"{XMLID}court_judiciary_lyon").id
        )
        self._file(request, date(2026, 9, 1))
        self._step(request, "order", date(2026, 9, 8))
        self._step(request, "service", date(2026, 9, 21), is_in_person=False)
        self._step(
            request, "opposition", date(2026, 10, 12), letter_date=date(2026, 10, 19)
        )
        # Lawyer within 15 days of the letter.
        self.assertEqual(
            self._deadlines(request), {"opposition_lawyer": date(2026, 11, 3)}
        )
        self._step(request, "lawyer", date(2026, 10, 25))
        self.assertFalse(self._deadlines(request))

    @freeze_time("2026-12-08")
    def test_order_that_was_not_served_can_be_asked_for_again(self):
        request = self._make_request()
        self._file(request, date(2026, 9, 1))
        self._step(request, "order", date(2026, 9, 1))
        with self.assertRaises(UserError):
            self._step(request, "service", date(2026, 12, 2))
        self.env["collection.proceeding"]._follow_company(self.company)
        self.assertIn("1411", request.activity_ids.note)
        request.action_lapse()
        self.assertEqual(request.state, "lapsed")
        self.assertFalse(self._deadlines(request))
        # Nobody is left in peace for ever because a proceeding ended.
        self.assertEqual(request.case_id.state, "legal")
        self.assertIn(
            "What follows the proceeding?",
            request.case_id.activity_ids.mapped("summary"),
        )
        again = self.env["collection.proceeding"].browse(
            request.action_ask_again()["res_id"]
        )
        self.assertEqual(again.state, "draft")
        self.assertEqual(again.line_ids, request.line_ids)
        self.assertEqual(again.court_id, request.court_id)
        self.assertEqual(again.amount_principal, 5000)
        self.assertGreater(again.statement_id.version, request.statement_id.version)

    def test_steps_out_of_order_are_refused(self):
        request = self._make_request()
        self._file(request, self.today)
        with self.assertRaises(UserError):
            self._step(request, "order", self._day(-1))
        self._step(request, "service", self.today)
        self.assertEqual(request.state, "filed")

    def test_debtor_pays_meanwhile(self):
        request = self._make_request()
        self._file(request, self.today)
        self._pay(request.line_ids.move_id, 1200)
        request.invalidate_recordset()
        self.assertEqual(request.amount_collected, 1200)
        self._pay(request.line_ids.move_id)
        request.invalidate_recordset()
        self.env["collection.proceeding"]._follow_company(self.company)
        self.assertEqual(request.amount_collected, 5000)
        self.assertIn("paid", request.activity_ids.note)
        self._commit()
        request.case_id.invalidate_recordset()
        request.action_settled()
        self.assertEqual(request.state, "settled")
        self.assertTrue(request.date_closed)
        # Nothing is left to go to court for.
        self.assertEqual(request.case_id.state, "watch")

    # === MANY AT ONCE === #

    def test_many_at_once(self):
        good = [self._make_debtor(f"Good {number}") for number in range(3)]
        public = self._make_debtor("Commune", collection_debtor_type="public")
        stopped = self._make_debtor("Stopped")
        cases = self.env["collection.case"]
        for debtor in (*good, public, stopped):
            self._invoice(1000, 60, debtor)
            cases += self._case(debtor)
        self.env["collection.hold"].create(
            {
                "case_id": self._case(stopped).id,
                "reason": "insolvency",
                "name": "Judgment",
            }
        )
        action = cases.action_payment_order()
        with Form(
            self.env["collection.payment.order"].browse(action["res_id"])
        ) as form:
            self.assertEqual((form.ready_count, form.blocked_count), (3, 2))
            form.contract_reference = "Conditions générales de vente"
        wizard = self.env["collection.payment.order"].browse(action["res_id"])
        requests = self.env["collection.proceeding"].search(
            wizard.action_confirm()["domain"]
        )
        self.assertEqual(requests.partner_id, self.env["res.partner"].union(*good))
        self.assertEqual(set(requests.mapped("amount_principal")), {1000})
        self.assertEqual(
            set(requests.mapped("contract_reference")),
            {"Conditions générales de vente"},
        )
        self.assertEqual(len(set(requests.mapped("name"))), 3)

    # === EUROPE === #

    def test_european_order_is_for_other_member_states(self):
        places = {"de": "", "dk": "Denmark", "ch": "another member", "fr": "another"}
        for code, words in places.items():
            with self.subTest(code):
                debtor = self._make_debtor(
                    f"Debtor {code}",
                    country_id=self.env.ref(f"base.{code}").id,
                    zip="10115",
                    city="Town",
                )
                self._invoice(3000, 60, debtor)
                obstacles = self._case(debtor)._get_proceeding_obstacles(
                    "european_order"
                )
                self.assertEqual(bool(obstacles), bool(words), code)
                self.assertIn(words, "".join(obstacles))

    def test_european_order_has_no_french_deadlines(self):
        debtor = self._make_debtor(
            "Tischlerei Brandt",
            country_id=self.env.ref("base.de").id,
            zip="10115",
            city="Berlin",
        )
        self._invoice(3000, 60, debtor)
        action = self._case(debtor).action_european_order()
        wizard = self.env["collection.payment.order"].browse(action["res_id"])
        wizard.contract_reference = "Order 12"
        request = self.env["collection.proceeding"].browse(
            wizard.action_confirm()["res_id"]
        )
        self._enclose(request)
        self.assertTrue(request.name.startswith("IPE/"))
        self._file(request, self.today)
        self._step(request, "order", self.today)
        self._step(request, "service", self.today)
        self.assertFalse(request.deadline_ids)
        self._step(request, "title", self.today)
        self.assertEqual(request.state, "enforceable")

    # === WORTH A LOOK === #

    def test_remarks_keep_nothing_from_being_filed(self):
        request = self._make_request(2000)
        remarks = {item["code"]: item for item in request.remarks}
        self.assertIn("notice", remarks)
        self.assertNotIn("amicable_attempt", remarks)
        request.court_id = self.env.ref(f"{XMLID}court_judiciary_lyon")
        remarks = {item["code"]: item for item in request.remarks}
        self.assertLessEqual(
            {"notice", "amicable_attempt", "legal_aid", "court_to_check"}, set(remarks)
        )
        request.amicable_attempt = "conciliation"
        self.assertNotIn("amicable_attempt", {one["code"] for one in request.remarks})
        self.assertFalse(request.missing)

    def test_payment_since_the_statement_is_told(self):
        request = self._make_request()
        self._pay(request.line_ids.move_id, 1000)
        request.invalidate_recordset()
        self.assertIn("paid_since", {one["code"] for one in request.remarks})
        request.action_make_statement()
        # Interest is paid first (Code civil, 1343-1): more principal is left.
        self.assertGreater(request.amount_principal, 4000)
        self.assertEqual(
            request.amount_principal, request.statement_id.amount_principal
        )
        self.assertNotIn("paid_since", {one["code"] for one in request.remarks})

    # === THE WHOLE STORY === #

    def test_story_from_unpaid_invoice_to_enforceable_order(self):
        self.debtor.company_registry = "732829320"
        with freeze_time("2026-09-01"):
            invoice = self._invoice(6000, 0, invoice_date=date(2026, 5, 4))
            invoice.invoice_pdf_report_file = base64.b64encode(ONE_PAGE)
            case = self._case()
            notice = self._send_notice(case)
        with freeze_time("2026-09-21"):
            request = self._prepare_request(case)
            self.assertEqual(request.line_ids.move_id, invoice)
            self.assertEqual(request.notice_id, notice)
            self.assertEqual(request.statement_id.date_stop, date(2026, 9, 21))
            request.action_collect_exhibits()
            self.assertLessEqual(
                {"invoice", "formal_notice", "statement"},
                set(request.exhibit_ids.mapped("kind")),
            )
            self.assertTrue(request._build_request_file().startswith(b"%PDF"))
            request.action_ready()
            self._step(request, "filed", date(2026, 9, 21), court_reference="2026I7")
            self._step(request, "fee", date(2026, 9, 25))
        self.assertEqual(case.state, "legal")
        with freeze_time("2026-10-05"):
            self._step(request, "order", date(2026, 10, 5))
        self.assertEqual(request.service_limit, date(2027, 1, 5))
        with freeze_time("2026-10-12"):
            self._step(request, "service", date(2026, 10, 12))
        # Two months: Saturday 12 December, so Monday 14.
        self.assertEqual(request.enforceable_from, date(2026, 12, 14))
        with freeze_time("2026-12-15"):
            self._step(request, "title", date(2026, 12, 15))
            self._pay(invoice)
            self.env["collection.proceeding"]._follow_company(self.company)
            request.invalidate_recordset()
            self.assertEqual(request.amount_collected, 6000)
            request.action_settled()
        self.assertEqual(request.state, "settled")
        # Fee of the registry 30.23, service 60.38 + 12.08.
        self.assertEqual(request.amount_cost, 102.69)
        self.assertFalse(self._deadlines(request))

    def _send_notice(self, case):
        action = case.action_formal_notice()
        self.env["collection.formal.notice.make"].browse(action["res_id"]).action_make()
        notice = case.notice_ids
        notice.letter_id._note_posted(date(2026, 9, 1))
        return notice

    # === CHANNEL === #

    def test_step_prepares_a_request_and_a_task(self):
        self._make_scenario("Legal", [(30, "payment_order")])
        self.company.collection_scenario_id = self.env["collection.scenario"].search(
            [("name", "=", "Legal")]
        )
        self._invoice(5000, 40)
        action = self._actions(self.run_on(0))
        self.assertEqual((action.channel, action.state), ("payment_order", "todo"))
        request = self._case().proceeding_ids
        self.assertEqual((request.kind, request.state), ("payment_order", "draft"))
        self.assertEqual(request.amount_principal, 5000)

    # === PERSONS, MERGE === #

    def test_data_sheet_and_erasure(self):
        person = self._make_debtor("Paul Martin", is_company=False)
        request = self._make_request(600, partner=person, claim_note="Livré le 3 mars.")
        sheet = person._get_collection_data_sheet()
        titles = {section["title"]: section for section in sheet["sections"]}
        self.assertIn(request.name, titles["Legal proceedings"]["rows"][0][0])
        self.env["collection.eraser"]._delete_rows(
            self.env["collection.eraser"]._get_scope(person)
        )
        self.assertFalse(request.claim_note)
        self.assertFalse(request.exhibit_ids)
        self.assertEqual(request.amount_principal, 600)
