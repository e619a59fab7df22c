from odoo import api, fields, models


class CollectionAction(models.Model):
    """Which words of its step an action uses."""

    _inherit = "collection.action"

    variant_id = fields.Many2one(
        "collection.step.variant",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
        help="The words that were drawn for this debtor. Empty: those of the step.",
    )

    @api.model
    def _prepare_contact(self, case, step, channel, recipient):
        return {
            **super()._prepare_contact(case, step, channel, recipient),
            "variant_id": step._pick_variant(case).id,
        }

    def _get_template(self):
        return self.variant_id.template_id or super()._get_template()

    def _get_sms_template(self):
        return self.variant_id.sms_template_id or super()._get_sms_template()
