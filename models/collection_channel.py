from collections import defaultdict
from dataclasses import dataclass, replace

from odoo import api, models
from odoo.fields import Domain

CHANNEL_PREFIX = "collection.channel."
# Days for which an address where a message did not arrive is passed over.
FAILURE_DAYS = 90


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whom a channel would reach and how, or the problem that keeps it from it."""

    partner_id: int | None = None
    address: str = ""
    problem: str = ""


class CollectionChannel(models.AbstractModel):
    """What every channel has in common, and the way to find one by name.

    A channel is an abstract model ``collection.channel.<name>`` that inherits this one.
    It says whom it would reach, and delivers actions. Nothing else has to know about
    it: the selections of steps and actions list the models they find.
    """

    _name = "collection.channel"
    _description = "Collection channel"

    # Order in lists, and whether the debtor reads a text.
    _rank = 100
    _needs_text = False
    # What it sends is followed and proven: see ``collection.registered.letter``.
    _is_registered = False
    # Whether what keeps it from being used is a matter of reaching the debtor.
    _is_way_to_debtor = True

    # === LOOKUP === #

    @api.model
    def _get(self, name):
        """Return the model of channel ``name``."""
        return self.env[CHANNEL_PREFIX + name]

    @api.model
    def _get_names(self):
        names = [
            model_name.removeprefix(CHANNEL_PREFIX)
            for model_name in self.env.registry
            if model_name.startswith(CHANNEL_PREFIX)
        ]
        return sorted(names, key=lambda name: (self._get(name)._rank, name))

    @api.model
    def _get_selection(self):
        return [(name, self._get(name)._get_label()) for name in self._get_names()]

    # === TO BE EXTENDED === #

    @api.model
    def _get_label(self):
        """Return the name of the channel on screen."""
        raise NotImplementedError

    @api.model
    def _get_problem(self, contact, case):
        """Return why ``contact`` of ``case`` cannot be reached, or an empty string."""
        return ""

    @api.model
    def _get_address(self, contact):
        """Return the address of this channel for ``contact``, as kept on the action."""
        return ""

    @api.model
    def _deliver(self, actions):
        """Deliver ``actions``, all of this channel, and move them to their new state.

        Raise to refuse: the whole batch is then tried again one by one.
        """
        raise NotImplementedError

    @api.model
    def _renew(self, actions):
        """Make what waits in the outbox for ``actions`` say what they say now."""

    @api.model
    def _stop(self, action):
        """Keep what waits in the outbox for ``action`` from leaving."""

    # === WHOM TO REACH === #

    @api.model
    def _find_recipients(self, cases):
        """Return ``{case id: Recipient}``: payables, invoice address, company."""
        candidates = self._get_candidates(cases)
        return {
            case.id: self._choose(case, candidates[case.partner_id.id])
            for case in cases
        }

    @api.model
    def _choose(self, case, contacts):
        problem = ""
        for contact in contacts:
            problem = self._get_problem(contact, case)
            if not problem:
                return Recipient(contact.id, self._get_address(contact))
        return Recipient(problem=problem or self.env._("no contact"))

    @api.model
    def _get_candidates(self, cases):
        """Return ``{debtor id: contacts}``, the one to try first at the head."""
        debtors = cases.partner_id
        contacts = (
            self.env["res.partner"]
            .with_context(active_test=True)
            .search(
                Domain("commercial_partner_id", "in", debtors.ids)
                & (
                    Domain("collection_role", "=", "payables")
                    | Domain("type", "=", "invoice")
                )
            )
        )
        ranked = defaultdict(list)
        for contact in contacts - debtors:
            ranked[contact.commercial_partner_id.id].append(contact)
        for debtor in debtors:
            ranked[debtor.id].sort(
                key=lambda contact: (contact.collection_role != "payables", contact.id)
            )
            ranked[debtor.id].append(debtor)
        return ranked

    @api.model
    def _resolve(self, steps_by_case):
        """Choose channel and recipient of each case for its step.

        :param steps_by_case: ``{collection.case: collection.step}``
        :return: ``{case id: (channel name, Recipient)}``: the first of the step's
            channels, in their order, that reaches the debtor; when none does, the first
            with its problem.
        """
        failed = self._get_failed_addresses(steps_by_case)
        chosen = {}
        waiting = steps_by_case
        for name in ("channel", "fallback_channel", "last_channel"):
            channels = {
                case: step[name] for case, step in waiting.items() if step[name]
            }
            for case_id, (channel, recipient) in self._find_all(channels).items():
                if (case_id, channel, recipient.address) in failed:
                    recipient = replace(recipient, problem=self._get_failed_sentence())
                if case_id not in chosen or not recipient.problem:
                    chosen[case_id] = (channel, recipient)
            waiting = {
                case: step
                for case, step in waiting.items()
                if chosen[case.id][1].problem
            }
        return chosen

    @api.model
    def _get_failed_addresses(self, steps_by_case):
        """Return ``{(case id, channel, address)}`` where the step did not arrive.

        Not for ever: a mailbox that was full is tried again some months later.
        """
        steps = self.env["collection.step"].union(*steps_by_case.values())
        cases = self.env["collection.case"].union(*steps_by_case)
        failed = self.env["collection.action"].search_fetch(
            [
                ("case_id", "in", cases.ids),
                ("step_id", "in", steps.filtered("cascade_on_bounce").ids),
                ("state", "=", "failed"),
                ("delivery_state", "in", ("bounced", "refused")),
                ("date", ">=", f"today -{FAILURE_DAYS}d"),
            ],
            ["case_id", "step_id", "channel", "recipient_address"],
        )
        return {
            (action.case_id.id, action.channel, action.recipient_address)
            for action in failed
            if steps_by_case[action.case_id] == action.step_id
        }

    @api.model
    def _get_failed_sentence(self):
        return self.env._("what was sent there did not arrive")

    @api.model
    def _prefer(self, channel, case, contact, recipient):
        """Return ``contact`` as the recipient where ``channel`` reaches him.

        Otherwise the one already found.
        """
        if not contact or contact.id == recipient.partner_id:
            return recipient
        model = self._get(channel)
        if model._get_problem(contact, case):
            return recipient
        return Recipient(contact.id, model._get_address(contact))

    @api.model
    def _find_all(self, channels_by_case):
        grouped = defaultdict(self.env["collection.case"].browse)
        for case, channel in channels_by_case.items():
            grouped[channel] |= case
        return {
            case_id: (channel, recipient)
            for channel, cases in grouped.items()
            for case_id, recipient in self._get(channel)._find_recipients(cases).items()
        }

    @api.model
    def _get_reachability(self, cases):
        """Return ``{case id: sentence}`` naming the channels that do not reach it."""
        notes = defaultdict(list)
        for name in self._get_names():
            channel = self._get(name)
            if not channel._is_way_to_debtor:
                continue
            for case_id, recipient in channel._find_recipients(cases).items():
                if recipient.problem:
                    notes[case_id].append(
                        self.env._(
                            "%(channel)s: %(problem)s",
                            channel=channel._get_label(),
                            problem=recipient.problem,
                        )
                    )
        return {case_id: " · ".join(problems) for case_id, problems in notes.items()}
