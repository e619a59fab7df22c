from odoo import api, models
from odoo.tools import SQL

from ..tools.address_cleaning import PostalParts
from ..tools.data_quality import Debtor, Person

DIRTY_KEY = "l10n_fr_debt_collection.quality"
# Above so many debtors a transaction leaves the work to the review job.
AT_ONCE = 100


class CollectionQuality(models.AbstractModel):
    """Reads what the file holds of many debtors, and notes whose file has changed."""

    _name = "collection.quality"
    _description = "Quality of the data of debtors"

    # === MARKING === #

    @api.model
    def _mark_partners(self, partner_ids):
        """Have these debtors (commercial partners) assessed at commit."""
        if not partner_ids:
            return
        precommit = self.env.cr.precommit
        if DIRTY_KEY not in precommit.data:
            precommit.data[DIRTY_KEY] = set()
            # Whoever edits contacts has them assessed, with or without access to cases.
            precommit.add(self.sudo()._refresh_marked)
        precommit.data[DIRTY_KEY].update(partner_ids)

    @api.model
    def _refresh_marked(self):
        """Assess the few debtors the transaction has touched; many wait for a job."""
        partner_ids = self.env.cr.precommit.data.pop(DIRTY_KEY, None)
        if not partner_ids:
            return
        cases = self.env["collection.case"].search(
            [("partner_id", "in", list(partner_ids))]
        )
        if len(cases) > AT_ONCE:
            cases._request_review()
        else:
            cases._refresh_quality()
            self.env.flush_all()

    # === READING === #

    @api.model
    def _read_debtors(self, cases):
        """Return ``{debtor id: tools.data_quality.Debtor}`` in three queries."""
        self._flush_sources()
        partner_ids = list(set(cases.partner_id.ids))
        people = self._read_people(partner_ids)
        pending = self._count_pending(partner_ids)
        return {
            row["id"]: self._make_debtor(row, people, pending.get(row["id"], 0))
            for row in self._read_rows(partner_ids)
        }

    @api.model
    def _flush_sources(self):
        self.env["res.partner"].flush_model()
        self.env["collection.case"].flush_model()
        self.env["collection.registry.record"].flush_model()
        self.env["collection.enrichment.proposal"].flush_model()
        self.env["mail.blacklist"].flush_model()
        self.env["res.company"].flush_model(["collection_data_max_age"])

    @api.model
    def _read_rows(self, partner_ids):
        # A debtor of several companies is stale when the strictest of them says so.
        today = self.env.company._get_collection_today()
        self.env.cr.execute(
            SQL(
                """SELECT partner.id, partner.company_registry, partner.vat,
                          partner.enrichment_date AS verified_on,
                          partner.collection_vat_invalid_on IS NOT NULL AS vat_refused,
                          max(record.state) AS register,
                          bool_or(record.struck_off_on IS NOT NULL) AS struck_off,
                          bool_or(c.debtor_type IN ('business', 'public')) AS business,
                          %(today)s::date - min(company.collection_data_max_age)
                              AS fresh_from
                     FROM res_partner partner
                     JOIN collection_case c ON c.partner_id = partner.id
                     JOIN res_company company ON company.id = c.company_id
                LEFT JOIN collection_registry_record record
                       ON record.id = c.registry_record_id
                      AND record.siren = c.siren
                    WHERE partner.id = ANY(%(partner_ids)s)
                 GROUP BY partner.id""",
                today=today,
                partner_ids=partner_ids,
            )
        )
        return self.env.cr.dictfetchall()

    @api.model
    def _read_people(self, partner_ids):
        """Return ``{debtor id: [(person row)]}``, the debtor itself included."""
        self.env.cr.execute(
            SQL(
                """SELECT partner.id, partner.commercial_partner_id AS debtor_id,
                          partner.name, partner.collection_role AS role,
                          partner.type = 'invoice' AS is_invoice,
                          partner.phone, partner.email, partner.street,
                          partner.street2, partner.zip, partner.city,
                          country.code AS country,
                          CASE WHEN partner.message_bounce > 0 THEN 'bounce'
                               WHEN blacklist.id IS NOT NULL THEN 'blacklist'
                               WHEN partner.collection_email_dead_on IS NOT NULL
                                   THEN 'dead'
                               ELSE '' END AS email_block,
                          partner.collection_phone_wrong_on IS NOT NULL
                              AS phone_is_wrong,
                          partner.collection_letter_returned_on IS NOT NULL
                              AND COALESCE(partner.collection_letter_returned_reason,
                                           'npai') IN ('npai', 'incomplete')
                              AS letter_is_returned
                     FROM res_partner partner
                LEFT JOIN res_country country ON country.id = partner.country_id
                LEFT JOIN mail_blacklist blacklist
                       ON blacklist.email = partner.email_normalized
                      AND blacklist.active
                    WHERE partner.commercial_partner_id = ANY(%(partner_ids)s)
                      AND (partner.active OR partner.id = ANY(%(partner_ids)s))
                      AND (partner.id = partner.commercial_partner_id
                           OR partner.collection_role IS NOT NULL
                           OR partner.type = 'invoice')
                 ORDER BY partner.id""",
                partner_ids=partner_ids,
            )
        )
        people = {}
        for row in self.env.cr.dictfetchall():
            people.setdefault(row["debtor_id"], []).append(row)
        return people

    @api.model
    def _count_pending(self, partner_ids):
        """Return ``{debtor id: values offered in place of others}``."""
        return dict(
            self.env.execute_query(
                SQL(
                    """SELECT partner.commercial_partner_id, count(*)
                         FROM collection_enrichment_proposal proposal
                         JOIN res_partner partner ON partner.id = proposal.partner_id
                        WHERE proposal.state = 'pending'
                          AND COALESCE(proposal.old_value, '') <> ''
                          AND partner.commercial_partner_id = ANY(%s)
                     GROUP BY partner.commercial_partner_id""",
                    partner_ids,
                )
            )
        )

    @api.model
    def _make_debtor(self, row, people, pending):
        persons = {
            person["id"]: self._make_person(person)
            for person in people.get(row["id"], [])
        }
        itself = persons.pop(row["id"])
        return Debtor(
            itself=itself,
            contacts=tuple(persons.values()),
            is_business=row["business"],
            registry=row["company_registry"] or "",
            vat=row["vat"] or "",
            register=row["register"] or "unknown",
            is_struck_off=bool(row["struck_off"]),
            verified_on=row["verified_on"],
            fresh_from=row["fresh_from"],
            pending=pending,
            vat_is_refused=row["vat_refused"],
        )

    @api.model
    def _make_person(self, row):
        return Person(
            id=row["id"],
            name=row["name"] or "",
            role=row["role"] or "",
            is_reached=bool(row["is_invoice"]),
            phone=row["phone"] or "",
            email=row["email"] or "",
            address=PostalParts(
                row["street"] or "",
                row["street2"] or "",
                row["zip"] or "",
                row["city"] or "",
                row["country"] or "FR",
            ),
            email_block=row["email_block"],
            phone_is_wrong=row["phone_is_wrong"],
            letter_is_returned=row["letter_is_returned"],
        )
