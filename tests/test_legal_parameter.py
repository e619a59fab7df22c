from datetime import date
from decimal import Decimal

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged

from .common import CollectionCommon


@tagged("post_install", "-at_install")
class TestLegalParameter(CollectionCommon):
    """The numbers of the law: dated, with their source, never guessed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.parameters = cls.env["collection.legal.parameter"]

    def test_law_fees_forms_thresholds_are_dated(self):
        """Each has a source; what was not read has to be read again on a day."""
        everything = self.parameters.search([])
        self.assertFalse(everything.filtered(lambda one: not one.legal_source))
        self.assertTrue(
            {"amount", "months", "days", "percent", "text", "half_year_rate"}
            <= set(everything.mapped("kind"))
        )
        for code in ("payment_order_fee", "service_deed_fee", "uncontested_tariff"):
            entry = everything.filtered(lambda one, code=code: one.code == code)
            self.assertTrue(entry.reread_after, code)
        self.assertTrue(
            self.parameters._get("payment_order_fee", date(2026, 11, 1)).is_to_check
        )
        self.assertEqual(
            self.parameters._get_text(
                "form_payment_order_commercial", date(2026, 11, 1)
            ),
            "12946*02",
        )

    def test_rates_of_all_half_years_are_there(self):
        for code in (
            "legal_interest_other",
            "legal_interest_individual",
            "ecb_main_rate",
        ):
            rates = self.parameters._get_rates(
                code, date(2015, 1, 1), date(2026, 12, 31)
            )
            self.assertEqual(len(rates), 24, code)
        rates = dict(
            self.parameters._get_rates(
                "legal_interest_other", date(2015, 1, 1), date(2026, 12, 31)
            )
        )
        self.assertEqual(rates[date(2023, 7, 1)], Decimal("4.22"))
        self.assertEqual(rates[date(2018, 1, 1)], Decimal("0.89"))

    def test_entry_in_force_on_a_day(self):
        months = self.parameters._get_value
        self.assertEqual(months("order_service_months", date(2026, 8, 31)), 6)
        self.assertEqual(months("order_service_months", date(2026, 9, 1)), 3)
        self.assertEqual(months("small_claims_ceiling", date(2019, 12, 31)), 4000)
        self.assertEqual(months("small_claims_ceiling", date(2020, 1, 1)), 5000)

    def test_law_rate_row_missing_is_an_error_and_never_the_last_rate(self):
        with self.assertRaisesRegex(UserError, "ecb_main_rate.*Legal parameters"):
            self.parameters._get_value("ecb_main_rate", date(2027, 1, 1))
        with self.assertRaises(UserError):
            self.parameters._get_rates(
                "ecb_main_rate", date(2026, 12, 1), date(2027, 1, 1)
            )
        self.assertEqual(
            self.parameters._get_missing_half_years(date(2027, 1, 5)),
            ["ecb_main_rate", "legal_interest_individual", "legal_interest_other"],
        )
        self.parameters.create(
            {
                "code": "ecb_main_rate",
                "name": "ECB",
                "kind": "half_year_rate",
                "value": 2.4,
                "date_from": date(2027, 1, 1),
            }
        )
        self.assertEqual(
            self.parameters._get_decimal("ecb_main_rate", date(2027, 6, 30)),
            Decimal("2.4000"),
        )

    def test_rate_of_a_half_year_begins_with_it(self):
        with self.assertRaises(ValidationError):
            self.parameters.create(
                {
                    "code": "ecb_main_rate",
                    "name": "ECB",
                    "kind": "half_year_rate",
                    "value": 2,
                    "date_from": date(2027, 2, 1),
                }
            )

    def test_what_is_in_force_today_is_found(self):
        found = self.parameters.search(
            [("code", "=", "order_service_months"), ("is_in_force", "=", True)]
        )
        self.assertEqual(len(found), 1)
        former = self.parameters._get("order_service_months", date(2026, 8, 31))
        self.assertEqual(former.date_to, date(2026, 8, 31))

    def test_administrators_are_reminded_once(self):
        user = self.env.user
        with self.freeze("2027-01-02"):
            self.parameters._remind()
            tasks = self.env["mail.activity"].search(
                [("res_model", "=", self.parameters._name), ("user_id", "=", user.id)]
            )
            # One about the rates of the half-year, one for each entry to read again.
            self.assertTrue(any("half-year" in (task.summary or "") for task in tasks))
            count = len(tasks)
            self.parameters._remind()
            again = self.env["mail.activity"].search_count(
                [("res_model", "=", self.parameters._name), ("user_id", "=", user.id)]
            )
        self.assertEqual(again, count)

    def test_administrators_change_it_and_collectors_read(self):
        user = new_test_user(
            self.env,
            "parameter_collector",
            "l10n_fr_debt_collection.group_collection_user",
            company_id=self.company.id,
        )
        entry = self.parameters._get("flat_indemnity", date(2026, 1, 1))
        self.assertEqual(entry.with_user(user).value, 40)
        with self.assertRaises(AccessError):
            entry.with_user(user).value = 41

    # === KINDS OF DEADLINE === #

    def _proceeding(self):
        self._invoice(1000, late=40)
        return self._case()._start_proceeding("payment_order")

    def test_law_order_dated_from_2026_09_01_by_rule(self):
        proceeding = self._proceeding()
        deadlines = self.env["collection.deadline"]
        before = deadlines._open_by_rule("order_service", proceeding, date(2026, 8, 31))
        self.assertEqual(before.date, date(2027, 2, 28))
        after = deadlines._open_by_rule("order_service", proceeding, date(2026, 9, 1))
        self.assertEqual(after, before, "moved, not doubled")
        self.assertEqual(after.date, date(2026, 12, 1))

    def test_waiting_periods_move_and_deadlines_to_meet_do_not(self):
        proceeding = self._proceeding()
        deadlines = self.env["collection.deadline"]
        # One month from 14 April 2027 ends on 14 May; from 1 April on 1 May, a holiday
        # and a Saturday: Monday the 3rd.
        opposition = deadlines._open_by_rule("opposition", proceeding, date(2027, 4, 1))
        self.assertEqual(opposition.date, date(2027, 5, 3))
        fee = deadlines._open_by_rule("fee_deposit", proceeding, date(2027, 4, 16))
        self.assertEqual(fee.date, date(2027, 5, 1))

    def test_debtor_overseas_or_abroad_has_longer(self):
        proceeding = self._proceeding()
        deadlines = self.env["collection.deadline"]
        self.debtor.write({"zip": "97400", "city": "Saint-Denis"})
        overseas = deadlines._open_by_rule("opposition", proceeding, date(2026, 9, 7))
        self.assertEqual(overseas.date, date(2026, 11, 9))
        self.debtor.write({"zip": "50667", "country_id": self.env.ref("base.de").id})
        abroad = deadlines._open_by_rule("opposition", proceeding, date(2026, 9, 7))
        self.assertEqual(abroad.date, date(2026, 12, 7))

    def test_alerts_of_a_kind_have_their_own_distances(self):
        proceeding = self._proceeding()
        service = self.env["collection.deadline"]._open_by_rule(
            "order_service", proceeding, self._day(-60)
        )
        service.date = self._day(14)
        self.env["collection.deadline"]._alert_company(self.company)
        self.assertEqual(service.last_alert_days, 15)

    def test_met_and_cancelled_by_rule(self):
        proceeding = self._proceeding()
        deadlines = self.env["collection.deadline"]
        deadlines._open_by_rule("fee_deposit", proceeding, self.today)
        deadlines._open_by_rule("order_service", proceeding, self.today)
        deadlines._meet_by_rule("fee_deposit", proceeding, self.today)
        deadlines._cancel_by_rule(None, proceeding)
        states = {d.rule_id.code: d.state for d in proceeding.deadline_ids}
        self.assertEqual(states, {"fee_deposit": "done", "order_service": "cancelled"})

    def test_unknown_kind_is_an_error_with_its_remedy(self):
        with self.assertRaisesRegex(UserError, "Kinds of deadline"):
            self.env["collection.deadline.rule"]._find("no_such_code", self.today)

    # === NATURAL PERSONS === #

    def test_law_natural_person_paid(self):
        """The refusal of credit goes within a day of the payment, for persons only."""
        person = self._make_debtor("Claire Aubert", is_company=False)
        shop = self._make_debtor("Boutique Aubert")
        cases = self.env["collection.case"]
        invoices = {}
        for debtor in (person, shop):
            invoices[debtor] = self._invoice(300, late=40, partner=debtor)
            debtor.with_company(self.company).credit_limit = 0.01
            cases |= self._case(debtor)
        self.env.flush_all()
        self.assertFalse(cases._release_paid_persons(self.company))
        for debtor in (person, shop):
            self._pay(invoices[debtor])
        self._commit()
        released = cases._release_paid_persons(self.company)
        self.assertEqual(released.partner_id, person)
        self.assertEqual(person.with_company(self.company).credit_limit, 0)
        self.assertEqual(shop.with_company(self.company).credit_limit, 0.01)
        self.assertTrue(
            any("lifted" in body for body in released.message_ids.mapped("body"))
        )
        self.assertEqual(released.state, "watch")
        self.assertFalse(released.active_hold_ids)
