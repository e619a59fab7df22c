import hashlib

from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date, get_lang, split_every

from ..tools import exhibits
from .collection_proceeding import PREPARED_STATES

BORDEREAU_REPORT = "l10n_fr_debt_collection.collection_bordereau_report"
# Rows of a table of the document that are kept on one page.
ROWS_TOGETHER = 30
# In the order in which a reader wants them: what was agreed, done, asked for.
ORDER = {
    "order_form": 10,
    "terms": 20,
    "delivery_note": 30,
    "invoice": 40,
    "statement": 50,
    "formal_notice": 60,
    "posting_proof": 70,
    "receipt": 80,
    "exchange": 90,
    "title": 100,
    "other": 110,
}


class CollectionProceeding(models.Model):
    """The documents of a proceeding: exhibits, their list, and the one file to send.

    Each file that is made is kept with a number and what it was made from. Once the
    proceeding is filed nothing of it changes.
    """

    _inherit = "collection.proceeding"

    exhibit_ids = fields.One2many(
        "collection.proceeding.exhibit", "proceeding_id", string="Exhibits", copy=False
    )
    exhibit_count = fields.Integer(compute="_compute_exhibit_count")
    file_id = fields.Many2one(
        "ir.attachment",
        string="File to send",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    file_version = fields.Integer(readonly=True, copy=False, aggregator=None)
    file_note = fields.Char(
        string="Made from",
        readonly=True,
        copy=False,
        help="Number and fingerprint of each exhibit in the file.",
    )

    @api.depends("exhibit_ids")
    def _compute_exhibit_count(self):
        for proceeding in self:
            proceeding.exhibit_count = len(proceeding.exhibit_ids)

    # === ACTION METHODS === #

    def action_collect_exhibits(self):
        """Enclose what the house knows of: invoices, notice, statement and proofs."""
        self._collect_exhibits()
        return True

    def action_build_file(self):
        """Make the one file to send, keep it, and download it."""
        self.ensure_one()
        self._keep_file()
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self.file_id.id}?download=true",
            "target": "self",
        }

    # === COLLECTING === #

    def _collect_exhibits(self):
        """Enclose the documents that belong to the claim, each once."""
        for proceeding in self:
            known = {
                (exhibit.res_model, exhibit.res_id, exhibit.kind)
                for exhibit in proceeding.exhibit_ids
            }
            values = [
                vals
                for vals in proceeding._find_documents()
                if (vals["res_model"], vals["res_id"], vals["kind"]) not in known
            ]
            created = self.env["collection.proceeding.exhibit"].create(values)
            if created:
                proceeding._sort_exhibits()

    def _sort_exhibits(self):
        ordered = self.exhibit_ids.sorted(
            lambda exhibit: (
                ORDER[exhibit.kind],
                exhibit.date or fields.Date.to_date("1900-01-01"),
                exhibit.id,
            )
        )
        for place, exhibit in enumerate(ordered, start=1):
            exhibit.sequence = 10 * place

    def _find_documents(self):
        """Return the values of the exhibits that can be found. Hook for others."""
        self.ensure_one()
        return [
            *self._find_orders(),
            *self._find_terms(),
            *self._find_deliveries(),
            *self._find_invoices(),
            *self._find_statement(),
            *self._find_notice(),
        ]

    def _find_invoices(self):
        # The collector reads invoices; core writes on them when it makes their PDF.
        for invoice in self._get_claimed_moves().sudo():
            self._make_invoice_pdf(invoice)
            documents = invoice._get_invoice_legal_documents_all(allow_fallback=True)
            for document in documents[:1]:
                yield self._prepare_exhibit(
                    "invoice",
                    invoice,
                    self.env._("Invoice %s", invoice.name),
                    invoice.invoice_date,
                    (document["filename"], document["content"]),
                )

    @api.model
    def _make_invoice_pdf(self, invoice):
        """Have core make and keep the PDF of an invoice that has none; send nothing.

        A court reads the invoice, not a pro forma of it.
        """
        if invoice.invoice_pdf_report_id:
            return
        was_sent = invoice.is_move_sent
        self.env["account.move.send"].sudo()._generate_and_send_invoices(
            invoice,
            allow_raising=False,
            allow_fallback_pdf=True,
            sending_methods=set(),
        )
        invoice.is_move_sent = was_sent

    def _find_orders(self):
        """Return the sale orders of the invoices, where the app is installed."""
        if "sale.order" not in self.env:
            return
        orders = (
            self._get_claimed_moves().sudo().invoice_line_ids.sale_line_ids.order_id
        )
        for order in orders:
            yield self._print(
                "order_form",
                order,
                "sale.action_report_saleorder",
                self.env._("Order %s", order.name),
                order.date_order,
            )

    def _find_deliveries(self):
        """Return the delivery slips of the orders, where the app is installed."""
        if "stock.picking" not in self.env or "sale.order" not in self.env:
            return
        orders = (
            self._get_claimed_moves().sudo().invoice_line_ids.sale_line_ids.order_id
        )
        if "picking_ids" not in orders._fields:
            return
        done = orders.picking_ids.filtered(lambda picking: picking.state == "done")
        for picking in done:
            yield self._print(
                "delivery_note",
                picking,
                "stock.action_report_delivery",
                self.env._("Delivery note %s", picking.name),
                picking.date_done,
            )

    def _print(self, kind, record, report, name, moment):
        content, _type = (
            self.env["ir.actions.report"].sudo()._render_qweb_pdf(report, record.ids)
        )
        return self._prepare_exhibit(
            kind,
            record,
            name,
            fields.Date.to_date(moment),
            (f"{name}.pdf".replace("/", "-"), content),
        )

    def _find_terms(self):
        content = self.company_id._get_terms_content()
        if content:
            yield self._prepare_exhibit(
                "terms",
                self.company_id,
                self.env._("General terms of sale"),
                False,
                (self.env._("General terms.pdf"), content),
            )

    def _find_statement(self):
        statement = self.statement_id
        if statement:
            pdf = statement._render_pdf()[statement.id]
            yield self._prepare_exhibit(
                "statement",
                statement,
                self.env._("Statement of claim %s", statement.name),
                statement.date,
                (statement._get_document_name("pdf"), pdf),
            )

    def _find_notice(self):
        notice = self.notice_id
        kinds = {
            "posting_proof": ("posting_proof", self.env._("Proof of posting")),
            "receipt_proof": ("receipt", self.env._("Acknowledgement of receipt")),
            "content_proof": ("posting_proof", self.env._("Proof of content")),
        }
        # Proofs of a letter are attachments of its own fields.
        for attachment in notice._get_proofs().sudo() if notice else ():
            if attachment.mimetype not in (exhibits.PDF_TYPE, *exhibits.IMAGE_TYPES):
                continue
            kind, name = kinds.get(
                attachment.res_field,
                ("formal_notice", self.env._("Formal notice %s", notice.name)),
            )
            yield {
                "proceeding_id": self.id,
                "kind": kind,
                "name": name,
                "date": notice.date,
                "attachment_id": attachment.copy(
                    {"res_model": self._name, "res_id": self.id, "res_field": False}
                ).id,
                "res_model": attachment._name,
                "res_id": attachment.id,
            }

    def _get_claimed_moves(self):
        return self.line_ids.move_id.filtered(lambda move: move.is_sale_document())

    def _prepare_exhibit(self, kind, record, name, date, document):
        """Return the values of an exhibit that keeps a copy of ``document``."""
        self.ensure_one()
        file_name, content = document
        attachment = self.env["ir.attachment"].create(
            {
                "name": file_name,
                "raw": content,
                "res_model": self._name,
                "res_id": self.id,
            }
        )
        return {
            "proceeding_id": self.id,
            "kind": kind,
            "name": name,
            "date": date,
            "attachment_id": attachment.id,
            "res_model": record._name,
            "res_id": record.id,
        }

    def _check_exhibits_open(self):
        filed = self.filtered(
            lambda proceeding: proceeding.state not in PREPARED_STATES
        )
        if filed:
            raise UserError(
                self.env._(
                    "%s has been filed: its exhibits stay as they are.",
                    filed[0].display_name,
                )
            )

    # === FILES === #

    def _get_paper_lang(self):
        """Return the language of what goes to a French court."""
        return get_lang(self.env, "fr_FR").code

    def _build_exhibit_file(self):
        """Return the exhibits, stamped and merged, as one PDF.

        :raises UserError: when one of them cannot be enclosed
        """
        self.ensure_one()
        ordered = self.exhibit_ids.filtered("attachment_id")
        try:
            return exhibits.merge([exhibit._to_exhibit() for exhibit in ordered])
        except exhibits.ExhibitError as error:
            culprit = ordered[error.index]
            raise UserError(culprit._explain(error.code, culprit.name)) from error

    def _build_request_file(self):
        """Return request, list of exhibits and exhibits as one PDF ready to file."""
        self.ensure_one()
        parts = [*self._render_request_parts()]
        if self.exhibit_ids:
            parts += [self._render_bordereau(), self._build_exhibit_file()]
        try:
            return exhibits.join(parts)
        except exhibits.ExhibitError as error:
            raise UserError(
                self.exhibit_ids._explain(error.code, self.display_name)
            ) from error

    def _render_request_parts(self):
        """Return the PDFs that come before the list of exhibits. Hook of the kind."""
        return self._dispatch("request_parts", [])

    def _render_bordereau(self):
        """Return the list of exhibits as PDF."""
        self.ensure_one()
        return self.env["collection.pdf"]._render(BORDEREAU_REPORT, self)[self.id]

    def _get_exhibit_pages(self):
        """Return the exhibits in parts that each fit on a page of the list."""
        self.ensure_one()
        ordered = self.exhibit_ids.sorted("number")
        return list(split_every(ROWS_TOGETHER, ordered.ids, ordered.browse))

    def _keep_file(self):
        """Make the file anew and keep it with its version; the former ones stay."""
        self.ensure_one()
        if self.state not in PREPARED_STATES and self.file_id:
            return
        version = self.file_version + 1
        name = self.env._(
            "%(proceeding)s, file %(version)s.pdf",
            proceeding=self.name,
            version=version,
        ).replace("/", "-")
        attachment = self.env["ir.attachment"].create(
            {
                "name": name,
                "raw": self._build_request_file(),
                "res_model": self._name,
                "res_id": self.id,
            }
        )
        self.write(
            {
                "file_id": attachment.id,
                "file_version": version,
                "file_note": self._describe_exhibits(),
                "attachment_ids": [Command.link(attachment.id)],
            }
        )

    def _describe_exhibits(self):
        """Return number and fingerprint of each exhibit, as the file has them."""
        return "; ".join(
            f"{exhibit.number}: "
            + hashlib.sha256(exhibit.attachment_id.sudo().raw or b"").hexdigest()[:12]
            for exhibit in self.exhibit_ids
        )

    def _format_paper_date(self, day):
        """Return ``day`` as papers write it, an empty string for none."""
        return format_date(self.env, day) if day else ""
