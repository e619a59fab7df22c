from base64 import b64encode
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ..tools.postal_address import FRENCH_POST, LINE_LENGTH
from ..tools.registries.errors import RefusedError, RegistryError
from .collection_postal_provider import MANUAL
from .collection_registered_letter import ON_ITS_WAY

# The letter itself is refused, not the account or the moment.
REFUSED_LETTER = frozenset({400, 404, 409, 413, 415, 422})
FIRST_PAUSE = timedelta(minutes=15)
LONGEST_PAUSE = timedelta(days=1)
DOUBLINGS = 7
FOLLOW_PAUSE = timedelta(hours=6)
# The scanned receipt may come later than the letter.
RECEIPT_PAUSE = timedelta(days=1)
RECEIPT_PATIENCE = timedelta(days=30)
PROOF_NAMES = {
    "posting": "posting_proof",
    "receipt": "receipt_proof",
    "content": "content_proof",
}


class CollectionRegisteredLetter(models.Model):
    """Registered letters that a provider prints, posts and follows."""

    _inherit = "collection.registered.letter"

    # === JOBS === #

    @api.model
    def _cron_send(self):
        """Hand the letters that wait over to their providers, one after the other.

        Each step is committed: killed at any point, the job goes on without handing a
        letter over twice.
        """
        self._work_off(
            lambda: (
                Domain("state", "=", "to_post")
                & Domain("provider_id.kind", "!=", MANUAL)
                & (
                    Domain("next_attempt_at", "=", False)
                    | Domain("next_attempt_at", "<=", fields.Datetime.now())
                )
            ),
            type(self)._hand_over,
        )

    @api.model
    def _cron_follow(self):
        """Ask the providers how far their letters have come."""
        self._work_off(
            lambda: Domain("next_follow_at", "<=", fields.Datetime.now()),
            type(self)._follow,
        )

    @api.model
    def _work_off(self, get_domain, work):
        """Do ``work`` on each letter of the domain, which that letter then leaves."""
        todo = self.search(get_domain(), order="last_attempt_at NULLS FIRST, id")
        if not self._commit_batch(remaining=len(todo)):
            return
        for letter in todo:
            # Commits release locks and caches.
            letter = letter.try_lock_for_update().filtered_domain(get_domain())
            if letter:
                work(letter.with_company(letter.company_id))
            if not self._commit_batch(1):
                return

    # === SEND === #

    def _hand_over(self):
        """Have the provider send this letter, if it is still due."""
        self.ensure_one()
        # The key and the attempt are known before anything leaves.
        self.write(
            {
                "attempt_count": self.attempt_count + 1,
                "last_attempt_at": fields.Datetime.now(),
            }
        )
        self._commit_batch()
        try:
            is_sent = self._has_left() or (
                self._is_still_due() and self.provider_id._send(self)
            )
        except RegistryError as error:
            self._note_failed_attempt(error)
            return
        if is_sent:
            self._update_state(
                "submitted",
                problem=False,
                next_attempt_at=False,
                next_follow_at=fields.Datetime.now() + FOLLOW_PAUSE,
            )
            self.case_id._request_review()

    def _has_left(self):
        """Return whether an earlier attempt, whose end is not known, has succeeded."""
        if not self.provider_reference:
            return False
        if self.provider_id._has_taken(self):
            return True
        self.provider_reference = False
        return False

    def _note_draft(self, reference):
        """Keep what the provider calls the letter; return whether it may still leave.

        From here on nobody else can cancel it before it has left.
        """
        self.provider_reference = reference
        self._commit_batch()
        self.invalidate_recordset(["state"])
        return bool(self.try_lock_for_update()) and self.state == "to_post"

    def _is_still_due(self):
        """Return whether the letter is due; make it anew when its amount has changed.

        One that is no longer due, or that a person has to read again, does not leave.
        """
        action = self.action_id
        amount = action.amount
        action._check_still_due()
        if action.needs_reading:
            action._cancel(
                self.env._("The amount has changed since a person changed the text.")
            )
        if action.state != "todo" or not action._is_registered():
            self._update_state("cancelled", problem=action.failure_reason)
            # Another channel reaches the debtor now, this one no longer does.
            action.filtered(lambda action: action.state == "todo")._deliver()
            return False
        if action.currency_id.compare_amounts(action.amount, amount):
            action._remake_letter()
        return True

    def _note_failed_attempt(self, error):
        """Give the letter up when it is refused, else try it again later.

        What is wrong with the account or the service concerns all its letters: they
        wait together.
        """
        reason = self.provider_id._explain_error(error)
        if isinstance(error, RefusedError) and error.status in REFUSED_LETTER:
            self._give_up(reason)
            return
        moment = fields.Datetime.now() + self._get_pause()
        self.search(
            [("state", "=", "to_post"), ("provider_id", "=", self.provider_id.id)]
        ).next_attempt_at = moment
        self.problem = reason

    def _give_up(self, reason):
        """Note that the provider does not send this letter, and why."""
        self._update_state("failed", problem=reason, next_follow_at=False)
        self.action_id._fail(reason)
        self.case_id._request_review()

    def _get_pause(self):
        doublings = min(max(self.attempt_count - 1, 0), DOUBLINGS)
        return min(FIRST_PAUSE * 2**doublings, LONGEST_PAUSE)

    # === WHAT THE PROVIDER IS GIVEN === #

    def _prepare_postal_letter(self):
        """Return the letter as the provider takes it, documents included."""
        self.ensure_one()
        action = self.action_id.with_context(lang=self.action_id._get_text_lang())
        return self.provider_id._make_postal_letter(
            self,
            self._get_sender_lines(),
            self._get_recipient_lines(action),
            [
                (document.name, document.raw)
                for document in action._get_postal_documents()
            ],
        )

    def _get_sender_lines(self):
        company = self.company_id
        partner = company.partner_id
        lines = (
            company.name,
            partner.street,
            partner.street2,
            " ".join(filter(None, (partner.zip, partner.city))),
        )
        return [line[:LINE_LENGTH] for line in lines if line]

    def _get_recipient_lines(self, action):
        """Return the lines of the address, without the country: it is given apart."""
        lines = self.env["collection.document"]._get_address_lines(action)
        country = action.recipient_id.country_id
        if country and country.code not in FRENCH_POST:
            return lines[:-1]
        return lines

    # === FOLLOW === #

    def _follow(self):
        """Ask the provider about this letter and note what it says."""
        self.ensure_one()
        self.next_follow_at = fields.Datetime.now() + FOLLOW_PAUSE
        try:
            progress = self.provider_id._follow(self)
            self._apply(progress)
            self._fetch_proofs(progress.proofs or {})
        except RegistryError as error:
            self.problem = self.provider_id._explain_error(error)

    def _apply(self, progress):
        """Bring the letter to where the provider says that it is."""
        self.write(
            {
                "problem": False,
                "provider_status": progress.status_label,
                "tracking_number": progress.tracking_number or self.tracking_number,
                "date_posted": progress.posted_on or self.date_posted,
                "date_presented": progress.presented_on or self.date_presented,
            }
        )
        day = progress.closed_on or self.company_id._get_collection_today()
        if progress.status == "rejected":
            self._give_up(
                self.env._(
                    "%(provider)s has rejected the letter: %(reason)s",
                    provider=self.provider_id.name,
                    reason=progress.status_label,
                )
            )
        elif progress.status == "delivered" and self.state != "delivered":
            self._note_delivered(day)
        elif progress.status == "returned" and self.state in ON_ITS_WAY:
            self._note_provider_return(progress, day)
        elif progress.status in ("posted", "presented") and (
            progress.status != self.state
        ):
            self._update_state(progress.status)
        self._plan_next_follow(day)

    def _note_provider_return(self, progress, day):
        # Without a reason yet, it is asked for again.
        if progress.return_reason:
            self.action_id._note_returned(progress.return_reason, day)

    def _plan_next_follow(self, day):
        """Go on asking until the letter has arrived and its receipt is here."""
        if self.state in ON_ITS_WAY:
            return
        waits = self.state == "delivered" and not self.receipt_proof
        patient = day + RECEIPT_PATIENCE >= self.company_id._get_collection_today()
        self.next_follow_at = (
            fields.Datetime.now() + RECEIPT_PAUSE if waits and patient else False
        )

    def _fetch_proofs(self, places):
        for kind, name in PROOF_NAMES.items():
            if kind in places and not self[name]:
                content = self.provider_id._get_proof(places[kind])
                self.write(
                    {
                        name: b64encode(content),
                        f"{name}_name": f"{self.provider_reference}-{kind}.pdf",
                    }
                )
