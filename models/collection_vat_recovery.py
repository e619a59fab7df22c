from decimal import Decimal

from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_amount, split_every

from ..tools.invoice_duplicate import DuplicateError, make_duplicate
from ..tools.vat_recovery import InvoicePart, recovery_limit, split_unpaid

ARTICLE_PARAMETER = "vat_recovery_article"
YEARS_PARAMETER = "vat_recovery_years"
STATEMENT_REPORT = "l10n_fr_debt_collection.collection_vat_recovery_report"
ROWS_TOGETHER = 24
STATE_MOVES = {
    "draft": {"ready", "cancelled"},
    "ready": {"draft", "sent", "cancelled"},
    "sent": {"cancelled"},
    "cancelled": {"draft"},
}
GROUNDS = [
    ("liquidation", "Liquidation judgment"),
    ("certificate", "Certificate of irrecoverability"),
    ("plan_waiver", "Part given up in a plan"),
    ("failed_pursuit", "Failed pursuit outside insolvency"),
]
# Grounds that a paper proves; the judgment is published.
PROVED_GROUNDS = ("certificate", "plan_waiver", "failed_pursuit")


class CollectionVatRecovery(models.Model):
    """VAT on invoices that stay unpaid for good, and the papers it takes to recover it.

    Amounts are in company currency, net of payments and dividends that are matched with
    the invoices. Nothing is posted: the entry stays a draft for accounting.

    Source: Code général des impôts, article 272-1; BOI-TVA-DED-40-10-20.
    """

    _name = "collection.vat.recovery"
    _description = "VAT recovery"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "collection.access.logged",
        "collection.case.part",
        "collection.stateful",
    ]
    _order = "id desc"
    _check_company_auto = True
    _mail_post_access = "read"
    _state_moves = STATE_MOVES

    name = fields.Char(string="Reference", readonly=True, copy=False, default="/")
    proceeding_id = fields.Many2one(
        "collection.proceeding",
        string="Claim declaration",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
    )
    ground = fields.Selection(GROUNDS, required=True, tracking=True)
    date_ground = fields.Date(
        string="Since",
        required=True,
        help="Day of the judgment, of the certificate, of the plan, or of the last "
        "pursuit that failed.",
    )
    date_closed = fields.Date(
        string="Proceedings closed on", help="Empty: not closed, or not known."
    )
    date_limit = fields.Date(
        string="Last day to recover",
        compute="_compute_date_limit",
        store=True,
        help="31 December of the second year after the closing; while it is not "
        "known, after the day from which the VAT can be recovered. To be checked: one "
        "source only.",
    )
    form = fields.Selection(
        [
            ("statement", "One statement of the invoices"),
            ("duplicates", "Duplicates of the invoices"),
            ("both", "Statement and duplicates"),
        ],
        string="Sent as",
        required=True,
        default="both",
    )
    recipient_id = fields.Many2one(
        "res.partner",
        string="Sent to",
        required=True,
        help="The debtor; in a liquidation the liquidator, who stands for it.",
    )
    line_ids = fields.One2many(
        "collection.vat.recovery.line", "recovery_id", string="Invoices", copy=False
    )
    amount_untaxed = fields.Monetary(
        string="Without VAT", compute="_compute_amounts", store=True
    )
    amount_tax = fields.Monetary(
        string="VAT to recover", compute="_compute_amounts", store=True
    )
    amount_total = fields.Monetary(
        string="With VAT", compute="_compute_amounts", store=True
    )
    state = fields.Selection(
        [
            ("draft", "Being prepared"),
            ("ready", "Ready to send"),
            ("sent", "Sent"),
            ("cancelled", "Cancelled"),
        ],
        default="draft",
        required=True,
        readonly=True,
        index=True,
        copy=False,
        tracking=True,
        group_expand=True,
    )
    date_sent = fields.Date(string="Sent on", copy=False)
    tracking_number = fields.Char(copy=False)
    proof_ids = fields.Many2many(
        "ir.attachment",
        "collection_vat_recovery_proof_rel",
        "recovery_id",
        "attachment_id",
        copy=False,
        help="Certificate, plan, report of the failed pursuit.",
    )
    document_id = fields.Many2one(
        "ir.attachment",
        string="File to send",
        readonly=True,
        copy=False,
        index="btree_not_null",
    )
    move_id = fields.Many2one(
        "account.move",
        string="Draft entry",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
    )
    warning = fields.Text(compute="_compute_warning")
    note = fields.Text()

    # === COMPUTE METHODS === #

    @api.depends("name", "partner_id")
    def _compute_display_name(self):
        for recovery in self:
            recovery.display_name = (
                f"{recovery.name} · {recovery.partner_id.display_name}"
            )

    @api.depends("date_ground", "date_closed")
    def _compute_date_limit(self):
        parameters = self.env["collection.legal.parameter"]
        for recovery in self:
            start = recovery.date_closed or recovery.date_ground
            recovery.date_limit = start and recovery_limit(
                start, int(parameters._get_value(YEARS_PARAMETER, start))
            )

    @api.depends(
        "line_ids.amount_untaxed", "line_ids.amount_tax", "line_ids.is_on_payment"
    )
    def _compute_amounts(self):
        for recovery in self:
            lines = recovery._get_recovered_lines()
            recovery.amount_untaxed = sum(lines.mapped("amount_untaxed"))
            recovery.amount_tax = sum(lines.mapped("amount_tax"))
            recovery.amount_total = recovery.amount_untaxed + recovery.amount_tax

    @api.depends("ground", "proof_ids", "date_limit", "state", "line_ids.is_on_payment")
    @api.depends_context("lang")
    def _compute_warning(self):
        for recovery in self:
            recovery.warning = "\n".join(recovery._get_warnings())

    def _get_warnings(self):
        """Return the sentences of what is to be checked before this is sent."""
        self.ensure_one()
        company = self.company_id or self.env.company
        warnings = []
        if self.ground in PROVED_GROUNDS and not self.proof_ids:
            warnings.append(self.env._("No proof is attached yet."))
        if self.date_limit and self.date_limit < company._get_collection_today():
            warnings.append(self.env._("The last day to recover is over."))
        on_payment = self.line_ids.filtered("is_on_payment").move_id
        if on_payment:
            warnings.append(
                self.env._(
                    "VAT on payment was never due on %s: there is none to recover.",
                    ", ".join(on_payment.mapped("name")),
                )
            )
        dividends = self._get_unmatched_dividends()
        if self.state == "draft" and dividends:
            warnings.append(
                self.env._(
                    "%s of dividends have been received that are linked to no payment: "
                    "match the payment with the invoices first, dividends reduce what "
                    "is unpaid.",
                    format_amount(self.env, dividends, self.currency_id),
                )
            )
        credit = self.case_id.amount_credit
        if self.state == "draft" and credit:
            warnings.append(
                self.env._(
                    "%s of payments and credit notes are not matched with invoices: "
                    "match them first, they reduce what is unpaid.",
                    format_amount(self.env, credit, self.currency_id),
                )
            )
        return warnings

    def _get_unmatched_dividends(self):
        """Return the dividends whose payment is not known in the ledger."""
        self.ensure_one()
        dividends = self.case_id.declaration_ids.dividend_ids
        return sum(
            dividends.filtered(
                lambda dividend: (
                    dividend.state == "received" and not dividend.payment_line_id
                )
            ).mapped("amount_received")
        )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        sequence = self.env["ir.sequence"]
        for vals in vals_list:
            if vals.get("name", "/") == "/":
                company = self.env["collection.case"].browse(vals["case_id"]).company_id
                vals["name"] = sequence.with_company(company).next_by_code(self._name)
        return super().create(vals_list)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        kept = self.filtered(lambda recovery: recovery.state != "draft")
        if kept:
            raise UserError(
                self.env._(
                    "%s is kept with the accounts and cannot be deleted. Cancel it "
                    "instead.",
                    kept[0].display_name,
                )
            )

    # === ACTION METHODS === #

    def action_make_documents(self):
        """Make the statement and the duplicates, one file to send."""
        for recovery in self:
            recovery._make_document()
        self._update_state("ready")
        return True

    def action_sent(self):
        """Note that the file has been sent."""
        for company, recoveries in self.grouped("company_id").items():
            today = company._get_collection_today()
            for recovery in recoveries:
                recovery.date_sent = recovery.date_sent or today
        sent = self._update_state("sent")
        sent._meet_deadlines()
        return True

    def action_draft(self):
        self._update_state("draft")
        return True

    def action_cancel(self):
        self._update_state("cancelled")
        return True

    def action_make_entry(self):
        """Propose the entry that accounting may post."""
        for recovery in self:
            recovery._make_entry()
        return self.action_open_entry() if len(self) == 1 else True

    def action_open_entry(self):
        self.ensure_one()
        return self.move_id.get_formview_action()

    def action_print(self):
        """Download the file to send."""
        self.ensure_one()
        if not self.document_id:
            raise UserError(
                self.env._("%s has no file yet: make it first.", self.display_name)
            )
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self.document_id.id}?download=true",
            "target": "self",
        }

    # === BUSINESS METHODS === #

    def _refuse_move(self, target):
        states = dict(self._fields["state"]._description_selection(self.env))
        raise UserError(
            self.env._(
                "%(recovery)s is “%(state)s”: it cannot become “%(target)s”.",
                recovery=self[0].display_name,
                state=states[self[0].state],
                target=states[target],
            )
        )

    def _get_recovered_lines(self):
        """Return the lines whose VAT was paid to the State."""
        return self.line_ids.filtered(lambda line: not line.is_on_payment)

    def _meet_deadlines(self):
        deadlines = self.env["collection.deadline"].search(
            [
                ("case_id", "in", self.case_id.ids),
                ("rule_id.code", "=", "vat_recovery"),
                ("state", "=", "open"),
            ]
        )
        deadlines.action_done()

    # === INVOICES === #

    @api.model
    def _get_recoverable_moves(self, case):
        """Return the unpaid invoices of a case, the oldest first."""
        lines = self.env["account.move.line"].search(
            [
                *case._get_open_line_domain(),
                ("move_id.move_type", "=", "out_invoice"),
                ("amount_residual", ">", 0),
            ]
        )
        return lines.move_id.sorted(lambda move: (move.invoice_date, move.id))

    @api.model
    def _prepare_lines(self, moves, share=1.0):
        """Return the values of the lines that claim back the VAT of ``moves``.

        What another recovery claims already is left out.

        :param float share: of what is unpaid, between 0 and 1 (a plan's waiver)
        """
        claimed = self._get_claimed(moves)
        values = []
        for move in moves:
            unpaid = move._get_collection_unpaid() * share
            amount = move.company_id.currency_id.round(unpaid - claimed.get(move, 0))
            if amount > 0:
                values += self._prepare_move_lines(move, amount)
        return values

    @api.model
    def _get_claimed(self, moves):
        """Return ``{invoice: amount with VAT}`` that other recoveries claim."""
        groups = self.env["collection.vat.recovery.line"]._read_group(
            [("move_id", "in", moves.ids), ("recovery_id.state", "!=", "cancelled")],
            ["move_id"],
            ["amount_untaxed:sum", "amount_tax:sum"],
        )
        return {move: untaxed + tax for move, untaxed, tax in groups}

    @api.model
    def _prepare_move_lines(self, move, unpaid):
        parts = move._get_collection_vat_parts()
        split = split_unpaid(
            [InvoicePart(rate, net, tax) for _tax, _account, rate, net, tax in parts],
            Decimal(str(unpaid)),
        )
        return [
            {
                "move_id": move.id,
                "tax_id": tax.id,
                "tax_account_id": account.id,
                "rate": float(part.rate),
                "amount_untaxed": float(part.net),
                "amount_tax": float(part.tax),
                "is_on_payment": tax.tax_exigibility == "on_payment",
            }
            for (tax, account, _rate, _net, _tax), part in zip(
                parts, split, strict=True
            )
            if part.total
        ]

    # === DOCUMENTS === #

    def _get_article(self):
        """Return the article that the statement quotes, in force today."""
        self.ensure_one()
        return self.env["collection.legal.parameter"]._get_text(
            ARTICLE_PARAMETER, self.company_id._get_collection_today()
        )

    def _get_statement(self, untaxed, tax):
        """Return the sentence that article 272 asks for."""
        self.ensure_one()
        return self.env._(
            "Invoice that stayed unpaid for the sum of %(net)s net price and for the "
            "sum of %(tax)s of corresponding VAT, which cannot be deducted "
            "(%(article)s).",
            net=format_amount(self.env, untaxed, self.currency_id),
            tax=format_amount(self.env, tax, self.currency_id),
            article=self._get_article(),
        )

    def _get_recap_statement(self):
        """Return the same sentence about all invoices of the statement."""
        self.ensure_one()
        return self.env._(
            "Invoices that stayed unpaid for the sum of %(net)s net price and for the "
            "sum of %(tax)s of corresponding VAT, which cannot be deducted "
            "(%(article)s).",
            net=format_amount(self.env, self.amount_untaxed, self.currency_id),
            tax=format_amount(self.env, self.amount_tax, self.currency_id),
            article=self._get_article(),
        )

    def _get_statement_pages(self):
        """Return the rows of the statement in parts that each fit on a page."""
        self.ensure_one()
        return list(split_every(ROWS_TOGETHER, self._get_statement_rows(), list))

    def _get_statement_rows(self):
        """Return ``[(invoice, untaxed, tax, total)]`` of the statement, by date."""
        self.ensure_one()
        rows = []
        for move, lines in self._get_recovered_lines().grouped("move_id").items():
            untaxed = sum(lines.mapped("amount_untaxed"))
            tax = sum(lines.mapped("amount_tax"))
            rows.append((move, untaxed, tax, untaxed + tax))
        return sorted(rows, key=lambda row: (row[0].invoice_date, row[0].id))

    def _describe_debtor(self):
        """Return the debtor with its numbers, as the statement names it."""
        self.ensure_one()
        debtor = self.partner_id
        numbers = filter(None, (debtor.name, debtor.company_registry, debtor.vat))
        return self.env._("Debtor: %s", ", ".join(numbers))

    def _make_document(self):
        """Attach one PDF: the statement, then the duplicates, as chosen."""
        self.ensure_one()
        if not self._get_recovered_lines():
            raise UserError(
                self.env._(
                    "%s has no invoice with VAT to recover: add some.",
                    self.display_name,
                )
            )
        french = self.with_context(lang=self.company_id._get_collection_legal_lang())
        parts = []
        if self.form != "duplicates":
            parts.append(french._render_statement())
        if self.form != "statement":
            parts += french._render_duplicates()
        self.document_id = self.env["ir.attachment"].create(
            {
                "name": french.env._("VAT recovery %s.pdf", self.name).replace(
                    "/", "-"
                ),
                "raw": self.env["collection.pdf"]._merge(parts),
                "res_model": self._name,
                "res_id": self.id,
                "mimetype": "application/pdf",
            }
        )

    def _render_statement(self):
        self.ensure_one()
        return self.env["collection.pdf"]._render(STATEMENT_REPORT, self)[self.id]

    def _render_duplicates(self):
        """Return the PDFs of the invoices, each page with the statement."""
        self.ensure_one()
        rows = self._get_statement_rows()
        pdfs = self.env["account.move"].union(*(row[0] for row in rows))
        originals = pdfs._get_collection_invoice_pdfs()
        return [
            self._stamp(move, originals[move.id], untaxed, tax)
            for move, untaxed, tax, _total in rows
        ]

    def _stamp(self, move, pdf, untaxed, tax):
        try:
            return make_duplicate(
                pdf,
                self.env._("DUPLICATE OF THE INVOICE %s", move.name),
                self._get_statement(untaxed, tax),
            )
        except DuplicateError as error:
            raise UserError(
                self.env._(
                    "No duplicate can be made of the invoice %(invoice)s: %(reason)s. "
                    "Print the invoice again, or send the statement only.",
                    invoice=move.name,
                    reason=error,
                )
            ) from error

    # === ENTRY === #

    def _make_entry(self):
        """Make the draft entry; accounting completes and posts it."""
        self.ensure_one()
        if self.move_id:
            raise UserError(
                self.env._(
                    "%(recovery)s has its entry already: %(entry)s.",
                    recovery=self.display_name,
                    entry=self.move_id.display_name,
                )
            )
        self.move_id = self.env["account.move"].create(self._prepare_entry())

    def _prepare_entry(self):
        self.ensure_one()
        company = self.company_id
        loss = company.collection_loss_account_id
        journal = company._get_collection_loss_journal()
        if not loss or not journal:
            raise UserError(
                self.env._(
                    "%s has no account or no journal for losses on debts: choose them "
                    "in the settings of debt collection.",
                    company.display_name,
                )
            )
        return {
            "move_type": "entry",
            "journal_id": journal.id,
            "company_id": company.id,
            "ref": self.env._("Irrecoverable: %s", self.display_name),
            "line_ids": [
                Command.create(values)
                for values in (
                    *self._prepare_loss_items(loss),
                    *self._prepare_vat_items(),
                    *self._prepare_debt_items(),
                )
            ],
        }

    def _prepare_loss_items(self, account):
        return [
            {
                "account_id": account.id,
                "name": self.name,
                "debit": sum(self.line_ids.mapped("amount_untaxed")),
            }
        ]

    def _prepare_vat_items(self):
        """Return one item per account of VAT, that on payment included."""
        by_account = self.line_ids.filtered("tax_account_id").grouped("tax_account_id")
        return [
            {
                "account_id": account.id,
                "name": self.name,
                "debit": self.currency_id.round(sum(lines.mapped("amount_tax"))),
            }
            for account, lines in by_account.items()
            if any(lines.mapped("amount_tax"))
        ]

    def _prepare_debt_items(self):
        """Return one item per invoice, on the account on which it is open."""
        doubtful = self.company_id.collection_doubtful_account_id
        return [
            {
                "account_id": (doubtful or move._get_collection_open_account()).id,
                "partner_id": self.partner_id.id,
                "name": move.name,
                "credit": self.currency_id.round(
                    sum(lines.mapped("amount_untaxed"))
                    + sum(lines.mapped("amount_tax"))
                ),
            }
            for move, lines in self.line_ids.grouped("move_id").items()
        ]
