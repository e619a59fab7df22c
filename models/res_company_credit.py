from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools.credit_policy import CreditRules
from .collection_risk_band import RISK_LEVELS

DEFAULTS = CreditRules()
PREFIX = "collection_credit_"
# Rules that may not be 0.
POSITIVE = ("peak", "step")


class ResCompany(models.Model):
    """The credit policy: how limits are proposed and when sellers are warned.

    The fields ``collection_credit_<rule>`` are the rules of :mod:`tools.credit_policy`.
    """

    _inherit = "res.company"

    collection_credit_rate_low = fields.Integer(
        string="Share of the need at low risk (%)", default=DEFAULTS.rate_low
    )
    collection_credit_rate_medium = fields.Integer(
        string="Share of the need at medium risk (%)", default=DEFAULTS.rate_medium
    )
    collection_credit_rate_high = fields.Integer(
        string="Share of the need at high risk (%)", default=DEFAULTS.rate_high
    )
    collection_credit_rate_critical = fields.Integer(
        string="Share of the need at critical risk (%)", default=DEFAULTS.rate_critical
    )
    collection_credit_late_days = fields.Integer(
        string="Lateness tolerated (days)",
        default=DEFAULTS.late_days,
        help="Limits leave room for that much lateness, and who pays later on average "
        "should get a shorter payment term.",
    )
    collection_credit_peak = fields.Integer(
        string="Weight of the busiest month (%)",
        default=DEFAULTS.peak,
        help="The busiest month counts for at most so many percent of an average one.",
    )
    collection_credit_known_from = fields.Integer(
        string="Payments that make a customer known",
        default=DEFAULTS.known_from,
        help="In 12 months. With fewer payments a customer gets the starter limit.",
    )
    collection_credit_starter = fields.Monetary(
        string="Starter limit",
        default=DEFAULTS.starter,
        help="Limit of customers of whom little is known.",
    )
    collection_credit_lowest = fields.Monetary(
        string="Lowest limit",
        default=DEFAULTS.lowest,
        help="No smaller limit is proposed to who gets credit at all.",
    )
    collection_credit_highest = fields.Monetary(
        string="Highest limit",
        default=DEFAULTS.highest,
        help="No larger limit is proposed; 0: no bound.",
    )
    collection_credit_step = fields.Monetary(
        string="Rounded to",
        default=DEFAULTS.step,
        help="Limits are rounded to it, larger ones to two significant digits.",
    )
    collection_credit_short_term = fields.Integer(
        string="Short payment term (days)",
        default=DEFAULTS.short_term,
        help="Terms up to that are short already: no shorter one is advised.",
    )
    collection_credit_long_term = fields.Integer(
        string="Longest payment term (days)",
        default=DEFAULTS.long_term,
        help="Between traders the law allows 60 days from the invoice (article L441-10 "
        "of the Code de commerce), in some trades less.",
    )
    collection_credit_review_percent = fields.Integer(
        string="Review from (%)",
        default=DEFAULTS.review_percent,
        help="Proposals are to be reviewed when they differ from the limit by more "
        "than this and by more than the amount beside it.",
    )
    collection_credit_review_amount = fields.Monetary(
        string="Review from (amount)", default=DEFAULTS.review_amount
    )
    collection_credit_warning_level = fields.Selection(
        [*RISK_LEVELS, ("never", "Never")],
        string="Warn from risk",
        default="high",
        required=True,
        help="Draft invoices, quotations and orders of customers whose risk is as high "
        "as that carry a warning. It appears where Odoo warns of credit limits: only "
        "while the option “Sales Credit Limit” of Invoicing is on.",
    )

    # === CONSTRAINT METHODS === #

    @api.constrains(lambda self: [PREFIX + name for name in CreditRules._fields])
    def _check_collection_credit_rules(self):
        for company in self:
            for name in CreditRules._fields:
                company._check_collection_credit_rule(PREFIX + name, name in POSITIVE)

    def _check_collection_credit_rule(self, name, is_positive):
        if self[name] > 0 or (self[name] == 0 and not is_positive):
            return
        raise ValidationError(
            self.env._(
                "Credit policy of %(company)s: “%(setting)s” cannot be %(value)s. "
                "Enter a number above zero.",
                company=self.display_name,
                setting=self._fields[name]._description_string(self.env),
                value=self[name],
            )
        )

    # === BUSINESS METHODS === #

    def _get_credit_rules(self):
        """Return the :class:`CreditRules` of this company."""
        self.ensure_one()
        return CreditRules(*(self[PREFIX + name] for name in CreditRules._fields))

    def _get_credit_warning_levels(self):
        """Return the levels of risk of which sellers are warned."""
        self.ensure_one()
        levels = [level for level, _label in RISK_LEVELS]
        first = self.collection_credit_warning_level
        return levels[levels.index(first) :] if first in levels else []
