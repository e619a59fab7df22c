from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    collection_legal_form = fields.Char(
        related="company_id.collection_legal_form", readonly=False
    )
    collection_share_capital = fields.Monetary(
        related="company_id.collection_share_capital",
        readonly=False,
    )
    collection_rcs_town = fields.Char(
        related="company_id.collection_rcs_town", readonly=False
    )
    collection_legal_representative = fields.Char(
        related="company_id.collection_legal_representative", readonly=False
    )
    collection_legal_mention = fields.Char(
        related="company_id.collection_legal_mention", readonly=False
    )
    collection_identity_missing = fields.Char(
        string="Missing on your letters", compute="_compute_collection_identity_missing"
    )
    collection_notice_days = fields.Integer(
        related="company_id.collection_notice_days", readonly=False
    )
    collection_notice_default_from = fields.Selection(
        related="company_id.collection_notice_default_from", readonly=False
    )
    collection_notice_template_id = fields.Many2one(
        related="company_id.collection_notice_template_id", readonly=False
    )
    collection_notice_signatory = fields.Char(
        related="company_id.collection_notice_signatory", readonly=False
    )
    collection_notice_encloses_statement = fields.Boolean(
        related="company_id.collection_notice_encloses_statement", readonly=False
    )
    collection_notice_encloses_invoices = fields.Boolean(
        related="company_id.collection_notice_encloses_invoices", readonly=False
    )
    collection_notice_quotes_costs = fields.Boolean(
        related="company_id.collection_notice_quotes_costs", readonly=False
    )
    collection_for_others = fields.Boolean(
        related="company_id.collection_for_others", readonly=False
    )
    collection_activity = fields.Char(
        related="company_id.collection_activity", readonly=False
    )
    collection_notice_follow_up = fields.Selection(
        related="company_id.collection_notice_follow_up", readonly=False
    )
    collection_notice_step_id = fields.Many2one(
        related="company_id.collection_notice_step_id", readonly=False
    )
    collection_cost_formal_notice = fields.Monetary(
        related="company_id.collection_cost_formal_notice", readonly=False
    )

    def _compute_collection_identity_missing(self):
        for settings in self:
            missing = settings.company_id._get_missing_legal_identity()
            settings.collection_identity_missing = ", ".join(missing)
