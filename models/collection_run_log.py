from odoo import api, fields, models
from odoo.fields import Domain


class CollectionRunLog(models.Model):
    """What a run has to say about a case it did nothing for, or about itself."""

    _name = "collection.run.log"
    _description = "Run log"
    _inherit = ["collection.access.logged"]
    _order = "id"

    run_id = fields.Many2one(
        "collection.run", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="run_id.company_id", store=True, precompute=True
    )
    case_id = fields.Many2one(
        "collection.case", index="btree_not_null", ondelete="cascade"
    )
    partner_id = fields.Many2one(related="case_id.partner_id")
    level = fields.Selection(
        [("info", "Left out"), ("warning", "To look at"), ("error", "Error")],
        required=True,
        default="info",
    )
    code = fields.Char(required=True)
    message = fields.Char(required=True)
    amount = fields.Monetary(help="Overdue, net, in company currency.")
    currency_id = fields.Many2one(related="company_id.currency_id")

    @api.autovacuum
    def _gc_old_logs(self):
        """Delete the logs older than each company keeps them."""
        for company in self.env["res.company"].search(Domain.TRUE):
            limit = fields.Datetime.subtract(
                fields.Datetime.now(), days=company.collection_log_days
            )
            self.search(
                [("company_id", "=", company.id), ("create_date", "<", limit)]
            ).unlink()
