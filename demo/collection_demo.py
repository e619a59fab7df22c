import base64
import logging

from odoo import Command, api, fields, models
from odoo.api import SUPERUSER_ID
from odoo.tools import file_open

from .references import BANK, COMPANY, IBAN

_logger = logging.getLogger(__name__)

MODULE = "l10n_fr_debt_collection"
LOADED_PARAMETER = f"{MODULE}.demo_company_id"
LOGO = f"{MODULE}/demo/atelier_lumiere.png"
QUIET = {
    "lang": "fr_FR",
    "tracking_disable": True,
    "mail_create_nosubscribe": True,
    "mail_auto_subscribe_no_notify": True,
    "no_reset_password": True,
}


class CollectionDemo(models.AbstractModel):
    """Loads a French manufacturer of lamps and its debtors, once.

    The documents are made by Odoo's own methods, in batches, and dated from the day of
    loading. Each theme has its file: directory, ledger, history.
    """

    _name = "collection.demo"
    _description = "Debt collection demo data"

    # === ENTRY POINT === #

    @api.model
    def _load_demo(self):
        """Load everything; a second call changes nothing."""
        if self._is_loaded():
            return
        loader = self.with_user(SUPERUSER_ID).with_context(**QUIET)
        loader._activate_languages()
        # A company that becomes French must not install further modules half-way.
        company = loader.with_context(install_mode=True)._prepare_company()
        loader = loader.with_company(company).with_context(
            allowed_company_ids=company.ids
        )
        today = fields.Date.context_today(loader)
        loader._load_directory(company)
        invoices = loader._load_ledger(today)
        loader._load_collection_history(today, invoices)
        loader._load_agreements(today, invoices)
        loader._load_payment_order(today, invoices)
        loader._load_insolvency(today, invoices)
        loader._load_steering(today)
        loader._close_directory()
        loader._set_loaded(company)
        _logger.info("Demo data of %s loaded", company.name)

    def _is_loaded(self):
        parameters = self.env["ir.config_parameter"].sudo()
        return bool(parameters.get_param(LOADED_PARAMETER))

    def _set_loaded(self, company):
        parameters = self.env["ir.config_parameter"].sudo()
        parameters.set_param(LOADED_PARAMETER, company.id)

    # === NAMED RECORDS === #

    def _create_named(self, model, prefix, values_by_key):
        """Create records with an external id, in one batch.

        :return: ``{key: record}``
        """
        records = self.env[model]._load_records(
            [
                {
                    "xml_id": f"{MODULE}.demo_{prefix}_{key}",
                    "values": values,
                    "noupdate": True,
                }
                for key, values in values_by_key.items()
            ]
        )
        return dict(zip(values_by_key, records, strict=True))

    def _get_named(self, prefix, key):
        # Not env.ref, which asks the database at each call whether the record exists.
        model, record_id = self.env["ir.model.data"]._xmlid_to_res_model_res_id(
            f"{MODULE}.demo_{prefix}_{key}", raise_if_not_found=True
        )
        return self.env[model].browse(record_id)

    # === COMPANY === #

    def _activate_languages(self):
        """Have French, with its translations, and English, for customers abroad."""
        languages = self.env["res.lang"]
        if "fr_FR" not in dict(languages.get_installed()):
            french = languages._activate_lang("fr_FR")
            self.env["base.language.install"].create(
                {"lang_ids": [Command.set(french.ids)]}
            ).lang_install()
        languages._activate_lang("en_US")

    def _prepare_company(self):
        """Return Atelier Lumière: the main company if it is unused, else a new one."""
        main = self.env.ref("base.main_company")
        company = main if self._can_take_over(main) else self._create_company()
        if not company.chart_template:
            # The private method: try_loading warns while modules are being loaded.
            self.env["account.chart.template"]._load("fr", company, install_demo=False)
        company.write(self._prepare_identity())
        company.partner_id.lang = "fr_FR"
        self._prepare_bank(company)
        self._prepare_currencies(company)
        return company

    def _can_take_over(self, company):
        """Is this a company that has no entries and is, or may become, French?"""
        if company._existing_accounting() or company.currency_id.name != "EUR":
            return False
        if company.chart_template:
            return company.chart_template == "fr"
        # While modules are being loaded Odoo may still have a chart in store for it.
        return self.env.registry.ready and company.country_id.code in (False, "FR")

    def _create_company(self):
        euro = self.env.ref("base.EUR")
        euro.active = True
        company = self.env["res.company"].create(
            {
                "name": COMPANY["name"],
                "country_id": self.env.ref("base.fr").id,
                "currency_id": euro.id,
            }
        )
        self.env.ref("base.user_admin").company_ids = [Command.link(company.id)]
        return company

    def _prepare_identity(self):
        with file_open(LOGO, "rb") as logo:
            image = base64.b64encode(logo.read())
        return COMPANY | {
            "country_id": self.env.ref("base.fr").id,
            "logo": image,
            "account_use_credit_limit": True,
            "external_report_layout_id": self.env.ref(
                "web.external_layout_standard"
            ).id,
        }

    def _prepare_bank(self, company):
        """Give the bank journal a valid IBAN, which invoices and reminders print."""
        journal = self._get_journal("bank", company)
        bank = self._create_named("res.bank", "bank", {"main": BANK})["main"]
        if not journal.bank_account_id:
            journal.set_bank_account(IBAN, bank.id)
        journal.bank_account_id.allow_out_payment = True

    def _get_journal(self, journal_type, company=None):
        return self.env["account.journal"].search(
            [
                ("type", "=", journal_type),
                ("company_id", "=", (company or self.env.company).id),
            ],
            limit=1,
        )

    def _prepare_currencies(self, company):
        """Give the dollar a rate a month over the period of the demo."""
        dollar = self.env.ref("base.USD")
        dollar.active = True
        first = fields.Date.start_of(fields.Date.context_today(self), "month")
        months = [fields.Date.subtract(first, months=n) for n in range(27)]
        known = dollar.rate_ids.filtered(lambda rate: rate.company_id == company)
        self.env["res.currency.rate"].create(
            [
                {
                    "currency_id": dollar.id,
                    "company_id": company.id,
                    "name": month,
                    "rate": 1.08 + (month.month * 7 % 12) / 100,
                }
                for month in months
                if month not in known.mapped("name")
            ]
        )
