import contextlib
import json
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.l10n_fr_debt_collection.models import (
    collection_data_job,
    collection_data_job_item,
    collection_data_worker_verify,
    collection_registry_service,
)
from odoo.addons.l10n_fr_debt_collection.tools.registries.errors import (
    NotFoundError,
    RefusedError,
    RegistryError,
    UnavailableError,
)

from .enrichment_common import EnrichmentCommon

SERVICE_LOG = collection_registry_service.__name__
JOB_LOG = collection_data_job.__name__
COLLECTOR = "l10n_fr_debt_collection.group_collection_user"
ADMINISTRATOR = "l10n_fr_debt_collection.group_collection_admin"
ACTIVE = "908595879"  # SEVERNAYA, 10 rue de Penthièvre, 75008 Paris
CEASED = "880878145"
WITHHELD = "999000409"
GHOST = "123456789"
VIES_UNKNOWN = {"isValid": False, "userError": "MS_UNAVAILABLE"}
NUMBERS = ("404833048", "552049447", "542065479", "784608416", "318771623")


@tagged("post_install", "-at_install")
class TestProposals(EnrichmentCommon):
    """What sources offer: filled in, asked about, refused, written, traced."""

    def _offer(self, field_name, value, partner=None, **more):
        return self.proposals._propose(
            [
                {
                    "partner_id": (partner or self.debtor).id,
                    "field_name": field_name,
                    "new_value": value,
                    "source": "import",
                    **more,
                }
            ]
        )

    def test_an_empty_field_is_filled_by_rule(self):
        self.debtor.email = False
        proposal = self._offer("email", "compta@garcin.example")
        self.assertEqual(self.debtor.email, "compta@garcin.example")
        self.assertEqual(proposal.state, "accepted")
        self.assertTrue(proposal.is_automatic)

    def test_a_doubtful_value_is_asked_about_even_for_an_empty_field(self):
        self.debtor.email = False
        proposal = self._offer("email", "compta@garcin.example", confidence=60)
        self.assertFalse(self.debtor.email)
        self.assertEqual(proposal.state, "pending")

    def test_nothing_is_overwritten_without_a_decision(self):
        before = self.debtor.email
        proposal = self._offer("email", "compta@garcin.example")
        self.assertEqual(self.debtor.email, before)
        self.assertEqual(
            (proposal.state, proposal.old_value, proposal.new_value),
            ("pending", before, "compta@garcin.example"),
        )
        proposal.action_accept()
        self.assertEqual(self.debtor.email, "compta@garcin.example")
        self.assertEqual(proposal.state, "accepted")
        self.assertFalse(proposal.is_automatic)

    def test_what_was_refused_is_not_proposed_again(self):
        self._offer("email", "compta@garcin.example").action_refuse()
        self.assertFalse(self._offer("email", "compta@garcin.example"))
        self.assertFalse(self._offer("email", "compta@garcin.example", source="insee"))
        self.assertTrue(self._offer("email", "daf@garcin.example"))

    def test_the_same_value_written_otherwise_is_no_proposal(self):
        self.debtor.write({"name": "SAS Menuiserie Garcin", "city": "Saint-Étienne"})
        self.assertFalse(self._offer("name", "MENUISERIE GARCIN SAS"))
        self.assertFalse(self._offer("phone", "01 99 00 12 34"))
        self.assertFalse(self._offer("city", "SAINT ETIENNE"))
        self.assertTrue(self._offer("phone", "01 99 00 12 35"))

    def test_a_source_that_changes_its_mind_supersedes_itself(self):
        first = self._offer("email", "one@garcin.example")
        other = self._offer("email", "two@garcin.example", source="insee")
        second = self._offer("email", "three@garcin.example")
        self.assertEqual(
            (first.state, other.state, second.state),
            ("outdated", "pending", "pending"),
        )

    def test_once_accepted_the_same_from_another_source_is_outdated(self):
        first = self._offer("phone", "01 99 00 12 35")
        same = self._offer("phone", "+33 1 99 00 12 35", source="insee")
        other = self._offer("phone", "01 99 00 12 36", source="rne")
        first.action_accept()
        self.assertEqual((same.state, other.state), ("outdated", "pending"))

    def test_cleaning_still_to_decide_survives_what_others_bring(self):
        self.debtor.write({"street": "12  rue des Lilas", "phone": "0199001234"})
        cleaned = {"street": "12 rue des Lilas", "street2": "", "zip": "69003"}
        address = self._offer(
            "address", "", values=cleaned | {"city": "Lyon"}, source="cleaning"
        )
        self._offer("phone", "01 99 00 12 39").action_accept()
        self.assertEqual(address.state, "pending")

    def test_cleaning_moves_what_is_in_the_wrong_field(self):
        self.debtor.write(
            {"street": "12 rue des Lilas, 69003 Lyon", "zip": False, "city": False}
        )
        values = {"street": "12 rue des Lilas", "zip": "69003", "city": "Lyon"}
        proposal = self._offer("address", "", values=values, source="cleaning")
        proposal.action_accept()
        self.assertEqual((self.debtor.zip, self.debtor.city), ("69003", "Lyon"))

    def test_an_address_is_one_value(self):
        values = {"street": "3 quai Bas", "street2": "", "zip": "69002", "city": "Lyon"}
        proposal = self._offer("address", "", values=values)
        self.assertEqual(proposal.new_value, "3 quai Bas, 69002 Lyon")
        self.assertEqual(proposal.old_value, "12 rue des Lilas, 69003 Lyon")
        proposal.action_accept()
        self.assertEqual((self.debtor.street, self.debtor.zip), ("3 quai Bas", "69002"))

    def test_a_contact_is_made_once_for_all_that_is_known_of_it(self):
        proposals = self.proposals._propose(
            [
                {
                    "partner_id": self.debtor.id,
                    "field_name": name,
                    "new_value": value,
                    "source": "import",
                    "contact_role": "payables",
                    "contact_name": "Anne Roux",
                    "confidence": 50,
                }
                for name, value in (
                    ("phone", "01 99 00 55 55"),
                    ("email", "roux@garcin.example"),
                )
            ]
        )
        self.assertFalse(self.debtor.child_ids)
        proposals.action_accept()
        [contact] = self.debtor.child_ids
        self.assertEqual(contact.name, "Anne Roux")
        self.assertEqual(contact.collection_role, "payables")
        self.assertEqual(contact.email, "roux@garcin.example")
        self.assertIn("55 55", contact.phone)

    def test_a_known_contact_is_the_one_that_is_completed(self):
        contact = self.env["res.partner"].create(
            {
                "name": "Paul Petit",
                "parent_id": self.debtor.id,
                "collection_role": "finance",
            }
        )
        proposal = self._offer("email", "petit@garcin.example", contact_role="finance")
        self.assertEqual(proposal.partner_id, contact)
        self.assertEqual(contact.email, "petit@garcin.example")

    def test_a_contact_that_refuses_a_value_stops_no_other(self):
        others = self.env["res.partner"].union(
            *(self._make_debtor(f"Client {number}") for number in range(4))
        )
        proposals = self.proposals._propose(
            [
                {
                    "partner_id": partner.id,
                    "field_name": "phone",
                    "new_value": "01 99 00 77 77",
                    "source": "import",
                }
                for partner in others
            ]
        )
        write = type(others).write
        reason = "This phone is taken."

        def stubborn(partners, vals):
            if others[1] in partners and "phone" in vals:
                raise ValidationError(reason)
            return write(partners, vals)

        with (
            patch.object(type(others), "write", stubborn),
            mute_logger("odoo.addons.l10n_fr_debt_collection.models.collection_batch"),
        ):
            answer = proposals.action_accept()
        self.assertEqual(
            proposals.mapped("state"), ["accepted", "pending", "accepted", "accepted"]
        )
        self.assertEqual(proposals[1].failure, reason)
        self.assertIn(reason, answer["params"]["message"])
        self.assertEqual(others[3].phone[-5:], "77 77")

    def test_the_source_of_every_value_is_kept(self):
        self._offer(
            "email",
            "compta@garcin.example",
            source_detail="Fichier Durand 2026",
            source_date=self._day(-30),
        ).action_accept()
        [row] = self.debtor.collection_value_source_ids
        self.assertEqual(
            (row.field_name, row.value, row.source, row.source_detail, row.date),
            (
                "email",
                "compta@garcin.example",
                "import",
                "Fichier Durand 2026",
                self._day(-30),
            ),
        )
        self.assertEqual(row.user_id, self.env.user)
        self.assertTrue(row.is_current)
        self.debtor.email = "autre@garcin.example"
        row.invalidate_recordset()
        self.assertFalse(row.is_current)

    def test_an_accepted_proposal_is_kept_as_proof(self):
        proposal = self._offer("email", "compta@garcin.example")
        proposal.action_accept()
        with self.assertRaises(UserError):
            proposal.unlink()

    def test_rules_by_source_and_field_come_first(self):
        self.env["collection.enrichment.rule"].create(
            [
                {"sequence": 1, "source": "insee", "when_different": "accept"},
                {"sequence": 2, "field_name": "website", "when_empty": "ignore"},
            ]
        )
        accepted = self._offer("street", "1 rue du Lac", source="insee")
        asked = self._offer("street", "2 rue du Lac")
        ignored = self._offer("website", "https://garcin.example")
        self.assertEqual(
            (accepted.state, asked.state, ignored.state),
            ("accepted", "pending", "refused"),
        )
        self.assertFalse(self.debtor.website)

    def test_a_collector_decides_but_does_not_write_proposals(self):
        proposal = self._offer("email", "compta@garcin.example")
        collector = new_test_user(
            self.env, "enrichment_collector", COLLECTOR, company_id=self.company.id
        )
        as_collector = proposal.with_user(collector)
        with self.assertRaises(AccessError):
            as_collector.new_value = "trap@elsewhere.example"
        as_collector.action_accept()
        self.assertEqual(self.debtor.email, "compta@garcin.example")
        self.assertEqual(proposal.decided_by_id, collector)


