from uuid import uuid4

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..tools.postal import tracking
from .collection_postal_provider import MANUAL

STATE_MOVES = {
    "to_post": {"submitted", "posted", "failed", "cancelled"},
    "submitted": {
        "posted",
        "presented",
        "delivered",
        "unclaimed",
        "returned",
        "failed",
    },
    "posted": {"presented", "delivered", "unclaimed", "returned"},
    "presented": {"delivered", "unclaimed", "returned"},
    "delivered": set(),
    "unclaimed": set(),
    "returned": set(),
    "failed": set(),
    "cancelled": set(),
}
ON_ITS_WAY = ("submitted", "posted", "presented")
# What the state of a letter says of the delivery of its action.
DELIVERY_STATES = {
    "submitted": "handed_over",
    "posted": "handed_over",
    "presented": "handed_over",
    "delivered": "delivered",
    "unclaimed": "unclaimed",
    "returned": "returned",
    "failed": "refused",
}


class CollectionRegisteredLetter(models.Model):
    """A registered letter on its way: its number, its dates and its proofs.

    One per action. Refused or unclaimed, it was presented: that is valid notice (Cass.
    1re civ., 20 January 2021), and its action stays sent.
    """

    _name = "collection.registered.letter"
    _description = "Registered letter"
    _inherit = [
        "collection.access.logged",
        "collection.batch",
        "mail.thread",
        "mail.activity.mixin",
        "collection.stateful",
    ]
    _order = "id desc"
    _check_company_auto = True
    _state_moves = STATE_MOVES

    action_id = fields.Many2one(
        "collection.action",
        string="Letter",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    case_id = fields.Many2one(related="action_id.case_id", store=True, index=True)
    partner_id = fields.Many2one(related="case_id.partner_id", store=True, index=True)
    company_id = fields.Many2one(related="action_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    user_id = fields.Many2one(related="action_id.user_id", store=True)
    recipient_address = fields.Char(related="action_id.recipient_address")
    amount = fields.Monetary(related="action_id.amount")
    provider_id = fields.Many2one(
        "collection.postal.provider",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    is_by_hand = fields.Boolean(string="Sent by hand", compute="_compute_is_by_hand")
    tracking_number = fields.Char(
        string="Tracking number",
        tracking=True,
        copy=False,
        help="Number of the registered letter.",
    )
    state = fields.Selection(
        [
            ("to_post", "To post"),
            ("submitted", "With the provider"),
            ("posted", "Posted"),
            ("presented", "Presented"),
            ("delivered", "Delivered"),
            ("unclaimed", "Unclaimed"),
            ("returned", "Came back"),
            ("failed", "Failed"),
            ("cancelled", "Cancelled"),
        ],
        default="to_post",
        required=True,
        readonly=True,
        index=True,
        tracking=True,
        group_expand=True,
        help="Presented, unclaimed and refused letters are valid notice.",
    )
    return_reason = fields.Selection(
        selection="_get_return_reasons", string="Why it came back", readonly=True
    )
    date_posted = fields.Date(string="Posted on", readonly=True, tracking=True)
    date_presented = fields.Date(string="Presented on", readonly=True)
    date_closed = fields.Date(string="Delivered or returned on", readonly=True)

    # Proofs
    posting_proof = fields.Binary(
        string="Proof of posting", attachment=True, copy=False
    )
    posting_proof_name = fields.Char(string="File of the proof of posting")
    receipt_proof = fields.Binary(
        string="Acknowledgement of receipt", attachment=True, copy=False
    )
    receipt_proof_name = fields.Char(string="File of the acknowledgement of receipt")
    content_proof = fields.Binary(
        string="Proof of content", attachment=True, copy=False
    )
    content_proof_name = fields.Char(string="File of the proof of content")
    receipt_asked_on = fields.Date(
        string="Receipt asked for on",
        readonly=True,
        help="When somebody was asked where the receipt is.",
    )

    # What the provider knows
    provider_key = fields.Char(
        string="Our key",
        required=True,
        readonly=True,
        copy=False,
        default=lambda self: uuid4().hex,
        help="What we call the letter towards the provider: known before it is sent.",
    )
    provider_reference = fields.Char(
        string="Provider's reference",
        readonly=True,
        copy=False,
        help="What the provider calls the letter.",
    )
    provider_status = fields.Char(string="What the provider says", readonly=True)
    problem = fields.Char(readonly=True, help="Why the last attempt did not succeed.")
    attempt_count = fields.Integer(string="Attempts", readonly=True)
    last_attempt_at = fields.Datetime(string="Last attempt", readonly=True)
    next_attempt_at = fields.Datetime(string="Tried again on", readonly=True)
    next_follow_at = fields.Datetime(
        string="Asked again on", readonly=True, index="btree_not_null"
    )

    _action_once = models.UniqueIndex(
        "(action_id)", "An action has one registered letter."
    )
    _tracking_once = models.UniqueIndex(
        "(tracking_number) WHERE tracking_number IS NOT NULL",
        "Another registered letter has this number already.",
    )

    # === COMPUTE METHODS === #

    @api.model
    def _get_return_reasons(self):
        field = self.env["res.partner"]._fields["collection_letter_returned_reason"]
        return field._description_selection(self.env)

    @api.depends("partner_id", "tracking_number")
    def _compute_display_name(self):
        for letter in self:
            letter.display_name = " · ".join(
                filter(None, (letter.partner_id.display_name, letter.tracking_number))
            )

    @api.depends("provider_id")
    def _compute_is_by_hand(self):
        for letter in self:
            letter.is_by_hand = letter.provider_id.kind == MANUAL

    # === CONSTRAINTS === #

    @api.constrains("tracking_number")
    def _check_tracking_number(self):
        for letter in self.filtered("tracking_number"):
            problem = letter._find_number_problem(letter.tracking_number)
            if problem:
                raise ValidationError(problem)

    def _find_number_problem(self, number):
        """Return what is wrong with a number for this letter, or an empty string."""
        self.ensure_one()
        problem = self.is_by_hand and tracking.find_problem(number)
        if not problem:
            return ""
        if problem == "length":
            return self.env._(
                "%s is no number of La Poste: they have 13 or 15 characters.", number
            )
        return self.env._("%s is no number of La Poste: check it.", number)

    # === CRUD METHODS === #

    def write(self, vals):
        if vals.get("tracking_number"):
            number = tracking.normalize(vals["tracking_number"])
            vals = {**vals, "tracking_number": number}
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(
            self.env._(
                "Registered letters are evidence and stay. Cancel the action of one "
                "that has not left."
            )
        )

    # === ACTION METHODS === #

    def action_post(self):
        """Open the window in which the numbers of these letters are scanned."""
        return self.env["collection.posting"]._open_for(self)

    def action_print(self):
        """Download these letters as one PDF."""
        return self.action_id.action_print()

    def action_note_presented(self):
        """Note that the post has presented these letters today."""
        for company, letters in self.grouped("company_id").items():
            today = company._get_collection_today()
            letters._update_state("presented", date_presented=today)
        return True

    def action_note_delivered(self):
        """Note that these letters were delivered; the receipt can be added."""
        for company, letters in self.grouped("company_id").items():
            letters._note_delivered(company._get_collection_today())
        return True

    def action_note_return(self):
        """Open the wizard of returned mail on these letters."""
        return self.action_id.action_note_return()

    def action_open_action(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "collection.action",
            "res_id": self.action_id.id,
            "views": [[False, "form"]],
        }

    # === BUSINESS METHODS === #

    @api.model
    def _make(self, actions):
        """Create the letters of these actions, by hand or for the provider to send."""
        letters = self.create([self._prepare(action) for action in actions])
        if letters.filtered(lambda letter: not letter.is_by_hand):
            # A collector sends letters but may not wake jobs.
            self.env.ref(
                "l10n_fr_debt_collection.ir_cron_send_registered_letters"
            ).sudo()._trigger()
        return letters

    @api.model
    def _prepare(self, action):
        provider = action.company_id._get_postal_provider()
        problem = provider._find_problem(action)
        if problem:
            provider = provider._get_by_hand()
        return {
            "action_id": action.id,
            "provider_id": provider.id,
            "problem": problem,
        }

    def _update_state(self, target, **values):
        """Move these letters to ``target``, and their actions with them."""
        moved = super()._update_state(target, **values)
        actions = moved.action_id
        if target in ON_ITS_WAY:
            actions.filtered(lambda action: action.state == "todo")._update_state(
                "sent"
            )
        if target in DELIVERY_STATES:
            actions.delivery_state = DELIVERY_STATES[target]
        return moved

    def _note_posted(self, date):
        """Note that letters sent by hand were posted on ``date``."""
        by_provider = self.filtered(lambda letter: not letter.is_by_hand)
        if by_provider:
            raise UserError(
                self.env._(
                    "“%(letter)s” is sent by %(provider)s: it is not for you to post.",
                    letter=by_provider[0].display_name,
                    provider=by_provider[0].provider_id.name,
                )
            )
        self._update_state("posted", date_posted=date)
        self.case_id._review()

    def _note_delivered(self, date):
        """Note that these letters were delivered on ``date``."""
        return self._update_state("delivered", date_closed=date)

    def _note_return(self, reason, date):
        """Note that the post brought these letters back; see the action's method."""
        target = "unclaimed" if reason == "unclaimed" else "returned"
        return self._update_state(target, date_closed=date, return_reason=reason)
