from odoo import models


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _update_foreign_keys(self, src_partners, dst_partner):
        # Core deletes what a unique constraint keeps from moving: the history would go.
        # Whoever merges contacts need not see their cases.
        self.env["collection.case"].sudo()._merge_debtors(src_partners, dst_partner)
        result = super()._update_foreign_keys(src_partners, dst_partner)
        balance = self.env["collection.balance"]
        balance._mark_partners(dst_partner.commercial_partner_id.ids)
        return result
