from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..tools.deadlines import deadline, holidays_after
from ..tools.french_regions import department_code

# Departments and collectivities overseas begin so.
OVERSEAS = ("97", "98")


class CollectionDeadlineRule(models.Model):
    """A kind of deadline: which announcements open it and how it is counted.

    The law is in the records, with its source: a change of the law is a change of data.
    """

    _name = "collection.deadline.rule"
    _description = "Kind of deadline"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    event_codes = fields.Char(
        string="Opened by",
        help="Codes of the announcements that open this deadline, separated by commas. "
        "Empty: it is opened by hand.",
    )
    starts_from = fields.Selection(
        [("publication", "Publication"), ("judgment", "Judgment")],
        default="publication",
        required=True,
    )
    valid_from = fields.Date(
        string="For starts from",
        help="The law changed that day: what started earlier follows the kind of the "
        "same code before this one.",
    )
    months = fields.Integer()
    days = fields.Integer(help="Counted after the months.")
    abroad_extra_months = fields.Integer(
        string="More months abroad",
        help="Added when the creditor, your company, is established outside France.",
    )
    debtor_overseas_months = fields.Integer(
        string="More months, debtor overseas",
        help="Added when the debtor lives or is established in a French overseas "
        "department or collectivity.",
    )
    debtor_abroad_months = fields.Integer(
        string="More months, debtor abroad",
        help="Added when the debtor lives or is established outside France.",
    )
    alert_days = fields.Char(
        string="Alerts (days before)",
        help="Numbers of days, separated by commas. Empty: those of the settings.",
    )
    extend = fields.Boolean(
        string="Moved to a working day",
        help="Leave off for what you have to do yourself: the day before is always in "
        "time, the day after may be argued about.",
    )
    fallback_of_id = fields.Many2one(
        "collection.deadline.rule",
        string="Only if this one is missed",
        ondelete="set null",
        help="The deadline is silent while the other one is open, and cancelled when "
        "the other one is met.",
    )
    remedy = fields.Text(
        string="What to do",
        translate=True,
        help="Shown with the deadline and in the task it opens.",
    )
    legal_source = fields.Char(translate=True)
    is_to_check = fields.Boolean(
        string="To be checked",
        help="The source has not been read in its current version: have it confirmed "
        "before relying on this date.",
    )

    _code_once = models.UniqueIndex(
        "(code, COALESCE(valid_from, '0001-01-01'))",
        "There is one entry per code and day.",
    )
    _lasts = models.Constraint(
        "CHECK(months >= 0 AND days >= 0 AND abroad_extra_months >= 0"
        " AND debtor_overseas_months >= 0 AND debtor_abroad_months >= 0"
        " AND months + days > 0)",
        "A deadline lasts at least one day.",
    )

    # === BUSINESS METHODS === #

    def _get_event_codes(self):
        self.ensure_one()
        return {code.strip() for code in (self.event_codes or "").split(",")} - {""}

    def _get_alert_days(self):
        """Return the distances of the alerts of this kind, empty for the settings'."""
        self.ensure_one()
        parts = (part.strip() for part in (self.alert_days or "").split(","))
        return {int(part) for part in parts if part.isdigit()}

    @api.model
    def _find(self, code, start):
        """Return the kind of ``code`` for what starts on ``start``.

        :raises UserError: when there is none
        """
        kinds = self.search([("code", "=", code)])
        known = kinds.filtered(
            lambda kind: not kind.valid_from or kind.valid_from <= start
        )
        if not known:
            raise UserError(
                self.env._(
                    "No kind of deadline “%(code)s” is known for %(day)s. Enter it in "
                    "Configuration > Kinds of deadline.",
                    code=code,
                    day=format_date(self.env, start),
                )
            )
        return max(known, key=lambda kind: (bool(kind.valid_from), kind.valid_from))

    def _get_date(self, start, company, debtor=None):
        """Return the last day of this deadline for ``company``, started on ``start``.

        What is moved to a working day is moved past the holidays of metropolitan France
        and of the places of both sides.

        :param debtor: contact the time runs against, if it does
        """
        self.ensure_one()
        extra = self.abroad_extra_months if company._is_abroad() else 0
        extra += self._get_debtor_months(debtor) if debtor else 0
        places = {"", self._get_department(company.partner_id)}
        if debtor:
            places.add(self._get_department(debtor))
        return deadline(
            start,
            months=self.months + extra,
            days=self.days,
            extend=self.extend,
            holidays=holidays_after(start, years=2, departments=sorted(places)),
        )

    def _get_debtor_months(self, debtor):
        country = debtor.country_id.code or "FR"
        department = self._get_department(debtor)
        if department.startswith(OVERSEAS):
            return self.debtor_overseas_months
        return self.debtor_abroad_months if country != "FR" else 0

    @api.model
    def _get_department(self, partner):
        return department_code(partner.zip or "")
