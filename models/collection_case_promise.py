from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_date, formatLang

from .collection_promise import FAILED_STATES


class CollectionCase(models.Model):
    """What the debtor has promised, and how a promise is taken."""

    _inherit = "collection.case"

    promise_ids = fields.One2many(
        "collection.promise", "case_id", string="All promises"
    )
    promise_total = fields.Integer(
        string="Number of promises", compute="_compute_promise_figures"
    )
    open_promise_count = fields.Integer(
        string="Promises awaited", compute="_compute_promise_figures"
    )
    open_promise_amount = fields.Monetary(
        string="Promised", compute="_compute_promise_figures"
    )
    next_promise_date = fields.Date(
        string="Next promised day", compute="_compute_promise_figures"
    )
    broken_promise_count = fields.Integer(
        string="Promises not kept",
        compute="_compute_broken_promise_count",
        help="Broken or partly kept in the last 12 months.",
    )
    promise_warning = fields.Char(compute="_compute_broken_promise_count")

    # === COMPUTE METHODS === #

    @api.depends("promise_ids.state", "promise_ids.amount", "promise_ids.date_promised")
    def _compute_promise_figures(self):
        promises = self.env["collection.promise"]
        mine = Domain("case_id", "in", self.ids)
        totals = dict(promises._read_group(mine, ["case_id"], ["__count"]))
        awaited = {
            case: figures
            for case, *figures in promises._read_group(
                mine & Domain("state", "=", "open"),
                ["case_id"],
                ["__count", "amount:sum", "date_promised:min"],
            )
        }
        for case in self:
            count, amount, first = awaited.get(case, (0, 0, False))
            case.promise_total = totals.get(case, 0)
            case.open_promise_count = count
            case.open_promise_amount = amount
            case.next_promise_date = first

    @api.depends("promise_ids.state", "promise_ids.date_limit")
    @api.depends_context("lang")
    def _compute_broken_promise_count(self):
        since = fields.Date.context_today(self) - relativedelta(years=1)
        counts = dict(
            self.env["collection.promise"]._read_group(
                [
                    ("case_id", "in", self.ids),
                    ("state", "in", FAILED_STATES),
                    ("date_limit", ">", since),
                ],
                ["case_id"],
                ["__count"],
            )
        )
        for case in self:
            count = counts.get(case, 0)
            threshold = case.company_id.collection_promise_warning_count
            case.broken_promise_count = count
            case.promise_warning = (
                self.env._(
                    "%s promises were not kept in the last 12 months: ask for a "
                    "payment now, or for instalments with a first payment.",
                    count,
                )
                if threshold and count >= threshold
                else False
            )

    # === ACTION METHODS === #

    def action_promise(self):
        """Open the window that takes a promise."""
        self.ensure_one()
        return self.env["collection.promise.make"]._open(self)

    def action_open_promises(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "l10n_fr_debt_collection.collection_promise_action"
        )
        return action | {
            "domain": [("case_id", "=", self.id)],
            "context": {"default_case_id": self.id},
        }

    # === BUSINESS METHODS === #

    def _promise(
        self,
        amount,
        date,
        lines=None,
        *,
        contact=None,
        origin="phone",
        action=None,
        note="",
        replaced=None,
    ):
        """Note that the debtor promises to pay ``amount`` by ``date``.

        Its items are left alone up to the last day. Promises on the same items that
        would exceed together what is open are replaced by this one.

        :param amount: in company currency
        :param lines: the receivables; if not given those overdue, or all open ones when
            the amount exceeds those
        :param replaced: promises that this one replaces in any case
        :return: the ``collection.promise``
        :raise UserError: it cannot be promised so; the message names the remedy
        """
        self.ensure_one()
        amount = self.currency_id.round(amount)
        self._check_promised_day(date)
        debts = self._get_promised_debts(amount) if lines is None else lines
        self._check_debts(debts)
        self._check_promised_amount(amount, debts)
        replaced = self._find_replaced_promises(amount, debts, replaced)
        replaced._cancel("replaced")
        user = (action and action.user_id) or self._get_promise_user()
        case = self._in_house()
        promise = case.env["collection.promise"].create(
            {
                "case_id": self.id,
                "amount": amount,
                "date_made": self.company_id._get_collection_today(),
                "date_promised": date,
                "grace_days": self.company_id.collection_promise_grace_days,
                "line_ids": [fields.Command.set(debts.ids)],
                "user_id": user.id,
                "contact_id": contact.id if contact else False,
                "origin": origin,
                "action_id": action.id if action else False,
                "note": note,
                "replaced_id": replaced[:1].id,
                "postponed_count": sum(replaced.mapped("postponed_count"))
                + len(replaced),
            }
        )
        case._log_promise(promise)
        return promise.with_env(self.env)

    def _get_promise_user(self):
        """Return who obtains a promise: the user, or the collector of the case."""
        user = self.env.user
        return self._get_watch_user() if user.share or self.env.su else user

    def _get_promised_debts(self, amount):
        self.ensure_one()
        debts = self._get_open_debts()
        today = self.company_id._get_collection_today()
        overdue = debts.filtered(lambda line: (line.date_maturity or line.date) < today)
        is_enough = self.currency_id.compare_amounts(amount, self._sum_open(overdue))
        return debts if is_enough > 0 else overdue

    def _check_promised_day(self, day):
        today = self.company_id._get_collection_today()
        most = self.company_id.collection_promise_max_days
        if day < today:
            raise UserError(
                self.env._(
                    "A payment cannot be promised for a day in the past (%s): choose "
                    "today or a later day.",
                    format_date(self.env, day),
                )
            )
        if day > today + timedelta(days=most):
            raise UserError(
                self.env._(
                    "%(day)s is too far away: a promise is for %(last)s at the latest. "
                    "Ask for an earlier payment or propose a payment plan.",
                    day=format_date(self.env, day),
                    last=format_date(self.env, today + timedelta(days=most)),
                )
            )

    def _check_promised_amount(self, amount, debts):
        total = self._sum_open(debts)
        if self.currency_id.compare_amounts(amount, 0) <= 0:
            raise UserError(self.env._("Enter the amount that is promised."))
        if self.currency_id.compare_amounts(amount, total) > 0:
            raise UserError(
                self.env._(
                    "%(amount)s are more than is open (%(open)s): lower the amount or "
                    "choose more items.",
                    amount=formatLang(self.env, amount, currency_obj=self.currency_id),
                    open=formatLang(self.env, total, currency_obj=self.currency_id),
                )
            )

    def _find_replaced_promises(self, amount, debts, replaced):
        """Return the promises that cannot stand beside a new one of ``amount``."""
        promises = self.env["collection.promise"]
        replaced = replaced or promises
        others = promises.search(promises._get_open_domain(debts)) - replaced
        promised = amount + sum(others.mapped("amount_missing"))
        items = debts | others.line_ids
        if self.currency_id.compare_amounts(promised, self._sum_open(items)) > 0:
            return replaced | others
        return replaced

    def _log_promise(self, promise):
        sentence = (
            self.env._(
                "Promise changed: %(amount)s for %(date)s instead of %(before)s."
            )
            if promise.replaced_id
            else self.env._("Promise to pay: %(amount)s for %(date)s.")
        )
        values = {
            "amount": promise._format_amount(promise.amount),
            "date": format_date(self.env, promise.date_promised),
            "before": format_date(self.env, promise.replaced_id.date_promised)
            if promise.replaced_id
            else "",
        }
        self._message_log(body=sentence % values)

    def _judge_agreements(self):
        promises = self.env["collection.promise"]
        promises.search(
            Domain("case_id", "in", self.ids) & promises._get_judged_domain()
        )._judge()
        return super()._judge_agreements()

    @api.model
    def _get_moved_tables(self):
        return [*super()._get_moved_tables(), "collection_promise"]
