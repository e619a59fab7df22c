from odoo import api, models
from odoo.fields import Domain
from odoo.tools import format_amount, format_date


class CollectionAlertTriggerRejected(models.AbstractModel):
    """A payment was refused by the debtor's bank."""

    _name = "collection.alert.trigger.rejected"
    _inherit = "collection.alert.trigger"
    _description = "Trigger: payment rejected"

    @api.model
    def _get_label(self):
        return self.env._("A payment is rejected")

    @api.model
    def _find(self, rule, company, cases_domain):
        # Payments are for accountants to read; who pays is the collector's business.
        payments = self.env["account.payment"].sudo()
        rejected = payments.search(
            Domain("company_id", "=", company.id)
            & Domain("partner_type", "=", "customer")
            & Domain("state", "=", "rejected")
            & Domain("write_date", ">=", rule.looked_at)
            & Domain("date", ">=", rule._get_first_day(company))
        )
        by_debtor = rejected.grouped(
            lambda payment: payment.partner_id.commercial_partner_id
        )
        cases = self.env["collection.case"].search(
            cases_domain
            & Domain("partner_id", "in", [debtor.id for debtor in by_debtor])
        )
        return {case.id: self._describe(by_debtor[case.partner_id]) for case in cases}

    @api.model
    def _describe(self, payments):
        return ", ".join(
            self.env._(
                "%(amount)s of %(date)s rejected",
                amount=format_amount(self.env, payment.amount, payment.currency_id),
                date=format_date(self.env, payment.date),
            )
            for payment in payments
        )
