from odoo import api, models

# Proofs bear signatures, and providers' words may name persons.
ERASED_VALUES = {
    "posting_proof": False,
    "posting_proof_name": False,
    "receipt_proof": False,
    "receipt_proof_name": False,
    "content_proof": False,
    "content_proof_name": False,
    "problem": False,
    "provider_status": False,
}


class CollectionEraser(models.AbstractModel):
    """Text messages and proofs of registered letters go; dates and numbers stay."""

    _inherit = "collection.eraser"

    @api.model
    def _delete_rows(self, scope):
        letters = self._sudo("collection.registered.letter").search(
            [("action_id", "in", scope.actions.ids)]
        )
        texts = self._sudo("sms.sms").search(
            [
                "|",
                ("collection_action_ids", "in", scope.actions.ids),
                ("partner_id", "in", scope.persons.ids),
            ]
        )
        result = super()._delete_rows(scope)
        letters.with_context(tracking_disable=True).write(ERASED_VALUES)
        for model, field in (("mail.message", "model"), ("mail.activity", "res_model")):
            self._sudo(model).search(
                [
                    (field, "=", "collection.registered.letter"),
                    ("res_id", "in", letters.ids),
                ]
            ).unlink()
        texts.unlink()
        return result
