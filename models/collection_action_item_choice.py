from odoo import fields, models


class CollectionActionItem(models.Model):
    _inherit = "collection.action.item"

    action_state = fields.Selection(related="action_id.state", string="Action state")

    # === ACTION METHODS === #

    def action_leave_out(self):
        """Take these items out of the message they would leave with."""
        for action, items in self.grouped("action_id").items():
            action._leave_out(items.line_id)
        return True
