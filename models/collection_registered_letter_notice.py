from odoo import models


class CollectionRegisteredLetter(models.Model):
    """The letter of a formal notice takes the notice with it, from state to state."""

    _inherit = "collection.registered.letter"

    def _update_state(self, target, **values):
        moved = super()._update_state(target, **values)
        moved.action_id.notice_ids._follow_letters()
        return moved
