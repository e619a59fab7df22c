from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL, format_amount

from ..tools import handover_fees

STATE_MOVES = {
    "draft": {"sent", "cancelled"},
    "sent": {"accepted", "in_progress", "refused", "recalled", "paid", "partly"},
    "accepted": {"in_progress", "paid", "partly", "irrecoverable", "recalled"},
    "in_progress": {"paid", "partly", "irrecoverable", "recalled"},
    "paid": {"closed"},
    "partly": {"closed"},
    "irrecoverable": {"closed", "in_progress"},
    "recalled": {"closed"},
    "refused": {"closed"},
    "closed": set(),
    "cancelled": {"draft"},
}
# The provider has the case.
HELD_STATES = ("sent", "accepted", "in_progress")
OPEN_STATES = ("draft", *HELD_STATES)
# How it ended; kept once it is closed.
RESULTS = ("paid", "partly", "irrecoverable", "recalled", "refused")
# What was entrusted, on which terms: fixed once the provider has it.
ENTRUSTED_FIELDS = frozenset(
    {"case_id", "date_sent", "line_ids", "provider_id", "statement_id", "terms"}
)


class CollectionHandover(models.Model):
    """A case entrusted to somebody outside who collects: what, to whom, what came back.

    While the provider has it nothing is asked of the debtor by the company. Amounts are
    in company currency; fees are without VAT unless said otherwise.
    """

    _name = "collection.handover"
    _description = "Handover"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "collection.access.logged",
        "collection.case.part",
        "collection.stateful",
    ]
    _order = "id desc"
    _check_company_auto = True
    _mail_post_access = "read"
    _state_moves = STATE_MOVES

    name = fields.Char(string="Handover number", readonly=True, copy=False, default="/")
    debtor_type = fields.Selection(related="case_id.debtor_type")
    proceeding_note = fields.Char(related="case_id.proceeding_note")
    provider_id = fields.Many2one(
        "collection.handover.provider",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        tracking=True,
    )
    provider_kind = fields.Selection(
        related="provider_id.kind", string="Kind of provider", store=True
    )
    mandate_note = fields.Char(related="provider_id.mandate_note")
    user_id = fields.Many2one(
        "res.users",
        string="Followed by",
        index="btree_not_null",
        domain="[('company_ids', 'in', company_id), ('share', '=', False)]",
        default=lambda self: self.env.user,
        tracking=True,
    )
    provider_reference = fields.Char(string="Provider's reference", copy=False)
    origin = fields.Selection(
        [
            ("manual", "By hand"),
            ("proposal", "Proposals"),
            ("scenario", "Step of a scenario"),
        ],
        required=True,
        readonly=True,
        default="manual",
    )
    reason = fields.Char(
        string="Why it is handed over", help="For colleagues. Not told to anybody else."
    )
    note = fields.Text(help="For colleagues. Not told to anybody else.")
    color = fields.Integer()

    # What is entrusted
    line_ids = fields.Many2many(
        "account.move.line",
        "collection_handover_line_rel",
        "handover_id",
        "line_id",
        string="Items entrusted",
        copy=False,
        domain="[('partner_id', 'child_of', partner_id),"
        " ('parent_state', '=', 'posted'), ('account_type', '=', 'asset_receivable'),"
        " ('reconciled', '=', False), ('amount_residual', '>', 0),"
        " ('company_id', '=', company_id)]",
    )
    amount_open = fields.Monetary(
        string="Open now",
        compute="_compute_amount_open",
        help="What is open today of the items.",
    )
    statement_id = fields.Many2one(
        "collection.claim.statement",
        string="Statement of claim",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
    )
    amount_entrusted = fields.Monetary(
        string="Amount entrusted",
        readonly=True,
        copy=False,
        help="What was open of the items in the books, without interest.",
    )
    amount_interest = fields.Monetary(related="statement_id.amount_interest")
    amount_indemnity = fields.Monetary(related="statement_id.amount_indemnity")
    amount_total = fields.Monetary(related="statement_id.amount_total")
    days_overdue = fields.Integer(
        readonly=True,
        copy=False,
        aggregator="avg",
        help="Of the oldest item, on the day of the handover.",
    )
    terms = fields.Json(readonly=True, copy=False)
    package_ids = fields.One2many(
        "collection.handover.package", "handover_id", string="Files sent"
    )
    package_pending = fields.Boolean(
        string="File to be made",
        readonly=True,
        copy=False,
        help="Files of many cases are made in the background.",
    )

    # How far it is
    state = fields.Selection(
        [
            ("draft", "Proposed"),
            ("sent", "Handed to the provider"),
            ("accepted", "Taken on"),
            ("in_progress", "Being collected"),
            ("paid", "Collected"),
            ("partly", "Collected in part"),
            ("irrecoverable", "Not recoverable"),
            ("recalled", "Taken back"),
            ("refused", "Turned down"),
            ("closed", "File closed"),
            ("cancelled", "Not handed over"),
        ],
        default="draft",
        required=True,
        readonly=True,
        index=True,
        copy=False,
        tracking=True,
        group_expand=True,
    )
    result = fields.Selection(
        [
            ("paid", "Collected"),
            ("partly", "Collected in part"),
            ("irrecoverable", "Not recoverable"),
            ("recalled", "Taken back"),
            ("refused", "Turned down"),
        ],
        readonly=True,
        copy=False,
        index="btree_not_null",
    )
    recall_reason = fields.Selection(
        [
            ("paid", "Paid to us"),
            ("dispute", "Dispute"),
            ("insolvency", "Insolvency proceedings"),
            ("agreement", "Arrangement with the debtor"),
            ("error", "Handed over by mistake"),
            ("provider", "Provider does not follow it up"),
            ("other", "Another reason"),
        ],
        string="Why it was taken back",
        readonly=True,
        copy=False,
        tracking=True,
    )
    date_sent = fields.Date(string="Handed over on", readonly=True, copy=False)
    date_accepted = fields.Date(string="Taken on on", readonly=True, copy=False)
    date_ended = fields.Date(string="Collection ended on", readonly=True, copy=False)
    date_closed = fields.Date(string="File closed on", readonly=True, copy=False)
    days_held = fields.Integer(
        string="Days with the provider",
        compute="_compute_days_held",
        search="_search_days_held",
    )
    from_merge = fields.Boolean(
        readonly=True, help="Taken over from a contact merged into this debtor."
    )

    # What came back
    report_ids = fields.One2many(
        "collection.handover.report", "handover_id", string="Reports"
    )
    report_count = fields.Integer(
        string="Number of reports", compute="_compute_reports", store=True
    )
    last_report_date = fields.Date(
        string="Last report", compute="_compute_reports", store=True
    )
    next_report_date = fields.Date(
        string="Next report by",
        readonly=True,
        copy=False,
        index="btree_not_null",
    )
    is_report_late = fields.Boolean(
        string="Report overdue",
        compute="_compute_is_report_late",
        search="_search_is_report_late",
    )
    announced_late_on = fields.Date(
        string="Late report told",
        readonly=True,
        copy=False,
        help="The late report of which somebody was told.",
    )
    announced_transfer_on = fields.Date(
        string="Money told to lack",
        readonly=True,
        copy=False,
        help="The last report when somebody was told that its money lacks.",
    )
    amount_paid_before = fields.Monetary(
        string="Paid before, that day",
        readonly=True,
        copy=False,
        help="Payments of the day of handover that were matched before it.",
    )
    amount_collected = fields.Monetary(
        string="Received on the items",
        readonly=True,
        copy=False,
        help="Payments matched with the items since the handover, whoever received "
        "them first. Brought up to date every night.",
    )
    amount_reported = fields.Monetary(
        string="Principal reported",
        compute="_compute_reports",
        store=True,
        help="What the provider says it has received of the principal.",
    )
    amount_extra = fields.Monetary(
        string="Interest and costs reported",
        compute="_compute_reports",
        store=True,
        help="What the provider says it has received beside the principal.",
    )
    amount_recovered = fields.Monetary(
        string="Recovered",
        compute="_compute_fees",
        store=True,
        help="The larger of what the books show and what the provider reports.",
    )
    amount_to_transfer = fields.Monetary(
        string="Held by the provider",
        compute="_compute_fees",
        store=True,
        help="Reported, but not matched with the items in the books yet.",
    )
    recovery_rate = fields.Float(
        string="Recovered (%)",
        digits=(5, 2),
        compute="_compute_fees",
        store=True,
        aggregator="avg",
    )

    # What it costs
    fee_expected = fields.Monetary(
        string="Fee by the terms",
        compute="_compute_fees",
        store=True,
        help="By the terms on the day of the handover. Without VAT.",
    )
    fee_vat = fields.Monetary(
        string="VAT on the fee", compute="_compute_fees", store=True
    )
    fee_reported = fields.Monetary(
        string="Fee asked for",
        compute="_compute_reports",
        store=True,
        help="What the provider asks for in its reports. Without VAT.",
    )
    fee_difference = fields.Monetary(
        string="Asked for beyond the terms", compute="_compute_fees", store=True
    )
    amount_net = fields.Monetary(
        string="Net of fees",
        compute="_compute_fees",
        store=True,
        help="Recovered, interest and costs included, less the fee by the terms.",
    )

    _one_open = models.UniqueIndex(
        "(case_id) WHERE state IN ('draft', 'sent', 'accepted', 'in_progress')"
        " AND from_merge IS NOT TRUE",
        "This debtor is handed over, or proposed, already: take that one back first.",
    )
    _package_idx = models.Index("(id) WHERE package_pending IS TRUE")
    _late_idx = models.Index(
        "(company_id, next_report_date)"
        " WHERE state IN ('sent', 'accepted', 'in_progress')"
    )

    # === COMPUTE METHODS === #

    @api.depends("name", "partner_id.name")
    def _compute_display_name(self):
        for handover in self:
            parts = (handover.name != "/" and handover.name, handover.partner_id.name)
            handover.display_name = " · ".join(filter(None, parts))

    @api.depends("line_ids.amount_residual")
    def _compute_amount_open(self):
        for handover in self:
            handover.amount_open = sum(handover.line_ids.mapped("amount_residual"))

    @api.depends("date_sent", "date_ended")
    def _compute_days_held(self):
        for handover in self:
            company = handover.company_id or self.env.company
            end = handover.date_ended or company._get_collection_today()
            start = handover.date_sent
            handover.days_held = (end - start).days if start else 0

    def _search_days_held(self, operator, value):
        if operator not in (">", ">=", "<", "<="):
            return NotImplemented
        today = self.env.company._get_collection_today()
        day = fields.Date.subtract(today, days=value)
        swapped = {">": "<", ">=": "<=", "<": ">", "<=": ">="}[operator]
        return [("date_ended", "=", False), ("date_sent", swapped, day)]

    @api.depends(
        "report_ids.date",
        "report_ids.amount_principal",
        "report_ids.amount_extra",
        "report_ids.fee",
    )
    def _compute_reports(self):
        for handover in self:
            reports = handover.report_ids
            handover.report_count = len(reports)
            handover.last_report_date = max(reports.mapped("date"), default=False)
            handover.amount_reported = sum(reports.mapped("amount_principal"))
            handover.amount_extra = sum(reports.mapped("amount_extra"))
            handover.fee_reported = sum(reports.mapped("fee"))

    @api.depends("next_report_date", "state")
    def _compute_is_report_late(self):
        for handover in self:
            day = handover.next_report_date
            handover.is_report_late = bool(
                day
                and handover.state in HELD_STATES
                and day < handover.company_id._get_collection_today()
            )

    def _search_is_report_late(self, operator, value):
        if operator != "in":
            return NotImplemented
        late = fields.Domain("state", "in", HELD_STATES) & fields.Domain(
            "next_report_date", "<", self.env.company._get_collection_today()
        )
        return late if True in value else ~late

    @api.depends(
        "amount_collected",
        "amount_reported",
        "amount_extra",
        "fee_reported",
        "amount_entrusted",
        "days_overdue",
        "terms",
        "result",
    )
    def _compute_fees(self):
        for handover in self:
            reported = handover.amount_reported
            recovered = max(handover.amount_collected, reported)
            entrusted = handover.amount_entrusted
            fee = handover._compute_fee(recovered)
            net_fee = float(fee.net) if fee else 0.0
            handover.amount_recovered = recovered
            handover.amount_to_transfer = max(reported - handover.amount_collected, 0.0)
            handover.recovery_rate = 100 * recovered / entrusted if entrusted else 0.0
            handover.fee_expected = net_fee
            handover.fee_vat = float(fee.vat) if fee else 0.0
            handover.fee_difference = max(handover.fee_reported - net_fee, 0.0)
            handover.amount_net = recovered + handover.amount_extra - net_fee

    @api.model
    def _read_group_select(self, aggregate_spec, query):
        # The rate of many is that of their amounts, not the mean of their rates.
        if aggregate_spec != "recovery_rate:avg":
            return super()._read_group_select(aggregate_spec, query)
        return SQL(
            "100 * SUM(%(recovered)s) / NULLIF(SUM(%(entrusted)s), 0)",
            recovered=self._field_to_sql(self._table, "amount_recovered", query),
            entrusted=self._field_to_sql(self._table, "amount_entrusted", query),
        )

    # === CONSTRAINTS === #

    @api.constrains("line_ids", "case_id")
    def _check_lines(self):
        for handover in self:
            strangers = handover.line_ids.filtered(
                lambda line, handover=handover: (
                    line.partner_id.commercial_partner_id != handover.partner_id
                    or line.company_id != handover.company_id
                    or line.account_type != "asset_receivable"
                )
            )
            if strangers:
                raise ValidationError(
                    self.env._(
                        "%(item)s is no debt of %(debtor)s: take it off the handover.",
                        item=strangers[0].display_name,
                        debtor=handover.partner_id.display_name,
                    )
                )

    # === CRUD METHODS === #

    def write(self, vals):
        if not ENTRUSTED_FIELDS.isdisjoint(vals):
            self._check_not_entrusted()
        return super().write(vals)

    def _check_not_entrusted(self):
        fixed = self.filtered(lambda handover: handover.state not in ("draft",))
        if fixed:
            raise UserError(
                self.env._(
                    "%s is with the provider, or ended: what was entrusted stays as it "
                    "was. Take it back and hand it over again.",
                    fixed[0].display_name,
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_proposed(self):
        kept = self.filtered(lambda one: one.state not in ("draft", "cancelled"))
        if kept:
            raise UserError(
                self.env._(
                    "%s has been handed over: it is kept. Take it back instead.",
                    kept[0].display_name,
                )
            )

    # === ACTION METHODS === #

    def action_cancel(self):
        """Give up proposals."""
        self._update_state("cancelled")
        return True

    def action_reopen(self):
        """Propose again what had been given up."""
        self._update_state("draft")
        return True

    def action_accept(self):
        self._accept()
        return True

    def action_start(self):
        self._update_state("in_progress")
        return True

    def action_refuse(self):
        """Note that the provider does not take these cases on."""
        self._end("refused")
        return True

    def action_irrecoverable(self):
        """Note that nothing is to be had; reminders stay off until it is closed."""
        self._end("irrecoverable")
        return True

    def action_close(self):
        """Close the file; what is still open comes back to the company."""
        self._close()
        return True

    def action_recall(self):
        """Open the window that takes these cases back."""
        return self.env["collection.handover.recall"]._open(self)

    def action_add_report(self):
        """Open the form of a new report."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Report of the provider"),
            "res_model": "collection.handover.report",
            "view_mode": "form",
            "target": "new",
            "context": {"default_handover_id": self.id},
        }

    def action_open_items(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "l10n_fr_debt_collection.account_move_line_collection_action"
        )
        return action | {"domain": [("id", "in", self.line_ids.ids)], "context": {}}

    # === BUSINESS METHODS === #

    def _accept(self, day=None):
        for company, handovers in self.grouped("company_id").items():
            today = day or company._get_collection_today()
            handovers.filtered(lambda one: one.state == "sent")._update_state(
                "accepted", date_accepted=today
            )

    def _end(self, result, **values):
        """Note how the provider's work ended; but for a lost claim, resume ours."""
        ended = self.browse()
        for company, handovers in self.grouped("company_id").items():
            today = company._get_collection_today()
            ended |= handovers._update_state(
                result,
                result=result,
                date_ended=today,
                next_report_date=False,
                **values,
            )
        lost = ended.filtered(lambda one: one.state == "irrecoverable")
        lost._ask_what_follows()
        (ended - lost)._resume_collection()
        return ended

    def _close(self):
        for company, handovers in self.grouped("company_id").items():
            closed = handovers._update_state(
                "closed", date_closed=company._get_collection_today()
            )
            closed.filtered(
                lambda one: one.result == "irrecoverable"
            )._resume_collection()

    def _ask_what_follows(self):
        """Have somebody decide on claims from which nothing more is to be had."""
        self.env["mail.activity"].create(
            [
                handover.case_id._prepare_watch_activity(
                    self.env._("Decide on a claim that cannot be recovered"),
                    self.env._(
                        "%(provider)s collects nothing more of %(handover)s: write it "
                        "off, go to court or take it up again. Reminders stay off "
                        "until the file is closed.",
                        provider=handover.provider_id.display_name,
                        handover=handover.display_name,
                    ),
                    handover.company_id._get_collection_today(),
                    handover.user_id or handover.case_id._get_watch_user(),
                )
                for handover in self
            ]
        )

    def _get_open(self):
        return self.filtered(lambda one: one.state in OPEN_STATES)

    def _get_held(self):
        return self.filtered(lambda one: one.state in HELD_STATES)

    def _get_terms(self):
        """Return the terms that apply: those of the day of handover, once it has been.

        :rtype: handover_fees.Terms
        """
        self.ensure_one()
        if self.terms:
            return handover_fees.Terms.from_json(self.terms)
        return self.provider_id._get_terms()

    def _compute_fee(self, recovered):
        """Return the fee for ``recovered``; ``None`` of what was never entrusted."""
        self.ensure_one()
        if not self.terms or self.result == "refused":
            return None
        return handover_fees.compute_fee(
            self._get_terms(),
            entrusted=handover_fees.to_amount(self.amount_entrusted),
            days=self.days_overdue,
            collected=handover_fees.to_amount(recovered),
            extra=handover_fees.to_amount(self.amount_extra),
        )

    def _format_amount(self, amount):
        self.ensure_one()
        return format_amount(self.env, amount, self.currency_id)
