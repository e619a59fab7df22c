from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .collection_step import CHANNEL_FIELDS


class CollectionStep(models.Model):
    """The words of a step that sends a text message."""

    _inherit = "collection.step"

    sms_template_id = fields.Many2one(
        "sms.template",
        string="Text message",
        domain="[('model', '=', 'collection.action')]",
        ondelete="restrict",
        help="Words of the text message, one version per language: nothing is added "
        "to them.",
    )

    # === CONSTRAINTS === #

    @api.constrains(*CHANNEL_FIELDS, "sms_template_id")
    def _check_channels(self):
        channels = self.env["collection.channel"]
        for step in self:
            for name in step._get_used_channels():
                problem = channels._get(name)._get_step_problem(step)
                if problem:
                    raise ValidationError(problem)
