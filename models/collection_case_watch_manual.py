from odoo import models


class CollectionCase(models.Model):
    _inherit = "collection.case"

    def _drop_foreign_events(self):
        # What was entered by hand is about the debtor, whatever its SIREN.
        for case in self:
            manual = case.event_ids.filtered(lambda event: event.source == "manual")
            manual.siren = case.siren
        return super()._drop_foreign_events()
