from collections import defaultdict

from odoo import api, models
from odoo.tools import SQL, format_date, split_every

from .collection_handover import HELD_STATES

FOLLOW_BATCH = 1000


class CollectionHandover(models.Model):
    """Follows what is with providers: money in the books, late reports, the end."""

    _inherit = "collection.handover"

    # === CRONS === #

    @api.model
    def _cron_follow(self):
        """Bring all handovers up to date, company by company."""
        for company in self.env["res.company"]._iterate_in_cron():
            self.with_company(company)._follow_company(company)

    @api.model
    def _follow_company(self, company):
        # What is paid after the end still earns the provider its fee.
        open_files = self.search(
            [
                ("company_id", "=", company.id),
                ("state", "not in", ("draft", "cancelled", "closed")),
            ]
        )
        for batch in split_every(FOLLOW_BATCH, open_files.ids, self.browse):
            batch._refresh_collected()
            batch._get_held()._end_if_settled()
        self._tell_late_reports(company)
        self._tell_late_transfers(company)

    # === MONEY === #

    def _refresh_collected(self):
        """Write what the books show as paid on the items since the handover."""
        paid = self._read_payments()
        fresh = {
            handover: max(paid.get(handover.id, 0.0) - handover.amount_paid_before, 0.0)
            for handover in self
        }
        changed = [
            (handover.id, amount)
            for handover, amount in fresh.items()
            if handover.currency_id.compare_amounts(handover.amount_collected, amount)
        ]
        if not changed:
            return
        ids, amounts = zip(*changed, strict=True)
        self.flush_recordset(["amount_collected"])
        self.env.cr.execute(
            SQL(
                """UPDATE collection_handover handover
                      SET amount_collected = fresh.amount
                     FROM unnest(%s::int[], %s::numeric[]) AS fresh (id, amount)
                    WHERE fresh.id = handover.id""",
                list(ids),
                list(amounts),
            )
        )
        written = self.browse(ids)
        written.invalidate_recordset(["amount_collected"], flush=False)
        written.modified(["amount_collected"])

    def _read_payments(self):
        """Return ``{handover id: payments on its items since the day of handover}``.

        In company currency, at the rate at which the items are in the books. Credit
        notes and write-offs are no payments.
        """
        entrusted = self.filtered("date_sent")
        if not entrusted:
            return {}
        settlements = defaultdict(list)
        for row in self.env["collection.claim.ledger"]._read_settlements(
            entrusted.line_ids.ids, max(map(type(self)._get_today, entrusted))
        ):
            if row["is_payment"]:
                settlements[row["line_id"]].append((row["day"], float(row["amount"])))
        return {
            handover.id: handover.currency_id.round(
                sum(
                    amount * line.balance / line.amount_currency
                    for line in handover.line_ids
                    for day, amount in settlements[line.id]
                    if day >= handover.date_sent
                )
            )
            for handover in entrusted
        }

    def _end_if_settled(self):
        """End what the provider has and nothing is open of any more."""
        settled = self._get_held().filtered(
            lambda one: one.currency_id.is_zero(one.amount_open)
        )
        settled._refresh_collected()
        whole = settled.filtered(
            lambda one: (
                one.currency_id.compare_amounts(
                    one.amount_collected, one.amount_entrusted
                )
                >= 0
            )
        )
        whole._end("paid")
        (settled - whole)._end("partly")

    # === REPORTS === #

    @api.model
    def _tell_late_reports(self, company):
        """Have somebody ask for the reports that are late, once for each."""
        today = company._get_collection_today()
        late = self.search(
            [
                ("company_id", "=", company.id),
                ("state", "in", HELD_STATES),
                ("next_report_date", "<", today),
            ]
        ).filtered(lambda one: one.announced_late_on != one.next_report_date)
        self.env["mail.activity"].create(
            [handover._prepare_late_activity() for handover in late]
        )
        for day, handovers in late.grouped("next_report_date").items():
            handovers.announced_late_on = day

    def _prepare_late_activity(self):
        self.ensure_one()
        return self.case_id._prepare_watch_activity(
            self.env._("Ask %s for its report", self.provider_id.display_name),
            self.env._(
                "News of %(handover)s was expected by %(date)s. Ask the provider, or "
                "take the case back.",
                handover=self.display_name,
                date=format_date(self.env, self.next_report_date),
            ),
            self._get_today(),
            self.user_id or self.case_id._get_watch_user(),
        )

    @api.model
    def _tell_late_transfers(self, company):
        """Have somebody ask for money that was reported and has not come, once."""
        today = company._get_collection_today()
        late = self.search(
            [
                ("company_id", "=", company.id),
                ("state", "not in", ("draft", "cancelled", "closed")),
                ("amount_to_transfer", ">", 0),
                ("last_report_date", "<", today),
            ]
        ).filtered(
            lambda one: (
                one.announced_transfer_on != one.last_report_date
                and (today - one.last_report_date).days > one.provider_id.transfer_days
            )
        )
        self.env["mail.activity"].create(
            [handover._prepare_transfer_activity() for handover in late]
        )
        for day, handovers in late.grouped("last_report_date").items():
            handovers.announced_transfer_on = day

    def _prepare_transfer_activity(self):
        self.ensure_one()
        return self.case_id._prepare_watch_activity(
            self.env._("Ask %s for the money", self.provider_id.display_name),
            self.env._(
                "%(amount)s of %(handover)s was reported by %(date)s at the latest and "
                "is not matched with its items.",
                amount=self._format_amount(self.amount_to_transfer),
                handover=self.display_name,
                date=format_date(self.env, self.last_report_date),
            ),
            self._get_today(),
            self.user_id or self.case_id._get_watch_user(),
        )

    # === TAKING BACK === #

    def _recall(self, reason, note=False):
        """Take cases back from their providers; ours goes on where it may."""
        held = self._get_held()
        held._refresh_collected()
        recalled = held._end("recalled", recall_reason=reason)
        words = {handover: handover._describe_recall(note) for handover in recalled}
        recalled._message_log_batch({one.id: text for one, text in words.items()})
        recalled.case_id._message_log_batch(
            {one.case_id.id: text for one, text in words.items()}
        )
        return recalled

    def _describe_recall(self, note):
        self.ensure_one()
        reasons = dict(self._fields["recall_reason"]._description_selection(self.env))
        sentence = self.env._(
            "Taken back from %(provider)s: %(reason)s.",
            provider=self.provider_id.display_name,
            reason=reasons[self.recall_reason],
        )
        return f"{sentence} {note}" if note else sentence
