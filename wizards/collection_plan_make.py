from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import formatLang

from ..models.collection_plan import RHYTHMS
from ..tools import instalments
from ..tools.instalments import Instalment


class CollectionPlanMake(models.TransientModel):
    """Draws up a payment plan: the instalments appear while the terms are chosen."""

    _name = "collection.plan.make"
    _description = "Draw up a payment plan"

    case_id = fields.Many2one(
        "collection.case", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="case_id.company_id")
    partner_id = fields.Many2one(related="case_id.partner_id")
    debtor_type = fields.Selection(related="case_id.debtor_type")
    item_ids = fields.Many2many(
        "account.move.line",
        string="Items",
        domain="[('partner_id', 'child_of', partner_id),"
        " ('parent_state', '=', 'posted'), ('account_type', '=', 'asset_receivable'),"
        " ('reconciled', '=', False), ('amount_residual', '>', 0),"
        " ('company_id', '=', company_id)]",
    )
    currency_id = fields.Many2one("res.currency", compute="_compute_amounts")
    amount_debt = fields.Monetary(string="Debt", compute="_compute_amounts")
    amount_waiver = fields.Monetary(
        string="Waiver",
        help="Given up if the rest is paid. Accounting has to agree first; penalties "
        "are not given up by it.",
    )
    waiver_note = fields.Text(string="Reason of the waiver")
    amount = fields.Monetary(string="To pay", compute="_compute_amounts")

    first_date = fields.Date(string="First payment on", required=True)
    first_amount = fields.Monetary(
        string="First payment", help="0: the first payment is like the others."
    )
    by = fields.Selection(
        [
            ("count", "a number of instalments"),
            ("each", "an amount per instalment"),
        ],
        string="Given",
        required=True,
        default="count",
    )
    count = fields.Integer(string="Number of instalments", default=3)
    each = fields.Monetary(string="Amount per instalment")
    rhythm = fields.Selection(RHYTHMS, required=True, default=instalments.MONTHLY)
    days = fields.Integer(string="Days between instalments", default=30)
    on_working_days = fields.Boolean(
        string="Only on working days",
        default=True,
        help="Instalments on weekends and public holidays move to the next working "
        "day.",
    )
    line_ids = fields.One2many(
        "collection.plan.make.line",
        "wizard_id",
        string="Instalments",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
        precompute=True,
    )
    amount_difference = fields.Monetary(
        string="Difference",
        compute="_compute_difference",
        help="What the instalments lack, or have too much.",
    )
    problem = fields.Char(compute="_compute_problem")
    warning = fields.Char(compute="_compute_warning")

    interest = fields.Selection(
        selection=lambda self: (
            self.env["collection.plan"]
            ._fields["interest"]
            ._description_selection(self.env)
        ),
        required=True,
        default="kept",
    )
    has_acceleration = fields.Boolean(string="Acceleration clause", default=True)
    grace_days = fields.Integer(string="Grace")
    notice_days = fields.Integer(string="Notice")
    contact_id = fields.Many2one(
        "res.partner",
        string="Agreed with",
        domain="[('id', 'child_of', partner_id)]",
    )
    origin = fields.Selection(
        selection=lambda self: (
            self.env["collection.plan"]
            ._fields["origin"]
            ._description_selection(self.env)
        ),
        required=True,
        default="phone",
    )
    note = fields.Text()

    # === COMPUTE METHODS === #

    @api.depends("item_ids", "amount_waiver")
    def _compute_amounts(self):
        for wizard in self:
            currency = wizard.item_ids.currency_id[:1] or wizard.company_id.currency_id
            own = wizard.item_ids.filtered(
                lambda line, currency=currency: line.currency_id == currency
            )
            wizard.currency_id = currency
            wizard.amount_debt = sum(own.mapped("amount_residual_currency"))
            wizard.amount = wizard.amount_debt - wizard.amount_waiver

    @api.depends(
        "amount_waiver",
        "by",
        "count",
        "days",
        "each",
        "first_amount",
        "first_date",
        "item_ids",
        "on_working_days",
        "rhythm",
    )
    def _compute_line_ids(self):
        for wizard in self:
            wizard.line_ids = [
                Command.clear(),
                *(
                    Command.create({"date": part.date, "amount": float(part.amount)})
                    for part in wizard._schedule()[0]
                ),
            ]

    @api.depends("line_ids")
    def _compute_problem(self):
        for wizard in self:
            wizard.problem = wizard._schedule()[1]

    @api.depends("amount", "line_ids.amount")
    def _compute_difference(self):
        for wizard in self:
            total = sum(wizard.line_ids.mapped("amount"))
            wizard.amount_difference = wizard.currency_id.round(wizard.amount - total)

    @api.depends("line_ids.date", "line_ids.amount")
    def _compute_warning(self):
        for wizard in self:
            parts = wizard._get_parts()
            excess = parts and wizard.case_id._find_plan_excess(
                parts, wizard.currency_id
            )
            wizard.warning = bool(excess) and self.env._(
                "Beyond the limits of the company: %s.", "; ".join(excess)
            )

    # === ACTION METHODS === #

    def action_make(self):
        """Create the plan, a proposal, and open it."""
        self.ensure_one()
        lines = self.case_id._check_plan_lines(self.item_ids)
        if not self.currency_id.is_zero(self.amount_difference):
            raise UserError(
                self.env._(
                    "The instalments do not add up to %(amount)s: %(difference)s are "
                    "lacking. Correct an instalment.",
                    amount=formatLang(
                        self.env, self.amount, currency_obj=self.currency_id
                    ),
                    difference=formatLang(
                        self.env, self.amount_difference, currency_obj=self.currency_id
                    ),
                )
            )
        plan = self.env["collection.plan"].create(
            self.case_id._prepare_plan(lines, self._get_parts()) | self._get_terms()
        )
        return plan._get_records_action()

    # === BUSINESS METHODS === #

    @api.model
    def _open(self, case, lines=None):
        """Return the window, for a plan over ``lines`` or all that may be chased."""
        chosen = case._get_plannable_lines() if lines is None else lines
        case._check_plan_lines(chosen)
        company = case.company_id
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Payment plan"),
            "res_model": self._name,
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_case_id": case.id,
                "default_item_ids": chosen.ids,
                "default_first_date": case._get_first_plan_date(),
                "default_grace_days": company.collection_plan_grace_days,
                "default_notice_days": company._get_plan_notice_days(case),
            },
        }

    def _schedule(self):
        """Return the instalments of the chosen terms, and why there are none."""
        self.ensure_one()
        if not self.item_ids or not self.first_date:
            return [], self.env._("Choose the items and the first date.")
        by_amount = self.by == "each"
        try:
            lines = self.case_id._check_plan_lines(self.item_ids._origin)
            return (
                self.case_id._schedule_plan(
                    lines,
                    first_date=self.first_date,
                    rhythm=self.rhythm,
                    waiver=self.amount_waiver,
                    first_amount=self.first_amount,
                    count=None if by_amount else self.count,
                    each=self.each if by_amount else None,
                    days=self.days,
                    is_allowed=self._get_calendar(),
                ),
                False,
            )
        except UserError as error:
            return [], str(error)

    def _get_calendar(self):
        """Return which days may be those of an instalment."""
        return (
            instalments.is_working_day if self.on_working_days else (lambda day: True)
        )

    def _get_parts(self):
        """Return the instalments as they stand, changed by hand or not."""
        self.ensure_one()
        return sorted(
            (
                Instalment(line.date, line.amount)
                for line in self.line_ids
                if line.date and line.amount
            ),
            key=lambda part: part.date,
        )

    def _get_terms(self):
        self.ensure_one()
        return {
            "amount_waiver": self.amount_waiver,
            "waiver_note": self.waiver_note,
            "interest": self.interest,
            "has_acceleration": self.has_acceleration,
            "grace_days": self.grace_days,
            "notice_days": self.notice_days,
            "contact_id": self.contact_id.id,
            "origin": self.origin,
            "note": self.note,
        }
