import re

from odoo.exceptions import UserError
from odoo.tests import freeze_time, new_test_user, tagged
from odoo.tools import html2plaintext

from .test_small_claims import NOW, CommissaireCommon

WAYS = [
    "formal_notice",
    "moratorium",
    "small_claims",
    "uncontested_claim",
    "payment_order",
    "european_order",
    "summons",
    "handover",
]
# Whether somebody may do something is not for a screen to say.
VERDICTS = re.compile(
    r"\b(eligible|ineligible|entitled|admissible|unlawful|you may sue|illegal)\b", re.I
)


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestLegalPath(CommissaireCommon):
    """The ways there are, side by side: what the texts ask for and what is known."""

    def _choose(self, case):
        action = case.action_choose_legal_path()
        self.assertEqual(action["target"], "new")
        return self.env["collection.legal.path"].browse(action["res_id"])

    def _way(self, wizard, code):
        return wizard.way_ids.filtered(lambda way: way.code == code)

    def _conditions(self, wizard, code):
        """Return the conditions of a way: {sentence: what is known}."""
        return {
            sentence: known for known, sentence in self._way(wizard, code).conditions
        }

    def _known(self, wizard, code, part):
        """Return what is known of the one condition whose sentence holds ``part``."""
        [known] = [
            known
            for sentence, known in self._conditions(wizard, code).items()
            if part in sentence
        ]
        return known

    # === THE WAYS === #

    def test_ways_stand_side_by_side_with_what_is_at_stake(self):
        wizard = self._choose(self._debt())
        self.assertEqual(wizard.way_ids.mapped("code"), WAYS)
        # 1,000.00 x 12.15 % x 61 days / 365 = 20.31, and 40.00 for one invoice.
        self.assertEqual(
            (
                wizard.amount_principal,
                wizard.amount_interest,
                wizard.amount_indemnity,
                wizard.amount_total,
            ),
            (1000, 20.31, 40, 1060.31),
        )
        self.assertEqual((wizard.item_count, str(wizard.oldest_due)), (1, "2026-04-10"))
        for way in wizard.way_ids:
            self.assertTrue(way.conditions, way.code)
            self.assertTrue(way.legal_source, way.code)
            self.assertTrue(way.cost or way.cost_words, way.code)

    def test_law_5000_or_trader_invoice(self):
        other = self._choose(self._debt(4900))
        # 4,900.00 x 12.15 % x 61 / 365 = 99.50: 4,999.50.
        self.assertTrue(self._known(other, "small_claims", "4,999.50"))
        self.assertTrue(self._known(other, "small_claims", "by one trader to another"))
        self.assertFalse(
            self._known(other, "uncontested_claim", "by one trader to another")
        )
        above = self._choose(self._debt(4950, name="Cercle des Arts"))
        self.assertIs(self._known(above, "small_claims", "up to"), False)
        trader = self._choose(self._debt(trader="trader", name="Bois Durand"))
        self.assertIs(
            self._known(trader, "small_claims", "by one trader to another"), False
        )
        self.assertIs(
            self._known(trader, "uncontested_claim", "by one trader to another"), True
        )
        # The decree that the law waits for: neither met nor not.
        decree = [
            sentence
            for sentence, known in self._conditions(trader, "uncontested_claim").items()
            if known is None
        ]
        self.assertEqual(len(decree), 1)
        self.assertIn("Decree", decree[0])
        self.assertIn("to be checked", decree[0])

    def test_checked_parameter_is_shown_as_found(self):
        tariff = self.env["collection.legal.parameter"]._get(
            "uncontested_tariff", self.today
        )
        tariff.write({"is_to_check": False, "text_value": "Decree 2027-1 published"})
        wizard = self._choose(self._debt(trader="trader"))
        self.assertTrue(
            self._known(wizard, "uncontested_claim", "Decree 2027-1 published")
        )

    def test_trader_is_asked_for_where_the_form_does_not_tell(self):
        wizard = self._choose(self._debt(trader=False))
        part = "by one trader to another"
        self.assertIsNone(self._known(wizard, "small_claims", part))
        self.assertIsNone(self._known(wizard, "uncontested_claim", part))
        wizard.trader = "trader"
        wizard.action_refresh()
        self.assertIs(self._known(wizard, "uncontested_claim", part), True)

    def test_way_abroad_is_the_european_order(self):
        for code, is_closed in (
            ("de", False),
            ("dk", True),
            ("ch", True),
            ("fr", True),
        ):
            country = self.env.ref(f"base.{code}")
            with self.subTest(country=code):
                case = self._debt(name=f"Kunst {code}", country_id=country.id)
                known = self._conditions(self._choose(case), "european_order").values()
                self.assertIs(False in known, is_closed)

    def test_costs_come_from_the_parameters(self):
        wizard = self._choose(self._debt())
        costs = {way.code: way.cost for way in wizard.way_ids}
        # (15.00 + 30.00) x 1.2; 25.00 x 1.2.
        self.assertEqual((costs["small_claims"], costs["moratorium"]), (54, 30))
        # 25.79 + 8.80 = 34.59, with VAT 41.51; twice where two deeds are served.
        self.assertEqual((costs["summons"], costs["uncontested_claim"]), (41.51, 83.02))
        # The debtor is no trader: no commercial court, no fee.
        self.assertEqual(costs["payment_order"], 41.51)
        self.assertIn("to be checked", self._way(wizard, "small_claims").cost_words)

    def test_service_fee_depends_on_the_claim(self):
        case = self._debt()
        # A half of 25.79 = 12.895, + 8.80 = 21.70, VAT 4.34; once: 34.59, VAT 6.92;
        # twice: 51.58 + 8.80 = 60.38, VAT 12.08.
        self.assertAlmostEqual(case._get_service_cost(128), 26.04, 2)
        self.assertAlmostEqual(case._get_service_cost(1280), 41.51, 2)
        self.assertAlmostEqual(case._get_service_cost(1280.01), 72.46, 2)

    def test_law_on_screen_words(self):
        """Text, data and calculation; no verdict."""
        for trader in ("trader", "other", False):
            wizard = self._choose(self._debt(trader=trader, name=f"Debtor {trader}"))
            for way in wizard.way_ids:
                words = " ".join(
                    (
                        way.name,
                        way.summary or "",
                        html2plaintext(way.conditions_html),
                        way.cost_words or "",
                    )
                )
                self.assertNotRegex(words, VERDICTS)

    def test_what_is_known_has_an_icon_and_a_word(self):
        wizard = self._choose(self._debt(trader="trader"))
        html = self._way(wizard, "small_claims").conditions_html
        for word in ("Found", "Differs", "To be checked"):
            self.assertIn(f'title="{word}"', html)

    # === STARTING === #

    def test_way_opens_what_prepares_it(self):
        case = self._debt()
        for code in ("small_claims", "uncontested_claim", "summons"):
            action = self._way(self._choose(case), code).action_start()
            proceeding = self.env["collection.proceeding"].browse(action["res_id"])
            self.assertEqual((proceeding.kind, proceeding.state), (code, "draft"))
            self.assertTrue(proceeding.statement_id)
        plan = self._way(self._choose(case), "moratorium").action_start()
        self.assertEqual(plan["res_model"], "collection.plan.make")
        self.assertNotEqual(case.state, "legal", "preparing commits to nothing")

    def test_every_way_opens_something(self):
        self.env["collection.handover.provider"].create(
            {"partner_id": self.commissaire.id, "kind": "commissaire"}
        )
        case = self._debt()
        for way in self._choose(case).way_ids:
            with self.subTest(way=way.code):
                self.assertIn("type", way.action_start())

    def test_only_the_scenario_stops(self):
        case = self._debt()
        self._choose(case).action_mark_legal()
        self.assertEqual(case.state, "legal")
        self.assertFalse(case.proceeding_ids)

    def test_insolvency_closes_every_way_but_the_declaration(self):
        case = self._debt()
        self.env["collection.hold"].create(
            {"case_id": case.id, "name": "Judgment", "reason": "insolvency"}
        )
        self.env.flush_all()
        wizard = self._choose(case)
        for code in WAYS:
            self.assertIs(self._known(wizard, code, "nsolvency"), False, code)
        with self.assertRaisesRegex(UserError, "Declare the claim"):
            self._way(wizard, "small_claims").action_start()

    def test_struck_off_company_is_said(self):
        case = self._debt()
        case.struck_off_on = "2026-05-04"
        wizard = self._choose(case)
        self.assertIs(self._known(wizard, "payment_order", "struck off"), False)
        with self.assertRaisesRegex(UserError, "struck off"):
            self._way(wizard, "small_claims").action_start()

    def test_missing_rate_is_said_and_ways_stay(self):
        self.env["collection.legal.parameter"].search(
            [("code", "=", "ecb_main_rate"), ("date_from", "=", "2026-01-01")]
        ).unlink()
        wizard = self._choose(self._debt())
        self.assertIn("ecb_main_rate", wizard.amount_problem)
        self.assertIsNone(self._known(wizard, "small_claims", "up to"))
        self.assertEqual(len(wizard.way_ids), len(WAYS))
        with self.assertRaisesRegex(UserError, "ecb_main_rate"):
            self._way(wizard, "small_claims").action_start()

    def test_what_became_of_the_last_ones_is_shown(self):
        for name, end in (("Cercle des Arts", "settled"), ("Bois Durand", "close")):
            proceeding = self._start(self._debt(name=name), "summons")
            self._entrust(proceeding)
            getattr(proceeding, f"action_{end}")()
        given_up = self._start(self._debt(name="Quai Ouest"), "summons")
        given_up.action_cancel()
        way = self._way(self._choose(self._debt()), "summons")
        self.assertEqual((way.ended_count, way.paid_count), (2, 1))

    def test_collectors_choose_and_others_cannot(self):
        case = self._debt()
        group = "l10n_fr_debt_collection.group_collection_user"
        collector, employee = (
            new_test_user(
                self.env,
                login,
                groups=groups,
                company_id=self.company.id,
                company_ids=[(6, 0, self.company.ids)],
            )
            for login, groups in (
                ("path_collector", f"base.group_user,{group}"),
                ("path_employee", "base.group_user"),
            )
        )
        action = case.with_user(collector).action_choose_legal_path()
        wizard = self.env["collection.legal.path"].browse(action["res_id"])
        way = wizard.with_user(collector).way_ids[2]
        self.assertEqual(way.action_start()["res_model"], "collection.proceeding")
        with self.assertRaisesRegex(Exception, "not allowed"):
            case.with_user(employee).action_choose_legal_path()
