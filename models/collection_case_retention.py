from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

ERASE_BATCH = 50


class CollectionCase(models.Model):
    """How long what is known of natural persons may be kept."""

    _inherit = "collection.case"

    retention_due_on = fields.Date(
        string="To erase from",
        readonly=True,
        index="btree_not_null",
        help="From this day on the personal data of this debtor is past its retention: "
        "nothing has been open for as long as the settings say.",
    )

    # === ACTION METHODS === #

    def action_anonymise(self):
        """Open the wizard that erases the personal data of these debtors."""
        return self.partner_id.action_collection_anonymise()

    # === CRONS === #

    @api.model
    def _cron_retention(self):
        """List, or erase, what is past its retention, company by company."""
        self._refresh_retention()
        companies = self.env["res.company"].search(Domain.TRUE)
        automatic = companies.filtered("collection_retention_auto")
        (companies - automatic)._tell_retention()
        cron = self.env["ir.cron"]
        domain = self._get_retention_domain(automatic)
        cron._commit_progress(remaining=self.search_count(domain))
        # One that cannot be erased is not tried again before the next month.
        last_id = 0
        while cases := self.search(
            [*domain, ("id", ">", last_id)], order="id", limit=ERASE_BATCH
        ):
            last_id = cases[-1].id
            self.env["collection.batch"]._one_by_one_on_error(
                cases.partner_id, self._erase_past_retention, self._note_not_erased
            )
            if not cron._commit_progress(len(cases)):
                break

    # === BUSINESS METHODS === #

    @api.model
    def _get_retention_domain(self, companies):
        """Return the domain of what may be erased for all companies of its debtor."""
        return [
            ("company_id", "in", companies.ids),
            ("retention_due_on", "<=", fields.Date.context_today(self)),
            (
                "partner_id",
                "not any",
                [("collection_case_ids.company_id", "not in", companies.ids)],
            ),
        ]

    @api.model
    def _erase_past_retention(self, partners):
        self.env["collection.eraser"]._erase(partners, "retention")
        self.env.flush_all()
        self._refresh_retention(partners)

    @api.model
    def _note_not_erased(self, partner, reason):
        """Leave it to the manager, with the reason on the case."""
        cases = self.search([("partner_id", "=", partner.id)])
        note = self.env._("Past its retention, but not erased: %s", reason)
        cases._message_log_batch(dict.fromkeys(cases.ids, note))

    @api.model
    def _refresh_retention(self, partners=None):
        """Store from when the data of each natural person may be kept no longer.

        A debtor is one person for all companies: the longest retention counts, from the
        last entry, allocation or action. Once erased, only the name remains, for as
        long as accounting needs it.
        """
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """WITH movement AS (
                       SELECT contact.commercial_partner_id AS debtor_id,
                              bool_or(NOT line.reconciled AND line.amount_residual <> 0
                                      OR line.parent_state = 'draft') AS is_open,
                              max(GREATEST(line.date, debit.max_date, credit.max_date))
                                  AS day
                         FROM account_move_line line
                         JOIN account_account account ON account.id = line.account_id
                         JOIN res_partner contact ON contact.id = line.partner_id
                         LEFT JOIN account_partial_reconcile debit
                              ON debit.debit_move_id = line.id
                         LEFT JOIN account_partial_reconcile credit
                              ON credit.credit_move_id = line.id
                        WHERE line.parent_state IN ('draft', 'posted')
                          AND account.account_type
                              IN ('asset_receivable', 'liability_payable')
                        GROUP BY contact.commercial_partner_id),
                   contact AS (
                       SELECT partner_id AS debtor_id, max(date) AS day
                         FROM collection_action
                        WHERE state IN ('sent', 'done')
                        GROUP BY partner_id),
                   debtor AS (
                       SELECT item.partner_id, max(company.collection_retention_years)
                                  AS years
                         FROM collection_case item
                         JOIN res_company company ON company.id = item.company_id
                        GROUP BY item.partner_id),
                   fresh AS (
                       SELECT item.id, CASE
                              WHEN partner.collection_anonymised_on IS NOT NULL
                                  THEN partner.collection_name_kept_until + 1
                              WHEN movement.is_open IS NOT FALSE
                                   OR (%(is_person)s) IS NOT TRUE THEN NULL
                              ELSE (GREATEST(movement.day, contact.day)
                                    + make_interval(years => debtor.years))::date
                              END AS day
                         FROM collection_case item
                         JOIN debtor ON debtor.partner_id = item.partner_id
                         JOIN res_partner partner ON partner.id = item.partner_id
                         LEFT JOIN movement ON movement.debtor_id = item.partner_id
                         LEFT JOIN contact ON contact.debtor_id = item.partner_id
                        WHERE %(scope)s)
                   UPDATE collection_case SET retention_due_on = fresh.day
                     FROM fresh
                    WHERE fresh.id = collection_case.id
                      AND collection_case.retention_due_on
                          IS DISTINCT FROM fresh.day""",
                is_person=self._sql_is_natural_person(),
                scope=SQL("item.partner_id = ANY(%s)", list(partners.ids))
                if partners is not None
                else SQL("TRUE"),
            )
        )
        self.invalidate_model(["retention_due_on"])

    @api.model
    def _sql_is_natural_person(self):
        # As res.partner._is_natural_person says it.
        return SQL(
            """partner.collection_debtor_type = 'consumer'
               OR partner.is_company IS NOT TRUE
                  AND partner.collection_debtor_type IS NULL
                  AND COALESCE(partner.company_registry, '') = ''"""
        )
