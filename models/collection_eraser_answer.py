from odoo import api, models

ANSWER_VALUES = {
    "answer_pending": False,
    "answer_date": False,
    "answer_preview": False,
    "answer_origin": False,
    "answer_contact_id": False,
}


class CollectionEraser(models.AbstractModel):
    """What debtors have answered, and how satisfied they were."""

    _inherit = "collection.eraser"

    @api.model
    def _get_rows(self, scope):
        return {
            **super()._get_rows(scope),
            self.env._("satisfaction answers"): self._get_ratings(scope),
        }

    @api.model
    def _get_ratings(self, scope):
        return self._sudo("rating.rating").search(
            [
                ("res_model", "=", "collection.case"),
                "|",
                ("res_id", "in", scope.cases.ids),
                ("partner_id", "in", scope.persons.ids),
            ]
        )

    @api.model
    def _delete_rows(self, scope):
        answered = scope.cases | self._sudo("collection.case").search(
            [("answer_contact_id", "in", scope.persons.ids)]
        )
        answered.with_context(tracking_disable=True).write(ANSWER_VALUES)
        return super()._delete_rows(scope)
