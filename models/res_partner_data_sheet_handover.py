from odoo import models
from odoo.tools import format_date, formatLang


class ResPartner(models.Model):
    """To whom claims on a person were entrusted."""

    _inherit = "res.partner"

    def _get_collection_data_sheet(self):
        sheet = super()._get_collection_data_sheet()
        section = self._get_sheet_handovers()
        if section["rows"]:
            sheet["sections"].append(section)
        return sheet

    def _get_sheet_handovers(self):
        handovers = self.env["collection.handover"].search(
            [("partner_id", "=", self.id), ("date_sent", "!=", False)]
        )
        states = dict(handovers._fields["state"]._description_selection(self.env))
        return {
            "title": self.env._("Entrusted to recovery providers"),
            "heads": [
                self.env._("To whom"),
                self.env._("Since"),
                self.env._("Amount"),
                self.env._("State"),
            ],
            "rows": [
                [
                    handover.provider_id.display_name,
                    format_date(self.env, handover.date_sent),
                    formatLang(
                        self.env,
                        handover.amount_entrusted,
                        currency_obj=handover.currency_id,
                    ),
                    states[handover.state],
                ]
                for handover in handovers
            ],
        }
