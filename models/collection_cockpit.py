from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Domain

MONTHS = 12
TOP_DEBTORS = 20
TOP_ALERTS = 6
# Tiles, in their order; what is not measured has none.
TILES = (
    "recovery_rate",
    "payment_delay",
    "unpaid_rate",
    "dispute_rate",
    "dso",
    "collection_effectiveness",
    "overdue_share",
    "cost_rate",
)
WAITING_STATES = ("to_validate", "todo")


class CollectionCockpit(models.AbstractModel):
    """The home of managers: indicators against their targets, money, work, alerts.

    It reads what the nights have stored, in a fixed number of grouped reads, for the
    companies that are chosen and keep their books in the currency of the current one.
    Indicators are those of the current company.
    """

    _name = "collection.cockpit"
    _description = "Home of collection managers"

    @api.model
    def get_dashboard(self):
        """Return the figures as plain JSON.

        Amounts are in the currency of the current company, rates in percent.

        :raises AccessError: when the user may not read cases
        """
        cases = self.env["collection.case"]
        cases.check_access("read")
        observatory = self.env["collection.observatory"]
        companies = cases._get_dashboard_companies()
        domain = Domain("company_id", "in", companies.ids)
        today = self.env.company._get_collection_today()
        figures = observatory._read_cases(domain)
        return {
            **figures,
            "domain": list(domain),
            "currency_id": self.env.company.currency_id.id,
            "computed_on": observatory._get_computed_on(companies),
            "predicted": observatory._read_predicted_ageing(companies),
            "cash": observatory._read_cash(domain, today),
            "indicators": self._read_indicators(),
            "efforts": self._read_efforts(domain, today),
            "debtors": self._read_debtors(domain),
            "alerts": self._read_alerts(domain),
            "work": self._read_work(domain, today),
            "quality": cases._read_reach(cases._get_dashboard_domain()),
            "data_cost": self.env["collection.data.cost"]._read(companies, today),
        }

    # === INDICATORS === #

    @api.model
    def _read_indicators(self):
        """Return the last month measured of each tile, with the months before."""
        today = self.env.company._get_collection_today()
        kpis = self.env["collection.kpi"].search(
            Domain("company_id", "=", self.env.company.id)
            & Domain("month", ">=", today - relativedelta(months=MONTHS + 1))
            & Domain("scope", "=", "company")
            & Domain("kind_id.code", "in", TILES)
            & Domain("has_value", "=", True),
            order="month",
        )
        by_code = kpis.grouped(lambda kpi: kpi.kind_id.code)
        return [
            self._describe_indicator(by_code[code]) for code in TILES if code in by_code
        ]

    @api.model
    def _describe_indicator(self, history):
        last = history[-1]
        before = history[-2] if len(history) > 1 else None
        return {
            "id": last.id,
            "kind_id": last.kind_id.id,
            "code": last.kind_id.code,
            "label": last.kind_id.name,
            "unit": last.unit,
            "value": last.value,
            "is_more": last.is_more,
            "before": before.value if before else None,
            "better": last.kind_id.better,
            "target": last.target,
            "state": last.state,
            "month": fields.Date.to_string(last.month),
            "method": last.method,
            "history": history.mapped("value"),
        }

    # === EFFORT AND RESULT === #

    @api.model
    def _read_efforts(self, domain, today):
        """Return contacts made and what was cashed after them, by month."""
        first = today.replace(day=1) - relativedelta(months=MONTHS - 1)
        rows = self.env["collection.action.result"]._read_group(
            domain & Domain("date", ">=", first),
            ["date:month"],
            ["count:sum", "amount_cashed:sum"],
        )
        groups = {month: (count, cashed) for month, count, cashed in rows}
        months = [first + relativedelta(months=number) for number in range(MONTHS)]
        return [
            {
                "month": fields.Date.to_string(month),
                "contacts": groups.get(month, (0, 0))[0] or 0,
                "cashed": groups.get(month, (0, 0))[1] or 0,
            }
            for month in months
        ]

    # === DEBTORS, ALERTS, WORK === #

    @api.model
    def _read_debtors(self, domain):
        """Return those who owe most that is overdue."""
        cases = self.env["collection.case"].search(
            domain & Domain("amount_overdue_net", ">", 0),
            order="amount_overdue_net desc, id",
            limit=TOP_DEBTORS,
        )
        levels = dict(cases._fields["risk_level"]._description_selection(self.env))
        states = dict(cases._fields["state"]._description_selection(self.env))
        return [
            {
                "id": case.id,
                "name": case.partner_id.display_name,
                "overdue": case.amount_overdue_net,
                "days": case.days_overdue,
                "risk_level": case.risk_level,
                "risk": levels.get(case.risk_level, ""),
                "state": states.get(case.state, ""),
                "next": case.next_step_id.name or "",
            }
            for case in cases
        ]

    @api.model
    def _read_alerts(self, domain):
        alerts = self.env["collection.alert"]
        waiting = domain & Domain("state", "in", ("open", "waiting"))
        groups = alerts._read_group(
            waiting, ["rule_id"], ["__count", "amount:sum"], order="__count desc"
        )
        return {
            "count": sum(count for _rule, count, _amount in groups),
            "rows": [
                {
                    "rule_id": rule.id,
                    "label": rule.name,
                    "count": count,
                    "amount": amount or 0,
                }
                for rule, count, amount in groups[:TOP_ALERTS]
            ],
        }

    @api.model
    def _read_work(self, domain, today):
        """Return what waits to be done today, by channel, and what waits for a yes."""
        actions = self.env["collection.action"]
        labels = dict(actions._fields["channel"]._description_selection(self.env))
        due = domain & Domain("date", "<=", today)
        groups = actions._read_group(
            due & Domain("state", "in", WAITING_STATES),
            ["state", "channel"],
            ["__count", "amount:sum"],
        )
        return [
            {
                "state": state,
                "channel": channel,
                "label": labels.get(channel, channel),
                "count": count,
                "amount": amount or 0,
            }
            for state, channel, count, amount in sorted(
                groups, key=lambda row: (row[0] != "to_validate", -row[2])
            )
        ]
