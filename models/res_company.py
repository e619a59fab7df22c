import pytz

from odoo import api, fields, models
from odoo.fields import Domain

DEFAULT_TIMEZONE = "Europe/Paris"


class ResCompany(models.Model):
    _inherit = "res.company"

    collection_scenario_id = fields.Many2one(
        "collection.scenario",
        string="Default scenario",
        domain="[('company_id', 'in', (False, id))]",
        help="Scenario of the debtors that no segment and no person has given another.",
    )
    collection_user_id = fields.Many2one(
        "res.users",
        string="Default collector",
        help="Who receives the calls and tasks of cases without a collector.",
    )
    collection_auto_run = fields.Boolean(
        string="Daily follow-up",
        help="Every morning the scenarios of this company are executed. While this is "
        "off, nothing leaves unless a person executes a run or sends by hand.",
    )
    collection_auto_print = fields.Boolean(
        string="Merge the letters of a run",
        default=True,
        help="At the end of a run all its letters are put in one PDF to print.",
    )
    collection_auto_verify = fields.Boolean(
        string="Nightly verification",
        help="Every night debtors whose data are not verified, or too old, are looked "
        "up in the public registers, the largest debts first.",
    )
    collection_verify_limit = fields.Integer(
        string="Debtors verified a night", default=1000
    )
    collection_log_days = fields.Integer(
        string="Keep run logs (days)",
        default=180,
        help="Explanations of why a case was left out are deleted after so many days. "
        "Actions are never deleted.",
    )

    @api.model
    def _iterate_in_cron(self):
        """Yield each company; commit after it, end when the job's time is over."""
        cron = self.env["ir.cron"]
        companies = self.search(Domain.TRUE)
        cron._commit_progress(remaining=len(companies))
        for company in companies:
            yield company
            if not cron._commit_progress(1):
                return

    def _get_collection_today(self):
        """Return today's date where the company lives (its address's timezone)."""
        self.ensure_one()
        timezone = self.partner_id.tz or DEFAULT_TIMEZONE
        utc_now = pytz.utc.localize(fields.Datetime.now())
        return utc_now.astimezone(pytz.timezone(timezone)).date()
