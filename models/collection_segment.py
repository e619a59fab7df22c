from ast import literal_eval

from psycopg2 import Error as DatabaseError

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import mute_logger

UNREADABLE = (ValueError, SyntaxError, TypeError, KeyError, UserError)


class CollectionSegment(models.Model):
    """A kind of debtor, told by a domain, that goes through a given scenario."""

    _name = "collection.segment"
    _description = "Debtor segment"
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    description = fields.Text(
        translate=True, help="Who these debtors are, and why they are set apart."
    )
    sequence = fields.Integer(
        default=10, help="The first segment a case belongs to decides."
    )
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", help="Empty: for every company.")
    domain = fields.Char(required=True, default="[]")
    condition = fields.Char(
        string="Which debtors",
        compute="_compute_condition",
        help="The condition in words.",
    )
    scenario_id = fields.Many2one(
        "collection.scenario", required=True, check_company=True, ondelete="restrict"
    )
    case_ids = fields.One2many("collection.case", "segment_id")
    case_count = fields.Integer(compute="_compute_figures")
    currency_id = fields.Many2one("res.currency", compute="_compute_figures")
    amount_overdue = fields.Monetary(
        string="Overdue",
        compute="_compute_figures",
        help="Of the cases of the segment, in the currency of the company you work in.",
    )

    # === COMPUTE METHODS === #

    @api.depends("domain")
    @api.depends_context("lang")
    def _compute_condition(self):
        words = self.env["collection.domain.words"]
        for segment in self:
            try:
                domain = segment._get_domain()
            except UNREADABLE:
                segment.condition = segment.domain
                continue
            segment.condition = words._describe(domain, "collection.case")

    @api.depends("case_ids.amount_overdue")
    @api.depends_context("company", "allowed_company_ids")
    def _compute_figures(self):
        figures = {
            segment: (count, amount)
            for segment, count, amount in self.env["collection.case"]._read_group(
                [("segment_id", "in", self.ids)],
                ["segment_id"],
                ["__count", "amount_overdue:sum_currency"],
            )
        }
        for segment in self:
            count, amount = figures.get(segment, (0, 0.0))
            segment.case_count = count
            segment.amount_overdue = amount
            segment.currency_id = self.env.company.currency_id

    # === CONSTRAINTS === #

    @api.constrains("domain")
    def _check_domain(self):
        cases = self.env["collection.case"]
        for segment in self:
            try:
                with mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                    cases.search(segment._get_domain(), limit=1)
            except (*UNREADABLE, DatabaseError) as error:
                raise ValidationError(segment._get_unreadable_words(error)) from error

    # === ACTION METHODS === #

    def action_open_cases(self):
        self.ensure_one()
        return self._open_cases([("segment_id", "=", self.id)])

    def action_try(self):
        """Open the cases that fit, even those that an earlier segment takes."""
        self.ensure_one()
        return self._open_cases(list(self._get_domain()))

    def action_preview(self):
        """Show what a changed or new segment would move, before it is made."""
        segment = self if len(self) == 1 else self.browse()
        return self.env["collection.segment.preview"]._open_for(segment)

    def action_suggest(self):
        """Propose segments from what the debtors owe and how they pay."""
        return self.env["collection.segment.suggestion"]._open()

    # === BUSINESS METHODS === #

    @api.model
    def _open_cases(self, domain):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "l10n_fr_debt_collection.collection_case_action"
        )
        return action | {"domain": domain, "context": {}}

    def _get_domain(self):
        self.ensure_one()
        return Domain(literal_eval(self.domain or "[]"))

    def _get_valid_domain(self):
        """Return the domain of the segment; tell which one is wrong if it is."""
        self.ensure_one()
        try:
            domain = self._get_domain()
            domain.validate(self.env["collection.case"])
        except UNREADABLE as error:
            raise UserError(self._get_unreadable_words(error)) from error
        return domain

    @api.model
    def _get_ranked(self, company):
        """Return the segments of a company in the order in which they decide."""
        return self.search([("company_id", "in", (False, company.id))])

    @api.model
    def _assign(self, company, cases=None):
        """Give the cases of ``company`` their segment; return those that change."""
        return self.env["collection.segment.assignment"]._apply(company, cases)

    def _explain(self, cases):
        """Return ``{case id: why it fits}``, in words with the values of the case."""
        self.ensure_one()
        try:
            domain = self._get_domain()
        except UNREADABLE:
            return dict.fromkeys(cases.ids, self.domain)
        return self.env["collection.domain.words"]._explain(domain, cases)

    def _filter_fitting(self, cases):
        """Return the cases that fit as they are now; all if that cannot be told."""
        self.ensure_one()
        company = cases.company_id[:1]
        try:
            readable = cases._for_segments(company)
            return readable.filtered_domain(self._get_domain()).with_env(self.env)
        except (*UNREADABLE, AccessError):
            return cases

    def _get_unreadable_words(self, error):
        self.ensure_one()
        return self.env._(
            "The condition of segment “%(segment)s” cannot be read: %(error)s",
            segment=self.name,
            error=error,
        )
