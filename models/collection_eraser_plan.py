from odoo import api, models
from odoo.fields import Domain

ERASED_VALUES = {
    "agreement_id": False,
    "agreement_note": False,
    "contact_id": False,
    "note": False,
    "signature": False,
    "signed_by": False,
    "signed_ip_hash": False,
    "waiver_note": False,
}


class CollectionEraser(models.AbstractModel):
    """Payment plans lose their words, signatures and files; dates and amounts stay."""

    _inherit = "collection.eraser"

    @api.model
    def _delete_rows(self, scope):
        # The agreement cannot be deleted while its plan holds on to it.
        self._get_plans(scope).with_context(tracking_disable=True).write(ERASED_VALUES)
        return super()._delete_rows(scope)

    @api.model
    def _get_plans(self, scope):
        return self._sudo("collection.plan").search(
            [
                "|",
                ("case_id", "in", scope.cases.ids),
                ("contact_id", "in", scope.persons.ids),
            ]
        )

    @api.model
    def _get_thread_domain(self, model_field, scope):
        plans = Domain(model_field, "=", "collection.plan") & Domain(
            "res_id", "in", self._get_plans(scope).ids
        )
        return super()._get_thread_domain(model_field, scope) | plans
