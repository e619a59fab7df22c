from odoo import api, fields, models


class CollectionCleaningKind(models.TransientModel):
    """The changes of one kind in a cleaning, to accept or refuse all at once."""

    _name = "collection.cleaning.kind"
    _description = "Kind of changes of a cleaning"

    wizard_id = fields.Many2one(
        "collection.cleaning", required=True, ondelete="cascade", readonly=True
    )
    kind = fields.Selection(
        selection=lambda self: (
            self.env["collection.cleaning.line"]
            ._fields["kind"]
            ._description_selection(self.env)
        ),
        required=True,
        readonly=True,
    )
    line_count = fields.Integer(string="Changes", compute="_compute_counts")
    accepted_count = fields.Integer(string="Ticked", compute="_compute_counts")
    is_done = fields.Boolean(related="wizard_id.is_done")

    @api.depends("wizard_id.line_ids.is_accepted")
    def _compute_counts(self):
        for row in self:
            lines = row._get_lines()
            row.line_count = len(lines)
            row.accepted_count = len(lines.filtered("is_accepted"))

    def action_accept_all(self):
        self._get_lines().is_accepted = True
        return True

    def action_accept_none(self):
        self._get_lines().is_accepted = False
        return True

    def _get_lines(self):
        return self.wizard_id.line_ids.filtered(
            lambda line: line.kind in self.mapped("kind")
        )
