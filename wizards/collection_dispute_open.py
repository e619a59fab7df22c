from odoo import api, fields, models
from odoo.exceptions import UserError


class CollectionDisputeOpen(models.TransientModel):
    """Opens a dispute about items of a case."""

    _name = "collection.dispute.open"
    _description = "Open a dispute"

    case_id = fields.Many2one(
        "collection.case", required=True, readonly=True, ondelete="cascade"
    )
    action_id = fields.Many2one("collection.action", readonly=True, ondelete="cascade")
    company_id = fields.Many2one(related="case_id.company_id")
    partner_id = fields.Many2one(related="case_id.partner_id")
    currency_id = fields.Many2one(related="case_id.currency_id")
    open_line_ids = fields.Many2many(related="case_id.line_ids", string="Open items")
    reason_id = fields.Many2one(
        "collection.dispute.reason",
        required=True,
        domain="[('company_id', 'in', (False, company_id))]",
    )
    line_ids = fields.Many2many(
        "account.move.line",
        string="Items",
        required=True,
        domain="[('id', 'in', open_line_ids), ('amount_residual', '>', 0)]",
    )
    amount = fields.Monetary(
        string="Amount disputed",
        help="Empty: the whole of the items. A part can be disputed of one item.",
    )
    amount_open = fields.Monetary(string="Still to pay", compute="_compute_amount_open")
    description = fields.Text(string="What the debtor says")
    contact_id = fields.Many2one(
        "res.partner", string="Raised by", domain="[('id', 'child_of', partner_id)]"
    )
    origin = fields.Selection(
        selection=lambda self: (
            self.env["collection.dispute"]
            ._fields["origin"]
            ._description_selection(self.env)
        ),
        default="phone",
        required=True,
    )
    user_id = fields.Many2one(
        "res.users",
        string="Owner",
        compute="_compute_user_id",
        store=True,
        readonly=False,
        domain="[('company_ids', 'in', company_id), ('share', '=', False)]",
        help="Proposed by the reason.",
    )
    attachment_ids = fields.Many2many("ir.attachment", string="Documents")

    # === COMPUTE METHODS === #

    @api.depends("line_ids")
    def _compute_amount_open(self):
        for wizard in self:
            wizard.amount_open = sum(wizard.line_ids.mapped("amount_residual"))

    @api.depends("reason_id", "line_ids")
    def _compute_user_id(self):
        for wizard in self:
            reason, lines = wizard.reason_id, wizard.line_ids._origin
            wizard.user_id = (
                reason._get_owner(wizard.case_id, lines) if reason else False
            )

    # === ACTION METHODS === #

    def action_save(self):
        self.ensure_one()
        dispute = self.case_id._dispute(
            self.reason_id,
            self.line_ids,
            self.amount,
            description=self.description or "",
            origin=self.origin,
            contact=self.contact_id,
            attachments=self.attachment_ids,
            action=self.action_id,
            user=self.user_id,
        )
        self.case_id._review()
        return dispute.get_formview_action()

    # === BUSINESS METHODS === #

    @api.model
    def _open(self, case, lines=None, reason=None, action=None):
        """Return the window that opens a dispute of ``case``."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Open a dispute"),
            "res_model": self._name,
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_case_id": case.id,
                "default_action_id": action.id if action else False,
                "default_reason_id": reason.id if reason else False,
                "default_line_ids": [fields.Command.set(lines.ids)] if lines else [],
            },
        }

    @api.model
    def _open_for_lines(self, lines):
        """Return the window that opens a dispute about ``lines`` of one debtor.

        :raise UserError: nothing is open, or the items are of several debtors
        """
        debts = lines.filtered(
            lambda line: (
                line.account_type == "asset_receivable"
                and line.parent_state == "posted"
                and line.amount_residual > 0
            )
        )
        if not debts:
            raise UserError(
                self.env._("Nothing is open on this: there is nothing to dispute.")
            )
        cases = self.env["collection.case"].search(
            [
                ("partner_id", "in", debts.partner_id.commercial_partner_id.ids),
                ("company_id", "in", debts.company_id.ids),
            ]
        )
        if len(cases) != 1:
            raise UserError(
                self.env._("A dispute is about one debtor: choose the items of one.")
            )
        return self._open(cases, debts)
