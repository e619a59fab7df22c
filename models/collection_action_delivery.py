from odoo import fields, models


class CollectionAction(models.Model):
    """What is known of the way of a message, from the outbox to the debtor."""

    _inherit = "collection.action"

    delivery_state = fields.Selection(
        [
            ("queued", "In the outbox"),
            ("in_doubt", "In doubt"),
            ("handed_over", "On its way"),
            ("delivered", "Delivered"),
            ("bounced", "Came back"),
            ("refused", "Not accepted"),
            ("unclaimed", "Not collected"),
            ("returned", "Returned"),
        ],
        string="Delivery",
        readonly=True,
        index="btree_not_null",
        copy=False,
        help="On its way: the mail server, the text message provider or the post has "
        "taken it. Delivered: they say that it has arrived. In doubt: the connection "
        "was lost before the mail server answered.",
    )

    # === BUSINESS METHODS === #

    def _is_in_outbox(self):
        """Return whether this action counts as sent but has not left the house yet."""
        self.ensure_one()
        return self.state == "sent" and self.delivery_state == "queued"

    def _may_move(self, target):
        # What waits in the outbox can still be stopped, or shown to a person again.
        if target in ("cancelled", "to_validate") and self._is_in_outbox():
            return True
        return super()._may_move(target)

    def _update_state(self, target, **values):
        moved = super()._update_state(target, **values)
        if target in ("sent", "done"):
            moved._fulfil_requests()
        return moved

    def _cancel(self, reason=False, outcome=False):
        cancelled = super()._cancel(reason=reason, outcome=outcome)
        if outcome == "skipped":
            cancelled._fulfil_requests()
        return cancelled

    def _fulfil_requests(self):
        """Clear what had been decided to be next on the cases, now that it is done."""
        self.filtered(
            lambda action: (
                action.step_id and action.step_id == action.case_id.requested_step_id
            )
        ).case_id._clear_request()
