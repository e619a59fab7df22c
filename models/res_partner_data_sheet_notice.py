from odoo import models
from odoo.tools import format_date, formatLang


class ResPartner(models.Model):
    """The formal notices that a person was sent."""

    _inherit = "res.partner"

    def _get_collection_data_sheet(self):
        sheet = super()._get_collection_data_sheet()
        section = self._get_sheet_notices()
        if section["rows"]:
            sheet["sections"].append(section)
        return sheet

    def _get_sheet_notices(self):
        notices = self.env["collection.formal.notice"].search(
            [("partner_id", "=", self.id), ("date_posted", "!=", False)]
        )
        states = dict(notices._fields["state"]._description_selection(self.env))
        return {
            "title": self.env._("Formal notices"),
            "heads": [
                self.env._("Number"),
                self.env._("Posted on"),
                self.env._("Amount"),
                self.env._("State"),
            ],
            "rows": [
                [
                    notice.name,
                    format_date(self.env, notice.date_posted),
                    formatLang(
                        self.env,
                        notice.amount_total,
                        currency_obj=notice.currency_id,
                    ),
                    states[notice.state],
                ]
                for notice in notices
            ],
        }
