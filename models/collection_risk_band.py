from odoo import api, fields, models
from odoo.exceptions import ValidationError

RISK_LEVELS = [
    ("low", "Low"),
    ("medium", "Medium"),
    ("high", "High"),
    ("critical", "Critical"),
]


class CollectionRiskBand(models.Model):
    """A range of risk scores, from its score up to that of the next band."""

    _name = "collection.risk.band"
    _description = "Risk band"
    _order = "score_from"

    name = fields.Char(required=True, translate=True)
    score_from = fields.Integer(
        string="From score",
        required=True,
        aggregator=False,
        help="The band goes from this score up to where the next one begins.",
    )
    level = fields.Selection(
        RISK_LEVELS,
        required=True,
        default="medium",
        help="What the software makes of the band: its colour, filters and alerts.",
    )

    _score_uniq = models.Constraint(
        "UNIQUE(score_from)", "Two risk bands cannot begin at the same score."
    )
    _score_range = models.Constraint(
        "CHECK(score_from BETWEEN 0 AND 100)",
        "A risk band begins at a score from 0 to 100.",
    )

    # === CONSTRAINT METHODS === #

    @api.constrains("score_from")
    def _check_one_from_zero(self):
        if not self.search_count([("score_from", "=", 0)], limit=1):
            raise ValidationError(
                self.env._(
                    "One risk band has to begin at 0, so that every score belongs to "
                    "one: change the lowest band, %s.",
                    self.search([], limit=1).name,
                )
            )

    # === CRUD METHODS === #

    @api.ondelete(at_uninstall=False)
    def _unlink_except_lowest(self):
        if lowest := self.filtered(lambda band: band.score_from == 0):
            raise ValidationError(
                self.env._(
                    "%s cannot be deleted: one risk band has to begin at 0. Rename it, "
                    "or have another one begin at 0 first.",
                    lowest.name,
                )
            )

    # === ACTION METHODS === #

    def action_recompute(self):
        """Put every debtor into the band of its score."""
        return self.env["collection.risk.weight"].action_recompute()

    # === BUSINESS METHODS === #

    def _is_worse_than(self, other):
        return self.score_from > other.score_from
