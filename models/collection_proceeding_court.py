from odoo import fields, models


class CollectionProceeding(models.Model):
    """The court that is seised."""

    _inherit = "collection.proceeding"

    court_id = fields.Many2one(
        "collection.court",
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
    )
