from odoo import models


class CollectionAccessLogged(models.AbstractModel):
    """Has every export of the model's records noted in the export log."""

    _name = "collection.access.logged"
    _description = "Model whose exports are logged"

    def export_data(self, fields_to_export):
        result = super().export_data(fields_to_export)
        self.env["collection.export.log"]._book(self, fields_to_export)
        return result
