from datetime import timedelta

from dateutil.relativedelta import relativedelta
from lxml import etree

from odoo import fields
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tests import new_test_user, tagged

from .common import CollectionCommon

GROUP = "l10n_fr_debt_collection.group_collection_"
MENU = "l10n_fr_debt_collection.collection_observatory_menu"
MENU_ACTIONS = [
    "collection_kpi_action",
    "collection_kpi_baseline_action",
    "collection_efficiency_action",
    "collection_action_result_action",
    "collection_observatory_action",
    "collection_payment_fact_action",
    "collection_cash_forecast_action",
    "collection_predictive_ageing_action",
    "collection_ageing_forecast_action",
    "collection_profile_action",
    "collection_abnormal_action",
    "collection_scenario_switch_action",
    "collection_risk_history_action",
    "collection_credit_review_action",
]


class ObservatoryScreensCommon(CollectionCommon):
    """A book of three settlements: 20 days late, on time, and 10 days late before."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.collector = new_test_user(
            cls.env,
            "observatory_collector",
            groups=f"base.group_user,{GROUP}user",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )

    def setUp(self):
        super().setUp()
        self._settled(1000, due=50, paid=30)
        self._settled(3000, due=30, paid=30)
        self._settled(500, due=410, paid=400)
        self._invoice(700, late=10)
        self.case = self._case()
        self._compute()

    def _settled(self, amount, due, paid, partner=None):
        """Return an invoice due and paid so many days ago."""
        invoice = self._invoice(amount, late=due, partner=partner)
        self._register_payment(invoice, payment_date=self._day(-paid))
        return invoice

    def _compute(self):
        self._commit()
        self.env["collection.payment.fact"]._rebuild(self.company)
        self.company.collection_observatory_date = fields.Datetime.now()

    def _foresee(self, week, company=None, **amounts):
        """Store what is expected in a week, counted from the current one."""
        company = company or self.company
        monday = self.today - timedelta(days=self.today.weekday())
        week_start = monday + timedelta(weeks=week)
        return (
            self.env["collection.cash.forecast"]
            .sudo()
            .create(
                {
                    "company_id": company.id,
                    "computed_on": min(self.today, week_start),
                    "week_start": week_start,
                    "weeks_ahead": max(0, week),
                    "is_latest": week >= 0,
                    "is_first": True,
                    **{f"amount_{name}": value for name, value in amounts.items()},
                }
            )
        )

    def _dashboard(self, user=None, companies=None):
        observatory = self.env["collection.observatory"].with_context(
            allowed_company_ids=(companies or self.company).ids
        )
        return observatory.with_user(user or self.env.user).get_dashboard()

    def _count_queries(self):
        """Count those of a second look: what the user may see is in the cache then."""
        for _look in range(2):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self._dashboard()
        return self.env.cr.sql_log_count - before


@tagged("post_install", "-at_install")
class TestObservatoryOverview(ObservatoryScreensCommon):
    def test_delays_are_those_of_the_book(self):
        figures = self._dashboard()
        # (1000 x 20 + 3000 x 0) / 4000
        self.assertEqual(figures["year"]["days_late"], 5)
        self.assertEqual(figures["year"]["on_time"], 50)
        self.assertEqual(figures["year"]["count"], 2)
        self.assertEqual(figures["year"]["amount"], 4000)
        self.assertEqual(figures["year_before"]["days_late"], 10)
        self.assertEqual(figures["year_before"]["on_time"], 0)

    def test_months_end_with_the_current_one(self):
        months = {row["month"]: row for row in self._dashboard()["months"]}
        self.assertEqual(len(months), 24)
        this_month = self.today.replace(day=1)
        self.assertEqual(list(months)[-1], this_month.isoformat())
        paid = {
            self._day(-30).replace(day=1).isoformat(): 5,
            self._day(-400).replace(day=1).isoformat(): 10,
        }
        for month, row in months.items():
            self.assertEqual(row["days_late"], paid.get(month), month)

    def test_seasons_go_by_the_month_in_which_it_was_due(self):
        delays = {
            row["month"]: row["days_late"] for row in self._dashboard()["seasons"]
        }
        expected = {}
        for due, delay, amount in ((50, 20, 1000), (30, 0, 3000), (410, 10, 500)):
            month = f"{self._day(-due).month:02}"
            days, paid = expected.get(month, (0, 0))
            expected[month] = (days + delay * amount, paid + amount)
        self.assertEqual(
            delays,
            {
                f"{month:02}": days / paid if paid else None
                for month in range(1, 13)
                for days, paid in [expected.get(f"{month:02}", (0, 0))]
            },
        )

    def test_what_was_paid_long_ago_does_not_count(self):
        before = self._dashboard()
        self._settled(9000, due=900, paid=800)
        self._compute()
        after = self._dashboard()
        self.assertEqual(after["months"], before["months"])
        self.assertEqual(after["seasons"], before["seasons"])

    def test_figures_open_what_they_count(self):
        figures = self._dashboard()
        facts = self.env["collection.payment.fact"].search(
            Domain(figures["paid_domain"])
            & Domain("date_paid", ">=", figures["year_start"])
        )
        self.assertEqual(len(facts), figures["year"]["count"])
        cases = self.env["collection.case"].search(Domain(figures["open_domain"]))
        self.assertEqual(len(cases), figures["total"]["count"])
        self.assertEqual(
            sum(cases.mapped("amount_due")), figures["total"]["amount_due"]
        )

    def test_totals_and_ageing_are_those_of_the_ageing_balance(self):
        figures = self._dashboard()
        self.assertEqual(figures["total"]["amount_due"], 700)
        self.assertEqual(figures["total"]["amount_overdue"], 700)
        ageing = {row["code"]: row["amount"] for row in figures["ageing"]}
        self.assertEqual(ageing.pop("amount_1_30"), 700)
        self.assertFalse(any(ageing.values()))

    def test_debtors_are_counted_by_risk_level(self):
        other = self._make_debtor("Verrerie Aubin")
        self._invoice(200, late=5, partner=other)
        cases = self.case | self._case(other)
        cases.flush_recordset()
        for case, level, at_risk in zip(cases, ("high", "low"), (70, 2), strict=True):
            case.write({"risk_level": level, "amount_at_risk": at_risk})
        risks = {row["code"]: row for row in self._dashboard()["risks"]}
        self.assertEqual(list(risks), ["low", "high"])
        self.assertEqual((risks["high"]["count"], risks["high"]["amount"]), (1, 700))
        self.assertEqual((risks["low"]["amount"], risks["low"]["at_risk"]), (200, 2))
        self.assertEqual(self._dashboard()["total"]["amount_at_risk"], 72)

    def test_cash_of_four_weeks_adds_up_with_its_interval(self):
        self._foresee(-1, expected=10, low=5, high=15, due_then=10, received=8)
        for week in range(5):
            self._foresee(week, expected=100, low=80, high=130, due_then=90)
        figures = self._dashboard()
        expected = figures["expected"]
        self.assertEqual((expected["weeks"], expected["amount"]), (4, 400))
        # 30 a week, 12.8 of them common to all: √(4 x (30² - 12.8²) + (4 x 12.8)²)
        self.assertAlmostEqual(expected["high"] - 400, 74.6, places=1)
        self.assertAlmostEqual(400 - expected["low"], 74.6, places=1)
        past, *coming = figures["cash"]
        self.assertTrue(past["is_over"])
        self.assertEqual(past["received"], 8)
        self.assertEqual([week["is_over"] for week in coming], [False] * 5)

    def test_unusual_behaviour_shows_the_largest_with_a_link_to_all(self):
        debtors = [self._make_debtor(f"Atelier {number}") for number in range(6)]
        for number, debtor in enumerate(debtors):
            self._invoice(100 + number, late=5, partner=debtor)
        self._commit()
        cases = self.env["collection.case"]._get_for_partners(
            self.env["res.partner"].union(*debtors), self.company
        )
        cases.write({"is_abnormal": True, "abnormal_since": self.today})
        abnormal = self._dashboard()["abnormal"]
        self.assertEqual(abnormal["count"], 6)
        self.assertEqual(
            [row["amount"] for row in abnormal["rows"]], [105, 104, 103, 102, 101]
        )
        self.assertEqual(abnormal["rows"][0]["since"], self.today.isoformat())

    def test_nothing_is_shown_before_the_first_computation(self):
        self.company.collection_observatory_date = False
        figures = self._dashboard()
        self.assertFalse(figures["computed_on"])
        self.assertNotIn("total", figures)

    def test_only_managers_may_compute(self):
        self.assertFalse(self._dashboard(self.collector)["can_compute"])
        self.assertTrue(self._dashboard()["can_compute"])

    def test_who_is_no_collector_sees_nothing(self):
        employee = new_test_user(
            self.env,
            "observatory_employee",
            groups="base.group_user",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        with self.assertRaises(AccessError):
            self._dashboard(employee)

    def test_companies_do_not_mix(self):
        other = self.setup_other_company(name="Autre SARL")["company"]
        other.collection_observatory_date = fields.Datetime.now()
        self.env.user.company_ids |= other
        self._foresee(0, expected=100, low=80, high=130)
        self._foresee(0, other, expected=55, low=50, high=60)
        self.assertEqual(self._dashboard()["expected"]["amount"], 100)
        figures = self._dashboard(companies=other)
        self.assertEqual(figures["expected"]["amount"], 55)
        self.assertEqual(figures["total"]["count"], 0)
        self.assertEqual(figures["year"]["count"], 0)
        self.assertIsNone(figures["year"]["days_late"])

    def test_a_company_of_another_currency_is_left_out(self):
        dollars = self.setup_other_company(
            name="Dollar Inc", currency_id=self.env.ref("base.USD").id
        )["company"]
        self.env.user.company_ids |= dollars
        self._foresee(0, expected=100, low=80, high=130)
        self._foresee(0, dollars, expected=55, low=50, high=60)
        both = self._dashboard(companies=self.company | dollars)
        self.assertEqual(both["expected"]["amount"], 100)

    def test_queries_do_not_grow_with_the_book(self):
        self.case.is_abnormal = True
        queries = self._count_queries()
        for number in range(4):
            debtor = self._make_debtor(f"Grossiste {number}")
            self._settled(100, due=60, paid=20, partner=debtor)
            self._invoice(100, late=5, partner=debtor)
        self._compute()
        cases = self.env["collection.case"].search(
            [("company_id", "=", self.company.id)]
        )
        cases.is_abnormal = True
        self.assertEqual(self._dashboard()["abnormal"]["count"], 5)
        self.assertEqual(self._count_queries(), queries)


@tagged("post_install", "-at_install")
class TestPaymentProfile(ObservatoryScreensCommon):
    def test_charts_show_how_the_debtor_paid(self):
        profile = self.case.get_payment_profile()
        months = {row["month"]: row for row in profile["months"] if row["count"]}
        self.assertEqual(len(profile["months"]), 24)
        self.assertEqual(
            {month: row["days_late"] for month, row in months.items()},
            {
                self._day(-400).replace(day=1).isoformat(): 10,
                self._day(-30).replace(day=1).isoformat(): 5,
            },
        )
        counts = {row["to"]: row["count"] for row in profile["delays"]}
        self.assertEqual(
            counts,
            {
                -16: 0,
                -1: 0,
                0: 1,
                7: 0,
                15: 1,
                30: 1,
                60: 0,
                90: 0,
                None: 0,
            },
        )
        self.assertEqual(
            self.env["collection.payment.fact"].search_count(Domain(profile["domain"])),
            3,
        )

    def test_payments_of_others_are_left_out(self):
        other = self._make_debtor("Verrerie Aubin")
        self._settled(100, due=60, paid=20, partner=other)
        self._compute()
        before = self.case.get_payment_profile()
        self.assertEqual(sum(row["count"] for row in before["delays"]), 3)

    def test_score_over_months(self):
        month = self.today.replace(day=1)
        history = self.env["collection.risk.history"].sudo()
        history.search([("case_id", "=", self.case.id)]).unlink()
        history.create(
            [
                {
                    "case_id": self.case.id,
                    "company_id": self.company.id,
                    "month": month - relativedelta(months=age),
                    "risk_score": score,
                }
                for age, score in ((0, 70), (1, 40))
            ]
        )
        scores = self.case.get_payment_profile()["scores"]
        self.assertEqual([row["score"] for row in scores], [40, 70])
        self.assertEqual(scores[-1]["month"], month.isoformat())

    def test_a_debtor_who_never_paid(self):
        new = self._make_debtor("Nouveau client")
        self._invoice(100, late=1, partner=new)
        self._compute()
        profile = self._case(new).get_payment_profile()
        self.assertEqual({row["count"] for row in profile["months"]}, {0})
        self.assertEqual({row["days_late"] for row in profile["months"]}, {None})

    def test_collectors_of_the_company_only(self):
        self.assertTrue(self.case.with_user(self.collector).get_payment_profile())
        other = self.setup_other_company(name="Autre SARL")["company"]
        stranger = new_test_user(
            self.env,
            "observatory_stranger",
            groups=f"base.group_user,{GROUP}admin",
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )
        self.env.invalidate_all()
        with self.assertRaises(AccessError):
            self.case.with_user(stranger).get_payment_profile()

    def test_the_form_has_the_page_and_its_groups(self):
        view = self.env["collection.case"].get_view(view_type="form")
        form = etree.fromstring(view["arch"])
        [page] = form.xpath("//page[@name='profile']")
        for name in ("profile_figures", "profile_charts", "profile_credit"):
            self.assertEqual(len(page.xpath(f".//group[@name='{name}']")), 1, name)
        names = [other.get("name") for other in form.xpath("//notebook/page")]
        self.assertLess(names.index("profile"), names.index("contacts"))


@tagged("post_install", "-at_install")
class TestObservatoryMenus(ObservatoryScreensCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.efficiency = cls.env.ref(
            "l10n_fr_debt_collection.collection_efficiency_action"
        )

    def test_the_menu_leads_a_collector_to_every_screen(self):
        menu = self.env.ref(MENU).with_user(self.collector)
        self.assertEqual(
            menu.child_id.sorted("sequence").mapped("action"),
            [self.env.ref(f"l10n_fr_debt_collection.{name}") for name in MENU_ACTIONS],
        )
        visible = menu._visible_menu_ids()
        of_managers = menu.child_id.filtered("group_ids")
        self.assertEqual(of_managers.action.ids, [self.efficiency.id])
        self.assertLessEqual(
            set((menu | menu.child_id - of_managers).ids), set(visible)
        )

    def test_the_views_of_every_screen_load(self):
        for name in MENU_ACTIONS:
            action = self.env.ref(f"l10n_fr_debt_collection.{name}")
            if action.type == "ir.actions.client" or action == self.efficiency:
                continue
            model = self.env[action.res_model].with_user(self.collector)
            with self.subTest(action=name):
                for view_id, kind in action._get_action_dict()["views"]:
                    self.assertTrue(model.get_view(view_id, kind)["arch"])