@tagged("post_install", "-at_install")
class TestServices(EnrichmentCommon):
    """A public service is asked at its pace and left alone when it fails."""

    def _call(self, code="recherche_entreprises", *question):
        return self.services._call(code, *(question or ("company", ACTIVE)))

    def _fail(self, status=500, times=None, **more):
        self.server.fail("recherche_entreprises", status=status, times=times, **more)

    @mute_logger(SERVICE_LOG)
    def _ask(self, *question):
        """Return the error that asking the service raises.

        ``assertRaises`` would take back what is noted about the service.
        """
        try:
            self._call(*question)
        except RegistryError as error:
            return error
        return self.fail("the service has answered")

    def _exhaust(self, times=3):
        for _call in range(times):
            self.assertIsInstance(self._ask(), UnavailableError)

    def test_calls_are_spaced_for_all_workers_together(self):
        service = self._service("recherche_entreprises")
        service.write({"calls_per_minute": 60, "next_call_at": 0})
        other_worker = self.env(context={"worker": 2})[service._name].browse(service.id)
        waits = []
        with patch.object(collection_registry_service.time, "sleep", waits.append):
            for worker in (service, other_worker, service):
                worker._wait_for_turn()
        self.assertEqual([round(wait) for wait in waits], [0, 1, 2])

    def test_three_failures_in_a_row_open_the_breaker(self):
        self._fail()
        self._exhaust(2)
        service = self._service("recherche_entreprises")
        self.assertEqual(service.state, "ready")
        self._exhaust(1)
        self.assertEqual(service.state, "paused")
        pause = service.paused_until - fields.Datetime.now()
        self.assertAlmostEqual(pause.total_seconds(), 15 * 60, delta=30)
        asked = self._calls("recherche_entreprises")
        self.assertIn("left alone until", str(self._ask()))
        self.assertEqual(self._calls("recherche_entreprises"), asked)
        self.assertIn("Recherche d'entreprises", self.services.get_banner()[0])

    def test_an_answer_closes_the_count_of_failures(self):
        self._fail(times=2)
        self._exhaust(2)
        self._call()
        self._fail(times=2)
        self._exhaust(2)
        self.assertEqual(self._service("recherche_entreprises").state, "ready")

    def test_an_administrator_ends_the_pause(self):
        self._fail(times=3)
        self._exhaust()
        self._service("recherche_entreprises").action_resume()
        self.assertEqual(self._call().siren, ACTIVE)
        self.assertFalse(self.services.get_banner())

    def test_a_closed_door_is_not_knocked_at_for_an_hour(self):
        service = self._service("recherche_entreprises")
        service.url = self.server.refused_url()
        self._exhaust(1)
        pause = service.paused_until - fields.Datetime.now()
        self.assertAlmostEqual(pause.total_seconds(), 3600, delta=30)

    def test_a_service_that_asks_for_time_gets_it(self):
        self._fail(status=429, times=1, headers={"Retry-After": "300"})
        self._exhaust(1)
        service = self._service("recherche_entreprises")
        pause = service.paused_until - fields.Datetime.now()
        self.assertAlmostEqual(pause.total_seconds(), 300, delta=30)

    def test_an_unknown_company_is_an_answer(self):
        self._fail(times=2)
        self._exhaust(2)
        error = self._ask("recherche_entreprises", "company", GHOST)
        self.assertIsInstance(error, NotFoundError)
        self.assertFalse(self._service("recherche_entreprises").failure_count)

    def test_a_service_without_key_is_not_asked_and_says_why(self):
        error = self._ask("insee", "company", ACTIVE)
        self.assertIsInstance(error, RefusedError)
        self.assertIn("needs credentials", str(error))
        self._service("ban").active = False
        self.assertIn("switched off", str(self._ask("ban", "search", "1 rue du Lac")))
        self.assertFalse(self._calls("insee") + self._calls("ban"))

    def test_the_key_is_sent_but_a_collector_cannot_read_it(self):
        service = self._service("insee")
        service.key = "s3cret"
        collector = new_test_user(
            self.env, "service_collector", COLLECTOR, company_id=self.company.id
        )
        as_collector = service.with_user(collector).sudo(False)
        with self.assertRaises(AccessError):
            as_collector.read(["key"])
        self.assertNotIn("key", as_collector.read()[0])
        self.server.add_company({"siren": NUMBERS[0], "name": "SOCIETE"})
        answer = as_collector._call("insee", "company", NUMBERS[0])
        self.assertEqual(answer.siren, NUMBERS[0])
        [call] = self.server.calls("insee")
        self.assertIn("s3cret", json.dumps(call.headers))

    def test_only_who_reads_the_key_says_where_it_is_sent(self):
        admin = new_test_user(
            self.env, "service_admin", ADMINISTRATOR, company_id=self.company.id
        )
        service = self._service("insee").with_user(admin).sudo(False)
        with self.assertRaises(AccessError):
            service.url = "http://elsewhere.example"
        service.active = False
        self.assertEqual(service.state, "off")

    def test_trying_a_service_shows_its_answer_or_its_error(self):
        service = self._service("recherche_entreprises")
        shown = service.action_try()["params"]
        self.assertEqual(shown["type"], "success")
        self.assertIn("LA POSTE", shown["message"].upper())
        self._fail(times=1)
        with mute_logger(SERVICE_LOG):
            shown = service.action_try()["params"]
        self.assertEqual(shown["type"], "danger")
        self.assertIn("does not answer now", shown["message"])
        shown = self._service("rne").action_try()["params"]
        self.assertIn("needs credentials", shown["message"])

    def test_a_service_is_never_deleted(self):
        with self.assertRaises(UserError):
            self._service("ban").unlink()


