import calendar

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools.misc import babel_locale_parse, get_lang

from ..tools import planning

LEAP_YEAR = 2024


class CollectionScenarioPause(models.Model):
    """A period of every year in which a scenario rests, such as August."""

    _name = "collection.scenario.pause"
    _description = "Scenario pause"
    _order = "from_month, from_day"

    scenario_id = fields.Many2one(
        "collection.scenario", required=True, ondelete="cascade", index=True
    )
    name = fields.Char(required=True, translate=True)
    from_day = fields.Integer(required=True, default=1)
    from_month = fields.Selection("_get_months", required=True)
    to_day = fields.Integer(required=True, default=31)
    to_month = fields.Selection("_get_months", required=True)

    @api.model
    def _get_months(self):
        names = babel_locale_parse(get_lang(self.env).code).months["format"]["wide"]
        return [(str(month), names[month].capitalize()) for month in range(1, 13)]

    @api.constrains("from_day", "from_month", "to_day", "to_month")
    def _check_days(self):
        for pause in self:
            for day, month in (
                (pause.from_day, pause.from_month),
                (pause.to_day, pause.to_month),
            ):
                last_day = calendar.monthrange(LEAP_YEAR, int(month))[1]
                if not 1 <= day <= last_day:
                    raise ValidationError(
                        self.env._(
                            "Pause “%(pause)s”: there is no day %(day)s in month "
                            "%(month)s. Enter a day between 1 and %(last)s.",
                            pause=pause.name,
                            day=day,
                            month=month,
                            last=last_day,
                        )
                    )

    def _to_plan(self):
        """Return the :class:`planning.Pause` that says the same in plain Python."""
        self.ensure_one()
        return planning.Pause(
            name=self.name,
            start=(int(self.from_month), self.from_day),
            end=(int(self.to_month), self.to_day),
        )
