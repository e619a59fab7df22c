from odoo import api, models


class CollectionChannel(models.AbstractModel):
    """What a channel asks of the steps that use it."""

    _inherit = "collection.channel"

    @api.model
    def _get_step_problem(self, step):
        """Return what ``step`` lacks to use this channel, or an empty string."""
        return ""
