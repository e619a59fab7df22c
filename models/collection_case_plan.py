from datetime import timedelta
from decimal import Decimal

from dateutil.relativedelta import relativedelta

from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date, formatLang

from ..tools import instalments
from ..tools.instalments import ScheduleError
from .collection_plan import OPEN_STATES

FIRST_PAYMENT_DAYS = 7
TODO = "mail.mail_activity_data_todo"


class CollectionCase(models.Model):
    """The debtor's payment plans, and how one is drawn up."""

    _inherit = "collection.case"

    plan_ids = fields.One2many("collection.plan", "case_id", string="Payment plans")
    plan_count = fields.Integer(
        string="Number of payment plans", compute="_compute_plan_count"
    )
    open_plan_count = fields.Integer(
        string="Open payment plans", compute="_compute_plan_count"
    )

    # === COMPUTE METHODS === #

    @api.depends("plan_ids.state")
    def _compute_plan_count(self):
        counts = {}
        for case, state, count in self.env["collection.plan"]._read_group(
            [("case_id", "in", self.ids)], ["case_id", "state"], ["__count"]
        ):
            counts.setdefault(case.id, {})[state] = count
        for case in self:
            mine = counts.get(case.id, {})
            case.plan_count = sum(mine.values())
            case.open_plan_count = sum(mine.get(state, 0) for state in OPEN_STATES)

    # === ACTION METHODS === #

    def action_make_plan(self):
        """Open the window that draws up a payment plan."""
        self.ensure_one()
        return self.env["collection.plan.make"]._open(self)

    def action_open_plans(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "l10n_fr_debt_collection.collection_plan_action"
        )
        return action | {
            "domain": [("case_id", "=", self.id)],
            "context": {"default_case_id": self.id},
        }

    # === BUSINESS METHODS === #

    def _propose_plan(
        self,
        lines=None,
        count=3,
        first_date=None,
        first_amount=0,
        origin="portal",
        contact=None,
        note="",
    ):
        """Draw up a plan by the month that the debtor asks for.

        Over the limits of the company no plan is made: the request is kept as a task
        for the collector.

        :param lines: the receivables; all that may be chased if not given
        :return: the plan, a proposal; an empty recordset when over the limits
        :raise UserError: the request makes no sense; the message says why
        """
        self.ensure_one()
        debts = self._check_plan_lines(
            self._get_plannable_lines() if lines is None else lines
        )
        parts = self._schedule_plan(
            debts,
            first_date=first_date or self._get_first_plan_date(),
            rhythm=instalments.MONTHLY,
            count=count,
            first_amount=first_amount,
        )
        excess = self._find_plan_excess(parts, debts.currency_id)
        if excess:
            self._keep_plan_request(parts, debts.currency_id, excess, note)
            return self.env["collection.plan"]
        plan = self.env["collection.plan"].create(
            self._prepare_plan(debts, parts)
            | {
                "origin": origin,
                "contact_id": contact.id if contact else False,
                "note": note,
            }
        )
        if origin == "portal":
            plan._ask_collector()
        return plan

    def _get_first_plan_date(self):
        self.ensure_one()
        today = self.company_id._get_collection_today()
        return today + timedelta(days=FIRST_PAYMENT_DAYS)

    def _get_plannable_lines(self):
        """Return the debts of one currency that may be chased: overdue, else open.

        Of several currencies the company's comes first.
        """
        self.ensure_one()
        today = self.company_id._get_collection_today()
        excluded = set(self._get_exclusions(today))
        debts = self.env["account.move.line"].search(
            self._get_open_line_domain(), order="date_maturity, id"
        )
        debts = debts.filtered(
            lambda line: line.amount_residual > 0 and line not in excluded
        )
        overdue = debts.filtered(lambda line: (line.date_maturity or line.date) < today)
        chosen = overdue or debts
        own = chosen.filtered(lambda line: line.currency_id == self.currency_id)
        return own or chosen.filtered(
            lambda line: line.currency_id == chosen[:1].currency_id
        )

    def _check_plan_lines(self, lines):
        """Return ``lines`` if one plan can be about them; the error says why not."""
        self.ensure_one()
        if not lines:
            raise UserError(
                self.env._(
                    "There is nothing to pay in instalments for %s: no open item that "
                    "may be chased.",
                    self.display_name,
                )
            )
        strangers = lines.filtered(
            lambda line: (
                line.partner_id.commercial_partner_id != self.partner_id
                or line.company_id != self.company_id
                or line.parent_state != "posted"
                or line.account_type != "asset_receivable"
                or line.amount_residual_currency <= 0
            )
        )
        if strangers:
            raise UserError(
                self.env._(
                    "%(item)s is no open debt of %(debtor)s: take it off the plan.",
                    item=strangers[0].display_name,
                    debtor=self.display_name,
                )
            )
        if len(lines.currency_id) > 1:
            raise UserError(
                self.env._(
                    "A payment plan has one currency, these items have %s: make one "
                    "plan for each.",
                    ", ".join(lines.currency_id.mapped("name")),
                )
            )
        self._check_not_planned(lines)
        return lines

    def _check_not_planned(self, lines):
        planned = self.env["collection.plan.item"].search(
            [("line_id", "in", lines.ids), ("plan_id.state", "in", OPEN_STATES)],
            limit=1,
        )
        if planned:
            raise UserError(
                self.env._(
                    "%(item)s is in the payment plan %(plan)s already: cancel that one "
                    "first, or leave the item out.",
                    item=planned.name,
                    plan=planned.plan_id.name,
                )
            )

    def _schedule_plan(self, lines, *, first_date, rhythm, waiver=0, **choice):
        """Return the instalments of a plan over ``lines``, see :mod:`..tools`.

        :raise UserError: there is no such schedule; the message names the remedy
        """
        currency = lines.currency_id
        today = self.company_id._get_collection_today()
        if first_date < today:
            raise UserError(
                self.env._(
                    "The first instalment cannot be in the past (%s): choose today or "
                    "a later day.",
                    format_date(self.env, first_date),
                )
            )
        for name in ("first_amount", "each"):
            if choice.get(name) is not None:
                choice[name] = self._to_decimal(choice[name], currency)
        total = sum(lines.mapped("amount_residual_currency")) - waiver
        try:
            return instalments.schedule(
                self._to_decimal(total, currency),
                first_date,
                rhythm,
                unit=Decimal(repr(currency.rounding)),
                **choice,
            )
        except ScheduleError as error:
            sentence = self._get_schedule_sentences()[error.code]
            raise UserError(sentence) from error

    @api.model
    def _to_decimal(self, amount, currency):
        unit = Decimal(repr(currency.rounding))
        return Decimal(repr(currency.round(amount))).quantize(unit)

    @api.model
    def _get_schedule_sentences(self):
        return {
            "total": self.env._("Nothing is left to pay in instalments."),
            "first": self.env._(
                "The first payment is negative, or leaves nothing for the other "
                "instalments: lower it or choose fewer instalments."
            ),
            "count": self.env._(
                "Choose between 1 and %s instalments.", instalments.MOST_INSTALMENTS
            ),
            "share": self.env._(
                "The instalments would be smaller than the smallest coin: choose fewer."
            ),
            "each": self.env._("The amount of an instalment has to be above zero."),
            "days": self.env._("There is at least one day between two instalments."),
        }

    def _find_plan_excess(self, parts, currency):
        """Return one sentence per limit of the company that a schedule exceeds."""
        self.ensure_one()
        company = self.company_id
        today = company._get_collection_today()
        sentences = []
        count, months = (
            company.collection_plan_max_count,
            company.collection_plan_max_months,
        )
        if count and len(parts) > count:
            sentences.append(
                self.env._(
                    "%(asked)s instalments instead of %(most)s at most",
                    asked=len(parts),
                    most=count,
                )
            )
        last = parts[-1].date
        if months and last > today + relativedelta(months=months):
            sentences.append(
                self.env._(
                    "a last payment on %(date)s instead of within %(months)s months",
                    date=format_date(self.env, last),
                    months=months,
                )
            )
        smallest = company.currency_id._convert(
            company.collection_plan_min_instalment, currency, company, today
        )
        least = float(min(part.amount for part in parts))
        if len(parts) > 1 and currency.compare_amounts(least, smallest) < 0:
            sentences.append(
                self.env._(
                    "an instalment of %(amount)s instead of %(least)s at least",
                    amount=formatLang(self.env, least, currency_obj=currency),
                    least=formatLang(self.env, smallest, currency_obj=currency),
                )
            )
        return sentences

    def _keep_plan_request(self, parts, currency, excess, note):
        """Have a collector decide on a request that exceeds the limits."""
        self.ensure_one()
        total = float(sum(part.amount for part in parts))
        text = self.env._(
            "The debtor asks to pay %(amount)s in %(count)s instalments from %(date)s "
            "on: %(excess)s. %(note)s",
            amount=formatLang(self.env, total, currency_obj=currency),
            count=len(parts),
            date=format_date(self.env, parts[0].date),
            excess="; ".join(excess),
            note=note or "",
        )
        self._message_log(body=text)
        self.activity_schedule(
            TODO,
            summary=self.env._("A payment plan beyond the limits is asked for"),
            note=text,
            user_id=self._get_collector().id,
        )

    def _prepare_plan(self, lines, parts):
        """Return the values of a plan over ``lines`` paid in ``parts``."""
        self.ensure_one()
        company = self.company_id
        today = company._get_collection_today()
        snapshots = self.env["collection.action.item"]._prepare_snapshots(
            lines.ids, today
        )
        return {
            "case_id": self.id,
            "currency_id": lines.currency_id.id,
            "date": today,
            "user_id": self._get_collector().id,
            "item_ids": [
                Command.create(self._prepare_plan_item(snapshots[line.id]))
                for line in lines
            ],
            "line_ids": [
                Command.create({"date": part.date, "amount": float(part.amount)})
                for part in parts
            ],
            "grace_days": company.collection_plan_grace_days,
            "notice_days": company._get_plan_notice_days(self),
            "signature_required": company.collection_plan_signature_required,
            "follower_id": company.collection_plan_follower_id.id,
            "cost": company.collection_plan_cost,
        }

    @api.model
    def _prepare_plan_item(self, snapshot):
        kept = ("line_id", "move_id", "name", "date", "date_due", "amount_total")
        return {
            **{name: snapshot[name] for name in kept},
            "amount": snapshot["amount_residual_currency"],
        }

    @api.model
    def _get_moved_tables(self):
        return [
            *super()._get_moved_tables(),
            "collection_plan",
            "collection_plan_line",
        ]
