from odoo import fields, models


class CollectionScenario(models.Model):
    """What follows a promise that was not kept."""

    _inherit = "collection.scenario"

    broken_promise_step_id = fields.Many2one(
        "collection.step",
        string="After a broken promise",
        domain="[('scenario_id', '=', id)]",
        ondelete="set null",
        index="btree_not_null",
        help="The step taken next. Empty: the scenario goes on where it was.",
    )
