from collections import defaultdict
from functools import lru_cache

from odoo import api, fields, models

from ..tools.emails import MailDomains, clean_email


@lru_cache(maxsize=1)
def _get_mail_domains(_job_id):
    """Return the one that knows the domains a job has already asked about."""
    return MailDomains()


class CollectionDataWorkerClean(models.AbstractModel):
    """Cleans debtors and their contacts: regular writing, domains that take mail.

    What would change becomes a proposal; rules or persons decide.
    """

    _name = "collection.data.worker.clean"
    _inherit = ["collection.data.worker"]
    _description = "Data job: cleaning"

    _batch = 200
    _rank = 20

    @api.model
    def _get_label(self):
        return self.env._("Cleaning")

    @api.model
    def _get_codes(self):
        return {
            "regular": self.env._("Already regular"),
            "proposed": self.env._("With something to clean"),
            "dead_domain": self.env._("E-mail domain that takes no mail"),
        }

    @api.model
    def _work(self, job, items):
        contacts = items.case_id.contact_ids
        proposals = self._propose(job, contacts)
        dead = self._check_mail_domains(job, contacts)
        touched_ids = set(proposals.partner_id.commercial_partner_id.ids)
        dead_ids = set(dead.commercial_partner_id.ids)
        by_code = items.grouped(
            lambda item: self._get_code(
                item.case_id.partner_id.id, dead_ids, touched_ids
            )
        )
        for code, group in by_code.items():
            group._done(code)

    @api.model
    def _get_code(self, debtor_id, dead_ids, touched_ids):
        if debtor_id in dead_ids:
            return "dead_domain"
        return "proposed" if debtor_id in touched_ids else "regular"

    @api.model
    def _propose(self, job, contacts):
        vals_list = contacts._prepare_cleaning_proposals()
        return self.env["collection.enrichment.proposal"]._propose(
            [{**vals, "job_id": job.id} for vals in vals_list]
        )

    @api.model
    def _check_mail_domains(self, job, contacts):
        """Note which addresses belong to a dead domain; return their contacts.

        A question nobody could answer changes nothing.
        """
        by_answer = defaultdict(contacts.browse)
        domains = _get_mail_domains(job.id)
        for contact in contacts:
            address = clean_email(contact.email).address
            if address:
                answer = domains.check(address.rpartition("@")[2])
                by_answer[answer] |= contact
        dead = by_answer["dead"]
        dead.filtered(
            lambda contact: not contact.collection_email_dead_on
        ).collection_email_dead_on = fields.Date.context_today(job)
        by_answer["ok"].filtered(
            "collection_email_dead_on"
        ).collection_email_dead_on = False
        return dead
