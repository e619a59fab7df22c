from odoo import api, models
from odoo.fields import Domain


class CollectionEraser(models.AbstractModel):
    """Formal notices keep number, dates and amounts; words and birth data go.

    The documents are files of their actions and go with these.
    """

    _inherit = "collection.eraser"

    @api.model
    def _get_notices(self, scope):
        return self._sudo("collection.formal.notice").search(
            [("case_id", "in", scope.cases.ids)]
        )

    @api.model
    def _get_thread_domain(self, model_field, scope):
        notices = self._get_notices(scope)
        return super()._get_thread_domain(model_field, scope) | (
            Domain(model_field, "=", notices._name)
            & Domain("res_id", "in", notices.ids)
        )
