from odoo import models


class IrHttp(models.AbstractModel):
    """The words of the debtor's page that JavaScript shows are translated as well."""

    _inherit = "ir.http"

    @classmethod
    def _get_translation_frontend_modules_name(cls):
        modules = super()._get_translation_frontend_modules_name()
        return [*modules, "l10n_fr_debt_collection"]
