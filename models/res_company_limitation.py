from odoo import fields, models

from .collection_limitation import REGIMES


class ResCompany(models.Model):
    """Which term of limitation is watched while nobody has chosen one."""

    _inherit = "res.company"

    collection_limitation_regime = fields.Selection(
        REGIMES,
        string="Term watched by default",
        default="carriage",
        required=True,
        help="Of debtors for whom no term was chosen. The shortest is the safe one: "
        "choose another if your company carries no goods. The term of consumers is "
        "watched where it is shorter.",
    )
