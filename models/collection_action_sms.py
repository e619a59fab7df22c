from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import html2plaintext

from ..tools import text_messages

# Looked at again then, when no hour of the month to come allows a message.
CLOSED_PAUSE = timedelta(days=1)
# What the state of a text message says of the action that it carries.
DELIVERY_STATES = {
    "outgoing": "queued",
    "process": "handed_over",
    "pending": "handed_over",
    "sent": "delivered",
}
# It was handed over, and did not get through.
UNDELIVERED_TYPES = frozenset(
    {
        "sms_expired",
        "sms_invalid_destination",
        "sms_not_allowed",
        "sms_not_delivered",
        "sms_rejected",
    }
)
# Nobody has this number.
WRONG_NUMBER_TYPES = frozenset({"sms_invalid_destination", "sms_number_format"})


class CollectionAction(models.Model):
    """The text message of an action: its words, its size and what became of it."""

    _inherit = "collection.action"

    sms_id = fields.Many2one(
        "sms.sms",
        string="Queued text message",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        copy=False,
    )
    sms_uuid = fields.Char(
        string="Number of the text message",
        readonly=True,
        copy=False,
        help="What the provider knows it by.",
    )
    sms_size = fields.Char(string="Length", compute="_compute_sms_size")

    # === COMPUTE METHODS === #

    def _compute_message_preview(self):
        messages = self.filtered(lambda action: action.channel == "sms")
        texts = messages.filtered("id")._render_texts()
        for action in messages:
            action.message_preview = texts.get(action.id, (False, False))[1]
        return super(CollectionAction, self - messages)._compute_message_preview()

    @api.depends("channel", "message_preview")
    @api.depends_context("lang")
    def _compute_sms_size(self):
        for action in self:
            action.sms_size = action.channel == "sms" and action._describe_sms_size()

    def _describe_sms_size(self):
        size = text_messages.measure(self._to_sms_text(self.message_preview))
        cost = size.parts * self.company_id._get_collection_cost("sms")
        return self.env._(
            "%(characters)s characters, %(parts)s message(s), about %(cost)s",
            characters=size.characters,
            parts=size.parts,
            cost=self.currency_id.format(cost),
        )

    # === TEXTS === #

    def _needs_text(self):
        return super()._needs_text() or self.channel == "sms"

    def _render_texts(self):
        messages = self.filtered(lambda action: action.channel == "sms")
        texts = super(CollectionAction, self - messages)._render_texts()
        return texts | messages._render_sms_texts()

    def _get_sms_template(self):
        """Return the template of this text message, may be empty. Hook."""
        self.ensure_one()
        return self.step_id.sms_template_id

    def _render_sms_texts(self):
        """Return ``{action id: (False, words)}`` in each debtor's language."""
        self._make_debtor_links()
        texts = {
            action.id: (False, action.body)
            for action in self
            if action.body or not action._get_sms_template()
        }
        pending = self.filtered(lambda action: action.id not in texts)
        for template, actions in pending.grouped(
            lambda action: action._get_sms_template()
        ).items():
            langs = {action.id: action._get_text_lang() for action in actions}
            bodies = template._render_field(
                "body", actions.ids, compute_lang=True, res_ids_lang=langs
            )
            texts |= {
                action_id: (False, self._to_sms_body(body))
                for action_id, body in bodies.items()
            }
        return texts

    @api.model
    def _to_sms_body(self, text):
        """Return words as the action keeps them."""
        lines = text_messages.simplify(text).splitlines()
        return Markup("<p>%s</p>") % Markup("<br>").join(lines)

    @api.model
    def _to_sms_text(self, body):
        """Return the words of :meth:`_to_sms_body`, or of a person, as they leave."""
        return text_messages.simplify(
            html2plaintext(body or "", include_references=False)
        )

    def _get_sms_stop(self):
        """Return how a consumer says that he wants no more messages, or nothing.

        His page is where he says so: alphanumeric senders receive no answers.
        """
        self.ensure_one()
        if self.case_id.debtor_type != "consumer":
            return ""
        lang = self._get_text_lang()
        stop = self.with_context(lang=lang).env._("STOP SMS: same link")
        return f" {stop}" if self._get_debtor_url() else ""

    def _get_sms_text(self):
        self.ensure_one()
        return self._to_sms_text(self.body)

    # === WHEN IT MAY LEAVE === #

    def _delay_sms(self):
        """Keep the text messages of these actions until their debtors' hours."""
        now = fields.Datetime.now()
        channel = self.env["collection.channel"]._get("sms")
        openings = channel._get_openings(self.recipient_id, now)
        queue = self.env.ref("sms.ir_cron_sms_scheduler_action").sudo()
        for opening, actions in self.grouped(
            lambda action: openings[action.recipient_id.id]
        ).items():
            if opening and opening <= now:
                continue
            moment = opening or now + CLOSED_PAUSE
            # The queue is the system's.
            actions.sms_id.sudo().write(
                {"state": "waiting", "collection_send_after": moment}
            )
            queue._trigger(at=moment)

    def _drop_lost_sms(self):
        """Return the actions whose recipients may still be written to.

        A debtor who has asked for no more messages meanwhile does not get this one.
        """
        channel = self.env["collection.channel"]._get("sms")
        for action in self:
            problem = channel._get_problem(action.recipient_id, action.case_id)
            if problem and action.state == "sent":
                action._fail(problem)
                channel._stop(action)
        return self.filtered(lambda action: action.state == "sent")

    # === WHAT BECAME OF IT === #

    def _follow_sms(self, state, failure_type=False, failure_reason=False):
        """Give these actions what is known of their text messages.

        :param state: a state of ``sms.sms``
        :param failure_type: one of ``mail.notification``, when it did not get through
        """
        followed = self.filtered(lambda action: action.state in ("sent", "failed"))
        if state in DELIVERY_STATES:
            followed._follow_sms_on_its_way(DELIVERY_STATES[state])
        else:
            followed._follow_lost_sms(state, failure_type, failure_reason)

    def _follow_sms_on_its_way(self, delivery_state):
        # Reports overtake each other: what has been delivered stays delivered.
        moving = self.filtered(lambda action: action.delivery_state != "delivered")
        moving.delivery_state = delivery_state
        moving.filtered(lambda action: action.state == "failed")._update_state(
            "sent", failure_reason=False
        )

    def _follow_lost_sms(self, state, failure_type, failure_reason):
        is_lost = failure_type in UNDELIVERED_TYPES
        self.delivery_state = "bounced" if is_lost else "refused"
        for action in self:
            reason = action._explain_sms_failure(state, failure_type, failure_reason)
            if action.state == "sent":
                action._fail(reason)
            if failure_type in WRONG_NUMBER_TYPES:
                action.recipient_id._note_dead_number(reason)
        self.case_id._request_review()

    def _explain_sms_failure(self, state, failure_type, failure_reason):
        if state == "canceled":
            return self.env._("The text message was cancelled.")
        labels = dict(
            self.env["mail.notification"]
            ._fields["failure_type"]
            ._description_selection(self.env)
        )
        return self.env._(
            "The text message to %(number)s did not get through: %(reason)s",
            number=self.recipient_address,
            reason=failure_reason or labels.get(failure_type) or self.env._("unknown"),
        )
