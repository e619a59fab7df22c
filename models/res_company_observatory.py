from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    collection_observatory_date = fields.Datetime(
        string="Observatory computed at", readonly=True
    )
