from odoo import api, models


class CollectionChannelFormalNotice(models.AbstractModel):
    """Formal notice: a registered letter with a statement of claim and a number."""

    _name = "collection.channel.formal_notice"
    _description = "Collection by formal notice"
    _inherit = ["collection.channel.registered_letter"]

    _rank = 27

    @api.model
    def _get_label(self):
        return self.env._("Formal notice")

    @api.model
    def _deliver(self, actions):
        """Make the notices that are not there yet, then their letters."""
        notices = self.env["collection.formal.notice"]
        notices._make_for(actions.filtered(lambda action: not action.notice_ids))
        result = super()._deliver(actions)
        actions.notice_ids._update_state("ready")
        return result
