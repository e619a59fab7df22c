from datetime import timedelta

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, new_test_user, tagged

from .common import CollectionCommon


class SegmentCommon(CollectionCommon):
    """No shipped segments: only those that a test makes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["collection.segment"].search([]).active = False
        cls.firm = cls._make_scenario("Firm", [(2, "email")])
        cls.soft = cls._make_scenario("Soft", [(20, "email")])

    def _segment(self, name, domain, sequence, scenario=None, **values):
        return self.env["collection.segment"].create(
            {
                "name": name,
                "domain": repr(domain),
                "sequence": sequence,
                "scenario_id": (scenario or self.firm).id,
                "company_id": self.company.id,
                **values,
            }
        )

    def _debtors(self, *amounts, late=20):
        """Return the cases of new debtors that owe these amounts."""
        cases = self.env["collection.case"]
        for number, amount in enumerate(amounts):
            partner = self._make_debtor(f"Debtor{number} {amount}")
            self._invoice(amount, late, partner)
            cases |= self._case(partner)
        cases._refresh_debtor_types()
        return cases

    def _assign(self):
        return self.env["collection.segment"]._assign(self.company)

    def _notes(self, case):
        return [
            message.body
            for message in case.message_ids
            if "→" in message.body and "Segment" in message.body
        ]


@tagged("post_install", "-at_install")
class TestDomainWords(SegmentCommon):
    """A domain is said in words."""

    def setUp(self):
        super().setUp()
        self.words = self.env["collection.domain.words"]
        self.case = self._debtors(1200)

    def _describe(self, *domain):
        return self.words._describe(list(domain), "collection.case")

    def _explain(self, *domain):
        return self.words._explain(list(domain), self.case)[self.case.id]

    def _say_french(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.words = self.words.with_context(lang="fr_FR")
        self.case = self.case.with_context(lang="fr_FR")

    def test_amounts_have_their_currency_and_own_value(self):
        self.assertEqual(
            self._explain(("amount_due", ">=", 1000)),
            "Balance ≥ 1,000.00 € (here 1,200.00 €)".replace(" €", "\N{NBSP}€"),
        )

    def test_same_in_french(self):
        self._say_french()
        text = self._explain(("amount_due", ">=", 1000))
        self.assertIn("1", text)
        self.assertRegex(text, r"≥ 1.000,00\s€ \(ici\s: 1.200,00\s€\)")

    def test_equality_does_not_repeat_the_value(self):
        self.assertEqual(
            self._explain(("debtor_type", "=", "business")), "Debtor Type is Business"
        )

    def test_lists_give_the_own_value(self):
        self.assertEqual(
            self._explain(("debtor_type", "in", ("public", "business"))),
            "Debtor Type is Public body or Business (here Business)",
        )

    def test_paths_are_named_step_by_step(self):
        tag = self.env["res.partner.category"].create({"name": "Chain"})
        self.debtor.category_id = tag
        self.case.partner_id.category_id = tag
        self.assertEqual(
            self._explain(("partner_id.category_id", "in", [tag.id])),
            "Debtor › Tags is Chain",
        )
        self.assertIn(
            "(here France)",
            self._explain(("partner_id.country_id.name", "ilike", "fra")).replace(
                "“France”", "France"
            ),
        )

    def test_only_the_alternatives_that_hold_are_said(self):
        text = self._explain(
            "|",
            ("partner_id.category_id", "in", [99999]),
            "&",
            ("debtor_type", "=", "business"),
            ("amount_due", ">", 500),
        )
        self.assertNotIn("Tags", text)
        self.assertIn("Debtor Type is Business and Balance >", text)

    def test_empty_and_named_values_together(self):
        france = self.env.ref("base.fr").id
        self.assertEqual(
            self._explain(("partner_id.country_id", "not in", [False, france])),
            "Debtor › Country is not empty or France (here France)",
        )

    def test_nested_conditions_keep_their_brackets(self):
        text = self._describe(
            "&",
            ("debtor_type", "=", "business"),
            "|",
            ("amount_due", ">", 5),
            "!",
            ("partner_id.name", "ilike", "x"),
        )
        self.assertEqual(
            text,
            "Debtor Type is Business and (Balance > 5.00\N{NBSP}€ or "
            "not (Debtor › Name contains “x”))",
        )

    def test_relative_and_fixed_days(self):
        self.assertEqual(
            self._describe(("overdue_since", "<", "today -90d")),
            "Overdue Since before today − 90 days",
        )
        self.assertEqual(
            self._describe(("overdue_since", ">=", "2026-01-31")),
            "Overdue Since on or after 01/31/2026",
        )
        self.assertEqual(
            self._describe(("overdue_since", "=", False)), "Overdue Since is not set"
        )

    def test_every_operator_has_words(self):
        values = {
            "partner_id.name": "x",
            "partner_id": 1,
            "amount_due": 5,
            "overdue_since": "today",
            "is_unreachable": True,
        }
        operators = {
            "partner_id.name": "= != in like ilike =like =ilike =? <> not\N{NBSP}like",
            "partner_id": "= != child_of parent_of in not\N{NBSP}in any not\N{NBSP}any",
            "amount_due": "= != < > <= >=",
            "overdue_since": "= != < > <= >=",
            "is_unreachable": "= !=",
        }
        for name, text in operators.items():
            for operator in text.replace("\N{NBSP}", "_").split():
                operator = operator.replace("_", " ") if "not" in operator else operator
                value = values[name]
                if operator in ("in", "not in"):
                    value = [value]
                elif operator.endswith("any"):
                    value = [("name", "=", "x")]
                with self.subTest(field=name, operator=operator):
                    words = self._describe((name, operator, value))
                    self.assertNotIn(f"{name} {operator}", words)
                    self.assertTrue(self._explain((name, operator, value)))

    def test_what_cannot_be_said_is_shown_as_written(self):
        self.assertEqual(self._describe(("nothing", "=", 3)), "nothing = 3")
        self.assertEqual(
            self._explain(("partner_id.nothing", "=", 3)), "partner_id.nothing = 3"
        )
        self.assertEqual(
            self._describe(("overdue_since", "<", "whenever")),
            "overdue_since < 'whenever'",
        )

    def test_no_condition_at_all(self):
        self.assertEqual(self._describe(), "all of them")


@tagged("post_install", "-at_install")
class TestScenarioReason(SegmentCommon):
    """A case says why it goes through its scenario."""

    def test_segment_its_rank_and_the_value_of_the_case(self):
        self._segment("Public bodies", [("debtor_type", "=", "public")], 1)
        self._segment("Key accounts", [("amount_due", ">=", 1000)], 2)
        [case] = self._debtors(1200)
        case._review()
        self.assertEqual(
            case.scenario_reason,
            "Segment “Key accounts” (no. 2 in the order): Balance ≥ "
            "1,000.00\N{NBSP}€ (here 1,200.00\N{NBSP}€). "
            "Earlier in the order, but not fitting: “Public bodies”.",
        )

    def test_same_in_french(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self._segment("Key accounts", [("amount_due", ">=", 1000)], 2)
        [case] = self._debtors(1200)
        case._review()
        reason = case.with_context(lang="fr_FR").scenario_reason
        self.assertRegex(reason, r"^Segment «\sKey accounts\s» \(n°\s1 dans l’ordre\)")
        self.assertRegex(reason, r"ici\s: 1.200,00\s€")

    def test_choice_by_hand_tells_who_and_until_when(self):
        segment = self._segment("All", [], 1, self.soft)
        [case] = self._debtors(1200)
        case._review()
        self._commit()
        case.scenario_id = self.firm
        self._commit()
        self.assertIn(f"by {self.env.user.name} on", case.scenario_reason)
        self.assertIn("stays until it is released", case.scenario_reason)
        self.assertIn("Its segment “All” would give “Soft”", case.scenario_reason)
        self.assertEqual(case.segment_id, segment)

    def test_default_and_none_tell_the_remedy(self):
        self._segment("Large ones", [("amount_due", ">", 90000)], 1)
        [case] = self._debtors(1200)
        case._review()
        self.assertIn("none of the segments (1)", case.scenario_reason)
        self.company.collection_scenario_id = False
        self.assertEqual(case.scenario_source, "none")
        self.assertIn("in the settings", case.scenario_reason)

    def test_case_that_no_longer_fits_says_so(self):
        segment = self._segment("Key accounts", [("amount_due", ">=", 1000)], 2)
        [case] = self._debtors(1200)
        case._review()
        segment.domain = "[('amount_due', '>=', 5000)]"
        case.invalidate_recordset()
        self.assertIn("no longer fits", case.scenario_reason)

    def test_number_of_queries_does_not_depend_on_the_number_of_cases(self):
        tags = self.env["res.partner.category"].create(
            [{"name": "Chain"}, {"name": "Shop"}]
        )
        self._segment(
            "Key",
            [
                "|",
                ("partner_id.category_id", "in", tags.ids),
                "&",
                ("partner_id.country_id.code", "=", "FR"),
                ("amount_due", ">=", 1000),
            ],
            2,
        )
        cases = self._debtors(*range(1000, 1020))
        cases.partner_id.category_id = tags
        cases._review()
        counts = []
        for group in (cases[:1], cases[1:2], cases):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.assertTrue(all(group.mapped("scenario_reason")))
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[1], counts[2])


@tagged("post_install", "-at_install")
class TestAssignment(SegmentCommon):
    """Cases find their segment: the first one they fit."""

    def test_order_decides(self):
        large = self._segment("Large", [("amount_due", ">=", 5000)], 1)
        other = self._segment("Other", [("amount_due", ">=", 1000)], 2, self.soft)
        big, middle, small = self._debtors(9000, 2000, 100)
        self._assign()
        self.assertEqual((big | middle).mapped("segment_id"), large | other)
        self.assertEqual(big.scenario_id, self.firm)
        self.assertEqual(middle.scenario_id, self.soft)
        self.assertFalse(small.segment_id)
        self.assertEqual(small.scenario_id, self.scenario)
        large.sequence = 3
        self._assign()
        self.assertEqual(big.segment_id, other)
        self.assertEqual(big.scenario_id, self.soft)

    def test_what_is_written_is_what_the_orm_computes(self):
        self._segment("Large", [("amount_due", ">=", 5000)], 1)
        cases = self._debtors(9000, 100)
        cases[0].scenario_id = self.soft
        self._assign()
        self.env.flush_all()
        self.env.invalidate_all()
        stored = cases.mapped("scenario_id.id")
        self.env.add_to_compute(cases._fields["scenario_id"], cases)
        self.assertEqual(cases.mapped("scenario_id.id"), stored)

    def test_choice_by_hand_sticks_and_is_released(self):
        segment = self._segment("Large", [("amount_due", ">=", 5000)], 1)
        [case] = self._debtors(9000)
        case.scenario_id = self.soft
        self._assign()
        self.assertEqual(case.segment_id, segment)
        self.assertEqual(case.scenario_id, self.soft)
        case.action_release_scenario()
        self.assertEqual(case.scenario_id, self.firm)

    def test_archived_cases_keep_what_they_have(self):
        [case] = self._debtors(9000)
        case.active = False
        self._segment("All", [], 1)
        self._assign()
        self.assertFalse(case.segment_id)

    def test_other_company_is_not_touched_and_shares_what_is_for_all(self):
        other = self.setup_other_company(name="Autre SARL")["company"]
        own = self._segment("Own", [("amount_due", ">=", 5000)], 1)
        shared_scenario = self._make_scenario(
            "Shared", [(2, "email")], company_id=False
        )
        shared = self._segment("All", [], 2, shared_scenario, company_id=False)
        [case] = self._debtors(9000)
        partner = self._make_debtor("Ailleurs")
        # Cases are made by the ledger only; here the figures do not matter.
        there = (
            self.env["collection.case"]
            .sudo()
            .create(
                {"partner_id": partner.id, "company_id": other.id, "amount_due": 9000}
            )
        )
        self._assign()
        self.assertEqual(case.segment_id, own)
        self.assertFalse(there.segment_id)
        self.env["collection.segment"]._assign(other)
        self.assertEqual(there.segment_id, shared)
        self.assertEqual(there.scenario_id, shared_scenario)
        self.assertEqual(case.segment_id, own)

    def test_only_the_given_cases(self):
        segment = self._segment("All", [], 1)
        first, second = self._debtors(9000, 8000)
        moved = self.env["collection.segment"]._assign(self.company, first)
        self.assertEqual(moved, first)
        self.assertEqual(first.segment_id, segment)
        self.assertFalse(second.segment_id)

    def test_move_is_noted_with_its_reason_but_not_the_first_segment(self):
        large = self._segment("Large", [("amount_due", ">=", 5000)], 1)
        self._segment("Other", [], 2, self.soft)
        [case] = self._debtors(9000)
        self._assign()
        self.assertFalse(self._notes(case))
        large.domain = "[('amount_due', '>=', 50000)]"
        self._assign()
        [note] = self._notes(case)
        for words in ("Large → Other", "Firm → Soft", "“Other”"):
            self.assertIn(words, note)

    def test_move_that_keeps_the_scenario_is_not_noted(self):
        large = self._segment("Large", [("amount_due", ">=", 5000)], 1)
        self._segment("Other", [], 2)
        [case] = self._debtors(9000)
        self._assign()
        large.active = False
        self._assign()
        self.assertEqual(case.segment_id.name, "Other")
        self.assertFalse(self._notes(case))

    def test_today_is_the_company_s(self):
        segment = self._segment(
            "Old",
            [("overdue_since", "<=", "today -20d"), ("overdue_since", "!=", False)],
            1,
        )
        [case] = self._debtors(1000, late=20)
        self._assign()
        self.assertEqual(case.segment_id, segment)

    def test_condition_that_broke_names_its_segment(self):
        segment = self._segment("Broken", [("amount_due", ">", 0)], 1)
        self.env.cr.execute(
            "UPDATE collection_segment SET domain = %s WHERE id = %s",
            ["[('gone', '=', 1)]", segment.id],
        )
        segment.invalidate_recordset()
        with self.assertRaisesRegex(UserError, "Broken"):
            self._assign()

    def test_number_of_queries_does_not_depend_on_cases_or_segments(self):
        for number in range(3):
            self._segment(f"S{number}", [("amount_due", ">", 10000 + number)], number)
        cases = self._debtors(*range(1000, 1020))

        def count(group):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.env["collection.segment"]._assign(self.company, group)
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        count(cases)
        one, twenty = count(cases[:1]), count(cases)
        self.assertEqual(one, twenty)
        for number in range(10):
            self._segment(f"T{number}", [("amount_due", ">", 20000 + number)], number)
        self.assertEqual(count(cases), twenty)

    def test_collectors_cannot_change_segments_admins_can(self):
        segment = self._segment("All", [], 1)
        collector, admin = (
            new_test_user(
                self.env,
                f"segments_{role}",
                groups="base.group_user,"
                f"l10n_fr_debt_collection.group_collection_{role}",
                company_id=self.company.id,
                company_ids=[Command.set(self.company.ids)],
            )
            for role in ("user", "admin")
        )
        for action in (
            lambda: segment.with_user(collector).write({"name": "Mine"}),
            lambda: segment.with_user(collector).action_preview(),
            lambda: segment.with_user(collector).action_suggest(),
        ):
            with self.assertRaises(AccessError):
                action()
        segment.with_user(admin).name = "Everybody"
        self.assertEqual(segment.name, "Everybody")
        self.assertTrue(segment.with_user(admin).action_preview()["res_id"])

    def test_figures_of_a_segment(self):
        segment = self._segment("Large", [("amount_due", ">=", 1000)], 1)
        self._debtors(9000, 2000, 100)
        self._assign()
        self.assertEqual(segment.case_count, 2)
        self.assertEqual(segment.amount_overdue, 11000)
        self.assertIn("Balance ≥", segment.condition)


@tagged("post_install", "-at_install")
class TestSegmentPreview(SegmentCommon):
    """What a change would move is shown before it is made."""

    def setUp(self):
        super().setUp()
        self.large = self._segment("Large", [("amount_due", ">=", 5000)], 10)
        self.other = self._segment("Other", [("amount_due", ">=", 1000)], 20, self.soft)
        self.cases = self._debtors(9000, 8000, 6000, 2000, 100)
        self.big, self.held, self.middle, self.small, self.tiny = self.cases
        self.held.scenario_id = self.scenario
        self._assign()

    def _preview(self, action):
        return self.env["collection.segment.preview"].browse(action["res_id"])

    def _rows(self, preview):
        return {
            (line.old_name, line.name): (
                line.case_count,
                line.manual_count,
                line.amount_overdue,
            )
            for line in preview.line_ids
        }

    def test_counts_are_what_applying_does(self):
        preview = self._preview(self.large.action_preview())
        self.assertFalse(preview.line_ids)
        preview.domain = "[('amount_due', '>=', 8500)]"
        self.assertFalse(preview.is_current)
        preview.action_preview()
        self.assertEqual(self._rows(preview), {("Large", "Other"): (2, 1, 14000)})
        self.assertEqual((preview.case_count, preview.scenario_count), (2, 1))
        self.assertEqual(self.large.domain, "[('amount_due', '>=', 5000)]")
        self.assertEqual(self.middle.segment_id, self.large)
        opened = preview.line_ids.action_open_cases()
        self.assertEqual(
            self.env["collection.case"].search(opened["domain"]),
            self.held | self.middle,
        )

        before = {case: (case.segment_id, case.scenario_id) for case in self.cases}
        preview.action_apply()
        changed = self.cases.filtered(lambda case: case.segment_id != before[case][0])
        self.assertEqual(changed, self.held | self.middle)
        self.assertEqual(self.middle.scenario_id, self.soft)
        self.assertEqual(self.held.scenario_id, self.scenario)
        self.assertTrue(self.middle.review_pending)
        with self.assertRaises(UserError):
            preview.action_apply()

    def test_new_segment_that_is_not_there_yet(self):
        preview = self._preview(self.env["collection.segment"].action_preview())
        preview.write(
            {
                "name": "Tiny",
                "domain": "[('amount_due', '<', 500)]",
                "scenario_id": self.firm.id,
                "sequence": 5,
            }
        )
        preview.action_preview()
        self.assertEqual(self._rows(preview), {("No segment", "Tiny"): (1, 0, 100)})
        opened = preview.line_ids.action_open_cases()
        self.assertEqual(
            self.env["collection.case"].search(opened["domain"]), self.tiny
        )
        self.assertFalse(self.env["collection.segment"].search([("name", "=", "Tiny")]))
        preview.action_apply()
        self.assertEqual(self.tiny.segment_id.name, "Tiny")
        self.assertEqual(self.tiny.segment_id.company_id, self.company)
        self.assertEqual(self.tiny.scenario_id, self.firm)

    def test_new_order_and_segment_out_of_use(self):
        preview = self._preview(self.large.action_preview())
        preview.sequence = 30
        preview.action_preview()
        self.assertEqual(self._rows(preview), {("Large", "Other"): (3, 1, 23000)})
        preview.write({"sequence": 10, "active": False})
        preview.action_preview()
        self.assertEqual(self._rows(preview), {("Large", "Other"): (3, 1, 23000)})
        preview.action_apply()
        self.assertFalse(self.large.active)
        self.assertEqual(self.big.segment_id, self.other)

    def test_new_scenario_of_a_segment(self):
        preview = self._preview(self.large.action_preview())
        preview.scenario_id = self.soft
        preview.action_preview()
        self.assertEqual(self._rows(preview), {("Large", "Large"): (3, 1, 23000)})
        preview.action_apply()
        self.assertEqual(self.big.scenario_id, self.soft)
        self.assertEqual(self.held.scenario_id, self.scenario)

    def test_draft_that_changed_is_looked_at_before_it_is_applied(self):
        preview = self._preview(self.large.action_preview())
        preview.domain = "[('amount_due', '>=', 8500)]"
        with self.assertRaisesRegex(UserError, "has changed"):
            preview.action_apply()
        with self.assertRaisesRegex(ValidationError, "cannot be read"):
            preview.domain = "[('nothing', '=', 1)]"

    def test_form_takes_the_values_of_the_chosen_segment(self):
        preview = self._preview(self.env["collection.segment"].action_preview())
        with Form(preview) as form:
            form.segment_id = self.other
            self.assertEqual(form.name, "Other")
            self.assertEqual(form.scenario_id, self.soft)

    def test_try_opens_all_that_fit(self):
        domain = self.other.action_try()["domain"]
        found = self.env["collection.case"].search(domain) & self.cases
        self.assertEqual(found, self.cases - self.tiny)


@tagged("post_install", "-at_install")
class TestSegmentSuggestion(SegmentCommon):
    """A company that starts is proposed its segments."""

    def _suggest(self):
        action = self.env["collection.segment"].action_suggest()
        return self.env["collection.segment.suggestion"].browse(action["res_id"])

    def _line(self, suggestion, name):
        return suggestion.line_ids.filtered(lambda line: line.name == name)

    def test_key_accounts_are_the_fewest_that_make_four_fifths(self):
        # 40,000 + 25,430 + 14,570 are the fewest to reach 80,000 of 100,000.
        self._debtors(40000, 25430, 14570, 9000, 6000, 4000, 990, 10)
        line = self._line(self._suggest(), "Key accounts")
        self.assertEqual(line.case_count, 3)
        self.assertEqual(line.amount_due, 80000)
        self.assertEqual(line.amount_overdue, 80000)
        self.assertEqual(line.days_late, 20)
        self.assertIn("('amount_due', '>=', 14000", line.domain)
        self.assertIn("3 of 8 businesses owe 80 %", line.reason)
        key = self.env.ref("l10n_fr_debt_collection.scenario_key_account")
        self.assertEqual(line.scenario_id, key)

    def test_equal_debtors_have_no_key_account(self):
        self._debtors(*[1000] * 5)
        self.assertFalse(self._line(self._suggest(), "Key accounts"))

    def test_only_what_holds_debtors_with_figures(self):
        town = self._make_debtor("Ville de Lyon", company_registry="21690123100011")
        person = self._make_debtor("Paul Martin", is_company=False)
        abroad = self._make_debtor("Lampen", country_id=self.env.ref("base.de").id)
        for partner, amount, late in (
            (town, 500, 10),
            (person, 30, 10),
            (abroad, 700, 100),
        ):
            self._invoice(amount, late, partner)
            self._case(partner)._refresh_debtor_types()
        self._debtors(20)
        suggestion = self._suggest()
        figures = {
            line.name: (line.case_count, line.amount_due)
            for line in suggestion.line_ids
        }
        expected = {
            "Public bodies": (1, 500),
            "Consumers": (1, 30),
            "Small balances": (1, 20),
            "Old debts": (1, 700),
            "Foreign debtors": (1, 700),
        }
        self.assertEqual({name: figures.get(name) for name in expected}, expected)
        self.assertNotIn("High risk", figures)
        self.assertEqual(self._line(suggestion, "Old debts").days_late, 100)
        names = suggestion.line_ids.mapped("name")
        self.assertLess(names.index("Public bodies"), names.index("Old debts"))

    def test_chosen_ones_are_created_last_and_never_twice(self):
        first = self._segment("Mine", [("amount_due", ">", 10**6)], 50)
        self._segment("Public", [("debtor_type", "=", "public")], 60)
        town = self._make_debtor("Ville de Lyon", company_registry="21690123100011")
        self._invoice(500, 10, town)
        self._debtors(20, 30)
        self._invoice(700, 100)
        suggestion = self._suggest()
        self.assertFalse(self._line(suggestion, "Public bodies"))
        suggestion.line_ids.is_chosen = False
        with self.assertRaises(UserError):
            suggestion.action_create()
        small = self._line(suggestion, "Small balances")
        small.is_chosen = True
        action = suggestion.action_create()
        segment = self.env["collection.segment"].search(
            [("name", "=", "Small balances"), ("company_id", "=", self.company.id)]
        )
        self.assertEqual(len(segment), 1)
        self.assertGreater(segment.sequence, 60)
        self.assertGreater(segment.sequence, first.sequence)
        suggestion.action_create()
        self.assertFalse(self._line(self._suggest(), "Small balances"))
        self.assertEqual(
            self.env["collection.segment"].search_count(
                [("name", "=", "Small balances"), ("company_id", "=", self.company.id)]
            ),
            1,
        )
        preview = self.env["collection.segment.preview"].browse(action["res_id"])
        self.assertEqual(
            preview.line_ids.filtered(
                lambda line: line.segment_id == segment
            ).case_count,
            2,
        )
        preview.action_apply()
        self.assertEqual(segment.case_count, 2)

    def test_names_are_in_the_language_of_the_user(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self._debtors(20)
        segments = self.env["collection.segment"].with_context(lang="fr_FR")
        action = segments.action_suggest()
        names = (
            self.env["collection.segment.suggestion"]
            .browse(action["res_id"])
            .line_ids.mapped("name")
        )
        self.assertIn("Petits soldes", names)

    def test_empty_book_proposes_nothing(self):
        self.assertFalse(self._suggest().line_ids)

    def test_days_late_are_weighted_by_what_is_overdue(self):
        town, other = (
            self._make_debtor(name, company_registry=siren)
            for name, siren in (("Lyon", "216901231"), ("Nice", "210600888"))
        )
        self._invoice(3000, 10, town)
        self._invoice(1000, 50, other)
        (self._case(town) | self._case(other))._refresh_debtor_types()
        line = self._line(self._suggest(), "Public bodies")
        self.assertEqual(line.days_late, (3000 * 10 + 1000 * 50) / 4000)
        self.assertEqual(line.case_count, 2)
        since = self._case(other).overdue_since
        self.assertEqual(since, self.today - timedelta(days=50))