@tagged("post_install", "-at_install")
class TestVerification(EnrichmentCommon):
    """Debtors are looked up, what differs is proposed, nothing is lost on the way."""

    def _add_companies(self, count):
        """Return debtors that the registers know, the smallest debt first."""
        cases = self.env["collection.case"]
        for number in range(count):
            siren = NUMBERS[number]
            self.server.add_company({"siren": siren, "name": f"SOCIETE {number}"})
            cases += self._make_case(
                f"Société {number}", 1000 * (number + 1), company_registry=siren
            )
        return cases

    # === WHAT THE REGISTER SAYS === #

    def test_an_active_company_is_verified_and_completed(self):
        case = self._make_case("Severnaya", company_registry=ACTIVE, vat=False)
        job = self._verify(case)
        self.assertEqual(self._codes(job), {"Severnaya": ("done", "verified")})
        self.assertEqual(job.state, "done")
        partner, record = case.partner_id, case.registry_record_id
        self.assertEqual(partner.enrichment_date, self.today)
        self.assertEqual((record.state, record.siret), ("active", f"{ACTIVE}00010"))
        pending = self._pending(partner)
        self.assertEqual(pending["address"], "10 Rue de Penthievre, 75008 Paris")
        self.assertEqual(partner.street, "12 rue des Lilas", "asked, not overwritten")
        self.assertEqual(partner.company_registry, ACTIVE, "asked: not empty")
        self.assertEqual(pending["company_registry"], f"{ACTIVE}00010")
        self.assertEqual(case.proceeding, "none")

    def test_its_director_is_proposed_as_decision_maker(self):
        self.server.add_company(
            {
                "siren": NUMBERS[0],
                "name": "SOCIETE 0",
                "directors": [{"name": "LÉA MARTIN", "role": "Gérante"}],
            }
        )
        case = self._make_case("Société 0", company_registry=NUMBERS[0])
        self._verify(case)
        [proposal] = self.proposals.search(
            [
                ("partner_id", "=", case.partner_id.id),
                ("contact_role", "=", "decision_maker"),
            ]
        )
        self.assertEqual(proposal.state, "pending", "guessed: a person decides")
        proposal.action_accept()
        [contact] = case.partner_id.child_ids
        self.assertEqual(
            (contact.name, contact.function, contact.collection_role),
            ("Léa Martin", "Gérante", "decision_maker"),
        )

    def test_a_ceased_company_is_told(self):
        case = self._make_case("Ganymède", company_registry=CEASED)
        job = self._verify(case)
        self.assertEqual(self._codes(job), {"Ganymède": ("done", "ceased")})
        self.assertEqual(case.registry_state, "ceased")

    def test_an_unknown_number_and_a_ghost_are_not_found(self):
        unknown = self._make_case("Inconnu", company_registry="999999998")
        job = self._verify(unknown)
        self.assertEqual(self._codes(job), {"Inconnu": ("done", "not_found")})
        self.assertEqual(unknown.registry_state, "not_found")
        self.assertFalse(unknown.partner_id.enrichment_date)

    def test_of_a_person_who_objects_only_numbers_are_proposed(self):
        case = self._make_case("Vent Debout", company_registry=WITHHELD)
        job = self._verify(case)
        self.assertEqual(self._codes(job), {"Vent Debout": ("done", "verified")})
        self.assertFalse(case.registry_record_id.is_diffusible)
        self.assertLessEqual(
            set(self._pending(case.partner_id)), {"company_registry", "vat"}
        )
        self.assertEqual(case.partner_id.street, "12 rue des Lilas")

    def test_a_company_without_number_is_found_by_its_name_and_asked_about(self):
        self.server.add_company(
            {
                "siren": NUMBERS[0],
                "name": "MENUISERIE DU GRAND LAC",
                "postcode": "69003",
            }
        )
        case = self._make_case("Menuiserie du Grand Lac")
        job = self._verify(case)
        self.assertEqual(
            self._codes(job), {"Menuiserie du Grand Lac": ("done", "identified")}
        )
        self.assertFalse(case.partner_id.company_registry, "never by itself")
        self.assertTrue(
            self._pending(case.partner_id)["company_registry"].startswith(NUMBERS[0])
        )

    def test_two_companies_of_the_same_name_are_nobody(self):
        for siren in NUMBERS[:2]:
            self.server.add_company(
                {"siren": siren, "name": "BOULANGERIE DU PORT", "postcode": "69003"}
            )
        case = self._make_case("Boulangerie du Port")
        job = self._verify(case)
        self.assertEqual(
            self._codes(job), {"Boulangerie du Port": ("done", "not_identified")}
        )
        self.assertFalse(self._pending(case.partner_id))

    def test_a_foreign_vat_number_is_checked_in_vies(self):
        self.server.add_company(
            {"siren": NUMBERS[0], "name": "LICHT GMBH", "vat": "DE811115368"}
        )
        germany = self.env.ref("base.de").id
        known = self._make_case("Licht", vat="DE811115368", country_id=germany)
        wrong = self._make_case("Dunkel", vat="DE136695976", country_id=germany)
        job = self._verify(known + wrong)
        self.assertEqual(
            self._codes(job),
            {"Licht": ("done", "verified"), "Dunkel": ("done", "not_found")},
        )
        self.assertEqual(known.partner_id.enrichment_date, self.today)
        self.assertEqual(wrong.partner_id.collection_vat_invalid_on, self.today)
        wrong.partner_id.vat = "DE129273398"
        self.assertFalse(wrong.partner_id.collection_vat_invalid_on)

    def test_vies_that_cannot_tell_keeps_the_debtor_waiting_but_nobody_else(self):
        germany = self.env.ref("base.de").id
        self.server.fail("vies", body=VIES_UNKNOWN, times=2)
        unknown = self._make_case("Licht", 9000, vat="DE811115368", country_id=germany)
        known = self._make_case("Severnaya", 100, company_registry=ACTIVE)
        job = self._verify(unknown + known)
        self.assertEqual(
            self._codes(job),
            {"Licht": ("postponed", "unknown"), "Severnaya": ("done", "verified")},
        )
        self.assertEqual(job.state, "waiting")
        self.assertFalse(unknown.partner_id.collection_vat_invalid_on)
        job._execute()
        self.assertEqual(job.state, "done")
        self.assertEqual(self._codes(job)["Licht"], ("done", "not_found"))

    def test_a_debtor_is_not_asked_about_for_ever(self):
        germany = self.env.ref("base.de").id
        self.server.fail("vies", body=VIES_UNKNOWN, times=None)
        case = self._make_case("Licht", vat="DE811115368", country_id=germany)
        job = self._verify(case, execute=False)
        for _hour in range(collection_data_job_item.MOST_ATTEMPTS):
            job._execute()
        self.assertEqual(job.state, "done")
        self.assertEqual(self._codes(job), {"Licht": ("failed", "unknown")})

    # === ADDRESSES === #

    def _make_address(self, **values):
        self.server.add_company(
            {
                "siren": NUMBERS[0],
                "name": "ADRESSE",
                "street": "12 RUE DES LILAS",
                "postcode": "69003",
                "town": "LYON",
                **values,
            }
        )

    def test_the_address_base_confirms_a_consumer(self):
        self._make_address()
        case = self._make_case("Jeanne Petit", is_company=False)
        job = self._verify(case)
        self.assertEqual(self._codes(job), {"Jeanne Petit": ("done", "consumer")})
        self.assertEqual(case.partner_id.enrichment_date, self.today)
        self.assertFalse(
            self._calls("recherche_entreprises"), "persons are not asked about"
        )

    def test_a_post_box_and_a_cedex_are_left_alone(self):
        cases = self._make_case(
            "Jeanne Petit", is_company=False, street="BP 12", street2=False
        ) + self._make_case("Paul Grand", is_company=False, city="LYON CEDEX 03")
        self._verify(cases)
        self.assertFalse(self._calls("ban"))

    @mute_logger(SERVICE_LOG)
    def test_a_consumer_waits_for_the_address_base(self):
        self._make_address()
        self.server.fail("ban", status=500, times=1)
        case = self._make_case("Jeanne Petit", is_company=False)
        job = self._verify(case)
        self.assertEqual(job.state, "done", "asked again at the end of the job")
        self.assertEqual(case.partner_id.enrichment_date, self.today)
        self.assertEqual(self._calls("ban"), 2)

    # === SERVICES THAT FAIL === #

    def _assert_waits_then_goes_on(self, **fault):
        cases = self._add_companies(2)
        self.server.fail("recherche_entreprises", times=None, **fault)
        with mute_logger(SERVICE_LOG):
            job = self._verify(cases)
        self.assertEqual(job.state, "waiting")
        self.assertTrue(job.note)
        self.assertTrue(job.is_queued, "goes on by itself")
        self.assertFalse(job.item_ids.filtered(lambda item: item.state == "done"))
        self.assertFalse(cases.partner_id.filtered("enrichment_date"))
        self.server.recover()
        self._service("recherche_entreprises").action_resume()
        job._execute()
        self.assertEqual(job.state, "done")
        self.assertFalse(job.note)
        self.assertEqual(
            set(self._codes(job).values()), {("done", "verified")}, "nothing was lost"
        )

    def test_server_errors_make_the_job_wait(self):
        self._assert_waits_then_goes_on(status=500)

    def test_too_many_requests_make_the_job_wait(self):
        self._assert_waits_then_goes_on(status=429, headers={"Retry-After": "600"})

    def test_silence_makes_the_job_wait(self):
        with patch.object(
            type(self.services),
            "_get_patience",
            lambda service: {"retries": 0, "timeout": (1, 0.2)},
        ):
            self._assert_waits_then_goes_on(delay=0.6)

    def test_a_page_of_maintenance_makes_the_job_wait(self):
        self._assert_waits_then_goes_on(status=200, body="<html>Maintenance</html>")

    def test_a_refused_connection_makes_the_job_wait(self):
        cases = self._add_companies(1)
        service = self._service("recherche_entreprises")
        right = service.url
        service.url = self.server.refused_url()
        with mute_logger(SERVICE_LOG):
            job = self._verify(cases)
        self.assertEqual(job.state, "waiting")
        self.assertIn("Recherche d'entreprises", job.note)
        service.url = right
        service.action_resume()
        job._execute()
        self.assertEqual(job.state, "done")

    @mute_logger(SERVICE_LOG)
    def test_insee_answers_in_place_of_a_service_that_fails(self):
        self._service("insee").key = "s3cret"
        case = self._add_companies(1)
        self.server.fail("recherche_entreprises", status=503, times=None)
        job = self._verify(case)
        self.assertEqual(set(self._codes(job).values()), {("done", "verified")})
        self.assertEqual(case.registry_record_id.source, "insee")

    def test_the_business_register_tells_directors_where_insee_does_not(self):
        self._service("insee").key = "s3cret"
        self._service("rne").write({"login": "it@garcin.example", "password": "pass"})
        directors = [{"name": "LÉA MARTIN", "role": "Gérante"}]
        self.server.add_company(
            {"siren": NUMBERS[4], "name": "SOCIETE 4", "directors": directors}
        )
        self.server.fail("recherche_entreprises", status=503, times=None)
        case = self._make_case("Société 4", company_registry=NUMBERS[4])
        with mute_logger(SERVICE_LOG):
            self._verify(case)
        record = case.registry_record_id
        self.assertEqual((record.source, record.directors_source), ("insee", "rne"))
        self.assertIn("MARTIN", record.directors_text)
        [proposal] = self.proposals.search(
            [
                ("partner_id", "=", case.partner_id.id),
                ("contact_role", "=", "decision_maker"),
            ]
        )
        self.assertEqual(proposal.source, "rne")

    @mute_logger(SERVICE_LOG)
    def test_a_refused_key_falls_back_on_the_open_service(self):
        self._service("insee").key = "wrong"
        cases = self._add_companies(3)
        self.server.fail("insee", status=401, times=None)
        job = self._verify(cases)
        self.assertEqual(set(self._codes(job).values()), {("done", "verified")})
        self.assertEqual(self._calls("recherche_entreprises"), 3)

    def test_with_a_key_a_lot_is_one_call(self):
        self._service("insee").key = "s3cret"
        cases = self._add_companies(5)
        job = self._verify(cases)
        self.assertEqual(set(self._codes(job).values()), {("done", "verified")})
        self.assertEqual(self._calls("insee"), 1)
        self.assertFalse(self._calls("recherche_entreprises"))

    # === THE JOB === #

    def _execute_batches(self, job, count):
        """Execute ``job`` as a worker that dies after ``count`` batches."""
        batches = []
        commit = type(job)._commit_batch

        def die(jobs, *args):
            seconds = commit(jobs, *args)
            batches.append(jobs)
            if len(batches) > count:
                raise KeyboardInterrupt
            return seconds

        with (
            patch.object(type(job), "_commit_batch", die),
            contextlib.suppress(KeyboardInterrupt),
        ):
            job._execute()
        self.assertEqual(len(batches), count + 1)

    def test_the_largest_debts_come_first(self):
        cases = self._add_companies(3)
        job = self._verify(cases)
        self.assertEqual(
            job.item_ids.sorted("sequence").case_id.mapped("amount_overdue"),
            [3000, 2000, 1000],
        )
        self.assertEqual(
            [call.get("q") for call in self.server.calls("recherche_entreprises")],
            list(reversed(NUMBERS[:3])),
        )

    def test_progress_is_told_batch_by_batch(self):
        cases = self._add_companies(3)
        worker = type(self.env["collection.data.worker.verify"])
        seen = []
        notify = type(self.jobs)._notify_progress

        def watch(jobs):
            seen.append((jobs.processed, jobs.total))
            notify(jobs)

        with (
            patch.object(worker, "_batch", 1),
            patch.object(type(self.jobs), "_notify_progress", watch),
        ):
            job = self._verify(cases)
        self.assertEqual(seen, [(0, 3), (1, 3), (2, 3), (3, 3), (3, 3)])
        self.assertEqual(job.progress, 100)
        self.assertIn("Verified: 3", job.result_note)

    def test_a_job_is_stopped_and_gone_on_with(self):
        cases = self._add_companies(3)
        job = self._verify(cases, execute=False)
        worker = type(self.env["collection.data.worker.verify"])
        with patch.object(worker, "_batch", 1):
            self._execute_batches(job, 1)
            job.action_stop()
            job._execute()
            self.assertEqual(job.state, "stopped")
            self.assertFalse(job.is_queued)
            self.assertIn(self.env.user.name, job.note)
            done = self._calls("recherche_entreprises")
            self.assertLess(done, 3)
            job.action_start()
            job._execute()
        self.assertEqual(job.state, "done")
        self.assertEqual(self._calls("recherche_entreprises"), 3, "each asked once")

    def test_a_job_killed_half_way_goes_on_where_it_was(self):
        cases = self._add_companies(3)
        job = self._verify(cases, execute=False)
        worker = type(self.env["collection.data.worker.verify"])
        with patch.object(worker, "_batch", 1):
            self._execute_batches(job, 2)
            self.env.invalidate_all()
            self.assertEqual((job.state, job.processed), ("running", 2))
            job._execute()
        self.assertEqual((job.state, job.processed), ("done", 3))
        self.assertEqual(self._calls("recherche_entreprises"), 3)

    def test_a_finished_job_is_deleted_with_its_lines_when_logs_expire(self):
        job = self._verify(self._add_companies(1)).sudo()
        job._gc_finished()
        self.assertTrue(job.exists())
        days = self.company.collection_log_days + 1
        job.ended_at = fields.Datetime.subtract(job.ended_at, days=days)
        items = job.item_ids
        job._gc_finished()
        self.assertFalse(job.exists() or items.exists())

    @mute_logger("odoo.addons.l10n_fr_debt_collection.models.collection_batch")
    def test_a_debtor_that_breaks_stops_no_other(self):
        cases = self._add_companies(3)
        enrichment = type(self.env["collection.enrichment"])
        verify = enrichment._verify_siren

        def broken(model, case, job):
            if case == cases[1]:
                raise ValueError("unheard of")
            return verify(model, case, job)

        with patch.object(enrichment, "_verify_siren", broken):
            job = self._verify(cases)
        self.assertEqual(
            self._codes(job),
            {
                "Société 0": ("done", "verified"),
                "Société 1": ("failed", "error"),
                "Société 2": ("done", "verified"),
            },
        )
        self.assertEqual((job.failed_count, job.state), (1, "done"))
        self.assertIn("unheard of", job.failed_item_ids.message)

    def test_the_same_work_is_not_started_twice(self):
        cases = self._add_companies(1)
        job = self._verify(cases, execute=False)
        self.assertEqual(self._verify(cases, execute=False), job)

    def test_a_debtor_nobody_knows_gives_way_to_others_at_night(self):
        self.company.write(
            {"collection_auto_verify": True, "collection_verify_limit": 1}
        )
        unknown = self._make_case("Inconnu", 9000, company_registry="999999998")
        known = self._make_case("Severnaya", 100, company_registry=ACTIVE)
        debtors = []
        for _night in range(2):
            self.env["collection.data.worker.verify"]._cron_verify()
            job = self.jobs.search([("company_id", "=", self.company.id)], limit=1)
            job._execute()
            debtors += job.item_ids.case_id
        self.assertEqual(debtors, [unknown, known])
        self.env["collection.data.worker.verify"]._cron_verify()
        job = self.jobs.search([("company_id", "=", self.company.id)], limit=1)
        job._execute()
        self.assertFalse(job.item_ids, "verified, or asked about lately")
        later = fields.Date.add(
            self.today, days=collection_data_worker_verify.RETRY_DAYS + 1
        )
        with self.freeze(fields.Datetime.to_datetime(later) + timedelta(hours=3)):
            self.env["collection.data.worker.verify"]._cron_verify()
            job = self.jobs.search([("company_id", "=", self.company.id)], limit=1)
            job._execute()
        self.assertEqual(job.item_ids.case_id, unknown)

    # === BY HAND === #

    def test_one_debtor_is_verified_at_once(self):
        case = self._make_case("Severnaya", company_registry=ACTIVE)
        shown = case.action_verify()
        self.assertEqual(shown["tag"], "display_notification")
        self.assertEqual(shown["params"]["type"], "success")
        self.assertIn("Verified", shown["params"]["message"])
        self.assertEqual(case.registry_state, "active")
        self.assertFalse(self.jobs.search([("company_id", "=", self.company.id)]))

    @mute_logger(SERVICE_LOG)
    def test_one_debtor_meets_a_service_that_fails(self):
        case = self._make_case("Severnaya", company_registry=ACTIVE)
        self.server.fail("recherche_entreprises", status=500, times=1)
        shown = case.action_verify()["params"]
        self.assertEqual(shown["type"], "warning")
        self.assertIn("Recherche d'entreprises does not answer now", shown["message"])
        self.assertFalse(case.partner_id.enrichment_date)

    def test_several_debtors_are_verified_by_a_job(self):
        cases = self._add_companies(2)
        opened = cases.partner_id.action_collection_verify()
        job = self.jobs.browse(opened["res_id"])
        self.assertEqual((job.kind, job.is_queued), ("verify", True))
        self.assertIn("2 chosen debtors", job.subject)
        job._execute()
        self.assertEqual(job.item_ids.case_id, cases.sorted("id", reverse=True))

    def test_a_collector_may_verify_and_stop(self):
        cases = self._add_companies(2)
        collector = new_test_user(
            self.env, "verify_collector", COLLECTOR, company_id=self.company.id
        )
        as_collector = cases.with_user(collector)
        self.assertIn("Verified", as_collector[0].action_verify()["params"]["message"])
        opened = as_collector.action_verify()
        job = self.jobs.with_user(collector).browse(opened["res_id"])
        job.action_stop()
        self.assertFalse(job.is_queued)
