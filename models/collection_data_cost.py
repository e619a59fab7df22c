from dateutil.relativedelta import relativedelta

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL, format_date

MONTHS = 12
DAYS_IN_YEAR = 365
MINUTES_IN_HOUR = 60
PERCENT = 100
# How contacts end that reached nobody because the data were wrong.
WRONG_OUTCOMES = ("returned", "wrong_number", "wrong_person")
# How proceedings end that brought nothing; claims that came too late.
USELESS_STATES = ("refused", "lapsed")
LOST_STATES = ("late", "rejected")


class CollectionDataCost(models.AbstractModel):
    """What wrong and missing data of debtors cost: in contacts, time, money and claims.

    Contacts, proceedings and claims are those of the last twelve months, issues and
    late debts those of today. Amounts are in the currency of the companies, which they
    share.
    """

    _name = "collection.data.cost"
    _description = "Cost of missing data"

    @api.model
    def _read(self, companies, today):
        """Return ``{"total": amount, "rows": [...]}``, as plain JSON.

        Each row has ``code``, ``label``, ``method``, ``count``, ``amount``, and
        ``action`` and ``domain`` that open what it counts.
        """
        since = today - relativedelta(months=MONTHS)
        rows = [
            self._read_contacts(companies, since),
            self._read_time(companies),
            self._read_late(companies, today),
            self._read_proceedings(companies, since),
            self._read_claims(companies, since),
        ]
        return {
            "since": format_date(self.env, since),
            "total": sum(row["amount"] for row in rows),
            "rows": rows,
        }

    @api.model
    def _row(self, code, label, method, figures, action, domain):
        count, amount = figures
        return {
            "code": code,
            "label": label,
            "method": method,
            "count": count,
            "amount": amount,
            "action": action,
            "domain": list(domain),
        }

    @api.model
    def _read_contacts(self, companies, since):
        domain = (
            Domain("company_id", "in", companies.ids)
            & Domain("date", ">=", since)
            & Domain("state", "in", ("sent", "done"))
            & Domain("outcome", "in", WRONG_OUTCOMES)
        )
        groups = self.env["collection.action"]._read_group(
            domain, ["company_id", "channel"], ["__count"]
        )
        return self._row(
            "contacts",
            self.env._("Useless reminders"),
            self.env._(
                "Letters that came back and calls to wrong numbers or persons, at the "
                "cost of the contact."
            ),
            (
                sum(count for *_owner, count in groups),
                sum(
                    count * company._get_collection_cost(channel)
                    for company, channel, count in groups
                ),
            ),
            "collection_action_action",
            domain,
        )

    @api.model
    def _read_time(self, companies):
        domain = (
            Domain("company_id", "in", companies.ids)
            & Domain("severity", "!=", "info")
            & Domain("case_id.amount_due", ">", 0)
        )
        groups = self.env["collection.data.issue"]._read_group(
            domain, ["company_id"], ["__count"]
        )
        return self._row(
            "time",
            self.env._("Time to complete the files"),
            self.env._(
                "Issues of debtors who owe something, times the minutes that one takes,"
                " at the cost of an hour."
            ),
            (
                sum(count for _company, count in groups),
                sum(
                    count
                    * company.collection_minutes_issue
                    * company.collection_hour_cost
                    / MINUTES_IN_HOUR
                    for company, count in groups
                ),
            ),
            "collection_data_issue_action",
            domain,
        )

    @api.model
    def _read_late(self, companies, today):
        """Read what the money costs that is late at those whom nothing reaches."""
        cases = self.env["collection.case"]
        domain = Domain("company_id", "in", companies.ids) & Domain(
            "amount_overdue_net", ">", 0
        )
        for name in ("reach_phone", "reach_email", "reach_post"):
            domain &= Domain(name, "=", False)
        rows = self.env.execute_query(
            SQL(
                """SELECT company_id, count(*),
                          sum(amount_overdue_net * (%s - overdue_since))
                     FROM collection_case WHERE id IN %s GROUP BY company_id""",
                today,
                cases._search(domain).subselect(),
            )
        )
        return self._row(
            "late",
            self.env._("Money that nobody asks for"),
            self.env._(
                "What is overdue at debtors whom nothing reaches, for the days since, "
                "at the cost of money of the settings."
            ),
            (
                sum(count for _company, count, _days in rows),
                sum(
                    float(days or 0)
                    * self.env["res.company"].browse(company_id).collection_money_rate
                    / PERCENT
                    / DAYS_IN_YEAR
                    for company_id, _count, days in rows
                ),
            ),
            "collection_case_to_enrich_action",
            domain,
        )

    @api.model
    def _read_proceedings(self, companies, since):
        domain = Domain("company_id", "in", companies.ids) & Domain(
            "state", "in", USELESS_STATES
        )
        [[count, amount]] = self.env["collection.proceeding.cost"]._read_group(
            Domain("proceeding_id", "any", domain) & Domain("date", ">=", since),
            aggregates=["proceeding_id:count_distinct", "amount:sum"],
        )
        return self._row(
            "proceedings",
            self.env._("Useless proceedings"),
            self.env._(
                "Costs of proceedings that were dismissed or lapsed: mostly for want of"
                " an address or of the right debtor."
            ),
            (count, amount or 0.0),
            "collection_proceeding_action",
            domain & Domain("cost_ids.date", ">=", since),
        )

    @api.model
    def _read_claims(self, companies, since):
        domain = (
            Domain("company_id", "in", companies.ids)
            & Domain("state", "in", LOST_STATES)
            & Domain("judgment_date", ">=", since)
        )
        [[count, amount]] = self.env["collection.proceeding"]._read_group(
            domain, aggregates=["__count", "amount_due_at_judgment:sum"]
        )
        return self._row(
            "claims",
            self.env._("Claims lost in insolvencies"),
            self.env._("Claims declared too late or rejected, as they were due."),
            (count, amount or 0.0),
            "collection_proceeding_action",
            domain,
        )
