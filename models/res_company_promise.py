from odoo import SUPERUSER_ID, fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    collection_promise_max_days = fields.Integer(
        string="Longest promise (days)",
        default=60,
        help="A promise is for no later day than that; beyond, propose a payment plan.",
    )
    collection_promise_grace_days = fields.Integer(
        string="Grace for a promise (days)",
        default=3,
        help="Days after the promised day in which the money may still come in.",
    )
    collection_promise_kept_share = fields.Float(
        string="A promise is kept from (%)",
        default=100.0,
        help="The part of the promised amount that has to be paid.",
    )
    collection_promise_warning_count = fields.Integer(
        string="Broken promises before a warning",
        default=2,
        help="From so many promises broken or partly kept in 12 months on, the "
        "collector is warned before he takes another. 0: never.",
    )
    collection_promise_reminder = fields.Boolean(
        string="Task the day before",
        help="The collector gets a task the day before a promised payment.",
    )

    _collection_promise_days_positive = models.Constraint(
        "CHECK(collection_promise_max_days > 0 AND collection_promise_grace_days >= 0)",
        "A promise is for today or later, and its days of grace are not negative.",
    )
    _collection_promise_kept_share_in_range = models.Constraint(
        "CHECK(collection_promise_kept_share > 0"
        " AND collection_promise_kept_share <= 100)",
        "A promise is kept from a part above 0 % and up to 100 % of its amount on.",
    )

    # === BUSINESS METHODS === #

    def _get_house_lang(self):
        """Return the language of notes and tasks for those who collect.

        The user's; the company's where the debtor himself or a job of the night acts.
        """
        self.ensure_one()
        user = self.env.user
        if user.share or user.id == SUPERUSER_ID:
            return self.partner_id.lang or self.env.lang
        return self.env.lang
