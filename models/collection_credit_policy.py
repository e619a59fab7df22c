import json

from dateutil.relativedelta import relativedelta

from odoo import api, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from ..tools.credit_policy import Customer, judge, propose

ADMIN = "l10n_fr_debt_collection.group_collection_admin"
MARKED_KEY = "l10n_fr_debt_collection.credit_limits"

# Where the facts are read: ``c`` is the case, ``record`` the debtor in the registers,
# ``sales`` what was invoiced, ``paid`` what was paid. Numbers come as floats.
FACT_COLUMNS = {
    "debtor_type": "COALESCE(c.debtor_type, 'unknown')",
    "risk_level": "COALESCE(c.risk_level, 'medium')",
    "payer_type": "COALESCE(c.payer_type, 'new')",
    "payment_count": "COALESCE(c.payment_count, 0)",
    "invoiced": "COALESCE(c.invoiced_12m, 0)::float8",
    "busiest_month": "COALESCE(sales.busiest_month, 0)::float8",
    "largest_paid": "COALESCE(paid.largest, 0)::float8",
    "agreed_days": "sales.agreed_days::float8",
    "days_to_pay": "COALESCE(c.days_to_pay_avg, 0)::float8",
    "days_late": "COALESCE(c.days_late_avg, 0)::float8",
    "is_abnormal": "COALESCE(c.is_abnormal, FALSE)",
    "amount_due": "COALESCE(c.amount_due, 0)::float8",
    "proceeding": "COALESCE(record.proceeding, 'none')",
    "proceeding_since": "record.proceeding_since",
    "register": "COALESCE(record.state, 'unknown')",
    "ceased_on": "record.ceased_on",
    "struck_off_on": "record.struck_off_on",
}
CREDIT_COLUMNS = {
    "credit_limit": SQL("numeric"),
    "credit_proposed": SQL("numeric"),
    "credit_difference": SQL("numeric"),
    "credit_advice": SQL("varchar"),
    "credit_facts": SQL("jsonb"),
    "credit_review": SQL("varchar"),
}


