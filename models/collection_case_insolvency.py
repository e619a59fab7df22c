from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..tools.proceedings import CLOSINGS, OPENINGS
from ..tools.vat_recovery import recovery_limit
from .collection_deadline import OPEN_STATES

# What brings the debtor's freedom back to pay his earlier debts, and to be sued.
FREEING = CLOSINGS - {"closing_lack_of_assets"}
LIQUIDATIONS = ("opening_liquidation", "conversion_liquidation")


class CollectionCase(models.Model):
    """The debtor in insolvency proceedings: what was owed before, and since."""

    _inherit = "collection.case"

    opening_event_id = fields.Many2one(
        "collection.registry.event",
        string="Opening judgment",
        compute="_compute_opening_event_id",
        help="The last judgment that opened proceedings and still has effects.",
    )
    judgment_date = fields.Date(
        string="Judgment of", compute="_compute_opening_event_id"
    )
    amount_before_judgment = fields.Monetary(
        string="Open from before the judgment",
        compute="_compute_judgment_amounts",
        help="Open today on items dated before the judgment: frozen, to be declared.",
    )
    amount_after_judgment = fields.Monetary(
        string="Open since the judgment",
        compute="_compute_judgment_amounts",
        help="Open on items dated on or after the judgment: not declared, to be paid "
        "when due.",
    )
    voidable_payment_ids = fields.One2many("collection.voidable.payment", "case_id")
    voidable_count = fields.Integer(
        string="Payments to be checked", compute="_compute_voidable_count"
    )
    vat_recovery_ids = fields.One2many("collection.vat.recovery", "case_id")
    vat_recovery_count = fields.Integer(
        string="VAT recoveries", compute="_compute_vat_recovery_count"
    )
    vat_recovery_ground = fields.Selection(
        [
            ("liquidation", "Liquidation judgment"),
            ("certificate", "Certificate of irrecoverability"),
        ],
        string="VAT recovery offered by",
        compute="_compute_vat_recovery_ground",
    )
    declaration_ids = fields.One2many(
        "collection.proceeding",
        "case_id",
        string="Claim declarations",
        domain=[("kind", "=", "claim_declaration")],
    )

    # === COMPUTE METHODS === #

    @api.depends("event_ids.state", "event_ids.code", "event_ids.judgment_date")
    def _compute_opening_event_id(self):
        opening = self._get_opening_events()
        for case in self:
            event = opening.get(case._origin, self.env["collection.registry.event"])
            case.opening_event_id = event
            case.judgment_date = event.judgment_date

    def _get_opening_events(self):
        """Return ``{case: event}``: the opening judgment that has effects on each."""
        events = self.env["collection.registry.event"].search(
            [
                ("case_id", "in", self.ids),
                ("state", "!=", "cancelled"),
                ("code", "in", [*OPENINGS, *FREEING]),
            ]
        )
        last = {}
        for event in events.sorted(
            lambda event: (event.judgment_date or event.published_on, event.id)
        ):
            last[event.case_id] = event
        return {case: event for case, event in last.items() if event.code in OPENINGS}

    @api.depends("judgment_date", "amount_due")
    def _compute_judgment_amounts(self):
        days = {case.id: case.judgment_date for case in self if case.judgment_date}
        amounts = self._read_judgment_amounts(days) if days else {}
        for case in self:
            before, after = amounts.get(case._origin.id, (0, 0))
            case.amount_before_judgment = before
            case.amount_after_judgment = after

    @api.model
    def _read_judgment_amounts(self, days):
        """Return ``{case id: (open from before, open since)}``; one query for all.

        :param days: ``{case id: day of the judgment}``
        """
        self.env["account.move.line"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT c.id,
                          COALESCE(SUM(line.amount_residual)
                              FILTER (WHERE line.date < judged.day), 0),
                          COALESCE(SUM(line.amount_residual)
                              FILTER (WHERE line.date >= judged.day), 0)
                     FROM UNNEST(%(ids)s::int[], %(days)s::date[]) judged (id, day)
                     JOIN collection_case c ON c.id = judged.id
                     JOIN res_partner partner
                       ON partner.commercial_partner_id = c.partner_id
                     JOIN account_move_line line ON line.partner_id = partner.id
                    WHERE line.company_id = c.company_id
                      AND line.account_id = ANY(%(accounts)s)
                      AND line.parent_state = 'posted'
                      AND line.reconciled IS NOT TRUE
                 GROUP BY c.id""",
                ids=list(days),
                days=list(days.values()),
                accounts=self.env["collection.balance"]._receivable_account_ids(),
            )
        )
        return {case_id: (before, after) for case_id, before, after in rows}

    @api.depends("voidable_payment_ids.state")
    def _compute_voidable_count(self):
        counts = dict(
            self.env["collection.voidable.payment"]._read_group(
                [("case_id", "in", self.ids), ("state", "=", "to_check")],
                ["case_id"],
                ["__count"],
            )
        )
        for case in self:
            case.voidable_count = counts.get(case._origin, 0)

    @api.depends("vat_recovery_ids.state")
    def _compute_vat_recovery_count(self):
        counts = dict(
            self.env["collection.vat.recovery"]._read_group(
                [("case_id", "in", self.ids), ("state", "!=", "cancelled")],
                ["case_id"],
                ["__count"],
            )
        )
        for case in self:
            case.vat_recovery_count = counts.get(case._origin, 0)

    @api.depends("event_ids.state", "declaration_ids.date_certificate")
    def _compute_vat_recovery_ground(self):
        liquidated = self.env["collection.registry.event"].search(
            [
                ("case_id", "in", self.ids),
                ("state", "!=", "cancelled"),
                ("code", "in", LIQUIDATIONS),
            ]
        )
        cases = liquidated.case_id
        for case in self:
            if case.declaration_ids.filtered("date_certificate"):
                case.vat_recovery_ground = "certificate"
            else:
                in_liquidation = case._origin in cases
                case.vat_recovery_ground = in_liquidation and "liquidation"

    # === ACTION METHODS === #

    def action_opening_judgment(self):
        """Enter a judgment that the watch has not found yet."""
        self.ensure_one()
        return self.env["collection.opening.judgment"]._open(self)

    def action_declare_claim(self):
        """Prepare the declaration of the claim, or open the one there is."""
        self.ensure_one()
        declaration = self.declaration_ids.filtered(
            lambda one: one.state != "cancelled"
        )[:1]
        if not declaration:
            declaration = self._declare_claim()
        return declaration.get_formview_action()

    def action_recover_vat(self):
        """Choose the unpaid invoices whose VAT is to be recovered."""
        self.ensure_one()
        return self.env["collection.vat.recovery.make"]._open(self)

    def action_open_vat_recoveries(self):
        self.ensure_one()
        return self._open_insolvency_action("collection_vat_recovery_action")

    def action_open_voidable_payments(self):
        self.ensure_one()
        return self._open_insolvency_action("collection_voidable_payment_action")

    def _open_insolvency_action(self, name):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            f"l10n_fr_debt_collection.{name}"
        )
        return action | {"domain": [("case_id", "=", self.id)], "context": {}}

    # === FREEZE === #

    @api.model
    def _get_frozen_balances(self, days):
        """Return ``{case id: {line id: (amount, amount in the item's currency)}}``.

        What was open before each judgment of the items dated before it, credits
        included; the first amount in company currency. What was matched with an item
        of that day or later counts for nothing.

        :param days: ``{case id: day of the judgment}``
        """
        self.env["account.move.line"].flush_model()
        self.env["account.partial.reconcile"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT c.id, line.id,
                          line.balance
                          - COALESCE(SUM(partial.amount)
                              FILTER (WHERE partial.debit_move_id = line.id), 0)
                          + COALESCE(SUM(partial.amount)
                              FILTER (WHERE partial.credit_move_id = line.id), 0),
                          line.amount_currency
                          - COALESCE(SUM(partial.debit_amount_currency)
                              FILTER (WHERE partial.debit_move_id = line.id), 0)
                          + COALESCE(SUM(partial.credit_amount_currency)
                              FILTER (WHERE partial.credit_move_id = line.id), 0)
                     FROM UNNEST(%(ids)s::int[], %(days)s::date[]) judged (id, day)
                     JOIN collection_case c ON c.id = judged.id
                     JOIN res_partner partner
                       ON partner.commercial_partner_id = c.partner_id
                     JOIN account_move_line line ON line.partner_id = partner.id
                LEFT JOIN account_partial_reconcile partial
                       ON line.id IN (partial.debit_move_id, partial.credit_move_id)
                      AND partial.max_date < judged.day
                    WHERE line.company_id = c.company_id
                      AND line.account_id = ANY(%(accounts)s)
                      AND line.parent_state = 'posted'
                      AND line.date < judged.day
                 GROUP BY c.id, line.id, line.date_maturity, line.date
                 ORDER BY COALESCE(line.date_maturity, line.date), line.id""",
                ids=list(days),
                days=list(days.values()),
                accounts=self.env["collection.balance"]._receivable_account_ids(),
            )
        )
        balances = {}
        for case_id, line_id, amount, amount_currency in rows:
            if amount or amount_currency:
                balances.setdefault(case_id, {})[line_id] = (amount, amount_currency)
        return balances

    # === DECLARATION === #

    def _declare_claim(self):
        """Return a new declaration of the claim, with what was owed at the judgment.

        :raise UserError: no opening judgment is known
        """
        self.ensure_one()
        event = self.opening_event_id
        if not event or not event.judgment_date:
            raise UserError(
                self.env._(
                    "No opening judgment is known for %s: enter it first, with its "
                    "date.",
                    self.partner_id.display_name,
                )
            )
        frozen = self._get_frozen_balances({self.id: event.judgment_date})
        lines = self.env["account.move.line"].browse(frozen.get(self.id, {}))
        declaration = self._start_proceeding(
            "claim_declaration",
            lines=lines,
            event_id=event.id,
            officer_id=event.officer_id.id,
        )
        declaration._freeze()
        return declaration

    # === VAT RECOVERY === #

    def _get_liquidation_date(self):
        """Return the day of the judgment that put the debtor in liquidation."""
        self.ensure_one()
        events = self.event_ids.filtered(
            lambda event: event.state != "cancelled" and event.code in LIQUIDATIONS
        )
        days = [event.judgment_date or event.published_on for event in events]
        return max(days, default=False)

    def _open_vat_recovery_deadline(self, events):
        """Open, once per case, the deadline to recover VAT from these judgments on."""
        rule = self.env["collection.deadline.rule"].search(
            [("code", "=", "vat_recovery")], limit=1
        )
        known = self.env["collection.deadline"].search(
            [("case_id", "in", events.case_id.ids), ("rule_id", "=", rule.id)]
        )
        parameters = self.env["collection.legal.parameter"]
        values = []
        for event in events.filtered(
            lambda event: rule and event.case_id not in known.case_id
        ):
            start = event.judgment_date or event.published_on
            years = int(parameters._get_value("vat_recovery_years", start))
            values.append(
                event._prepare_deadline(rule)
                | {"date_from": start, "date": recovery_limit(start, years)}
            )
        self.env["collection.deadline"].create(values)._note_alerted()

    def _close_vat_recovery(self, day):
        """Count the time to recover VAT from ``day``, on which proceedings closed."""
        self.ensure_one()
        years = int(
            self.env["collection.legal.parameter"]._get_value("vat_recovery_years", day)
        )
        self.deadline_ids.filtered(
            lambda deadline: (
                deadline.rule_id.code == "vat_recovery"
                and deadline.state in OPEN_STATES
            )
        ).write({"date_from": day, "date": recovery_limit(day, years)})
        self.vat_recovery_ids.filtered(
            lambda recovery: recovery.state in ("draft", "ready")
        ).date_closed = day

    @api.model
    def _get_moved_tables(self):
        return [
            *super()._get_moved_tables(),
            "collection_dividend",
            "collection_voidable_payment",
            "collection_vat_recovery",
        ]
