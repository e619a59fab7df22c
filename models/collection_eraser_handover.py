from odoo import api, models
from odoo.fields import Domain


class CollectionEraser(models.AbstractModel):
    """Handovers lose their words, messages and files; dates and amounts stay."""

    _inherit = "collection.eraser"

    @api.model
    def _delete_rows(self, scope):
        handovers = self._get_handovers(scope).with_context(tracking_disable=True)
        handovers.write({"note": False, "reason": False})
        handovers.report_ids.note = False
        handovers.package_ids.file_names = False
        return super()._delete_rows(scope)

    @api.model
    def _get_handovers(self, scope):
        return self._sudo("collection.handover").search(
            [("case_id", "in", scope.cases.ids)]
        )

    @api.model
    def _get_thread_domain(self, model_field, scope):
        handovers = self._get_handovers(scope)
        own = Domain(model_field, "=", handovers._name) & Domain(
            "res_id", "in", handovers.ids
        )
        # The archives hold all that was known of the debtor.
        files = Domain(model_field, "=", handovers.package_ids._name) & Domain(
            "res_id", "in", handovers.package_ids.ids
        )
        return super()._get_thread_domain(model_field, scope) | own | files
