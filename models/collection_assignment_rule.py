from ast import literal_eval

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from ..tools.distribution import share

UNREADABLE = (KeyError, SyntaxError, TypeError, ValueError)
LOAD_MEASURES = {"load": "__count", "amount": "amount_overdue_net:sum"}


class CollectionAssignmentRule(models.Model):
    """Gives cases that have no collector to one of some collectors.

    The first rule a case fits decides. What a person has chosen is never changed.
    """

    _name = "collection.assignment.rule"
    _description = "Distribution rule"
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    domain = fields.Char(
        string="Which cases", default="[]", help="Condition over cases. Empty: all."
    )
    user_ids = fields.Many2many(
        "res.users",
        "collection_assignment_rule_user_rel",
        "rule_id",
        "user_id",
        string="Collectors",
        required=True,
        domain="[('company_ids', 'in', company_id), ('share', '=', False)]",
    )
    method = fields.Selection(
        [
            ("load", "To the one with the fewest cases"),
            ("amount", "To the one with the smallest amount"),
            ("round_robin", "In turn"),
        ],
        required=True,
        default="load",
        help="Amounts are overdue amounts, credits deducted.",
    )
    last_user_id = fields.Many2one("res.users", readonly=True)
    case_count = fields.Integer(compute="_compute_case_count", string="Cases given")

    # === COMPUTE METHODS === #

    def _compute_case_count(self):
        counts = dict(
            self.env["collection.case"]._read_group(
                [("assignment_rule_id", "in", self.ids)],
                ["assignment_rule_id"],
                ["__count"],
            )
        )
        for rule in self:
            rule.case_count = counts.get(rule, 0)

    # === CONSTRAINTS === #

    @api.constrains("domain")
    def _check_domain(self):
        for rule in self:
            try:
                rule._get_domain().validate(self.env["collection.case"])
            except UNREADABLE as error:
                raise ValidationError(
                    self.env._(
                        "The condition of “%(rule)s” cannot be read: %(error)s",
                        rule=rule.name,
                        error=error,
                    )
                ) from error

    @api.constrains("user_ids", "company_id")
    def _check_collectors(self):
        for rule in self:
            strangers = rule.user_ids.filtered(
                lambda user, rule=rule: rule.company_id not in user.company_ids
            )
            if strangers:
                raise ValidationError(
                    self.env._(
                        "%(user)s may not work in %(company)s: choose other collectors "
                        "for “%(rule)s” or allow the company on the user.",
                        user=strangers[0].name,
                        company=rule.company_id.display_name,
                        rule=rule.name,
                    )
                )

    # === ACTION METHODS === #

    def action_distribute(self):
        """Show what the rules would give to whom, before it is done."""
        return self.env["collection.distribution"]._open()

    def action_open_cases(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "l10n_fr_debt_collection.collection_case_action"
        )
        return action | {
            "domain": [("assignment_rule_id", "=", self.id)],
            "context": {},
        }

    # === BUSINESS METHODS === #

    def _get_domain(self):
        self.ensure_one()
        return Domain(literal_eval(self.domain or "[]"))

    @api.model
    def _distribute(self, company, cases=None):
        """Give the cases of ``company`` without a collector to who is to have them.

        :param cases: only these; default: all of the company
        :return: the cases that have been given to somebody
        """
        given = self.env["collection.case"]
        for rule, shares in self._plan(company, cases).items():
            rule._give(shares)
            given = given.union(*shares.values())
        return given

    @api.model
    def _plan(self, company, cases=None, *, is_anew=False):
        """Return ``{rule: {collector: cases}}`` of what would be given, in order.

        :param is_anew: what the rules have given away before is given again
        """
        plan = {}
        taken = self.env["collection.case"]
        for rule in self.search([("company_id", "=", company.id)]):
            free = rule._find_free(cases, is_anew) - taken
            taken |= free
            if free:
                plan[rule] = rule._share(free, is_anew)
        return plan

    def _find_free(self, cases, is_anew):
        """Return the cases of the rule that nobody has given to a person."""
        self.ensure_one()
        domain = (
            Domain("company_id", "=", self.company_id.id)
            & self._get_free_domain(is_anew)
            & (Domain("amount_overdue", ">", 0) | Domain("amount_not_due", ">", 0))
        )
        if cases is not None:
            domain &= Domain("id", "in", cases.ids)
        try:
            return self.env["collection.case"].search(
                domain & self._get_domain(), order="id"
            )
        except UNREADABLE as error:
            raise UserError(
                self.env._(
                    "The condition of “%(rule)s” cannot be read: %(error)s",
                    rule=self.name,
                    error=error,
                )
            ) from error

    @api.model
    def _get_free_domain(self, is_anew):
        free = Domain("user_id", "=", False)
        return free | Domain("assignment_rule_id", "!=", False) if is_anew else free

    def _share(self, cases, is_anew):
        """Return ``{collector: cases}``."""
        self.ensure_one()
        shares = share(
            [(case.id, case.amount_overdue_net) for case in cases],
            self._get_present_collectors().ids,
            self.method,
            loads=self._get_loads(is_anew),
            after=self.last_user_id.id,
        )
        by_user = {}
        for case_id, user_id in shares.items():
            by_user.setdefault(user_id, []).append(case_id)
        return {
            self.env["res.users"].browse(user_id): cases.browse(case_ids)
            for user_id, case_ids in by_user.items()
        }

    def _get_present_collectors(self):
        """Return who takes cases today; all when everybody is away."""
        collectors = self.user_ids.filtered("active").sorted("id")
        substitutes = self.env["collection.absence"]._get_substitutes(
            self.company_id.id, self.company_id._get_collection_today()
        )
        present = collectors.filtered(lambda user: user.id not in substitutes)
        return present or collectors

    def _get_loads(self, is_anew):
        """Return ``{collector id: cases or amount he has in this company}``.

        Cases that are given again weigh on nobody.
        """
        self.ensure_one()
        if self.method not in LOAD_MEASURES:
            return {}
        domain = (
            Domain("company_id", "=", self.company_id.id)
            & Domain("user_id", "in", self.user_ids.ids)
            & Domain("amount_due", ">", 0)
        )
        if is_anew:
            domain &= Domain("assignment_rule_id", "=", False)
        return {
            user.id: load
            for user, load in self.env["collection.case"]._read_group(
                domain, ["user_id"], [LOAD_MEASURES[self.method]]
            )
        }

    def _give(self, shares):
        """Write the collectors; who is given cases is not written one mail each."""
        self.ensure_one()
        today = self.company_id._get_collection_today()
        for user, cases in shares.items():
            cases.with_context(mail_auto_subscribe_no_notify=True).write(
                {
                    "user_id": user.id,
                    "assignment_rule_id": self.id,
                    "assignment_date": today,
                }
            )
        # A job that reviews cases for a collector may do this, he may not change rules.
        self.sudo().last_user_id = self._get_last(shares)

    def _get_last(self, shares):
        """Return who got the last of the cases that were given."""
        return max(shares, key=lambda user: max(shares[user].ids))
