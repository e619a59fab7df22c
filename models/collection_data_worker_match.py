from odoo import api, models
from odoo.tools import SQL, split_every

from ..tools.duplicates import Contact, find_duplicates
from ..tools.emails import clean_email
from ..tools.identifiers import check
from ..tools.phones import clean_phone

COMMIT_EVERY = 200


class CollectionDataWorkerMatch(models.AbstractModel):
    """Looks for duplicates among the debtors and customers of a company.

    Run twice it finds the same groups and changes nothing; a group that is no longer
    found goes, one whose contacts change is brought up to date.
    """

    _name = "collection.data.worker.match"
    _inherit = ["collection.data.worker"]
    _description = "Data job: duplicates"

    _rank = 30

    @api.model
    def _get_label(self):
        return self.env._("Duplicates")

    @api.model
    def _fill(self, job):
        """Contacts are compared with each other: there is nothing to go through."""

    @api.model
    def _run(self, job):
        groups = self.env["collection.duplicate.group"].with_company(job.company_id)
        found = find_duplicates(self._read_contacts(job.company_id))
        clusters = groups._get_clusters(job.company_id, found)
        kept = groups.browse()
        for batch in split_every(COMMIT_EVERY, clusters):
            kept |= groups._store_clusters(job.company_id, batch)
            yield len(kept), len(clusters)
        groups._forget_others(job.company_id, kept)

    @api.model
    def _read_contacts(self, company):
        """Return the customers and debtors of ``company`` as the comparison wants."""
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """SELECT partner.id, partner.name, partner.zip, partner.street,
                          partner.city, partner.is_company,
                          partner.company_registry, partner.vat,
                          partner.email_normalized, partner.email,
                          partner.phone, COALESCE(country.code, %(country)s)
                     FROM res_partner partner
                     LEFT JOIN res_country country ON country.id = partner.country_id
                    WHERE partner.active
                      AND partner.commercial_partner_id = partner.id
                      AND (partner.company_id IS NULL
                           OR partner.company_id = %(company)s)
                      AND NOT EXISTS (
                          SELECT FROM res_company own
                           WHERE own.partner_id = partner.id)
                      AND (partner.customer_rank > 0
                           OR EXISTS (SELECT FROM collection_case c
                                       WHERE c.partner_id = partner.id
                                         AND c.company_id = %(company)s))
                    ORDER BY partner.id""",
                company=company.id,
                country=company.country_id.code or "FR",
            )
        )
        return [self._make_contact(*row) for row in rows]

    @api.model
    def _make_contact(self, partner_id, name, postcode, street, town, is_company, *row):
        registry, vat, plain_email, email, phone, country = row
        identifiers = check(registry, vat, country)
        number = clean_phone(phone, country)
        return Contact(
            partner_id,
            name=name or "",
            postcode=postcode or "",
            street=street or "",
            town=town or "",
            siren=identifiers.siren,
            vat=identifiers.vat,
            # What Odoo cannot read as one address may still hold one.
            email=plain_email or clean_email(email).address,
            phones=tuple(filter(None, (number.e164, *number.others))),
            is_company=bool(is_company),
        )
