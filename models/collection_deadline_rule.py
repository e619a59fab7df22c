from odoo import fields, models

from ..tools.deadlines import deadline, holidays_after


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
    months = fields.Integer()
    days = fields.Integer(help="Counted after the months.")
    abroad_extra_months = fields.Integer(
        string="More months abroad",
        help="Added when the creditor, your company, is established outside France.",
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

    _code_uniq = models.Constraint("UNIQUE(code)", "There is one entry per code.")
    _lasts = models.Constraint(
        "CHECK(months >= 0 AND days >= 0 AND abroad_extra_months >= 0"
        " AND months + days > 0)",
        "A deadline lasts at least one day.",
    )

    # === BUSINESS METHODS === #

    def _get_event_codes(self):
        self.ensure_one()
        return {code.strip() for code in (self.event_codes or "").split(",")} - {""}

    def _get_date(self, start, company):
        """Return the last day of this deadline for ``company``, started on ``start``.

        Holidays are those of metropolitan France.
        """
        self.ensure_one()
        extra = self.abroad_extra_months if company._is_abroad() else 0
        return deadline(
            start,
            months=self.months + extra,
            days=self.days,
            extend=self.extend,
            holidays=holidays_after(start, years=2),
        )
