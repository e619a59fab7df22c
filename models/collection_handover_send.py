from odoo import models
from odoo.exceptions import UserError

from .collection_case_watch import FROZEN

SHOWN_NAMES = 5
ANNOUNCEMENT = "l10n_fr_debt_collection.mail_template_handover_announced"


class CollectionHandover(models.Model):
    """Hands cases over: statement, file, end of our reminders, word to the debtor."""

    _inherit = "collection.handover"

    # === ACTION METHODS === #

    def action_send(self):
        """Hand these proposals over to their providers."""
        self._send()
        return True

    def action_announce(self):
        """Tell the debtors who is their only contact from now on."""
        self._announce()
        return True

    # === BUSINESS METHODS === #

    def _send(self):
        """Entrust these drafts: from now on the provider is the only contact."""
        drafts = self.filtered(lambda one: one.state == "draft")
        drafts._check_sendable()
        for company, handovers in drafts.grouped("company_id").items():
            handovers.with_company(company)._entrust(company._get_collection_today())
        for handover_id, amount in drafts._read_payments().items():
            self.browse(handover_id).amount_paid_before = amount
        sent = drafts._update_state("sent")
        sent._stop_own_collection()
        sent._request_packages()
        sent.case_id._message_log_batch(
            {handover.case_id.id: handover._describe_sent() for handover in sent}
        )
        sent.filtered(lambda one: one.provider_id.announcement != "none")._announce()
        return sent

    def _check_sendable(self):
        """Raise if something cannot be handed over; the message says what to do."""
        empty = self.filtered(lambda one: not one._get_open_lines())
        if empty:
            raise UserError(
                self.env._(
                    "Nothing is open that could be handed over of: %s. Choose items, "
                    "or give the proposal up.",
                    empty._list_debtors(),
                )
            )
        insolvent = self.filtered(
            lambda one: (
                one.case_id.proceeding in FROZEN
                or any(
                    hold.reason == "insolvency" for hold in one.case_id.active_hold_ids
                )
            )
        )
        if insolvent:
            raise UserError(
                self.env._(
                    "Insolvency proceedings are open against: %s. The claim is "
                    "declared in them, and is not handed over.",
                    insolvent._list_debtors(),
                )
            )

    def _list_debtors(self):
        return ", ".join(self[:SHOWN_NAMES].partner_id.mapped("display_name"))

    def _get_open_lines(self):
        self.ensure_one()
        return self.line_ids.filtered(
            lambda line: not line.reconciled and line.amount_residual > 0
        )

    def _entrust(self, today):
        """Fix what is entrusted on ``today`` by drafts of one company."""
        for handover in self:
            handover.line_ids = handover._get_open_lines()
        statements = self._make_statements(today)
        for handover in self:
            lines = handover.line_ids
            oldest = min(line.date_maturity or line.date for line in lines)
            handover.write(
                {
                    "name": handover.provider_id._next_number(today),
                    "statement_id": statements[handover.case_id].id,
                    "amount_entrusted": sum(lines.mapped("amount_residual")),
                    "days_overdue": max((today - oldest).days, 0),
                    "terms": handover.provider_id._get_terms().to_json(),
                    "date_sent": today,
                    "next_report_date": handover.provider_id._get_next_report_date(
                        today
                    ),
                }
            )

    def _make_statements(self, today):
        """Return ``{case: its statement of claim}``."""
        statements = self.case_id._make_claim_statement(
            today, lines=self.line_ids, purpose="handover"
        )
        return dict(zip(self.case_id, statements, strict=True))

    def _stop_own_collection(self):
        """Stop whatever the company asks of these debtors by itself."""
        self.env["collection.hold"].create(
            [handover._prepare_hold() for handover in self]
        )
        cases = self.case_id
        cases._update_state("handed_over")
        # The mails that are recalled belong to whoever made the run.
        cases.sudo()._stop_reminders(
            {
                handover.case_id: self.env._(
                    "Handed over to %s.", handover.provider_id.display_name
                )
                for handover in self
            }
        )
        cases._request_review()

    def _prepare_hold(self):
        self.ensure_one()
        return {
            "case_id": self.case_id.id,
            "reason": "handover",
            "name": self.env._(
                "%(provider)s (%(handover)s)",
                provider=self.provider_id.display_name,
                handover=self.name,
            ),
            "user_id": self.user_id.id,
            "res_model": self._name,
            "res_id": self.id,
        }

    def _resume_collection(self):
        """End the holds of these handovers and let the figures decide what follows."""
        holds = self.env["collection.hold"].search(
            [
                ("res_model", "=", self._name),
                ("res_id", "in", self.ids),
                ("reason", "=", "handover"),
            ]
        )
        holds.filtered("is_active")._release()
        cases = self.case_id.filtered(
            lambda case: (
                case.state == "handed_over" and not case.handover_ids._get_held()
            )
        )
        for group in cases.grouped("company_id").values():
            for state, freed in group._grouped_by_due_state().items():
                freed._update_state(state)
        cases._request_review()

    def _describe_sent(self):
        self.ensure_one()
        return self.env._(
            "%(amount)s handed over to %(provider)s (%(handover)s).",
            amount=self._format_amount(self.amount_entrusted),
            provider=self.provider_id.display_name,
            handover=self.name,
        )

    # === WORD TO THE DEBTOR === #

    def _announce(self):
        """Write to the debtors who is their only contact: by e-mail, else by post.

        :return: the actions that do so
        """
        held = self._get_held()
        texts = held._render_words(self.env.ref(ANNOUNCEMENT))
        contacts = held._find_contacts()
        actions = self.env["collection.action"].create(
            [
                handover._prepare_announcement(
                    *contacts[handover.case_id.id], *texts[handover.id]
                )
                for handover in held
            ]
        )
        actions._snapshot_entrusted_items()
        lost = actions.filtered("is_unreachable")
        for reason, group in lost.grouped("failure_reason").items():
            group._fail(reason, unreachable=True)
        (actions - lost)._deliver()
        return actions

    def _prepare_announcement(self, channel, recipient, subject, body):
        user = self.case_id._get_collector() or self.user_id
        return self._prepare_message_action(channel, recipient, user) | {
            "handover_id": self.id,
            "subject": subject,
            "body": body,
        }

    def _find_contacts(self):
        """Return ``{case id: (channel, Recipient)}`` of the announcements."""
        channels = self.env["collection.channel"]
        by_mail = self.filtered(lambda one: one.provider_id.announcement != "letter")
        found = {
            case_id: ("email", recipient)
            for case_id, recipient in channels._get("email")
            ._find_recipients(by_mail.case_id)
            .items()
            if not recipient.problem
        }
        by_post = self.case_id.filtered(lambda case: case.id not in found)
        letters = channels._get("letter")._find_recipients(by_post)
        return found | {
            case_id: ("letter", recipient) for case_id, recipient in letters.items()
        }
