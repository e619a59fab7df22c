from dataclasses import replace

from odoo import api, fields, models

from ..tools import parcels, planning

# Between the key of a parcel and the second channel of its step.
SECOND = "+"


class CollectionAction(models.Model):
    """Which part of what a debtor owes an action is about.

    By the grouping of the scenario a debtor gets one message, or one per invoicing
    contact, currency or invoice; by the step, each on one channel or two.
    """

    _inherit = "collection.action"

    parcel = fields.Char(
        readonly=True,
        default="",
        help="Empty: all that is due. Otherwise the contact, currency or invoice that "
        "the message is about, and a second channel after a plus sign.",
    )
    parcel_name = fields.Char(string="Concerning", compute="_compute_parcel_name")

    # === COMPUTE METHODS === #

    @api.depends("parcel", "item_ids.name")
    def _compute_parcel_name(self):
        """Name the contact, the currency or the invoice that the message is about."""
        for action in self:
            kind = action._get_parcel_key().partition(":")[0]
            if kind == "contact":
                action.parcel_name = self._get_parcel_contact(action.parcel).name
            elif kind == "currency":
                action.parcel_name = action.item_ids.currency_id[:1].name
            elif kind == "invoice":
                action.parcel_name = action.item_ids[:1].name
            else:
                action.parcel_name = False

    # === BUSINESS METHODS === #

    def _get_parcel_key(self):
        self.ensure_one()
        return self._strip_channel(self.parcel or "")

    @api.model
    def _strip_channel(self, parcel):
        return parcel.partition(SECOND)[0]

    def _get_second_channel(self):
        """Return the channel of this action when it is the second of its step."""
        self.ensure_one()
        return (self.parcel or "").partition(SECOND)[2]

    @api.model
    def _split(self, cases, decisions):
        """Return ``{case id: {parcel key: planning.Decision}}``.

        Each parcel takes the step of its own items; one that has nothing new to say is
        left out.

        :param decisions: ``{case id: planning.Decision}``
        """
        keys = self._get_line_keys(cases, decisions)
        return {
            case.id: self._split_decision(
                decisions[case.id],
                keys.get(case.id),
                case.scenario_id.minimum_amount,
            )
            for case in cases
        }

    @api.model
    def _split_decision(self, decision, keys, minimum):
        if not decision.step or keys is None:
            return {"": decision}
        return {
            parcel.key: replace(
                decision,
                step=step,
                lines=parcel.lines,
                credits=parcel.credits,
                amount=parcel.amount,
                passed={
                    line.id: decision.passed[line.id]
                    for line in parcel.lines
                    if line.id in decision.passed
                },
            )
            for parcel in parcels.split(
                decision.lines,
                decision.credits,
                lambda line: keys.get(line.id, ""),
                0 if decision.is_chosen else minimum,
            )
            if (step := decision.step_for(parcel.lines))
        }

    @api.model
    def _get_line_keys(self, cases, decisions):
        """Return ``{case id: {line id: key}}`` of cases that get several messages."""
        split_cases = cases.filtered(
            lambda case: (
                case.scenario_id.grouping != "debtor" and decisions[case.id].step
            )
        )
        lines = self.env["account.move.line"].browse(
            line.id
            for case in split_cases
            for line in (*decisions[case.id].lines, *decisions[case.id].credits)
        )
        # Who sends need not have the right to read the ledger.
        lines.sudo().fetch(["move_id", "currency_id"])
        return {
            case.id: {
                line.id: self._get_line_key(
                    case, lines.browse(line.id).sudo(), case.scenario_id.grouping
                )
                for line in (*decisions[case.id].lines, *decisions[case.id].credits)
            }
            for case in split_cases
        }

    @api.model
    def _get_line_key(self, case, line, grouping):
        if grouping == "contact":
            contact = line.move_id.partner_id
            return f"contact:{(contact or case.partner_id).id}"
        if grouping == "currency":
            return f"currency:{line.currency_id.id}"
        return f"invoice:{line.move_id.id}"

    def _get_own_decisions(self, decisions):
        """Return ``{action id: planning.Decision}`` of the parcel of each action.

        :param decisions: ``{case id: planning.Decision}``
        """
        split = self._split(self.case_id, decisions)
        return {
            action.id: split[action.case_id.id].get(action._get_parcel_key())
            or action._decide_nothing(decisions[action.case_id.id])
            for action in self
        }

    def _decide_nothing(self, decision):
        """Return the decision that nothing is left of the parcel of this action."""
        self.ensure_one()
        if not decision.step:
            return decision
        return planning.Decision(
            decision.case, exclusions=[planning.Exclusion("parcel_settled")]
        )

    # === WHOM AND HOW === #

    @api.model
    def _get_routes(self, steps_by_parcel):
        """Return ``{(case, parcel): (channel, Recipient)}`` of new or waiting actions.

        A parcel of an invoicing contact goes to him where the channel reaches him.

        :param steps_by_parcel: ``{(case, parcel): collection.step}``
        """
        channels = self.env["collection.channel"]
        first, second = {}, {}
        for steps_by_case in self._get_rounds(steps_by_parcel):
            resolved = channels._resolve(steps_by_case)
            doubled = channels._find_all(
                {
                    case: step.second_channel
                    for case, step in steps_by_case.items()
                    if step.second_channel
                }
            )
            for case, step in steps_by_case.items():
                first[case, step] = resolved[case.id]
                second[case, step] = doubled.get(case.id)
        routes = {}
        for (case, parcel), step in steps_by_parcel.items():
            found = second if SECOND in parcel else first
            channel, recipient = found[case, step]
            contact = self._get_parcel_contact(parcel)
            routes[case, parcel] = (
                channel,
                channels._prefer(channel, case, contact, recipient),
            )
        return routes

    @api.model
    def _get_rounds(self, steps_by_parcel):
        """Return dictionaries of one step per case, together all steps of all cases."""
        rounds = []
        pairs = dict.fromkeys(
            (case, step) for (case, _parcel), step in steps_by_parcel.items()
        )
        for case, step in pairs:
            free = next((taken for taken in rounds if case not in taken), None)
            if free is None:
                free = {}
                rounds.append(free)
            free[case] = step
        return rounds

    @api.model
    def _drop_doubles(self, routes):
        """Leave out the second messages where the first goes by the same channel.

        So it does where its own channel does not reach the debtor.
        """
        return {
            (case, parcel): route
            for (case, parcel), route in routes.items()
            if SECOND not in parcel
            or route[0] != routes[case, self._strip_channel(parcel)][0]
        }

    @api.model
    def _get_parcel_contact(self, parcel):
        kind, _colon, number = self._strip_channel(parcel).partition(":")
        contact_id = int(number) if kind == "contact" else False
        return self.env["res.partner"].browse(contact_id or ())

    @api.model
    def _get_parcel_steps(self, case, step, split):
        """Return ``{(case, parcel): step}``: each parcel on one channel or two.

        :param step: for what happens outside any scenario
        :param split: ``{parcel key: planning.Decision}``
        """
        steps = {}
        for key, decision in split.items():
            own_step = step.browse(decision.step.id) if decision.step.id else step
            steps[case, key] = own_step
            if own_step.second_channel:
                steps[case, f"{key}{SECOND}{own_step.second_channel}"] = own_step
        return steps
