from odoo import api, models


class CollectionCase(models.Model):
    """The dashboard of data quality says what missing data cost."""

    _inherit = "collection.case"

    @api.model
    def get_quality_dashboard(self):
        return super().get_quality_dashboard() | {
            "costs": self.env["collection.data.cost"]._read(
                self._get_dashboard_companies(),
                self.env.company._get_collection_today(),
            )
        }
