from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ResCompany(models.Model):
    """How long personal data is kept."""

    _inherit = "res.company"

    collection_retention_years = fields.Integer(
        string="Keep personal data of collection (years)",
        default=3,
        help="After so many years without anything open, the data of a natural person "
        "is to be erased.",
    )
    collection_retention_auto = fields.Boolean(
        string="Erase without asking",
        help="Every month, what is past its time is erased. Off: it is listed, and a "
        "manager is told.",
    )
    collection_accounting_years = fields.Integer(
        string="Keep accounting documents (years)",
        default=10,
        help="The law has accounting documents kept ten years from the end of their "
        "fiscal year (Code de commerce, L123-22): the name they bear stays as long.",
    )

    @api.constrains("collection_retention_years", "collection_accounting_years")
    def _check_collection_retention(self):
        for company in self:
            if company.collection_retention_years < 1:
                raise ValidationError(
                    self.env._(
                        "%s: keep personal data of collection one year at least.",
                        company.name,
                    )
                )
            if company.collection_accounting_years < 1:
                raise ValidationError(
                    self.env._(
                        "%s: keep accounting documents one year at least.", company.name
                    )
                )

    def _get_accounting_end(self, date):
        """Return the last day an accounting document of this date has to be kept."""
        self.ensure_one()
        year_end = self.compute_fiscalyear_dates(date)["date_to"]
        return year_end + relativedelta(years=self.collection_accounting_years)

    def _get_privacy_manager(self):
        """Return the manager who is told what is past its retention."""
        self.ensure_one()
        managers = self.env.ref(
            "l10n_fr_debt_collection.group_collection_manager"
        ).all_user_ids.filtered(lambda user: self in user.company_ids)
        return managers & self.collection_user_id or managers.sorted("id")[:1]

    def _tell_retention(self):
        """Give a manager of each company one task if something is to be erased."""
        counts = dict(
            self.env["collection.case"]._read_group(
                [
                    ("company_id", "in", self.ids),
                    ("retention_due_on", "<=", fields.Date.context_today(self)),
                ],
                ["company_id"],
                ["__count"],
            )
        )
        for company, count in counts.items():
            company._remind_retention(count)

    def _remind_retention(self, count):
        """Tell a manager, in one task on the company's contact, until it is done."""
        self.ensure_one()
        activity_type = "l10n_fr_debt_collection.activity_type_erase"
        note = self.env._(
            "%s debtors are past the retention of their personal data. Erase them from "
            "the list in Debt Collection, Data, Past retention.",
            count,
        )
        asked = self.partner_id.activity_search([activity_type])
        if asked:
            asked.note = note
            return
        self.partner_id.activity_schedule(
            activity_type,
            note=note,
            user_id=self._get_privacy_manager().id,
            automated=True,
        )
