import base64
from datetime import timedelta
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import (
    format_date,
    formatLang,
    get_lang,
    is_html_empty,
    split_every,
)
from odoo.tools.misc import hmac

from ..tools import drawn_signature, instalments
from ..tools.amount_in_words import amount_in_words

STATE_MOVES = {
    "draft": {"sent", "active", "cancelled"},
    "sent": {"draft", "active", "cancelled"},
    "active": {"late", "kept", "broken", "cancelled"},
    "late": {"active", "kept", "broken", "cancelled"},
    "kept": set(),
    "broken": set(),
    "cancelled": set(),
}
RUNNING_STATES = ("active", "late")
OPEN_STATES = ("draft", "sent", *RUNNING_STATES)
# What the parties have agreed on: fixed once it has been proposed in writing.
AGREED_FIELDS = frozenset(
    {
        "amount_waiver",
        "case_id",
        "currency_id",
        "grace_days",
        "has_acceleration",
        "interest",
        "item_ids",
        "line_ids",
        "notice_days",
    }
)
# How long the items of a plan are held while a notice waits to be given.
WAITING_DAYS = 30
# Rows of a table that are kept on one page of the agreement.
ROWS_TOGETHER = 24
RHYTHMS = [
    (instalments.WEEKLY, "Every week"),
    (instalments.FORTNIGHTLY, "Every two weeks"),
    (instalments.MONTHLY, "Every month"),
    (instalments.MONTH_END, "At the end of each month"),
    (instalments.EVERY_N_DAYS, "Every so many days"),
]


