from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    collection_handover_provider_id = fields.Many2one(
        related="company_id.collection_handover_provider_id",
        readonly=False,
        domain="[('company_id', '=', company_id)]",
    )
    collection_handover_days = fields.Integer(
        related="company_id.collection_handover_days", readonly=False
    )
    collection_handover_exhausted = fields.Boolean(
        related="company_id.collection_handover_exhausted", readonly=False
    )
    collection_handover_probability = fields.Float(
        related="company_id.collection_handover_probability", readonly=False
    )
    collection_handover_minimum = fields.Monetary(
        related="company_id.collection_handover_minimum", readonly=False
    )
    collection_handover_maximum = fields.Monetary(
        related="company_id.collection_handover_maximum", readonly=False
    )
