from odoo import api, fields, models
from odoo.tools import SQL


class CollectionAgeingItem(models.TransientModel):
    """A journal item that was open on a day."""

    _name = "collection.ageing.item"
    _description = "Item of an ageing balance"
    _order = "date_due, id"
    _rec_name = "move_line_id"

    line_id = fields.Many2one(
        "collection.ageing.line", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one("res.partner", string="Debtor", readonly=True)
    move_line_id = fields.Many2one("account.move.line", string="Item", readonly=True)
    move_id = fields.Many2one("account.move", string="Document", readonly=True)
    date = fields.Date(readonly=True)
    date_due = fields.Date(string="Due on", readonly=True)
    days_late = fields.Integer(
        readonly=True, aggregator="max", help="On the day of the balance."
    )
    amount = fields.Monetary(string="Original amount", readonly=True)
    residual = fields.Monetary(string="Open amount", readonly=True)
    status = fields.Char(
        readonly=True, help="Why the item was on hold on the day of the balance."
    )

    # === ACTION METHODS === #

    def action_open_document(self):
        self.ensure_one()
        return self.move_id.get_formview_action()

    # === BUSINESS METHODS === #

    @api.model
    def _insert(self, ageing, lines):
        """Write what was open of ``lines`` of ``ageing``, by one statement."""
        ledger = self.env["collection.ageing.ledger"]
        ledger._flush()
        self.env["collection.hold"].flush_model()
        self.env.cr.execute(
            SQL(
                """INSERT INTO collection_ageing_item (
                          line_id, company_id, create_uid, write_uid, create_date,
                          write_date, partner_id, move_line_id, move_id, date, date_due,
                          days_late, amount, residual, status)
                   SELECT line.id, line.company_id, %(user)s, %(user)s, %(now)s,
                          %(now)s,
                          item.partner_id, item.line_id, item.move_id,
                          COALESCE(move.invoice_date, move.date), item.due,
                          item.days_late, item.amount, item.residual, hold.name
                     FROM (%(items)s) item
                     JOIN account_move move ON move.id = item.move_id
                     JOIN collection_ageing_line line
                       ON line.partner_id IS NOT DISTINCT FROM item.partner_id
                      AND line.account_class = item.account_class
                     LEFT JOIN LATERAL (%(hold)s) hold ON TRUE
                    WHERE line.id = ANY(%(lines)s)""",
                user=self.env.uid,
                now=self.env.cr.now(),
                items=ledger._sql_open_items(ageing.company_id, ageing.date),
                hold=self._sql_hold(ageing.date),
                lines=lines.ids,
            )
        )

    @api.model
    def _sql_hold(self, day):
        """Return the SELECT of why ``item`` was on hold on ``day``."""
        labels = dict(
            self.env["collection.hold"]
            ._fields["reason"]
            ._description_selection(self.env)
        )
        return SQL(
            """SELECT string_agg(DISTINCT label.name, ', ') AS name
                 FROM collection_hold hold
                 JOIN unnest(%(reasons)s, %(labels)s) label(reason, name) USING (reason)
                WHERE hold.case_id = line.case_id
                  AND %(day)s BETWEEN hold.date_from AND hold.date_to
                  AND (hold.active OR hold.write_date::date > %(day)s)
                  AND (NOT EXISTS (SELECT FROM collection_hold_line_rel held
                                    WHERE held.hold_id = hold.id)
                       OR EXISTS (SELECT FROM collection_hold_line_rel held
                                   WHERE held.hold_id = hold.id
                                     AND held.line_id = item.line_id))""",
            reasons=list(labels),
            labels=list(labels.values()),
            day=day,
        )

    def _get_rows(self):
        """Return the rows of the spreadsheet."""
        self.fetch(
            [
                "partner_id",
                "move_id",
                "date",
                "date_due",
                "days_late",
                "amount",
                "residual",
                "status",
            ]
        )
        return [
            (
                item.partner_id.name or "",
                item.move_id.name or item.move_id.ref or "",
                item.date,
                item.date_due,
                item.days_late,
                item.amount,
                item.residual,
                item.status or "",
            )
            for item in self
        ]
