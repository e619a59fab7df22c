from odoo import api, models


class CollectionCase(models.Model):
    _inherit = "collection.case"

    @api.model
    def _get_moved_tables(self):
        return [*super()._get_moved_tables(), "collection_registered_letter"]
