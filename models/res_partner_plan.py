from odoo import models
from odoo.tools import format_date, formatLang


class ResPartner(models.Model):
    """Payment plans in what is held on a person (GDPR, article 15)."""

    _inherit = "res.partner"

    def _get_collection_data_sheet(self):
        sheet = super()._get_collection_data_sheet()
        plans = self._get_sheet_plans()
        if plans["rows"]:
            sheet["sections"].append(plans)
        return sheet

    def _get_sheet_plans(self):
        plans = self.env["collection.plan"].search(
            ["|", ("partner_id", "=", self.id), ("contact_id", "=", self.id)]
        )
        states = dict(plans._fields["state"]._description_selection(self.env))
        return {
            "title": self.env._("Payment plans"),
            "heads": [
                self.env._("Date"),
                self.env._("Payment plan"),
                self.env._("Amount"),
                self.env._("Result"),
                self.env._("Signatory"),
            ],
            "rows": [
                [
                    format_date(self.env, plan.date),
                    plan.name,
                    formatLang(self.env, plan.amount, currency_obj=plan.currency_id),
                    " · ".join(filter(None, (states[plan.state], plan.note))),
                    plan.signed_by or "",
                ]
                for plan in plans
            ],
        }
