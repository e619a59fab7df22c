from collections import defaultdict
from dataclasses import replace

from odoo import api, fields, models

from ..tools import planning


class CollectionAction(models.Model):
    """Looks at the books once more when a message is about to be handed over.

    Between the run that writes a message and the server that takes it, a payment or a
    credit note may be booked, a dispute or a promise noted. What waits in the outbox is
    no evidence yet: it is brought up to date, or it does not leave.
    """

    _inherit = "collection.action"

    # === BUSINESS METHODS === #

    def _recheck_before_sending(self):
        """Return those of these actions that may leave, brought up to date.

        To be called in the transaction that hands their messages over. Items that are
        settled or may no longer be chased drop out; nothing is added. An action with
        nothing left is cancelled and says why; one whose text a person has changed
        goes back to a person when its amount is another.
        """
        reminders = self.filtered(lambda action: action._claims_items())
        for company, actions in reminders.grouped("company_id").items():
            self.env["collection.batch"]._one_by_one_on_error(
                actions.with_company(company),
                type(self)._recheck_items,
                type(self)._keep_back,
            )
        return self.filtered(
            lambda action: action not in reminders or action._is_in_outbox()
        )

    def _claims_items(self):
        """Return whether this action asks for what is due on its items. Hook."""
        self.ensure_one()
        return bool(self.step_id) and self._is_in_outbox()

    def _recheck_items(self):
        """Bring these actions of one company up to date, or take them back."""
        decisions = self._decide_again(self.company_id._get_collection_today())
        settled = self.filtered(lambda action: not decisions[action.id].step)
        for action in settled:
            action._withdraw(decisions[action.id])
        changed = (self - settled).filtered(
            lambda action: action._has_changed(decisions[action.id])
        )
        edited = changed.filtered("is_text_edited")
        edited._return_to_reader(decisions)
        (changed - edited)._renew(decisions)

    def _decide_again(self, day):
        """Return ``{action id: planning.Decision}`` about the items already chosen."""
        facts = self.env["collection.planner"]._get_facts(self.case_id, day)
        claimed = self._get_claimed_lines()
        decisions = {
            case_id: self._restrict(fact, claimed[case_id])
            for case_id, fact in facts.items()
        }
        own = self._get_own_decisions(decisions)
        return {action.id: action._judge(own[action.id]) for action in self}

    def _get_claimed_lines(self):
        """Return ``{case id: line ids}`` of what these and their like ask for.

        The messages of one day to one debtor share his credits.
        """
        parcels = self.filtered(lambda action: action._get_parcel_key())
        siblings = self.search_fetch(
            [
                ("case_id", "in", parcels.case_id.ids),
                ("date", "in", list(set(parcels.mapped("date")))),
                ("parcel", "like", ":"),
                ("state", "in", ("sent", "done", "todo", "to_validate")),
            ],
            ["case_id", "item_ids"],
        )
        claimed = defaultdict(set)
        for action in self | siblings:
            debts = action.item_ids.filtered(lambda item: item.amount > 0)
            claimed[action.case_id.id].update(debts.line_id.ids)
        return claimed

    @api.model
    def _restrict(self, fact, line_ids):
        """Return a decision about those of these lines that may still be chased."""
        lines = [
            line
            for line in fact.lines
            if line.id in line_ids and line.residual > 0 and not line.exclusions
        ]
        return planning.Decision(
            fact,
            step=planning.Step(id=0, delay=1) if lines else None,
            lines=lines,
            credits=[line for line in fact.lines if line.residual < 0],
            is_chosen=True,
        )

    def _judge(self, decision):
        """Return ``decision`` for the items of this action, without a step if over."""
        self.ensure_one()
        own_ids = set(self.item_ids.line_id.ids)
        lines = [line for line in decision.lines if line.id in own_ids]
        amount = sum(line.residual for line in (*lines, *decision.credits))
        # A person may claim less than a run would.
        minimum = self.scenario_id.minimum_amount if self.run_id else 0
        exclusions = []
        if not lines or amount < planning.NOTHING:
            own_lines = [line for line in decision.case.lines if line.id in own_ids]
            exclusions = [reason for line in own_lines for reason in line.exclusions]
            exclusions = exclusions or [planning.Exclusion("parcel_settled")]
        elif amount < minimum:
            facts = {"amount": amount, "minimum": minimum}
            exclusions = [planning.Exclusion("below_minimum", facts)]
        return replace(
            decision,
            step=None if exclusions else self.step_id._to_plan(),
            lines=lines,
            amount=amount,
            passed={
                item.line_id.id: item.step_id._to_plan()
                for item in self.item_ids
                if item.step_id
            },
            exclusions=exclusions,
        )

    def _has_changed(self, decision):
        """Return whether what this action says differs from ``decision``."""
        self.ensure_one()
        said = defaultdict(float)
        for item in self.item_ids:
            said[item.line_id.id] += item.amount
        now = {line.id: line.residual for line in (*decision.lines, *decision.credits)}
        return said.keys() != now.keys() or any(
            abs(said[line_id] - amount) >= planning.NOTHING
            for line_id, amount in now.items()
        )

    def _withdraw(self, decision):
        """Keep a message in the house whose items need no reminder any more."""
        self.ensure_one()
        reason = self.env["collection.planner"]._explain_decision(decision)
        self._update_state("cancelled", failure_reason=reason, delivery_state=False)
        self.env["collection.channel"]._get(self.channel)._stop(self)
        self.case_id._message_log(
            body=self.env._(
                "“%(action)s” was not sent: %(reason)s",
                action=self.step_id.name or self.display_name,
                reason=reason,
            )
        )
        self.case_id._request_review()

    def _keep_back(self, reason):
        """Note that a message could not be brought up to date: it does not leave."""
        self.ensure_one()
        # Whether it would have arrived is not known: the address is not to blame.
        self.delivery_state = False
        self._fail(reason)
        self.env["collection.channel"]._get(self.channel)._stop(self)

    def _return_to_reader(self, decisions):
        """Have a person read the texts changed by hand whose amounts have changed."""
        for action in self:
            action._update_state("to_validate", delivery_state=False)
            self.env["collection.channel"]._get(action.channel)._stop(action)
        self._write_items({action.id: decisions[action.id] for action in self})
        self.write({"needs_reading": True})
        self.case_id._request_review()

    def _renew(self, decisions):
        """Make items, words and documents of these actions those of ``decisions``."""
        if not self:
            return
        renewed = self.with_context(collection_outbox=True)
        renewed._write_items({action.id: decisions[action.id] for action in self})
        renewed.with_context(collection_freezing=True).write(
            {"subject": False, "body": False}
        )
        renewed._freeze_texts()
        for channel, actions in renewed.grouped("channel").items():
            self.env["collection.channel"]._get(channel)._renew(actions)
        renewed.sent_date = fields.Datetime.now()

    # === TRIED AGAIN === #

    def _return_to_outbox(self):
        """Take back messages that failed and that the queue is to try again.

        Where the debtor has been told the same on another way since, they stay in the
        house.
        """
        failed = self.filtered(lambda action: action.state == "failed")
        replaced = failed._get_replaced()
        for action in replaced:
            self.env["collection.channel"]._get(action.channel)._stop(action)
        (failed - replaced)._update_state(
            "sent", failure_reason=False, delivery_state="queued"
        )

    def _get_replaced(self):
        """Return those of these actions whose step has been taken anew since."""
        later = self.search_fetch(
            [
                ("case_id", "in", self.case_id.ids),
                ("step_id", "in", self.step_id.ids),
                ("state", "in", ("to_validate", "todo", "sent", "done")),
            ],
            ["case_id", "step_id", "parcel"],
        )
        latest = defaultdict(int)
        for action in later:
            latest[action._get_deed()] = max(latest[action._get_deed()], action.id)
        return self.filtered(lambda action: latest[action._get_deed()] > action.id)

    def _get_deed(self):
        self.ensure_one()
        return self.case_id, self.step_id, self.parcel or ""
