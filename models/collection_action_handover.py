from odoo import fields, models


class CollectionAction(models.Model):
    """The word to a debtor that somebody else is his only contact now."""

    _inherit = "collection.action"

    handover_id = fields.Many2one(
        "collection.handover",
        string="Announces the handover",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
    )

    # === COMPUTE METHODS === #

    def _compute_display_name(self):
        result = super()._compute_display_name()
        for action in self.filtered("handover_id"):
            debtor = action.partner_id.display_name
            label = self.env._("Announcement of the handover")
            action.display_name = f"{debtor} · {label}"
        return result

    # === BUSINESS METHODS === #

    def _snapshot_entrusted_items(self):
        """Give announcements the items entrusted, as they are today."""
        lines = self.handover_id.line_ids
        snapshots = self.env["collection.action.item"]._prepare_snapshots(
            lines.ids, self[:1].date
        )
        values = []
        for action in self:
            items = [
                {**snapshots[line.id], "action_id": action.id}
                for line in action.handover_id.line_ids
                if line.id in snapshots
            ]
            values += items
            action.amount = sum(item["amount"] for item in items)
        self.env["collection.action.item"].create(values)
