from odoo import api, models
from odoo.fields import Domain


class CollectionEraser(models.AbstractModel):
    """Alerts, switches and campaigns keep dates and amounts; words and notes go."""

    _inherit = "collection.eraser"

    @api.model
    def _get_alerts(self, scope):
        return self._sudo("collection.alert").search(
            [("case_id", "in", scope.cases.ids)]
        )

    @api.model
    def _get_thread_domain(self, model_field, scope):
        alerts = self._get_alerts(scope)
        return super()._get_thread_domain(model_field, scope) | (
            Domain(model_field, "=", alerts._name) & Domain("res_id", "in", alerts.ids)
        )

    @api.model
    def _erase_contacts(self, scope):
        result = super()._erase_contacts(scope)
        erased = self.env._("Erased")
        of_cases = [("case_id", "in", scope.cases.ids)]
        self._get_alerts(scope).with_context(tracking_disable=True).write(
            {"detail": erased, "response_note": False}
        )
        self._sudo("collection.scenario.switch").search(of_cases).write(
            {"reason": erased}
        )
        self._sudo("collection.campaign.line").search(of_cases).write({"note": False})
        return result
