from odoo import Command, fields, models
from odoo.tools import formatLang


class PaymentTransaction(models.Model):
    """A payment made on the debtor's page: of exactly the items that were chosen."""

    _inherit = "payment.transaction"

    collection_case_id = fields.Many2one(
        "collection.case",
        string="Collection case",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    collection_line_ids = fields.Many2many(
        "account.move.line",
        "collection_transaction_line_rel",
        "transaction_id",
        "line_id",
        string="Items paid",
        readonly=True,
        copy=False,
    )

    def _create_payment(self, **extra_create_values):
        lines = self.collection_line_ids.filtered(lambda line: not line.reconciled)
        if not lines:
            return super()._create_payment(**extra_create_values)
        invoices = self.invoice_ids
        account = lines.sorted("amount_residual", reverse=True)[0].account_id
        # Core would settle all open instalments of the invoices, chosen or not.
        self.invoice_ids = False
        payment = super()._create_payment(
            destination_account_id=account.id,
            invoice_ids=[Command.set(invoices.ids)],
            **extra_create_values,
        )
        self.invoice_ids = invoices
        chosen = lines.filtered(lambda line: line.account_id == account)
        received = payment.move_id.line_ids.filtered(
            lambda line: line.account_id == account and not line.reconciled
        )
        (received | chosen).reconcile()
        return payment

    def _post_process(self):
        result = super()._post_process()
        for transaction in self.filtered(
            lambda tx: tx.collection_case_id and tx.state == "done"
        ):
            transaction._note_on_case()
        return result

    def _note_on_case(self):
        """Tell the collectors that the debtor has paid on his page."""
        self.ensure_one()
        case = self.collection_case_id
        case.message_post(
            body=self.env._(
                "%(amount)s paid on the debtor's page (%(reference)s).",
                amount=formatLang(self.env, self.amount, currency_obj=self.currency_id),
                reference=self.reference,
            ),
            author_id=self.partner_id.id,
            subtype_xmlid="mail.mt_note",
        )
        case._request_review()
