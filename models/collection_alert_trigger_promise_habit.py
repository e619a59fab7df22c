from datetime import timedelta

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.promise_habit import Kept, is_worse

# Promises due so many days back are what is kept lately; a year before them, before.
LATELY = 90
BEFORE = 365


class CollectionAlertTriggerPromiseHabit(models.AbstractModel):
    """Promises are kept less than the same debtor used to, beyond chance."""

    _name = "collection.alert.trigger.promise_habit"
    _inherit = "collection.alert.trigger"
    _description = "Trigger: promises kept less than before"

    _is_state = True

    @api.model
    def _get_label(self):
        return self.env._("Promises are kept less than before")

    @api.model
    def _find(self, rule, company, cases_domain):
        level = company.collection_abnormal_level / 100
        worse = {
            case_id: habits
            for case_id, *habits in self._read_habits(company)
            if is_worse(*habits, level)
        }
        cases = self._get_cases(
            rule, company, cases_domain & Domain("id", "in", list(worse))
        )
        return {case_id: self._describe(*worse[case_id]) for case_id in cases.ids}

    @api.model
    def _read_habits(self, company):
        """Return rows of ``(case id, Kept before, Kept lately)``."""
        today = company._get_collection_today()
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """SELECT case_id,
                          count(*) FILTER (WHERE is_kept AND NOT is_late),
                          count(*) FILTER (WHERE NOT is_late),
                          count(*) FILTER (WHERE is_kept AND is_late),
                          count(*) FILTER (WHERE is_late)
                     FROM (SELECT case_id, is_kept, due_on > %(lately)s AS is_late
                             FROM (%(promises)s) made
                            WHERE is_kept IS NOT NULL AND due_on > %(before)s) judged
                 GROUP BY case_id""",
                promises=self.env["collection.profile"]._sql_promises(company),
                lately=today - timedelta(days=LATELY),
                before=today - timedelta(days=LATELY + BEFORE),
            )
        )
        return [
            (case_id, Kept(*before), Kept(*lately))
            for case_id, *counts in rows
            for before, lately in [(counts[:2], counts[2:])]
        ]

    @api.model
    def _describe(self, before, lately):
        return self.env._(
            "%(kept)s of %(count)s promises kept in %(days)s days, %(before_kept)s of "
            "%(before_count)s in the year before",
            kept=lately.kept,
            count=lately.count,
            days=LATELY,
            before_kept=before.kept,
            before_count=before.count,
        )
