from odoo import fields, models
from odoo.exceptions import AccessError

MANAGER = "l10n_fr_debt_collection.group_collection_manager"


class DigestDigest(models.Model):
    """Debt collection in the digest that Odoo sends to managers."""

    _inherit = "digest.digest"

    kpi_collection_cashed = fields.Boolean("Cashed from customers")
    kpi_collection_cashed_value = fields.Monetary(
        compute="_compute_kpi_collection_cashed_value"
    )
    kpi_collection_overdue = fields.Boolean("Overdue of customers")
    kpi_collection_overdue_value = fields.Monetary(
        compute="_compute_kpi_collection_overdue_value"
    )
    kpi_collection_contacts = fields.Boolean("Contacts made")
    kpi_collection_contacts_value = fields.Integer(
        compute="_compute_kpi_collection_contacts_value"
    )
    kpi_collection_promises = fields.Boolean("Promises kept")
    kpi_collection_promises_value = fields.Integer(
        compute="_compute_kpi_collection_promises_value"
    )
    kpi_collection_disputes = fields.Boolean("Disputes opened")
    kpi_collection_disputes_value = fields.Integer(
        compute="_compute_kpi_collection_disputes_value"
    )
    kpi_collection_alerts = fields.Boolean("Alerts raised")
    kpi_collection_alerts_value = fields.Integer(
        compute="_compute_kpi_collection_alerts_value"
    )

    # === COMPUTE METHODS === #

    def _compute_kpi_collection_cashed_value(self):
        self._read_collection_ledger(
            "kpi_collection_cashed_value",
            lambda ledger, company, first_day, last_day: ledger._read_cashed(
                company, first_day, last_day
            ),
        )

    def _compute_kpi_collection_overdue_value(self):
        self._read_collection_ledger(
            "kpi_collection_overdue_value",
            lambda ledger, company, _first_day, last_day: ledger._read_overdue(
                company, last_day
            ),
        )

    def _compute_kpi_collection_contacts_value(self):
        self._count_collection(
            "collection.action",
            "kpi_collection_contacts_value",
            "sent_date",
            [("state", "in", ("sent", "done"))],
        )

    def _compute_kpi_collection_promises_value(self):
        self._count_collection(
            "collection.promise",
            "kpi_collection_promises_value",
            "date_closed",
            [("state", "=", "kept")],
        )

    def _compute_kpi_collection_disputes_value(self):
        self._count_collection(
            "collection.dispute", "kpi_collection_disputes_value", "date_opened"
        )

    def _compute_kpi_collection_alerts_value(self):
        self._count_collection(
            "collection.alert", "kpi_collection_alerts_value", "date"
        )

    # === HELPERS === #

    def _read_collection_ledger(self, field_name, read):
        """Write ``read(ledger, company, first day, last day)`` into each digest."""
        self._check_collection_manager()
        start, end, companies = self._get_kpi_compute_parameters()
        first_day, last_day = fields.Date.to_date(start), fields.Date.to_date(end)
        # Managers of collection need not read journal items.
        ledger = self.env["collection.kpi.ledger"].sudo()
        values = {
            company: read(ledger, company, first_day, last_day) for company in companies
        }
        for digest in self:
            digest[field_name] = values[digest.company_id or self.env.company]

    def _count_collection(self, model, field_name, date_field, domain=None):
        self._check_collection_manager()
        self._calculate_company_based_kpi(
            model, field_name, date_field=date_field, additional_domain=domain
        )

    def _check_collection_manager(self):
        """Raise for others: core leaves the figure out of their digest."""
        if not self.env.user.has_group(MANAGER):
            raise AccessError(
                self.env._("Only managers of debt collection read these figures.")
            )

    def _compute_kpis_actions(self, company, user):
        home = "l10n_fr_debt_collection.collection_cockpit_action"
        actions = {
            "cashed": home,
            "overdue": "l10n_fr_debt_collection.collection_ageing_action",
            "contacts": "l10n_fr_debt_collection.collection_action_action",
            "promises": "l10n_fr_debt_collection.collection_promise_action",
            "disputes": "l10n_fr_debt_collection.collection_dispute_action",
            "alerts": "l10n_fr_debt_collection.collection_alert_action",
        }
        return super()._compute_kpis_actions(company, user) | {
            f"kpi_collection_{name}": action for name, action in actions.items()
        }
