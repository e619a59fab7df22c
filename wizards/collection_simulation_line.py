from odoo import api, fields, models


class CollectionSimulationLine(models.TransientModel):
    """A reminder that would have left."""

    _name = "collection.simulation.line"
    _description = "Simulated reminder"
    _order = "date desc, amount desc, id"
    _rec_name = "case_id"

    simulation_id = fields.Many2one(
        "collection.simulation", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    case_id = fields.Many2one(
        "collection.case", string="Debtor", required=True, readonly=True
    )
    segment_id = fields.Many2one(related="case_id.segment_id", store=True)
    is_unreachable = fields.Boolean(
        related="case_id.is_unreachable",
        help="No channel reaches the debtor today: it would have been listed instead.",
    )
    step_id = fields.Many2one("collection.step", required=True, readonly=True)
    scenario_id = fields.Many2one(related="step_id.scenario_id", store=True)
    channel = fields.Selection(related="step_id.channel", store=True)
    date = fields.Date(readonly=True)
    is_tomorrow = fields.Boolean(string="Tomorrow", readonly=True)
    amount = fields.Monetary(readonly=True)
    oldest_due_date = fields.Date(string="Due since", readonly=True)
    days_late = fields.Integer(compute="_compute_days_late", help="On that day.")
    item_count = fields.Integer(string="Items", readonly=True)

    @api.depends("date", "oldest_due_date")
    def _compute_days_late(self):
        for line in self:
            line.days_late = (line.date - line.oldest_due_date).days

    def action_open_case(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "collection.case",
            "res_id": self.case_id.id,
            "view_mode": "form",
        }
