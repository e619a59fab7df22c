from odoo import models
from odoo.tools import format_date


class ResPartner(models.Model):
    """Promises and disputes in what is held on a person (GDPR, article 15)."""

    _inherit = "res.partner"

    def _get_collection_data_sheet(self):
        sheet = super()._get_collection_data_sheet()
        sheet["sections"] += [
            section
            for section in (self._get_sheet_promises(), self._get_sheet_disputes())
            if section["rows"]
        ]
        return sheet

    def _get_sheet_promises(self):
        promises = self._find_agreements("collection.promise")
        states = dict(promises._fields["state"]._description_selection(self.env))
        return {
            "title": self.env._("Promises to pay"),
            "heads": [
                self.env._("Promised on"),
                self.env._("Promised for"),
                self.env._("Amount"),
                self.env._("Result"),
                self.env._("What was said"),
            ],
            "rows": [
                [
                    format_date(self.env, promise.date_made),
                    format_date(self.env, promise.date_promised),
                    promise._format_amount(promise.amount),
                    states[promise.state],
                    promise.note or "",
                ]
                for promise in promises
            ],
        }

    def _get_sheet_disputes(self):
        disputes = self._find_agreements("collection.dispute")
        states = dict(disputes._fields["state"]._description_selection(self.env))
        return {
            "title": self.env._("Disputes"),
            "heads": [
                self.env._("Opened on"),
                self.env._("Number"),
                self.env._("Reason"),
                self.env._("Amount"),
                self.env._("Result"),
                self.env._("What was said"),
            ],
            "rows": [
                [
                    format_date(self.env, dispute.date_opened),
                    dispute.name,
                    dispute.reason_id.name,
                    dispute._format_amount(dispute.amount),
                    states[dispute.state],
                    " · ".join(
                        filter(None, (dispute.description, dispute.resolution_note))
                    ),
                ]
                for dispute in disputes
            ],
        }

    def _find_agreements(self, model):
        return self.env[model].search(
            ["|", ("partner_id", "=", self.id), ("contact_id", "=", self.id)]
        )
