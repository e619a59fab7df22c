from bisect import bisect_right
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from odoo import api, fields, models, tools
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import format_date

HALF_YEAR_RATE = "half_year_rate"
# Rates are asked for so many days before their half-year begins.
NOTICE_DAYS = 15


class Entry(NamedTuple):
    """What a parameter is from a day on."""

    date_from: date
    value: str
    text: str
    id: int


class CollectionLegalParameter(models.Model):
    """A number or a word of the law, in force from a day on.

    The entry in force on a day is the last one of its code that began by then. A rate
    of a half-year is in force during its half-year only: the law fixes it anew each
    time, and a rate that is not known is never replaced by the one before.

    Law is the same for all companies: entries belong to none.
    """

    _name = "collection.legal.parameter"
    _description = "Legal parameter"
    _inherit = ["mail.thread", "mail.activity.mixin", "collection.cached"]
    _order = "code, date_from desc"
    _rec_name = "name"

    code = fields.Char(
        required=True,
        index=True,
        tracking=True,
        help="The name by which the calculations ask for it.",
    )
    name = fields.Char(required=True, translate=True)
    kind = fields.Selection(
        [
            (HALF_YEAR_RATE, "Rate of a half-year (%)"),
            ("percent", "Percentage (%)"),
            ("amount", "Amount (EUR)"),
            ("years", "Years"),
            ("months", "Months"),
            ("days", "Days"),
            ("count", "Number"),
            ("text", "Words"),
        ],
        string="Unit",
        required=True,
        default="amount",
        tracking=True,
    )
    value = fields.Float(digits=(16, 4), tracking=True)
    text_value = fields.Char(string="Words", tracking=True)
    value_shown = fields.Char(string="In force", compute="_compute_value_shown")
    date_from = fields.Date(string="In force from", required=True, tracking=True)
    date_to = fields.Date(
        string="In force until",
        compute="_compute_date_to",
        help="The day before the next entry of the same code, the last day of the "
        "half-year for a rate of a half-year. Empty: until further notice.",
    )
    is_in_force = fields.Boolean(
        string="In force today",
        compute="_compute_date_to",
        search="_search_is_in_force",
    )
    legal_source = fields.Char(string="Source", translate=True)
    reread_after = fields.Date(
        string="Read again after",
        tracking=True,
        help="From this day on the source has to be read again: an administrator gets "
        "a task.",
    )
    is_to_check = fields.Boolean(
        string="To be checked",
        tracking=True,
        help="The source has not been read in its official version: have it confirmed "
        "before you rely on it.",
    )
    note = fields.Char(translate=True)

    _code_date_uniq = models.Constraint(
        "UNIQUE(code, date_from)", "A legal parameter has one entry per day and code."
    )
    _value_positive = models.Constraint(
        "CHECK(value >= 0)", "A legal parameter is not negative."
    )

    # === COMPUTES === #

    @api.depends("kind", "value", "text_value")
    def _compute_value_shown(self):
        for parameter in self:
            parameter.value_shown = parameter._format_value()

    @api.depends("code", "date_from", "kind")
    def _compute_date_to(self):
        today = fields.Date.context_today(self)
        nexts = self._get_next_days()
        for parameter in self:
            ends = [nexts.get((parameter.code, parameter.date_from))]
            if parameter.kind == HALF_YEAR_RATE and parameter.date_from:
                ends.append(half_year_start(parameter.date_from, 1))
            ends = [day - timedelta(days=1) for day in ends if day]
            parameter.date_to = min(ends, default=False)
            parameter.is_in_force = bool(
                parameter.date_from
                and parameter.date_from <= today
                and (not ends or today <= parameter.date_to)
            )

    def _search_is_in_force(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = fields.Date.context_today(self)
        found = self.search([("date_from", "<=", today)])
        return [("id", "in", found.filtered("is_in_force").ids)]

    def _get_next_days(self):
        """Return the first day of the entry that follows: {(code, first day): day}."""
        days = self._read_group(
            [("code", "in", self.mapped("code"))],
            groupby=["code"],
            aggregates=["date_from:array_agg"],
        )
        return {
            (code, day): following
            for code, starts in days
            for day, following in zip(sorted(starts), sorted(starts)[1:], strict=False)
        }

    # === CONSTRAINTS === #

    @api.constrains("kind", "text_value")
    def _check_text_value(self):
        for parameter in self:
            if parameter.kind == "text" and not parameter.text_value:
                raise ValidationError(
                    self.env._(
                        "Legal parameter %(name)s: enter its words.",
                        name=parameter.name,
                    )
                )

    @api.constrains("kind", "date_from")
    def _check_half_year(self):
        for parameter in self.filtered(lambda p: p.kind == HALF_YEAR_RATE):
            start = half_year_start(parameter.date_from)
            if parameter.date_from != start:
                raise ValidationError(
                    self.env._(
                        "Legal parameter %(name)s: a rate of a half-year begins on "
                        "1 January or 1 July, not on %(day)s.",
                        name=parameter.name,
                        day=format_date(self.env, parameter.date_from),
                    )
                )

    @api.depends("code", "date_from")
    def _compute_display_name(self):
        for parameter in self:
            parameter.display_name = self.env._(
                "%(name)s (from %(day)s)",
                name=parameter.name or "",
                day=format_date(self.env, parameter.date_from) or "",
            )

    # === WHAT THE CALCULATIONS ASK FOR === #

    @api.model
    def _get(self, code, day):
        """Return the entry of ``code`` in force on ``day``.

        :raises UserError: when there is none, with the code, the day and the remedy
        """
        return self.browse(self._get_entry(code, day).id)

    @api.model
    def _get_value(self, code, day):
        """Return the number of ``code`` in force on ``day``, see :meth:`_get`."""
        return float(self._get_entry(code, day).value)

    @api.model
    def _get_decimal(self, code, day):
        """Return the number of ``code`` in force on ``day``, see :meth:`_get`."""
        return Decimal(self._get_entry(code, day).value)

    @api.model
    def _get_text(self, code, day):
        """Return the words of ``code`` in force on ``day``, see :meth:`_get`."""
        return self._get_entry(code, day).text

    @api.model
    def _get_rates(self, code, first_day, last_day):
        """Return what ``code`` is from ``first_day`` to ``last_day``, both included.

        :return: tuple of (first day, Decimal percent), in order; the first entry may
            begin before ``first_day``
        :raises UserError: when a day of the period has none, see :meth:`_get`
        """
        rates, day = [], first_day
        while day <= last_day:
            entry = self._get_entry(code, day)
            rates.append((entry.date_from, Decimal(entry.value)))
            end = self._get_end(code, entry)
            if end is None:
                break
            day = end + timedelta(days=1)
        return tuple(rates)

    @api.model
    def _get_missing_half_years(self, day):
        """Return the codes of half-year rates that are not known on ``day``."""
        return sorted(
            code
            for code, (kind, entries) in self._get_table().items()
            if kind == HALF_YEAR_RATE
            and half_year_start(day) not in {entry.date_from for entry in entries}
        )

    # === REMINDERS === #

    @api.model
    def _cron_remind(self):
        """Tell administrators what has to be entered or read again."""
        self._remind()

    @api.model
    def _remind(self):
        """Give the administrators a task for each thing to do, once.

        Rates of a half-year are asked for some days before it begins.
        """
        today = fields.Date.context_today(self)
        self._remind_rates(today + timedelta(days=NOTICE_DAYS))
        due = self.search([("reread_after", "<=", today)])
        current = due.filtered(
            lambda parameter: (
                not parameter.date_to
                or (parameter.date_to >= today - timedelta(days=NOTICE_DAYS))
            )
        )
        current._give_task(
            lambda parameter: parameter.env._("Read again: %s", parameter.display_name)
        )

    @api.model
    def _remind_rates(self, day):
        codes = self._get_missing_half_years(day)
        last = self.browse(
            self.search([("code", "=", code)], limit=1).id for code in codes
        )
        last._give_task(
            lambda parameter: parameter.env._(
                "Enter the rate of the half-year that begins on %(day)s: %(name)s",
                day=format_date(parameter.env, half_year_start(day)),
                name=parameter.name,
            )
        )

    def _give_task(self, make_summary):
        """Schedule a task for each administrator, unless he has it already."""
        admins = self.env.ref("l10n_fr_debt_collection.group_collection_admin").sudo()
        users = admins.all_user_ids.filtered(lambda user: not user.share)
        for parameter in self:
            summary = make_summary(parameter)
            known = parameter.activity_ids.filtered(
                lambda task, summary=summary: task.summary == summary
            ).user_id
            for user in users - known:
                parameter.activity_schedule(
                    "mail.mail_activity_data_todo", summary=summary, user_id=user.id
                )

    def _get_entry(self, code, day):
        kind, entries = self._get_table().get(code, (None, ()))
        position = bisect_right(entries, day, key=lambda entry: entry.date_from)
        if not position or (
            kind == HALF_YEAR_RATE
            and entries[position - 1].date_from != half_year_start(day)
        ):
            raise UserError(self._get_missing_sentence(code, day))
        return entries[position - 1]

    def _get_end(self, code, entry):
        """Return the last day of ``entry``, None for one that has no end yet."""
        kind, entries = self._get_table()[code]
        following = entries.index(entry) + 1
        if following < len(entries):
            end = entries[following].date_from - timedelta(days=1)
        else:
            end = None
        if kind != HALF_YEAR_RATE:
            return end
        half_year_end = half_year_start(entry.date_from, 1) - timedelta(days=1)
        return min(end, half_year_end) if end else half_year_end

    @tools.ormcache()
    def _get_table(self):
        """Return all entries: {code: (kind, entries in order)}."""
        table = {}
        # The law is no secret, and calculations run for people who see no settings.
        for parameter in self.sudo().search(Domain.TRUE, order="code, date_from"):
            _kind, entries = table.setdefault(parameter.code, (parameter.kind, []))
            entries.append(
                Entry(
                    parameter.date_from,
                    f"{parameter.value:.4f}",
                    parameter.text_value or "",
                    parameter.id,
                )
            )
        return {code: (kind, tuple(entries)) for code, (kind, entries) in table.items()}

    def _get_missing_sentence(self, code, day):
        known = self.sudo().search([("code", "=", code)], limit=1)
        return self.env._(
            "The legal parameter %(name)s (%(code)s) is not known for %(day)s. Enter "
            "it in Configuration > Legal parameters, with its source.",
            name=known.name or code,
            code=code,
            day=format_date(self.env, day),
        )

    # === WORDS === #

    def _format_value(self):
        self.ensure_one()
        if self.kind == "text":
            return self.text_value or ""
        number = f"{self.value:.4f}".rstrip("0").rstrip(".")
        lang = self.env["res.lang"]._lang_get(self.env.lang or "en_US")
        number = number.replace(".", lang.decimal_point or ".")
        return self._get_units().get(self.kind, "%s") % number

    def _get_units(self):
        """Return how a number is written with its unit: {kind: format}."""
        return {
            HALF_YEAR_RATE: self.env._("%s%%"),
            "percent": self.env._("%s%%"),
            "amount": self.env._("EUR %s"),
            "years": self.env._("%s years"),
            "months": self.env._("%s months"),
            "days": self.env._("%s days"),
        }


def half_year_start(day, later=0):
    """Return the first day of the half-year of ``day``, or of one ``later``."""
    half_years = day.year * 2 + (day.month > 6) + later
    return date(half_years // 2, 1 if half_years % 2 == 0 else 7, 1)
