from contextlib import contextmanager
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta
from lxml import etree

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import HttpCase, new_test_user, tagged

from .payment_common import PaymentFactsCommon

GROUP = "l10n_fr_debt_collection.group_collection_"


class CreditCommon(PaymentFactsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.setup_other_company(name="Autre SARL")["company"]
        cls.policy = cls.env["collection.credit.policy"]
        cls.company.account_use_credit_limit = True
        cls.collector, cls.manager, cls.seller = (
            new_test_user(
                cls.env,
                login,
                groups=groups,
                company_id=cls.company.id,
                company_ids=[(6, 0, (cls.company | cls.other).ids)],
            )
            for login, groups in (
                ("credit_collector", f"base.group_user,{GROUP}user"),
                ("credit_manager", f"base.group_user,{GROUP}manager"),
                (
                    "credit_seller",
                    "base.group_user,base.group_partner_manager,"
                    "account.group_account_invoice",
                ),
            )
        )

    def _buy(self, months, amount, partner=None, pay=True, **values):
        """Return an invoice on 30 days of ``months`` ago, paid on its due date."""
        day = (self.today - relativedelta(months=months)).replace(day=10)
        invoice = self._invoice(
            amount, 0, partner, days=(30,), invoice_date=day, **values
        )
        if pay:
            self._register_payment(invoice, payment_date=day + timedelta(days=30))
        return invoice

    def _buy_regularly(self, partner=None, **values):
        """Have a debtor buy for 24,000 in 12 months: four times 6,000."""
        for months in (2, 3, 4, 5):
            self._buy(months, 6000, partner, **values)

    def _propose(self, partner=None, company=None, **risk):
        """Return the case with a proposal, at low risk unless said otherwise."""
        company = company or self.company
        self._upkeep()
        case = self._case(partner, company)
        case.sudo().write({"risk_level": "low", **risk})
        self.env["collection.profile"]._refresh(company, case)
        self.policy._refresh(company, case)
        return case

    def _limit(self, company=None, partner=None):
        partner = partner or self.debtor
        return partner.with_company(company or self.company).credit_limit

    def _register(self, case, **values):
        case.sudo().registry_record_id = (
            self.env["collection.registry.record"]
            .sudo()
            .create({"siren": "732829320", **values})
        )

    def _codes(self, case):
        return [code for code, _facts in case.credit_facts]

    def _notes(self, case):
        return " ".join(case.message_ids.mapped(lambda m: str(m.body or "")))

    def _draft(self, amount=100, partner=None, **values):
        return self._invoice(amount, 0, partner, post=False, **values)

    def _count_queries(self, work):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        work()
        return self.env.cr.sql_log_count - before


@tagged("post_install", "-at_install")
class TestCreditProposal(CreditCommon):
    """What is proposed, and when it is to be reviewed."""

    def test_proposal_by_hand(self):
        self._buy_regularly()
        case = self._propose()
        # 24,000 / 12 = 2,000 a month, paid in 30 days, the busiest month thrice that:
        # a need of 6,000, 150 % of it at low risk.
        self.assertEqual(case.credit_proposed, 9000)
        self.assertEqual(case.credit_limit, 0)
        self.assertEqual(case.credit_review, "to_review")
        self.assertEqual(case.credit_advice, "extend")
        note = case.credit_note.replace("\xa0", " ").split("\n")
        self.assertEqual(
            note,
            [
                "24,000.00 € invoiced in 12 months, paid on credit of 30 days.",
                "The busiest month counts for 300 % of an average one.",
                "That is a need of 6,000.00 €.",
                "Low risk: 150 % of it.",
                "Pays on time at low risk: its term of 30 days may be extended, up to "
                "60 days.",
            ],
        )

    def test_risk_and_settings_change_the_proposal(self):
        self._buy_regularly()
        self.assertEqual(self._propose(risk_level="medium").credit_proposed, 6000)
        self.assertEqual(self._propose(risk_level="high").credit_proposed, 3000)
        self.assertEqual(self._propose(risk_level="critical").credit_proposed, 0)
        self.company.collection_credit_rate_medium = 80
        self.assertEqual(self._propose(risk_level="medium").credit_proposed, 4800)
        self.company.collection_credit_highest = 4000
        self.assertEqual(self._propose(risk_level="medium").credit_proposed, 4000)

    def test_largest_invoice_paid_has_to_fit(self):
        self._buy_regularly()
        self._buy(6, 20000)
        self.assertIn("largest", self._codes(self._propose()))

    def test_unpaid_invoice_does_not_raise_the_need(self):
        self._buy_regularly()
        self._buy(6, 90000, pay=False)
        self.assertNotIn("largest", self._codes(self._propose()))

    def test_new_customer_gets_the_starter_limit(self):
        self._invoice(300, late=-10)
        self.company.collection_credit_starter = 2500
        case = self._propose()
        self.assertEqual(case.credit_proposed, 2500)
        self.assertIn("starter", self._codes(case))

    def test_no_credit_for_the_insolvent(self):
        self._buy_regularly()
        self._register(
            self._case(),
            proceeding="receivership",
            proceeding_since=date(2026, 2, 3),
        )
        case = self._propose()
        self.assertEqual((case.credit_proposed, case.credit_advice), (0, "prepay"))
        self.assertIn("No credit: in receivership since 02/03/2026.", case.credit_note)

    def test_conciliation_is_confidential(self):
        self._buy_regularly()
        self._register(self._case(), proceeding="conciliation")
        self.assertEqual(self._propose().credit_proposed, 9000)

    def test_review_from_percent_and_amount(self):
        self._buy_regularly()
        self.debtor.credit_limit = 7500
        case = self._propose()
        self.assertEqual(case.credit_difference, 1500)
        self.assertEqual(case.credit_review, "none")
        self.company.collection_credit_review_percent = 10
        self.assertEqual(self._propose().credit_review, "to_review")
        self.company.collection_credit_review_amount = 1500
        self.assertEqual(self._propose().credit_review, "none")

    def test_amounts_are_in_company_currency(self):
        pounds = self.setup_other_currency("GBP", rates=[("2000-01-01", 2.0)])
        for months in (2, 3, 4, 5):
            self._buy(months, 12000, currency_id=pounds.id)
        self.assertEqual(self._propose().credit_proposed, 9000)

    def test_limit_of_the_debtor_shows_on_its_case(self):
        self._invoice(1000, late=10)
        case = self._propose()
        self.debtor.with_company(self.other).credit_limit = 50000
        self.debtor.credit_limit = 700
        self._commit()
        self.assertEqual(case.credit_limit, 700)
        self.assertEqual(case.credit_review, "none")
        self.debtor.with_user(self.seller).credit_limit = 20000
        self._commit()
        self.assertEqual(case.credit_limit, 20000)
        self.assertEqual(case.credit_review, "to_review")

    def test_default_limit_of_the_company_is_the_limit(self):
        self.env["ir.default"].set(
            "res.partner", "credit_limit", 1200, company_id=self.company.id
        )
        self._invoice(1000, late=10)
        case = self._propose()
        self.assertEqual(case.credit_limit, 1200)
        self.assertEqual(case.credit_review, "none")

    def test_contacts_count_for_their_company(self):
        contact = self._make_debtor(
            "Achats", parent_id=self.debtor.id, is_company=False
        )
        self._buy_regularly(contact)
        self.assertEqual(self._propose().credit_proposed, 9000)

    def test_queries_do_not_depend_on_the_number_of_cases(self):
        self._buy_regularly()
        one = self._case()
        others = self.env["res.partner"]
        for number in range(4):
            others |= self._make_debtor(f"Autre {number}")
            self._buy(2, 1000 * (number + 1), others[-1])
        self._upkeep()
        self.policy._refresh(self.company)
        for cases in (one, one | self._cases_of(others), None):
            self.env.flush_all()
            with self.assertQueryCount(2):
                self.policy._refresh(self.company, cases)

    def _cases_of(self, partners):
        return self.env["collection.case"].search([("partner_id", "in", partners.ids)])

    def test_second_pass_writes_nothing(self):
        self._buy_regularly()
        case = self._propose()
        before = self._row_version(case)
        self.policy._refresh(self.company)
        self.assertEqual(self._row_version(case), before)
        case.sudo().risk_level = "medium"
        self.policy._refresh(self.company)
        self.assertNotEqual(self._row_version(case), before)

    def _row_version(self, case):
        self.env.flush_all()
        self.env.cr.execute("SELECT ctid FROM collection_case WHERE id = %s", [case.id])
        return self.env.cr.fetchone()

    def test_settings_refuse_nonsense(self):
        with self.assertRaisesRegex(ValidationError, "Rounded to"):
            self.company.collection_credit_step = 0
        with self.assertRaisesRegex(ValidationError, "Lateness tolerated"):
            self.company.collection_credit_late_days = -1


@tagged("post_install", "-at_install")
class TestCreditReview(CreditCommon):
    """What managers decide."""

    def setUp(self):
        super().setUp()
        self._buy_regularly()
        self.case = self._propose()

    def _as(self, user, cases=None):
        companies = (self.company | self.other).ids
        cases = self.case if cases is None else cases
        return cases.with_user(user).with_context(allowed_company_ids=companies)

    def test_accepting_writes_the_limit_of_the_debtor(self):
        self._as(self.manager).action_credit_accept()
        self.assertEqual(self._limit(), 9000)
        self.assertTrue(self.debtor.with_company(self.company).use_partner_credit_limit)
        self.assertEqual(self.case.credit_limit, 9000)
        self.assertEqual(self.case.credit_difference, 0)
        self.assertEqual(self.case.credit_review, "accepted")
        self.assertEqual(self.case.credit_reviewed_by_id, self.manager)
        self.assertEqual(self.case.credit_reviewed_on, self.today)
        self.policy._refresh(self.company)
        self.assertEqual(self.case.credit_review, "accepted")

    def test_acceptance_is_noted_with_reasons(self):
        self.debtor.credit_limit = 2000
        self._commit()
        self._as(self.manager).action_credit_accept()
        notes = self._notes(self.case).replace("&nbsp;", " ")
        self.assertIn("changed from 2,000.00 € to 9,000.00 €", notes)
        self.assertIn("Low risk: 150 % of it.", notes)

    def test_limit_changes_in_the_company_of_the_case_only(self):
        self.debtor.with_company(self.other).credit_limit = 50
        for active in (self.company, self.other):
            self.debtor.with_company(self.company).credit_limit = 0
            self._commit()
            self.assertEqual(self.case.credit_review, "to_review")
            self._as(self.manager).with_company(active).action_credit_accept()
            self.assertEqual(self._limit(), 9000)
            self.assertEqual(self._limit(self.other), 50)

    def test_cases_of_two_companies_at_once(self):
        elsewhere = self._make_debtor("Chez l'autre")
        self._invoice(
            1000,
            0,
            elsewhere,
            company_id=self.other.id,
            journal_id=self.env["account.journal"]
            .search([("type", "=", "sale"), ("company_id", "=", self.other.id)])
            .ids[0],
        )
        there = self._propose(elsewhere, self.other)
        self.assertEqual(there.credit_review, "to_review")
        self._as(self.manager, self.case | there).action_credit_accept()
        self.assertEqual(self._limit(self.company), 9000)
        self.assertEqual(self._limit(self.other), 0)
        self.assertEqual(self._limit(self.other, elsewhere), 1000)
        self.assertEqual(self._limit(self.company, elsewhere), 0)

    def test_no_credit_is_a_limit_for_core(self):
        self._register(self.case, proceeding="liquidation")
        self._propose()
        self._as(self.manager).action_credit_accept()
        self.assertEqual(self._limit(), 0.01)
        self.assertEqual(self.case.credit_review, "accepted")
        self.assertIn("to no credit", self._notes(self.case))
        self.assertIn("credit limit", self._draft(1).partner_credit_warning)

    def test_refusal_holds_until_the_proposal_changes(self):
        self._as(self.manager).action_credit_refuse()
        self.assertEqual(self.case.credit_review, "refused")
        self.assertEqual(self._limit(), 0)
        self.assertIn("it stays no limit", self._notes(self.case))
        self._propose()
        self.assertEqual(self.case.credit_review, "refused")
        self._propose(risk_level="medium")
        self.assertEqual(self.case.credit_review, "to_review")

    def test_refused_limit_may_be_accepted_later(self):
        self._as(self.manager).action_credit_refuse()
        self._as(self.manager).action_credit_accept()
        self.assertEqual(self._limit(), 9000)

    def test_limit_written_by_hand_after_acceptance_is_to_review(self):
        self._as(self.manager).action_credit_accept()
        self.debtor.credit_limit = 50000
        self._commit()
        self.assertEqual(self.case.credit_review, "to_review")

    def test_collectors_read_but_do_not_decide(self):
        case = self._as(self.collector)
        self.assertEqual(case.credit_proposed, 9000)
        with self.assertRaisesRegex(AccessError, "Only managers"):
            case.action_credit_accept()
        with self.assertRaisesRegex(AccessError, self.debtor.name):
            case.action_credit_refuse()
        self.assertEqual(self._limit(), 0)

    def test_accepting_many_takes_as_many_queries_as_few(self):
        others = self.env["res.partner"]
        for number in range(9):
            others |= self._make_debtor(f"Autre {number}")
            self._invoice(100, 1, others[-1])
        self._upkeep()
        cases = self.env["collection.case"].search([("partner_id", "in", others.ids)])
        self.policy._refresh(self.company, cases)
        self.assertEqual(set(cases.mapped("credit_review")), {"to_review"})
        few = self._count_queries(cases[:3].action_credit_accept)
        many = self._count_queries(cases[3:].action_credit_accept)
        self.assertLessEqual(many, few + 2)
        self.assertEqual(set(others.mapped("credit_limit")), {1000})

    def test_buttons_are_for_managers(self):
        view = self.env.ref("l10n_fr_debt_collection.collection_case_view_list_credit")
        for user, expected in ((self.manager, 4), (self.collector, 0)):
            cases = self.env["collection.case"].with_user(user)
            arch = etree.fromstring(cases.get_view(view.id, "list")["arch"])
            buttons = arch.xpath("//button[contains(@name, 'credit')]")
            self.assertEqual(len(buttons), expected)

    def test_screen_says_where_limits_are_not_checked(self):
        policy = self.policy.with_user(self.manager)
        self.other.account_use_credit_limit = True
        self.assertEqual(policy.get_limits_off()["companies"], [])
        self.company.account_use_credit_limit = False
        off = policy.get_limits_off()
        self.assertEqual(off["companies"], [self.company.name])
        self.assertFalse(off["can_switch_on"])
        with self.assertRaisesRegex(AccessError, "Sales Credit Limit"):
            policy.action_switch_on_limits()
        self.assertTrue(self.policy.get_limits_off()["can_switch_on"])
        self.policy.action_switch_on_limits()
        self.assertTrue(self.company.account_use_credit_limit)

    def test_contact_shows_the_proposal(self):
        debtor = self.debtor.with_user(self.collector).with_company(self.company)
        self.assertEqual(debtor.collection_credit_proposed, 9000)
        self.assertEqual(debtor.collection_credit_review, "to_review")


@tagged("post_install", "-at_install")
class TestCreditWarning(CreditCommon):
    """What is said on a new invoice, in core's banner."""

    def setUp(self):
        super().setUp()
        self._invoice(1200, late=40)
        self.case = self._propose(risk_level="high")

    def _warn(self, amount=100, partner=None, **values):
        invoice = self._draft(amount, partner, **values)
        return (invoice.partner_credit_warning or "").replace("\xa0", " ")

    @contextmanager
    def _risk(self, **values):
        self.case.sudo().write(values)
        self.env.invalidate_all()
        yield

    def test_risky_debtor(self):
        since = self._day(-40).strftime("%m/%d/%Y")
        self.assertEqual(
            self._warn(),
            "Menuiserie Garcin is a debtor at high risk.\n"
            f"Overdue: 1,200.00 €, since {since}.\n"
            "Advice: payment before delivery.",
        )

    def test_good_debtor_and_unknown_customer(self):
        with self._risk(risk_level="medium"):
            self.assertEqual(self._warn(), "")
        self.assertEqual(self._warn(partner=self._make_debtor("Nouveau")), "")

    def test_level_is_a_setting(self):
        self.company.collection_credit_warning_level = "critical"
        self.assertEqual(self._warn(), "")
        self.company.collection_credit_warning_level = "medium"
        self.assertIn("high risk", self._warn())
        self.company.collection_credit_warning_level = "never"
        self.assertEqual(self._warn(), "")

    def test_nothing_while_core_does_not_check_limits(self):
        self.company.account_use_credit_limit = False
        self.assertEqual(self._warn(), "")

    def test_proceedings_in_plain_words(self):
        self._register(
            self.case, proceeding="receivership", proceeding_since=date(2026, 2, 3)
        )
        self._propose(risk_level="critical")
        self.assertIn(
            "Official announcements: in receivership since 02/03/2026.", self._warn()
        )

    def test_confidential_conciliation_is_not_told(self):
        self._register(self.case, proceeding="conciliation")
        self._propose(risk_level="critical")
        self.assertNotIn("announcements", self._warn())

    def test_comes_below_the_limit_of_core(self):
        self.debtor.credit_limit = 1000
        lines = self._warn(250).split("\n")
        self.assertIn("has reached its credit limit of: 1,000.00 €", lines[0])
        self.assertIn("(including this document): 1,450.00 €", lines[1])
        self.assertIn("high risk", lines[2])

    def test_contact_stands_for_its_company(self):
        contact = self._make_debtor(
            "Achats", parent_id=self.debtor.id, is_company=False
        )
        self.assertIn(
            "Menuiserie Garcin is a debtor at high risk", self._warn(100, contact)
        )

    def test_seller_without_access_to_cases_sees_it(self):
        invoice = self._draft().with_user(self.seller)
        with self.assertRaises(AccessError):
            self.case.with_user(self.seller).read(["risk_score"])
        self.case.sudo().risk_score = 77
        self.env.invalidate_all()
        self.assertIn("high risk", invoice.partner_credit_warning)
        self.assertNotIn("77", invoice.partner_credit_warning)
        alerts = invoice.alerts
        self.assertIn("high risk", alerts["account_partner_credit_warning"]["message"])

    def test_risk_in_one_company_says_nothing_in_another(self):
        self.other.account_use_credit_limit = True
        journal = self.env["account.journal"].search(
            [("type", "=", "sale"), ("company_id", "=", self.other.id)], limit=1
        )
        there = self._draft(company_id=self.other.id, journal_id=journal.id)
        self.assertFalse(there.partner_credit_warning)
        companies = (self.other | self.company).ids
        here = self._draft().with_context(allowed_company_ids=companies)
        self.assertEqual(here.env.company, self.other)
        self.assertIn("high risk", here.partner_credit_warning)

    def test_limit_is_that_of_the_company_of_the_document(self):
        """Complaint 36: the limit of the active company was taken."""
        companies = (self.other | self.company).ids
        invoice = self._draft(1000).with_context(allowed_company_ids=companies)
        self.debtor.with_company(self.other).credit_limit = 10
        self.assertNotIn("credit limit", invoice.partner_credit_warning)
        self.debtor.with_company(self.other).credit_limit = 0
        self.debtor.with_company(self.company).credit_limit = 2000
        invoice.invalidate_recordset()
        self.assertIn("credit limit of: 2,000.00", invoice.partner_credit_warning)

    def test_foreign_currency_against_the_limit(self):
        """Complaint 37: 2 GBP are 1 EUR, the limit and the debt are in EUR."""
        pounds = self.setup_other_currency("GBP", rates=[("2000-01-01", 2.0)])
        self.debtor.credit_limit = 2000
        warning = self._warn(1500, currency_id=pounds.id)
        self.assertNotIn("credit limit", warning)
        warning = self._warn(2000, currency_id=pounds.id)
        self.assertIn("(including this document): 2,200.00 €", warning)
        debtor = self._make_debtor("En livres")
        self._invoice(3000, 10, debtor, currency_id=pounds.id)
        self._propose(debtor, risk_level="high")
        self.assertIn("Overdue: 1,500.00 €", self._warn(partner=debtor))

    def test_credits_are_deducted(self):
        self._credit_note(1200)
        self._commit()
        warning = self._warn()
        self.assertIn("high risk", warning)
        self.assertNotIn("Overdue", warning)

    def test_one_query(self):
        invoice = self._draft()
        build = self.env["account.move"]._build_risk_warning
        build(invoice)
        self.env.flush_all()
        before = self.env.cr.sql_log_count
        self.assertIn("high risk", build(invoice))
        self.assertEqual(self.env.cr.sql_log_count - before, 1)


@tagged("post_install", "-at_install")
class TestCreditTour(CreditCommon, HttpCase):
    """The credit review, in a browser."""

    def test_switch_limits_on_and_accept_one(self):
        self.company.account_use_credit_limit = False
        self.debtor.name = "Tour Debtor"
        self._invoice(300, late=10)
        self._propose()
        self.start_tour(
            "/odoo/collection-credit",
            "collection_credit_tour",
            login=self.env.user.login,
        )
        self.assertTrue(self.company.account_use_credit_limit)
        self.assertEqual(self._limit(), 1000)
