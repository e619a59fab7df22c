from odoo import api, models


class CollectionChannelHandover(models.AbstractModel):
    """Proposes a case to the usual provider; a person decides and hands it over."""

    _name = "collection.channel.handover"
    _description = "Collection by handover"
    _inherit = ["collection.channel.task"]

    _rank = 95
    _is_way_to_debtor = False

    @api.model
    def _get_label(self):
        return self.env._("Handover")

    @api.model
    def _get_problem(self, contact, case):
        if not case.company_id.collection_handover_provider_id:
            return self.env._("no recovery provider: set the usual one in the settings")
        return super()._get_problem(contact, case)

    @api.model
    def _get_step_problem(self, step):
        if step.company_id and not step.company_id.collection_handover_provider_id:
            return self.env._(
                "Set the usual recovery provider in the settings: the step proposes "
                "its cases to it."
            )
        return super()._get_step_problem(step)

    @api.model
    def _deliver(self, actions):
        result = super()._deliver(actions)
        cases = actions.case_id.filtered(lambda case: not case.handover_id)
        cases._propose_to_provider(
            origin="scenario", reason=self.env._("Step of the scenario")
        )
        return result
