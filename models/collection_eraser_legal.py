from odoo import api, models

LEGAL_VALUES = {
    "collection_birth_date": False,
    "collection_birth_place": False,
    "collection_legal_representative": False,
    "collection_nationality_id": False,
    "collection_profession": False,
}


class CollectionEraser(models.AbstractModel):
    """What a court asks of a person goes with the rest."""

    _inherit = "collection.eraser"

    @api.model
    def _erase_contacts(self, scope):
        result = super()._erase_contacts(scope)
        scope.persons.with_context(tracking_disable=True).write(LEGAL_VALUES)
        return result
