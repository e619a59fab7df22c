from unittest.mock import patch

from odoo.exceptions import UserError, ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common import CollectionCommon

PHONE = "01.99.00.12.34"
CLEAN_PHONE = "+33 1 99 00 12 34"


@tagged("post_install", "-at_install")
class TestCleaning(CollectionCommon):
    """Cleaning: a preview of every change, accepted or refused, never repeated."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dirty = cls._make_debtor(
            "  Garage   du Port ",
            phone=PHONE,
            email="mailto:Contact@Garage.Example",
            company_registry="552 032 534",
            street="3 quai des  Belges",
            zip="13 001",
            city="Marseille",
        )

    def _open(self, partners=None):
        action = (partners or self.dirty).action_collection_clean()
        return self.env["collection.cleaning"].browse(action["res_id"])

    def _line(self, wizard, field_name, partner=None):
        return wizard.line_ids.filtered(
            lambda line: (
                line.field_name == field_name
                and line.partner_id == (partner or self.dirty)
            )
        )

    def _proposals(self, partner=None):
        return self.env["collection.enrichment.proposal"].search(
            [("partner_id", "=", (partner or self.dirty).id)]
        )

    # === PREVIEW === #

    def test_preview_shows_every_change_and_writes_nothing(self):
        wizard = self._open()
        self.assertEqual(
            set(wizard.line_ids.mapped("field_name")),
            {"name", "phone", "email", "company_registry", "vat", "address"},
        )
        phone = self._line(wizard, "phone")
        self.assertEqual((phone.old_value, phone.new_value), (PHONE, CLEAN_PHONE))
        self.assertIn("o_collection_added", phone.after)
        self.assertEqual(self.dirty.phone, PHONE)
        self.assertFalse(self._proposals())

    def test_doubtful_change_comes_unticked(self):
        wizard = self._open()
        vat = self._line(wizard, "vat")
        self.assertEqual(vat.new_value, "FR27552032534")
        self.assertFalse(vat.is_accepted)
        self.assertTrue(self._line(wizard, "phone").is_accepted)

    def test_difference_is_escaped(self):
        self.dirty.name = "<b>Garage</b>  & fils"
        line = self._line(self._open(), "name")
        self.assertNotIn("<b>", line.before)
        self.assertIn("&lt;b&gt;", line.before)

    def test_contacts_in_order_are_said_to_be(self):
        action = self.debtor.action_collection_clean()
        self.assertEqual(action["tag"], "display_notification")

    def test_contact_shares_the_address_of_its_company(self):
        self.dirty.street = "3 quai des Belges"
        self.dirty.zip = "13001"
        contact = self.env["res.partner"].create(
            {"name": "Anne  Roux", "parent_id": self.dirty.id, "phone": PHONE}
        )
        wizard = self._open()
        self.assertFalse(wizard.line_ids.filtered(lambda li: li.kind == "address"))
        self.assertTrue(self._line(wizard, "phone", contact))

    def test_cleaning_opens_from_cases(self):
        self._invoice(100, late=20, partner=self.dirty)
        action = self.env.ref(
            "l10n_fr_debt_collection.collection_case_clean_server_action"
        )
        opened = action.with_context(
            active_model="collection.case", active_ids=self._case(self.dirty).ids
        ).run()
        self.assertEqual(opened["res_model"], "collection.cleaning")

    # === ACCEPT AND REFUSE === #

    def test_ticked_is_written_with_its_source(self):
        wizard = self._open()
        wizard.action_apply()
        self.assertEqual(self.dirty.phone, CLEAN_PHONE)
        self.assertEqual(self.dirty.name, "Garage du Port")
        self.assertEqual(self.dirty.email, "contact@garage.example")
        self.assertEqual(self.dirty.zip, "13001")
        self.assertEqual(self.dirty.company_registry, "552032534")
        source = self.env["collection.value.source"].search(
            [("partner_id", "=", self.dirty.id), ("field_name", "=", "phone")]
        )
        self.assertEqual((source.source, source.value), ("cleaning", CLEAN_PHONE))
        self.assertEqual(self._line(wizard, "phone").outcome, "written")

    def test_unticked_is_refused_and_not_proposed_again(self):
        wizard = self._open()
        self._line(wizard, "name").is_accepted = False
        wizard.action_apply()
        self.assertEqual(self.dirty.name, "  Garage   du Port ")
        self.assertEqual(self._line(wizard, "name").outcome, "refused")
        self.assertFalse(self._line(self._open(), "name"))

    def test_doubtful_left_alone_waits_among_the_proposals(self):
        wizard = self._open()
        wizard.action_apply()
        self.assertFalse(self.dirty.vat)
        pending = self._proposals().filtered(lambda p: p.state == "pending")
        self.assertEqual(pending.mapped("field_name"), ["vat"])
        self.assertEqual(self._line(wizard, "vat").outcome, "waiting")

    def test_rule_does_not_decide_over_the_person(self):
        self.env["collection.enrichment.rule"].create(
            {"source": "cleaning", "when_different": "accept", "sequence": 1}
        )
        wizard = self._open()
        self._line(wizard, "phone").is_accepted = False
        wizard.action_apply()
        self.assertEqual(self.dirty.phone, PHONE)

    def test_all_or_none_of_a_kind(self):
        wizard = self._open()
        identifiers = wizard.kind_ids.filtered(lambda row: row.kind == "identifier")
        self.assertEqual((identifiers.line_count, identifiers.accepted_count), (2, 1))
        identifiers.action_accept_all()
        self.assertEqual(identifiers.accepted_count, 2)
        identifiers.action_accept_none()
        self.assertEqual(identifiers.accepted_count, 0)
        self.assertTrue(self._line(wizard, "phone").is_accepted)

    def test_applied_once_only(self):
        wizard = self._open()
        wizard.action_apply()
        with self.assertRaises(UserError):
            wizard.action_apply()

    @mute_logger("odoo.addons.l10n_fr_debt_collection.models.collection_batch")
    def test_error_on_one_contact_leaves_the_others_done(self):
        other = self._make_debtor("Autre", phone=PHONE)
        reason = "No phone for this one"
        partner_class = type(self.dirty)
        write = partner_class.write

        def picky_write(records, vals):
            if "phone" in vals and other in records:
                raise ValidationError(reason)
            return write(records, vals)

        wizard = self._open(self.dirty | other)
        with patch.object(partner_class, "write", picky_write):
            wizard.action_apply()
        self.assertEqual(self.dirty.phone, CLEAN_PHONE)
        self.assertEqual(other.phone, PHONE)
        line = self._line(wizard, "phone", other)
        self.assertEqual(line.outcome, "failed")
        self.assertIn(reason, line.failure)
        self.assertEqual(wizard.failed_count, 1)

    # === MANY === #

    def test_queries_do_not_grow_with_the_contacts(self):
        partners = self.env["res.partner"].create(
            [
                {
                    "name": f"Client  {i}",
                    "phone": f"01 99 00 {i // 100:02} {i % 100:02}",
                }
                for i in range(200)
            ]
        )
        wizard = self.env["collection.cleaning"]
        wizard._prepare_lines(partners[:1])
        counts = []
        for some in (partners[:20], partners):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.assertEqual(len(wizard._prepare_lines(some)), 2 * len(some))
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0])

    def test_too_many_contacts_become_a_job(self):
        self._invoice(100, late=20, partner=self.dirty)
        self._commit()
        with patch(
            "odoo.addons.l10n_fr_debt_collection.wizards.collection_cleaning.LIMIT", 0
        ):
            action = self.dirty.action_collection_clean()
            self.assertEqual(action["res_model"], "collection.data.job")
            with self.assertRaises(UserError):
                self.debtor.action_collection_clean()

    # === JOB === #

    def _run_job(self, answers=None):
        """Run the cleaning job, the DNS answering ``{domain: answer}``."""
        asked = []

        def check(_domains, domain):
            asked.append(domain)
            return (answers or {}).get(domain, "unknown")

        self._commit()
        job = self.env["collection.data.job"].sudo().create({"kind": "clean"})
        with patch(
            "odoo.addons.l10n_fr_debt_collection.models."
            "collection_data_worker_clean.MailDomains.check",
            check,
        ):
            job._execute()
        self.assertEqual(job.state, "done", job.note)
        return job, asked

    def test_job_proposes_and_counts(self):
        self._invoice(100, late=20, partner=self.dirty)
        self._invoice(100, late=20)
        job, _asked = self._run_job()
        self.assertEqual(
            dict(
                job.item_ids.mapped(lambda item: (item.case_id.partner_id, item.code))
            ),
            {self.dirty: "proposed", self.debtor: "regular"},
        )
        self.assertEqual(self.dirty.phone, PHONE)
        proposed = self._proposals().mapped("field_name")
        self.assertIn("phone", proposed)
        self._run_job()
        pending = self._proposals().filtered(lambda p: p.state == "pending")
        self.assertEqual(sorted(pending.mapped("field_name")), sorted(proposed))

    def test_dead_domain_is_noted_until_the_address_changes(self):
        self._invoice(100, late=20, partner=self.dirty)
        self._invoice(100, late=20)
        self._run_job({"garage.example": "dead", "example.com": "ok"})
        self.assertEqual(self.dirty.collection_email_dead_on, self.today)
        self.assertFalse(self.debtor.collection_email_dead_on)
        self.dirty.phone = CLEAN_PHONE
        self.assertTrue(self.dirty.collection_email_dead_on)
        self.dirty.email = "autre@garage.example"
        self.assertFalse(self.dirty.collection_email_dead_on)

    def test_unknown_domain_changes_nothing_and_living_one_clears(self):
        self._invoice(100, late=20, partner=self.dirty)
        self.dirty.collection_email_dead_on = self._day(-10)
        self._run_job()
        self.assertEqual(self.dirty.collection_email_dead_on, self._day(-10))
        self._run_job({"garage.example": "ok"})
        self.assertFalse(self.dirty.collection_email_dead_on)

    # === RIGHTS === #

    def test_collector_cleans(self):
        collector = new_test_user(
            self.env,
            "cleaner",
            groups="base.group_user,l10n_fr_debt_collection.group_collection_user",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        self.env["collection.cleaning"].with_user(collector).browse(
            self.dirty.with_user(collector).action_collection_clean()["res_id"]
        ).action_apply()
        self.assertEqual(self.dirty.phone, CLEAN_PHONE)
        source = self.env["collection.value.source"].search(
            [("partner_id", "=", self.dirty.id), ("field_name", "=", "phone")]
        )
        self.assertEqual(source.user_id, collector)
