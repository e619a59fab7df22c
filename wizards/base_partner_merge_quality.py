from odoo import models


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    """What merging contacts means for proposals and groups of duplicates."""

    _inherit = "base.partner.merge.automatic.wizard"

    def _update_foreign_keys(self, src_partners, dst_partner):
        # Whoever merges contacts need not see what was proposed about them. Two
        # proposals of one source for one field may not be pending on one contact.
        proposals = self.env["collection.enrichment.proposal"].sudo()
        proposals.search(
            [("partner_id", "in", src_partners.ids), ("state", "=", "pending")]
        )._decide("outdated")
        self.env.flush_all()
        result = super()._update_foreign_keys(src_partners, dst_partner)
        self.env["collection.duplicate.group"].sudo()._tidy(dst_partner)
        return result
