from datetime import timedelta

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL, split_every

from .collection_case import LEGAL_STATES
from .collection_case_plan import TODO
from .collection_plan import RUNNING_STATES

JUDGED_AT_ONCE = 500


class CollectionPlan(models.Model):
    """Holds the instalments against what has really been paid."""

    _inherit = "collection.plan"

    # === BUSINESS METHODS === #

    def _judge(self):
        """Bring what was received, the instalments and the state up to date."""
        for company, plans in self.grouped("company_id").items():
            today = company._get_collection_today()
            plans = plans.with_company(company)
            plans._refresh_received(today)
            plans._follow_instalments(today)

    def _follow_instalments(self, today):
        """Move running plans on to what their instalments call for."""
        running = self.filtered(lambda plan: plan.state in RUNNING_STATES)
        kept = running.filtered(lambda plan: plan.currency_id.is_zero(plan.amount_open))
        kept._close_kept(today)
        short = (running - kept).filtered(lambda plan: plan._lacks_payment())
        (running - kept - short).filtered(
            lambda plan: plan.state == "late"
        )._come_back()
        fresh = short.filtered(lambda plan: plan.state == "active")
        fresh._note_missed()
        waiting = short - fresh
        waiting._start_posted_notices()
        waiting._end_notices(today)

    def _lacks_payment(self):
        """Return whether more is missed than what waits to be allocated."""
        self.ensure_one()
        return (
            self.currency_id.compare_amounts(
                self.amount_missed, self.amount_unallocated
            )
            > 0
        )

    def _close_kept(self, today):
        """Close plans that are paid; what accounting still has to waive stays held."""
        kept = self._update_state("kept", date_closed=today)
        waived = kept.filtered(lambda plan: plan.waiver_state == "approved")
        (kept - waived).hold_id._release()
        waived._prepare_credit_notes(today)

    def _come_back(self):
        """Put plans back in force whose missed instalments have been paid."""
        back = self._update_state(
            "active",
            date_notice=False,
            date_notice_end=False,
            is_notice_by_hand=False,
        )
        back._hold_items()

    def _note_missed(self):
        """Give notice of missed instalments, where the debtor may be written to."""
        stopped = self._filter_stopped()
        late = (self - stopped)._update_state("late")
        late._alert_collector(
            self.env._("An instalment has been missed"), type(self)._describe_missed
        )
        late._give_notice()
        late._hold_items()

    def _filter_stopped(self):
        """Return the plans whose debtor may not be asked to pay at all.

        After the opening of insolvency proceedings, and once a lawyer or an agency has
        the case, nobody here writes to the debtor.
        """
        return self.filtered(
            lambda plan: (
                plan.case_id.state in LEGAL_STATES
                or plan.case_id.active_hold_ids.filtered(
                    lambda hold: not hold.line_ids and hold.reason != "plan"
                )
            )
        )

    def _end_notices(self, today):
        """Break plans whose notice has run out; without the clause ask a person."""
        over = self.filtered(
            lambda plan: plan.date_notice_end and plan.date_notice_end < today
        )
        over -= over._filter_stopped()
        over -= over._take_back_lost_notices()
        over.filtered("has_acceleration")._break()
        for plan in over.filtered(lambda plan: not plan.has_acceleration):
            plan.date_notice_end = False
            plan._alert_collector(
                self.env._("The notice of a payment plan has run out"),
                lambda plan: self.env._(
                    "%(plan)s has no acceleration clause: only the missed "
                    "%(amount)s may be claimed. Decide whether to give it up.",
                    plan=plan.name,
                    amount=plan._format_amount(plan.amount_missed),
                ),
            )

    def _break(self):
        """End plans that were not kept: all is due again, and the case goes on."""
        for company, plans in self.grouped("company_id").items():
            today = company._get_collection_today()
            broken = plans._update_state("broken", date_closed=today)
            broken.hold_id._release()
            broken._alert_collector(
                self.env._("A payment plan has been broken"),
                type(self)._describe_broken,
            )
            broken._announce_end()
            broken._request_broken_steps()

    def _announce_end(self):
        """Tell debtors that the whole rest is due now."""
        accelerated = self.filtered("has_acceleration")
        (accelerated - accelerated._filter_stopped())._send_message("broken")

    def _request_broken_steps(self):
        for plan in self:
            step = plan.case_id.scenario_id.broken_plan_step_id
            if step:
                plan.case_id._request_step(step, reason=plan._describe_broken())

    def _describe_missed(self):
        self.ensure_one()
        return self.env._(
            "%(plan)s: %(missed)s missed, %(unallocated)s received and not allocated.",
            plan=self.name,
            missed=self._format_amount(self.amount_missed),
            unallocated=self._format_amount(self.amount_unallocated),
        )

    def _describe_broken(self):
        self.ensure_one()
        return self.env._(
            "%(plan)s was not kept: %(paid)s of %(amount)s received.",
            plan=self.name,
            paid=self._format_amount(self.amount_paid),
            amount=self._format_amount(self.amount),
        )

    def _alert_collector(self, summary, describe):
        """Leave a task with the collector of each plan, and a line on its case."""
        for plan in self:
            text = describe(plan)
            plan.activity_schedule(
                TODO, summary=summary, note=text, user_id=plan._get_collector().id
            )
            plan.case_id._message_log(body=text)

    # === WHAT WAS RECEIVED === #

    def _refresh_received(self, today):
        """Fill the instalments of these plans, the oldest first, by two statements."""
        self.env.flush_all()
        self._fill_instalments(today)
        self._sum_up(today)
        self.invalidate_recordset()
        self.line_ids.invalidate_recordset()

    def _fill_instalments(self, today):
        """Spread what has settled the debts, by whatever means, over the instalments.

        Credit notes count: they leave less to pay, to the good of the debtor.
        """
        self.env.cr.execute(
            SQL(
                """WITH received AS (%(received)s),
                   queue AS (
                       SELECT line.id, line.date, line.amount, plan.grace_days,
                              received.amount
                              - SUM(line.amount) OVER (PARTITION BY line.plan_id
                                                       ORDER BY line.date, line.id)
                              + line.amount AS available
                         FROM collection_plan_line line
                         JOIN collection_plan plan ON plan.id = line.plan_id
                         JOIN received ON received.plan_id = plan.id),
                   filled AS (
                       SELECT id, date, amount, grace_days,
                              LEAST(amount, GREATEST(0, available)) AS paid
                         FROM queue),
                   fresh AS (
                       SELECT id, paid, amount - paid AS open,
                              CASE WHEN paid >= amount THEN 'paid'
                                   WHEN date + grace_days < %(today)s THEN 'missed'
                                   WHEN paid > 0 THEN 'part_paid'
                                   WHEN date <= %(today)s THEN 'due'
                                   ELSE 'upcoming' END AS state
                         FROM filled)
                   UPDATE collection_plan_line line
                      SET amount_paid = fresh.paid, amount_open = fresh.open,
                          state = fresh.state,
                          date_paid = CASE WHEN fresh.state <> 'paid' THEN NULL
                                      ELSE COALESCE(line.date_paid, %(today)s) END
                     FROM fresh
                    WHERE fresh.id = line.id
                      AND (line.amount_paid, line.amount_open, line.state)
                          IS DISTINCT FROM (fresh.paid, fresh.open, fresh.state)""",
                received=self._sql_received(),
                today=today,
            )
        )

    def _sql_received(self):
        """Return the query of what has settled the debts of each of these plans.

        An entry that is no longer posted claims nothing, nor does one that is gone.
        """
        return SQL(
            """SELECT item.plan_id,
                      GREATEST(0, SUM(item.amount
                          - CASE WHEN debt.parent_state = 'posted'
                                 THEN debt.amount_residual_currency
                                 ELSE 0 END)) AS amount
                 FROM collection_plan_item item
            LEFT JOIN account_move_line debt ON debt.id = item.line_id
                WHERE item.plan_id = ANY(%s)
             GROUP BY item.plan_id""",
            list(self.ids),
        )

    def _sum_up(self, today):
        self.env.cr.execute(
            SQL(
                """WITH received AS (%(received)s),
                   missed AS (
                       SELECT plan_id, SUM(amount - amount_paid) AS amount
                         FROM collection_plan_line
                        WHERE plan_id = ANY(%(ids)s) AND state = 'missed'
                     GROUP BY plan_id),
                   waiting AS (%(unallocated)s),
                   fresh AS (
                       SELECT plan.id, received.amount AS paid,
                              GREATEST(0, plan.amount - received.amount) AS open,
                              100 * LEAST(received.amount, plan.amount)
                                  / NULLIF(plan.amount, 0) AS progress,
                              COALESCE(missed.amount, 0) AS missed,
                              COALESCE(waiting.amount, 0) AS unallocated
                         FROM collection_plan plan
                         JOIN received ON received.plan_id = plan.id
                    LEFT JOIN missed ON missed.plan_id = plan.id
                    LEFT JOIN waiting ON waiting.plan_id = plan.id)
                   UPDATE collection_plan plan
                      SET amount_paid = fresh.paid, amount_open = fresh.open,
                          progress = fresh.progress, amount_missed = fresh.missed,
                          amount_unallocated = fresh.unallocated
                     FROM fresh
                    WHERE fresh.id = plan.id
                      AND (plan.amount_paid, plan.amount_missed,
                           plan.amount_unallocated)
                          IS DISTINCT FROM
                          (fresh.paid, fresh.missed, fresh.unallocated)""",
                received=self._sql_received(),
                unallocated=self._sql_unallocated(),
                ids=list(self.ids),
            )
        )

    def _sql_unallocated(self):
        """Return the query of payments that came since and wait to be allocated."""
        return SQL(
            """SELECT plan.id AS plan_id,
                      -SUM(credit.amount_residual_currency) AS amount
                 FROM collection_plan plan
                 JOIN res_partner payer ON payer.commercial_partner_id = plan.partner_id
                 JOIN account_move_line credit ON credit.partner_id = payer.id
                      AND credit.company_id = plan.company_id
                      AND credit.currency_id = plan.currency_id
                      AND credit.date >= plan.date
                      AND credit.parent_state = 'posted'
                      AND credit.reconciled IS NOT TRUE
                      AND credit.amount_residual_currency < 0
                 JOIN account_account account ON account.id = credit.account_id
                      AND account.account_type = 'asset_receivable'
                 JOIN account_move entry ON entry.id = credit.move_id
                      AND entry.move_type = 'entry'
                WHERE plan.id = ANY(%s)
             GROUP BY plan.id""",
            list(self.ids),
        )

    # === CRON === #

    @api.model
    def _cron_judge(self):
        """Judge all running plans, remind of what is due soon, end old proposals."""
        cron = self.env["ir.cron"]
        ids = self.search([("state", "in", RUNNING_STATES)], order="id").ids
        cron._commit_progress(remaining=len(ids))
        batch_work = self.env["collection.batch"]
        for batch in split_every(JUDGED_AT_ONCE, ids, self.browse):
            plans = batch.try_lock_for_update()
            batch_work._one_by_one_on_error(
                plans, type(self)._judge_and_remind, type(self)._give_up_judging
            )
            if not cron._commit_progress(len(batch)):
                return
        self._end_proposals()

    def _judge_and_remind(self):
        self._judge()
        self._remind()

    def _give_up_judging(self, reason):
        self._message_log(
            body=self.env._("The instalments could not be checked: %s", reason)
        )

    @api.model
    def _end_proposals(self):
        """Cancel proposals that nobody has signed in time."""
        for company in self.env["res.company"].search(Domain.TRUE):
            today = company._get_collection_today()
            lapsed = self.search(
                [
                    ("company_id", "=", company.id),
                    ("state", "=", "sent"),
                    ("date_offer_end", "<", today),
                ]
            )
            lapsed._cancel(reason=self.env._("Not signed in time: it has lapsed."))

    def _remind(self):
        """Remind debtors of instalments that fall due within a few days."""
        for company, plans in self.grouped("company_id").items():
            days = company.collection_plan_reminder_days
            if not days:
                continue
            today = company._get_collection_today()
            lines = self.env["collection.plan.line"].search(
                [
                    ("plan_id", "in", plans.ids),
                    ("plan_state", "=", "active"),
                    ("state", "in", ("upcoming", "part_paid", "due")),
                    ("reminded_on", "=", False),
                    ("date", ">", today),
                    ("date", "<=", today + timedelta(days=days)),
                ]
            )
            due = lines.plan_id
            (due - due._filter_stopped())._send_message("reminder", by_post=False)
            lines.reminded_on = today
