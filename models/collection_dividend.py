from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import format_date


class CollectionDividend(models.Model):
    """What proceedings pay on a claim that was admitted: expected, then received."""

    _name = "collection.dividend"
    _description = "Dividend of insolvency proceedings"
    _inherit = ["collection.access.logged"]
    _order = "date_expected, id"
    _check_company_auto = True

    proceeding_id = fields.Many2one(
        "collection.proceeding",
        string="Claim declaration",
        required=True,
        ondelete="cascade",
        index=True,
        domain="[('kind', '=', 'claim_declaration')]",
    )
    case_id = fields.Many2one(related="proceeding_id.case_id", store=True, index=True)
    partner_id = fields.Many2one(related="case_id.partner_id", store=True, index=True)
    company_id = fields.Many2one(related="case_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    source = fields.Selection(
        [
            ("plan", "Recovery plan"),
            ("liquidation", "Distribution in the liquidation"),
        ],
        required=True,
        default="plan",
    )
    date_expected = fields.Date(string="Expected on", required=True)
    amount_expected = fields.Monetary(string="Expected")
    date_received = fields.Date(string="Received on")
    amount_received = fields.Monetary(string="Received")
    payment_line_id = fields.Many2one(
        "account.move.line",
        string="Payment",
        check_company=True,
        index="btree_not_null",
        domain="[('partner_id', 'child_of', partner_id), ('credit', '>', 0),"
        " ('account_type', '=', 'asset_receivable'),"
        " ('parent_state', '=', 'posted'), ('company_id', '=', company_id)]",
        help="The line of the payment in the debtor's account: it is no longer flagged "
        "as a payment that can be annulled.",
    )
    state = fields.Selection(
        [("expected", "Awaited"), ("received", "Received"), ("given_up", "Given up")],
        compute="_compute_state",
        store=True,
        readonly=False,
        index=True,
    )
    is_late = fields.Boolean(compute="_compute_is_late", search="_search_is_late")
    note = fields.Char()

    _amounts_positive = models.Constraint(
        "CHECK(amount_expected >= 0 AND amount_received >= 0)",
        "A dividend cannot be negative.",
    )

    # === COMPUTE METHODS === #

    @api.depends("proceeding_id", "date_expected")
    def _compute_display_name(self):
        for dividend in self:
            dividend.display_name = " · ".join(
                filter(
                    None,
                    (
                        dividend.proceeding_id.display_name,
                        format_date(self.env, dividend.date_expected),
                    ),
                )
            )

    @api.depends("date_received")
    def _compute_state(self):
        for dividend in self:
            if dividend.date_received:
                dividend.state = "received"
            elif dividend.state != "given_up":
                dividend.state = "expected"

    @api.depends("state", "date_expected")
    def _compute_is_late(self):
        for dividend in self:
            company = dividend.company_id or self.env.company
            dividend.is_late = bool(
                dividend.state == "expected"
                and dividend.date_expected
                and dividend.date_expected < company._get_collection_today()
            )

    def _search_is_late(self, operator, value):
        if operator != "in":
            return NotImplemented
        late = Domain("state", "=", "expected") & Domain(
            "date_expected", "<", self.env.company._get_collection_today()
        )
        return late if True in value else ~late

    @api.onchange("payment_line_id")
    def _onchange_payment_line_id(self):
        if self.payment_line_id:
            self.date_received = self.payment_line_id.date
            self.amount_received = self.payment_line_id.credit

    # === CONSTRAINTS === #

    @api.constrains("proceeding_id")
    def _check_proceeding_id(self):
        for dividend in self:
            if dividend.proceeding_id.kind != "claim_declaration":
                raise ValidationError(
                    self.env._(
                        "%s is no claim declaration: dividends are paid on declared "
                        "claims.",
                        dividend.proceeding_id.display_name,
                    )
                )

    @api.constrains("date_received", "amount_received")
    def _check_received(self):
        for dividend in self:
            if bool(dividend.date_received) != bool(dividend.amount_received):
                raise ValidationError(
                    self.env._(
                        "The dividend of %s was received on a day and for an amount: "
                        "enter both.",
                        dividend.display_name,
                    )
                )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        dividends = super().create(vals_list)
        dividends._unflag_payments()
        return dividends

    def write(self, vals):
        result = super().write(vals)
        if "payment_line_id" in vals:
            self._unflag_payments()
        return result

    # === BUSINESS METHODS === #

    def _unflag_payments(self):
        lines = self.payment_line_id
        if lines:
            self.env["collection.voidable.payment"]._drop_dividends(lines)
