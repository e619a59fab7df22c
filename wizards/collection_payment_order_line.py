from odoo import api, fields, models
from odoo.fields import Command


class CollectionPaymentOrderLine(models.TransientModel):
    """A request for a payment order that may be prepared, against one debtor."""

    _name = "collection.payment.order.line"
    _description = "Payment order to prepare"

    wizard_id = fields.Many2one(
        "collection.payment.order", required=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="wizard_id.company_id")
    currency_id = fields.Many2one(related="company_id.currency_id")
    case_id = fields.Many2one(
        "collection.case", required=True, readonly=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(related="case_id.partner_id")
    is_chosen = fields.Boolean(string="Prepare", default=True)
    item_ids = fields.Many2many(
        "account.move.line",
        "collection_payment_order_item_rel",
        "wizard_line_id",
        "line_id",
        string="Items",
    )
    item_count = fields.Integer(string="Items claimed", compute="_compute_amount")
    amount = fields.Monetary(string="Principal", compute="_compute_amount")
    court_ids = fields.Many2many(
        "collection.court", string="Courts proposed", compute="_compute_court_ids"
    )
    court_id = fields.Many2one("collection.court", ondelete="cascade")
    contract_reference = fields.Char(string="Contract")
    missing_note = fields.Text(
        string="What stands in the way", compute="_compute_missing_note"
    )

    # === COMPUTES === #

    @api.depends("item_ids")
    def _compute_amount(self):
        for line in self:
            line.item_count = len(line.item_ids)
            line.amount = sum(line.item_ids.mapped("amount_residual"))

    @api.depends("case_id")
    def _compute_court_ids(self):
        courts = self.env["collection.court"]._find_all(self.case_id)
        for line in self:
            line.court_ids = courts.get(line.case_id.id, False)

    @api.depends("case_id", "item_ids", "wizard_id.kind")
    @api.depends_context("lang")
    def _compute_missing_note(self):
        for line in self:
            line.missing_note = "\n".join(line._get_obstacles())

    def _get_obstacles(self):
        """Return why this request cannot be prepared, as sentences.

        What can still be entered once it is prepared is shown there.
        """
        self.ensure_one()
        obstacles = list(self.case_id._get_proceeding_obstacles(self.wizard_id.kind))
        if not self.item_ids:
            obstacles.append(self.env._("Nothing has fallen due."))
        return obstacles

    # === BUSINESS METHODS === #

    def _prepare_proceeding(self):
        self.ensure_one()
        return {
            "kind": self.wizard_id.kind,
            "case_id": self.case_id.id,
            "line_ids": [Command.set(self.item_ids.ids)],
            "court_id": self.court_id.id,
            "notice_id": self.case_id._get_last_notice().id,
            "contract_reference": self.contract_reference
            or self.wizard_id.contract_reference,
        }
