from odoo import api, fields, models


class CollectionPaymentQueue(models.Model):
    """The journal items that accounting has changed since the facts were made.

    Accounting only adds rows here, the review job takes them away.
    """

    _name = "collection.payment.queue"
    _description = "Changed journal items"
    _log_access = False

    # Not a Many2one: the item may be gone when its turn comes.
    line_id = fields.Integer(string="Journal item", required=True)

    @api.model
    def _put(self, line_ids):
        """Note the receivables among these journal items."""
        self.env.cr.execute(
            """INSERT INTO collection_payment_queue (line_id)
               SELECT id FROM account_move_line
                WHERE id = ANY(%s) AND account_id = ANY(%s)""",
            [
                list(line_ids),
                self.env["collection.balance"]._receivable_account_ids(),
            ],
        )

    @api.model
    def _take(self, limit):
        """Remove up to ``limit`` rows and return their items, each once."""
        self.env.cr.execute(
            """DELETE FROM collection_payment_queue
                WHERE id IN (SELECT id FROM collection_payment_queue ORDER BY id
                              LIMIT %s FOR UPDATE SKIP LOCKED)
            RETURNING line_id""",
            [limit],
        )
        return list({line_id for (line_id,) in self.env.cr.fetchall()})
