from datetime import date, timedelta

from odoo import fields
from odoo.tests import tagged

from .common import CollectionCommon


@tagged("post_install", "-at_install")
class TestLimitation(CollectionCommon):
    """Until when debts can be taken to court, and what starts the term anew."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.limitations = cls.env["collection.limitation"]

    def _due(self, amount, day, **values):
        return self._invoice(amount, 0, days=(30,), invoice_date=day, **values)

    def _terms(self, case=None):
        case = case or self._case()
        self.limitations._refresh(self.company)
        return self.limitations.search([("case_id", "=", case.id)])

    def _business(self, debtor_type="business"):
        case = self._case()
        case.debtor_type = debtor_type
        self.env.flush_all()
        return case

    def test_law_term_5_2_1(self):
        """The user picks the regime; until then the shortest is watched."""
        self._due(1000, date(2026, 2, 15))
        case = self._business()
        term = self._terms(case)
        # From the invoice, the earliest day known; carriage of goods: one year.
        self.assertEqual(
            (term.date_start, term.date), (date(2026, 2, 15), date(2027, 2, 15))
        )
        self.assertTrue(term.is_assumed)
        self.assertIn("Nobody has chosen", case.limitation_note)
        case.limitation_regime = "trade"
        term = self._terms(case)
        self.assertEqual(term.date, date(2031, 2, 15))
        self.assertFalse(term.is_assumed)
        case.limitation_regime = "consumer"
        self.assertEqual(self._terms(case).date, date(2028, 2, 15))

    def test_company_that_carries_no_goods(self):
        self._due(1000, date(2026, 2, 15))
        self.company.collection_limitation_regime = "trade"
        case = self._business()
        self.assertEqual(self._terms(case).regime, "trade")
        case.debtor_type = "consumer"
        self.assertEqual(self._terms(case).regime, "consumer")
        case.debtor_type = "unknown"
        self.assertEqual(self._terms(case).regime, "consumer")

    def test_law_reminder_or_lrar_does_not_reset_prescription(self):
        self._due(1000, self._day(-60))
        case = self._business()
        before = self._terms(case).date
        run = self.run_on()
        self.assertTrue(self._actions(run))
        self.env["collection.action"].create(
            {
                "case_id": case.id,
                "channel": "registered_letter",
                "date": self.today,
                "state": "done",
            }
        )
        self.assertEqual(self._terms(case).date, before)
        self.assertFalse(case.limitation_event_ids)

    def test_law_acknowledgement_is_proposed_and_confirmed_by_a_person(self):
        invoice = self._due(1000, date(2026, 2, 15))
        case = self._business()
        event = case._note_limitation_event("acknowledgement", date(2026, 8, 1))
        self.assertEqual(event.state, "proposed")
        self.assertEqual(self._terms(case).date, date(2027, 2, 15))
        event.action_confirm()
        term = self._terms(case)
        self.assertEqual((term.date, term.event_id), (date(2027, 8, 1), event))
        event.action_set_aside()
        self.assertEqual(self._terms(case).date, date(2027, 2, 15))
        self.assertTrue(invoice)

    def test_law_service_of_the_order_starts_the_term_anew(self):
        invoice = self._due(1000, date(2026, 2, 15))
        case = self._business()
        lines = self._receivables(invoice)
        case._note_limitation_event(
            "order_served", date(2026, 9, 10), lines=lines, confirmed=True
        )
        self.assertEqual(self._terms(case).date, date(2027, 9, 10))
        case._note_limitation_event("title", date(2026, 11, 12), confirmed=True)
        self.assertEqual(self._terms(case).date, date(2036, 11, 12))

    def test_an_event_is_about_its_items_only(self):
        first = self._due(1000, date(2026, 2, 15))
        second = self._due(500, date(2026, 3, 1))
        case = self._business()
        case._note_limitation_event(
            "acknowledgement",
            date(2026, 8, 1),
            lines=self._receivables(first),
            confirmed=True,
        )
        terms = {term.move_id: term.date for term in self._terms(case)}
        self.assertEqual(terms, {first: date(2027, 8, 1), second: date(2027, 3, 1)})

    def test_a_declared_claim_is_suspended(self):
        self._due(1000, date(2026, 2, 15))
        case = self._business()
        case._note_limitation_event(
            "insolvency_declaration", date(2026, 8, 1), confirmed=True
        )
        self.assertFalse(self._terms(case).date)

    def test_what_is_paid_has_no_term(self):
        invoice = self._due(1000, date(2026, 2, 15))
        case = self._business()
        self.assertTrue(self._terms(case))
        self._pay(invoice)
        self.assertFalse(self._terms(case))

    def test_alerts_at_their_distances(self):
        """One deadline a case, 180 days before; it moves with the term."""
        day = fields.Date.subtract(self.today, months=12) + timedelta(days=170)
        self._due(1000, day)
        self._due(300, self._day(-10))
        case = self._business()
        self.limitations._refresh(self.company)
        self.limitations._open_deadlines(self.company)
        deadline = case.deadline_ids
        self.assertEqual(deadline.rule_id.code, "limitation")
        self.assertEqual(deadline.date, self.today + timedelta(days=170))
        self.assertAlmostEqual(deadline.amount, 1300)
        self.env["collection.deadline"]._alert_company(self.company)
        self.assertEqual(deadline.last_alert_days, 180)
        case.limitation_regime = "trade"
        self.limitations._open_deadlines(self.company)
        self.assertEqual(deadline.state, "cancelled")

    def test_counting_costs_a_bounded_number_of_queries(self):
        for number in range(15):
            debtor = self._make_debtor(f"Client {number}")
            self._due(100, date(2026, 2, 15), partner=debtor)
            self._case(debtor)
        self.env.flush_all()
        with self.assertQueryCount(40):
            self.limitations._refresh(self.company)
        self.assertEqual(
            self.limitations.search_count([("company_id", "=", self.company.id)]), 15
        )
