from odoo import api, models
from odoo.tools import SQL


class CollectionDataWorkerQuality(models.AbstractModel):
    """Assess the data of every debtor again."""

    _name = "collection.data.worker.quality"
    _description = "Quality of all debtors"
    _inherit = ["collection.data.worker"]

    _batch = 1000
    _rank = 40

    @api.model
    def _get_label(self):
        return self.env._("Assess data quality")

    @api.model
    def _sql_default_choice(self, job):
        return SQL("TRUE")

    @api.model
    def _work(self, job, items):
        items.case_id._refresh_quality()
        items._done()
