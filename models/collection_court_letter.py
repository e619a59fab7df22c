from odoo import api, fields, models


class CollectionCourtLetter(models.Model):
    """A letter of the registry of a court about a proceeding.

    Terms run from the day of some of these letters: each is noted with its date.
    """

    _name = "collection.court.letter"
    _description = "Letter of a court"
    _inherit = ["collection.access.logged"]
    _order = "date desc, id desc"
    _check_company_auto = True

    proceeding_id = fields.Many2one(
        "collection.proceeding",
        string="Legal proceeding",
        required=True,
        index=True,
        ondelete="cascade",
    )
    case_id = fields.Many2one(related="proceeding_id.case_id", store=True, index=True)
    company_id = fields.Many2one(
        related="proceeding_id.company_id", store=True, index=True
    )
    kind = fields.Selection(
        [
            ("order", "Order of the court"),
            ("refusal", "Refusal"),
            ("fee_request", "Request to deposit fees"),
            ("opposition", "Notice of an opposition"),
            ("lawyer_request", "Request to appoint a lawyer"),
            ("hearing", "Summons to the hearing"),
            ("judgment", "Judgment"),
            ("other", "Another letter"),
        ],
        required=True,
        default="other",
    )
    date = fields.Date(string="Date of the letter", required=True)
    date_received = fields.Date(string="Received on")
    note = fields.Char()
    attachment_ids = fields.Many2many(
        "ir.attachment",
        "collection_court_letter_attachment_rel",
        "letter_id",
        "attachment_id",
        string="Files",
        copy=False,
    )

    @api.depends("kind", "date")
    @api.depends_context("lang")
    def _compute_display_name(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for letter in self:
            letter.display_name = labels.get(letter.kind, "")
