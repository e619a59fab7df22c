from odoo import api, models


class CollectionEraser(models.AbstractModel):
    """Links of persons go as a whole: with them goes when they were opened."""

    _inherit = "collection.eraser"

    @api.model
    def _delete_rows(self, scope):
        result = super()._delete_rows(scope)
        self._sudo("collection.debtor.link").search(
            [
                "|",
                ("case_id", "in", scope.cases.ids),
                ("contact_id", "in", scope.persons.ids),
            ]
        ).unlink()
        return result
