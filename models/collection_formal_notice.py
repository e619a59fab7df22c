from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

CHANNEL = "formal_notice"
STATE_MOVES = {
    "draft": {"ready", "cancelled"},
    "ready": {"posted", "received", "unclaimed", "returned", "settled", "cancelled"},
    "posted": {"received", "unclaimed", "returned", "settled"},
    "received": {"settled"},
    "unclaimed": {"settled"},
    "returned": {"settled"},
    # A payment may be taken back by the bank.
    "settled": {"posted", "received", "unclaimed", "returned"},
    "cancelled": set(),
}
# The debtor has been given notice, or may be taken to have been.
VALID_STATES = ("posted", "received", "unclaimed")
LEFT_STATES = (*VALID_STATES, "returned", "settled")
# On their way, or waiting for the debtor to pay.
LIVE_STATES = ("draft", "ready", *VALID_STATES)
# What the letter says of the notice. Refused and unclaimed it was presented, and that
# is valid notice (Cass. 1re civ., 20 January 2021).
STATES_OF_LETTERS = {
    "to_post": "ready",
    "submitted": "ready",
    "posted": "posted",
    "presented": "posted",
    "delivered": "received",
    "unclaimed": "unclaimed",
    "returned": "returned",
    "failed": "cancelled",
    "cancelled": "cancelled",
}
REPORT = "l10n_fr_debt_collection.collection_formal_notice_report"
SEQUENCE_PREFIX = "MED/%(range_year)s/"
# What stays as it was written on the notice once it has left.
EVIDENCE_FIELDS = frozenset(
    {
        "case_id",
        "creditor_id",
        "date",
        "line_ids",
        "name",
        "pay_by_date",
        "statement_id",
    }
)


