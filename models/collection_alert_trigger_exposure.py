from odoo import api, models
from odoo.fields import Domain
from odoo.tools import formatLang


class CollectionAlertTriggerExposure(models.AbstractModel):
    """The debtor owes more than its credit limit, orders to be invoiced included."""

    _name = "collection.alert.trigger.exposure"
    _inherit = "collection.alert.trigger"
    _description = "Trigger: exposure over the limit"

    _is_state = True

    @api.model
    def _get_label(self):
        return self.env._("The exposure exceeds the credit limit")

    @api.model
    def _find(self, rule, company, cases_domain):
        limited = self._get_cases(
            rule, company, cases_domain & Domain("credit_limit", ">", 0)
        )
        # Amounts to invoice are for accountants; here they are held against a limit.
        partners = limited.partner_id.sudo().with_company(company)
        to_invoice = {partner.id: partner.credit_to_invoice for partner in partners}
        tolerance = 1 + rule.threshold / 100
        found = {}
        for case in limited.with_env(self.env):
            exposure = case.amount_due + to_invoice[case.partner_id.id]
            if (
                case.currency_id.compare_amounts(
                    exposure, case.credit_limit * tolerance
                )
                > 0
            ):
                found[case.id] = self.env._(
                    "Exposure %(exposure)s, limit %(limit)s",
                    exposure=self._format(exposure, case.currency_id),
                    limit=self._format(case.credit_limit, case.currency_id),
                )
        return found

    @api.model
    def _format(self, amount, currency):
        return formatLang(self.env, amount, currency_obj=currency)
