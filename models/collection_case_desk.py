from odoo import api, fields, models
from odoo.tools import format_date

# What may be written together with a collector that a rule has chosen.
ASSIGNMENT_FIELDS = frozenset({"assignment_rule_id", "assignment_date"})


class CollectionCase(models.Model):
    """Who works the case today, how he got it, and what a contact is worth."""

    _inherit = "collection.case"

    assignment_rule_id = fields.Many2one(
        "collection.assignment.rule",
        string="Distributed by",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="The rule that chose the collector. Empty: a person did.",
    )
    assignment_date = fields.Date(string="Distributed on", readonly=True)
    assignment_note = fields.Char(
        string="Why this collector", compute="_compute_assignment_note"
    )
    desk_value = fields.Monetary(
        string="Worth a call",
        readonly=True,
        help="Expected cash of a call: what is overdue, times the chance that the "
        "debtor pays, times the chance to reach him, less the cost. Urgent matters "
        "weigh more.",
    )
    desk_factors = fields.Json(readonly=True)

    # === COMPUTE METHODS === #

    @api.depends("user_id", "assignment_rule_id", "assignment_date")
    @api.depends_context("lang")
    def _compute_assignment_note(self):
        for case in self:
            case.assignment_note = case._get_assignment_words()

    def _get_assignment_words(self):
        self.ensure_one()
        if not self.user_id:
            return self.env._("Nobody yet: the company's default collector does it.")
        if not self.assignment_rule_id:
            return self.env._("Chosen by hand.")
        return self.env._(
            "Given by the rule “%(rule)s” on %(date)s.",
            rule=self.assignment_rule_id.name,
            date=format_date(self.env, self.assignment_date),
        )

    # === CRUD METHODS === #

    def write(self, vals):
        if "user_id" in vals and ASSIGNMENT_FIELDS.isdisjoint(vals):
            vals = {**vals, "assignment_rule_id": False, "assignment_date": False}
        return super().write(vals)

    # === BUSINESS METHODS === #

    def _get_collector(self):
        """Return who works the case today: the substitute of who is away."""
        return self.env["collection.absence"]._get_substitute(
            super()._get_collector(), self.company_id
        )

    def _review(self):
        result = super()._review()
        # The review is a collector's too; rules give cases to his colleagues.
        rules = self.env["collection.assignment.rule"].sudo()
        for company, cases in self.grouped("company_id").items():
            rules._distribute(company, cases)
        return result