class CollectionFormalNotice(models.Model):
    """A formal notice to pay (mise en demeure): what it claims and what became of it.

    Its delivery is an action of the case with a registered letter; its figures are a
    final statement of claim. Source: Code civil, 1231-6, 1344 and 1344-1.
    """

    _name = "collection.formal.notice"
    _description = "Formal notice"
    _inherit = [
        "collection.access.logged",
        "mail.thread",
        "mail.activity.mixin",
        "collection.case.part",
        "collection.stateful",
    ]
    _order = "date desc, id desc"
    _check_company_auto = True
    _mail_post_access = "read"
    _state_moves = STATE_MOVES

    name = fields.Char(
        string="Notice number", readonly=True, copy=False, default="/", index="trigram"
    )
    user_id = fields.Many2one(related="action_id.user_id", store=True)
    creditor_id = fields.Many2one(
        "res.partner",
        string="On behalf of",
        index="btree_not_null",
        ondelete="restrict",
        help="The creditor, when it is not your company: the notice then says what "
        "article R124-4 of the Code des procédures civiles d'exécution requires.",
    )
    line_ids = fields.Many2many(
        "account.move.line",
        "collection_formal_notice_line_rel",
        "notice_id",
        "line_id",
        string="Invoices claimed",
        readonly=True,
        check_company=True,
    )
    statement_id = fields.Many2one(
        "collection.claim.statement",
        string="Statement of claim",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
    )
    action_id = fields.Many2one(
        "collection.action",
        string="Sent by",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    letter_id = fields.Many2one(
        "collection.registered.letter",
        string="Letter sent",
        compute="_compute_letter_id",
        store=True,
        index="btree_not_null",
    )
    tracking_number = fields.Char(related="letter_id.tracking_number")
    recipient_id = fields.Many2one(related="action_id.recipient_id")
    recipient_address = fields.Char(related="action_id.recipient_address")
    signatory_name = fields.Char(related="action_id.signatory_name")
    date = fields.Date(string="Dated", required=True, readonly=True, index=True)
    pay_by_date = fields.Date(
        string="To be paid by", required=True, readonly=True, index=True, tracking=True
    )
    state = fields.Selection(
        [
            ("draft", "Being prepared"),
            ("ready", "Ready to post"),
            ("posted", "Posted"),
            ("received", "Received by the debtor"),
            ("unclaimed", "Unclaimed or refused"),
            ("returned", "Came back"),
            ("settled", "Paid in full"),
            ("cancelled", "Cancelled"),
        ],
        default="draft",
        required=True,
        readonly=True,
        index=True,
        tracking=True,
        copy=False,
        group_expand=True,
        help="Received, unclaimed or refused, it was presented to the debtor. Came "
        "back: he is not known at the address, it has to be sent anew.",
    )
    date_posted = fields.Date(
        related="letter_id.date_posted", string="Notice posted on", store=True
    )
    date_presented = fields.Date(
        related="letter_id.date_presented", string="First presented on", store=True
    )
    date_closed = fields.Date(
        related="letter_id.date_closed", string="Received or back on", store=True
    )
    date_default = fields.Date(
        string="In default since",
        compute="_compute_date_default",
        store=True,
        help="First presentation of the letter, else its posting, by the setting of "
        "your company. Legal interest on the debts of a consumer runs from then.",
    )
    followed_on = fields.Date(
        string="Follow-up asked for on",
        readonly=True,
        copy=False,
        help="When somebody was asked what follows the unpaid notice.",
    )

    amount_principal = fields.Monetary(
        related="statement_id.amount_principal", string="Principal", store=True
    )
    amount_interest = fields.Monetary(
        related="statement_id.amount_interest", string="Interest due", store=True
    )
    amount_indemnity = fields.Monetary(
        related="statement_id.amount_indemnity",
        string="Fixed compensation",
        store=True,
    )
    amount_total = fields.Monetary(
        related="statement_id.amount_total", string="Total claimed", store=True
    )
    amount_open = fields.Monetary(
        string="Principal still unpaid", compute="_compute_amount_open"
    )
    has_posting_proof = fields.Boolean(
        string="Posting is proven",
        compute="_compute_has_posting_proof",
        search="_search_has_posting_proof",
    )
    attachment_ids = fields.Many2many(
        "ir.attachment",
        string="Notice as sent and proofs",
        compute="_compute_attachment_ids",
    )
    identity_warning = fields.Text(
        string="What your own company lacks", compute="_compute_identity_warning"
    )

    _action_once = models.UniqueIndex("(action_id)", "An action has one formal notice.")

    # === COMPUTE METHODS === #

    @api.depends("name", "partner_id")
    def _compute_display_name(self):
        for notice in self:
            notice.display_name = f"{notice.name} · {notice.partner_id.display_name}"

    @api.depends("action_id.registered_letter_ids")
    def _compute_letter_id(self):
        for notice in self:
            notice.letter_id = notice.action_id.registered_letter_ids[:1]

    @api.depends(
        "company_id.collection_notice_default_from",
        "date_posted",
        "date_presented",
        "state",
    )
    def _compute_date_default(self):
        for notice in self:
            given = notice.state in (*VALID_STATES, "settled")
            posted_counts = notice.company_id.collection_notice_default_from == "posted"
            presented = not posted_counts and notice.date_presented
            notice.date_default = given and (presented or notice.date_posted)

    @api.depends("line_ids.amount_residual")
    def _compute_amount_open(self):
        for notice in self:
            notice.amount_open = sum(notice.line_ids.mapped("amount_residual"))

    @api.depends("letter_id.posting_proof")
    def _compute_has_posting_proof(self):
        proven = self.search(Domain("id", "in", self.ids) & self._get_proof_domain())
        for notice in self:
            notice.has_posting_proof = notice in proven

    def _search_has_posting_proof(self, operator, value):
        if operator != "in":
            return NotImplemented
        domain = self._get_proof_domain()
        return domain if True in value else ~domain

    @api.model
    def _get_proof_domain(self):
        # Whether there is a file is no secret to who sees the notice.
        attachments = self.env["ir.attachment"].sudo()
        letters = attachments._search(
            [
                ("res_model", "=", "collection.registered.letter"),
                ("res_field", "=", "posting_proof"),
            ]
        ).subselect("res_id")
        return Domain("letter_id", "in", letters)

    @api.depends("action_id.attachment_ids", "letter_id")
    def _compute_attachment_ids(self):
        for notice in self:
            notice.attachment_ids = notice._get_proofs()

    @api.depends("company_id")
    @api.depends_context("lang")
    def _compute_identity_warning(self):
        for notice in self:
            missing = notice.company_id._get_missing_legal_identity()
            notice.identity_warning = bool(missing) and self.env._(
                "Not known of your own company: %s. Enter it in the settings of debt "
                "collection: letters have to say it.",
                ", ".join(missing),
            )

    # === CRUD METHODS === #

    def write(self, vals):
        if not EVIDENCE_FIELDS.isdisjoint(vals):
            self._check_not_left()
        return super().write(vals)

    def _check_not_left(self):
        left = self.filtered(lambda notice: notice.state in LEFT_STATES)
        if left:
            raise UserError(
                self.env._(
                    "%s has been sent and stays as it is. Make a new notice.",
                    left[0].display_name,
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(
            self.env._(
                "Formal notices are evidence and stay. Cancel one that has not left."
            )
        )

    # === ACTION METHODS === #

    def action_send(self):
        """Make the letters of notices that are being prepared, to be posted."""
        self._deliver()
        return True

    def action_post(self):
        """Open the window in which the numbers of the letters are scanned."""
        return self.letter_id.action_post()

    def action_print(self):
        """Download the letters as they are, or were, sent."""
        return self.action_id.action_print()

    def action_preview(self):
        """Show the notice as it would be printed."""
        self.ensure_one()
        return self.action_id.action_preview_pdf()

    def action_cancel(self):
        """Cancel notices that have not left the house."""
        self.filtered(
            lambda notice: notice.state not in LEFT_STATES
        ).action_id._cancel()
        return True

    def action_send_again(self):
        """Make a new notice for the same invoices, the address having been mended."""
        notices = self.env[self._name]
        for notice in self:
            notices |= notice.case_id._make_formal_notice(
                notice.line_ids.filtered(lambda line: not line.reconciled),
                creditor=notice.creditor_id,
            )
        return notices._get_records_action(name=self.env._("Formal notices"))

    def action_open_letter(self):
        self.ensure_one()
        return self.action_id.action_open_registered_letter()

    def action_open_statement(self):
        self.ensure_one()
        return self.statement_id._get_records_action()

    # === MAKING === #

    @api.model
    def _make_for(self, actions, *, statements=None, days=None, creditor=None):
        """Return the notices that these actions send, with their statements.

        :param statements: ``{case id: final statement}`` to use instead of new ones
        :param days: until the pay-by date; the company's usual number if not given
        :param creditor: whom the company collects for, itself if empty
        """
        if not actions:
            return self
        statements = statements or {}
        sequences = {
            company: self._get_sequence(company) for company in actions.company_id
        }
        made = self._make_statements(
            actions.filtered(lambda action: action.case_id.id not in statements)
        )
        return self.create(
            [
                {
                    "name": sequences[action.company_id].next_by_id(
                        sequence_date=action.date
                    ),
                    "case_id": action.case_id.id,
                    "action_id": action.id,
                    "date": action.date,
                    "pay_by_date": self._get_pay_by_date(action, days),
                    "line_ids": action._get_noticed_lines().ids,
                    "creditor_id": creditor and creditor.id,
                    "statement_id": (
                        statements.get(action.case_id.id) or made[action.id]
                    ).id,
                }
                for action in actions
            ]
        )

    @api.model
    def _make_statements(self, actions):
        """Return ``{action id: final statement of what it claims}``.

        Actions of one day and of different cases are calculated together.
        """
        made = {}
        for day, group in actions.grouped("date").items():
            rest = group
            while rest:
                cases = rest.case_id
                batch = rest.browse(
                    own[0].id for own in rest.grouped("case_id").values()
                )
                statements = cases._make_claim_statement(
                    day,
                    lines=batch.item_ids.line_id,
                    purpose="formal_notice",
                )
                by_case = {one.case_id: one for one in statements}
                made |= {action.id: by_case[action.case_id] for action in batch}
                rest -= batch
        return made

    @api.model
    def _get_pay_by_date(self, action, days=None):
        company = action.company_id
        return action.date + timedelta(
            days=company._get_notice_days(action.date) if days is None else days
        )

    @api.model
    def _get_sequence(self, company):
        """Return the numbers of ``company``, of its own and anew each year."""
        # Whoever may send notices may not edit sequences.
        sequences = self.env["ir.sequence"].sudo()
        return sequences.search(
            [("code", "=", self._name), ("company_id", "=", company.id)], limit=1
        ) or sequences.create(
            {
                "name": self.env._("Formal notices of %s", company.name),
                "code": self._name,
                "company_id": company.id,
                "prefix": SEQUENCE_PREFIX,
                "padding": 4,
                "use_date_range": True,
            }
        )

    def _deliver(self):
        """Make the letters of these drafts; what cannot leave is cancelled."""
        drafts = self.filtered(lambda notice: notice.state == "draft")
        drafts.action_id._update_state("todo")
        drafts.action_id._deliver()
        failed = drafts.filtered(lambda notice: notice.action_id.state == "failed")
        failed._update_state("cancelled")
        drafts.case_id._request_review()
        return drafts - failed

    def _renew(self):
        """Make these notices, which have not left, say what is due today."""
        waiting = self.filtered(lambda notice: notice.state in ("draft", "ready"))
        statements = self._make_statements(waiting.action_id)
        for notice in waiting:
            action = notice.action_id
            days = (notice.pay_by_date - notice.date).days
            notice.write(
                {
                    "date": action.date,
                    "pay_by_date": action.date + timedelta(days=days),
                    "line_ids": action._get_noticed_lines().ids,
                    "statement_id": statements[action.id].id,
                }
            )

    # === STATE === #

    def _follow_letters(self):
        """Bring these notices to where their letters are."""
        unsettled = self.filtered(lambda notice: notice.state != "settled")
        for target, notices in unsettled.grouped(type(self)._get_letter_state).items():
            moved = notices.filtered(
                lambda notice: notice.state != notice._get_letter_state()
            )
            moved = moved._update_state(target)
            if target == "returned":
                moved._ask_for_address()
            elif target in VALID_STATES:
                moved._note_given()

    def _get_letter_state(self):
        self.ensure_one()
        letter = self.letter_id
        if letter.state == "returned" and letter.return_reason == "refused":
            return "unclaimed"
        return STATES_OF_LETTERS.get(letter.state, self.state)

    def _filter_live(self):
        """Return those that wait to be posted or to be paid."""
        return self.filtered(lambda notice: notice.state in LIVE_STATES)

    def _note_given(self):
        """Hook: these notices have been posted, presented or received."""

    def _ask_for_address(self):
        """Leave a task: the debtor is not known where the notice was sent."""
        for notice in self:
            notice.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=self.env._("A formal notice came back: send it anew"),
                note=self.env._(
                    "%(notice)s came back from “%(address)s”. Find the address of the "
                    "debtor, then send the notice again.",
                    notice=notice.name,
                    address=notice.recipient_address or "",
                ),
                user_id=notice.case_id._get_collector().id or self.env.uid,
            )

    # === PROOFS === #

    def _get_proofs(self):
        """Return the attachments that prove the notice: as sent, and its proofs."""
        letters = self.letter_id
        documents = self.action_id.attachment_ids.sorted("id")
        proofs = self.env["ir.attachment"].search(
            [
                ("res_model", "=", letters._name),
                ("res_id", "in", letters.ids),
                (
                    "res_field",
                    "in",
                    ("posting_proof", "receipt_proof", "content_proof"),
                ),
            ],
            order="id",
        )
        return documents | proofs
