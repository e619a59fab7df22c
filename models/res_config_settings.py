from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    collection_scenario_id = fields.Many2one(
        related="company_id.collection_scenario_id", readonly=False
    )
    collection_user_id = fields.Many2one(
        related="company_id.collection_user_id", readonly=False
    )
    collection_auto_run = fields.Boolean(
        related="company_id.collection_auto_run", readonly=False
    )
    collection_auto_print = fields.Boolean(
        related="company_id.collection_auto_print", readonly=False
    )
    collection_auto_verify = fields.Boolean(
        related="company_id.collection_auto_verify", readonly=False
    )
    collection_verify_limit = fields.Integer(
        related="company_id.collection_verify_limit", readonly=False
    )
    collection_log_days = fields.Integer(
        related="company_id.collection_log_days", readonly=False
    )
