from odoo import models
from odoo.tools import format_date, formatLang


class ResPartner(models.Model):
    """What insolvency adds to the data sheet of a person."""

    _inherit = "res.partner"

    def _get_collection_data_sheet(self):
        sheet = super()._get_collection_data_sheet()
        section = self._get_sheet_insolvency()
        if section["rows"]:
            sheet["sections"].append(section)
        return sheet

    def _get_sheet_insolvency(self):
        domain = [("partner_id", "=", self.id)]
        payments = self.env["collection.voidable.payment"].search(domain)
        recoveries = self.env["collection.vat.recovery"].search(domain)
        return {
            "title": self.env._("Insolvency proceedings"),
            "heads": [self.env._("What"), self.env._("Date"), self.env._("Amount")],
            "rows": [
                *(
                    self._get_sheet_insolvency_row(
                        self.env._("Payment after the opening judgment"),
                        payment.date,
                        payment.amount,
                        payment.currency_id,
                    )
                    for payment in payments
                ),
                *(
                    self._get_sheet_insolvency_row(
                        recovery.name,
                        recovery.date_ground,
                        recovery.amount_total,
                        recovery.currency_id,
                    )
                    for recovery in recoveries
                ),
            ],
        }

    def _get_sheet_insolvency_row(self, what, day, amount, currency):
        return [
            what,
            format_date(self.env, day),
            formatLang(self.env, amount, currency_obj=currency),
        ]
