from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..tools import letter_reference
from ..tools.barcodes import code_128
from .res_partner_bounce import WRONG_ADDRESS_REASONS


class CollectionAction(models.Model):
    """What comes back: e-mails that bounce and letters the post returns."""

    _inherit = "collection.action"

    outcome = fields.Selection(selection_add=[("returned", "Came back")])
    letter_reference = fields.Char(
        compute="_compute_letter_reference",
        help="Printed on the letter, as a bar code too: scan it when it comes back.",
    )

    @api.depends("channel")
    def _compute_letter_reference(self):
        for action in self:
            number = action._origin.id if action.channel == "letter" else False
            action.letter_reference = number and letter_reference.make(number)

    # === CRUD METHODS === #

    def _check_not_final(self):
        returned = self.filtered(lambda action: action.outcome == "returned")
        if returned:
            raise UserError(
                self.env._(
                    "“%s” has been posted and came back: what it said stays as it was.",
                    returned[0].display_name,
                )
            )
        return super()._check_not_final()

    # === ACTION METHODS === #

    def action_note_return(self):
        """Open the wizard of returned mail on these letters."""
        return self.env["collection.returned.mail"]._open_for(self)

    # === BUSINESS METHODS: E-MAIL === #

    @api.model
    def _get_carried_by(self, message):
        """Return the actions whose e-mail is this message."""
        if not message:
            return self.browse()
        return self.search([("mail_id.mail_message_id", "in", message.ids)])

    def _note_bounce(self, email, reason):
        """Note that the e-mail of these actions did not arrive."""
        if not self:
            return
        explanation = self.env._("The e-mail to %s came back.", email)
        if reason:
            explanation = self.env._(
                "The e-mail to %(email)s came back: %(reason)s",
                email=email,
                reason=reason,
            )
        sent = self.filtered(lambda action: action.state == "sent")
        sent.write({"outcome": "returned", "delivery_state": "bounced"})
        sent._fail(explanation)
        cases = self.case_id
        cases._ask_for("email", dict.fromkeys(cases.ids, explanation))
        cases._request_review()

    # === BUSINESS METHODS: LETTER === #

    def _get_letter_barcode(self):
        """Return the bar code of the reference as a data URI."""
        self.ensure_one()
        return code_128(letter_reference.make(self.id))

    def _get_return_problem(self):
        """Return why this action cannot come back by post, or an empty string."""
        self.ensure_one()
        if self.outcome == "returned":
            return self.env._("Already noted as come back")
        if self.state not in ("todo", "sent"):
            return self.env._("This letter has not left")
        return ""

    def _note_returned(self, reason, date):
        """Note that the post returned these letters for this reason.

        Where the address is wrong the letter failed, and its step is taken again as
        soon as there is another address. Refused or not fetched it was presented: the
        step is done.
        """
        self.filtered(lambda action: action.state == "todo")._update_state("sent")
        wording = self._explain_return(reason, date)
        self.write({"outcome": "returned", "outcome_note": wording})
        if reason in WRONG_ADDRESS_REASONS:
            self._fail(wording)
        else:
            self.case_id._message_log_batch(dict.fromkeys(self.case_id.ids, wording))
        self._get_returned_to_present_address()._note_returned_letters(reason, date)
        self.case_id._request_review()

    @api.model
    def _explain_return(self, reason, date):
        reasons = self.env["res.partner"]._fields["collection_letter_returned_reason"]
        return self.env._(
            "Letter returned on %(date)s: %(reason)s",
            date=format_date(self.env, date),
            reason=dict(reasons._description_selection(self.env))[reason],
        )

    def _get_returned_to_present_address(self):
        """Return the contacts whose address is still the one of these letters."""
        channel = self.env["collection.channel"]._get("letter")
        return self.filtered(
            lambda action: (
                action.recipient_address == channel._get_address(action.recipient_id)
            )
        ).recipient_id
