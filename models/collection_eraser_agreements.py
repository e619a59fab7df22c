from odoo import api, models

PROMISE_VALUES = {"note": False, "contact_id": False}
DISPUTE_VALUES = {"description": False, "resolution_note": False, "contact_id": False}


class CollectionEraser(models.AbstractModel):
    """Promises and disputes lose their words; dates, amounts and states stay."""

    _inherit = "collection.eraser"

    @api.model
    def _delete_rows(self, scope):
        disputes = self._get_agreements("collection.dispute", scope)
        promises = self._get_agreements("collection.promise", scope)
        rows = self._get_dispute_rows(disputes)
        result = super()._delete_rows(scope)
        promises.write(PROMISE_VALUES)
        disputes.with_context(tracking_disable=True).write(DISPUTE_VALUES)
        for found in rows:
            # Deleting a message deletes its files.
            found.exists().unlink()
        return result

    @api.model
    def _get_agreements(self, model, scope):
        return self._sudo(model).search(
            [
                "|",
                ("case_id", "in", scope.cases.ids),
                ("contact_id", "in", scope.persons.ids),
            ]
        )

    @api.model
    def _get_dispute_rows(self, disputes):
        """Return messages, tasks and files of these disputes."""
        return [
            self._sudo(model).search(
                [(field, "=", disputes._name), ("res_id", "in", disputes.ids)]
            )
            for model, field in (
                ("mail.message", "model"),
                ("mail.activity", "res_model"),
                ("ir.attachment", "res_model"),
            )
        ]
