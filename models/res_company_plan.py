from odoo import api, fields, models
from odoo.exceptions import ValidationError

PLAN_NUMBERS = (
    "collection_plan_max_count",
    "collection_plan_max_months",
    "collection_plan_min_instalment",
    "collection_plan_grace_days",
    "collection_plan_notice_days",
    "collection_plan_consumer_notice_days",
    "collection_plan_offer_days",
    "collection_plan_reminder_days",
    "collection_plan_cost",
)


class ResCompany(models.Model):
    """What payment plans are allowed, what they say and what follows a missed one."""

    _inherit = "res.company"

    collection_plan_max_count = fields.Integer(
        string="Most instalments",
        default=12,
        help="What debtors may ask for by themselves. A collector may go beyond and is "
        "told so; 0: no limit.",
    )
    collection_plan_max_months = fields.Integer(
        string="Longest plan (months)",
        default=12,
        help="From the first day to the last instalment; 0: no limit.",
    )
    collection_plan_min_instalment = fields.Monetary(
        string="Smallest instalment", default=50, help="0: no limit."
    )
    collection_plan_grace_days = fields.Integer(
        string="Grace (days)",
        default=5,
        help="After the date of an instalment, before it counts as missed.",
    )
    collection_plan_notice_days = fields.Integer(
        string="Notice (days)",
        default=8,
        help="That a professional has to pay a missed instalment, before all is due.",
    )
    collection_plan_consumer_notice_days = fields.Integer(
        string="Notice to consumers (days)",
        default=15,
        help="Courts expect a reasonable notice. Applies to debtors of unknown type "
        "too.",
    )
    collection_plan_offer_days = fields.Integer(
        string="A proposal is open for (days)",
        default=15,
        help="What is not signed by then lapses, and collection goes on.",
    )
    collection_plan_signature_required = fields.Boolean(
        string="Plans have to be signed",
        default=True,
        help="Otherwise a collector may start one that was agreed by telephone.",
    )
    collection_plan_reminder_days = fields.Integer(
        string="Reminder before an instalment (days)",
        default=3,
        help="By e-mail; 0: no reminder.",
    )
    collection_plan_cost = fields.Monetary(
        string="Cost of following a plan",
        help="Of each plan, such as the fee of who follows it.",
    )
    collection_plan_follower_id = fields.Many2one(
        "res.partner",
        string="Plans are followed by",
        help="A commissaire de justice or an agency. Empty: the collector.",
    )
    collection_plan_waiver_user_id = fields.Many2one(
        "res.users",
        string="Waivers are decided by",
        domain="[('share', '=', False)]",
        help="Somebody with accounting rights. Empty: the first user who has them.",
    )
    collection_plan_extra_clause = fields.Html(
        string="More clauses",
        translate=True,
        help="Printed on every agreement after the clauses that it always has.",
    )

    @api.constrains(*PLAN_NUMBERS)
    def _check_collection_plan_numbers(self):
        for company in self:
            for name in PLAN_NUMBERS:
                if company[name] < 0:
                    raise ValidationError(
                        self.env._(
                            "Payment plans of %(company)s: “%(setting)s” cannot be "
                            "negative.",
                            company=company.display_name,
                            setting=self._fields[name]._description_string(self.env),
                        )
                    )

    def _get_plan_notice_days(self, case):
        """Return the notice that the debtor of ``case`` gets."""
        self.ensure_one()
        if case.debtor_type in ("business", "public"):
            return self.collection_plan_notice_days
        return self.collection_plan_consumer_notice_days

    def _get_plan_waiver_user(self):
        """Return who decides on waivers: chosen, else the first with the rights."""
        self.ensure_one()
        return self.collection_plan_waiver_user_id or self.env["res.users"].search(
            [
                ("company_ids", "in", self.id),
                ("share", "=", False),
                (
                    "all_group_ids",
                    "in",
                    self.env.ref("account.group_account_invoice").ids,
                ),
            ],
            order="id",
            limit=1,
        )
