from odoo import fields, models

from .collection_debtor_visit import LIMITS, PARAMETER


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    collection_portal_enabled = fields.Boolean(
        related="company_id.collection_portal_enabled", readonly=False
    )
    collection_portal_days = fields.Integer(
        related="company_id.collection_portal_days", readonly=False
    )
    collection_portal_limit_link = fields.Integer(
        string="Pages per link and hour",
        default=LIMITS["link"][1],
        config_parameter=PARAMETER % "link",
    )
    collection_portal_limit_address = fields.Integer(
        string="Pages per network address and hour",
        default=LIMITS["address"][1],
        config_parameter=PARAMETER % "address",
    )
    collection_portal_limit_failure = fields.Integer(
        string="Wrong links per network address and hour",
        default=LIMITS["failure"][1],
        config_parameter=PARAMETER % "failure",
    )
    collection_portal_limit_deed = fields.Integer(
        string="Answers per link and day",
        default=LIMITS["deed"][1],
        config_parameter=PARAMETER % "deed",
    )
    collection_portal_limit_renewal = fields.Integer(
        string="New links sent per link and day",
        default=LIMITS["renewal"][1],
        config_parameter=PARAMETER % "renewal",
    )
