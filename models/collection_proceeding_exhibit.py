from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools import exhibits


class CollectionProceedingExhibit(models.Model):
    """A document that a proceeding encloses, in its place and with its number."""

    _name = "collection.proceeding.exhibit"
    _description = "Exhibit of a proceeding"
    _inherit = ["collection.access.logged"]
    _order = "proceeding_id, sequence, id"

    proceeding_id = fields.Many2one(
        "collection.proceeding", required=True, ondelete="cascade", index=True
    )
    case_id = fields.Many2one(related="proceeding_id.case_id")
    company_id = fields.Many2one(
        related="proceeding_id.company_id", store=True, index=True
    )
    sequence = fields.Integer(default=1000)
    number = fields.Integer(compute="_compute_number", string="No.")
    name = fields.Char(required=True, help="As the list of exhibits has it.")
    kind = fields.Selection(
        [
            ("order_form", "Order or contract"),
            ("terms", "General terms"),
            ("delivery_note", "Delivery note"),
            ("invoice", "Invoice"),
            ("statement", "Statement of claim"),
            ("formal_notice", "Formal notice"),
            ("posting_proof", "Proof of posting"),
            ("receipt", "Acknowledgement of receipt"),
            ("exchange", "Exchange with the debtor"),
            ("title", "Enforceable title"),
            ("other", "Another document"),
        ],
        required=True,
        default="other",
    )
    date = fields.Date()
    attachment_id = fields.Many2one(
        "ir.attachment",
        string="Document",
        ondelete="restrict",
        index="btree_not_null",
        help="PDF or image.",
    )
    file = fields.Binary(related="attachment_id.datas", string="File", readonly=True)
    page_count = fields.Integer(
        string="Pages", compute="_compute_page_count", store=True
    )
    is_certified_copy = fields.Boolean(string="Certified copy")
    res_model = fields.Char(readonly=True)
    res_id = fields.Many2oneReference(model_field="res_model", readonly=True)

    # === COMPUTE METHODS === #

    @api.depends("proceeding_id.exhibit_ids.sequence")
    def _compute_number(self):
        numbers = {}
        for proceeding in self.proceeding_id:
            ordered = proceeding.exhibit_ids.sorted(
                lambda exhibit: (exhibit.sequence, exhibit.id or 0)
            )
            numbers |= {exhibit: place for place, exhibit in enumerate(ordered, 1)}
        for exhibit in self:
            exhibit.number = numbers.get(exhibit, 0)

    @api.depends("attachment_id")
    def _compute_page_count(self):
        for exhibit in self:
            exhibit.page_count = exhibit._measure() if exhibit.attachment_id else 0

    def _measure(self):
        """Return the number of pages.

        :raises UserError: when the document cannot be an exhibit, with the remedy
        """
        self.ensure_one()
        # Whoever may read the proceeding may enclose its documents.
        attachment = self.attachment_id.sudo()
        try:
            return exhibits.count_pages(attachment.raw or b"", attachment.mimetype)
        except exhibits.ExhibitError as error:
            raise UserError(
                self._explain(error.code, self.name or attachment.name)
            ) from error

    def _check_readable(self):
        """Count the pages at once: who encloses a document is told if it cannot be."""
        self.mapped("page_count")

    @api.model
    def _explain(self, code, name):
        sentences = {
            "type": self.env._("“%s” is neither a PDF nor an image: print it as PDF."),
            "broken": self.env._("“%s” cannot be read: print it as PDF again."),
            "encrypted": self.env._(
                "“%s” is protected by a password: enclose a copy without one."
            ),
            "empty": self.env._("“%s” has no page."),
            "too_big": self.env._("“%s” is larger than 50 MB: enclose a smaller copy."),
            "too_long": self.env._(
                "“%s” has more than 500 pages: enclose a part of it."
            ),
        }
        return sentences[code] % name

    # === CRUD === #

    def write(self, vals):
        self.proceeding_id._check_exhibits_open()
        result = super().write(vals)
        self._check_readable()
        return result

    @api.model_create_multi
    def create(self, vals_list):
        created = super().create(vals_list)
        created.proceeding_id._check_exhibits_open()
        created._check_readable()
        return created

    @api.ondelete(at_uninstall=False)
    def _unlink_except_filed(self):
        self.proceeding_id._check_exhibits_open()

    # === BUSINESS METHODS === #

    def _to_exhibit(self):
        """Return the :class:`tools.exhibits.Exhibit` that this one is."""
        self.ensure_one()
        attachment = self.attachment_id.sudo()
        return exhibits.Exhibit(
            self._get_label(), attachment.raw or b"", attachment.mimetype
        )

    def _get_label(self):
        """Return what is stamped on it, in French: it goes to a French court."""
        self.ensure_one()
        return self.with_context(lang=self.proceeding_id._get_paper_lang()).env._(
            "Exhibit no. %s", self.number
        )
