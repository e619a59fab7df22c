from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import UserError

# No way leads out of these.
ENDED_STATES = ("refused", "lapsed", "settled", "closed", "cancelled")
PREPARED_STATES = ("draft", "ready")
ORDER_KINDS = ("payment_order", "european_order")
# Amounts asked for, in the order in which a court reads them.
AMOUNT_FIELDS = (
    "amount_principal",
    "amount_interest",
    "amount_indemnity",
    "amount_penalty_clause",
    "amount_costs",
    "amount_other",
)


class Missing(NamedTuple):
    """What a proceeding lacks before it can be filed, and what fills the gap.

    ``remedy`` is the name of a method of the proceeding that opens where it is entered,
    or False.
    """

    code: str
    sentence: str
    remedy: str | bool = False


class CollectionProceeding(models.Model):
    """What is asked of a court or of its officers to get a debt paid.

    One model for all kinds: what differs is in methods named after the kind, found by
    :meth:`_dispatch`. ``_<kind>_moves`` returns ``{state: {states that may follow}}``,
    ``_<kind>_missing`` a list of :class:`Missing`, ``_<kind>_remarks`` another one of
    what is only worth a look. ``_<kind>_filed`` does what filing entails,
    ``_<kind>_costs`` books the costs that filing entails.

    Amounts are in the currency of the company.
    """

    _name = "collection.proceeding"
    _description = "Legal proceeding"
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

    name = fields.Char(string="Reference", readonly=True, copy=False, default="/")
    kind = fields.Selection(
        [
            ("payment_order", "Payment order"),
            ("european_order", "European payment order"),
        ],
        required=True,
        readonly=True,
        index=True,
    )
    state = fields.Selection(
        [
            ("draft", "Being prepared"),
            ("ready", "Ready to file"),
            ("filed", "Filed"),
            ("granted", "Granted"),
            ("served", "Served"),
            ("opposed", "Opposed"),
            ("hearing", "At the hearing"),
            ("enforceable", "Enforceable"),
            ("refused", "Dismissed"),
            ("lapsed", "Lapsed"),
            ("settled", "Paid in full"),
            ("closed", "Closed"),
            ("cancelled", "Given up"),
        ],
        default="draft",
        required=True,
        readonly=True,
        index=True,
        copy=False,
        tracking=True,
    )
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        index="btree_not_null",
        domain="[('company_ids', 'in', company_id), ('share', '=', False)]",
        default=lambda self: self.env.user,
        tracking=True,
    )
    line_ids = fields.Many2many(
        "account.move.line",
        "collection_proceeding_line_rel",
        "proceeding_id",
        "line_id",
        string="Items",
        copy=False,
    )
    court_reference = fields.Char(
        string="Reference of the court", copy=False, tracking=True
    )
    contract_reference = fields.Char(
        string="Contract",
        help="The contract, order or general terms on which the claim rests.",
    )
    date_filed = fields.Date(string="Filed on", copy=False, tracking=True)
    commissaire_id = fields.Many2one(
        "res.partner",
        string="Commissaire de justice",
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
    )
    date_title = fields.Date(
        string="Enforceable since", readonly=True, copy=False, tracking=True
    )
    date_closed = fields.Date(string="Ended on", readonly=True, copy=False)
    note = fields.Html(string="Notes")

    amount_principal = fields.Monetary(string="Principal")
    amount_interest = fields.Monetary(string="Interest")
    amount_indemnity = fields.Monetary(string="Flat indemnities")
    amount_penalty_clause = fields.Monetary(string="Penalty clause")
    amount_costs = fields.Monetary(string="Ancillary costs")
    amount_other = fields.Monetary(string="Other amounts")
    amount_total = fields.Monetary(
        string="Asked for", compute="_compute_amount_total", store=True, tracking=True
    )
    amount_granted = fields.Monetary(
        string="Granted by the court", copy=False, tracking=True
    )
    amount_collected = fields.Monetary(
        string="Collected since",
        compute="_compute_amount_collected",
        help="Payments of the items from the day of filing on.",
    )
    cost_ids = fields.One2many(
        "collection.proceeding.cost", "proceeding_id", string="Costs"
    )
    amount_cost = fields.Monetary(
        string="Our costs", compute="_compute_amount_cost", store=True
    )
    deadline_ids = fields.One2many(
        "collection.deadline",
        "res_id",
        string="Deadlines",
        domain=[("res_model", "=", "collection.proceeding")],
        bypass_search_access=True,
    )
    attachment_ids = fields.Many2many(
        "ir.attachment",
        "collection_proceeding_attachment_rel",
        "proceeding_id",
        "attachment_id",
        string="Documents",
        copy=False,
    )
    missing = fields.Json(
        string="What is missing",
        compute="_compute_missing",
        help="Nothing may be filed without it.",
    )
    missing_note = fields.Text(string="Missing", compute="_compute_missing")
    remarks = fields.Json(
        string="To be checked",
        compute="_compute_missing",
        help="What the text says and what is known; it keeps nothing from being filed.",
    )

    # === COMPUTES === #

    @api.depends(*AMOUNT_FIELDS)
    def _compute_amount_total(self):
        for proceeding in self:
            proceeding.amount_total = sum(proceeding[name] for name in AMOUNT_FIELDS)

    @api.depends("cost_ids.amount_total")
    def _compute_amount_cost(self):
        for proceeding in self:
            proceeding.amount_cost = sum(proceeding.cost_ids.mapped("amount_total"))

    @api.depends("line_ids.matched_credit_ids.amount", "date_filed")
    def _compute_amount_collected(self):
        filed = self.filtered("date_filed")
        paid = self.env["account.partial.reconcile"]._read_group(
            [
                ("debit_move_id", "in", filed.line_ids.ids),
                ("max_date", ">=", min(filed.mapped("date_filed"), default=None)),
                "|",
                ("credit_move_id.payment_id", "!=", False),
                ("credit_move_id.statement_line_id", "!=", False),
            ]
            if filed
            else [(0, "=", 1)],
            groupby=["debit_move_id", "max_date:day"],
            aggregates=["amount:sum"],
        )
        for proceeding in self:
            since = proceeding.date_filed
            proceeding.amount_collected = sum(
                amount
                for line, day, amount in paid
                if since and line in proceeding.line_ids and day >= since
            )

    @api.depends(lambda self: self._get_checked_fields())
    @api.depends_context("lang")
    def _compute_missing(self):
        for proceeding in self:
            prepared = proceeding.state in PREPARED_STATES
            missing = proceeding._get_missing() if prepared else []
            remarks = proceeding._get_remarks() if prepared else []
            proceeding.missing = proceeding._word_remedies(missing)
            proceeding.missing_note = "\n".join(item.sentence for item in missing)
            proceeding.remarks = proceeding._word_remedies(remarks)

    @api.model
    def _get_checked_fields(self):
        """Return the fields that decide on what is missing. Hook."""
        return ["state", "case_id", "line_ids.amount_residual", *AMOUNT_FIELDS]

    def _word_remedies(self, items):
        """Return what the screen shows of ``items``: sentence, remedy and its label."""
        labels = self._get_remedy_labels()
        return [
            {**item._asdict(), "label": labels.get(item.remedy, self.env._("Enter it"))}
            for item in items
        ]

    def _get_remedy_labels(self):
        """Return ``{name of a remedy: label of its button}``. Hook."""
        return {
            "action_open_case": self.env._("Open the case"),
            "action_open_debtor": self.env._("Open the debtor"),
            "action_open_company": self.env._("Open the settings"),
        }

    # === CRUD === #

    @api.model_create_multi
    def create(self, vals_list):
        cases = self.env["collection.case"].browse(v.get("case_id") for v in vals_list)
        for vals, case in zip(vals_list, cases, strict=True):
            if vals.get("name", "/") == "/":
                vals["name"] = self._next_name(vals.get("kind"), case.company_id)
        return super().create(vals_list)

    def _next_name(self, kind, company):
        """Return the next reference, from the sequence of the kind if it has one."""
        sequences = self.env["ir.sequence"].with_company(company)
        return sequences.next_by_code(
            f"collection.proceeding.{kind}"
        ) or sequences.next_by_code("collection.proceeding")

    @api.ondelete(at_uninstall=False)
    def _unlink_except_filed(self):
        for proceeding in self:
            if proceeding.date_filed:
                raise UserError(
                    self.env._(
                        "%s has been filed: it is kept. Close it instead.",
                        proceeding.display_name,
                    )
                )

    # === WHAT DEPENDS ON THE KIND === #

    def _dispatch(self, hook, default=None):
        """Return what ``_<kind>_<hook>`` returns for these proceedings of one kind.

        :param default: returned when the kind has no such method
        """
        kinds = set(self.mapped("kind"))
        if len(kinds) != 1:
            raise ValueError(f"Proceedings of one kind expected, not of {kinds}")
        method = getattr(self, f"_{kinds.pop()}_{hook}", None)
        return method() if method else default

    def _get_moves(self):
        """Return ``{state: {states that may follow}}`` for the kind of this one."""
        self.ensure_one()
        return self._dispatch("moves", {})

    def _get_missing(self):
        """Return what this one lacks before it can be filed: list of Missing."""
        self.ensure_one()
        return self._dispatch("missing", [])

    def _get_remarks(self):
        """Return what is worth a look before this one is filed: list of Missing."""
        self.ensure_one()
        return self._dispatch("remarks", [])

    def _get_name_of_kind(self):
        """Return what this one is called, in the language of the reader."""
        self.ensure_one()
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        return kinds.get(self.kind, "")

    # === STATES === #

    def _may_move(self, target):
        return target in self._get_moves().get(self.state, ())

    def _update_state(self, target, **values):
        """Move these proceedings to ``target``; note when they came to their end."""
        if target not in ENDED_STATES:
            return super()._update_state(target, **{"date_closed": False, **values})
        moved = self.browse()
        for company, group in self.grouped("company_id").items():
            today = company._get_collection_today()
            moved |= super(CollectionProceeding, group)._update_state(
                target, **{"date_closed": today, **values}
            )
        self.env["collection.deadline"]._cancel_by_rule(None, moved)
        return moved

    def action_ready(self):
        """Check that nothing is missing; the file may then be made and filed."""
        for proceeding in self:
            proceeding._check_complete()
        self._update_state("ready")
        return True

    def action_draft(self):
        """Go back to preparing, as long as nothing has been filed."""
        self._update_state("draft")
        return True

    def action_file(self):
        """Note that these have been filed: what filing entails is done."""
        for proceeding in self:
            proceeding._check_complete()
        for proceeding in self:
            proceeding._file()
        return True

    def action_cancel(self):
        """Give these proceedings up."""
        self._update_state("cancelled")
        return True

    def action_settled(self):
        """Note that the debtor has paid."""
        self._update_state("settled")
        return True

    def action_close(self):
        self._update_state("closed")
        return True

    def _file(self):
        self.ensure_one()
        day = self.date_filed or self.company_id._get_collection_today()
        if self._update_state("filed", date_filed=day):
            self._stop_reminders()
            self._dispatch("filed")
            self._dispatch("costs")

    def _check_complete(self):
        """Refuse to go on while something is missing.

        :raises UserError: with a sentence for each gap
        """
        self.ensure_one()
        missing = self._get_missing()
        if missing:
            raise UserError(
                self.env._(
                    "%(proceeding)s cannot be filed yet:\n%(missing)s",
                    proceeding=self.display_name,
                    missing="\n".join(f"- {item.sentence}" for item in missing),
                )
            )

    # === AMOUNTS AND COSTS === #

    def _add_cost(self, kind, amount, *, name, date=None, vat=0.0):
        """Note a cost of this proceeding.

        :param str kind: a kind of ``collection.proceeding.cost``
        :param float amount: excluding VAT, in the currency of the company
        :param float vat: VAT on it, in the currency of the company
        """
        self.ensure_one()
        return self.env["collection.proceeding.cost"].create(
            {
                "proceeding_id": self.id,
                "kind": kind,
                "name": name,
                "date": date or self.company_id._get_collection_today(),
                "amount": self.currency_id.round(amount),
                "vat_amount": self.currency_id.round(vat),
            }
        )

    # === SCREENS === #

    @api.depends("name", "partner_id")
    def _compute_display_name(self):
        for proceeding in self:
            debtor = proceeding.partner_id.display_name
            proceeding.display_name = (
                f"{proceeding.name} {debtor}" if debtor else proceeding.name
            )

    def _get_records_action(self, **values):
        """Return the action that opens these proceedings."""
        action = {
            "type": "ir.actions.act_window",
            "name": self.env._("Legal proceedings"),
            "res_model": self._name,
            "domain": [("id", "in", self.ids)],
            "view_mode": "list,form",
        }
        if len(self) == 1:
            action |= {"view_mode": "form", "res_id": self.id}
            action.pop("domain")
        return action | values

    def action_open_debtor(self):
        self.ensure_one()
        return self.partner_id.get_formview_action()

    def action_open_company(self):
        """Open the settings, where the legal identity of the company is entered."""
        return self.env["ir.actions.act_window"]._for_xml_id(
            "l10n_fr_debt_collection.res_config_settings_collection_action"
        )
