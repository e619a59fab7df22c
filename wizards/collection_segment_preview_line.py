from odoo import api, fields, models

from .collection_segment_preview import DRAFT_ID


class CollectionSegmentPreviewLine(models.TransientModel):
    """The cases that would go from one segment and scenario to another."""

    _name = "collection.segment.preview.line"
    _description = "Move of a preview of segments"
    _order = "amount_overdue desc, id"

    preview_id = fields.Many2one(
        "collection.segment.preview", required=True, ondelete="cascade", readonly=True
    )
    currency_id = fields.Many2one(related="preview_id.currency_id")
    old_segment_id = fields.Many2one("collection.segment", readonly=True)
    old_scenario_id = fields.Many2one("collection.scenario", readonly=True)
    segment_id = fields.Many2one("collection.segment", readonly=True)
    is_to_draft = fields.Boolean(readonly=True)
    scenario_id = fields.Many2one("collection.scenario", readonly=True)
    old_name = fields.Char(string="From segment", compute="_compute_names")
    name = fields.Char(string="To segment", compute="_compute_names")
    case_count = fields.Integer(string="Debtors", readonly=True)
    manual_count = fields.Integer(
        string="Scenario kept by hand",
        readonly=True,
        help="They change segment but keep the scenario a person has chosen.",
    )
    amount_due = fields.Monetary(string="Balance", readonly=True)
    amount_overdue = fields.Monetary(string="Overdue", readonly=True)

    # === COMPUTE METHODS === #

    @api.depends("old_segment_id", "segment_id", "is_to_draft", "preview_id.name")
    def _compute_names(self):
        no_segment = self.env._("No segment")
        for line in self:
            line.old_name = line.old_segment_id.name or no_segment
            draft_name = line.is_to_draft and line.preview_id.name
            line.name = draft_name or line.segment_id.name or no_segment

    # === ACTION METHODS === #

    def action_open_cases(self):
        """Open the debtors that would move."""
        self.ensure_one()
        preview = self.preview_id
        cases = self.env["collection.segment.assignment"]._find_moved(
            preview.company_id, preview._get_rules(), self._get_key()
        )
        return self.env["collection.segment"]._open_cases([("id", "in", cases.ids)])

    # === BUSINESS METHODS === #

    def _get_key(self):
        self.ensure_one()
        draft_id = DRAFT_ID if self.is_to_draft else None
        return (
            self.old_segment_id.id or None,
            self.old_scenario_id.id or None,
            self.segment_id.id or draft_id,
            self.scenario_id.id or None,
        )
