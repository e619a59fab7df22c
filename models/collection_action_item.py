from odoo import api, fields, models
from odoo.tools import SQL

from ..tools.planning import NOTHING

DOCUMENT_TYPES = [
    ("invoice", "Invoice"),
    ("credit_note", "Credit note"),
    ("payment", "Payment"),
    ("entry", "Entry"),
]


class CollectionActionItem(models.Model):
    """What an action said about one receivable: number, dates and amounts as of then.

    It is a snapshot, not a related field: what the debtor was told does not change when
    the books do.
    """

    _name = "collection.action.item"
    _description = "Item of a collection action"
    _inherit = ["collection.access.logged"]
    _order = "action_id, date_due, id"

    action_id = fields.Many2one(
        "collection.action", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(
        related="action_id.company_id", store=True, precompute=True
    )
    line_id = fields.Many2one(
        "account.move.line", ondelete="set null", index="btree_not_null"
    )
    move_id = fields.Many2one(
        "account.move", ondelete="set null", index="btree_not_null"
    )
    name = fields.Char(string="Document", required=True)
    document_type = fields.Selection(DOCUMENT_TYPES, required=True)
    date = fields.Date(help="Date of the document.")
    date_due = fields.Date(string="Due on")
    days_late = fields.Integer(help="On the day of the action; negative before.")
    currency_id = fields.Many2one("res.currency", required=True)
    company_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Company currency"
    )
    amount_total = fields.Monetary(
        string="Original amount", help="Of the instalment, in its currency."
    )
    amount_residual_currency = fields.Monetary(
        string="Open amount",
        help="What is claimed of it, in the item's currency; negative for a credit.",
    )
    amount = fields.Monetary(
        string="Open amount, company currency", currency_field="company_currency_id"
    )
    amount_held = fields.Monetary(
        string="Not claimed",
        help="What of the open amount is left out, in the item's currency: a part in "
        "dispute, or of a credit the part used elsewhere.",
    )
    step_id = fields.Many2one(
        "collection.step",
        string="Step passed",
        ondelete="restrict",
        index="btree_not_null",
        help="The step this very item has passed by this contact.",
    )
    delay_days = fields.Integer(help="Of the step, as of then.")

    # Few are: those whose journal item was made anew.
    _orphan_idx = models.Index("(move_id, date_due) WHERE line_id IS NULL")

    # === BUSINESS METHODS === #

    @api.model
    def _get_last_steps(self, lines):
        """Return ``{line id: step}`` passed last by each of these journal items."""
        if not self.has_access("read"):
            return {}
        items = self.search(
            [
                ("line_id", "in", lines.ids),
                ("step_id", "!=", False),
                ("action_id.state", "in", ("sent", "done")),
            ],
            order="delay_days, id",
        )
        return {item.line_id.id: item.step_id for item in items}

    @api.model
    def _prepare_snapshots(self, line_ids, day):
        """Return ``{line id: values}`` of what these receivables are on ``day``."""
        if not line_ids:
            return {}
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """SELECT %s, line.amount_residual_currency,
                          line.amount_residual AS amount
                     FROM account_move_line line
                     JOIN account_move move ON move.id = line.move_id
                    WHERE line.id = ANY(%s)""",
                self._sql_snapshot(SQL("%s::date", day)),
                list(line_ids),
            )
        )
        return {row["line_id"]: row for row in self.env.cr.dictfetchall()}

    @api.model
    def _sql_snapshot(self, day):
        """Return what an item says of a ``line`` and its ``move`` on a day."""
        return SQL(
            """line.id AS line_id, line.move_id,
               COALESCE(move.invoice_date, line.date) AS date,
               COALESCE(line.date_maturity, line.date) AS date_due,
               %s - COALESCE(line.date_maturity, line.date) AS days_late,
               COALESCE(NULLIF(move.name, '/'), move.ref, line.name, '') AS name,
               CASE WHEN move.move_type IN ('out_invoice', 'out_receipt')
                         THEN 'invoice'
                    WHEN move.move_type = 'out_refund' THEN 'credit_note'
                    WHEN move.origin_payment_id IS NOT NULL
                         OR line.statement_line_id IS NOT NULL THEN 'payment'
                    ELSE 'entry' END AS document_type,
               line.currency_id, line.amount_currency AS amount_total""",
            day,
        )

    @api.model
    def _take(self, rows):
        """Create the items of these actions, as of the days of the actions.

        One statement for all of them: a run writes thousands. Of an item that is
        claimed in part only, the rest is noted as not claimed.

        :param rows: ``[(action id, line id, amount claimed of it in company currency,
            id of the step it passes or None, delay of that step)]`` in their order
        """
        if not rows:
            return
        self.env.flush_all()
        actions, lines, claimed, steps, delays = zip(*rows, strict=True)
        self.env.cr.execute(
            SQL(
                """INSERT INTO collection_action_item (
                       action_id, company_id, line_id, move_id, date, date_due,
                       days_late, name, document_type, currency_id, amount_total,
                       amount_residual_currency, amount, amount_held,
                       step_id, delay_days,
                       create_uid, write_uid, create_date, write_date)
                   SELECT action.id, action.company_id, %(snapshot)s,
                          part.amount_currency, part.amount,
                          CASE WHEN part.is_cut THEN line.amount_residual_currency
                                                     - part.amount_currency END,
                          taken.step_id, taken.delay_days,
                          %(uid)s, %(uid)s,
                          now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC'
                     FROM unnest(%(actions)s::int4[], %(lines)s::int4[],
                                 %(claimed)s::numeric[], %(steps)s::int4[],
                                 %(delays)s::int4[])
                          WITH ORDINALITY AS taken (
                              action_id, line_id, claimed, step_id, delay_days, place)
                     JOIN collection_action action ON action.id = taken.action_id
                     JOIN account_move_line line ON line.id = taken.line_id
                     JOIN account_move move ON move.id = line.move_id
                     JOIN res_company company ON company.id = action.company_id
                     JOIN res_currency own ON own.id = company.currency_id
                     JOIN res_currency currency ON currency.id = line.currency_id
                          AND action.id = ANY(%(actions)s)
               CROSS JOIN LATERAL (
                          SELECT abs(line.amount_residual - taken.claimed)
                                 >= %(nothing)s AS is_cut) whole
               CROSS JOIN LATERAL (
                          SELECT whole.is_cut,
                                 CASE WHEN whole.is_cut
                                      THEN round(taken.claimed / own.rounding)
                                           * own.rounding
                                      ELSE line.amount_residual END AS amount,
                                 CASE WHEN whole.is_cut
                                      THEN round(line.amount_residual_currency
                                                 * taken.claimed / line.amount_residual
                                                 / currency.rounding)
                                           * currency.rounding
                                      ELSE line.amount_residual_currency
                                      END AS amount_currency) part
                    ORDER BY taken.place""",
                snapshot=self._sql_snapshot(SQL("action.date")),
                uid=self.env.uid,
                nothing=NOTHING,
                actions=list(actions),
                lines=list(lines),
                claimed=list(claimed),
                steps=list(steps),
                delays=list(delays),
            )
        )
        self.env["collection.action"].browse(actions).invalidate_recordset(
            ["item_ids", "line_ids", "item_count", "oldest_due_date"], flush=False
        )
        for model in ("account.move", "account.move.line"):
            self.env[model].invalidate_model(flush=False)
