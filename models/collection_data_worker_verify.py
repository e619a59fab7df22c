from odoo import api, fields, models
from odoo.tools import SQL

from ..tools.registries.errors import MalformedError, RefusedError, UnavailableError

INSEE_LOT = 60
# Days before a register is asked again about a debtor it could not verify.
RETRY_DAYS = 30


class CollectionDataWorkerVerify(models.AbstractModel):
    """Verify debtors in the public registers and propose what is missing.

    A register that does not answer leaves the item to do: the job waits and goes on.
    """

    _name = "collection.data.worker.verify"
    _description = "Verification of debtors"
    _inherit = ["collection.data.worker"]

    _batch = 10
    _rank = 10

    @api.model
    def _get_label(self):
        return self.env._("Verify and enrich")

    @api.model
    def _get_codes(self):
        return {
            "verified": self.env._("Verified"),
            "ceased": self.env._("Ceased"),
            "not_found": self.env._("Unknown to the register"),
            "identified": self.env._("SIREN proposed"),
            "not_identified": self.env._("Not found by name"),
            "consumer": self.env._("Consumer: address checked only"),
            "no_register": self.env._("Abroad without VAT number"),
            "refused": self.env._("Refused by the register"),
            "malformed": self.env._("Answer not understood"),
            "unknown": self.env._("The service could not tell"),
        }

    @api.model
    def _sql_default_choice(self, job):
        """The debtors who owe something and whose data are not verified, or too old.

        Those about whom a register could say nothing lately give way to the others.
        """
        today = job.company_id._get_collection_today()
        self.env["res.partner"].flush_model(["enrichment_date"])
        return SQL(
            """c.amount_due > 0
               AND COALESCE(c.registry_asked_on, '-infinity') < %(asked)s
               AND EXISTS (
                   SELECT FROM res_partner p WHERE p.id = c.partner_id
                      AND COALESCE(p.enrichment_date, '-infinity') < %(oldest)s)""",
            asked=fields.Date.subtract(today, days=RETRY_DAYS),
            oldest=fields.Date.subtract(
                today, days=job.company_id.collection_data_max_age
            ),
        )

    @api.model
    def _work(self, job, items):
        asked = items.browse()
        items.case_id.filtered("review_pending")._refresh_quality()
        self._read_ahead(items.case_id)
        for item in items:
            try:
                self._verify(job, item)
            except UnavailableError:
                if not asked:
                    raise
                # What is done is committed; the next batch meets the service again.
                break
            asked += item
        self._check_addresses(job, asked)
        asked.case_id._mark_registry_asked()
        asked.case_id._request_review()

    @api.model
    def _verify(self, job, item):
        service = self.env["collection.registry.service"]
        try:
            code, detail = self.env["collection.enrichment"]._verify(item.case_id, job)
        except RefusedError as error:
            item._failed(service._explain_error(error), "refused")
        except MalformedError as error:
            # A page of maintenance, or one odd record: time will tell.
            item._postpone(service._explain_error(error), "malformed")
        else:
            if code == "unknown":
                item._postpone(detail, code)
            else:
                item._done(code, detail)

    @api.model
    def _check_addresses(self, job, items):
        """Check the addresses of these debtors, if the address base answers.

        Of a consumer there is nothing else to verify: he or she waits for it.
        """
        items = items.filtered(lambda item: item.state == "done")
        try:
            self.env["collection.enrichment"]._check_addresses(items.case_id, job)
        except (UnavailableError, MalformedError) as error:
            message = self.env["collection.registry.service"]._explain_error(error)
            items.filtered(lambda item: item.code == "consumer")._postpone(message)
        except RefusedError as error:
            message = self.env["collection.registry.service"]._explain_error(error)
            items.filtered(lambda item: item.code == "consumer")._failed(
                message, "refused"
            )

    @api.model
    def _read_ahead(self, cases):
        """Ask INSEE about a whole lot in one call, where there is a key.

        The records then are fresh and nothing is asked one by one; directors are what
        INSEE does not tell.
        """
        service = self.env["collection.registry.service"]
        sirens = {case.siren for case in cases if case.siren}
        if len(sirens) < 2 or not service._is_ready("insee"):
            return
        records = self.env["collection.registry.record"]._get_for(sirens)
        stale = [siren for siren, record in records.items() if not record._is_fresh()]
        try:
            companies = service._call("insee", "companies", stale) if stale else {}
        except (UnavailableError, RefusedError, MalformedError):
            return
        for siren, company in companies.items():
            records[siren]._store(company)

    @api.model
    def _get_batch_size(self):
        is_ready = self.env["collection.registry.service"]._is_ready("insee")
        return INSEE_LOT if is_ready else self._batch

    # === CRONS === #

    @api.model
    def _cron_verify(self):
        """Verify every night the debtors who wait for it, the largest debts first."""
        companies = self.env["res.company"].search(
            [("collection_auto_verify", "=", True)]
        )
        for company in companies:
            self.env["collection.data.job"]._start(
                "verify", company, limit=company.collection_verify_limit
            )
