from odoo import api, fields, models
from odoo.exceptions import UserError


class CollectionDisputeAnswer(models.TransientModel):
    """Answers a dispute: what was decided, why, and what the debtor is told."""

    _name = "collection.dispute.answer"
    _description = "Answer a dispute"

    dispute_id = fields.Many2one(
        "collection.dispute", required=True, readonly=True, ondelete="cascade"
    )
    resolution = fields.Selection(
        selection=lambda self: (
            self.env["collection.dispute"]
            ._fields["resolution"]
            ._description_selection(self.env)
        ),
        string="Decision",
        required=True,
    )
    note = fields.Text(
        string="Facts",
        help="What was found: delivery note, order, dates. The debtor reads it when it "
        "is sent to him.",
    )
    can_write = fields.Boolean(compute="_compute_can_write")
    template_id = fields.Many2one(
        "mail.template",
        string="Write to the debtor",
        domain="[('model', '=', 'collection.action')]",
        help="An e-mail with the disputed invoices. Empty: nothing is sent now.",
    )

    # === COMPUTE METHODS === #

    @api.depends_context("uid")
    def _compute_can_write(self):
        for wizard in self:
            wizard.can_write = self.env.user.has_group(
                "l10n_fr_debt_collection.group_collection_user"
            )

    # === ACTION METHODS === #

    def action_save(self):
        self.ensure_one()
        dispute = self.dispute_id
        if self.resolution == "rejected" and not (self.note or "").strip():
            raise UserError(
                self.env._("Give the facts for which the dispute is turned down.")
            )
        dispute._decide(self.resolution, self.note or "")
        if self.template_id and self.resolution == "rejected":
            dispute._send_answer(self.template_id)
        return {"type": "ir.actions.act_window_close"}
