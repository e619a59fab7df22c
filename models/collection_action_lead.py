from odoo import fields, models


class CollectionAction(models.Model):
    """A contact before the due date may bring a new project to light."""

    _inherit = "collection.action"

    can_make_lead = fields.Boolean(related="case_id.can_make_lead")

    def action_make_lead(self):
        self.ensure_one()
        return self.case_id._show_lead(self.case_id._make_lead(action=self))
