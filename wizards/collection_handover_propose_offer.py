from odoo import fields, models


class CollectionHandoverProposeOffer(models.TransientModel):
    """One way for all cases together: what it brings, what it costs."""

    _name = "collection.handover.propose.offer"
    _description = "Way to recover compared with others"

    wizard_id = fields.Many2one(
        "collection.handover.propose", required=True, ondelete="cascade", index=True
    )
    currency_id = fields.Many2one(related="wizard_id.currency_id")
    provider_id = fields.Many2one("collection.handover.provider", readonly=True)
    name = fields.Char(string="Way", readonly=True)
    chance = fields.Float(string="Chance (%)", digits=(5, 1), readonly=True)
    expected = fields.Monetary(readonly=True)
    cost = fields.Monetary(string="Cost or fee", readonly=True)
    net = fields.Monetary(readonly=True)
