from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common import CollectionCommon

SIREN = "552032534"
OTHER_SIREN = "404833048"


@tagged("post_install", "-at_install")
class TestDuplicates(CollectionCommon):
    """Duplicates: found, decided by a person, merged without losing anything."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.debtor.company_registry = SIREN
        cls.double = cls._make_debtor(
            "Menuiserie Garcin SAS",
            company_registry=f"{SIREN[:3]} {SIREN[3:6]} {SIREN[6:]}",
            email="compta@garcin.example",
            phone="+33 1 99 00 99 99",
            website="https://garcin.example",
        )
        cls.manager, cls.collector = (
            new_test_user(
                cls.env,
                f"{role}_merges",
                groups=f"base.group_user,l10n_fr_debt_collection.group_collection_{role}",
                company_id=cls.company.id,
                company_ids=[(6, 0, cls.company.ids)],
            )
            for role in ("manager", "user")
        )

    def setUp(self):
        super().setUp()
        self._invoice(1000, late=20)
        self._invoice(300, late=5)
        self._invoice(500, late=40, partner=self.double)

    def _look(self, company=None):
        self._commit()
        job = (
            self.env["collection.data.job"]
            .sudo()
            .create({"kind": "match", "company_id": (company or self.company).id})
        )
        job._execute()
        self.assertEqual(job.state, "done", job.note)
        return self.env["collection.duplicate.group"].search(
            [("company_id", "=", (company or self.company).id)]
        )

    def _group(self):
        return self._look().filtered(
            lambda group: self.double in group.member_ids.partner_id
        )

    def _merge(self, group, user=None):
        group.with_user(user or self.manager).action_merge()
        self._commit()
        self.env.invalidate_all()

    # === FOUND === #

    def test_found_with_reason_figures_and_survivor(self):
        group = self._group()
        self.assertEqual(group.partner_ids, self.debtor | self.double)
        self.assertEqual((group.code, group.confidence), ("siren", 100))
        self.assertIn(SIREN, group.reason)
        self.assertEqual(group.survivor_id, self.debtor)
        self.assertIn("2", group.survivor_note)
        self.assertEqual((group.amount_due, group.amount_overdue), (1800, 1800))
        member = group.member_ids.filtered(lambda m: m.partner_id == self.double)
        self.assertEqual((member.amount_due, member.open_item_count), (500, 1))

    def test_the_more_complete_is_kept_when_the_ledger_does_not_tell(self):
        self._invoice(10, late=1, partner=self.double)
        self.assertEqual(self._group().survivor_id, self.debtor, "the oldest")
        self.double.vat = "FR27552032534"
        group = self._group()
        self.assertEqual(group.survivor_id, self.debtor, "a proposal stays")
        group.sudo().unlink()
        group = self._group()
        self.assertEqual(group.survivor_id, self.double, "the most complete")
        self.assertIn("complete", group.survivor_note)

    def test_comparison_shows_what_is_lost_and_taken(self):
        comparison = self._group().comparison
        self.assertIn("compta@garcin.example", comparison)
        self.assertIn("o_collection_lost", comparison)
        self.assertIn("o_collection_taken", comparison)

    def test_found_twice_is_there_once(self):
        group = self._group()
        written = group.write_date
        self.assertEqual(self._group(), group)
        self.assertEqual(group.write_date, written)
        self.assertEqual(len(group.member_ids), 2)

    def test_group_follows_its_contacts(self):
        group = self._group()
        third = self._make_debtor("Garcin", company_registry=SIREN)
        self._invoice(50, late=10, partner=third)
        self.assertEqual(self._group(), group)
        self.assertEqual(group.member_count, 3)
        self.assertIn(third, group.partner_ids)
        self.double.write(
            {"company_registry": False, "name": "Tout autre", "zip": "13001"}
        )
        self.assertFalse(self._group())
        self.assertEqual(group.partner_ids, self.debtor | third)

    def test_different_sirens_are_never_brought_together(self):
        self.double.write({"company_registry": OTHER_SIREN, "name": self.debtor.name})
        self.double.write({"email": self.debtor.email, "phone": self.debtor.phone})
        self.assertFalse(self._group())

    def test_private_persons_and_customers_without_case_are_compared(self):
        persons = self.env["res.partner"].create(
            [
                {
                    "name": name,
                    "email": "paul.henry@mail.example",
                    "zip": "31000",
                    "customer_rank": 1,
                }
                for name in ("Paul Henry", "HENRY Paul")
            ]
        )
        groups = self._look()
        self.assertIn(persons, [group.partner_ids for group in groups])

    def test_contact_of_another_company_is_not_seen(self):
        other = self.setup_other_company(name="Autre SARL")["company"]
        self.double.company_id = False
        stranger = self._make_debtor(
            "Garcin", company_registry=SIREN, company_id=other.id, customer_rank=1
        )
        group = self._group()
        self.assertNotIn(stranger, group.partner_ids)
        user = new_test_user(
            self.env,
            "stranger_merges",
            groups="base.group_user,l10n_fr_debt_collection.group_collection_manager",
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )
        self.assertFalse(
            self.env["collection.duplicate.group"].with_user(user).search([])
        )

    # === DISMISSED === #

    def test_dismissed_stays_dismissed(self):
        group = self._group()
        group.with_user(self.collector).action_dismiss()
        self.assertEqual(group.decided_by_id, self.collector)
        self.assertEqual(self._group(), group)
        self.assertEqual(group.state, "dismissed")

    def test_new_contact_is_compared_with_each_of_the_dismissed(self):
        self._group().action_dismiss()
        third = self._make_debtor("Garcin", company_registry=SIREN)
        self._invoice(50, late=10, partner=third)
        fresh = self._look().filtered(lambda group: group.state == "new")
        self.assertEqual(len(fresh), 1)
        self.assertEqual(len(fresh.partner_ids), 2)
        self.assertIn(third, fresh.partner_ids)

    def test_dismissal_taken_back(self):
        group = self._group()
        group.action_dismiss()
        group.action_reopen()
        self.assertEqual(self._group(), group)
        self.assertEqual(group.state, "new")

    # === MERGED === #

    def test_merge_keeps_receivables_and_history(self):
        self.env["collection.hold"].create(
            {
                "case_id": self._case(self.double).id,
                "name": "Waits for a credit note",
                "date_to": self._day(5),
            }
        )
        hold = self._case(self.double).hold_ids
        run = self.run_on()
        actions = run.action_ids
        self.assertIn(self.debtor, actions.partner_id)
        source = self.env["collection.value.source"]._book(
            [
                {
                    "partner_id": self.double.id,
                    "field_name": "phone",
                    "value": "+33 1 99 00 99 99",
                    "source": "manual",
                }
            ]
        )
        lines = (self._case() | self._case(self.double)).line_ids
        before = sum(lines.mapped("amount_residual"))
        self._merge(self._group())
        case = self._case()
        self.assertFalse(self.double.exists())
        self.assertEqual(case.amount_due, before)
        self.assertEqual(sum(case.line_ids.mapped("amount_residual")), before)
        self.assertEqual(case.line_ids, lines)
        self.assertEqual(case.action_ids, actions)
        self.assertEqual(case.hold_ids, hold)
        self.assertEqual(source.partner_id, self.debtor)
        drift = self.env["collection.balance"]._find_drift(self.company)
        self.assertFalse(drift)

    def test_merge_keeps_what_hangs_on_the_case(self):
        proposal = self.env["collection.enrichment.proposal"]._propose(
            [
                {
                    "partner_id": self.double.id,
                    "field_name": "phone",
                    "new_value": "+33 1 99 00 77 77",
                    "source": "import",
                }
            ]
        )
        proposal.action_refuse()
        self.assertEqual(proposal.case_id, self._case(self.double))
        self._merge(self._group())
        self.assertEqual(proposal.partner_id, self.debtor)
        self.assertEqual(proposal.case_id, self._case())
        self.assertEqual(proposal.state, "refused")

    def test_two_pending_proposals_of_one_source_do_not_stop_a_merge(self):
        self.env["collection.enrichment.proposal"]._propose(
            [
                {
                    "partner_id": partner.id,
                    "field_name": "phone",
                    "new_value": "+33 1 99 00 77 77",
                    "source": "import",
                }
                for partner in (self.debtor, self.double)
            ]
        )
        self._merge(self._group())
        self.assertFalse(self.double.exists())

    def test_survivor_takes_what_it_lacks_and_keeps_its_own(self):
        email = self.debtor.email
        self._merge(self._group())
        self.assertEqual(self.debtor.website, "https://garcin.example")
        self.assertEqual(self.debtor.email, email)
        left = self.env["collection.enrichment.proposal"].search(
            [("partner_id", "=", self.debtor.id), ("state", "=", "pending")]
        )
        self.assertEqual(
            dict(left.mapped(lambda p: (p.field_name, p.new_value))),
            {"email": "compta@garcin.example", "phone": "+33 1 99 00 99 99"},
        )
        self.assertIn("Menuiserie Garcin SAS", left[0].source_detail)

    def test_merge_is_told_on_the_contact_kept(self):
        double_id = self.double.id
        group = self._group()
        self._merge(group)
        body = self.debtor.message_ids.filtered(
            lambda message: f"#{double_id}" in (message.body or "")
        ).body
        for text in (self.manager.name, "Menuiserie Garcin SAS", SIREN, "compta@"):
            self.assertIn(text, body)
        self.assertEqual(group.state, "merged")
        self.assertIn("Menuiserie Garcin SAS", group.merge_note)

    def test_other_contact_kept_by_choice(self):
        group = self._group()
        member = group.member_ids.filtered(lambda m: m.partner_id == self.double)
        member.with_user(self.collector).action_keep()
        self._merge(group)
        self.assertFalse(self.debtor.exists())
        self.assertEqual(self._case(self.double).amount_due, 1800)

    def test_four_contacts_become_one(self):
        for name in ("Garcin Lyon", "Garcin Rhone"):
            contact = self._make_debtor(name, company_registry=SIREN)
            self._invoice(100, late=3, partner=contact)
        group = self._group()
        self.assertEqual(group.member_count, 4)
        self._merge(group)
        self.assertEqual(self._case().amount_due, 2000)
        self.assertFalse(self._look().filtered(lambda found: found.state == "new"))

    def test_contacts_of_the_merged_follow(self):
        child = self.env["res.partner"].create(
            {"name": "Anne Roux", "parent_id": self.double.id}
        )
        self._merge(self._group())
        self.assertEqual(child.commercial_partner_id, self.debtor)

    def test_group_emptied_by_a_merge_elsewhere_goes(self):
        group = self._group()
        self.env["base.partner.merge.automatic.wizard"].sudo()._merge(
            (self.debtor | self.double).ids, self.debtor
        )
        self.assertFalse(group.exists())

    def test_shared_and_own_contact_become_shared(self):
        self.double.company_id = self.company
        self._merge(self._group())
        self.assertFalse(self.debtor.company_id)
        self.assertEqual(self._case().amount_due, 1800)

    # === REFUSED === #

    def test_siren_changed_since_stops_the_merge(self):
        group = self._group()
        self.double.company_registry = OTHER_SIREN
        with self.assertRaisesRegex(UserError, OTHER_SIREN):
            group.with_user(self.manager).action_merge()
        self.assertTrue(self.double.exists())

    def test_two_users_are_not_merged(self):
        for partner in (self.debtor, self.double):
            self.env["res.users"].create(
                {
                    "login": f"portal_{partner.id}",
                    "partner_id": partner.id,
                    "group_ids": [(6, 0, self.env.ref("base.group_portal").ids)],
                }
            )
        group = self._group()
        with self.assertRaises(UserError):
            group.with_user(self.manager).action_merge()

    def test_different_emails_without_siren_need_the_administrator(self):
        (self.debtor | self.double).company_registry = False
        self.double.write({"name": self.debtor.name, "phone": self.debtor.phone})
        group = self._group()
        self.assertIn(group.code, ("phone", "name"))
        with self.assertRaises(UserError):
            group.with_user(self.manager).action_merge()
        self.double.email = False
        self._merge(group)
        self.assertFalse(self.double.exists())

    def test_only_managers_merge(self):
        group = self._group()
        with self.assertRaises(AccessError):
            group.with_user(self.collector).action_merge()
        with self.assertRaises(AccessError):
            group.with_user(self.collector).write({"state": "merged"})
        self.assertTrue(self.double.exists())

    def test_decided_once_only(self):
        group = self._group()
        group.action_dismiss()
        with self.assertRaises(UserError):
            group.with_user(self.manager).action_merge()

    # === BULK === #

    @mute_logger("odoo.addons.l10n_fr_debt_collection.models.collection_batch")
    def test_sure_groups_are_merged_from_the_list(self):
        persons = self.env["res.partner"].create(
            [
                {"name": name, "email": "p.henry@mail.example", "customer_rank": 1}
                for name in ("Paul Henry", "Paul Henri")
            ]
        )
        groups = self._look()
        self.assertEqual(len(groups), 2)
        result = groups.with_user(self.manager).action_merge_sure()
        self.assertEqual(result["tag"], "display_notification")
        self.assertFalse(self.double.exists())
        self.assertEqual(persons.exists(), persons)
        with self.assertRaises(UserError):
            groups.filtered(lambda group: group.state == "new").with_user(
                self.manager
            ).action_merge_sure()
