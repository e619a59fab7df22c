from odoo import api, models
from odoo.fields import Domain

REACHES = ("reach_phone", "reach_email", "reach_post")
TOP_ISSUES = 8


class CollectionCase(models.Model):
    """The dashboard of data quality: what the data are worth, in debtors and amounts.

    It counts the cases that are owed something, in the companies that are chosen and
    keep their books in the same currency as the current one.
    """

    _inherit = "collection.case"

    @api.model
    def get_quality_dashboard(self):
        """Return the figures of the dashboard as plain JSON.

        Amounts are overdue amounts in the currency of the current company. ``domain``
        is what the figures count; each tile adds its own condition.
        """
        domain = self._get_dashboard_domain()
        reach = self._read_reach(domain)
        return {
            "domain": list(domain),
            "currency_id": self.env.company.currency_id.id,
            "total": reach["total"],
            "reach": reach,
            "scores": self._read_scores(domain),
            "statuses": self._read_statuses(domain),
            "issues": self._read_issues(domain),
            "waiting": self._read_waiting(),
            "paused": self._read_paused_services(),
            "not_assessed": self.search_count(
                domain & Domain("quality_date", "=", False)
            ),
        }

    @api.model
    def _get_dashboard_companies(self):
        currency = self.env.company.currency_id
        return self.env.companies.filtered(
            lambda company: company.currency_id == currency
        )

    @api.model
    def _get_dashboard_domain(self):
        return Domain("company_id", "in", self._get_dashboard_companies().ids) & Domain(
            "amount_due", ">", 0
        )

    @api.model
    def _read_reach(self, domain):
        """Return the figures of each way to reach, of all ways and of none."""
        groups = self._read_group(domain, REACHES, ["__count", "amount_overdue:sum"])
        kinds = {
            "total": lambda _ways: True,
            "phone": lambda ways: ways[0],
            "email": lambda ways: ways[1],
            "post": lambda ways: ways[2],
            "all": all,
            "none": lambda ways: not any(ways),
        }
        return {
            kind: self._sum_figures(
                (count, amount) for *ways, count, amount in groups if fits(ways)
            )
            for kind, fits in kinds.items()
        }

    @api.model
    def _sum_figures(self, figures):
        figures = list(figures)
        return {
            "count": sum(count for count, _amount in figures),
            "amount": sum(amount or 0 for _count, amount in figures),
        }

    @api.model
    def _read_scores(self, domain):
        """Return the mean score of businesses (public bodies too) and consumers."""
        assessed = domain & Domain("quality_date", "!=", False)
        is_business = Domain("debtor_type", "in", ("business", "public"))
        scores = {}
        for kind, condition in (("business", is_business), ("consumer", ~is_business)):
            [(count, score)] = self._read_group(
                assessed & condition, [], ["__count", "quality_score:avg"]
            )
            scores[kind] = {"count": count, "score": round(score or 0)}
        return scores

    @api.model
    def _read_statuses(self, domain):
        labels = self.env["res.partner"]._fields["enrichment_status"]
        found = {
            status or "to_check": (count, amount)
            for status, count, amount in self._read_group(
                domain,
                ["enrichment_status"],
                ["__count", "amount_overdue:sum"],
            )
        }
        return [
            {"code": code, "label": label} | self._sum_figures([found[code]])
            for code, label in labels._description_selection(self.env)
            if code in found
        ]

    @api.model
    def _read_issues(self, domain):
        issues = self.env["collection.data.issue"]
        labels = dict(issues._fields["code"]._description_selection(self.env))
        groups = issues._read_group(
            Domain("case_id", "any", domain) & Domain("severity", "!=", "info"),
            ["code"],
            ["__count", "amount_overdue:sum"],
        )
        rows = [
            {"code": code, "label": labels[code]} | self._sum_figures([(count, amount)])
            for code, count, amount in groups
        ]
        rows.sort(key=lambda row: (-row["amount"], -row["count"], row["code"]))
        return rows[:TOP_ISSUES]

    @api.model
    def _read_waiting(self):
        """Return how much waits for a decision: proposals, announcements, duplicates.

        :return: ``[{code, label, count, action}]``
        """
        company = Domain("company_id", "in", self._get_dashboard_companies().ids)
        rows = (
            (
                "proposals",
                self.env._("Proposals to decide"),
                "collection.enrichment.proposal",
                Domain("state", "=", "pending"),
            ),
            (
                "events",
                self.env._("Announcements to read"),
                "collection.registry.event",
                Domain("state", "=", "new"),
            ),
            (
                "duplicates",
                self.env._("Possible duplicates"),
                "collection.duplicate.group",
                Domain("state", "=", "new"),
            ),
        )
        return [
            {
                "code": code,
                "label": label,
                "model": model,
                "count": self.env[model].search_count(company & domain),
                "domain": list(company & domain),
            }
            for code, label, model, domain in rows
        ]

    @api.model
    def _read_paused_services(self):
        services = self.env["collection.registry.service"].search(Domain.TRUE)
        return [
            {"name": service.name, "reason": service._explain()}
            for service in services
            if service.state == "paused"
        ]
