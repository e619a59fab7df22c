from odoo import api, models
from odoo.fields import Domain


class CollectionAlertTriggerKpi(models.AbstractModel):
    """An indicator of the company misses its target in the last month over."""

    _name = "collection.alert.trigger.kpi"
    _inherit = "collection.alert.trigger"
    _description = "Trigger: indicator out of target"

    _is_state = True
    _of_company = True

    @api.model
    def _get_label(self):
        return self.env._("An indicator misses its target")

    @api.model
    def _find(self, rule, company, cases_domain):
        domain = Domain("company_id", "=", company.id) & Domain("scope", "=", "company")
        domain &= Domain("month", "<", company._get_collection_today().replace(day=1))
        if codes := rule._get_codes():
            domain &= Domain("kind_id.code", "in", codes)
        kpis = self.env["collection.kpi"].search(domain, order="month desc")
        last = kpis.filtered(lambda kpi: kpi.month == kpis[0].month)
        missed = last.filtered(lambda kpi: kpi.state == "missed")
        if not missed:
            return {}
        return {
            False: ", ".join(
                self.env._(
                    "%(indicator)s %(value)s, target %(target)s",
                    indicator=kpi.kind_id.name,
                    value=kpi._format_value(),
                    target=kpi._format_figure(kpi.target),
                )
                for kpi in missed
            )
        }
