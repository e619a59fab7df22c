import json

from odoo import api, models
from odoo.tools import SQL

from ..tools.payment_anomaly import (
    FEWEST_USUAL,
    HISTORY,
    RECENT,
    examine,
    raise_signals,
)

# Instalments due somewhat earlier were settled with the first ones of the history.
LEAD = 60
FETCH = 2000


class CollectionProfileSignal(models.AbstractModel):
    """Finds the debtors that pay later than they used to, see ``payment_anomaly``.

    A signal is raised when the p-value of a debtor passes the test of all debtors at
    once, and ends when it would not even pass one alone.
    """

    _name = "collection.profile.signal"
    _description = "Signals of unusual behaviour"

    @api.model
    def _refresh(self, company, cases=None):
        """Raise and end the signals of ``cases``, or of all cases, of ``company``.

        :return: the cases that have become abnormal
        """
        level = company.collection_abnormal_level / 100
        verdicts, abnormal_ids = self._examine(company, cases, level)
        if cases is None:
            threshold = raise_signals(verdicts, level).threshold
            # Nobody sets it by hand: any pass over all cases keeps what it found.
            company.sudo().collection_abnormal_threshold = threshold
        threshold = company.collection_abnormal_threshold
        raised = {
            case_id: verdict
            for case_id, verdict in verdicts.items()
            if verdict.p_slower <= (level if case_id in abnormal_ids else threshold)
        }
        fresh = self._write_signals(company, cases, raised)
        fresh._tell_abnormal()
        return fresh

    @api.model
    def _examine(self, company, cases, level):
        """Return ``{case id: verdict}``, and the ids of those abnormal so far."""
        verdicts, abnormal_ids = {}, set()
        # Days are counted from today.
        self.env.cr.execute(self._sql_instalments(company, cases))
        while rows := self.env.cr.fetchmany(FETCH):
            for case_id, is_abnormal, dues, payments in rows:
                verdict = examine(zip(dues, payments, strict=True), 0, level)
                if verdict:
                    verdicts[case_id] = verdict
                    if is_abnormal:
                        abnormal_ids.add(case_id)
        return verdicts, abnormal_ids

    @api.model
    def _sql_instalments(self, company, cases):
        """Return the SELECT of due dates and payments of each case that may be tested.

        Paid is what has had its last payment; what is settled otherwise says nothing.
        """
        return SQL(
            """SELECT c.id, c.is_abnormal,
                      array_agg(fact.date_due - %(today)s),
                      array_agg(CASE WHEN fact.state = 'paid'
                                     THEN fact.last_payment_date - %(today)s END)
                 FROM (%(scope)s) scope
                 JOIN collection_case c ON c.id = scope.id
                 JOIN collection_payment_fact fact ON fact.case_id = c.id
                WHERE fact.state IN ('open', 'part_paid', 'paid')
                  AND fact.date_due > %(today)s - %(history)s
             GROUP BY c.id
               HAVING count(*) FILTER (
                          WHERE fact.date_due BETWEEN %(today)s - %(recent)s - %(lead)s
                                                  AND %(today)s + %(lead)s) > 0
                  AND count(*) >= %(fewest)s""",
            today=company._get_collection_today(),
            scope=self.env["collection.profile"]._sql_scope(company, cases),
            history=HISTORY + LEAD,
            recent=RECENT,
            lead=LEAD,
            fewest=FEWEST_USUAL + 1,
        )

    @api.model
    def _write_signals(self, company, cases, raised):
        """Write the signals; return the cases that had none before."""
        Case = self.env["collection.case"]
        changed = self.env.execute_query(
            SQL(
                """UPDATE collection_case c
                      SET is_abnormal = fresh.facts IS NOT NULL,
                          abnormal_since = CASE WHEN fresh.facts IS NOT NULL THEN
                              COALESCE(c.abnormal_since, %(today)s) END,
                          abnormal_facts = fresh.facts
                     FROM (SELECT scope.id, raised.facts::jsonb AS facts
                             FROM (%(scope)s) scope
                        LEFT JOIN unnest(%(ids)s::int[], %(facts)s::text[])
                                  AS raised (id, facts) USING (id)) fresh
                     JOIN collection_case old USING (id)
                    WHERE c.id = fresh.id
                      AND (c.is_abnormal IS DISTINCT FROM (fresh.facts IS NOT NULL)
                           OR c.abnormal_facts IS DISTINCT FROM fresh.facts)
                RETURNING c.id, c.is_abnormal AND old.is_abnormal IS NOT TRUE""",
                today=company._get_collection_today(),
                scope=self.env["collection.profile"]._sql_scope(company, cases),
                ids=list(raised),
                facts=[json.dumps(self._get_facts(v)) for v in raised.values()],
            )
        )
        Case.invalidate_model(["is_abnormal", "abnormal_since", "abnormal_facts"])
        return Case.browse(case_id for case_id, is_new in changed if is_new)

    @api.model
    def _get_facts(self, verdict):
        """Return the evidence as plain JSON."""
        return {
            "p_value": verdict.p_slower,
            "usual_days": verdict.usual.days,
            "usual_count": verdict.usual.count,
            "recent_days": verdict.recent.days,
            "is_reached": verdict.recent.is_reached,
            "recent_count": verdict.recent_count,
            "unpaid_count": verdict.unpaid_count,
            "oldest_unpaid": verdict.oldest_unpaid,
            "paid_by_then": verdict.paid_by_then,
        }
