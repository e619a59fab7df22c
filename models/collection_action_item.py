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
    company_id = fields.Many2one(related="action_id.company_id", store=True)
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
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """SELECT line.id AS line_id, line.move_id,
                          COALESCE(move.invoice_date, line.date) AS date,
                          COALESCE(line.date_maturity, line.date) AS date_due,
                          COALESCE(NULLIF(move.name, '/'), move.ref, line.name, '')
                              AS name,
                          CASE WHEN move.move_type IN ('out_invoice', 'out_receipt')
                                    THEN 'invoice'
                               WHEN move.move_type = 'out_refund' THEN 'credit_note'
                               WHEN move.origin_payment_id IS NOT NULL
                                    OR line.statement_line_id IS NOT NULL
                                    THEN 'payment'
                               ELSE 'entry' END AS document_type,
                          line.currency_id,
                          line.amount_currency AS amount_total,
                          line.amount_residual_currency,
                          line.amount_residual AS amount
                     FROM account_move_line line
                     JOIN account_move move ON move.id = line.move_id
                    WHERE line.id = ANY(%s)""",
                list(line_ids),
            )
        )
        snapshots = {}
        for row in self.env.cr.dictfetchall():
            row["days_late"] = (day - row["date_due"]).days
            snapshots[row["line_id"]] = row
        return snapshots

    @api.model
    def _cut_snapshot(self, snapshot, claimed):
        """Return ``snapshot`` for what is claimed of it only.

        :param claimed: in company currency, of the sign of the item
        """
        whole = float(snapshot["amount"])
        if abs(whole - claimed) < NOTHING:
            return snapshot
        currency = self.env["res.currency"].browse(snapshot["currency_id"])
        whole_currency = float(snapshot["amount_residual_currency"])
        part = currency.round(whole_currency * claimed / whole)
        return {
            **snapshot,
            "amount": claimed,
            "amount_residual_currency": part,
            "amount_held": currency.round(whole_currency - part),
        }