class CollectionPlan(models.Model):
    """A debt to be paid in instalments: what is owed, when it is paid, what if not.

    All amounts but the cost are in the plan's one currency. The debts are those on the
    day on which the plan was drawn up: what settles them afterwards fills the
    instalments, the oldest first.
    """

    _name = "collection.plan"
    _description = "Payment plan"
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

    name = fields.Char(string="Plan number", readonly=True, copy=False, default="/")
    currency_id = fields.Many2one(
        "res.currency", related=None, required=True, readonly=True
    )
    company_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Company currency"
    )
    user_id = fields.Many2one(
        "res.users",
        string="Collector",
        index="btree_not_null",
        domain="[('company_ids', 'in', company_id), ('share', '=', False)]",
    )
    contact_id = fields.Many2one(
        "res.partner",
        string="Agreed with",
        domain="[('id', 'child_of', partner_id)]",
        help="Who signs for the debtor. Empty: the debtor.",
    )
    origin = fields.Selection(
        [
            ("portal", "Debtor's page"),
            ("phone", "Telephone"),
            ("email", "E-mail"),
            ("letter", "Letter"),
            ("other", "Other"),
        ],
        default="phone",
        required=True,
        help="How the debtor asked for it.",
    )
    date = fields.Date(
        string="Drawn up on",
        required=True,
        readonly=True,
        default=lambda self: self.env.company._get_collection_today(),
    )
    note = fields.Text(help="What the debtor said. Not printed on the agreement.")
    color = fields.Integer()

    # What is owed
    item_ids = fields.One2many(
        "collection.plan.item", "plan_id", string="Debts", readonly=True
    )
    amount_debt = fields.Monetary(
        string="Debt",
        compute="_compute_amounts",
        store=True,
        help="Open amount of the items on the day on which the plan was drawn up.",
    )
    amount_waiver = fields.Monetary(
        string="Waiver",
        readonly=True,
        tracking=True,
        help="Part of the debt given up once all instalments are paid. Accounting has "
        "to agree before the plan is proposed.",
    )
    amount = fields.Monetary(
        string="To pay",
        compute="_compute_amounts",
        store=True,
        help="The debt less the waiver: what the instalments have to add up to.",
    )
    interest = fields.Selection(
        [
            ("kept", "Interest and penalties stay due"),
            ("waived", "Interest and penalties given up if the plan is kept"),
        ],
        default="kept",
        required=True,
    )

    # When it is paid
    line_ids = fields.One2many("collection.plan.line", "plan_id", string="Instalments")
    line_count = fields.Integer(
        string="Number of instalments", compute="_compute_amounts", store=True
    )
    first_date = fields.Date(
        string="First instalment", compute="_compute_amounts", store=True
    )
    last_date = fields.Date(
        string="Last instalment", compute="_compute_amounts", store=True
    )
    amount_difference = fields.Monetary(
        string="Difference",
        compute="_compute_difference",
        help="What the instalments lack, or have too much.",
    )
    grace_days = fields.Integer(
        help="Days after the date of an instalment before it counts as missed."
    )
    has_acceleration = fields.Boolean(
        string="Acceleration clause",
        default=True,
        help="A missed instalment makes the whole rest due, after a notice. Without "
        "the clause only what is missed may be claimed.",
    )
    notice_days = fields.Integer(
        string="Notice",
        help="Days that the debtor has to pay a missed instalment, from the notice on.",
    )

    # What became of it
    state = fields.Selection(
        [
            ("draft", "Proposed"),
            ("sent", "Waits for signature"),
            ("active", "In force"),
            ("late", "Instalment missed"),
            ("kept", "Plan kept"),
            ("broken", "Plan broken"),
            ("cancelled", "Cancelled"),
        ],
        default="draft",
        required=True,
        readonly=True,
        index=True,
        copy=False,
        tracking=True,
        group_expand=True,
    )
    amount_paid = fields.Monetary(
        string="Received",
        readonly=True,
        copy=False,
        help="What has settled the debts since the plan was drawn up.",
    )
    amount_open = fields.Monetary(
        string="Still to come", compute="_compute_amount_open", store=True
    )
    amount_missed = fields.Monetary(string="Missed", readonly=True, copy=False)
    amount_unallocated = fields.Monetary(
        string="Received, not allocated yet",
        readonly=True,
        copy=False,
        help="Payments of the debtor since the plan was drawn up that accounting has "
        "not matched with an invoice. They keep notices back, and pay nothing yet.",
    )
    progress = fields.Float(
        string="Received (%)", compute="_compute_amount_open", store=True
    )
    kept_rate = fields.Float(
        string="Kept (%)",
        compute="_compute_kept_rate",
        store=True,
        aggregator="avg",
        help="100 for a plan that was kept, 0 for one that was not: its average over "
        "closed plans is the rate of success.",
    )
    date_sent = fields.Date(string="Proposed on", readonly=True, copy=False)
    date_offer_end = fields.Date(
        string="Open until",
        readonly=True,
        copy=False,
        help="A proposal that is not signed by then lapses.",
    )
    date_start = fields.Date(string="In force since", readonly=True, copy=False)
    date_notice = fields.Date(string="Notice given on", readonly=True, copy=False)
    date_notice_end = fields.Date(
        string="Notice ends on",
        readonly=True,
        copy=False,
        help="The last day on which paying what is missed saves the plan.",
    )
    is_notice_by_hand = fields.Boolean(
        string="Notice given by other means", readonly=True, copy=False
    )
    date_closed = fields.Date(string="Closed on", readonly=True, copy=False)
    hold_id = fields.Many2one(
        "collection.hold", readonly=True, copy=False, index="btree_not_null"
    )
    action_ids = fields.One2many(
        "collection.action", "plan_id", string="Messages sent", readonly=True
    )

    # Signature
    signature_required = fields.Boolean(
        string="Signature required",
        readonly=True,
        help="Without a signature a collector may start it by hand.",
    )
    agreed_by = fields.Selection(
        [
            ("portal", "Signed on the debtor's page"),
            ("scan", "Signed on paper"),
            ("phone", "Agreed by telephone"),
        ],
        string="Agreement",
        readonly=True,
        copy=False,
    )
    signed_by = fields.Char(
        string="Signatory", readonly=True, copy=False, tracking=True
    )
    signed_on = fields.Datetime(string="Signed on", readonly=True, copy=False)
    signature = fields.Binary(readonly=True, copy=False, attachment=True)
    signed_ip_hash = fields.Char(
        string="Sealed address",
        readonly=True,
        copy=False,
        groups="base.group_system",
        help="Keyed hash of the network address the signature came from: it can be "
        "compared with an address, not read.",
    )
    agreement_id = fields.Many2one(
        "ir.attachment",
        string="Agreement as signed",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    agreement_note = fields.Text(string="What was agreed", readonly=True, copy=False)

    # What it costs
    follower_id = fields.Many2one(
        "res.partner",
        string="Followed by",
        help="Commissaire de justice or agency that follows the instalments.",
    )
    cost = fields.Monetary(
        currency_field="company_currency_id", help="What following the plan costs."
    )

    _open_idx = models.Index(
        "(company_id, id) WHERE state IN ('sent', 'active', 'late')"
    )
    _waiver_positive = models.Constraint(
        "CHECK(amount_waiver >= 0)", "A waiver cannot be negative."
    )
    _delays_positive = models.Constraint(
        "CHECK(grace_days >= 0 AND notice_days >= 0)",
        "Grace and notice are numbers of days, not negative.",
    )

    # === COMPUTE METHODS === #

    @api.depends("name", "partner_id")
    def _compute_display_name(self):
        for plan in self:
            plan.display_name = f"{plan.name} · {plan.partner_id.display_name}"

    @api.depends("item_ids.amount", "amount_waiver", "line_ids.date", "line_ids.amount")
    def _compute_amounts(self):
        for plan in self:
            currency = plan.currency_id or plan.company_id.currency_id
            dates = [day for day in plan.line_ids.mapped("date") if day]
            plan.amount_debt = currency.round(sum(plan.item_ids.mapped("amount")))
            plan.amount = currency.round(plan.amount_debt - plan.amount_waiver)
            plan.line_count = len(plan.line_ids)
            plan.first_date = min(dates, default=False)
            plan.last_date = max(dates, default=False)

    @api.depends("amount", "line_ids.amount")
    def _compute_difference(self):
        for plan in self:
            total = sum(plan.line_ids.mapped("amount"))
            plan.amount_difference = plan.currency_id.round(plan.amount - total)

    @api.depends("amount", "amount_paid")
    def _compute_amount_open(self):
        for plan in self:
            paid = min(plan.amount_paid, plan.amount)
            plan.amount_open = plan.currency_id.round(plan.amount - paid)
            plan.progress = 100 * paid / plan.amount if plan.amount else 0

    @api.depends("state")
    def _compute_kept_rate(self):
        for plan in self:
            plan.kept_rate = 100 if plan.state == "kept" else 0

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        sequence = self.env["ir.sequence"]
        for vals in vals_list:
            if vals.get("name", "/") == "/":
                company = self.env["collection.case"].browse(vals["case_id"]).company_id
                vals["name"] = sequence.with_company(company).next_by_code(self._name)
        return super().create(vals_list)

    def write(self, vals):
        if not AGREED_FIELDS.isdisjoint(vals):
            self._check_not_agreed()
        return super().write(vals)

    def _check_not_agreed(self):
        agreed = self.filtered(lambda plan: plan.state != "draft")
        if agreed:
            raise UserError(
                self.env._(
                    "%(plan)s has been proposed to the debtor: its terms stay as they "
                    "are. Take the proposal back to change it.",
                    plan=agreed[0].display_name,
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        kept = self.filtered(lambda plan: plan.state != "draft")
        if kept:
            raise UserError(
                self.env._(
                    "%(plan)s is part of the debtor's history and cannot be deleted. "
                    "Cancel it instead.",
                    plan=kept[0].display_name,
                )
            )

    # === ACTION METHODS === #

    def action_start(self):
        """Ask how the debtor agreed: on paper, or by word where that is enough."""
        self.ensure_one()
        self._check_complete()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Agreement of the debtor"),
            "res_model": "collection.plan.agree",
            "view_mode": "form",
            "target": "new",
            "context": {"default_plan_id": self.id},
        }

    def action_take_back(self):
        """Take a proposal back to change it."""
        self._update_state("draft", date_sent=False, date_offer_end=False)
        self.hold_id._release()
        return True

    def action_cancel(self):
        self._cancel()
        return True

    def action_break(self):
        """Give the plan up by decision of a person: all is due again."""
        self._break()
        return True

    def action_open_items(self):
        """Open the receivables that this plan is about."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "l10n_fr_debt_collection.account_move_line_collection_action"
        )
        return action | {
            "domain": [("id", "in", self.item_ids.line_id.ids)],
            "context": {},
        }

    # === BUSINESS METHODS === #

    def _update_state(self, target, **values):
        """Move these plans to ``target``; their cases are looked at again."""
        moved = super()._update_state(target, **values)
        moved.case_id._request_review()
        return moved

    def _check_complete(self):
        """Raise if a plan cannot be proposed as it is; the message says what lacks."""
        for plan in self:
            if not plan.line_ids:
                raise UserError(
                    self.env._("%s has no instalments: add some.", plan.display_name)
                )
            if not plan.currency_id.is_zero(plan.amount_difference):
                raise UserError(
                    self.env._(
                        "The instalments of %(plan)s do not add up to %(amount)s: "
                        "%(difference)s are lacking. Correct an instalment.",
                        plan=plan.display_name,
                        amount=plan._format_amount(plan.amount),
                        difference=plan._format_amount(plan.amount_difference),
                    )
                )

    def _format_amount(self, amount):
        self.ensure_one()
        return formatLang(self.env, amount, currency_obj=self.currency_id)

    def _get_collector(self):
        self.ensure_one()
        return self.user_id or self.case_id._get_collector()

    # === FROM PROPOSAL TO AGREEMENT === #

    def _sign(self, name, image, ip=None):
        """Note the debtor's signature, freeze the agreement and start the plan.

        :param name: who signs, as written by himself
        :param image: the drawn signature, base64 as the signature pad gives it
        :param ip: network address; only a keyed hash of it is kept
        :raise UserError: the plan does not wait for a signature, or no more
        """
        self.ensure_one()
        # Two clicks, or two tabs, sign once.
        self.lock_for_update()
        self._check_signable()
        if not (name or "").strip() or not image:
            raise UserError(self.env._("Write your name and draw your signature."))
        self._check_drawing(image)
        self.write(
            {
                "agreed_by": "portal",
                "signed_by": name.strip(),
                "signed_on": fields.Datetime.now(),
                "signature": image,
            }
        )
        self._seal_address(ip)
        self._freeze_agreement(self._render_agreement())
        self._start()
        return True

    def _check_drawing(self, image):
        try:
            drawn_signature.check(image)
        except drawn_signature.SignatureError as error:
            raise UserError(
                self.env._("This signature cannot be read: please draw it again.")
            ) from error

    def _seal_address(self, ip):
        # Collectors may not read the hash: with it they could test addresses.
        plan_sudo = self.sudo()
        plan_sudo.signed_ip_hash = bool(ip) and hmac(
            plan_sudo.env, "collection_plan_ip", ip
        )

    def _check_signable(self):
        self.ensure_one()
        if self.state != "sent":
            raise UserError(
                self.env._(
                    "%s does not wait for a signature (any more).", self.display_name
                )
            )
        if self.date_offer_end and self.date_offer_end < self._get_today():
            raise UserError(
                self.env._(
                    "The proposal %(plan)s was open until %(date)s. Please contact "
                    "%(company)s.",
                    plan=self.name,
                    date=format_date(self.env, self.date_offer_end),
                    company=self.company_id.display_name,
                )
            )

    def _freeze_agreement(self, content, name=None):
        """Keep the agreement as it was signed; nobody changes or deletes it."""
        self.ensure_one()
        attachment = self.env["ir.attachment"].create(
            {
                "name": name or self._get_document_name(),
                "raw": content,
                "res_model": self._name,
                "res_id": self.id,
            }
        )
        self.agreement_id = attachment
        self.case_id._message_log(
            body=self.env._(
                "%(plan)s: %(how)s by %(who)s.",
                plan=self.name,
                how=self._get_agreement_label(),
                who=self.signed_by,
            ),
            attachment_ids=attachment.ids,
        )

    def _get_agreement_label(self):
        self.ensure_one()
        choices = self._fields["agreed_by"]._description_selection(self.env)
        return dict(choices).get(self.agreed_by, "")

    def _start(self):
        """Put agreed plans in force: their items are left alone until the end."""
        self._check_complete()
        for company, plans in self.grouped("company_id").items():
            started = plans._update_state(
                "active", date_start=company._get_collection_today()
            )
            started._hold_items()
            started._judge()

    def _cancel(self, reason=False):
        """End plans without a verdict; what they held may be chased again."""
        for company, plans in self.grouped("company_id").items():
            cancelled = plans._update_state(
                "cancelled", date_closed=company._get_collection_today()
            )
            cancelled.hold_id._release()
            if reason and cancelled:
                cancelled._message_log_batch(dict.fromkeys(cancelled.ids, reason))

    # === HOLD === #

    def _hold_items(self):
        """Keep the items of these plans from being chased for as long as they last."""
        for plan in self:
            values = {"date_to": plan._get_hold_end(), "name": plan._explain_hold()}
            if plan.hold_id:
                plan.hold_id.write({**values, "active": True})
            else:
                plan.hold_id = self.env["collection.hold"].create(
                    plan._prepare_hold() | values
                )

    def _prepare_hold(self):
        self.ensure_one()
        return {
            "case_id": self.case_id.id,
            "line_ids": [(6, 0, self.item_ids.line_id.ids)],
            "reason": "plan",
            "date_from": self._get_today(),
            "user_id": self._get_collector().id,
            "res_model": self._name,
            "res_id": self.id,
        }

    def _get_hold_end(self):
        """Return the day until which the plan keeps its items from being chased."""
        self.ensure_one()
        if self.state == "sent":
            return self.date_offer_end
        last = self.last_date + timedelta(days=self.grace_days)
        ends = [last, self._get_today()]
        if self.state == "late":
            # Without a notice a person has to act, and gets some time for it.
            end = self.date_notice_end or self._get_today() + timedelta(
                days=WAITING_DAYS
            )
            ends.append(end + timedelta(days=1))
        return max(ends)

    def _explain_hold(self):
        self.ensure_one()
        if self.state == "sent":
            return self.env._("%s waits for the debtor's signature", self.name)
        return self.env._(
            "%(plan)s: %(count)s instalments until %(date)s",
            plan=self.name,
            count=self.line_count,
            date=format_date(self.env, self.last_date),
        )

    # === DOCUMENT === #

    @api.model
    def _agreement_report(self):
        return "l10n_fr_debt_collection.collection_plan_report"

    def _render_agreement(self):
        """Return the content of the agreement's PDF, in the debtor's language."""
        self.ensure_one()
        return self.env["collection.pdf"]._render(self._agreement_report(), self)[
            self.id
        ]

    def _get_document_name(self):
        self.ensure_one()
        name = self.env._("Payment plan %s.pdf", self.name)
        return name.replace("/", "-")

    def _get_text_lang(self):
        """Return the language in which the debtor reads and signs."""
        self.ensure_one()
        lang = self.contact_id.lang or self.partner_id.lang
        return get_lang(self.env, lang).code

    def _get_words(self, amount):
        """Return an amount of the plan in words, in the language of the context."""
        self.ensure_one()
        exact = Decimal(repr(self.currency_id.round(amount))).quantize(instalments.CENT)
        return amount_in_words(exact, self.currency_id.name, self.env.lang)

    def _get_signature_uri(self):
        """Return the drawn signature as an image that a document can hold."""
        self.ensure_one()
        image = self.with_context(bin_size=False).signature
        if not image:
            return ""
        text = image.decode() if isinstance(image, bytes) else image
        kind = "png" if base64.b64decode(text[:16]).startswith(b"\x89PNG") else "jpeg"
        return f"data:image/{kind};base64,{text}"

    def _get_item_pages(self):
        """Return the debts in parts that each fit on a page."""
        self.ensure_one()
        return list(split_every(ROWS_TOGETHER, self.item_ids.ids, self.item_ids.browse))

    def _get_instalment_pages(self):
        """Return ``[[((number, line), (number, line)), ...], ...]``: two columns.

        The second column of the last row may be ``(number, no line)``.
        """
        self.ensure_one()
        lines = self.line_ids.sorted("date")
        half = -(-len(lines) // 2)
        rows = [
            (
                (index + 1, lines[index]),
                (half + index + 1, lines[half + index : half + index + 1]),
            )
            for index in range(half)
        ]
        return list(split_every(ROWS_TOGETHER, rows, list))

    def _get_bank(self):
        """Return the bank account the debtor pays to."""
        self.ensure_one()
        action = self.env["collection.action"].new({"case_id": self.case_id.id})
        return action._get_banks()[self.company_id.id]

    def _get_reference(self):
        """Return what the debtor should quote when paying."""
        self.ensure_one()
        return self.name

    @api.model
    def _get_address_lines(self, partner):
        """Return the postal address of a party, without its name."""
        lines = partner._display_address(without_company=True).splitlines()
        return [line for line in lines if line.strip()]

    @api.model
    def _is_empty_html(self, html):
        return is_html_empty(html)

    def _get_next_line(self):
        """Return the first instalment that is not fully paid."""
        self.ensure_one()
        return self.line_ids.filtered(lambda line: line.state != "paid")[:1]

    def _get_notice_end(self):
        """Return the last day to pay what is missed, of a notice given today."""
        self.ensure_one()
        return self.date_notice_end or self._get_today() + timedelta(
            days=self.notice_days
        )
