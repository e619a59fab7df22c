from datetime import timedelta

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL, format_date

from .collection_dispute import CREDITED_RESOLUTIONS, OPEN_STATES

JUDGE_BATCH = 1000
ANSWER_TYPE = "l10n_fr_debt_collection.activity_type_answer_dispute"
LATE_TYPE = "l10n_fr_debt_collection.activity_type_late_dispute"
CREDIT_TYPE = "l10n_fr_debt_collection.activity_type_credit_dispute"


class CollectionDispute(models.Model):
    """Closes disputes that have settled themselves; tells people of those that wait."""

    _inherit = "collection.dispute"

    # === CRONS === #

    @api.model
    def _cron_judge(self, limit=JUDGE_BATCH):
        """Close what is settled, speak of what is late, write the month's figures."""
        domain = Domain("state", "in", OPEN_STATES)
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=self.search_count(domain))
        last_id = 0
        while disputes := self.search(
            domain & Domain("id", ">", last_id), limit=limit, order="id"
        ):
            last_id = disputes[-1].id
            self.env["collection.batch"]._one_by_one_on_error(
                disputes, type(self)._judge, type(self)._note_not_judged
            )
            if not cron._commit_progress(len(disputes)):
                return
        self._escalate()
        self.env["collection.dispute.month"]._refresh(
            self.env["res.company"].search(Domain.TRUE)
        )

    def _note_not_judged(self, reason):
        self._message_log(
            body=self.env._("This dispute could not be looked at: %s", reason)
        )

    # === CLOSING === #

    def _judge(self):
        """Close the disputes whose items, or disputed part, are settled."""
        if not self:
            return
        credited = self._read_credited()
        for dispute in self:
            dispute._settle(credited.get(dispute.id, 0))

    def _read_credited(self):
        """Return ``{dispute id: amount}`` that credit notes have taken off since.

        In company currency. Write-offs and transfers count too: they settle a dispute
        as well as a credit note does.
        """
        ledger = self.env["collection.payment.ledger"]
        ledger._flush_sources()
        rows = self.env.execute_query(
            SQL(
                """WITH instalment AS MATERIALIZED (%(instalments)s),
                        matched AS (%(matched)s)
                   SELECT rel.dispute_id,
                          round(sum(matched.amount * instalment.rate)::numeric,
                                max(instalment.digits))
                     FROM collection_dispute_line_rel rel
                     JOIN collection_dispute dispute ON dispute.id = rel.dispute_id
                     JOIN matched ON matched.line_id = rel.line_id
                     JOIN instalment ON instalment.id = rel.line_id
                    WHERE rel.dispute_id = ANY(%(disputes)s)
                      AND matched.kind IN ('credited', 'written_off')
                      AND matched.day >= dispute.date_opened
                 GROUP BY rel.dispute_id""",
                instalments=ledger._sql_instalments(
                    SQL("line.id = ANY(%s)", list(self.line_ids.ids))
                ),
                matched=ledger._sql_matched(),
                disputes=list(self.ids),
            )
        )
        return {dispute_id: float(amount) for dispute_id, amount in rows}

    def _settle(self, credited):
        """Close this dispute if nothing of what is disputed is left."""
        self.ensure_one()
        compare = self.currency_id.compare_amounts
        if compare(credited, self.amount_settled):
            self.amount_settled = credited
        if compare(credited, self.amount) >= 0:
            self._close(self._get_credited_resolution())
        elif not self.line_ids:
            # The items were deleted: their entry went back to draft.
            self._close("withdrawn")
        elif all(line.reconciled for line in self.line_ids):
            is_paid = compare(credited, 0) <= 0
            self._close("paid" if is_paid else self._get_credited_resolution())

    def _get_credited_resolution(self):
        decided = self.resolution in CREDITED_RESOLUTIONS
        return self.resolution if decided else "credit_note"

    # === TASKS === #

    def _tell_owners(self):
        """Give the owners the task to answer; have them follow the exchanges."""
        waiting = self.filtered(lambda dispute: dispute.state in OPEN_STATES)
        # The task of the owner before him, who may be a colleague, is over.
        waiting.sudo().activity_unlink([ANSWER_TYPE])
        for dispute in waiting:
            dispute.message_subscribe(dispute.user_id.partner_id.ids)
        self._give_tasks(
            ANSWER_TYPE,
            {dispute: (dispute.user_id, dispute.deadline) for dispute in waiting},
            self.env._("Answer the dispute"),
        )

    def _ask_for_credit_note(self):
        """Have the collectors see to the credit note that has been decided."""
        users = {
            dispute: (
                dispute.case_id._get_watch_user(),
                dispute.company_id._get_collection_today(),
            )
            for dispute in self
        }
        self._give_tasks(CREDIT_TYPE, users, self.env._("Issue the credit note"))

    @api.model
    def _escalate(self):
        """Remind owners before the deadline, then tell a superior at each level."""
        for company in self.env["res.company"].search(Domain.TRUE):
            waiting = self.search(
                [("company_id", "=", company.id), ("state", "in", OPEN_STATES)]
            )
            spoken = waiting.with_context(lang=company._get_house_lang())
            spoken._remind_owners(company)
            spoken._tell_superiors(company)

    def _remind_owners(self, company):
        today = company._get_collection_today()
        soon = today + timedelta(days=company.collection_dispute_reminder_days)
        due = self.filtered(lambda d: not d.is_reminded and d.deadline <= soon)
        due.is_reminded = True
        for dispute in due:
            dispute.message_notify(
                partner_ids=dispute.user_id.partner_id.ids,
                subject=dispute.display_name,
                body=self.env._(
                    "This dispute is to be answered by %s.",
                    format_date(self.env, dispute.deadline),
                ),
            )

    def _tell_superiors(self, company):
        today = company._get_collection_today()
        late_days = company._get_dispute_late_days()
        users = {}
        for dispute in self.filtered(lambda d: d.deadline < today):
            days = (today - dispute.deadline).days
            level = sum(1 for late in late_days if late <= days)
            if level > dispute.late_level:
                dispute.late_level = level
                users[dispute] = (company._get_dispute_superior(), today)
        self._give_tasks(LATE_TYPE, users, self.env._("Dispute not answered in time"))

    @api.model
    def _give_tasks(self, activity_type, users, summary):
        """Give tasks on disputes: ``{dispute: (user, last day)}``."""
        # The task is often a colleague's.
        self.env["mail.activity"].sudo().create(
            [
                {
                    "activity_type_id": self.env["ir.model.data"]._xmlid_to_res_id(
                        activity_type
                    ),
                    "automated": True,
                    "res_model_id": self.env["ir.model"]._get_id(self._name),
                    "res_id": dispute.id,
                    "summary": summary,
                    "note": dispute.description,
                    "date_deadline": day,
                    "user_id": user.id,
                }
                for dispute, (user, day) in users.items()
            ]
        )

    # === DOCUMENTS === #

    def _keep_documents(self, attachments):
        """Make these attachments documents of the dispute, shown in its exchanges."""
        self.ensure_one()
        if not attachments:
            return
        attachments.write({"res_model": self._name, "res_id": self.id})
        self.message_post(body=self.description or "", attachment_ids=attachments.ids)
