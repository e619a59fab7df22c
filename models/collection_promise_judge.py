from collections import defaultdict
from datetime import timedelta
from decimal import Decimal

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, format_date

from ..tools import promises as rules
from .collection_promise import FAILED_STATES

JUDGE_BATCH = 1000
# Bank statements come in late and direct debits are sent back: a promise is looked at
# again for so many days after its last one.
REJUDGED_DAYS = 30
WARNING_TYPE = "activity_type_broken_promise"
REMINDER_TYPE = "activity_type_promise_due"


class CollectionPromise(models.Model):
    """Says whether promises were kept, from the payments of the ledger.

    A payment is what ``collection.payment.ledger`` takes for one: credit notes and
    write-offs keep no promise, they lower what can be kept.
    """

    _inherit = "collection.promise"

    reminded_on = fields.Date(readonly=True, copy=False)

    # === CRONS === #

    @api.model
    def _cron_judge(self, limit=JUDGE_BATCH):
        """Judge the promises of all companies, then remind of those due tomorrow."""
        domain = self._get_judged_domain()
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=self.search_count(domain))
        last_id = 0
        while promises := self.search(
            domain & Domain("id", ">", last_id), limit=limit, order="id"
        ):
            last_id = promises[-1].id
            self.env["collection.batch"]._one_by_one_on_error(
                promises, type(self)._judge, type(self)._note_not_judged
            )
            if not cron._commit_progress(len(promises)):
                return
        self._remind()

    def _note_not_judged(self, reason):
        self.case_id._message_log(
            body=self.env._(
                "Whether the promise “%(promise)s” was kept could not be told: "
                "%(reason)s",
                promise=self.display_name,
                reason=reason,
            )
        )

    @api.model
    def _get_judged_domain(self):
        """Return the domain of what a payment may still change."""
        since = fields.Date.context_today(self) - timedelta(days=REJUDGED_DAYS)
        return Domain("state", "=", "open") | (
            Domain("state", "!=", "cancelled") & Domain("date_limit", ">=", since)
        )

    # === JUDGING === #

    def _judge(self):
        """Give these promises the state that the payments call for.

        A fixed number of queries, but for what has to be told to a person.
        """
        if not self:
            return
        rivals = self | self._find_rivals()
        payments = self._read_payments(rivals.line_ids)
        for company, promises in rivals.grouped("company_id").items():
            verdicts = promises._get_verdicts(payments, company)
            spoken = (promises & self).with_context(lang=company._get_house_lang())
            spoken._settle(verdicts)

    def _find_rivals(self):
        """Return the other promises on the same items: they share the payments."""
        return self.search(
            Domain("line_ids", "in", self.line_ids.ids)
            & Domain("state", "!=", "cancelled")
            & Domain("id", "not in", self.ids)
        )

    @api.model
    def _read_payments(self, lines):
        """Return ``{journal item id: [Payment]}`` in company currency."""
        ledger = self.env["collection.payment.ledger"]
        ledger._flush_sources()
        rows = self.env.execute_query(
            SQL(
                """WITH instalment AS MATERIALIZED (%(instalments)s),
                        matched AS (%(matched)s)
                   SELECT matched.line_id, matched.day,
                          round(sum(matched.amount * matched.cash_share
                                    * instalment.rate)::numeric, instalment.digits)
                     FROM matched
                     JOIN instalment ON instalment.id = matched.line_id
                    WHERE matched.kind = 'payment'
                 GROUP BY matched.line_id, matched.day, instalment.digits""",
                instalments=ledger._sql_instalments(
                    SQL("line.id = ANY(%s)", list(lines.ids))
                ),
                matched=ledger._sql_matched(),
            )
        )
        payments = defaultdict(list)
        for line_id, day, amount in rows:
            # Rounded by the database, read as a float: its shortest form is exact.
            paid = Decimal(repr(amount))
            payments[line_id].append(rules.Payment(line_id, day, paid))
        return payments

    def _get_verdicts(self, payments, company):
        """Return ``{promise id: tools.promises.Verdict}`` of one company's promises."""
        facts = {promise.id: promise._to_rules() for promise in self}
        mine = [p for line in self.line_ids for p in payments.get(line.id, ())]
        shares = rules.allot(facts.values(), mine)
        taken = rules.by_line(shares)
        share = Decimal(str(company.collection_promise_kept_share)) / 100
        today = company._get_collection_today()
        return {
            promise.id: rules.judge(
                facts[promise.id],
                shares[promise.id],
                rules.payable(
                    facts[promise.id], promise._get_residual(), payments, taken
                ),
                today,
                share,
            )
            for promise in self
        }

    def _to_rules(self):
        self.ensure_one()
        return rules.Promise(
            id=self.id,
            made=self.date_made,
            due=self.date_promised,
            limit=self.date_limit,
            amount=self._to_decimal(self.amount),
            lines=frozenset(self.line_ids.ids),
        )

    def _get_residual(self):
        """Return what is open of the items, as a ``Decimal``."""
        self.ensure_one()
        lines = self.line_ids.filtered(lambda line: not line.reconciled)
        return self._to_decimal(sum(lines.mapped("amount_residual")))

    def _to_decimal(self, amount):
        unit = Decimal(repr(self.currency_id.rounding))
        return Decimal(repr(self.currency_id.round(amount))).quantize(unit)

    def _settle(self, verdicts):
        """Give these promises their verdicts; tell who has to know."""
        for promise in self.filtered(lambda p: p.state == verdicts[p.id].state):
            paid = float(verdicts[promise.id].paid)
            if promise.currency_id.compare_amounts(promise.amount_paid, paid):
                promise.amount_paid = paid
        changed = self.filtered(lambda p: p.state != verdicts[p.id].state)
        recovered = changed.filtered(lambda promise: promise.state in FAILED_STATES)
        for promise in changed:
            verdict = verdicts[promise.id]
            promise._update_state(
                verdict.state,
                amount_paid=float(verdict.paid),
                date_closed=verdict.day,
                cancel_reason="credited" if verdict.state == "cancelled" else False,
            )
        changed._release()
        recovered.filtered(lambda p: p.state not in FAILED_STATES)._take_back_step()
        changed.filtered(lambda promise: promise.state == "open")._hold_items()
        changed.filtered(lambda promise: promise.state in FAILED_STATES)._alert()

    # === WHAT FOLLOWS === #

    def _alert(self):
        """Tell the collectors of promises not kept and have the next step taken."""
        if not self:
            return
        by_case = self.grouped("case_id")
        self.case_id._message_log_batch(
            {
                case.id: "\n".join(p._get_failure_words() for p in promises)
                for case, promises in by_case.items()
            }
        )
        for promises in by_case.values():
            promises[:1]._request_next_step()
        # Whoever books the payment gives the task to the collector, a colleague.
        Activity = self.env["mail.activity"].sudo()
        tasks = Activity.with_context(mail_activity_quick_update=True).create(
            [promise._prepare_alert() for promise in self]
        )
        for promise, task in zip(self, tasks, strict=True):
            promise.activity_id = task

    def _request_next_step(self):
        self.ensure_one()
        step = self.case_id.scenario_id.broken_promise_step_id
        if step:
            self.case_id._request_step(step, reason=self._get_failure_words())

    def _take_back_step(self):
        """Give up the step asked for because of promises that were kept after all."""
        self.case_id.filtered(
            lambda case: (
                case.requested_step_id
                and case.requested_step_id == case.scenario_id.broken_promise_step_id
            )
        )._clear_request()

    def _prepare_alert(self):
        self.ensure_one()
        return self.case_id._prepare_agreement_task(
            WARNING_TYPE,
            self.env._("Promise not kept"),
            self._get_failure_words(),
            self.case_id._get_watch_user(),
        )

    def _get_failure_words(self):
        self.ensure_one()
        words = {
            "amount": self._format_amount(self.amount),
            "paid": self._format_amount(self.amount_paid),
            "date": format_date(self.env, self.date_promised),
        }
        if self.state == "partial":
            return self.env._(
                "Of %(amount)s promised for %(date)s only %(paid)s were paid.", **words
            )
        return self.env._("%(amount)s promised for %(date)s were not paid.", **words)

    @api.model
    def _remind(self):
        """Give the collectors a task the day before a promised payment."""
        companies = self.env["res.company"].search(
            [("collection_promise_reminder", "=", True)]
        )
        for company in companies:
            tomorrow = company._get_collection_today() + timedelta(days=1)
            promises = self.search(
                [
                    ("company_id", "=", company.id),
                    ("state", "=", "open"),
                    ("date_promised", "=", tomorrow),
                    ("reminded_on", "=", False),
                ]
            )
            tasks = self.env["mail.activity"].create(
                [promise._prepare_reminder() for promise in promises]
            )
            for promise, task in zip(promises, tasks, strict=True):
                promise.activity_id = task
            promises.reminded_on = company._get_collection_today()

    def _prepare_reminder(self):
        self.ensure_one()
        return self.case_id._prepare_agreement_task(
            REMINDER_TYPE,
            self.env._("A promised payment is due tomorrow"),
            self.display_name,
            self.user_id or self.case_id._get_watch_user(),
        )
