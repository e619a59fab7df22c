from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date


class CollectionInterestInvoice(models.TransientModel):
    """Invoices the interest and the compensation of a statement, without VAT.

    Interest for late payment and the fixed compensation repair a loss: no VAT is due on
    them. What was invoiced is not claimed again by later statements.
    """

    _name = "collection.interest.invoice"
    _description = "Invoice of interest"

    statement_id = fields.Many2one("collection.claim.statement", required=True)
    company_id = fields.Many2one(related="statement_id.company_id")
    currency_id = fields.Many2one(related="statement_id.currency_id")
    amount_interest = fields.Monetary(related="statement_id.amount_interest")
    amount_indemnity = fields.Monetary(related="statement_id.amount_indemnity")
    with_interest = fields.Boolean(default=True, string="Invoice the interest")
    with_indemnity = fields.Boolean(
        default=True, string="Invoice the fixed compensation"
    )
    interest_account_id = fields.Many2one(
        "account.account",
        string="Account of interest",
        compute="_compute_accounts",
        store=True,
        readonly=False,
        check_company=True,
    )
    indemnity_account_id = fields.Many2one(
        "account.account",
        string="Account of fixed compensation",
        compute="_compute_accounts",
        store=True,
        readonly=False,
        check_company=True,
    )
    _check_company_auto = True

    @api.depends("statement_id")
    def _compute_accounts(self):
        for wizard in self:
            company = wizard.company_id
            wizard.interest_account_id = company._get_interest_account()
            wizard.indemnity_account_id = company._get_indemnity_account()

    def action_make(self):
        """Make the draft invoice and open it."""
        self.ensure_one()
        statement = self.statement_id
        self._check()
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": statement.partner_id.id,
                "company_id": statement.company_id.id,
                "currency_id": statement.currency_id.id,
                "invoice_date": statement.company_id._get_collection_today(),
                "invoice_origin": statement.name,
                "collection_claim_statement_id": statement.id,
                "collection_claims_interest": "interest" in self._get_parts(),
                "collection_claims_indemnity": "indemnity" in self._get_parts(),
                "invoice_line_ids": self._prepare_lines(),
            }
        )
        statement._message_log(
            body=self.env._("Interest invoiced by %s.", invoice._get_html_link())
        )
        return {
            "type": "ir.actions.act_window",
            "res_model": "account.move",
            "res_id": invoice.id,
            "view_mode": "form",
        }

    def _check(self):
        statement = self.statement_id
        if statement.state != "final":
            raise UserError(self.env._("%s is not final yet.", statement.display_name))
        for part in self._get_parts():
            self._check_part(part)
        if not self._prepare_lines():
            raise UserError(
                self.env._(
                    "%s has neither interest nor compensation to invoice.",
                    statement.display_name,
                )
            )

    def _get_parts(self):
        """Return what of the statement is invoiced: ``interest``, ``indemnity``."""
        return [
            part
            for part in ("interest", "indemnity")
            if self[f"with_{part}"] and self[f"amount_{part}"]
        ]

    def _check_part(self, part):
        """Refuse to invoice what an invoice in force claims already."""
        statement = self.statement_id
        invoices = statement._get_invoices_of(part)
        if invoices:
            raise UserError(
                self.env._(
                    "%(statement)s is invoiced already, by %(invoice)s.",
                    statement=statement.display_name,
                    invoice=invoices[0].display_name,
                )
            )
        rows = statement._find_invoiced_since(part)
        if rows:
            raise UserError(
                self.env._(
                    "%(statement)s has items of which %(invoice)s claims interest or "
                    "compensation already. Make a new statement: it leaves out what "
                    "is invoiced.",
                    statement=statement.display_name,
                    invoice=rows.statement_id._get_invoices_of(part)[0].display_name,
                )
            )

    def _prepare_lines(self):
        statement = self.statement_id.with_context(
            lang=self.statement_id._get_text_lang()
        )
        parts = [
            (
                self.with_interest and statement.amount_interest,
                self.interest_account_id,
                statement.env._(
                    "Interest for late payment until %(day)s, statement %(statement)s",
                    day=format_date(statement.env, statement.date_stop),
                    statement=statement.name,
                ),
            ),
            (
                self.with_indemnity and statement.amount_indemnity,
                self.indemnity_account_id,
                statement.env._(
                    "Fixed compensation for recovery costs, %(count)s invoices (Code "
                    "de commerce, D441-5)",
                    count=statement.indemnity_count,
                ),
            ),
        ]
        return [
            Command.create(
                {
                    "name": words,
                    "price_unit": amount,
                    "quantity": 1,
                    "tax_ids": [Command.clear()],
                    **({"account_id": account.id} if account else {}),
                }
            )
            for amount, account, words in parts
            if amount
        ]

    @api.model
    def _open(self, statement):
        """Return the window that invoices the interest of ``statement``."""
        wizard = self.create({"statement_id": statement.id})
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Invoice of interest"),
            "res_model": self._name,
            "res_id": wizard.id,
            "view_mode": "form",
            "target": "new",
        }
