from odoo import Command, api, fields, models
from odoo.exceptions import UserError


class CollectionDistribution(models.TransientModel):
    """Shows who would be given which cases by the distribution rules."""

    _name = "collection.distribution"
    _description = "Distribution of cases"

    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        default=lambda self: self.env.company,
    )
    is_redistribution = fields.Boolean(
        string="Begin anew",
        help="The cases that the rules have given away before are given again. What a "
        "person has chosen stays.",
    )
    line_ids = fields.One2many(
        "collection.distribution.line",
        "distribution_id",
        compute="_compute_line_ids",
        store=True,
    )
    case_count = fields.Integer(compute="_compute_case_count")

    # === COMPUTE METHODS === #

    @api.depends("company_id", "is_redistribution")
    def _compute_line_ids(self):
        rules = self.env["collection.assignment.rule"]
        for distribution in self:
            plan = rules._plan(
                distribution.company_id,
                is_anew=distribution.is_redistribution,
            )
            distribution.line_ids = [
                Command.clear(),
                *(
                    Command.create(
                        {
                            "case_id": case.id,
                            "previous_user_id": case.user_id.id,
                            "user_id": user.id,
                            "rule_id": rule.id,
                        }
                    )
                    for rule, shares in plan.items()
                    for user, cases in shares.items()
                    for case in cases
                ),
            ]

    @api.depends("line_ids")
    def _compute_case_count(self):
        for distribution in self:
            distribution.case_count = len(distribution.line_ids)

    # === ACTION METHODS === #

    def action_apply(self):
        """Give the cases to whom they are shown for."""
        self.ensure_one()
        for rule, lines in self.line_ids.grouped("rule_id").items():
            rule._give(
                {
                    user: group.case_id
                    for user, group in lines.grouped("user_id").items()
                }
            )
        return {"type": "ir.actions.act_window_close"}

    # === BUSINESS METHODS === #

    @api.model
    def _open(self):
        if not self.env["collection.assignment.rule"].search_count(
            [("company_id", "=", self.env.company.id)], limit=1
        ):
            raise UserError(
                self.env._(
                    "%s has no distribution rule: create one under Configuration, "
                    "Distribution rules.",
                    self.env.company.display_name,
                )
            )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Distribute the cases"),
            "res_model": self._name,
            "res_id": self.create({}).id,
            "views": [[False, "form"]],
            "target": "new",
        }
