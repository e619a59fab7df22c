from odoo import models
from odoo.tools import format_date, formatLang


class ResPartner(models.Model):
    """What proceedings add to the data sheet of a person."""

    _inherit = "res.partner"

    def _get_collection_data_sheet(self):
        sheet = super()._get_collection_data_sheet()
        section = self._get_sheet_proceedings()
        if section["rows"]:
            sheet["sections"].append(section)
        return sheet

    def _get_sheet_proceedings(self):
        proceedings = self.env["collection.proceeding"].search(
            [("partner_id", "=", self.id)]
        )
        states = dict(proceedings._fields["state"]._description_selection(self.env))
        return {
            "title": self.env._("Legal proceedings"),
            "heads": [
                self.env._("What"),
                self.env._("Filed on"),
                self.env._("Status"),
                self.env._("Amount"),
            ],
            "rows": [
                [
                    f"{proceeding.name} {proceeding._get_name_of_kind()}",
                    format_date(self.env, proceeding.date_filed),
                    states[proceeding.state],
                    formatLang(
                        self.env,
                        proceeding.amount_total,
                        currency_obj=proceeding.currency_id,
                    ),
                ]
                for proceeding in proceedings
            ],
        }
