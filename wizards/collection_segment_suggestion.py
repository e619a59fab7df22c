from odoo import api, fields, models
from odoo.exceptions import UserError

SEQUENCE_STEP = 10


class CollectionSegmentSuggestion(models.TransientModel):
    """Proposes a company its segments; a person chooses those that are made."""

    _name = "collection.segment.suggestion"
    _description = "Suggested segments"

    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    line_ids = fields.One2many("collection.segment.suggestion.line", "suggestion_id")

    # === COMPUTE METHODS === #

    @api.depends("company_id")
    def _compute_display_name(self):
        for suggestion in self:
            suggestion.display_name = self.env._("Suggested segments")

    # === ACTION METHODS === #

    def action_create(self):
        """Create the chosen segments, then show whom they would move."""
        self.ensure_one()
        chosen = self.line_ids.filtered("is_chosen")
        if not chosen:
            raise UserError(self.env._("Tick at least one of the segments."))
        self._create_segments(chosen)
        return self.env["collection.segment.preview"]._open_as_is(self.company_id)

    # === BUSINESS METHODS === #

    @api.model
    def _open(self):
        """Open what the working company could set apart."""
        company = self.env.company
        values = self.env["collection.segment.proposal"]._propose(company)
        suggestion = self.create(
            {
                "company_id": company.id,
                "line_ids": [
                    fields.Command.create({**line, "sequence": place})
                    for place, line in enumerate(values)
                ],
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Suggested segments"),
            "res_model": self._name,
            "res_id": suggestion.id,
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "current",
        }

    def _create_segments(self, lines):
        """Create segments after those there are; none twice.

        :return: the new segments
        """
        proposal = self.env["collection.segment.proposal"]
        segments = self.env["collection.segment"]
        last = max(segments._get_ranked(self.company_id).mapped("sequence"), default=0)
        taken = proposal._get_existing_domains(self.company_id)
        values = []
        for line in lines:
            domain = proposal._normalise(line._get_domain())
            if domain not in taken:
                taken.append(domain)
                last += SEQUENCE_STEP
                values.append(line._prepare_segment(last))
        return segments.create(values)
