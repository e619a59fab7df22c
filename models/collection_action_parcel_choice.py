from dataclasses import replace

from odoo import fields, models
from odoo.exceptions import UserError

from ..tools import planning


class CollectionAction(models.Model):
    """Lets a person take single items out of a message that has not left yet."""

    _inherit = "collection.action"

    left_out_line_ids = fields.Many2many(
        "account.move.line",
        "collection_action_left_out_rel",
        string="Left out",
        readonly=True,
        copy=False,
        help="What a person has taken out of this message. Reminders about it go on: "
        "to stop them, suspend it or note a dispute.",
    )

    # === BUSINESS METHODS === #

    def _leave_out(self, lines):
        """Take these receivables out of a message that waits, and write it anew.

        :raise UserError: the message has left, or it would claim nothing any more
        """
        for action in self:
            action._check_not_final()
            debts = action.item_ids.filtered(lambda item: item.amount > 0)
            if not debts.line_id - lines:
                raise UserError(
                    self.env._(
                        "“%s” is about nothing else: skip the whole message.",
                        action.display_name,
                    )
                )
        self.left_out_line_ids |= lines
        self._check_still_due()

    def _get_own_decisions(self, decisions):
        own = super()._get_own_decisions(decisions)
        for action in self.filtered("left_out_line_ids"):
            own[action.id] = action._without_left_out(own[action.id])
        return own

    def _without_left_out(self, decision):
        """Return ``decision`` about the items that have not been taken out."""
        self.ensure_one()
        left_out = set(self.left_out_line_ids.ids)
        lines = [line for line in decision.lines if line.id not in left_out]
        amount = sum(line.residual for line in (*lines, *decision.credits))
        if not lines or amount < planning.NOTHING:
            return self._decide_nothing(decision)
        return replace(decision, lines=lines, amount=amount)
