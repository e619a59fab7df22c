from odoo import models


class ProductProduct(models.Model):
    _inherit = "product.product"

    def _get_collection_responsible(self):
        """Return who answers for these products when they are complained about.

        The responsible that the Inventory app puts on products, where it is installed.
        """
        if "responsible_id" not in self._fields:
            return self.env["res.users"]
        return self.responsible_id
