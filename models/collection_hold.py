from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import format_date


class CollectionHold(models.Model):
    """Why a case, or some of its items, may not be chased, and until when.

    Whatever stops collection (a dispute, a promise, a person) creates a hold; the
    engine asks for nothing else. ``res_model`` and ``res_id`` name the record that
    caused it.
    """

    _name = "collection.hold"
    _description = "Collection hold"
    _inherit = ["collection.access.logged"]
    _order = "date_from desc, id desc"
    _check_company_auto = True

    case_id = fields.Many2one(
        "collection.case", required=True, ondelete="cascade", index=True
    )
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(related="case_id.company_id", store=True)
    partner_id = fields.Many2one(related="case_id.partner_id", store=True)
    line_ids = fields.Many2many(
        "account.move.line",
        "collection_hold_line_rel",
        "hold_id",
        "line_id",
        string="Items",
        domain="[('partner_id', 'child_of', partner_id),"
        " ('parent_state', '=', 'posted'), ('account_type', '=', 'asset_receivable'),"
        " ('reconciled', '=', False),"
        " ('company_id', '=', company_id)]",
        help="Empty: the whole case.",
    )
    reason = fields.Selection(
        selection=[
            ("manual", "By hand"),
            ("dispute", "Dispute"),
            ("promise", "Promise to pay"),
            ("plan", "Payment plan"),
            ("insolvency", "Insolvency proceedings"),
            ("handover", "Handed over"),
        ],
        required=True,
        default="manual",
    )
    name = fields.Char(
        string="Explanation",
        required=True,
        help="Shown wherever someone asks why nothing is sent.",
    )
    date_from = fields.Date(
        required=True, default=lambda self: self.env.company._get_collection_today()
    )
    date_to = fields.Date(
        string="Until",
        help="Last day of the hold. Without an end the hold needs an owner, who is "
        "reminded of it every month.",
    )
    user_id = fields.Many2one(
        "res.users", string="Owner", default=lambda self: self.env.user
    )
    res_model = fields.Char(string="Caused by (model)", readonly=True)
    res_id = fields.Many2oneReference(
        string="Caused by", model_field="res_model", readonly=True
    )
    is_active = fields.Boolean(compute="_compute_is_active", search="_search_is_active")

    _dates_in_order = models.Constraint(
        "CHECK(date_to IS NULL OR date_to >= date_from)",
        "A hold ends after it has begun.",
    )
    _period_idx = models.Index("(case_id, date_from, date_to)")

    # === COMPUTE METHODS === #

    @api.depends("date_from", "date_to")
    def _compute_is_active(self):
        for hold in self:
            today = hold.company_id._get_collection_today() if hold.company_id else None
            hold.is_active = bool(today and hold._covers(today))

    def _search_is_active(self, operator, value):
        if operator != "in":
            return NotImplemented
        active = self._get_active_domain(self.env.company._get_collection_today())
        return active if True in value else ~active

    @api.depends("reason", "name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        labels = dict(self._fields["reason"]._description_selection(self.env))
        for hold in self:
            hold.display_name = self.env._(
                "%(reason)s: %(explanation)s",
                reason=labels.get(hold.reason, ""),
                explanation=hold.name or "",
            )

    # === CONSTRAINTS === #

    @api.constrains("date_to", "user_id")
    def _check_end_or_owner(self):
        for hold in self:
            if not hold.date_to and not hold.user_id:
                raise ValidationError(
                    self.env._(
                        "The hold “%(hold)s” on %(debtor)s would last for ever and "
                        "belong to nobody. Give it an end date or an owner.",
                        hold=hold.name,
                        debtor=hold.partner_id.display_name,
                    )
                )

    @api.constrains("line_ids", "case_id")
    def _check_lines(self):
        for hold in self:
            strangers = hold.line_ids.filtered(
                lambda line, hold=hold: (
                    line.partner_id.commercial_partner_id != hold.partner_id
                    or line.company_id != hold.company_id
                )
            )
            if strangers:
                raise ValidationError(
                    self.env._(
                        "%(item)s is not an item of %(debtor)s: take it off the hold.",
                        item=strangers[0].display_name,
                        debtor=hold.partner_id.display_name,
                    )
                )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        holds = super().create(vals_list)
        holds.case_id._request_review()
        return holds

    def write(self, vals):
        result = super().write(vals)
        self.case_id._request_review()
        return result

    def unlink(self):
        cases = self.case_id
        result = super().unlink()
        cases._request_review()
        return result

    # === ACTION METHODS === #

    def action_release(self):
        self._release()
        return True

    # === BUSINESS METHODS === #

    def _covers(self, day):
        self.ensure_one()
        return self.date_from <= day and not (self.date_to and self.date_to < day)

    @api.model
    def _get_active_domain(self, day):
        return Domain("date_from", "<=", day) & (
            Domain("date_to", "=", False) | Domain("date_to", ">=", day)
        )

    def _release(self):
        """End these holds yesterday; one that began today is archived."""
        for company, holds in self.grouped("company_id").items():
            today = company._get_collection_today()
            fresh = holds.filtered(lambda hold, today=today: hold.date_from >= today)
            (holds - fresh).date_to = fields.Date.subtract(today, days=1)
            fresh.action_archive()

    def _get_explanation(self):
        """Return the sentence shown to who asks why nothing is sent."""
        self.ensure_one()
        if self.date_to:
            return self.env._(
                "%(hold)s (until %(date)s)",
                hold=self.display_name,
                date=format_date(self.env, self.date_to),
            )
        return self.env._(
            "%(hold)s (no end date, owner %(owner)s)",
            hold=self.display_name,
            owner=self.user_id.name,
        )
