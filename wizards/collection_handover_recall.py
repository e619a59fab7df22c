from odoo import Command, api, fields, models
from odoo.exceptions import UserError


class CollectionHandoverRecall(models.TransientModel):
    """Takes cases back from a provider, with the reason."""

    _name = "collection.handover.recall"
    _description = "Taking back of handovers"

    handover_ids = fields.Many2many("collection.handover", required=True, readonly=True)
    reason = fields.Selection(
        selection=lambda self: (
            self.env["collection.handover"]
            ._fields["recall_reason"]
            ._description_selection(self.env)
        ),
        required=True,
    )
    note = fields.Text(help="Noted on the handover and on the case.")

    # === ACTION METHODS === #

    def action_recall(self):
        self.ensure_one()
        self.handover_ids._recall(self.reason, self.note)
        return {"type": "ir.actions.act_window_close"}

    # === BUSINESS METHODS === #

    @api.model
    def _open(self, handovers):
        held = handovers._get_held()
        if not held:
            raise UserError(
                self.env._(
                    "No provider has these cases: there is nothing to take back."
                )
            )
        wizard = self.create(
            {"handover_ids": [Command.set(held.ids)], "reason": "other"}
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Take back"),
            "res_model": self._name,
            "res_id": wizard.id,
            "views": [[False, "form"]],
            "target": "new",
        }
