from datetime import datetime, time, timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

# The reason for the delay that an outcome tells by itself.
REASONS_OF_OUTCOMES = {
    "invoice_missing": "invoice_not_received",
    "disputed": "contested",
    "difficulty": "difficulty",
    "bad_faith": "bad_faith",
}
# Channels that put pressure on who will not pay, the strongest first.
FORMAL_CHANNELS = ("formal_notice", "registered_letter", "letter")
# What an action that tries again takes from the one that nobody answered.
RETRIED_FIELDS = (
    "case_id",
    "scenario_id",
    "step_id",
    "channel",
    "recipient_id",
    "recipient_address",
    "lang",
    "user_id",
    "signatory_name",
    "signatory_email",
    "signatory_phone",
)
MORNING = time(8)


class CollectionAction(models.Model):
    """What each outcome of a call or task means for the case."""

    _inherit = "collection.action"

    def _log_outcome(self, outcome, note="", values=None):
        """Close this call or task with its outcome, and do what the outcome means.

        :param outcome: a code of the field ``outcome``
        :param note: what was said
        :param values: what was agreed, all optional: ``amount`` and ``date`` (promise),
            ``line_ids``; ``paid_on`` and ``reference``; ``dispute_reason_id`` and
            ``amount``; ``retry_at`` (UTC); ``contact_name``, ``contact_phone`` and
            ``contact_email``; ``delay_reason_id``; ``wait_until``
        :return: an action to open next, or ``False``
        :raise UserError: when the action is closed, or what was agreed cannot be
        """
        self.ensure_one()
        values = values or {}
        if self.state not in ("todo", "preview"):
            raise UserError(self.env._("“%s” is already closed.", self.display_name))
        opened = getattr(self, f"_follow_{outcome}", self._follow_none)(note, values)
        if values.get("wait_until"):
            self._leave_alone_until(values["wait_until"], outcome, note)
        self._close(outcome, note)
        opened = self._note_delay_reason(outcome, values) or opened
        self.case_id._review()
        return opened or False

    def _follow_none(self, note, values):
        """Nothing follows from an outcome that has no rule of its own."""

    # === WHO WAS REACHED === #

    def _follow_promised(self, note, values):
        if not values.get("date"):
            return
        self.case_id._promise(
            values.get("amount") or self.case_id.amount_overdue_net,
            fields.Date.to_date(values["date"]),
            self._get_chosen_lines(values),
            contact=self.recipient_id,
            origin="phone",
            action=self,
            note=note,
        )

    def _follow_paid(self, note, values):
        """Leave the debtor alone while somebody looks for his payment."""
        company = self.company_id
        until = company._get_collection_today() + timedelta(
            days=company.collection_paid_check_days
        )
        self._leave_alone_until(until, "paid", note)
        self.case_id.activity_schedule(
            "l10n_fr_debt_collection.activity_type_find_payment",
            date_deadline=until,
            note=self._get_payment_words(values),
            user_id=self.case_id._get_collector().id or self.env.uid,
        )

    def _get_payment_words(self, values):
        paid_on = values.get("paid_on")
        return self.env._(
            "%(debtor)s says that %(amount)s were paid on %(date)s, reference: "
            "%(reference)s.",
            debtor=self.partner_id.display_name,
            amount=self.currency_id.format(values.get("amount") or self.amount),
            date=format_date(self.env, paid_on) if paid_on else "?",
            reference=values.get("reference") or "?",
        )

    def _follow_disputed(self, note, values):
        reason_id = values.get("dispute_reason_id")
        if not reason_id:
            return
        self.case_id._dispute(
            self.env["collection.dispute.reason"].browse(reason_id),
            self._get_chosen_lines(values) or self._get_open_debts(),
            values.get("amount") or 0,
            description=note,
            origin="phone",
            contact=self.recipient_id,
            action=self,
        )

    def _follow_difficulty(self, note, values):
        """Open a payment plan: who cannot pay at once may pay in parts."""
        return self.case_id.action_make_plan()

    def _follow_bad_faith(self, note, values):
        """Ask for the most formal step the scenario still has."""
        step = self._find_formal_step()
        if step:
            self.case_id._request_step(
                step, reason=self._get_outcome_label("bad_faith", note)
            )

    def _find_formal_step(self):
        """Return the next step of the scenario by the most formal of its channels."""
        steps = self.case_id.scenario_id.step_ids.filtered(
            lambda step: step.delay_days > self.step_id.delay_days
        )
        for channel in FORMAL_CHANNELS:
            found = steps.filtered(
                lambda step, channel=channel: step.channel == channel
            )
            if found:
                return found[0]
        return steps[-1:]

    def _follow_invoice_missing(self, note, values):
        self.case_id._resend_invoices(contact=self._get_mail_contact())

    def _get_mail_contact(self):
        """Return whom to write to: who was called, if he has an e-mail address."""
        return self.recipient_id if self.recipient_id.email else None

    # === WHO WAS NOT === #

    def _follow_wrong_person(self, note, values):
        """Keep the right contact when it was told, else have it looked for."""
        if not values.get("contact_name"):
            words = note or self.env._(
                "%s is not who pays: ask for the right contact.",
                self.recipient_id.display_name,
            )
            self.case_id._ask_for("contact", {self.case_id.id: words})
            return
        self.env["res.partner"].create(
            {
                "parent_id": self.partner_id.id,
                "name": values["contact_name"],
                "phone": values.get("contact_phone"),
                "email": values.get("contact_email"),
                "collection_role": "payables",
                "type": "contact",
            }
        )
        if self.recipient_id.collection_role == "payables":
            self.recipient_id.collection_role = False

    def _follow_wrong_number(self, note, values):
        self.recipient_id.enrichment_status = "incomplete"
        self.recipient_id._note_wrong_phone()

    def _follow_no_answer(self, note, values):
        self._try_again(values.get("retry_at"))

    def _follow_voicemail(self, note, values):
        self._try_again(values.get("retry_at"))

    def _try_again(self, moment):
        """Call again at ``moment`` unless that was the last attempt; return the call.

        After the last one the number is to be checked and the scenario goes on.
        """
        if self.attempt >= self.company_id.collection_call_attempts:
            reason = self.env._(
                "Nobody answered %(count)s calls to %(number)s.",
                count=self.attempt,
                number=self.recipient_address or self.partner_id.phone,
            )
            self.case_id._ask_for("phone", {self.case_id.id: reason})
            return self.browse()
        if not moment:
            return self.browse()
        moment = fields.Datetime.to_datetime(moment)
        retry = self.create(
            {
                **{
                    name: self._fields[name].convert_to_write(self[name], self)
                    for name in RETRIED_FIELDS
                },
                "state": "preview",
                "date": self.company_id._get_collection_time(moment).date(),
                "amount": self.amount,
                "desk_after": moment,
                "attempt": self.attempt + 1,
                "retry_of_id": self.id,
            }
        )
        retry._snapshot_open_items()
        self.env["collection.channel"]._get(retry.channel)._deliver(retry)
        return retry

    def _get_default_retry(self, outcome):
        """Return when to call again after ``outcome``: UTC, within the call window."""
        self.ensure_one()
        company = self.company_id
        if outcome == "voicemail":
            day = company._get_collection_today() + timedelta(
                days=company.collection_voicemail_days
            )
            moment = datetime.combine(day, MORNING)
        else:
            hours = company.collection_call_retry_hours
            moment = fields.Datetime.now() + timedelta(hours=hours)
        partner = self.recipient_id or self.partner_id
        opening = self.env["collection.call.window"]._next_opening(
            partner.country_id, moment.replace(microsecond=0), partner
        )
        return opening or moment

    # === WHAT THEY SHARE === #

    def _get_chosen_lines(self, values):
        """Return the items a person has chosen, ``None`` for all."""
        lines = self.env["account.move.line"].browse(values.get("line_ids") or [])
        return lines or None

    def _get_open_debts(self):
        return self.case_id.line_ids.filtered(lambda line: line.amount_residual > 0)

    def _leave_alone_until(self, day, outcome, note):
        self.env["collection.hold"].create(
            {
                "case_id": self.case_id.id,
                "name": self._get_outcome_label(outcome, note),
                "date_to": day,
                "res_model": self._name,
                "res_id": self.id,
            }
        )

    def _note_delay_reason(self, outcome, values):
        """Note why the debtor is late; do what the reason asks for.

        What the outcome has already done is not done twice.

        :return: an action to open, or ``False``
        """
        reasons = self.env["collection.delay.reason"]
        told = REASONS_OF_OUTCOMES.get(outcome)
        reason = reasons.browse(values.get("delay_reason_id") or [])
        if reason and reason.code != told:
            return reason._apply(self.case_id, action=self)
        if told:
            reason = reason or reasons.search([("code", "=", told)], limit=1)
            self.delay_reason_id = reason
            self.case_id.write(
                {
                    "delay_reason_id": reason.id,
                    "delay_reason_date": self.company_id._get_collection_today(),
                }
            )
        return False

    @api.model
    def _get_loggable_outcomes(self):
        """Return the outcomes a person may choose, with their labels."""
        automatic = ("skipped", "expired", "returned")
        choices = self._fields["outcome"]._description_selection(self.env)
        return [choice for choice in choices if choice[0] not in automatic]
