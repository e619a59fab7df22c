from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date, formatLang, split_every

from ..tools.late_interest import to_decimal

STATE_MOVES = {"draft": {"final"}, "final": set()}
# What may still be written once the statement is final.
FREE_FIELDS = frozenset({"attachment_ids", "color", "note"})
PURPOSES = [
    ("statement", "Statement"),
    ("formal_notice", "Formal notice"),
    ("payment_order", "Payment order"),
    ("small_claims", "Small claims"),
    ("insolvency", "Insolvency proceedings"),
    ("handover", "Handover"),
    ("interest_invoice", "Invoice of interest"),
]
# Rows of a table of the document that are kept on one page.
ROWS_TOGETHER = 26
REPORT = "l10n_fr_debt_collection.collection_claim_statement_report"


class CollectionClaimStatement(models.Model):
    """What a debtor owes on a day: principal, interest and fixed compensation.

    It is a calculation that is kept with all that it was made from, so that it can be
    made again to the cent. Once final it never changes: a new one gets the next version
    of the case.
    """

    _name = "collection.claim.statement"
    _description = "Statement of claim"
    _inherit = [
        "mail.thread",
        "collection.access.logged",
        "collection.case.part",
        "collection.stateful",
    ]
    _order = "date_stop desc, version desc, id desc"
    _check_company_auto = True
    _mail_post_access = "read"
    _state_moves = STATE_MOVES

    name = fields.Char(
        string="Statement number", readonly=True, copy=False, default="/"
    )
    user_id = fields.Many2one(
        "res.users",
        string="Made by",
        readonly=True,
        default=lambda self: self.env.user,
        index="btree_not_null",
    )
    date = fields.Date(
        string="Made on",
        required=True,
        readonly=True,
        default=lambda self: self.env.company._get_collection_today(),
    )
    date_stop = fields.Date(
        string="Interest until",
        required=True,
        readonly=True,
        help="The last day that bears interest, included.",
    )
    date_judgment = fields.Date(
        string="Opening judgment",
        readonly=True,
        help="Interest on earlier debts stops on the day before.",
    )
    version = fields.Integer(readonly=True, copy=False, aggregator=None)
    purpose = fields.Selection(
        PURPOSES, required=True, readonly=True, default="statement", index=True
    )
    state = fields.Selection(
        [("draft", "Being prepared"), ("final", "Final")],
        default="draft",
        required=True,
        readonly=True,
        index=True,
        copy=False,
        tracking=True,
    )
    debtor_type = fields.Selection(
        selection=lambda self: (
            self.env["collection.case"]._fields["debtor_type"].selection
        ),
        string="Type of debtor",
        readonly=True,
        help="As it was when the statement was made.",
    )
    regime = fields.Selection(
        [
            ("business", "Between professionals"),
            ("public", "Public buyer"),
            ("consumer", "Consumer"),
        ],
        string="Rules applied",
        required=True,
        readonly=True,
        help="A debtor of unknown type is treated as a consumer.",
    )
    basis = fields.Selection(
        [("365", "365 days"), ("366", "Exact: 365 or 366 days")],
        string="Days of the year",
        required=True,
        readonly=True,
        default="365",
    )
    interest_first = fields.Boolean(
        string="Payments bear on interest first",
        readonly=True,
        default=True,
        help="Article 1343-1 of the Code civil, unless the contract says otherwise.",
    )
    paid_since = fields.Date(
        string="With invoices paid late since",
        readonly=True,
        help="Empty: only what is still open.",
    )
    line_ids = fields.One2many(
        "collection.claim.line", "statement_id", string="Invoices"
    )
    segment_ids = fields.One2many(
        "collection.claim.segment",
        "statement_id",
        string="Periods of interest",
        readonly=True,
    )
    settlement_ids = fields.One2many(
        "collection.claim.settlement",
        "statement_id",
        string="Payments and credits",
        readonly=True,
    )
    amount_principal = fields.Monetary(
        string="Principal", compute="_compute_amounts", store=True
    )
    amount_interest = fields.Monetary(
        string="Interest due", compute="_compute_amounts", store=True
    )
    amount_indemnity = fields.Monetary(
        string="Fixed compensation", compute="_compute_amounts", store=True
    )
    indemnity_count = fields.Integer(
        string="Invoices with compensation", compute="_compute_amounts", store=True
    )
    amount_total = fields.Monetary(
        string="Total claimed", compute="_compute_amounts", store=True
    )
    rate_words = fields.Char(string="Rates applied", compute="_compute_words")
    stop_reason = fields.Char(
        string="Why interest stops there", compute="_compute_words"
    )
    warning = fields.Text(
        string="To be checked",
        readonly=True,
        help="What a person has to look at. Not printed.",
    )
    note = fields.Text(help="For colleagues. Not printed.")
    attachment_ids = fields.One2many(
        "ir.attachment",
        "res_id",
        string="Files",
        domain=[("res_model", "=", "collection.claim.statement")],
    )
    invoice_ids = fields.One2many(
        "account.move",
        "collection_claim_statement_id",
        string="Invoices of interest",
        readonly=True,
    )
    invoice_count = fields.Integer(
        string="Number of invoices of interest", compute="_compute_invoice_count"
    )

    # === COMPUTE METHODS === #

    @api.depends("name", "version", "partner_id")
    def _compute_display_name(self):
        for statement in self:
            statement.display_name = (
                f"{statement.name} · {statement.partner_id.display_name}"
            )

    @api.depends(
        "line_ids.is_excluded",
        "line_ids.principal",
        "line_ids.interest",
        "line_ids.indemnity",
    )
    def _compute_amounts(self):
        for statement in self:
            currency = statement.company_id.currency_id
            lines = statement._get_claimed_lines()
            principal = currency.round(sum(lines.mapped("principal")))
            interest = currency.round(sum(lines.mapped("interest")))
            indemnity = currency.round(sum(lines.mapped("indemnity")))
            statement.amount_principal = principal
            statement.amount_interest = interest
            statement.amount_indemnity = indemnity
            statement.indemnity_count = len(lines.filtered("indemnity"))
            statement.amount_total = currency.round(principal + interest + indemnity)

    @api.depends("line_ids.rate_kind", "line_ids.rate_value", "date_judgment")
    @api.depends_context("lang")
    def _compute_words(self):
        for statement in self:
            words = (
                statement._get_claimed_lines()
                .filtered("date_from")
                .mapped("rate_words")
            )
            statement.rate_words = "; ".join(dict.fromkeys(words)) or False
            statement.stop_reason = statement.date_judgment and self.env._(
                "The judgment of %s that opened insolvency proceedings stops interest "
                "on earlier debts (article L622-28 of the Code de commerce).",
                format_date(self.env, statement.date_judgment),
            )

    @api.depends("invoice_ids")
    def _compute_invoice_count(self):
        for statement in self:
            statement.invoice_count = len(statement.invoice_ids)

    # === CRUD METHODS === #

    def write(self, vals):
        if not FREE_FIELDS.issuperset(vals):
            self._check_draft()
        return super().write(vals)

    def _check_draft(self):
        final = self.filtered(lambda statement: statement.state == "final")
        if final:
            raise UserError(
                self.env._(
                    "%(statement)s is final and stays as it is. Make a new statement: "
                    "it gets the next version.",
                    statement=final[0].display_name,
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_final(self):
        self._check_draft()

    # === ACTION METHODS === #

    def action_finalise(self):
        self._finalise()
        return True

    def action_compute(self):
        """Make the calculation of drafts again, from the books as they are now."""
        self._recalculate()
        return True

    def action_attach(self):
        self._attach()
        return True

    def action_print(self):
        """Download the document of these statements."""
        pdfs = self._render_pdf()
        content = self.env["collection.pdf"]._merge(list(pdfs.values()))
        name = self._get_document_name("pdf") if len(self) == 1 else "statements.pdf"
        download = self.env["collection.pdf"]._make_download(name, content)
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{download.id}?download=true",
            "target": "self",
        }

    def action_check(self):
        """Tell whether the calculation, made again, gives the same figures."""
        wrong = self.filtered(lambda statement: not statement._recompute_check())
        message = (
            self.env._("Other figures come out of: %s", ", ".join(wrong.mapped("name")))
            if wrong
            else self.env._("The same calculation gives the same figures.")
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {"type": "danger" if wrong else "success", "message": message},
        }

    def action_invoice_interest(self):
        """Open the window that makes the invoice of interest and compensation."""
        self.ensure_one()
        return self.env["collection.interest.invoice"]._open(self)

    def action_open_invoices(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "account.action_move_out_invoice_type"
        )
        return action | {
            "domain": [("id", "in", self.invoice_ids.ids)],
            "context": {"create": False},
        }

    def _get_records_action(self, **values):
        """Return the action that opens these statements."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "l10n_fr_debt_collection.collection_claim_statement_action"
        )
        action |= {"domain": [("id", "in", self.ids)], "context": {}}
        if len(self) == 1:
            action |= {
                "view_mode": "form",
                "res_id": self.id,
                "views": [(False, "form")],
            }
        return action | values

    # === BUSINESS METHODS === #

    def _finalise(self):
        """Give drafts their number and version; from then on they do not change."""
        drafts = self.filtered(lambda statement: statement.state == "draft")
        versions = dict(
            self.sudo()._read_group(
                [("case_id", "in", drafts.case_id.ids), ("state", "=", "final")],
                ["case_id"],
                ["version:max"],
            )
        )
        for statement in drafts:
            case = statement.case_id
            versions[case] = versions.get(case, 0) + 1
            statement.write(
                {"version": versions[case], "name": statement._next_number()}
            )
        return drafts._update_state("final")

    def _next_number(self):
        self.ensure_one()
        sequence = self.env["ir.sequence"].with_company(self.company_id)
        return sequence.next_by_code(self._name, sequence_date=self.date)

    def _recalculate(self):
        self._check_draft()
        for statement in self:
            left_out = statement.line_ids.filtered("is_excluded").move_line_id
            values = statement.case_id._prepare_claims(
                statement.date_stop,
                lines=statement.line_ids.move_line_id,
                paid_since=statement.paid_since,
                excluded=left_out,
            )[statement.case_id.id]
            statement.line_ids.unlink()
            statement.write(values)

    def _recompute_check(self):
        """Return whether the calculation, made again, gives the figures kept.

        Everything comes from the statement: nothing is read from the books.
        """
        return all(
            line._has_same_figures(line._calculate())
            for line in self.with_prefetch(self.ids).line_ids
        )

    def _get_claimed_lines(self):
        return self.line_ids.filtered(lambda line: not line.is_excluded)

    def _get_invoices_of(self, part):
        """Return the invoices in force that claim ``interest`` or ``indemnity``."""
        calculator = self.env["collection.claim.calculator"]
        return self.invoice_ids.filtered_domain(calculator._in_force_domain(part))

    def _find_invoiced_since(self, part):
        """Return rows with what is claimed here too, invoiced since by statements.

        :param part: ``interest`` or ``indemnity``
        """
        self.ensure_one()
        lines = self._get_claimed_lines().filtered(part)
        domain = (
            [("move_line_id", "in", lines.move_line_id.ids)]
            if part == "interest"
            else [("move_id", "in", lines.move_id.ids)]
        )
        rows = self.env["collection.claim.calculator"]._find_invoiced(
            part, domain, self.company_id
        )
        if part == "indemnity":
            return rows
        known = {line.move_line_id: line._get_invoiced_interest() for line in lines}
        return rows.browse(
            row.id
            for line, own in rows.grouped("move_line_id").items()
            if sum(to_decimal(row.interest) for row in own) > known[line]
            for row in own
        )

    def _get_amounts(self):
        """Return ``{principal, interest, indemnity, total}`` of the statement."""
        self.ensure_one()
        return {
            "principal": self.amount_principal,
            "interest": self.amount_interest,
            "indemnity": self.amount_indemnity,
            "total": self.amount_total,
        }

    # === DOCUMENTS === #

    def _render_pdf(self):
        """Return ``{statement id: content of its PDF}``, in the debtor's language."""
        return self.env["collection.pdf"]._render(REPORT, self)

    def _render_xlsx(self):
        """Return the content of a workbook whose formulas make the calculation."""
        self.ensure_one()
        lang = self._get_text_lang()
        return self.env["collection.claim.workbook"]._render(
            self.with_context(lang=lang)
        )

    def _attach(self):
        """Keep the PDF and the workbook of each statement with it.

        :return: the attachments, the PDF and the workbook of each in turn
        """
        pdfs = self._render_pdf()
        values = []
        for statement in self:
            contents = (("pdf", pdfs[statement.id]), ("xlsx", statement._render_xlsx()))
            values += [
                {
                    "name": statement._get_document_name(extension),
                    "raw": content,
                    "res_model": self._name,
                    "res_id": statement.id,
                }
                for extension, content in contents
            ]
        return self.env["ir.attachment"].create(values)

    def _get_document_name(self, extension):
        self.ensure_one()
        localised = self.with_context(lang=self._get_text_lang())
        name = localised.env._("Statement of claim %s", self.name)
        return f"{name}.{extension}".replace("/", "-")

    def _get_line_pages(self):
        """Return the rows of the summary in parts that each fit on a page."""
        self.ensure_one()
        lines = self._get_claimed_lines()
        return list(split_every(ROWS_TOGETHER, lines.ids, lines.browse))

    def _get_bank(self):
        """Return the bank account the debtor pays to."""
        self.ensure_one()
        return self.company_id.partner_id.bank_ids[:1]

    def _format_amount(self, amount):
        self.ensure_one()
        return formatLang(self.env, amount, currency_obj=self.currency_id)

    def _get_exact_total(self):
        """Return the total as ``Decimal``."""
        self.ensure_one()
        return to_decimal(self.amount_total)
