from ast import literal_eval

from odoo import api, fields, models
from odoo.fields import Domain


class CollectionSegmentSuggestionLine(models.TransientModel):
    """One segment a company could set apart: whom it holds, and why."""

    _name = "collection.segment.suggestion.line"
    _description = "Suggested segment"
    _order = "sequence, id"
    _check_company_auto = True

    suggestion_id = fields.Many2one(
        "collection.segment.suggestion",
        required=True,
        ondelete="cascade",
        readonly=True,
    )
    company_id = fields.Many2one(related="suggestion_id.company_id")
    currency_id = fields.Many2one(related="suggestion_id.currency_id")
    sequence = fields.Integer()
    is_chosen = fields.Boolean(string="Choose", default=True)
    name = fields.Char(required=True)
    domain = fields.Char(required=True, readonly=True)
    condition = fields.Char(string="Which debtors", compute="_compute_condition")
    reason = fields.Text(string="Why", readonly=True)
    scenario_id = fields.Many2one(
        "collection.scenario",
        required=True,
        check_company=True,
        domain="[('company_id', 'in', (False, company_id))]",
    )
    case_count = fields.Integer(string="Debtors", readonly=True)
    amount_due = fields.Monetary(string="Balance", readonly=True)
    amount_overdue = fields.Monetary(string="Overdue", readonly=True)
    days_late = fields.Float(
        string="Average delay (days)",
        digits=(8, 0),
        readonly=True,
        help="Age of the oldest overdue item of each, weighted by what is overdue.",
    )

    # === COMPUTE METHODS === #

    @api.depends("domain")
    @api.depends_context("lang")
    def _compute_condition(self):
        words = self.env["collection.domain.words"]
        for line in self:
            line.condition = words._describe(line._get_domain(), "collection.case")

    # === ACTION METHODS === #

    def action_open_cases(self):
        """Open the debtors that fit."""
        self.ensure_one()
        domain = self._get_domain() & Domain("company_id", "=", self.company_id.id)
        return self.env["collection.segment"]._open_cases(
            list(domain & Domain("amount_due", "!=", 0))
        )

    # === BUSINESS METHODS === #

    def _get_domain(self):
        self.ensure_one()
        return Domain(literal_eval(self.domain or "[]"))

    def _prepare_segment(self, sequence):
        self.ensure_one()
        return {
            "name": self.name,
            "description": self.reason,
            "domain": self.domain,
            "sequence": sequence,
            "scenario_id": self.scenario_id.id,
            "company_id": self.company_id.id,
        }
