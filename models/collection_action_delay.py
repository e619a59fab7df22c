from odoo import api, fields, models


class CollectionAction(models.Model):
    """Why the debtor had not paid when this action was taken."""

    _inherit = "collection.action"

    delay_reason_id = fields.Many2one(
        "collection.delay.reason",
        string="Reason for delay",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
    )
    delay_segment_id = fields.Many2one(
        "collection.segment",
        string="Segment then",
        compute="_compute_delay_segment_id",
        store=True,
        precompute=True,
        index="btree_not_null",
        ondelete="set null",
        help="Segment of the case when the reason was learnt.",
    )

    @api.depends("delay_reason_id")
    def _compute_delay_segment_id(self):
        for action in self:
            segment = action.delay_segment_id or action.case_id.segment_id
            action.delay_segment_id = segment if action.delay_reason_id else False

    @api.model
    def _prepare_undone(self):
        return {**super()._prepare_undone(), "delay_segment_id": False}
