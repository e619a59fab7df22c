from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools.call_hours import (
    Hours,
    closing_time,
    local_time,
    next_opening,
    spans_of,
    utc_time,
    zone_of,
)
from .collection_step import WEEKDAY_FIELDS


class CollectionCallWindow(models.Model):
    """When debtors of a country may be called or sent a text message, in their time.

    The windows of the most precise kind count, all of them: those of the country before
    those of every country, and of these the company's before everybody's. Without any,
    it is always open.
    """

    _name = "collection.call.window"
    _description = "Call window"
    _order = "country_id, company_id, hour_from, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", index=True, help="Empty: for every company."
    )
    country_id = fields.Many2one(
        "res.country",
        index=True,
        help="Of the debtor. Empty: countries that have no window of their own.",
    )
    mon = fields.Boolean(string="Monday", default=True)
    tue = fields.Boolean(string="Tuesday", default=True)
    wed = fields.Boolean(string="Wednesday", default=True)
    thu = fields.Boolean(string="Thursday", default=True)
    fri = fields.Boolean(string="Friday", default=True)
    sat = fields.Boolean(string="Saturday")
    sun = fields.Boolean(string="Sunday")
    hour_from = fields.Float(string="From", required=True, default=10)
    hour_to = fields.Float(string="To", required=True, default=20)
    break_from = fields.Float(default=13)
    break_to = fields.Float(
        string="Break until", default=14, help="The same hour twice: no break."
    )
    skip_holidays = fields.Boolean(
        string="Not on public holidays",
        default=True,
        help="Those of France; others are not known.",
    )

    _hours_in_order = models.Constraint(
        "CHECK(0 <= hour_from AND hour_from < hour_to AND hour_to <= 24)",
        "A call window ends after it begins, between 0 and 24 hours.",
    )

    # === CONSTRAINTS === #

    @api.constrains("break_from", "break_to", "hour_from", "hour_to")
    def _check_break(self):
        for window in self:
            if window.break_from == window.break_to:
                continue
            if (
                not window.hour_from
                < window.break_from
                < window.break_to
                < window.hour_to
            ):
                raise ValidationError(
                    self.env._(
                        "The break of “%s” lies outside its hours: correct it, or "
                        "enter the same hour twice for none.",
                        window.name,
                    )
                )

    @api.constrains(*WEEKDAY_FIELDS)
    def _check_weekdays(self):
        for window in self:
            if not window._get_weekdays():
                raise ValidationError(
                    self.env._(
                        "“%s” allows no day of the week: choose at least one.",
                        window.name,
                    )
                )

    # === BUSINESS METHODS === #

    @api.model
    def _is_open(self, country, moment, partner=None):
        """Tell whether debtors of ``country`` may be called at ``moment``.

        :param moment: naive, in UTC
        :param partner: tells the clock more precisely than the country
        """
        return self._get_closing(country, moment, partner) is not None

    @api.model
    def _get_closing(self, country, moment, partner=None):
        """Return until when (naive UTC) one may call, ``None`` when one may not."""
        zone = self._get_zone(country, partner)
        closing = closing_time(self._get_hours(country), local_time(moment, zone))
        return closing and utc_time(closing, zone)

    @api.model
    def _next_opening(self, country, moment, partner=None):
        """Return from when (naive UTC) one may call: ``moment`` if one may now.

        ``None`` when the windows open on no day of the month to come.
        """
        zone = self._get_zone(country, partner)
        opening = next_opening(self._get_hours(country), local_time(moment, zone))
        return opening and utc_time(opening, zone)

    @api.model
    def _get_openings(self, partners, moment):
        """Return ``{partner id: from when he may be called}``, see _next_opening.

        Countries are looked at once, however many partners they have.
        """
        openings = {}
        for country, group in partners.grouped("country_id").items():
            hours = self._get_hours(country)
            for partner in group:
                zone = self._get_zone(country, partner)
                opening = next_opening(hours, local_time(moment, zone))
                openings[partner.id] = opening and utc_time(opening, zone)
        return openings

    @api.model
    def _get_zone(self, country, partner=None):
        """Return the timezone of a debtor of ``country``."""
        if not partner:
            return zone_of(country.code)
        return zone_of(country.code, partner.zip, partner.tz)

    @api.model
    def _get_hours(self, country):
        """Return the :class:`Hours` that count for ``country`` in this company."""
        windows = self.search_fetch(
            [
                ("country_id", "in", (False, country.id)),
                ("company_id", "in", (False, self.env.company.id)),
            ]
        )
        windows = windows.filtered("country_id") or windows
        windows = windows.filtered("company_id") or windows
        return tuple(window._get_rule() for window in windows)

    def _get_rule(self):
        self.ensure_one()
        return Hours(
            weekdays=self._get_weekdays(),
            spans=spans_of(
                self.hour_from, self.hour_to, self.break_from, self.break_to
            ),
            skip_holidays=self.skip_holidays,
        )

    def _get_weekdays(self):
        self.ensure_one()
        return frozenset(day for day, name in enumerate(WEEKDAY_FIELDS) if self[name])
