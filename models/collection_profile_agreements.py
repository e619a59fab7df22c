from odoo import api, models
from odoo.tools import SQL


class CollectionProfile(models.AbstractModel):
    """Counts promises and disputes as they were judged.

    Outcomes and holds from before, which no promise and no dispute stands for, count
    as they did.
    """

    _inherit = "collection.profile"

    @api.model
    def _sql_promises(self, company):
        return SQL(
            """%(noted)s
                UNION ALL
               SELECT promise.case_id, promise.date_promised AS due_on,
                      CASE WHEN promise.state = 'kept' THEN TRUE
                           WHEN promise.state IN ('partial', 'broken') THEN FALSE END
                          AS is_kept
                 FROM collection_promise promise
                WHERE promise.company_id = %(company)s
                  AND promise.state <> 'cancelled'""",
            noted=super()._sql_promises(company),
            company=company.id,
        )

    @api.model
    def _sql_promises_made(self, company):
        return SQL(
            """SELECT made.*
                 FROM (%(made)s) made
                WHERE NOT EXISTS (
                      SELECT FROM collection_promise promise
                       WHERE made.origin = 'hold' AND promise.hold_id = made.id
                          OR made.origin = 'action' AND promise.action_id = made.id)
                  AND NOT EXISTS (
                      SELECT FROM collection_hold hold
                       WHERE made.origin = 'hold' AND hold.id = made.id
                         AND hold.res_model = 'collection.promise')""",
            made=super()._sql_promises_made(company),
        )

    @api.model
    def _sql_disputed_lines(self, company):
        # A call about five invoices of which one is disputed disputes one.
        return SQL(
            """(%(noted)s)
               EXCEPT
               SELECT item.line_id
                 FROM collection_dispute dispute
                 JOIN collection_action_item item ON item.action_id = dispute.action_id
                WHERE dispute.company_id = %(company)s
               UNION
               SELECT rel.line_id
                 FROM collection_dispute dispute
                 JOIN collection_dispute_line_rel rel ON rel.dispute_id = dispute.id
                WHERE dispute.company_id = %(company)s""",
            noted=super()._sql_disputed_lines(company),
            company=company.id,
        )
