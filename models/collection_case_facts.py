from odoo import api, models


class CollectionCase(models.Model):
    """Has the payment facts follow the cases, and be known before a review."""

    _inherit = "collection.case"

    @api.model
    def _get_moved_tables(self):
        return [*super()._get_moved_tables(), "collection_payment_fact"]

    @api.model
    def _cron_review(self, *args, **kwargs):
        self.env["collection.payment.fact"]._refresh_queued(
            self.env["ir.cron"]._commit_progress
        )
        return super()._cron_review(*args, **kwargs)

    @api.model
    def _cron_refresh_balances(self):
        result = super()._cron_refresh_balances()
        self.env.ref("l10n_fr_debt_collection.ir_cron_observatory")._trigger()
        return result

    def _review(self):
        # What is known of the debtor decides on its segment: it comes first.
        for company, cases in self.grouped("company_id").items():
            self.env["collection.profile"]._refresh(company, cases)
        return super()._review()
