from odoo import fields, models

COLLECTOR = "l10n_fr_debt_collection.group_collection_user"


class AccountMove(models.Model):
    """The disputes about an invoice."""

    _inherit = "account.move"

    collection_dispute_ids = fields.Many2many(
        "collection.dispute",
        compute="_compute_collection_dispute_ids",
        string="Disputes",
        groups=COLLECTOR,
    )
    collection_dispute_count = fields.Integer(
        compute="_compute_collection_dispute_ids",
        string="Number of disputes",
        groups=COLLECTOR,
    )
    collection_is_disputed = fields.Boolean(
        compute="_compute_collection_dispute_ids", string="In dispute", groups=COLLECTOR
    )

    # === COMPUTE METHODS === #

    def _compute_collection_dispute_ids(self):
        receivables = self._get_collection_lines()
        disputes = self.env["collection.dispute"].search(
            [("line_ids", "in", receivables.ids)]
        )
        for move in self:
            mine = disputes.filtered(
                lambda dispute, move=move: move in dispute.line_ids.move_id
            )
            move.collection_dispute_ids = mine
            move.collection_dispute_count = len(mine)
            move.collection_is_disputed = bool(mine._filter_open())

    # === ACTION METHODS === #

    def action_collection_dispute(self):
        """Open the window that opens a dispute about these invoices."""
        return self.env["collection.dispute.open"]._open_for_lines(
            self._get_collection_lines()
        )

    def action_open_collection_disputes(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "l10n_fr_debt_collection.collection_dispute_action"
        )
        action |= {
            "domain": [("id", "in", self.collection_dispute_ids.ids)],
            "context": {},
        }
        if len(self.collection_dispute_ids) == 1:
            action |= {
                "views": [(False, "form")],
                "res_id": self.collection_dispute_ids.id,
            }
        return action
