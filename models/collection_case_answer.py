from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import email_normalize, plaintext2html

from ..tools.quoted_text import own_words
from .collection_action import OPEN_STATES

ACTIVITY_TYPE = "l10n_fr_debt_collection.activity_type_read_answer"
PREVIEW_LENGTH = 500
SPOKEN_CHANNELS = ("phone", "task")


class CollectionCase(models.Model):
    """What debtors answer: somebody reads it before anything else is sent."""

    _inherit = "collection.case"

    answer_pending = fields.Boolean(
        string="Answer to read",
        readonly=True,
        copy=False,
        help="The debtor has answered and nobody has read it yet.",
    )
    answer_date = fields.Datetime(string="Answered on", readonly=True, copy=False)
    answer_preview = fields.Char(string="Answer", readonly=True, copy=False)
    answer_origin = fields.Selection(
        [
            ("email", "E-mail"),
            ("portal", "Debtor's page"),
            ("sms", "Text message"),
            ("rating", "Satisfaction"),
        ],
        string="Answered by",
        readonly=True,
        copy=False,
    )
    answer_contact_id = fields.Many2one(
        "res.partner",
        string="Who answered",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )

    _answer_pending_idx = models.Index("(company_id) WHERE answer_pending IS TRUE")

    # === ACTION METHODS === #

    def action_read_answer(self):
        """Note that the answer has been read; the pause lasts as long as it should."""
        self._read_answer()
        return True

    def action_read_answer_and_go_on(self):
        """Note that the answer has been read and end the pause it has made."""
        self._read_answer()
        self.env["collection.hold"].search(self._get_answer_hold_domain())._release()
        self._review()
        return True

    # === BUSINESS METHODS === #

    def _note_answer(self, message_or_text, contact=None, origin="email"):
        """Note that the debtor has answered: pause, task for the collector, red mark.

        A second answer renews what the first has made.

        :param message_or_text: the ``mail.message`` of the answer, or its plain text,
            which is then posted on the case
        :param contact: who has answered, if known
        :param origin: ``email``, ``portal``, ``sms`` or ``rating``
        """
        self.ensure_one()
        # Answers come from outside: the case and its tasks are the collectors'.
        case = self.sudo()
        contact = contact or case.env["res.partner"]
        message = message_or_text
        if isinstance(message, str):
            message = case.message_post(
                body=plaintext2html(message_or_text),
                author_id=contact.id or None,
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
            )
        case.write(
            {
                "answer_pending": True,
                "answer_date": fields.Datetime.now(),
                "answer_preview": case._get_answer_preview(message),
                "answer_origin": origin,
                "answer_contact_id": contact.id,
            }
        )
        case._pause_for_answer(message)
        case._ask_to_read()
        case._request_review()

    @api.model
    def _get_answer_preview(self, message):
        words = own_words(message.body, PREVIEW_LENGTH)
        return words or message.subject or self.env._("(no words of its own)")

    def _get_answer_hold_domain(self):
        today = self.company_id[:1]._get_collection_today()
        return (
            Domain("case_id", "in", self.ids)
            & Domain("reason", "=", "answer")
            & self.env["collection.hold"]._get_active_domain(today)
        )

    def _pause_for_answer(self, message):
        """Leave the debtor alone for some days, counted from his last answer."""
        self.ensure_one()
        days = self.company_id.collection_answer_pause_days
        if not days:
            return
        Hold = self.env["collection.hold"]
        today = self.company_id._get_collection_today()
        values = {
            "name": self._explain_answer(),
            "date_to": fields.Date.add(today, days=days),
            "res_model": message._name,
            "res_id": message.id,
        }
        standing = Hold.search(self._get_answer_hold_domain(), limit=1)
        if standing:
            standing.write(values)
        else:
            Hold.create(
                {
                    **values,
                    "case_id": self.id,
                    "reason": "answer",
                    "date_from": today,
                    "user_id": self._get_watch_user().id,
                }
            )
        self._hold_letters_back(values["name"])

    def _hold_letters_back(self, reason):
        """Cancel what is written and still here; a later run decides anew.

        Calls and tasks stay: calling is how an answer is answered. What waits in the
        outbox is stopped by the hold when it is about to leave.
        """
        self.ensure_one()
        self.action_ids.filtered(
            lambda action: (
                action.state in OPEN_STATES and action.channel not in SPOKEN_CHANNELS
            )
        )._cancel(reason=reason)

    def _explain_answer(self):
        self.ensure_one()
        contact = self.answer_contact_id
        if not contact:
            return self.env._("The debtor has answered")
        return self.env._("%s has answered", contact.name or contact.display_name)

    def _ask_to_read(self):
        """Give the collector one task to read the answers of this case."""
        self.ensure_one()
        activity_type = self.env.ref(ACTIVITY_TYPE)
        waiting = self.activity_ids.filtered(
            lambda activity: activity.activity_type_id == activity_type
        )
        if waiting:
            waiting.note = plaintext2html(self.answer_preview or "")
            return
        self.with_context(mail_activity_quick_update=True).activity_schedule(
            ACTIVITY_TYPE,
            note=self.answer_preview,
            user_id=self._get_watch_user().id,
        )

    def _read_answer(self):
        """Take the marks of an unread answer off; its pause stays."""
        read = self.filtered("answer_pending")
        read.answer_pending = False
        # The task may be a colleague's.
        read.sudo().activity_feedback([ACTIVITY_TYPE])

    # === INCOMING MAIL === #

    def _message_post_after_hook(self, message, msg_values):
        result = super()._message_post_after_hook(message, msg_values)
        if self._is_answer(message):
            self._note_answer(message, contact=message.author_id)
        elif self._is_written_to_debtor(message):
            self._read_answer()
        return result

    def _is_answer(self, message):
        """Return whether somebody outside has written this, and no machine."""
        self.ensure_one()
        if message.message_type != "email":
            return False
        if self.env.context.get("collection_automatic_reply"):
            return False
        author = message.author_id
        if author and not author.partner_share:
            return False
        email = email_normalize(message.email_from) or author.email_normalized
        # Who sends is unknown to whoever the mail gateway runs as.
        return not self.company_id.sudo()._is_collection_own_address(email)

    @api.model
    def _is_written_to_debtor(self, message):
        """Return whether a colleague has written to the debtor from the chatter."""
        author = message.author_id
        return (
            message.message_type == "comment"
            and not message.is_internal
            and bool(author)
            and not author.partner_share
            and any(message.partner_ids.mapped("partner_share"))
        )

    # === MERGE === #

    def _move_content(self, survivor):
        last = (self | survivor).filtered("answer_pending").sorted("answer_date")[-1:]
        if last and last != survivor:
            survivor.write(
                {
                    "answer_pending": True,
                    "answer_date": last.answer_date,
                    "answer_preview": last.answer_preview,
                    "answer_origin": last.answer_origin,
                    "answer_contact_id": last.answer_contact_id.id,
                }
            )
        return super()._move_content(survivor)
