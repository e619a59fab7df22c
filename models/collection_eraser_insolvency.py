from odoo import api, models
from odoo.fields import Domain

# Words about a debtor whose row stays: {model: fields}.
ERASED_TEXTS = {
    "collection.dividend": ("note",),
    "collection.vat.recovery": ("note",),
    "collection.voidable.payment": ("note",),
}


class CollectionEraser(models.AbstractModel):
    """Insolvency loses its words; amounts, and the papers of the VAT, stay.

    Statements and duplicates that prove a VAT recovery are accounting documents, kept
    like the invoices they are about.
    """

    _inherit = "collection.eraser"

    @api.model
    def _delete_rows(self, scope):
        for model, names in ERASED_TEXTS.items():
            rows = self._sudo(model).search([("case_id", "in", scope.cases.ids)])
            rows.with_context(tracking_disable=True).write(dict.fromkeys(names, False))
        by_hand = self._sudo("collection.registry.event").search(
            [("case_id", "in", scope.cases.ids), ("source", "=", "manual")]
        )
        by_hand.summary = False
        return super()._delete_rows(scope)

    @api.model
    def _get_thread_domain(self, model_field, scope):
        domain = super()._get_thread_domain(model_field, scope)
        if model_field != "model":
            return domain
        recoveries = self._sudo("collection.vat.recovery").search(
            [("case_id", "in", scope.cases.ids)]
        )
        return domain | (
            Domain(model_field, "=", recoveries._name)
            & Domain("res_id", "in", recoveries.ids)
        )
