from odoo import api, models


class CollectionEraser(models.AbstractModel):
    """Instructions to a commissaire de justice go with the papers of a proceeding."""

    _inherit = "collection.eraser"

    @api.model
    def _delete_rows(self, scope):
        proceedings = self._get_proceedings(scope).with_context(tracking_disable=True)
        proceedings.instruction_note = False
        return super()._delete_rows(scope)
