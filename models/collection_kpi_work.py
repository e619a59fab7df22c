from collections import defaultdict

from odoo import api, models
from odoo.tools import SQL

from ..tools.receivable_indicators import MonthWork
from .collection_action_desk import MISSED_OUTCOMES, REACHED_OUTCOMES


class CollectionKpiWork(models.AbstractModel):
    """Reads what collecting did in a month: calls, promises, disputes, costs.

    Calls, promises, disputes and costs are kept with their days: a month can be read
    again at any time. Who can be reached is known of the present only.
    """

    _name = "collection.kpi.work"
    _description = "Work and results of indicators"

    @api.model
    def _read_month(self, company, first_day, last_day, figures):
        """Return ``{(scope, segment id, collector id): MonthWork}``.

        :param figures: ``MonthFigures`` of the same month, by the same keys
        """
        self.env.flush_all()
        work = defaultdict(dict)
        for values in (
            self._read_calls(company, first_day, last_day),
            self._read_promises(company, first_day, last_day),
            self._read_costs(company, first_day, last_day),
            self._read_disputes(company, last_day),
            self._read_reachable(company, last_day),
        ):
            for key, one in values.items():
                work[key].update(one)
        return {
            key: MonthWork(cashed=month.paid, **work.get(key, {}))
            for key, month in figures.items()
        }

    @api.model
    def _read_calls(self, company, first_day, last_day):
        items = SQL(
            """SELECT partner_id, outcome = ANY(%s) AS is_reached
                 FROM collection_action
                WHERE company_id = %s AND channel = 'phone' AND outcome = ANY(%s)
                  AND date BETWEEN %s AND %s""",
            list(REACHED_OUTCOMES),
            company.id,
            list(REACHED_OUTCOMES + MISSED_OUTCOMES),
            first_day,
            last_day,
        )
        return self._read_scopes(
            company,
            items,
            {
                "attempts": SQL("count(*)"),
                "reached": SQL("count(*) FILTER (WHERE is_reached)"),
            },
        )

    @api.model
    def _read_promises(self, company, first_day, last_day):
        items = SQL(
            """SELECT partner_id, state, date_made BETWEEN %(first)s AND %(last)s
                          AS is_made,
                      date_limit BETWEEN %(first)s AND %(last)s
                          AND state IN ('kept', 'partial', 'broken') AS is_matured,
                      amount, LEAST(amount, amount_paid) AS paid
                 FROM collection_promise
                WHERE company_id = %(company)s
                  AND (date_made BETWEEN %(first)s AND %(last)s
                       OR date_limit BETWEEN %(first)s AND %(last)s)""",
            company=company.id,
            first=first_day,
            last=last_day,
        )
        return self._read_scopes(
            company,
            items,
            {
                "promises": SQL("count(*) FILTER (WHERE is_made)"),
                "matured": SQL("count(*) FILTER (WHERE is_matured)"),
                "kept": SQL(
                    "count(*) FILTER (WHERE is_matured AND item.state = 'kept')"
                ),
                "matured_amount": SQL("sum(amount) FILTER (WHERE is_matured)"),
                "kept_amount": SQL("sum(paid) FILTER (WHERE is_matured)"),
            },
        )

    @api.model
    def _read_costs(self, company, first_day, last_day):
        """Read what collecting cost: contacts, proceedings, fees, without VAT."""
        items = SQL(" UNION ALL ").join(
            SQL("SELECT partner_id, cost FROM (%s) one", costs)
            for costs in self._get_costs(company, first_day, last_day)
        )
        return self._read_scopes(
            company, items, {"cost": SQL("sum(item.cost)::numeric")}
        )

    @api.model
    def _get_costs(self, company, first_day, last_day):
        """Return the SELECTs of ``partner_id`` and ``cost``. Hook for other costs."""
        period = {"company": company.id, "first": first_day, "last": last_day}
        channels = dict(self.env["collection.action"]._get_channels())
        return [
            SQL(
                """SELECT partner_id, rate.cost::numeric
                     FROM collection_action
                     JOIN unnest(%(channels)s, %(costs)s) AS rate(channel, cost)
                    USING (channel)
                    WHERE company_id = %(company)s AND state IN ('sent', 'done')
                      AND date BETWEEN %(first)s AND %(last)s""",
                channels=list(channels),
                costs=[float(company._get_collection_cost(name)) for name in channels],
                **period,
            ),
            SQL(
                """SELECT c.partner_id, cost.amount AS cost
                     FROM collection_proceeding_cost cost
                     JOIN collection_case c ON c.id = cost.case_id
                    WHERE cost.company_id = %(company)s
                      AND cost.date BETWEEN %(first)s AND %(last)s""",
                **period,
            ),
            SQL(
                """SELECT handover.partner_id, report.fee AS cost
                     FROM collection_handover_report report
                     JOIN collection_handover handover ON handover.id = handover_id
                    WHERE report.company_id = %(company)s AND report.fee > 0
                      AND report.date BETWEEN %(first)s AND %(last)s""",
                **period,
            ),
            # A provider who has kept its fee without a word is paid by its terms.
            SQL(
                """SELECT partner_id, fee_expected AS cost FROM collection_handover
                    WHERE company_id = %(company)s AND fee_expected > 0
                      AND COALESCE(fee_reported, 0) = 0
                      AND date_ended BETWEEN %(first)s AND %(last)s""",
                **period,
            ),
        ]

    @api.model
    def _read_disputes(self, company, last_day):
        """Read what was open on the last day, and what of it was disputed then."""
        items = SQL(
            """SELECT item.partner_id, item.residual,
                      CASE WHEN disputed.amount > 0
                           THEN LEAST(item.residual, disputed.amount) END AS disputed
                 FROM (%(items)s) item
                 LEFT JOIN (
                      SELECT rel.line_id,
                             sum(CASE WHEN dispute.is_partial THEN dispute.amount
                                      ELSE 'infinity' END::numeric) AS amount
                        FROM collection_dispute dispute
                        JOIN collection_dispute_line_rel rel
                          ON rel.dispute_id = dispute.id
                       WHERE dispute.company_id = %(company)s
                         AND dispute.date_opened <= %(day)s
                         AND (dispute.date_closed IS NULL
                              OR dispute.date_closed > %(day)s)
                    GROUP BY rel.line_id) disputed ON disputed.line_id = item.line_id
                WHERE item.residual > 0""",
            items=self.env["collection.kpi.ledger"]._sql_receivables(company, last_day),
            company=company.id,
            day=last_day,
        )
        return self._read_scopes(
            company,
            items,
            {
                "open_amount": SQL("sum(residual)"),
                "disputed_amount": SQL("sum(disputed)"),
            },
        )

    @api.model
    def _read_reachable(self, company, last_day):
        """Read who can be reached, which is known of today only."""
        if last_day < company._get_collection_today():
            return {}
        items = SQL(
            """SELECT partner_id, is_unreachable, amount_due FROM collection_case
                WHERE company_id = %s AND amount_due > 0""",
            company.id,
        )
        return self._read_scopes(
            company,
            items,
            {
                "debtors": SQL("count(*)"),
                "reachable": SQL(
                    "count(*) FILTER (WHERE item.is_unreachable IS NOT TRUE)"
                ),
                "owed": SQL("sum(item.amount_due)"),
                "owed_reachable": SQL(
                    "sum(item.amount_due)"
                    " FILTER (WHERE item.is_unreachable IS NOT TRUE)"
                ),
            },
        )

    @api.model
    def _read_scopes(self, company, items, aggregates):
        return self.env["collection.kpi.ledger"]._read_scopes(
            company, items, aggregates
        )
