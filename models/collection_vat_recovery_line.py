from odoo import fields, models


class CollectionVatRecoveryLine(models.Model):
    """What stays unpaid of an invoice at one rate of VAT."""

    _name = "collection.vat.recovery.line"
    _description = "Invoice of a VAT recovery"
    _order = "recovery_id, invoice_date, move_id, id"
    _check_company_auto = True

    recovery_id = fields.Many2one(
        "collection.vat.recovery", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="recovery_id.company_id", store=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    move_id = fields.Many2one(
        "account.move",
        string="Invoice",
        required=True,
        readonly=True,
        ondelete="restrict",
        index=True,
        check_company=True,
    )
    invoice_date = fields.Date(related="move_id.invoice_date", store=True)
    tax_id = fields.Many2one("account.tax", string="Rate of VAT", readonly=True)
    tax_account_id = fields.Many2one(
        "account.account", string="Account of the VAT", readonly=True
    )
    rate = fields.Float(string="Rate (%)", readonly=True, aggregator=None)
    amount_untaxed = fields.Monetary(string="Unpaid without VAT", readonly=True)
    amount_tax = fields.Monetary(string="Unpaid VAT", readonly=True)
    is_on_payment = fields.Boolean(
        string="VAT on payment",
        readonly=True,
        help="This VAT becomes due when the invoice is paid: it was never paid to the "
        "State, and there is nothing to recover.",
    )
