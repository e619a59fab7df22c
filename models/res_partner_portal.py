from odoo import models
from odoo.tools import format_date


class ResPartner(models.Model):
    """A contact who leaves loses its links; those it has are part of its data."""

    _inherit = "res.partner"

    def write(self, vals):
        result = super().write(vals)
        if vals.get("active") is False:
            # Whoever archives a contact need not see its cases.
            links = self.env["collection.debtor.link"].sudo()
            links.search([("contact_id", "in", self.ids)])._revoke()
        return result

    def _get_collection_data_sheet(self):
        sheet = super()._get_collection_data_sheet()
        links = self._get_sheet_links()
        if links["rows"]:
            sheet["sections"].append(links)
        return sheet

    def _get_sheet_links(self):
        links = self.env["collection.debtor.link"].search(
            ["|", ("partner_id", "=", self.id), ("contact_id", "=", self.id)]
        )
        return {
            "title": self.env._("Links to the debtor's page"),
            "heads": [
                self.env._("Contact"),
                self.env._("Last day"),
                self.env._("Times opened"),
                self.env._("Last opened"),
            ],
            "rows": [
                [
                    link.contact_id.display_name,
                    format_date(self.env, link.expires_on),
                    str(link.visit_count),
                    format_date(self.env, link.last_seen) if link.last_seen else "",
                ]
                for link in links
            ],
        }
