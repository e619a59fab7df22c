from odoo import models

MODULE = "l10n_fr_debt_collection"


class ResPartner(models.Model):
    _inherit = "res.partner"

    def export_data(self, fields_to_export):
        result = super().export_data(fields_to_export)
        if any(map(self._is_collection_field, fields_to_export)):
            self.env["collection.export.log"]._book(self, fields_to_export)
        return result

    def _is_collection_field(self, path):
        """Return whether the first field of an export path is one of this module's."""
        field = self._fields.get(path.replace(".", "/").split("/")[0])
        return bool(field) and MODULE in field._modules
