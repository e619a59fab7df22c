import re

from odoo.exceptions import UserError
from odoo.tests import HttpCase, new_test_user, tagged

from .common import CollectionCommon

DISSATISFIED = "l10n_fr_debt_collection.activity_type_dissatisfied"


@tagged("post_install", "-at_install")
class TestFeedback(CollectionCommon, HttpCase):
    """What a contact before the due date tells the salesperson."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.salesperson = new_test_user(
            cls.env,
            "salesperson_of_feedback",
            email="lea@atelier.example",
            groups="base.group_user",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )
        cls.template.body_html = (
            '<p>Is everything in order?</p><t t-out="object._get_rating_block()"/>'
        )
        cls.company.collection_ask_rating = True

    def setUp(self):
        super().setUp()
        self._invoice(1000, late=-3, invoice_user_id=self.salesperson.id)
        self.case = self._case()

    def _mail(self, day=0):
        return self._actions(self.run_on(day)).mail_id.sudo()

    def _faces(self, mail):
        """Return ``{rate: token}`` of the faces of a mail."""
        found = re.findall(r"/rate/([\w-]+)/(\d)", mail.body_html)
        return {int(rate): token for token, rate in found}

    def _tasks(self):
        activity_type = self.env.ref(DISSATISFIED)
        return self.case.activity_ids.filtered(
            lambda activity: activity.activity_type_id == activity_type
        )

    def _rate(self, rate, feedback=""):
        """Do what the page behind a face does."""
        token = self._faces(self._mail())[rate]
        self.env.flush_all()
        response = self.url_open(f"/rate/{token}/{rate}")
        self.assertEqual(response.status_code, 200)
        csrf = re.search(r'name="csrf_token" value="([^"]+)"', response.text)
        response = self.url_open(
            f"/rate/{token}/submit_feedback",
            data={"rate": rate, "feedback": feedback, "csrf_token": csrf[1]},
        )
        self.assertEqual(response.status_code, 200)
        self.env.invalidate_all()

    # === SATISFACTION === #

    def test_e14_the_mail_before_the_due_date_shows_three_faces(self):
        mail = self._mail()
        self.assertEqual(set(self._faces(mail)), {5, 3, 1})
        self.assertEqual(len(set(self._faces(mail).values())), 1)

    def test_reminders_and_companies_that_do_not_ask_show_none(self):
        self.company.collection_ask_rating = False
        self.assertNotIn("/rate/", self._mail().body_html)
        self.company.collection_ask_rating = True
        late = self._make_debtor("Vitrerie Pons")
        self._invoice(700, late=20, partner=late)
        action = self._actions(self.run_on(1), late)
        self.assertNotIn("/rate/", action.mail_id.sudo().body_html)

    def test_e14_a_bad_answer_is_a_task_of_the_salesperson_and_is_to_be_read(self):
        self._rate(1, "Two lamps were broken")
        self.assertEqual(self._tasks().user_id, self.salesperson)
        self.assertIn("Two lamps", self._tasks().note)
        self.assertTrue(self.case.answer_pending)
        self.assertEqual(self.case.answer_origin, "rating")
        self.assertIn("Two lamps were broken", self.case.answer_preview)
        self.assertIn("answer", self.case.active_hold_ids.mapped("reason"))

    def test_s9_a_good_answer_is_on_the_case_and_disturbs_nobody(self):
        self._rate(5)
        self.assertEqual(self.case.rating_last_value, 5)
        self.assertEqual(self.case.rating_count, 1)
        self.assertFalse(self._tasks())
        self.assertFalse(self.case.answer_pending)

    def test_a_changed_mind_renews_the_task(self):
        self._rate(1, "Late")
        rating = self.case.rating_ids
        self.case.rating_apply(1, rating=rating, feedback="Late and broken")
        self.assertEqual(len(self._tasks()), 1)
        self.assertIn("Late and broken", self._tasks().note)

    def test_the_customer_s_own_salesperson_comes_first(self):
        self.debtor.user_id = self.env.user
        self.assertEqual(self.case._get_salesperson(), self.env.user)

    def test_answers_are_in_the_report(self):
        self._rate(3, "Fine")
        self.assertEqual(
            self.env["rating.rating"].search(self.case.action_open_ratings()["domain"]),
            self.case.rating_ids,
        )

    def test_a_person_gets_his_answers_and_they_are_erased(self):
        self._rate(1, "Two lamps were broken")
        sheet = str(self.debtor._get_collection_data_sheet()["sections"])
        self.assertIn("Two lamps were broken", sheet)
        ratings = self.case.rating_ids
        self.debtor.is_company = False
        self._pay(
            self.env["account.move"].search([("partner_id", "=", self.debtor.id)])
        )
        self._case()
        self.env["collection.eraser"]._erase(self.debtor, "request")
        self.assertFalse(ratings.exists())
        self.assertFalse(self.case.answer_preview)

    def test_merged_contacts_keep_their_answers(self):
        self._rate(5)
        rating = self.case.rating_ids
        target = self._make_debtor("Garcin Groupe")
        self._invoice(500, late=20, partner=target)
        survivor = self._case(target)
        self.env["base.partner.merge.automatic.wizard"].sudo()._merge(
            (self.debtor | target).ids, target
        )
        self._commit()
        self.env.invalidate_all()
        self.assertEqual(survivor.rating_ids, rating)
        self.assertEqual(survivor.rating_count, 1)

    # === OPPORTUNITY === #

    def test_e15_without_crm_there_is_no_button_for_opportunities(self):
        if "crm.lead" in self.env:
            self.skipTest("CRM is installed here")
        self.assertFalse(self.case.can_make_lead)
        with self.assertRaisesRegex(UserError, "Install CRM"):
            self.case.action_make_lead()

    def test_e15_with_crm_the_opportunity_is_linked_from_both_sides(self):
        if "crm.lead" not in self.env:
            self.skipTest("CRM is not installed here")
        self.env.user.group_ids += self.env.ref("sales_team.group_sale_salesman")
        action = self.case._make_manual_action("phone")
        action.outcome_note = "They open a second workshop"
        self.assertTrue(action.can_make_lead)
        shown = action.action_make_lead()
        self.assertIn("salesperson_of_feedback", shown["params"]["message"])
        lead = self.env["crm.lead"].sudo().search([("partner_id", "=", self.debtor.id)])
        self.assertEqual(lead.user_id, self.salesperson)
        self.assertIn("second workshop", lead.description)
        note = self.case.message_ids[0].body
        self.assertIn(f'data-oe-model="crm.lead" data-oe-id="{lead.id}"', note)
        self.assertIn(
            f'data-oe-id="{self.case.id}"', "".join(lead.message_ids.mapped("body"))
        )
        lead.user_id = self.env.user
        self.assertEqual(self.case._show_lead(lead.sudo(False))["res_id"], lead.id)
