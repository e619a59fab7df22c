from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tests import new_test_user, tagged

from .common import CollectionCommon

SIRET = "73282932000074"
VAT = "FR44732829320"


class QualityCommon(CollectionCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.business = cls._make_debtor(
            "Garcin SAS",
            company_registry=SIRET,
            vat=VAT,
            phone="+33 6 12 34 56 78",
            enrichment_date=cls.today,
        )
        cls.payables = cls._make_contact("payables", "Claire Blanc")
        cls.director = cls._make_contact("decision_maker", "Marc Garcin")
        cls.consumer = cls._make_debtor(
            "Paul Petit",
            is_company=False,
            phone="+33 6 12 34 56 79",
            enrichment_date=cls.today,
        )

    @classmethod
    def _make_contact(cls, role, name, parent=None, **values):
        return cls.env["res.partner"].create(
            {
                "name": name,
                "parent_id": (parent or cls.business).id,
                "collection_role": role,
                "email": f"{role}@garcin.example.com",
                "phone": "+33 6 12 34 56 70",
                **values,
            }
        )

    def setUp(self):
        super().setUp()
        self._invoice(1000, late=20, partner=self.business)
        self._invoice(200, late=20, partner=self.consumer)
        self.case = self._case(self.business)
        self.consumer_case = self._case(self.consumer)
        (self.case | self.consumer_case)._refresh_quality()

    def _issue(self, code, case=None):
        """Return the issue ``code`` of the case, assessed again; it must be there."""
        case = case or self.case
        self._commit()
        issue = case.issue_ids.filtered(lambda issue: issue.code == code)
        self.assertTrue(issue, f"{code} not in {case.issue_ids.mapped('code')}")
        return issue

    def assertNoIssue(self, code, case=None):
        self._commit()
        self.assertNotIn(code, (case or self.case).issue_ids.mapped("code"))


@tagged("post_install", "-at_install")
class TestQualityScore(QualityCommon):
    """What data are worth, and how they follow what is edited."""

    def test_complete_files_have_all_points(self):
        for case in self.case | self.consumer_case:
            with self.subTest(case=case.display_name):
                self.assertEqual(case.quality_score, 100, case.issue_ids)
                self.assertEqual(case.quality_level, "good")
                self.assertFalse(case.issue_ids)
                self.assertEqual(case.enrichment_status, "verified")
                self.assertTrue(
                    case.reach_phone and case.reach_email and case.reach_post
                )

    def test_businesses_and_consumers_are_weighed_differently(self):
        self.payables.phone = self.director.phone = False
        (self.business | self.consumer).phone = "+33 4 72 00 00 01"
        self._commit()
        self.assertEqual(self._issue("mobile_missing").points, 5)
        consumer_issue = self._issue("mobile_missing", self.consumer_case)
        self.assertEqual(consumer_issue.points, 25)
        self.assertEqual(self.consumer_case.quality_score, 75)

    def test_weights_are_the_administrators(self):
        weight = self.env.ref("l10n_fr_debt_collection.quality_weight_email")
        weight.points_consumer = 100
        self.consumer.email = False
        self._commit()
        self.assertEqual(self.consumer_case.quality_score, round(100 * 75 / 175))

    def test_editing_a_contact_counts_in_the_same_transaction(self):
        self.consumer.email = False
        self._commit()
        self.assertFalse(self.consumer_case.reach_email)
        self.assertEqual(self.consumer_case.quality_score, 75)
        self.consumer.email = "paul@example.com"
        self._commit()
        self.assertEqual(self.consumer_case.quality_score, 100)
        self.assertFalse(self.consumer_case.issue_ids)

    def test_debtor_absorbed_by_another_has_nothing_to_mend(self):
        self.consumer.email = False
        self._issue("email_missing", self.consumer_case)
        self.consumer.parent_id = self._make_debtor("Groupe Lune")
        self._commit()
        self.assertFalse(self.consumer_case.issue_ids)

    def test_adding_and_removing_contacts_counts_too(self):
        self.payables.unlink()
        self._issue("payables_missing")
        self._make_contact("payables", "Zoé Roux")
        self.assertNoIssue("payables_missing")
        self.director.active = False
        self._issue("decision_maker_missing")

    def test_siren_is_read_and_linked_to_the_register(self):
        self.assertEqual(self.case.siren, "732829320")
        self.assertEqual(self.case.registry_record_id.siren, "732829320")
        self.business.write({"company_registry": False, "vat": False})
        self._commit()
        self.assertFalse(self.case.siren)
        self.assertFalse(self.case.registry_record_id)

    def test_review_assesses_new_cases(self):
        debtor = self._make_debtor("Neuf SARL")
        self._invoice(10, late=1, partner=debtor)
        case = self._case(debtor)
        case._review()
        self.assertTrue(case.quality_date)
        self.assertIn("siren_missing", case.issue_ids.mapped("code"))

    def test_job_assesses_every_case(self):
        self.env.cr.execute("UPDATE collection_case SET quality_date = NULL")
        self.env["collection.case"].invalidate_model()
        job = self.env["collection.data.job"]._start("quality", self.company)
        job._execute()
        self.assertEqual(job.state, "done")
        self.assertTrue(self.case.quality_date)
        self.assertTrue(self.consumer_case.quality_date)

    def test_many_debtors_wait_for_the_review_job(self):
        with patch(
            "odoo.addons.l10n_fr_debt_collection.models.collection_quality.AT_ONCE", 1
        ):
            (self.business | self.consumer).email = False
            self._commit()
        self.assertTrue(self.case.review_pending)
        self.assertNotIn("email_missing", self.consumer_case.issue_ids.mapped("code"))

    def test_number_of_queries_does_not_depend_on_the_number_of_cases(self):
        cases = self.case | self.consumer_case
        for number in range(30):
            debtor = self._make_debtor(
                f"D{number} SARL", phone=False, enrichment_date=self.today
            )
            self._invoice(10, late=1, partner=debtor)
            cases |= self._case(debtor)
        self.assertEqual(len(cases), 32)
        self._commit()
        cases._refresh_quality()
        cases.partner_id.fetch(["name"])
        self.env.cr.execute("UPDATE collection_case SET quality_score = 1")
        self.env.cr.execute("DELETE FROM collection_data_issue")
        self.env["collection.case"].invalidate_model()
        with self.assertQueryCount(12):
            cases._refresh_quality()
        self.assertEqual(cases[2].issue_count, len(cases[2].issue_ids))
        self.assertGreater(cases[2].issue_count, 3)

    def test_what_has_not_changed_is_not_written(self):
        self.consumer.email = False
        before = self._issue("email_missing", self.consumer_case)
        self.env.cr.execute(
            "SELECT xmin::text FROM collection_data_issue WHERE id = %s", [before.id]
        )
        [version] = self.env.cr.fetchone()
        date = self.consumer_case.quality_date
        self.consumer_case._refresh_quality()
        self.env.cr.execute(
            "SELECT xmin::text FROM collection_data_issue WHERE id = %s", [before.id]
        )
        self.assertEqual(self.env.cr.fetchone(), (version,))
        self.assertEqual(self.consumer_case.quality_date, date)


@tagged("post_install", "-at_install")
class TestEnrichmentStatus(QualityCommon):
    def _status(self):
        self._commit()
        self.case._refresh_quality()
        return self.business.enrichment_status

    def test_never_verified(self):
        self.business.enrichment_date = False
        self.assertEqual(self._status(), "to_check")

    def test_stale_after_the_age_of_the_company(self):
        self.business.enrichment_date = self._day(-30)
        self.assertEqual(self._status(), "verified")
        self.company.collection_data_max_age = 29
        self.assertEqual(self._status(), "stale")
        self._issue("stale")

    def test_checked_by_hand(self):
        self.business.enrichment_date = False
        self.case.action_mark_checked()
        self.assertEqual(self.business.enrichment_date, self.today)
        self.assertEqual(self._status(), "verified")

    def test_incomplete_hides_stale(self):
        self.business.write({"enrichment_date": self._day(-500), "street": False})
        self.assertEqual(self._status(), "incomplete")

    def test_conflict_hides_incomplete(self):
        self.business.street = False
        self._propose()
        self.assertEqual(self._status(), "conflict")

    def test_register_hides_the_rest(self):
        self._propose()
        record = self.case.registry_record_id.sudo()
        record.state = "not_found"
        self.assertEqual(self._status(), "not_found")
        record.state = "ceased"
        self.assertEqual(self._status(), "ceased")
        record.state = "active"
        self.assertEqual(self._status(), "conflict")
        record.struck_off_on = self.today
        self.assertEqual(self._status(), "ceased")

    def test_consumer_needs_no_register(self):
        self.assertEqual(self.consumer.enrichment_status, "verified")

    def _propose(self):
        return self.env["collection.enrichment.proposal"]._propose(
            [
                {
                    "partner_id": self.business.id,
                    "company_id": self.company.id,
                    "field_name": "phone",
                    "new_value": "+33 4 72 00 00 09",
                    "source": "import",
                }
            ],
            decide=False,
        )


@tagged("post_install", "-at_install")
class TestRemedies(QualityCommon):
    """Each issue says what is wrong, and a click mends it."""

    def test_missing_value_opens_the_contact(self):
        for field, code in (("phone", "phone_missing"), ("email", "email_missing")):
            with self.subTest(code=code):
                self.consumer[field] = False
                action = self._issue(code, self.consumer_case).action_remedy()
                self.assertEqual(action["res_model"], "res.partner")
                self.assertEqual(action["res_id"], self.consumer.id)
                self.assertEqual(action["target"], "new")

    def test_missing_mail_can_be_asked_for(self):
        self.consumer.email = False
        issue = self._issue("email_missing", self.consumer_case)
        self.assertTrue(issue.can_ask)
        issue.action_ask()
        self.assertEqual(len(self.consumer_case.activity_ids), 1)
        issue.action_ask()
        self.assertEqual(len(self.consumer_case.activity_ids), 1)

    def test_badly_written_phone_is_corrected(self):
        self.consumer.phone = "06.12.34.56.79"
        issue = self._issue("phone_format", self.consumer_case)
        self.assertEqual(issue.points, 0)
        self.assertIn("+33 6 12 34 56 79", issue.message)
        issue.action_remedy()
        self.assertEqual(self.consumer.phone, "+33 6 12 34 56 79")
        self.assertNoIssue("phone_format", self.consumer_case)
        self.assertEqual(
            self.consumer.collection_value_source_ids.mapped("source"), ["cleaning"]
        )

    def test_misspelt_mail_is_corrected(self):
        self.consumer.email = "paul@example,com"
        self._issue("email_repair", self.consumer_case).action_remedy()
        self.assertEqual(self.consumer.email, "paul@example.com")
        self.assertNoIssue("email_repair", self.consumer_case)

    def test_address_in_the_wrong_fields_is_corrected(self):
        self.consumer.write(
            {"street": "1 rue Basse, 69003 Lyon", "zip": False, "city": False}
        )
        self._issue("address_format", self.consumer_case).action_remedy()
        self.assertEqual(
            (self.consumer.street, self.consumer.zip, self.consumer.city),
            ("1 rue Basse", "69003", "Lyon"),
        )
        self.assertTrue(self.consumer_case.reach_post)

    def test_bouncing_mail_is_removed_and_asked_for(self):
        self.consumer.message_bounce = 3
        issue = self._issue("email_bounce", self.consumer_case)
        self.assertFalse(self.consumer_case.reach_email)
        issue.action_remedy()
        self.assertFalse(self.consumer.email)
        self.assertEqual(self.consumer.message_bounce, 0)
        self.assertTrue(self.consumer_case.activity_ids)
        self._issue("email_missing", self.consumer_case)

    def test_blacklisted_mail_is_asked_for(self):
        self.env["mail.blacklist"]._add(self.consumer.email)
        self.consumer_case._refresh_quality()
        self._issue("email_blacklist", self.consumer_case).action_remedy()
        self.assertTrue(self.consumer_case.activity_ids)

    def _assertLooksUp(self, issue):
        """Assert that the remedy asks the registers about the case of ``issue``."""
        asked = []

        def verify(enrichment, case, job):
            asked.append(case)
            return "not_identified", ""

        enrichment = self.registry["collection.enrichment"]
        with (
            patch.object(enrichment, "_verify", verify),
            patch.object(enrichment, "_check_addresses", lambda *args: None),
        ):
            case = issue.case_id
            action = issue.action_remedy()
        self.assertEqual(asked, [case])
        self.assertEqual(action["tag"], "display_notification")

    def test_missing_siren_is_looked_up(self):
        self.business.write({"company_registry": False, "vat": False})
        self._assertLooksUp(self._issue("siren_missing"))

    def test_stale_and_never_verified_are_verified(self):
        for date, code in ((False, "unverified"), (self._day(-500), "stale")):
            with self.subTest(code=code):
                self.business.enrichment_date = date
                self._assertLooksUp(self._issue(code))

    def test_returned_letter(self):
        self.consumer.write(
            {
                "collection_letter_returned_on": self.today,
                "collection_letter_returned_reason": "npai",
            }
        )
        self._assertLooksUp(self._issue("address_returned", self.consumer_case))
        self.assertFalse(self.consumer_case.reach_post)
        self.consumer.street = "14 rue des Lilas"
        self.assertNoIssue("address_returned", self.consumer_case)
        self.assertTrue(self.consumer_case.reach_post)

    def test_wrong_number(self):
        self.consumer.collection_phone_wrong_on = self.today
        self._issue("phone_wrong", self.consumer_case)
        self.assertFalse(self.consumer_case.reach_phone)
        self.consumer.phone = "+33 6 12 34 56 80"
        self.assertNoIssue("phone_wrong", self.consumer_case)

    def test_missing_contacts_are_added_with_their_role(self):
        for contact, code in (
            (self.payables, "payables_missing"),
            (self.director, "decision_maker_missing"),
        ):
            with self.subTest(code=code):
                role = contact.collection_role
                contact.unlink()
                action = self._issue(code).action_remedy()
                values = {"name": "New", "email": "new@garcin.example.com"}
                contact = (
                    self.env["res.partner"]
                    .with_context(**action["context"])
                    .create(values | {"phone": "+33612345671"})
                )
                self.assertEqual(contact.collection_role, role)
                self.assertEqual(contact.parent_id, self.business)
                self.assertNoIssue(code)

    def test_incomplete_contacts_are_opened(self):
        self.director.write({"phone": False, "email": False})
        self.payables.write({"phone": False, "email": False})
        for code, contact in (
            ("decision_maker_phone", self.director),
            ("decision_maker_email", self.director),
            ("payables_unreachable", self.payables),
        ):
            with self.subTest(code=code):
                action = self._issue(code).action_remedy()
                self.assertEqual(action["res_id"], contact.id)

    def test_identifiers_that_are_wrong_open_the_contact(self):
        self.business.with_context(no_vat_validation=True).vat = False
        self.business.company_registry = "73282932000075"
        issue = self._issue("siret_invalid")
        self.assertIn("73282932000075", issue.message)
        self.assertEqual(issue.action_remedy()["res_id"], self.business.id)

    def test_conflict_opens_the_proposals(self):
        self.env["collection.enrichment.proposal"]._propose(
            [
                {
                    "partner_id": self.business.id,
                    "company_id": self.company.id,
                    "field_name": "email",
                    "new_value": "other@garcin.example.com",
                    "source": "import",
                }
            ],
            decide=False,
        )
        self.case._refresh_quality()
        action = self._issue("conflict").action_remedy()
        self.assertEqual(action["res_model"], "collection.enrichment.proposal")
        found = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(found.partner_id, self.business)

    def test_every_code_has_a_message_and_a_remedy(self):
        issues = self.env["collection.data.issue"]
        for code, _label in issues._fields["code"]._description_selection(self.env):
            facts = {
                "address_incomplete": {"missing": ["town_missing"]},
                "address_format": {"clean": {"street": "1", "zip": "2", "city": "3"}},
                "stale": {"date": "2026-01-01"},
                "conflict": {"count": 2},
            }.get(code, {})
            issue = issues.new(
                {
                    "case_id": self.case.id,
                    "contact_id": self.business.id,
                    "code": code,
                    "facts": facts,
                }
            )
            with self.subTest(code=code):
                self.assertTrue(issue.message)
                self.assertTrue(hasattr(issue, f"_remedy_{issue.remedy}"))


@tagged("post_install", "-at_install")
class TestQualityScreens(QualityCommon):
    def test_dashboard_counts_what_the_lists_show(self):
        self.consumer.email = False
        self._commit()
        self.env["collection.case"].search([])._refresh_quality()
        figures = self.env["collection.case"].get_quality_dashboard()
        domain = Domain(figures["domain"])
        cases = self.env["collection.case"].search(domain)
        self.assertEqual(figures["total"]["count"], len(cases))
        self.assertEqual(
            figures["total"]["amount"], sum(cases.mapped("amount_overdue"))
        )
        for kind, name in (
            ("phone", "reach_phone"),
            ("email", "reach_email"),
            ("post", "reach_post"),
        ):
            reached = cases.filtered(name)
            with self.subTest(kind=kind):
                self.assertEqual(figures["reach"][kind]["count"], len(reached))
                self.assertEqual(
                    figures["reach"][kind]["amount"],
                    sum(reached.mapped("amount_overdue")),
                )
        for row in figures["statuses"]:
            found = cases.filtered(
                lambda case, row=row: case.enrichment_status == row["code"]
            )
            self.assertEqual(row["count"], len(found))
        self.assertEqual(sum(row["count"] for row in figures["statuses"]), len(cases))
        for row in figures["issues"]:
            found = cases.issue_ids.filtered(
                lambda issue, row=row: issue.code == row["code"]
            )
            self.assertEqual(row["count"], len(found))
            self.assertEqual(row["amount"], sum(found.mapped("case_id.amount_overdue")))
        self.assertIn("email_missing", [row["code"] for row in figures["issues"]])
        businesses = cases.filtered(
            lambda case: case.debtor_type in ("business", "public")
        )
        self.assertEqual(figures["scores"]["business"]["count"], len(businesses))

    def test_dashboard_of_a_company_without_debtors(self):
        other = self.setup_other_company(name="Autre SARL")["company"]
        figures = (
            self.env["collection.case"]
            .with_context(allowed_company_ids=other.ids)
            .get_quality_dashboard()
        )
        self.assertEqual(figures["total"], {"count": 0, "amount": 0})
        self.assertEqual(figures["statuses"], [])

    def test_to_enrich_lists_who_lacks_something(self):
        self.consumer.email = False
        self._commit()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "l10n_fr_debt_collection.collection_case_to_enrich_action"
        )
        found = self.env["collection.case"].search(
            [("issue_ids.points", ">", 0), ("company_id", "=", self.company.id)]
        )
        self.assertIn("issue_ids.points", action["domain"])
        self.assertIn(self.consumer_case, found)
        self.assertNotIn(self.case, found)

    def test_filters_and_groups_can_be_searched(self):
        groups = self.env["collection.case"]._read_group(
            [("id", "in", (self.case | self.consumer_case).ids)],
            ["enrichment_status"],
            ["__count"],
        )
        self.assertEqual(groups, [("verified", 2)])

    def test_a_collector_sees_and_mends_but_writes_no_figures(self):
        collector = new_test_user(
            self.env,
            "quality_collector",
            groups="base.group_user,l10n_fr_debt_collection.group_collection_user",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        self.consumer.with_user(collector).phone = "06 12 34 56 79"
        issue = self._issue("phone_format", self.consumer_case).with_user(collector)
        issue.action_remedy()
        self.assertEqual(self.consumer.phone, "+33 6 12 34 56 79")
        self.case.with_user(collector).action_mark_checked()
        self.env["collection.case"].with_user(collector).get_quality_dashboard()
        partner = self.business.with_user(collector)
        self.assertEqual(partner.collection_quality_score, 100)
        weights = self.env["collection.quality.weight"].with_user(collector)
        with self.assertRaises(AccessError):
            weights.search([], limit=1).points_business = 0
        with self.assertRaises(AccessError):
            self._issue_of_all().with_user(collector).unlink()

    def _issue_of_all(self):
        self.consumer.email = False
        return self._issue("email_missing", self.consumer_case)

    def test_issues_of_another_company_are_hidden(self):
        self._issue_of_all()
        other = self.setup_other_company(name="Autre SARL")["company"]
        stranger = new_test_user(
            self.env,
            "quality_stranger",
            groups="base.group_user,l10n_fr_debt_collection.group_collection_admin",
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )
        issues = self.env["collection.data.issue"].with_user(stranger)
        self.assertFalse(issues.search([]))

    def test_who_edits_contacts_without_the_group_has_them_assessed(self):
        accountant = new_test_user(
            self.env,
            "quality_accountant",
            groups="base.group_user,base.group_partner_manager",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        self.consumer.with_user(accountant).email = False
        self._issue("email_missing", self.consumer_case)
