from odoo import models

from ..tools.proceedings import OPENINGS


class CollectionRegistryEvent(models.Model):
    """Interest stops with the judgment: the claim is stated as of the day before."""

    _inherit = "collection.registry.event"

    def _take_effect(self):
        self.filtered(
            lambda event: event.state != "cancelled" and event._stops_reminders()
        )._freeze_claims()
        return super()._take_effect()

    def _freeze_claims(self):
        """Keep the statement of what was due the evening before the judgment."""
        openings = self.filtered(
            lambda event: event.code in OPENINGS and event.judgment_date
        )
        for (company, day), events in openings.grouped(
            lambda event: (event.company_id, event.judgment_date)
        ).items():
            cases = events.case_id.filtered(
                lambda case, day=day: not case._find_frozen_statement(day)
            )
            cases.with_company(company)._freeze_claim(day)
