from odoo import fields, models


class ResPartner(models.Model):
    """Whether a contact is a trader: it decides which procedures are open."""

    _inherit = "res.partner"

    collection_trader = fields.Selection(
        [
            ("trader", "Trader"),
            ("other", "Not a trader"),
        ],
        string="Trader",
        groups="l10n_fr_debt_collection.group_collection_user",
        copy=False,
        help="Trader (commerçant) in the sense of article L121-1 of the Code de "
        "commerce. Empty: read from the legal form, where it tells.",
    )
