from odoo import api, fields, models
from odoo.exceptions import UserError

HIGHER = "higher"
LOWER = "lower"


class CollectionKpiKind(models.Model):
    """An indicator: what it measures, by which method, and what it should be.

    The method is printed beside every figure. Each company has its own target.
    """

    _name = "collection.kpi.kind"
    _description = "Kind of indicator"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, readonly=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    unit = fields.Selection(
        [("days", "Days"), ("percent", "Percent")], required=True, readonly=True
    )
    better = fields.Selection(
        [(HIGHER, "The higher the better"), (LOWER, "The lower the better")],
        required=True,
        readonly=True,
    )
    frequency = fields.Selection(
        [("month", "Every month"), ("quarter", "Every quarter")],
        string="How often",
        required=True,
        default="month",
        help="How often the target is looked at.",
    )
    default_target = fields.Float(
        string="Usual target", digits=(8, 1), help="Of companies without their own."
    )
    own_target = fields.Float(digits=(8, 1), company_dependent=True)
    target = fields.Float(
        digits=(8, 1),
        compute="_compute_target",
        inverse="_inverse_target",
        help="What the figure should reach, or stay under, in its unit. Each company "
        "has its own; zero: none.",
    )
    method = fields.Text(
        required=True,
        translate=True,
        help="How the figure is made, as printed beside it.",
    )

    _code_uniq = models.Constraint("UNIQUE(code)", "There is one entry per code.")

    # === COMPUTE METHODS === #

    @api.depends("own_target", "default_target")
    @api.depends_context("company")
    def _compute_target(self):
        for kind in self:
            kind.target = kind.own_target or kind.default_target

    def _inverse_target(self):
        for kind in self:
            kind.own_target = kind.target

    # === CRUD METHODS === #

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(
            self.env._("Indicators stay with their history: archive those not wanted.")
        )

    # === BUSINESS METHODS === #

    def _is_met(self, value):
        """Return whether ``value`` reaches the company's target, ``None`` without."""
        self.ensure_one()
        if not self.target:
            return None
        return value >= self.target if self.better == HIGHER else value <= self.target
