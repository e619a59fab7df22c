from datetime import timedelta

from odoo import api, models
from odoo.exceptions import UserError

MODULE = "l10n_fr_debt_collection"
# Beside the words of these messages stand the debts that are open on their day.
WITH_ITEMS = ("agreement", "notice", "broken")


class CollectionPlan(models.Model):
    """Writes to the debtor about a plan, by ordinary actions of the case."""

    _inherit = "collection.plan"

    # === ACTION METHODS === #

    def action_send(self):
        """Send the agreement to be signed; the items are left alone meanwhile."""
        self._check_complete()
        self._check_waiver_decided()
        for company, plans in self.grouped("company_id").items():
            today = company._get_collection_today()
            days = company.collection_plan_offer_days
            sent = plans._update_state(
                "sent", date_sent=today, date_offer_end=today + timedelta(days=days)
            )
            sent._hold_items()
            sent._send_message("agreement")
        return True

    def action_note_notice(self):
        """Note that notice of the missed instalment has been given by other means."""
        for plan in self.filtered(lambda plan: plan.state == "late"):
            plan.is_notice_by_hand = True
            plan._start_notice(plan._get_today())
        return True

    def action_print_agreement(self):
        """Download the agreement: as it was signed, else as it would be printed."""
        self.ensure_one()
        attachment = self.agreement_id or self.env["collection.pdf"]._make_download(
            self._get_document_name(), self._render_agreement()
        )
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{attachment.id}?download=true",
            "target": "self",
        }

    # === BUSINESS METHODS === #

    def _ask_collector(self):
        """Have the collector look at plans that debtors have asked for."""
        for plan in self:
            plan.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=self.env._("A payment plan is asked for: check and send it"),
                note=plan.note,
                user_id=plan._get_collector().id,
            )

    def _give_notice(self):
        """Send the notice of missed instalments.

        Its period runs from the day on which it leaves: for a letter, once it is
        posted. Where none can be sent, a person has to give it, and the period waits.
        """
        actions = self._send_message("notice")
        (self - actions._filter_alive().plan_id)._ask_for_notice()
        self._start_posted_notices()

    def _start_posted_notices(self):
        """Let the period run of notices that have left since."""
        waiting = self.filtered(lambda plan: not plan.date_notice)
        for plan in waiting:
            sent = plan._get_last_notice().filtered(
                lambda action: action.state in ("sent", "done")
            )
            if sent:
                plan._start_notice(sent.sent_date.date())

    def _start_notice(self, day):
        self.ensure_one()
        self.date_notice = day
        self.date_notice_end = day + timedelta(days=self.notice_days)
        self._hold_items()

    def _take_back_lost_notices(self):
        """Return the plans whose notice came back: it counts as not given."""
        lost = self.filtered(
            lambda plan: (
                not plan.is_notice_by_hand
                and not plan._get_last_notice()._filter_alive()
            )
        )
        lost.write({"date_notice": False, "date_notice_end": False})
        lost._ask_for_notice()
        return lost

    def _get_last_notice(self):
        self.ensure_one()
        return self.action_ids.filtered(
            lambda action: action.plan_message == "notice"
        ).sorted("id")[-1:]

    def _ask_for_notice(self):
        self._alert_collector(
            self.env._("A notice could not be sent"),
            lambda plan: self.env._(
                "Give the debtor notice of the missed instalment of %s by other "
                "means, and note it on the plan.",
                plan.name,
            ),
        )

    def _send_message(self, kind, by_post=True):
        """Write one message per plan and have it delivered; return the actions.

        By e-mail where the debtor has an address, else by post if ``by_post``.
        """
        actions = self._make_message_actions(kind, by_post)
        actions._snapshot_plan_items()
        lost = actions.filtered("is_unreachable")
        for reason, group in lost.grouped("failure_reason").items():
            group._fail(reason, unreachable=True)
        (actions - lost)._deliver()
        return actions

    def _make_message_actions(self, kind, by_post):
        texts = self._render_messages(kind)
        contacts = self._find_contacts(by_post)
        return self.env["collection.action"].create(
            [
                {
                    **plan._prepare_message(*contacts[plan.case_id.id]),
                    "plan_message": kind,
                    "subject": texts[plan.id][0],
                    "body": texts[plan.id][1],
                }
                for plan in self
            ]
        )

    def _find_contacts(self, by_post):
        """Return ``{case id: (channel, Recipient)}`` for messages about plans."""
        channels = self.env["collection.channel"]
        cases = self.case_id
        found = {
            case_id: ("email", recipient)
            for case_id, recipient in channels._get("email")
            ._find_recipients(cases)
            .items()
        }
        stuck = cases.filtered(lambda case: found[case.id][1].problem)
        if by_post and stuck:
            for case_id, recipient in (
                channels._get("letter")._find_recipients(stuck).items()
            ):
                if not recipient.problem:
                    found[case_id] = ("letter", recipient)
        return found

    def _prepare_message(self, channel, recipient):
        return self._prepare_message_action(
            channel, recipient, self._get_collector()
        ) | {"plan_id": self.id}

    def _render_messages(self, kind):
        """Return ``{plan id: (subject, body)}`` in each debtor's language."""
        return self._render_words(self.env.ref(self._get_message_template(kind)))

    @api.model
    def _get_message_template(self, kind):
        """Return the XML id of the words of a message. Hook."""
        return f"{MODULE}.mail_template_plan_{kind}"

    def _check_waiver_decided(self):
        waiting = self.filtered(lambda plan: plan.waiver_state == "proposed")
        if waiting:
            raise UserError(
                self.env._(
                    "The waiver of %s waits for accounting: have it approved or "
                    "refused before the plan is proposed.",
                    waiting[0].display_name,
                )
            )
