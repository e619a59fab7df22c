from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import format_date

from .collection_case_watch import FROZEN

MANAGER_GROUP = "l10n_fr_debt_collection.group_collection_manager"
PERIOD_FIELDS = frozenset({"date_from", "date_to", "reason"})
# Days that a hold lasts which goes on as long as its cause stands.
STANDING_DAYS = 365
# A hold whose cause stands is renewed so many days before it would end.
RENEWAL_DAYS = 30
# Whoever put these on hold has to decide what follows; the others look after
# themselves.
ANNOUNCED_REASONS = ("manual", "insolvency", "handover")


class CollectionHold(models.Model):
    """Why a case, or some of its items, may not be chased, and until when.

    Whatever stops collection (a dispute, a promise, a person) creates a hold; the
    engine asks for nothing else. ``res_model`` and ``res_id`` name the record that
    caused it. Every hold ends: the debtor comes back by himself.
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
            ("answer", "Answer to read"),
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
        compute="_compute_date_to",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
        help="Last day of the hold. Its owner is told some days before; then the case "
        "comes back by itself.",
    )
    announced_end = fields.Date(
        readonly=True, copy=False, help="The end of which the owner has been told."
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
        "CHECK(date_to >= date_from)",
        "A hold ends after it has begun.",
    )
    _period_idx = models.Index("(case_id, date_from, date_to)")

    # === COMPUTE METHODS === #

    @api.depends("reason", "case_id")
    def _compute_date_to(self):
        for hold in self:
            company = hold.case_id.company_id or self.env.company
            today = company._get_collection_today()
            days = company._get_hold_days(hold.reason)
            start = max(hold.date_from or today, today)
            hold.date_to = start + timedelta(days=days)

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
        holds._check_length()
        holds.case_id._request_review()
        return holds

    def write(self, vals):
        result = super().write(vals)
        if not PERIOD_FIELDS.isdisjoint(vals):
            self._check_length()
        self.case_id._request_review()
        return result

    def unlink(self):
        cases = self.case_id
        result = super().unlink()
        cases._request_review()
        return result

    def _check_length(self):
        """Refuse long holds by hand, but to managers and to the program itself.

        No constraint: those are checked as superuser.
        """
        if self.env.su or self.env.user.has_group(MANAGER_GROUP):
            return
        for hold in self.filtered(lambda hold: hold.reason == "manual"):
            longest = hold.company_id.collection_hold_max_days
            last_day = hold.date_from + timedelta(days=longest)
            if hold.date_to > last_day:
                raise UserError(
                    self.env._(
                        "%(debtor)s would be left alone until %(end)s. By hand that is "
                        "possible for %(days)s days, until %(last_day)s: choose an "
                        "earlier day, or ask a manager to put the hold.",
                        debtor=hold.partner_id.display_name,
                        end=format_date(self.env, hold.date_to),
                        days=longest,
                        last_day=format_date(self.env, last_day),
                    )
                )

    # === ACTION METHODS === #

    def action_release(self):
        self._release()
        return True

    # === BUSINESS METHODS === #

    def _covers(self, day):
        self.ensure_one()
        return bool(self.date_to) and self.date_from <= day <= self.date_to

    @api.model
    def _get_active_domain(self, day):
        return Domain("date_from", "<=", day) & Domain("date_to", ">=", day)

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
        return self.env._(
            "%(hold)s (until %(date)s)",
            hold=self.display_name,
            date=format_date(self.env, self.date_to),
        )

    # === KEEPING TIME === #

    @api.model
    def _keep_time(self, company):
        """Renew the holds whose cause stands; tell the owners which others end.

        Called every night, for one company, before the cases are reviewed.
        """
        self._renew_standing(company)
        self._announce_ends(company)

    @api.model
    def _get_standing_causes(self):
        """Return the domain of the holds whose cause stands. Hook.

        These are renewed every night: they last as long as their cause.
        """
        return (
            Domain("reason", "=", "insolvency")
            & Domain("case_id.proceeding", "in", FROZEN)
        ) | (
            Domain("reason", "=", "handover")
            & Domain("case_id.state", "=", "handed_over")
        )

    @api.model
    def _renew_standing(self, company):
        today = company._get_collection_today()
        ending = self.search(
            Domain("company_id", "=", company.id)
            & self._get_active_domain(today)
            & Domain("date_to", "<=", today + timedelta(days=RENEWAL_DAYS))
            & self._get_standing_causes()
        )
        ending.date_to = today + timedelta(days=STANDING_DAYS)

    @api.model
    def _announce_ends(self, company):
        """Tell the owners, once, of the holds that will end in a few days."""
        today = company._get_collection_today()
        notice = timedelta(days=company.collection_hold_notice_days)
        ending = self.search(
            Domain("company_id", "=", company.id)
            & self._get_active_domain(today)
            & Domain("date_to", "<=", today + notice)
            & Domain("reason", "in", ANNOUNCED_REASONS)
        ).filtered(
            lambda hold: (
                # Of a hold that is as short the owner needs no reminder.
                hold.date_to - hold.date_from > notice
                and hold.announced_end != hold.date_to
            )
        )
        self.env["mail.activity"].create(
            [hold._prepare_end_activity() for hold in ending]
        )
        for day, holds in ending.grouped("date_to").items():
            holds.announced_end = day

    def _prepare_end_activity(self):
        self.ensure_one()
        return self.case_id._prepare_watch_activity(
            self.env._("This hold ends on %s", format_date(self.env, self.date_to)),
            self.env._(
                "%(hold)s: reminders go on by themselves from the next day. Prolong "
                "the hold if its reason still stands.",
                hold=self.display_name,
            ),
            self.date_to,
            self.user_id.active and self.user_id or self.case_id._get_watch_user(),
        )
