from odoo import fields, models
from odoo.exceptions import UserError


class CollectionOutcome(models.TransientModel):
    """Notes what came of a call or a task, and when to look at the case again."""

    _name = "collection.outcome"
    _description = "Outcome of a collection action"

    action_id = fields.Many2one(
        "collection.action", required=True, readonly=True, ondelete="cascade"
    )
    case_id = fields.Many2one(related="action_id.case_id")
    partner_id = fields.Many2one(related="action_id.partner_id")
    recipient_id = fields.Many2one(related="action_id.recipient_id")
    phone = fields.Char(related="action_id.recipient_id.phone")
    amount = fields.Monetary(related="action_id.amount")
    currency_id = fields.Many2one(related="action_id.currency_id")
    script = fields.Html(related="action_id.step_id.script")
    outcome = fields.Selection(
        selection=lambda self: [
            choice
            for choice in self.env["collection.action"]
            ._fields["outcome"]
            ._description_selection(self.env)
            if choice[0] not in ("skipped", "expired")
        ],
        required=True,
        default="reached",
    )
    note = fields.Text(help="What was said. It is kept in the history of the case.")
    wait_until = fields.Date(
        help="Nothing is sent to this debtor up to and including this day."
    )

    def action_save(self):
        self.ensure_one()
        if self.action_id.state not in ("todo", "preview"):
            raise UserError(
                self.env._("“%s” is already closed.", self.action_id.display_name)
            )
        if self.wait_until:
            self._hold()
        if self.outcome == "wrong_number":
            self.recipient_id.enrichment_status = "incomplete"
        self.action_id._close(self.outcome, self.note)
        self.case_id._review()
        return {"type": "ir.actions.act_window_close"}

    def _hold(self):
        label = self.action_id._get_outcome_label(self.outcome, self.note)
        self.env["collection.hold"].create(
            {
                "case_id": self.case_id.id,
                "name": label,
                "date_to": self.wait_until,
                "res_model": self.action_id._name,
                "res_id": self.action_id.id,
            }
        )
