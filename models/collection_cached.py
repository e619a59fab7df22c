from odoo import api, models


class CollectionCached(models.AbstractModel):
    """Settings that are read through the cache of the registry; changes empty it."""

    _name = "collection.cached"
    _description = "Collection settings kept in the cache"

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        self.env.registry.clear_cache()
        return records

    def write(self, vals):
        result = super().write(vals)
        self.env.registry.clear_cache()
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result
