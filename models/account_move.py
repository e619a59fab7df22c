from odoo import api, fields, models

COLLECTOR = "l10n_fr_debt_collection.group_collection_user"


class AccountMove(models.Model):
    _inherit = "account.move"

    collection_item_ids = fields.One2many(
        "collection.action.item",
        "move_id",
        string="Collection history",
        groups=COLLECTOR,
    )
    collection_action_count = fields.Integer(
        compute="_compute_collection_figures",
        string="Collection actions",
        groups=COLLECTOR,
    )
    collection_status = fields.Selection(
        [
            ("not_due", "Not due"),
            ("overdue", "Overdue"),
            ("contacted", "Contacted"),
            ("excluded", "Left alone"),
            ("settled", "Settled"),
        ],
        compute="_compute_collection_figures",
        help="Where this invoice stands in debt collection today.",
        groups=COLLECTOR,
    )
    collection_exclusion = fields.Char(
        string="Left alone because",
        compute="_compute_collection_figures",
        groups=COLLECTOR,
    )
    collection_last_step_id = fields.Many2one(
        "collection.step",
        string="Last step",
        compute="_compute_collection_figures",
        groups=COLLECTOR,
    )
    collection_next_step_id = fields.Many2one(
        "collection.step",
        string="Next step",
        compute="_compute_collection_next",
        groups=COLLECTOR,
    )
    collection_next_date = fields.Date(
        string="Next action", compute="_compute_collection_next", groups=COLLECTOR
    )

    # === COMPUTE METHODS === #

    @api.depends("collection_item_ids.action_id.state", "line_ids.amount_residual")
    def _compute_collection_figures(self):
        receivables = self._get_collection_lines()
        by_move = receivables.grouped("move_id")
        counts = dict(
            self.env["collection.action.item"]._read_group(
                [("move_id", "in", self.ids), ("action_id.state", "!=", "preview")],
                ["move_id"],
                ["action_id:count_distinct"],
            )
        )
        for move in self:
            lines = by_move.get(move, receivables.browse())
            debts = lines.filtered(lambda line: not line.reconciled)
            excluded = debts.filtered("collection_exclusion")
            move.collection_action_count = counts.get(move, 0)
            move.collection_exclusion = excluded[:1].collection_exclusion
            move.collection_last_step_id = max(
                lines.collection_step_id,
                key=lambda step: step.delay_days,
                default=False,
            )
            move.collection_status = move._get_collection_status(debts, excluded)

    def _get_collection_status(self, debts, excluded):
        self.ensure_one()
        if self.state != "posted" or not self.is_sale_document():
            return False
        if not debts:
            return "settled"
        if debts == excluded:
            return "excluded"
        if self.collection_last_step_id:
            return "contacted"
        is_late = any(line.collection_days_late > 0 for line in debts)
        return "overdue" if is_late else "not_due"

    def _compute_collection_next(self):
        for company, moves in self.grouped("company_id").items():
            cases = self.env["collection.case"]._get_for_partners(
                moves.commercial_partner_id, company
            )
            by_debtor = {case.partner_id: case for case in cases}
            for move in moves:
                case = by_debtor.get(move.commercial_partner_id)
                is_open = move.collection_status not in (False, "settled", "excluded")
                shown = case if case and is_open else self.env["collection.case"]
                move.collection_next_step_id = shown.next_step_id
                move.collection_next_date = shown.next_action_date

    # === ACTION METHODS === #

    def action_open_collection_actions(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "l10n_fr_debt_collection.collection_action_action"
        )
        return action | {
            "domain": [("item_ids.move_id", "=", self.id), ("state", "!=", "preview")],
            "context": {},
        }

    def action_open_collection_case(self):
        self.ensure_one()
        case = self._get_collection_cases()
        return case._raise_if_none()._get_records_action()

    def action_collection_follow_up(self):
        """Open the follow-up wizard on the debtors of these invoices."""
        return self._get_collection_cases()._raise_if_none().action_follow_up()

    # === BUSINESS METHODS === #

    def _get_collection_lines(self):
        return self.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        )

    def _get_collection_cases(self):
        cases = self.env["collection.case"]
        for company, moves in self.grouped("company_id").items():
            cases |= cases._get_for_partners(moves.commercial_partner_id, company)
        return cases
