from odoo import models


class CollectionPlan(models.Model):
    """A plan that a commissaire follows tells the proceeding how it ended."""

    _inherit = "collection.plan"

    def _update_state(self, target, **values):
        moved = super()._update_state(target, **values)
        self.env["collection.proceeding"]._follow_plans(moved)
        return moved
