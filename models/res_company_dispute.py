from odoo import api, fields, models
from odoo.exceptions import ValidationError

DEFAULT_LATE_DAYS = "1, 8, 15"


class ResCompany(models.Model):
    _inherit = "res.company"

    collection_dispute_escalation_user_id = fields.Many2one(
        "res.users",
        string="Told of late disputes",
        domain="[('share', '=', False)]",
        help="Who is told when a dispute is not answered in time. Empty: a manager of "
        "debt collection.",
    )
    collection_dispute_reminder_days = fields.Integer(
        string="Remind the owner (days before)",
        default=2,
        help="So many days before its deadline the owner of a dispute is reminded.",
    )
    collection_dispute_late_days = fields.Char(
        string="Escalate late disputes (days after)",
        default=DEFAULT_LATE_DAYS,
        help="How many days after its deadline a dispute is escalated, once each, "
        "separated by commas.",
    )
    collection_dispute_max_days = fields.Integer(
        string="Longest pause for a dispute (days)",
        default=90,
        help="After so many days what is disputed is claimed again even if nobody has "
        "answered. A deadline further away is waited for.",
    )

    @api.constrains("collection_dispute_late_days")
    def _check_collection_dispute_late_days(self):
        for company in self:
            try:
                company._get_dispute_late_days()
            except ValueError as error:
                raise ValidationError(
                    self.env._(
                        "“%s” are not numbers of days separated by commas, such as "
                        "1, 8, 15.",
                        company.collection_dispute_late_days,
                    )
                ) from error

    def _get_dispute_late_days(self):
        """Return the days after a deadline at which a dispute is escalated, in order.

        :raise ValueError: the setting holds something else than numbers
        """
        self.ensure_one()
        text = self.collection_dispute_late_days or ""
        return sorted({int(part) for part in text.split(",") if part.strip()})

    def _get_dispute_superior(self):
        """Return who is told of late disputes; there always is someone."""
        self.ensure_one()
        return (
            self.collection_dispute_escalation_user_id
            or self._get_collection_managers()[:1]
            or self._get_watch_user()
        )
