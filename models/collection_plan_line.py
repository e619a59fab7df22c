from odoo import api, fields, models
from odoo.tools import format_date


class CollectionPlanLine(models.Model):
    """An instalment of a payment plan, and what has been received for it."""

    _name = "collection.plan.line"
    _description = "Instalment of a payment plan"
    _inherit = ["collection.access.logged"]
    _order = "date, id"

    plan_id = fields.Many2one(
        "collection.plan", required=True, ondelete="cascade", index=True
    )
    plan_state = fields.Selection(
        related="plan_id.state", store=True, string="State of the plan"
    )
    case_id = fields.Many2one(related="plan_id.case_id", store=True, index=True)
    partner_id = fields.Many2one(related="plan_id.partner_id", store=True)
    company_id = fields.Many2one(related="plan_id.company_id", store=True)
    currency_id = fields.Many2one(related="plan_id.currency_id", store=True)
    user_id = fields.Many2one(related="plan_id.user_id", store=True)
    date = fields.Date(required=True, index=True)
    amount = fields.Monetary(required=True)
    amount_paid = fields.Monetary(string="Received", readonly=True, copy=False)
    amount_open = fields.Monetary(
        string="Still to come", compute="_compute_amount_open", store=True
    )
    date_paid = fields.Date(
        string="Complete since",
        readonly=True,
        copy=False,
        help="The day on which this instalment was found to be paid in full.",
    )
    state = fields.Selection(
        [
            ("upcoming", "Upcoming"),
            ("due", "Due now"),
            ("part_paid", "Partly received"),
            ("paid", "Received"),
            ("missed", "Missed"),
        ],
        default="upcoming",
        required=True,
        readonly=True,
        index=True,
        copy=False,
    )
    reminded_on = fields.Date(string="Reminded on", readonly=True, copy=False)

    _amount_positive = models.Constraint(
        "CHECK(amount > 0)", "An instalment is more than nothing."
    )
    _one_per_day = models.Constraint(
        "UNIQUE(plan_id, date)", "Two instalments of a plan have different dates."
    )
    _due_idx = models.Index("(date, plan_id) WHERE state <> 'paid'")

    # === COMPUTE METHODS === #

    @api.depends("plan_id.name", "date")
    def _compute_display_name(self):
        for line in self:
            line.display_name = (
                f"{line.plan_id.name} · {format_date(self.env, line.date)}"
            )

    @api.depends("amount", "amount_paid")
    def _compute_amount_open(self):
        for line in self:
            open_amount = line.amount - line.amount_paid
            currency = line.currency_id or line.plan_id.currency_id
            line.amount_open = currency.round(open_amount) if currency else open_amount

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.plan_id._check_not_agreed()
        return lines

    def write(self, vals):
        if not {"amount", "date", "plan_id"}.isdisjoint(vals):
            self.plan_id._check_not_agreed()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_agreed(self):
        self.plan_id._check_not_agreed()
