from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError

DEFAULT_ALERT_DAYS = "30, 10, 3"
# More time to declare claims (R622-24) is counted on nowhere else than abroad: where
# overseas territories may have it, the shorter deadline is the safe one.
FRENCH_TERRITORY_CODES = frozenset(
    ("FR", "BL", "GF", "GP", "MF", "MQ", "NC", "PF", "PM", "RE", "TF", "WF", "YT")
)


class ResCompany(models.Model):
    _inherit = "res.company"

    collection_watch_user_id = fields.Many2one(
        "res.users",
        string="Manager of announcements",
        help="Who receives the tasks that official announcements open. Empty: the "
        "default collector.",
    )
    collection_watch_management = fields.Boolean(
        string="Task on changes of management",
        help="While this is off, a change of management is a note on the case only.",
    )
    collection_deadline_alert_days = fields.Char(
        string="Alert before a deadline (days)",
        default=DEFAULT_ALERT_DAYS,
        help="How many days before its last day a deadline is spoken of again, "
        "separated by commas.",
    )

    @api.constrains("collection_deadline_alert_days")
    def _check_collection_deadline_alert_days(self):
        for company in self:
            try:
                company._get_deadline_alert_days()
            except ValueError as error:
                raise ValidationError(
                    self.env._(
                        "“%s” are not numbers of days separated by commas, such as "
                        "30, 10, 3.",
                        company.collection_deadline_alert_days,
                    )
                ) from error

    def _get_deadline_alert_days(self):
        """Return the distances, in days, at which deadlines are spoken of again."""
        self.ensure_one()
        text = self.collection_deadline_alert_days or ""
        return {int(part) for part in text.split(",") if part.strip()}

    def _get_last_alert_day(self):
        """Return the last day a deadline may have to be spoken of today."""
        farthest = max(self._get_deadline_alert_days(), default=0)
        return self._get_collection_today() + timedelta(days=max(0, farthest))

    def _get_watch_user(self):
        """Return who answers for announcements; there always is someone."""
        self.ensure_one()
        candidates = (
            self.collection_watch_user_id
            or self.collection_user_id
            or self._get_collection_managers()[:1]
        )
        return candidates or self.env.ref("base.user_admin")

    def _get_collection_managers(self):
        # Which colleague is a manager is nobody's secret.
        group = self.env.ref("l10n_fr_debt_collection.group_collection_manager").sudo()
        return group.all_user_ids.filtered(
            lambda user: self in user.company_ids and not user.share
        ).sorted("id")

    def _is_abroad(self):
        """Is this company established outside the territory of the French courts?"""
        self.ensure_one()
        country = self.partner_id.country_id or self.country_id
        return bool(country) and country.code not in FRENCH_TERRITORY_CODES
