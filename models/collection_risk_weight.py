from odoo import fields, models
from odoo.tools import ormcache


class CollectionRiskWeight(models.Model):
    """What a factor is worth in the risk score."""

    _name = "collection.risk.weight"
    _description = "Weight in the risk score"
    _inherit = ["collection.cached"]
    _order = "sequence, id"
    _rec_name = "code"

    code = fields.Selection(
        [
            ("lateness", "Overdue now: age and share of the debt"),
            ("delay", "Average delay"),
            ("late_share", "Share of late instalments"),
            ("trend", "Pays later and later"),
            ("irregular", "Irregular payments"),
            ("default", "Probability of default"),
            ("abnormal", "Unusual behaviour"),
            ("exposure", "Use of the credit limit"),
            ("no_history", "No payment history"),
            ("proceeding", "Insolvency proceedings"),
            ("ceased", "Ceased or struck off"),
            ("age", "Young company"),
            ("size", "Small company"),
            ("disputes", "Disputes"),
            ("promises", "Broken promises"),
            ("quality", "Data quality"),
            ("unreachable", "Cannot be reached"),
        ],
        string="Factor",
        required=True,
        readonly=True,
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    points = fields.Integer(
        required=True,
        default=0,
        help="Points when the factor is as bad as it gets; 0: left out. The points of "
        "all factors are added up, 100 at most. A debtor in liquidation has 100 "
        "whatever the weights.",
    )

    _code_uniq = models.Constraint("UNIQUE(code)", "There is one weight per factor.")
    _points_range = models.Constraint(
        "CHECK(points BETWEEN 0 AND 100)",
        "The points of a risk factor go from 0 to 100.",
    )

    # === ACTION METHODS === #

    def action_recompute(self):
        """Score every debtor again with these weights and bands."""
        self.check_access("write")
        # The weights are those of all companies, the user may not see them all.
        self.env["collection.risk"].sudo()._refresh_all()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("The risk of all debtors has been computed."),
            },
        }

    # === BUSINESS METHODS === #

    @ormcache()
    def _get_weights(self):
        """Return ``{code: points}`` of the factors that count."""
        # Whoever changes a case has its debtor scored.
        weights_sudo = self.sudo().search([("active", "=", True)])
        return {weight.code: weight.points for weight in weights_sudo}
