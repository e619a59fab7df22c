from odoo import fields, models


class CollectionDelayNote(models.TransientModel):
    """Notes why a debtor is late, and does what that reason asks for."""

    _name = "collection.delay.note"
    _description = "Note the reason for delay"

    case_id = fields.Many2one(
        "collection.case", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="case_id.company_id")
    partner_id = fields.Many2one(related="case_id.partner_id")
    reason_id = fields.Many2one(
        "collection.delay.reason",
        string="Reason for delay",
        required=True,
        domain="[('company_id', 'in', (False, company_id))]",
    )
    consequence = fields.Selection(related="reason_id.consequence")
    scenario_id = fields.Many2one(related="reason_id.scenario_id")
    step_id = fields.Many2one(related="reason_id.step_id")
    pause_days = fields.Integer(related="reason_id.pause_days")

    def action_save(self):
        self.ensure_one()
        opened = self.reason_id._apply(self.case_id)
        self.case_id._review()
        return opened or {"type": "ir.actions.act_window_close"}
