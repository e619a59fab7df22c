from odoo import api, models

from .collection_proceeding import Missing


class CollectionProceeding(models.Model):
    """What is worth a look in the notice and the statement of a request."""

    _inherit = "collection.proceeding"

    @api.model
    def _get_checked_fields(self):
        return [*super()._get_checked_fields(), "notice_id", "statement_id"]

    def _payment_order_remarks(self):
        return [
            *super()._payment_order_remarks(),
            *self._remark_notice(),
            *self._remark_payments(),
        ]

    def _european_order_remarks(self):
        return [
            *super()._european_order_remarks(),
            *self._remark_notice(),
            *self._remark_payments(),
        ]

    def _remark_notice(self):
        if self.notice_id:
            return []
        return [
            Missing(
                "notice",
                self.env._(
                    "No formal notice is enclosed. The text does not ask for one; it "
                    "shows that the debtor was asked."
                ),
                "action_send_notice",
            )
        ]

    def _remark_payments(self):
        """Has something been paid since the amounts were calculated?"""
        counted = sum(
            line.amount_total - line.amount_paid - line.amount_credit
            for line in self.statement_id.line_ids
            if not line.is_excluded
        )
        open_amount = sum(self.line_ids.mapped("amount_residual"))
        if self.currency_id.compare_amounts(open_amount, counted) >= 0:
            return []
        return [
            Missing(
                "paid_since",
                self.env._(
                    "%(open)s of these items are still open; the statement of claim "
                    "counts %(counted)s. Calculate anew.",
                    open=self._format(open_amount),
                    counted=self._format(counted),
                ),
                "action_make_statement",
            )
        ]

    def action_send_notice(self):
        """Open the wizard that sends a formal notice to this debtor."""
        self.ensure_one()
        return self.case_id.action_formal_notice()

    def _get_remedy_labels(self):
        return super()._get_remedy_labels() | {
            "action_send_notice": self.env._("Send a formal notice"),
        }
