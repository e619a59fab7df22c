from collections import defaultdict
from decimal import Decimal

from odoo import models


class AccountMove(models.Model):
    """An invoice as VAT recovery sees it."""

    _inherit = "account.move"

    def _get_collection_unpaid(self):
        """Return what is open of an invoice, in company currency."""
        self.ensure_one()
        lines = self.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        )
        return self.company_id.currency_id.round(sum(lines.mapped("amount_residual")))

    def _get_collection_open_account(self):
        """Return the account on which the invoice is open."""
        self.ensure_one()
        lines = self.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        )
        still_open = lines.filtered("amount_residual") or lines
        return still_open[:1].account_id

    def _get_collection_vat_parts(self):
        """Return ``[(tax, account, rate, net, tax amount)]``: the invoice by VAT rate.

        Amounts are decimals in company currency and add up to the invoice. What bears
        no VAT comes with an empty tax, last.
        """
        self.ensure_one()
        nets, taxes, accounts = defaultdict(Decimal), defaultdict(Decimal), {}
        none = self.env["account.tax"]
        for line in self.line_ids:
            amount = -Decimal(str(line.balance))
            if line.tax_line_id:
                taxes[line.tax_line_id] += amount
                accounts[line.tax_line_id] = line.account_id
            elif line.account_type != "asset_receivable":
                nets[self._get_collection_vat(line)] += amount
        with_vat = [tax for tax in taxes if taxes[tax]]
        for tax in nets.keys() - set(with_vat) - {none}:
            nets[none] += nets.pop(tax)
        parts = [
            (tax, accounts[tax], Decimal(str(tax.amount)), nets[tax], taxes[tax])
            for tax in sorted(with_vat, key=lambda tax: (-tax.amount, tax.id))
        ]
        if nets[none]:
            parts.append(
                (
                    none,
                    self.env["account.account"],
                    Decimal(0),
                    nets[none],
                    Decimal(0),
                )
            )
        return parts

    def _get_collection_vat(self, line):
        """Return the VAT of an invoice line; other taxes are part of the price."""
        taxes = line.tax_ids.flatten_taxes_hierarchy()
        return taxes.filtered(lambda tax: tax.amount_type == "percent")[:1]

    def _get_collection_invoice_pdfs(self):
        """Return ``{id: PDF}``: the invoice as it was sent, else printed now."""
        pdfs = {
            move.id: move.invoice_pdf_report_id.raw
            for move in self
            if move.invoice_pdf_report_id
        }
        for move in self.filtered(lambda move: move.id not in pdfs):
            pdfs[move.id], _type = self.env["ir.actions.report"]._render_qweb_pdf(
                "account.account_invoices", move.ids
            )
        return pdfs
