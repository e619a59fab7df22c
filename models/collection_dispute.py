from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import format_date, formatLang

OPEN_STATES = ("new", "investigating", "waiting_debtor")
CLOSED_STATES = ("accepted", "rejected", "withdrawn")
STATE_MOVES = {
    **{state: {*OPEN_STATES, *CLOSED_STATES} - {state, "new"} for state in OPEN_STATES},
    **dict.fromkeys(CLOSED_STATES, {"investigating"}),
}
# In which state each resolution leaves a dispute.
STATE_OF_RESOLUTION = {
    "credit_note": "accepted",
    "price_cut": "accepted",
    "rejected": "rejected",
    "paid": "withdrawn",
    "withdrawn": "withdrawn",
}
# Resolutions that are carried out by a credit note, which closes the dispute.
CREDITED_RESOLUTIONS = ("credit_note", "price_cut")


class CollectionDispute(models.Model):
    """Contested items, or a part of one: why, who answers until when, how it ended.

    Amounts are in company currency. While it is open a hold keeps what is disputed out
    of the reminders; the rest of the debt is claimed as before.
    """

    _name = "collection.dispute"
    _description = "Dispute"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "collection.access.logged",
        "collection.case.part",
        "collection.stateful",
    ]
    _order = "date_opened desc, id desc"
    _check_company_auto = True
    _mail_post_access = "read"
    _state_moves = STATE_MOVES

    # Who
    name = fields.Char(string="Reference", readonly=True, copy=False, default="/")
    currency_id = fields.Many2one(store=True, string="Company currency")
    contact_id = fields.Many2one(
        "res.partner",
        string="Raised by",
        domain="[('id', 'child_of', partner_id)]",
        index="btree_not_null",
        ondelete="set null",
    )
    origin = fields.Selection(
        [
            ("phone", "Telephone"),
            ("portal", "Debtor's page"),
            ("email", "E-mail"),
            ("letter", "Letter"),
            ("other", "Other"),
        ],
        default="phone",
        required=True,
        readonly=True,
    )
    action_id = fields.Many2one(
        "collection.action",
        string="Raised during",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Owner",
        required=True,
        tracking=True,
        index=True,
        domain="[('company_ids', 'in', company_id), ('share', '=', False)]",
        help="Who has to answer. He sees the dispute without being a collector.",
    )
    team = fields.Char(related="reason_id.team")

    # What
    reason_id = fields.Many2one(
        "collection.dispute.reason",
        required=True,
        tracking=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    line_ids = fields.Many2many(
        "account.move.line",
        "collection_dispute_line_rel",
        "dispute_id",
        "line_id",
        string="Items",
        readonly=True,
    )
    move_ids = fields.Many2many(
        "account.move", compute="_compute_moves", string="Documents"
    )
    items_note = fields.Text(
        string="Disputed items",
        compute="_compute_items_note",
        compute_sudo=True,
        help="For those who may not read the accounts.",
    )
    amount = fields.Monetary(
        string="Amount disputed", required=True, readonly=True, tracking=True
    )
    is_partial = fields.Boolean(
        string="Part of an item",
        readonly=True,
        help="Only a part of the item is disputed; the rest of it is claimed.",
    )
    description = fields.Text(string="What the debtor says")
    product_ids = fields.Many2many(
        "product.product",
        "collection_dispute_product_rel",
        "dispute_id",
        "product_id",
        string="Products",
        readonly=True,
        help="Of the disputed documents.",
    )
    salesperson_id = fields.Many2one(
        "res.users", readonly=True, index="btree_not_null", ondelete="set null"
    )
    hold_id = fields.Many2one(
        "collection.hold", readonly=True, index="btree_not_null", ondelete="set null"
    )

    # When, and what became of it
    state = fields.Selection(
        [
            ("new", "Opened"),
            ("investigating", "Under examination"),
            ("waiting_debtor", "Waiting for the debtor"),
            ("accepted", "Founded"),
            ("rejected", "Unfounded"),
            ("withdrawn", "Settled"),
        ],
        default="new",
        required=True,
        readonly=True,
        index=True,
        tracking=True,
        group_expand=True,
    )
    date_opened = fields.Date(
        string="Opened on",
        required=True,
        readonly=True,
        default=lambda self: self.env.company._get_collection_today(),
    )
    deadline = fields.Date(
        string="Answer before",
        required=True,
        tracking=True,
        index=True,
        help="After this day whoever stands above the owner is told.",
    )
    is_late = fields.Boolean(compute="_compute_is_late", search="_search_is_late")
    date_closed = fields.Date(string="Closed on", readonly=True)
    days_open = fields.Integer(
        string="Days to close",
        compute="_compute_days_open",
        store=True,
        aggregator="avg",
        help="From the opening to the closing.",
    )
    resolution = fields.Selection(
        [
            ("credit_note", "Credit note"),
            ("price_cut", "Price reduction"),
            ("rejected", "Turned down"),
            ("paid", "Paid after all"),
            ("withdrawn", "Given up by the debtor"),
        ],
        readonly=True,
        tracking=True,
        help="While the dispute is open: what has been decided.",
    )
    resolution_note = fields.Text(string="Answer", readonly=True)
    credit_note_ids = fields.Many2many(
        "account.move",
        compute="_compute_moves",
        string="Credit notes",
        help="Issued for the disputed documents.",
    )
    amount_settled = fields.Monetary(
        string="Credited",
        readonly=True,
        help="What credit notes have taken off the disputed items since the opening.",
    )
    # Escalations: what has been said, so that it is said once
    is_reminded = fields.Boolean(readonly=True, copy=False)
    late_level = fields.Integer(
        readonly=True,
        copy=False,
        aggregator=None,
        help="How often a superior has been told of the delay.",
    )

    _name_unique = models.UniqueIndex(
        "(company_id, name) WHERE name <> '/'", "Another dispute has this number."
    )
    _amount_positive = models.Constraint(
        "CHECK(amount > 0)", "The amount of a dispute is above zero."
    )
    _open_idx = models.Index(
        "(case_id, deadline) WHERE state IN ('new', 'investigating', 'waiting_debtor')"
    )

    # === COMPUTE METHODS === #

    @api.depends("name", "partner_id")
    def _compute_display_name(self):
        for dispute in self:
            debtor = dispute.partner_id.display_name or ""
            dispute.display_name = f"{dispute.name} · {debtor}"

    @api.depends("line_ids")
    def _compute_moves(self):
        for dispute in self:
            dispute.move_ids = dispute.line_ids.move_id
            dispute.credit_note_ids = dispute.move_ids.reversal_move_ids

    @api.depends("line_ids")
    def _compute_items_note(self):
        for dispute in self:
            dispute.items_note = "\n".join(
                self.env._(
                    "%(document)s of %(date)s: %(amount)s open",
                    document=line.move_id.name or line.name,
                    date=format_date(self.env, line.date),
                    amount=dispute._format_amount(line.amount_residual),
                )
                for line in dispute.line_ids
            )

    @api.depends("deadline", "state")
    def _compute_is_late(self):
        for dispute in self:
            company = dispute.company_id or self.env.company
            dispute.is_late = (
                dispute.state in OPEN_STATES
                and bool(dispute.deadline)
                and dispute.deadline < company._get_collection_today()
            )

    def _search_is_late(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = self.env.company._get_collection_today()
        late = Domain("state", "in", OPEN_STATES) & Domain("deadline", "<", today)
        return late if True in value else ~late

    @api.depends("date_opened", "date_closed")
    def _compute_days_open(self):
        for dispute in self:
            dispute.days_open = (
                (dispute.date_closed - dispute.date_opened).days
                if dispute.date_closed
                else False
            )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("name", "/") == "/":
                vals["name"] = self._get_next_name(vals)
        disputes = super().create(vals_list)
        disputes._hold_items()
        disputes._tell_owners()
        return disputes

    def write(self, vals):
        result = super().write(vals)
        if "user_id" in vals:
            self._tell_owners()
        return result

    @api.model
    def _get_next_name(self, vals):
        case = self.env["collection.case"].browse(vals["case_id"])
        # Numbers are drawn by whoever opens a dispute, the debtor on his page included.
        sequence = self.env["ir.sequence"].sudo().with_company(case.company_id)
        return sequence.next_by_code(self._name) or "/"

    # === ACTION METHODS === #

    def action_investigate(self):
        """Say that somebody examines what the debtor says."""
        return self._move_on("investigating")

    def action_wait_debtor(self):
        """Say that the debtor has to provide something first."""
        return self._move_on("waiting_debtor")

    def action_reopen(self):
        """Take up disputes again that were closed too soon."""
        closed = self._as_owner().filtered(
            lambda dispute: dispute.state in CLOSED_STATES
        )
        reopened = closed._update_state(
            "investigating",
            resolution=False,
            date_closed=False,
            is_reminded=False,
            late_level=0,
        )
        for company, disputes in reopened.grouped("company_id").items():
            today = company._get_collection_today()
            for reason, group in disputes.grouped("reason_id").items():
                group.deadline = today + timedelta(days=reason.response_days)
        reopened._hold_items()
        reopened._tell_owners()
        return True

    def action_answer(self):
        """Open the window in which a dispute is answered."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Answer the dispute"),
            "res_model": "collection.dispute.answer",
            "view_mode": "form",
            "target": "new",
            "context": {"default_dispute_id": self.id},
        }

    def action_credit_note(self):
        """Open core's window that reverses the disputed invoices."""
        return self._open_reversal("credit_note")

    def action_price_cut(self):
        """Open core's window for a credit note over a part of the invoices."""
        return self._open_reversal("price_cut")

    def action_open_documents(self):
        return self._open_moves(self.move_ids, self.env._("Disputed documents"))

    def action_open_credit_notes(self):
        return self._open_moves(self.credit_note_ids, self.env._("Credit notes"))

    # === BUSINESS METHODS === #

    def _move_on(self, target):
        self._as_owner()._update_state(target)
        return True

    def _as_owner(self):
        """Return these disputes with the right to answer them.

        :raise AccessError: they are neither the user's own nor is he a collector
        """
        self.check_access("read")
        is_collector = self.env.user.has_group(
            "l10n_fr_debt_collection.group_collection_user"
        )
        foreign = self.filtered(lambda dispute: dispute.user_id != self.env.user)
        if foreign and not (is_collector or self.env.su):
            raise AccessError(
                self.env._(
                    "“%s” is not yours to answer: ask its owner or a collector.",
                    foreign[0].display_name,
                )
            )
        # An owner outside finance may answer, but not change what is disputed.
        return self.sudo()

    def _decide(self, resolution, note=""):
        """Keep how these disputes are answered; close those that need no credit note.

        :param resolution: a code of the field ``resolution``
        """
        disputes = self._as_owner()._filter_open()
        if resolution in CREDITED_RESOLUTIONS:
            disputes.write({"resolution": resolution, "resolution_note": note})
            disputes._update_state("investigating")
            disputes._ask_for_credit_note()
        else:
            disputes._close(resolution, note)
        return disputes

    def _send_answer(self, template):
        """Send the debtor an e-mail with why his dispute was turned down.

        :return: the action, sent; its text finds the dispute as ``object.dispute_id``
        """
        self.ensure_one()
        return self.case_id._send_apart(
            template,
            contact=self.contact_id if self.contact_id.email else None,
            lines=self.line_ids.filtered(lambda line: line.amount_residual > 0),
            dispute_id=self.id,
            encloses_invoices=True,
        )

    def _close(self, resolution, note=False, **values):
        """Close these disputes: what is still owed is claimed again."""
        if note:
            values["resolution_note"] = note
        closed = self.browse()
        for company, disputes in self.grouped("company_id").items():
            closed |= disputes._update_state(
                STATE_OF_RESOLUTION[resolution],
                resolution=resolution,
                date_closed=company._get_collection_today(),
                **values,
            )
        closed._release()
        return closed

    def _release(self):
        """End the holds and the tasks of these disputes."""
        self.hold_id.filtered(lambda hold: hold.active and hold.is_active)._release()
        # The tasks may be a colleague's.
        self.sudo().activity_ids.filtered("automated").unlink()
        self.case_id._request_review()

    def _hold_items(self):
        """Have what is disputed left alone, if its reason says so."""
        held = self.filtered(lambda dispute: dispute.reason_id.holds_items)
        holds = self.env["collection.hold"].create(
            [dispute._prepare_hold() for dispute in held]
        )
        for dispute, hold in zip(held, holds, strict=True):
            dispute.hold_id = hold

    def _prepare_hold(self):
        self.ensure_one()
        today = self.company_id._get_collection_today()
        longest = today + timedelta(days=self.company_id.collection_dispute_max_days)
        return {
            "case_id": self.case_id.id,
            "line_ids": [fields.Command.set(self.line_ids.ids)],
            "amount": self.amount if self.is_partial else 0,
            "reason": "dispute",
            "name": f"{self.name} {self.reason_id.name}",
            "date_from": today,
            # Nobody's forgetting stops the reminders for ever.
            "date_to": max(longest, self.deadline),
            "user_id": self.user_id.id,
            "res_model": self._name,
            "res_id": self.id,
        }

    def _open_reversal(self, resolution):
        self.ensure_one()
        invoices = self.move_ids.filtered(
            lambda move: move.move_type == "out_invoice" and move.state == "posted"
        )
        if not invoices:
            raise UserError(
                self.env._(
                    "None of the items of “%s” is an invoice that a credit note could "
                    "correct. Settle it in accounting: the dispute closes by itself.",
                    self.name,
                )
            )
        if self.resolution != resolution:
            self._as_owner().resolution = resolution
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "account.action_view_account_move_reversal"
        )
        return action | {
            "context": {
                "active_model": "account.move",
                "active_id": invoices[0].id,
                "active_ids": invoices.ids,
                "default_reason": f"{self.name} {self.reason_id.name}",
            }
        }

    def _open_moves(self, moves, name):
        action = {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": "account.move",
            "views": [(False, "list"), (False, "form")],
            "domain": [("id", "in", moves.ids)],
            "context": {"create": False},
        }
        if len(moves) == 1:
            action |= {"views": [(False, "form")], "res_id": moves.id}
        return action

    def _filter_open(self):
        """Return those of these disputes that wait for an answer."""
        return self.filtered(lambda dispute: dispute.state in OPEN_STATES)

    @api.model
    def _get_open_domain(self, lines):
        """Return the domain of the open disputes about some of ``lines``."""
        return Domain("state", "in", OPEN_STATES) & Domain("line_ids", "in", lines.ids)

    def _format_amount(self, amount):
        return formatLang(self.env, amount, currency_obj=self.currency_id)
