from odoo import fields, models
from odoo.tools import format_date

SWITCHING = "collection_switching"


class CollectionCase(models.Model):
    """Moves of a case to another scenario by an alert, and the way back."""

    _inherit = "collection.case"

    switch_ids = fields.One2many("collection.scenario.switch", "case_id")

    def write(self, vals):
        result = super().write(vals)
        if "manual_scenario_id" in vals and not self.env.context.get(SWITCHING):
            self.switch_ids._end()
        return result

    def _switch_scenario(self, scenario, reason):
        """Move to ``scenario`` the cases for which no person has chosen one.

        :param str reason: why, shown on the case and in its history
        :return: the switches that were made
        """
        switched = self.filtered(
            lambda case: (
                case.scenario_id != scenario
                and (not case.manual_scenario_id or case._get_switch())
            )
        )
        switched.switch_ids._end()
        # Alerts run for the house: what a collector may not write, a rule may.
        switches = (
            self.env["collection.scenario.switch"]
            .sudo()
            .create(
                [
                    {
                        "case_id": case.id,
                        "date": case.company_id._get_collection_today(),
                        "from_scenario_id": case.scenario_id.id,
                        "scenario_id": scenario.id,
                        "reason": reason,
                    }
                    for case in switched
                ]
            )
        )
        switched.with_context(**{SWITCHING: True}).manual_scenario_id = scenario
        switched._message_log_batch(
            {
                switch.case_id.id: self.env._(
                    "Scenario switched from %(old)s to %(new)s: %(reason)s",
                    old=switch.from_scenario_id.name or self.env._("none"),
                    new=scenario.name,
                    reason=reason,
                )
                for switch in switches
            }
        )
        switched._request_review()
        return switches

    def _get_moved_tables(self):
        return [
            *super()._get_moved_tables(),
            "collection_action_result",
            "collection_scenario_switch",
        ]

    def _undo_switch(self):
        self.with_context(**{SWITCHING: True}).manual_scenario_id = False
        self._request_review()

    def _get_switch(self):
        """Return the switch that decides of the scenario of this case, if any."""
        self.ensure_one()
        # The reason is for every reader of the case.
        return self.sudo().switch_ids.filtered("is_active")[:1]

    def _get_choice_words(self, choices):
        switch = self._get_switch()
        if not switch:
            return super()._get_choice_words(choices)
        return self.env._(
            "Switched from “%(old)s” on %(date)s: %(reason)s. It stays until the "
            "switch is undone.",
            old=switch.from_scenario_id.name or self.env._("none"),
            date=format_date(self.env, switch.date),
            reason=switch.reason,
        )