class CollectionCreditPolicy(models.AbstractModel):
    """Proposes credit limits and payment terms, see :mod:`tools.credit_policy`.

    The limit in force is core's ``credit_limit`` of the debtor in the company of the
    case. Cases keep a copy to be sorted, filtered and summed by: written by every pass
    and, when somebody writes the limit, at the end of that transaction.

    Core takes a limit of 0 for no limit at all. No credit is therefore the smallest
    amount of the currency.
    """

    _name = "collection.credit.policy"
    _description = "Credit policy"

    # === REFRESH === #

    @api.model
    def _refresh(self, company, cases=None):
        """Propose anew for ``cases``, or all cases, of ``company``.

        One statement reads, one writes what has changed.
        """
        self.env.flush_all()
        rules = company._get_credit_rules()
        smallest = company.currency_id.rounding
        rows = []
        for case_id, limit, decision, decided, *facts in self._read_customers(
            company, cases
        ):
            customer = Customer._make(facts)
            proposal = propose(customer, rules)
            in_force = self._read_core_limit(limit, smallest)
            review = judge(
                in_force,
                proposal.amount,
                rules,
                decision=decision,
                decided=decided,
                is_dealing=bool(customer.invoiced or customer.amount_due),
            )
            rows.append(
                (
                    case_id,
                    limit,
                    proposal.amount,
                    proposal.amount - in_force if in_force is not None else 0,
                    proposal.advice,
                    json.dumps(proposal.facts),
                    review,
                )
            )
        self._write_cases(rows)

    @api.model
    def _mark(self, company, partners):
        """Have the cases of these debtors follow their limit when this commits."""
        precommit = self.env.cr.precommit
        if MARKED_KEY not in precommit.data:
            precommit.data[MARKED_KEY] = {}
            # An accountant who writes a limit need not have access to cases.
            precommit.add(self.sudo()._refresh_marked)
        precommit.data[MARKED_KEY].setdefault(company.id, set()).update(partners.ids)

    @api.model
    def _refresh_marked(self):
        marked = self.env.cr.precommit.data.pop(MARKED_KEY, {})
        for company_id, partner_ids in marked.items():
            company = self.env["res.company"].browse(company_id)
            cases = self.env["collection.case"].search(
                [
                    ("company_id", "=", company.id),
                    ("partner_id", "in", list(partner_ids)),
                    ("active", "in", (True, False)),
                ]
            )
            if cases:
                self._refresh(company, cases)

    # === CORE'S LIMIT === #

    @api.model
    def _read_core_limit(self, limit, smallest):
        """Return the limit that core's figure stands for; None: no limit."""
        if limit <= 0:
            return None
        return 0 if limit <= smallest else limit

    @api.model
    def _to_core_limit(self, amount, currency):
        """Return the figure by which core grants ``amount`` and no more."""
        return max(amount, currency.rounding)

    @api.model
    def get_limits_off(self):
        """Tell the review screen where core does not check credit limits.

        :return: ``{"companies": names, "can_switch_on": bool}``
        """
        companies = self._get_companies_without_check()
        return {
            "companies": companies.mapped("display_name"),
            "can_switch_on": self.env.user.has_group(ADMIN),
        }

    @api.model
    def action_switch_on_limits(self):
        """Have core check credit limits in the companies the user works in.

        :raises AccessError: when the user does not administer debt collection
        """
        if not self.env.su and not self.env.user.has_group(ADMIN):
            raise AccessError(
                self.env._(
                    "Only administrators of debt collection may switch credit limits "
                    "on. Ask one of them, or switch on “Sales Credit Limit” in the "
                    "settings of Invoicing."
                )
            )
        # Whoever sets the credit policy need not administer the companies.
        self._get_companies_without_check().sudo().account_use_credit_limit = True
        return True

    @api.model
    def _get_companies_without_check(self):
        return self.env.companies.filtered(
            lambda company: not company.account_use_credit_limit
        )

    # === SQL === #

    @api.model
    def _read_customers(self, company, cases):
        """Return rows of id, core's limit, decision and ``Customer`` facts."""
        today = company._get_collection_today()
        # Limits are for accountants to read; here a proposal is held against them.
        partners = self.env["res.partner"].sudo().with_company(company)
        return self.env.execute_query(
            SQL(
                """SELECT c.id,
                          COALESCE((%(credit_limit)s)::float8, 0),
                          COALESCE(c.credit_review, 'none'),
                          COALESCE(c.credit_decided, 0)::float8,
                          %(facts)s
                     FROM collection_case c
                     JOIN res_partner partner ON partner.id = c.partner_id
                LEFT JOIN collection_registry_record record
                       ON record.id = c.registry_record_id
                LEFT JOIN (%(sales)s) sales ON sales.case_id = c.id
                LEFT JOIN (%(paid)s) paid ON paid.case_id = c.id
                    WHERE c.company_id = %(company_id)s AND %(wanted)s
                 ORDER BY c.id""",
                credit_limit=partners._field_to_sql("partner", "credit_limit"),
                facts=SQL(", ").join(SQL(FACT_COLUMNS[n]) for n in Customer._fields),
                sales=self._sql_sales(company, cases, today),
                paid=self._sql_paid(company, cases, today),
                company_id=company.id,
                wanted=self._sql_wanted(SQL("c.id"), cases),
            )
        )

    @api.model
    def _sql_wanted(self, column, cases):
        if cases is None:
            return SQL("TRUE")
        return SQL("%s = ANY(%s)", column, list(cases.ids))

    @api.model
    def _sql_sales(self, company, cases, today):
        """Return the busiest month and the mean term of the invoices of 12 months."""
        return SQL(
            """SELECT case_id, max(invoiced) AS busiest_month,
                      sum(term_weight) / NULLIF(sum(weight), 0) AS agreed_days
                 FROM (SELECT case_id,
                              sum(amount - amount_credited) AS invoiced,
                              sum(amount * (date_due - invoice_date)) AS term_weight,
                              sum(amount) AS weight
                         FROM collection_payment_fact
                        WHERE company_id = %(company_id)s AND %(wanted)s
                          AND invoice_date > %(since)s AND invoice_date <= %(today)s
                     GROUP BY case_id, date_trunc('month', invoice_date)) month
             GROUP BY case_id""",
            company_id=company.id,
            wanted=self._sql_wanted(SQL("case_id"), cases),
            since=today - relativedelta(years=1),
            today=today,
        )

    @api.model
    def _sql_paid(self, company, cases, today):
        """Return the largest document whose instalments were paid in 12 months."""
        return SQL(
            """SELECT case_id, max(amount) AS largest
                 FROM (SELECT case_id, sum(amount_paid) AS amount
                         FROM collection_payment_fact
                        WHERE company_id = %(company_id)s AND %(wanted)s
                          AND state = 'paid'
                          AND date_paid > %(since)s AND date_paid <= %(today)s
                     GROUP BY case_id, move_id) document
             GROUP BY case_id""",
            company_id=company.id,
            wanted=self._sql_wanted(SQL("case_id"), cases),
            since=today - relativedelta(years=1),
            today=today,
        )

    @api.model
    def _write_cases(self, rows):
        if not rows:
            return
        ids, *columns = zip(*rows, strict=True)
        names = [SQL.identifier(name) for name in CREDIT_COLUMNS]
        self.env.cr.execute(
            SQL(
                """UPDATE collection_case c SET (%(names)s) = (%(fresh)s)
                     FROM unnest(%(ids)s::int4[], %(values)s) AS fresh (id, %(names)s)
                    WHERE c.id = fresh.id
                      AND (%(own)s) IS DISTINCT FROM (%(fresh)s)""",
                names=SQL(", ").join(names),
                own=SQL(", ").join(SQL("c.%s", name) for name in names),
                fresh=SQL(", ").join(SQL("fresh.%s", name) for name in names),
                ids=list(ids),
                values=SQL(", ").join(
                    SQL("%s::%s[]", list(values), kind)
                    for values, kind in zip(
                        columns, CREDIT_COLUMNS.values(), strict=True
                    )
                ),
            )
        )
        self.env["collection.case"].invalidate_model(list(CREDIT_COLUMNS))
