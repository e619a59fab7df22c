from datetime import timedelta
from itertools import accumulate, pairwise

from dateutil.relativedelta import relativedelta

from odoo import api, models
from odoo.tools import SQL, split_every

from ..tools import payment_delay
from ..tools.payment_outlook import OpenItem, by_case, foresee
from .collection_case_watch import FROZEN

# What was invoiced longer ago and is settled tells nothing of how debtors pay now.
MEMORY = relativedelta(months=36)
# What is delivered after the judgment is paid when due (L622-17), but not by these.
FINAL = ("liquidation", "closed")
FETCH = 5000
WRITE_BATCH = 20000


class CollectionForecast(models.AbstractModel):
    """Predicts when what is open will be paid, from how it was paid so far.

    The delay model (``tools.payment_delay``) is learnt anew at each pass from the facts
    of the company, as they were at the end of the day before. Its segments are the kind
    of debtor and the collection segment together. What a credit note settled tells
    nothing of payments and is left out; what was written off was never paid.

    Credits that are not allocated are set against the oldest instalments of a debtor.
    Debtors in insolvency proceedings are expected to pay nothing of what was invoiced
    before the judgment, those in liquidation, ceased or struck off nothing at all.
    """

    _name = "collection.forecast"
    _description = "Payment forecast"

    @api.model
    def _refresh(self, company):
        """Write the predictions of ``company``: items, cases, weeks, ageing."""
        self.env.flush_all()
        today = company._get_collection_today()
        yesterday = today - timedelta(days=1)
        model = payment_delay.fit(self._read_settlements(company, today), yesterday)
        outlooks = [
            foresee(model, item, today) for item in self._read_open_items(company)
        ]
        self._write_facts(outlooks, today)
        self._write_cases(company, outlooks, today)
        self.env["collection.cash.forecast"]._store(company, outlooks, today)
        self.env["collection.ageing.forecast"]._store(company, outlooks, today)

    @api.model
    def _get_predicted_ageing(self, companies):
        """Return ``[{"days": 30, "amounts": {bucket: amount}}, ...]``, last computed.

        The buckets are named as the fields of the case.
        """
        return self.env["collection.ageing.forecast"]._read_balances(companies)

    # === READING === #

    @api.model
    def _read_settlements(self, company, today):
        """Yield the settlements of the facts, as :func:`payment_delay.fit` reads them.

        What is paid in parts is paid with the last of them.
        """
        self.env.cr.execute(
            SQL(
                """SELECT fact.partner_id, %(segment)s, fact.invoice_date,
                          fact.date_due,
                          CASE WHEN fact.state = 'paid' THEN fact.last_payment_date END,
                          fact.amount::float8
                     FROM collection_payment_fact fact
                LEFT JOIN collection_case c ON c.id = fact.case_id
                    WHERE fact.company_id = %(company)s
                      AND (fact.state <> 'credited'
                           OR fact.amount_written_off > fact.amount_credited)
                      AND (fact.invoice_date > %(since)s
                           OR fact.state IN ('open', 'part_paid'))""",
                segment=self._sql_segment(),
                company=company.id,
                since=today - MEMORY,
            )
        )
        while rows := self.env.cr.fetchmany(FETCH):
            yield from rows

    @api.model
    def _sql_segment(self):
        return SQL("concat(c.debtor_type, ':', c.segment_id)")

    @api.model
    def _read_open_items(self, company):
        """Return the :class:`OpenItem` of each open fact, net of the credits."""
        return [
            OpenItem(*row)
            for row in self.env.execute_query(
                SQL(
                    """SELECT fact.id, fact.case_id, fact.partner_id, %(segment)s,
                              fact.invoice_date, fact.date_due,
                              GREATEST(0, LEAST(fact.amount_open,
                                  sum(fact.amount_open) OVER (
                                      PARTITION BY fact.case_id
                                      ORDER BY fact.date_due, fact.id)
                                  - COALESCE(c.amount_credit, 0)))::float8,
                              COALESCE(c.proceeding = ANY(%(frozen)s)
                                  AND (c.proceeding = ANY(%(final)s)
                                       OR record.proceeding_since IS NULL
                                       OR fact.invoice_date
                                          <= record.proceeding_since), FALSE)
                              OR COALESCE(record.state = 'ceased', FALSE)
                              OR record.struck_off_on IS NOT NULL
                         FROM collection_payment_fact fact
                    LEFT JOIN collection_case c ON c.id = fact.case_id
                    LEFT JOIN collection_registry_record record
                           ON record.id = c.registry_record_id
                        WHERE fact.company_id = %(company)s
                          AND fact.state IN ('open', 'part_paid')
                     ORDER BY fact.id""",
                    segment=self._sql_segment(),
                    frozen=list(FROZEN),
                    final=list(FINAL),
                    company=company.id,
                )
            )
        ]

    # === WRITING === #

    @api.model
    def _write_facts(self, outlooks, today):
        for batch in split_every(WRITE_BATCH, outlooks):
            self.env.cr.execute(
                SQL(
                    """UPDATE collection_payment_fact fact
                          SET expected_date = fresh.expected,
                              expected_date_if_paid = fresh.if_paid,
                              expected_date_low = fresh.low,
                              expected_date_high = fresh.high,
                              default_probability = fresh.risk,
                              predicted_on = %s
                         FROM unnest(%s::int[], %s::date[], %s::date[], %s::date[],
                                     %s::date[], %s::float8[])
                              AS fresh (id, expected, if_paid, low, high, risk)
                        WHERE fact.id = fresh.id""",
                    today,
                    *self._get_fact_columns(batch),
                )
            )
        self.env["collection.payment.fact"].invalidate_model()

    @api.model
    def _get_fact_columns(self, outlooks):
        rows = (
            (
                outlook.item.id,
                outlook.expected,
                outlook.expected_if_paid,
                outlook.earliest,
                outlook.latest,
                100 * outlook.default,
            )
            for outlook in outlooks
        )
        return map(list, zip(*rows, strict=True))

    @api.model
    def _write_cases(self, company, outlooks, today):
        """Write the figures of all cases; those that owe nothing expect nothing."""
        currency = company.currency_id
        rows = [
            (
                case_id,
                *self._round_periods(currency, outlook.cash),
                currency.round(outlook.at_risk),
                100 * outlook.at_risk / outlook.open if outlook.open else 0.0,
                outlook.expected,
            )
            for case_id, outlook in by_case(outlooks).items()
        ]
        columns = list(map(list, zip(*rows, strict=True))) or [[]] * 8
        self.env.cr.execute(
            SQL(
                """UPDATE collection_case c
                      SET (forecast_30, forecast_60, forecast_90, forecast_later,
                           amount_at_risk, default_probability, expected_date)
                          = (fresh.in_30, fresh.in_60, fresh.in_90, fresh.later,
                             fresh.at_risk, fresh.probability, fresh.expected),
                          forecast_date = %(today)s
                     FROM (SELECT of_company.id, COALESCE(in_30, 0) AS in_30,
                                  COALESCE(in_60, 0) AS in_60,
                                  COALESCE(in_90, 0) AS in_90,
                                  COALESCE(later, 0) AS later,
                                  COALESCE(at_risk, 0) AS at_risk,
                                  COALESCE(probability, 0) AS probability, expected
                             FROM collection_case of_company
                        LEFT JOIN unnest(%(columns)s)
                                  AS foreseen (id, in_30, in_60, in_90, later, at_risk,
                                               probability, expected) USING (id)
                            WHERE of_company.company_id = %(company)s) fresh
                    WHERE c.id = fresh.id
                      AND (c.forecast_30, c.forecast_60, c.forecast_90,
                           c.forecast_later, c.amount_at_risk, c.default_probability,
                           c.expected_date)
                          IS DISTINCT FROM
                          (fresh.in_30, fresh.in_60, fresh.in_90, fresh.later,
                           fresh.at_risk, fresh.probability, fresh.expected)""",
                today=today,
                company=company.id,
                columns=SQL(", ").join(
                    SQL("%s::%s[]", values, SQL(kind))
                    for values, kind in zip(
                        columns,
                        ["int", *["numeric"] * 5, "float8", "date"],
                        strict=True,
                    )
                ),
            )
        )
        self.env["collection.case"].invalidate_model()

    @api.model
    def _round_periods(self, currency, amounts):
        """Round the periods so that they add up to their rounded total."""
        totals = [0.0, *map(currency.round, accumulate(amounts))]
        return [currency.round(after - before) for before, after in pairwise(totals)]
