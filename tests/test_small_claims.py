import base64
import zipfile
from datetime import date, timedelta
from io import BytesIO

from pypdf import PdfReader
from reportlab.pdfgen.canvas import Canvas

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import Form, freeze_time, tagged

from .common import CollectionCommon

NOW = "2026-06-10 08:00:00"


def _make_page():
    content = BytesIO()
    canvas = Canvas(content)
    canvas.drawString(100, 700, "Facture")
    canvas.save()
    return base64.b64encode(content.getvalue())


ONE_PAGE = _make_page()


class CommissaireCommon(CollectionCommon):
    """It is 10 June 2026; an invoice of 1,000.00 has been due since 10 April."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.commissaire = cls.env["res.partner"].create(
            {
                "name": "Me Anne Roussel",
                "street": "4 place Bellecour",
                "zip": "69002",
                "city": "Lyon",
                "country_id": cls.env.ref("base.fr").id,
            }
        )

    def _debt(self, amount=1000, trader="other", **values):
        """Return the case of a new debtor who owes ``amount`` since 10 April."""
        debtor = self._make_debtor(
            values.pop("name", "Les Amis du Livre"),
            collection_trader=trader,
            collection_debtor_type="business",
            **values,
        )
        self._invoice(amount, 61, debtor)
        return self._case(debtor)

    def _invoice(self, *args, **values):
        """Return an invoice that has been printed: printing is not what is tested."""
        invoice = super()._invoice(*args, **values)
        invoice.invoice_pdf_report_file = ONE_PAGE
        invoice.invalidate_recordset(["invoice_pdf_report_id"])
        return invoice

    def _start(self, case, kind):
        """Return the proceeding that the button of this way opens."""
        action = getattr(case, f"action_{kind}")()
        self.assertEqual(action["res_model"], "collection.proceeding")
        return self.env["collection.proceeding"].browse(action["res_id"])

    def _entrust(self, proceeding, with_file=False):
        proceeding.commissaire_id = self.commissaire
        if with_file:
            proceeding.action_make_commissaire_file()
        else:
            proceeding.action_ready()
        self.assertEqual(proceeding.state, "ready")
        proceeding.action_file()
        self.assertEqual(proceeding.date_filed, date(2026, 6, 10))

    def _step(self, proceeding, step, day, **values):
        """Note a step by its window, on the day it took place."""
        with self.freeze(f"{day} 08:00:00"):
            action = proceeding.with_context(commissaire_step=step).action_note_step()
            wizard = self.env[action["res_model"]].browse(action["res_id"])
            form = Form(wizard)
            for name, value in values.items():
                setattr(form, name, value)
            form.save().action_confirm()
        self.assertEqual(wizard.date, date.fromisoformat(str(day)))

    def _deadline(self, proceeding, code):
        return proceeding.deadline_ids.filtered(lambda one: one.rule_id.code == code)

    def _events(self, proceeding):
        events = self.env["collection.limitation.event"].search(
            [("case_id", "=", proceeding.case_id.id)]
        )
        return [(event.kind, event.date) for event in events]

    def _files(self, proceeding):
        """Return the last file for the commissaire: {path: content}."""
        archive = proceeding.attachment_ids.sorted("id")[-1]
        with zipfile.ZipFile(BytesIO(archive.raw)) as opened:
            return {name: opened.read(name) for name in opened.namelist()}

    def _letter(self, proceeding):
        [content] = [
            content
            for name, content in self._files(proceeding).items()
            if "instruction" in name.lower()
        ]
        pages = PdfReader(BytesIO(content)).pages
        return " ".join(" ".join(page.extract_text() for page in pages).split())


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestSmallClaims(CommissaireCommon):
    """What a commissaire de justice leads, from the draft to its end."""

    # === SMALL CLAIMS === #

    def test_small_claims_from_the_draft_to_the_title(self):
        case = self._debt()
        proceeding = self._start(case, "small_claims")
        # 1,000.00 x 12.15 % x 61 days / 365 = 20.31.
        self.assertEqual(
            (proceeding.amount_principal, proceeding.amount_interest), (1000, 20.31)
        )
        self.assertTrue(proceeding.name.startswith("PPC/2026/"))
        self._entrust(proceeding, with_file=True)
        self.assertEqual(case.state, "legal")
        self._step(proceeding, "invited", date(2026, 6, 12))
        # A month from 12 June is Sunday 12 July; the wait ends on the Monday.
        answer = self._deadline(proceeding, "debtor_answer_small_claims")
        self.assertEqual(answer.date, date(2026, 7, 13))
        self._step(proceeding, "agreed", date(2026, 6, 30))
        self.assertEqual((answer.state, answer.done_on), ("done", date(2026, 6, 30)))
        self.assertIn(("suspension", date(2026, 6, 30)), self._events(proceeding))
        suspension = self.env["collection.limitation.event"].search(
            [("case_id", "=", case.id)]
        )
        self.assertEqual(suspension.state, "proposed", "a person confirms it")
        self.assertFalse(suspension.date_end)
        self._step(proceeding, "title", date(2026, 7, 6))
        self.assertEqual(
            (proceeding.state, proceeding.date_title),
            ("enforceable", date(2026, 7, 6)),
        )
        self.assertIn(("title", date(2026, 7, 6)), self._events(proceeding))
        self.assertEqual(suspension.date_end, date(2026, 7, 6))
        # 15.00 to start and 30.00 for the title, with VAT: 18.00 + 36.00.
        self.assertEqual(proceeding.cost_ids.mapped("amount_total"), [18, 36])
        self.assertEqual(proceeding.amount_cost, 54)
        self.assertFalse(any(proceeding.cost_ids.mapped("is_recoverable")))

    def test_silence_for_a_month_is_a_refusal(self):
        proceeding = self._start(self._debt(), "small_claims")
        self._entrust(proceeding)
        self._step(proceeding, "invited", date(2026, 6, 12))
        self._step(proceeding, "silent", date(2026, 7, 14))
        self.assertEqual(
            (proceeding.state, proceeding.debtor_answer), ("refused", "silent")
        )
        self.assertNotIn("title", dict(self._events(proceeding)))
        self.assertEqual(proceeding.amount_cost, 18, "no title, no fee for it")
        # It counts as the amicable attempt of article 750-1 afterwards.
        action = proceeding.case_id.action_payment_order()
        wizard = self.env[action["res_model"]].browse(action["res_id"])
        wizard.action_confirm()
        order = proceeding.case_id.proceeding_ids - proceeding
        self.assertEqual(order.amicable_attempt, "small_claims")
        self.assertIn(proceeding.name, order.amicable_note)

    def test_above_the_ceiling_the_file_is_not_made(self):
        # 4,980.00 x 12.15 % x 61 / 365 = 101.12: 5,081.12 in all.
        proceeding = self._start(self._debt(4980), "small_claims")
        proceeding.commissaire_id = self.commissaire
        with self.assertRaisesRegex(UserError, "5,081.12"):
            proceeding.action_make_commissaire_file()
        self.assertEqual(proceeding.state, "draft")
        self.assertIn("5,000.00", proceeding.missing_note)

    def test_between_traders_the_file_is_not_made(self):
        proceeding = self._start(self._debt(trader="trader"), "small_claims")
        proceeding.commissaire_id = self.commissaire
        with self.assertRaisesRegex(UserError, "L126-1"):
            proceeding.action_make_commissaire_file()
        self.company.collection_is_trader = False
        proceeding.action_make_commissaire_file()
        self.assertEqual(proceeding.state, "ready")

    def test_what_the_data_cannot_tell_is_to_be_checked(self):
        proceeding = self._start(self._debt(trader=False), "small_claims")
        proceeding.commissaire_id = self.commissaire
        area, traders = [remark["sentence"] for remark in proceeding.remarks]
        self.assertIn("69 Rhône", area)
        self.assertIn("not known", traders)
        self.assertFalse(proceeding.missing_note, "it keeps nothing back")

    def test_what_the_file_lacks_is_said(self):
        proceeding = self._start(self._debt(street=False), "small_claims")
        codes = [missing.code for missing in proceeding._get_missing()]
        self.assertEqual(codes, ["commissaire", "address"])
        with self.assertRaisesRegex(UserError, "Postal address"):
            proceeding.action_file()

    def test_a_consumer_is_not_asked_for_the_indemnity(self):
        person = self._make_debtor("Jeanne Petit", is_company=False)
        self._invoice(500, 61, person)
        proceeding = self._start(self._case(person), "small_claims")
        self.assertEqual(proceeding.amount_total, 500)
        self.assertEqual(proceeding.amount_indemnity, 0)

    # === FILE FOR THE COMMISSAIRE === #

    def test_file_for_the_commissaire(self):
        case = self._debt(company_registry="55210055400013")
        proceeding = self._start(case, "small_claims")
        proceeding.instruction_note = "Porte au fond de la cour"
        self._entrust(proceeding, with_file=True)
        files = self._files(proceeding)
        # Identity, items and actions at least, as tables; the invoice once.
        self.assertGreaterEqual(sum(name.endswith(".csv") for name in files), 3)
        printed = base64.b64decode(ONE_PAGE)
        self.assertEqual(list(files.values()).count(printed), 1)
        letter = self._letter(proceeding)
        for words in (
            "Me Anne Roussel",
            "Les Amis du Livre",
            proceeding.name,
            proceeding.line_ids.move_id.name,
            "L125-1",
            "Porte au fond de la cour",
        ):
            self.assertIn(words, letter)

    def test_each_file_is_a_version_that_is_kept(self):
        proceeding = self._start(self._debt(), "small_claims")
        proceeding.commissaire_id = self.commissaire
        proceeding.action_make_commissaire_file()
        proceeding.action_make_commissaire_file()
        self.assertEqual(proceeding.file_version, 2)
        archives = proceeding.attachment_ids.filtered(
            lambda one: one.mimetype == "application/zip"
        )
        self.assertEqual(len(archives), 2)
        self.assertEqual(len(set(archives.mapped("name"))), 2)

    def test_what_is_claimed_is_calculated_anew_until_it_is_entrusted(self):
        proceeding = self._start(self._debt(), "small_claims")
        first = proceeding.statement_id
        with self.freeze("2026-06-20 08:00:00"):
            proceeding.action_take_new_statement()
        # 71 days: 1,000.00 x 12.15 % x 71 / 365 = 23.63.
        self.assertEqual(proceeding.amount_interest, 23.63)
        self.assertNotEqual(proceeding.statement_id, first)
        self._entrust(proceeding)
        with self.assertRaisesRegex(UserError, "stays as it was"):
            proceeding.action_take_new_statement()

    def test_steps_follow_one_another(self):
        proceeding = self._start(self._debt(), "small_claims")
        self._entrust(proceeding)
        with self.assertRaisesRegex(UserError, "not at this step"):
            proceeding._note_step("title", date(2026, 6, 12))
        with self.assertRaisesRegex(UserError, "not come yet"):
            wizard = self.env["collection.commissaire.step"].create(
                {
                    "proceeding_id": proceeding.id,
                    "step": "invited",
                    "date": date(2026, 6, 11),
                }
            )
            wizard.action_confirm()
        wizard.date = date(2026, 6, 9)
        with self.assertRaisesRegex(UserError, "is before it"):
            wizard.action_confirm()
        self.assertFalse(proceeding.date_invited)

    def test_deed_and_other_costs_of_a_step_are_kept(self):
        proceeding = self._start(self._debt(), "summons")
        self._entrust(proceeding)
        deed = self.env["ir.attachment"].create({"name": "acte.pdf", "raw": b"%PDF"})
        with self.freeze("2026-06-15 08:00:00"):
            self.env["collection.commissaire.step"].create(
                {
                    "proceeding_id": proceeding.id,
                    "step": "demand_served",
                    "name": "Demand to pay served",
                    "deed_ids": [Command.set(deed.ids)],
                    "more_cost": 10,
                }
            ).action_confirm()
        self.assertEqual(proceeding.deed_ids, deed)
        self.assertEqual(
            (deed.res_model, deed.res_id), (proceeding._name, proceeding.id)
        )
        # 25.79 + 8.80 = 34.59, VAT 6.92; and 10.00, VAT 2.00.
        self.assertEqual(proceeding.amount_cost, 41.51 + 12)

    # === UNCONTESTED CLAIMS BETWEEN TRADERS === #

    def test_uncontested_claim_from_the_draft_to_the_service(self):
        proceeding = self._start(self._debt(trader="trader"), "uncontested_claim")
        self.assertEqual(proceeding.amount_total, 1060.31, "with 40.00 per invoice")
        self.assertIn("to be checked", proceeding.remarks[0]["sentence"])
        self._entrust(proceeding)
        self._step(proceeding, "demand_served", date(2026, 6, 12))
        # A month: Sunday 12 July, so Monday the 13th. Eight days later: the 21st.
        self.assertEqual(
            self._deadline(proceeding, "uncontested_answer").date, date(2026, 7, 13)
        )
        self.assertEqual(
            self._deadline(proceeding, "uncontested_certificate").date,
            date(2026, 7, 21),
        )
        self.assertFalse(self._events(proceeding), "not settled: nothing is noted")
        self._step(proceeding, "record", date(2026, 7, 22))
        self.assertEqual(proceeding.state, "uncontested")
        self.assertFalse(proceeding.early_record_note)
        self._step(proceeding, "enforceable", date(2026, 8, 31))
        # Six months from 31 August: 28 February, a Sunday. Ours to meet: not moved.
        service = self._deadline(proceeding, "uncontested_service")
        self.assertEqual((service.date, service.state), (date(2027, 2, 28), "open"))
        self.assertIn(("title", date(2026, 8, 31)), self._events(proceeding))
        self._step(proceeding, "title_served", date(2026, 9, 15))
        self.assertEqual(service.state, "done")
        # Two services of 34.59, VAT 6.92: the claim is between 128 and 1,280.
        self.assertEqual(proceeding.amount_cost, 83.02)
        self.assertFalse(proceeding._get_steps())

    def test_a_dispute_ends_the_procedure_between_traders(self):
        proceeding = self._start(self._debt(trader="trader"), "uncontested_claim")
        self._entrust(proceeding)
        self._step(proceeding, "demand_served", date(2026, 6, 12))
        self._step(proceeding, "contested", date(2026, 7, 1))
        self.assertEqual(
            (proceeding.state, proceeding.debtor_answer), ("refused", "contested")
        )
        self.assertEqual(set(proceeding.deadline_ids.mapped("state")), {"cancelled"})

    def test_an_early_record_is_shown(self):
        proceeding = self._start(self._debt(trader="trader"), "uncontested_claim")
        self._entrust(proceeding)
        self._step(proceeding, "demand_served", date(2026, 6, 12))
        self._step(proceeding, "record", date(2026, 7, 15))
        self.assertIn("the days of the text end on", proceeding.early_record_note)

    def test_not_between_traders_the_file_is_not_made(self):
        proceeding = self._start(self._debt(), "uncontested_claim")
        proceeding.commissaire_id = self.commissaire
        with self.assertRaisesRegex(UserError, "The debtor is no trader"):
            proceeding.action_make_commissaire_file()

    # === DEMAND SERVED === #

    def test_summons_from_the_draft_to_its_end(self):
        case = self._debt()
        proceeding = self._start(case, "summons")
        self.assertEqual(proceeding.summons_days, 8)
        self._entrust(proceeding)
        self._step(proceeding, "demand_served", date(2026, 6, 15))
        self.assertEqual(proceeding.date_pay_by, date(2026, 6, 23))
        self.assertEqual(proceeding.deadline_ids.date, date(2026, 6, 23))
        self.assertFalse(self._events(proceeding), "it does not interrupt limitation")
        self.assertFalse(any(proceeding.cost_ids.mapped("is_recoverable")))
        proceeding.action_settled()
        self.assertEqual(proceeding.state, "settled")
        self.assertEqual(proceeding.deadline_ids.state, "cancelled")

    def test_summons_puts_a_consumer_in_default(self):
        person = self._make_debtor("Jeanne Petit", is_company=False)
        self._invoice(500, 61, person)
        case = self._case(person)
        proceeding = self._start(case, "summons")
        self.assertEqual(proceeding.amount_interest, 0)
        self._entrust(proceeding)
        self._step(proceeding, "demand_served", date(2026, 6, 15))
        self.assertEqual(
            case._get_default_dates(proceeding.line_ids),
            {proceeding.line_ids.id: date(2026, 6, 15)},
        )

    def test_erasure_takes_deeds_and_instructions(self):
        person = self._make_debtor("Jeanne Petit", is_company=False)
        self._invoice(500, 61, person)
        proceeding = self._start(self._case(person), "summons")
        proceeding.instruction_note = "Chez sa sœur"
        self._entrust(proceeding)
        deed = self.env["ir.attachment"].create({"name": "acte.pdf", "raw": b"%PDF"})
        proceeding._note_step("demand_served", date(2026, 6, 10), deed)
        self._pay(proceeding.line_ids.move_id)
        proceeding.action_settled()
        self.env.flush_all()
        self.env["collection.eraser"]._erase(person, "request")
        self.assertFalse(proceeding.instruction_note)
        self.assertFalse(proceeding.deed_ids.exists())

    # === MORATORIUM === #

    def _moratorium(self, name="Les Amis du Livre"):
        case = self._debt(900, name=name)
        plan = case._propose_plan(count=3, origin="phone")
        proceeding = self._start(case, "moratorium")
        self.assertEqual(proceeding.plan_id, plan)
        proceeding.commissaire_id = self.commissaire
        with self.assertRaisesRegex(UserError, "not in force"):
            proceeding.action_make_commissaire_file()
        plan.action_send()
        plan._start()
        self._entrust(proceeding, with_file=True)
        return proceeding

    def test_moratorium_has_a_cost_and_leaves_the_case_as_it_is(self):
        proceeding = self._moratorium()
        self.assertNotEqual(proceeding.case_id.state, "legal")
        # 25.00 and VAT, on the plan too.
        self.assertEqual(proceeding.amount_cost, 30)
        self.assertEqual(proceeding.plan_id.cost, 30)
        self.assertEqual(proceeding.plan_id.follower_id, self.commissaire)
        self.assertIn(proceeding.plan_id.name, self._letter(proceeding))

    def test_requirement_e37_share_of_moratoriums_that_are_kept(self):
        kept, broken = self._moratorium(), self._moratorium("Cercle des Arts")
        self._pay(kept.line_ids.move_id)
        with self.freeze("2026-06-11 03:30:00"):
            self.env["collection.balance"]._refresh_companies(self.company)
            kept.plan_id._judge_and_remind()
        broken.plan_id.action_break()
        self.assertEqual((kept.plan_id.state, kept.state), ("kept", "settled"))
        self.assertEqual(broken.state, "lapsed")
        action = self.env.ref("l10n_fr_debt_collection.collection_moratorium_action")
        self.assertEqual(action.domain, "[('kind', '=', 'moratorium')]")
        [(share, cost)] = self.env["collection.proceeding"]._read_group(
            [("kind", "=", "moratorium"), ("company_id", "=", self.company.id)],
            [],
            ["moratorium_kept_rate:avg", "amount_cost:sum"],
        )
        self.assertEqual((share, cost), (50, 60), "one of two, 30.00 each")

    def test_without_a_plan_one_is_drawn_up_first(self):
        action = self._debt().action_moratorium()
        self.assertEqual(action["res_model"], "collection.plan.make")

    def test_law_plan_missed(self):
        """Notice first; all becomes due only where the plan has the clause."""
        for has_clause in (True, False):
            with self.subTest(has_clause=has_clause):
                case = self._debt(900, name=f"Clause {has_clause}")
                plan = case._propose_plan(count=3, origin="phone")
                plan.has_acceleration = has_clause
                plan.action_send()
                plan._start()
                day = plan.first_date + timedelta(days=plan.grace_days + 1)
                with self.freeze(f"{day} 03:30:00"):
                    self.env["collection.balance"]._refresh_companies(self.company)
                    plan._judge_and_remind()
                    self.assertEqual(plan.state, "late", "no instalment was paid")
                    plan.action_note_notice()
                    self.assertTrue(plan.date_notice_end)
                day = plan.date_notice_end + timedelta(days=1)
                with self.freeze(f"{day} 03:30:00"):
                    plan._judge_and_remind()
                expected = "broken" if has_clause else "late"
                self.assertEqual(plan.state, expected)
