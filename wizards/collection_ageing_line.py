from odoo import api, fields, models
from odoo.tools import SQL

from .collection_ageing import (
    ACCOUNT_CLASSES,
    AMOUNT_FIELDS,
    FORECAST_FIELDS,
)


class CollectionAgeingLine(models.TransientModel):
    """What a debtor owed on a day, by class of account and by age."""

    _name = "collection.ageing.line"
    _description = "Debtor of an ageing balance"
    _order = "amount_total desc, id"
    _rec_name = "partner_id"

    ageing_id = fields.Many2one(
        "collection.ageing", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one("res.partner", string="Debtor", readonly=True)
    case_id = fields.Many2one("collection.case", readonly=True)
    segment_id = fields.Many2one(related="case_id.segment_id")
    scenario_id = fields.Many2one(related="case_id.scenario_id")
    account_class = fields.Selection(
        ACCOUNT_CLASSES, string="Account", required=True, readonly=True
    )
    item_count = fields.Integer(string="Items", readonly=True)
    amount_not_due = fields.Monetary(string="Not due", readonly=True)
    amount_1_30 = fields.Monetary(string="1-30 days", readonly=True)
    amount_31_60 = fields.Monetary(string="31-60 days", readonly=True)
    amount_61_90 = fields.Monetary(string="61-90 days", readonly=True)
    amount_91_120 = fields.Monetary(string="91-120 days", readonly=True)
    amount_over_120 = fields.Monetary(string="> 120 days", readonly=True)
    amount_credit = fields.Monetary(
        string="Credits",
        readonly=True,
        help="Payments and credit notes that were matched with nothing on that day.",
    )
    amount_total = fields.Monetary(string="Balance", readonly=True)
    forecast_30 = fields.Monetary(string="Expected within 30 days", readonly=True)
    forecast_60 = fields.Monetary(string="Expected in 31-60 days", readonly=True)
    forecast_90 = fields.Monetary(string="Expected in 61-90 days", readonly=True)
    forecast_later = fields.Monetary(string="Expected later or never", readonly=True)

    # === ACTION METHODS === #

    def action_open_items(self):
        self.ensure_one()
        return self._open_items(self.partner_id.display_name or self.ageing_id.name)

    # === BUSINESS METHODS === #

    @api.model
    def _insert(self, ageing, debtors):
        """Write the lines of ``ageing``, by one statement.

        :param SQL debtors: see ``collection.ageing.ledger._sql_debtors``
        """
        forecasts = [
            SQL(
                # What is expected is known per case: it goes with its main account.
                "CASE WHEN is_main THEN COALESCE(c.%s, 0) ELSE 0 END",
                SQL.identifier(name),
            )
            if ageing.has_forecast
            else SQL("0")
            for name in FORECAST_FIELDS
        ]
        columns = ("partner_id", "account_class", "item_count", *AMOUNT_FIELDS)
        self.env["collection.case"].flush_model()
        self.env.cr.execute(
            SQL(
                """INSERT INTO collection_ageing_line (
                          ageing_id, company_id, create_uid, write_uid, create_date,
                          write_date, case_id, %(columns)s, %(forecast_columns)s)
                   SELECT %(ageing)s, %(company)s, %(user)s, %(user)s, %(now)s, %(now)s,
                          c.id, %(values)s, %(forecasts)s
                     FROM (SELECT *, row_number() OVER (
                                  PARTITION BY partner_id
                                  ORDER BY amount_total DESC, account_class) = 1
                                  AS is_main
                             FROM (%(debtors)s) one) debtor
                     LEFT JOIN collection_case c ON c.partner_id = debtor.partner_id
                                                AND c.company_id = %(company)s""",
                columns=SQL(", ").join(map(SQL.identifier, columns)),
                forecast_columns=SQL(", ").join(map(SQL.identifier, FORECAST_FIELDS)),
                ageing=ageing.id,
                company=ageing.company_id.id,
                user=self.env.uid,
                now=self.env.cr.now(),
                values=SQL(", ").join(
                    SQL("debtor.%s", SQL.identifier(name)) for name in columns
                ),
                forecasts=SQL(", ").join(forecasts),
                debtors=debtors,
            )
        )

    def _get_debtor_name(self):
        self.ensure_one()
        return self.partner_id.name or self.env._("Without a debtor")

    def _make_items(self):
        """Make the items of these lines by one statement and return them."""
        ageing = self.ageing_id
        items = self.env["collection.ageing.item"]
        items.search([("line_id", "in", self.ids)]).unlink()
        items._insert(ageing, self)
        return items.search([("line_id", "in", self.ids)])

    def _open_items(self, name):
        self._make_items()
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": "collection.ageing.item",
            "view_mode": "list,pivot",
            "domain": [("line_id", "in", self.ids)],
        }
