from datetime import datetime, time, timedelta
from typing import NamedTuple

from odoo import Command, models

from .collection_demo import MODULE
from .stories import STORIES

DEFAULT_SCENARIO = f"{MODULE}.scenario_business"
OFFICE_HOUR = time(8, 30)  # UTC


class PastItem(NamedTuple):
    """What a receivable still amounted to on a day."""

    line: models.BaseModel
    residual_currency: float
    residual: float


class CollectionDemoHistory(models.AbstractModel):
    """What was already done about the debtors: contacts, holds, choices by hand."""

    _inherit = "collection.demo"

    def _load_collection_history(self, today, invoices):
        company = self.env.company
        self._prepare_collection(company)
        company.flush_recordset()  # the statement that makes the cases reads it
        self.env["collection.balance"]._refresh_companies(company)
        cases = self._get_cases()
        self._assign_cases(cases)
        every_case = self.env["collection.case"].union(*cases.values())
        every_case._review()
        self._create_past_actions(cases, today)
        self._create_holds(cases, invoices, today)
        every_case._review()

    # === CASES === #

    def _prepare_collection(self, company):
        """Give the company its scenario and its collector, where it has none."""
        if not company.collection_scenario_id:
            company.collection_scenario_id = self.env.ref(
                DEFAULT_SCENARIO, raise_if_not_found=False
            )
        if not company.collection_user_id:
            company.collection_user_id = self._get_named("user", "nadia")

    def _get_cases(self):
        """Return ``{story key: case}`` of the debtors that have one."""
        cases = self.env["collection.case"]._get_for_partners(
            self._get_debtors(), self.env.company
        )
        by_debtor = cases.grouped("partner_id")
        return {
            story.key: by_debtor[partner]
            for story in STORIES
            if (partner := self._get_named("partner", story.key)) in by_debtor
        }

    def _get_debtors(self):
        return self.env["res.partner"].union(
            *(self._get_named("partner", story.key) for story in STORIES)
        )

    def _iter_cases(self, cases):
        for story in STORIES:
            if story.key in cases:
                yield story, cases[story.key]

    def _assign_cases(self, cases):
        for story, case in self._iter_cases(cases):
            case.user_id = self._get_named("user", story.collector)
            if story.scenario:
                case.manual_scenario_id = self.env.ref(f"{MODULE}.{story.scenario}")
            if story.case_state:
                case._update_state(story.case_state)

    # === HOLDS === #

    def _create_holds(self, cases, invoices, today):
        self.env["collection.hold"].create(
            [
                self._prepare_hold(story, hold, case, invoices, today)
                for story, case in self._iter_cases(cases)
                for hold in story.holds
            ]
        )

    def _prepare_hold(self, story, hold, case, invoices, today):
        first = today - timedelta(days=hold.ago)
        invoice = invoices.get((story.key, hold.on), self.env["account.move"])
        values = {
            "case_id": case.id,
            "line_ids": [Command.set(self._get_receivables(invoice).ids)],
            "reason": hold.reason,
            "name": hold.name,
            "date_from": first,
            "user_id": self._get_named("user", story.collector).id,
        }
        return values | (
            {"date_to": first + timedelta(days=hold.days)} if hold.days else {}
        )

    # === CONTACTS THAT TOOK PLACE === #

    def _create_past_actions(self, cases, today):
        """Make actions with the items of their day, freeze their words, date them."""
        planned = [
            (event, values)
            for story, case in self._iter_cases(cases)
            for event, values in self._plan_past_actions(case, story.events, today)
        ]
        actions = self.env["collection.action"].create(
            [values for _event, values in planned]
        )
        actions.filtered(lambda action: action._needs_text())._freeze_texts()
        for action, (event, _values) in zip(actions, planned, strict=True):
            self._close_past_action(action, event)
        self._post_past_mails(actions.filtered(lambda a: a.channel == "email"))

    def _plan_past_actions(self, case, events, today):
        """Yield event and action values, for the events that something was due for."""
        used = self.env["collection.step"]
        for event in events:
            day = self._get_past_day(today, event.ago)
            items = self._get_past_items(case, day)
            step = self._choose_past_step(case, event, items, used, day)
            channel = self.env["collection.channel"]._get(event.channel)
            if items and (step or not channel._needs_text):
                used |= step
                yield event, self._prepare_past_action(case, event, items, step, day)

    def _choose_past_step(self, case, event, items, used, day):
        """Return the first step of this channel the oldest item had reached.

        Each step is taken once; when all were, the furthest one is taken again.
        """
        late = max((self._get_days_late(item.line, day) for item in items), default=0)
        reached = case.scenario_id.step_ids.filtered(
            lambda step: step.channel == event.channel and 0 < step.delay_days <= late
        ).sorted("delay_days")
        return (reached - used)[:1] or reached[-1:]

    def _prepare_past_action(self, case, event, items, step, day):
        amount = sum(item.residual for item in items)
        return {
            **self._prepare_past_contact(case, step, event.channel),
            "case_id": case.id,
            "date": day,
            "state": "todo",
            "amount": case.currency_id.round(amount),
            "item_ids": self._prepare_past_items(items, step, day),
        }

    def _prepare_past_contact(self, case, step, channel_name):
        channel = self.env["collection.channel"]._get(channel_name)
        recipient = channel._find_recipients(case)[case.id]
        contact = self.env["res.partner"].browse(recipient.partner_id)
        # Whoever cannot be reached today could be then.
        contact = contact or case.partner_id
        values = {"channel": channel_name, "user_id": case.user_id.id}
        if step:
            values = self.env["collection.action"]._prepare_contact(
                case, step, channel_name, recipient
            )
        return values | {
            "recipient_id": contact.id,
            "recipient_address": channel._get_address(contact),
            "lang": contact.lang or case.partner_id.lang,
            "is_unreachable": False,
            "failure_reason": False,
        }

    def _close_past_action(self, action, event):
        state = "done" if event.outcome else "sent"
        action._update_state(
            state, outcome=event.outcome or False, outcome_note=event.note or False
        )
        action.sent_date = datetime.combine(action.date, OFFICE_HOUR)

    def _post_past_mails(self, actions):
        """Put the e-mails of the past in the chatter of their cases; none is sent."""
        bodies = actions._render_mails()
        self.env["mail.message"].create(
            [
                {
                    "model": "collection.case",
                    "res_id": action.case_id.id,
                    "record_name": action.case_id.display_name,
                    "message_type": "email_outgoing",
                    "subtype_id": self.env.ref("mail.mt_comment").id,
                    "is_internal": False,
                    "date": action.sent_date,
                    "subject": action.subject,
                    "body": bodies[action.id],
                    "author_id": action.user_id.partner_id.id,
                    "email_from": action.signatory_email,
                }
                for action in actions
            ]
        )

    # === ITEMS OF A DAY === #

    def _get_past_items(self, case, day):
        """Return what was overdue and open on a day, oldest first."""
        lines = self.env["account.move.line"].search(
            [
                ("partner_id", "=", case.partner_id.id),
                ("company_id", "=", case.company_id.id),
                ("account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
                ("balance", ">", 0),
                ("no_followup", "=", False),
                ("date_maturity", "<", day),
                ("move_id.payment_state", "!=", "blocked"),
            ],
            order="date_maturity, id",
        )
        items = [self._get_past_item(line, day) for line in lines]
        return [item for item in items if item.residual > 0]

    def _get_past_item(self, line, day):
        settled = line.matched_credit_ids.filtered(
            lambda partial: partial.credit_move_id.date <= day
        )
        open_currency = line.amount_currency - sum(
            settled.mapped("debit_amount_currency")
        )
        return PastItem(
            line,
            line.currency_id.round(open_currency),
            line.company_currency_id.round(
                line.balance - sum(settled.mapped("amount"))
            ),
        )

    def _prepare_past_items(self, items, step, day):
        snapshots = self.env["collection.action.item"]._prepare_snapshots(
            [item.line.id for item in items], day
        )
        return [
            Command.create(
                snapshots[item.line.id]
                | {
                    "amount_residual_currency": item.residual_currency,
                    "amount": item.residual,
                }
                | self._prepare_passed_step(step, self._get_days_late(item.line, day))
            )
            for item in items
        ]

    def _prepare_passed_step(self, step, days_late):
        """Return the furthest step, up to that of the action, an item had reached."""
        passed = step.scenario_id.step_ids.filtered(
            lambda other: 0 < other.delay_days <= min(days_late, step.delay_days)
        ).sorted("delay_days")[-1:]
        return {"step_id": passed.id, "delay_days": passed.delay_days}

    def _get_days_late(self, line, day):
        return (day - line.date_maturity).days
