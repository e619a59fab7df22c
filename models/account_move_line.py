from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

BALANCE_FIELDS = frozenset(
    {
        "account_id",
        "amount_residual",
        "company_id",
        "date",
        "date_maturity",
        "no_followup",
        "parent_state",
        "partner_id",
        "reconciled",
    }
)

COLLECTOR = "l10n_fr_debt_collection.group_collection_user"


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    collection_item_ids = fields.One2many(
        "collection.action.item",
        "line_id",
        string="Collection history",
        groups=COLLECTOR,
    )
    collection_step_id = fields.Many2one(
        "collection.step",
        string="Last step",
        compute="_compute_collection_step_id",
        help="The last step this item has passed: a contact that covered it left.",
    )
    collection_exclusion = fields.Char(
        string="Left alone because",
        compute="_compute_collection_exclusion",
        help="Why this item may not be chased today; empty when it may.",
    )
    collection_days_late = fields.Integer(
        string="Days late",
        compute="_compute_collection_days_late",
        search="_search_collection_days_late",
        help="Days from the due date to today; negative before it.",
    )

    # === COMPUTE METHODS === #

    @api.depends("collection_item_ids.action_id.state")
    def _compute_collection_step_id(self):
        steps = self.env["collection.action.item"]._get_last_steps(self)
        for line in self:
            line.collection_step_id = steps.get(line.id, False)

    @api.depends("date_maturity", "date")
    @api.depends_context("tz")
    def _compute_collection_days_late(self):
        today = fields.Date.context_today(self)
        for line in self:
            due = line.date_maturity or line.date
            line.collection_days_late = (today - due).days if due else 0

    @api.depends("amount_residual", "no_followup", "move_id.payment_state")
    def _compute_collection_exclusion(self):
        reasons = self.env["collection.planner"]._explain_lines(self)
        for line in self:
            line.collection_exclusion = "; ".join(reasons.get(line.id, ()))

    def _search_collection_days_late(self, operator, value):
        if operator not in ("<", "<=", ">", ">="):
            return NotImplemented
        limit = fields.Date.subtract(fields.Date.context_today(self), days=int(value))
        mirrored = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}[operator]
        return Domain("date_maturity", mirrored, limit) | (
            Domain("date_maturity", "=", False) & Domain("date", mirrored, limit)
        )

    def _field_to_sql(self, alias, fname, query=None):
        if fname != "collection_days_late":
            return super()._field_to_sql(alias, fname, query)
        # Lists may be sorted by it.
        return SQL(
            "%s - COALESCE(%s, %s)",
            fields.Date.context_today(self),
            super()._field_to_sql(alias, "date_maturity", query),
            super()._field_to_sql(alias, "date", query),
        )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        self.env["collection.balance"]._mark_lines(lines.ids)
        return lines

    def _write_multi(self, vals_list):
        # The one place through which stored values, computed or not, reach the table.
        concerned = [
            line.id
            for line, vals in zip(self, vals_list, strict=True)
            if not BALANCE_FIELDS.isdisjoint(vals)
        ]
        if concerned:
            balance = self.env["collection.balance"]
            if any("partner_id" in vals for vals in vals_list):
                balance._mark_partners(self._get_stored_debtor_ids(concerned))
            balance._mark_lines(concerned)
        return super()._write_multi(vals_list)

    def unlink(self):
        self.env["collection.balance"]._mark_partners(
            self._get_stored_debtor_ids(self.ids)
        )
        return super().unlink()

    # === BUSINESS METHODS === #

    @api.model
    def _get_stored_debtor_ids(self, line_ids):
        """Return the commercial partners these items have in the table as it is."""
        if not line_ids:
            return []
        self.env.cr.execute(
            """SELECT DISTINCT partner.commercial_partner_id
                 FROM account_move_line line
                 JOIN res_partner partner ON partner.id = line.partner_id
                WHERE line.id = ANY(%s)""",
            [list(line_ids)],
        )
        return [partner_id for (partner_id,) in self.env.cr.fetchall()]
