from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import ormcache


class CollectionQualityWeight(models.Model):
    """What an item of a debtor's data is worth in the quality score."""

    _name = "collection.quality.weight"
    _description = "Weight in the quality score"
    _inherit = ["collection.cached"]
    _order = "sequence, id"
    _rec_name = "code"

    code = fields.Selection(
        [
            ("phone", "Valid phone number"),
            ("mobile", "Mobile phone"),
            ("email", "Valid e-mail address"),
            ("address", "Complete postal address"),
            ("identity", "SIREN or SIRET, VAT number"),
            ("payables", "Payables contact"),
            ("decision_maker_phone", "Direct line of the decision maker"),
            ("decision_maker_email", "E-mail address of the decision maker"),
            ("verified", "Verified and not stale"),
        ],
        string="Criterion",
        required=True,
        readonly=True,
    )
    sequence = fields.Integer(default=10)
    points_business = fields.Integer(
        string="Businesses",
        required=True,
        default=0,
        help="Points in the score of businesses and public bodies; 0: left out.",
    )
    points_consumer = fields.Integer(
        string="Consumers",
        required=True,
        default=0,
        help="Points in the score of consumers; 0: left out.",
    )

    _code_uniq = models.Constraint("UNIQUE(code)", "There is one weight per item.")
    _points_positive = models.Constraint(
        "CHECK(points_business >= 0 AND points_consumer >= 0)",
        "Points are not negative.",
    )

    # === ACTION METHODS === #

    def action_recompute(self):
        """Assess every debtor again with these weights, in the background."""
        job = self.env["collection.data.job"]._start("quality", self.env.company)
        return job._get_records_action()

    # === BUSINESS METHODS === #

    @ormcache()
    def _get_weights(self):
        """Return ``{is_business: {item: points}}``."""
        # Whoever edits a contact has its debtor assessed.
        weights_sudo = self.sudo().search(Domain.TRUE)
        return {
            True: {weight.code: weight.points_business for weight in weights_sudo},
            False: {weight.code: weight.points_consumer for weight in weights_sudo},
        }
