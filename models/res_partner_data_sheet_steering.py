from odoo import models
from odoo.tools import format_date


class ResPartner(models.Model):
    """The alerts about a person and the campaigns he was chosen for."""

    _inherit = "res.partner"

    def _get_collection_data_sheet(self):
        sheet = super()._get_collection_data_sheet()
        for section in (self._get_sheet_alerts(), self._get_sheet_campaigns()):
            if section["rows"]:
                sheet["sections"].append(section)
        return sheet

    def _get_sheet_alerts(self):
        alerts = self.env["collection.alert"].search([("partner_id", "=", self.id)])
        return {
            "title": self.env._("Alerts"),
            "heads": [
                self.env._("Day"),
                self.env._("Alert"),
                self.env._("What was seen"),
                self.env._("What was done"),
            ],
            "rows": [
                [
                    format_date(self.env, alert.date),
                    alert.name,
                    alert.detail or "",
                    alert.response_note or "",
                ]
                for alert in alerts
            ],
        }

    def _get_sheet_campaigns(self):
        lines = self.env["collection.campaign.line"].search(
            [("partner_id", "=", self.id)]
        )
        groups = dict(lines._fields["group"]._description_selection(self.env))
        states = dict(lines._fields["state"]._description_selection(self.env))
        return {
            "title": self.env._("Campaigns"),
            "heads": [
                self.env._("Campaign"),
                self.env._("Day"),
                self.env._("Group"),
                self.env._("State"),
            ],
            "rows": [
                [
                    line.campaign_id.display_name,
                    format_date(self.env, line.date),
                    groups[line.group],
                    states[line.state],
                ]
                for line in lines
            ],
        }
