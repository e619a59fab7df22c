from dateutil.relativedelta import relativedelta

from odoo import api, models


class CollectionAlertTriggerScore(models.AbstractModel):
    """The risk score is higher by so many points than a month ago."""

    _name = "collection.alert.trigger.score"
    _inherit = "collection.alert.trigger"
    _description = "Trigger: rise of the risk"

    _is_state = True

    @api.model
    def _get_label(self):
        return self.env._("The risk score rises")

    @api.model
    def _find(self, rule, company, cases_domain):
        cases = self._get_cases(rule, company, cases_domain)
        month = company._get_collection_today().replace(day=1)
        before = dict(
            self.env["collection.risk.history"]._read_group(
                [
                    ("case_id", "in", cases.ids),
                    ("month", "=", month - relativedelta(months=1)),
                ],
                ["case_id"],
                ["risk_score:max"],
            )
        )
        return {
            case.id: self.env._(
                "Risk score %(now)s, %(before)s a month ago",
                now=case.risk_score,
                before=before[case],
            )
            for case in cases.with_env(self.env)
            if case in before and case.risk_score - before[case] >= rule.threshold
        }
