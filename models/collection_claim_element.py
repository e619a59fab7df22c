from odoo import api, models


class CollectionClaimElement(models.AbstractModel):
    """A row of a statement of claim: it stays as it is once the statement is final."""

    _name = "collection.claim.element"
    _description = "Row of a statement of claim"
    _inherit = ["collection.access.logged"]

    @api.model_create_multi
    def create(self, vals_list):
        rows = super().create(vals_list)
        rows.statement_id._check_draft()
        return rows

    def write(self, vals):
        self.statement_id._check_draft()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_final(self):
        self.statement_id._check_draft()
