from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import format_date, formatLang

from ..models.collection_promise import ORIGINS

USUAL_DAYS = 8


class CollectionPromiseMake(models.TransientModel):
    """Takes a promise to pay, or another one instead of it."""

    _name = "collection.promise.make"
    _description = "Take a promise to pay"

    case_id = fields.Many2one(
        "collection.case", required=True, readonly=True, ondelete="cascade"
    )
    replaced_id = fields.Many2one(
        "collection.promise", string="Instead of", readonly=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(related="case_id.partner_id")
    currency_id = fields.Many2one(related="case_id.currency_id")
    open_line_ids = fields.Many2many(related="case_id.line_ids", string="Open items")
    promise_warning = fields.Char(related="case_id.promise_warning")
    line_ids = fields.Many2many(
        "account.move.line",
        string="Items",
        compute="_compute_terms",
        store=True,
        readonly=False,
        domain="[('id', 'in', open_line_ids), ('amount_residual', '>', 0)]",
    )
    amount = fields.Monetary(
        compute="_compute_amount", store=True, readonly=False, required=True
    )
    date = fields.Date(
        string="Promised for",
        compute="_compute_terms",
        store=True,
        readonly=False,
        required=True,
    )
    contact_id = fields.Many2one(
        "res.partner",
        string="Promised by",
        domain="[('id', 'child_of', partner_id)]",
    )
    origin = fields.Selection(ORIGINS, default="phone", required=True)
    note = fields.Text(string="What was said")
    other_promises = fields.Char(compute="_compute_other_promises")

    # === COMPUTE METHODS === #

    @api.depends("case_id", "replaced_id")
    def _compute_terms(self):
        for wizard in self:
            case = wizard.case_id
            debts = case._get_open_debts() if case else case.line_ids
            before = wizard.replaced_id.line_ids & debts
            wizard.line_ids = before or case._get_promised_debts(0) or debts
            today = (case.company_id or self.env.company)._get_collection_today()
            wizard.date = today + timedelta(days=USUAL_DAYS)

    @api.depends("line_ids")
    def _compute_amount(self):
        for wizard in self:
            wizard.amount = wizard.replaced_id.amount_missing or sum(
                wizard.line_ids.mapped("amount_residual")
            )

    @api.depends("line_ids", "amount", "replaced_id")
    @api.depends_context("lang")
    def _compute_other_promises(self):
        for wizard in self:
            others = self.env["collection.promise"].search(
                self.env["collection.promise"]._get_open_domain(wizard.line_ids)
            )
            wizard.other_promises = ", ".join(
                self.env._(
                    "%(amount)s for %(date)s",
                    amount=formatLang(
                        self.env, promise.amount, currency_obj=promise.currency_id
                    ),
                    date=format_date(self.env, promise.date_promised),
                )
                for promise in others - wizard.replaced_id
            )

    # === ACTION METHODS === #

    def action_save(self):
        self.ensure_one()
        self.case_id._promise(
            self.amount,
            self.date,
            self.line_ids._origin,
            contact=self.contact_id,
            origin=self.origin,
            note=self.note or "",
            replaced=self.replaced_id,
        )
        self.case_id._review()
        return {"type": "ir.actions.act_window_close"}

    # === BUSINESS METHODS === #

    @api.model
    def _open(self, case, replaced=None):
        """Return the window that takes a promise of ``case``."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Promise to pay"),
            "res_model": self._name,
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_case_id": case.id,
                "default_replaced_id": replaced.id if replaced else False,
            },
        }
