from odoo import models
from odoo.tools import format_date

# The reasons for which the post returns a letter because its address is wrong.
WRONG_ADDRESS_REASONS = ("npai", "incomplete")


class ResPartner(models.Model):
    """What is known to be wrong with the addresses of a contact."""

    _inherit = "res.partner"

    # === CRUD METHODS === #

    def write(self, vals):
        if "email" not in vals:
            return super().write(vals)
        bouncing = {
            partner: partner.email_normalized
            for partner in self.filtered("message_bounce")
        }
        result = super().write(vals)
        renewed = self.browse(
            partner.id
            for partner, email in bouncing.items()
            if partner.email_normalized and partner.email_normalized != email
        )
        renewed.message_bounce = 0
        return result

    # === BUSINESS METHODS === #

    def _message_receive_bounce(self, email, partner):
        result = super()._message_receive_bounce(email, partner)
        cases = self.env["collection.case"]._get_of_contacts(self)
        reason = self.env._("Mail to %s bounces.", email)
        cases._ask_for("email", dict.fromkeys(cases.ids, reason))
        cases._request_review()
        return result

    def _note_returned_letters(self, reason, date):
        """Note that letters to these contacts, at their present address, came back.

        A letter he has refused has reached him: nothing is wrong with his address.
        """
        if reason == "refused":
            return
        self.write(
            {
                "collection_letter_returned_on": date,
                "collection_letter_returned_reason": reason,
            }
        )
        if reason not in WRONG_ADDRESS_REASONS:
            return
        cases = self.env["collection.case"]._get_of_contacts(self)
        note = self.env._(
            "A letter came back on %s. Look the address up in the public registers, "
            "ask for it by phone or e-mail, and correct it on the contact.",
            format_date(self.env, date),
        )
        cases._ask_for("address", dict.fromkeys(cases.ids, note))
        cases._request_review()

    def _note_loose_return(self, reason, date):
        """Note that letters came back that are no actions: a paper invoice, say."""
        cases = self.env["collection.case"]._get_of_contacts(self)
        wording = self.env["collection.action"]._explain_return(reason, date)
        cases._message_log_batch(dict.fromkeys(cases.ids, wording))
        self._note_returned_letters(reason, date)

    def _get_returned_letter_problem(self):
        """Return why letters to this contact come back, or an empty string."""
        self.ensure_one()
        if self.collection_letter_returned_reason not in WRONG_ADDRESS_REASONS:
            return ""
        return self.env._(
            "the post returned a letter to this address on %s",
            format_date(self.env, self.collection_letter_returned_on),
        )

    def _note_wrong_phone(self):
        """Note that somebody else answers at the number of this contact."""
        self.ensure_one()
        if not self.phone:
            return
        self.collection_phone_wrong_on = self.env.company._get_collection_today()
        cases = self.env["collection.case"]._get_of_contacts(self)
        reason = self.env._("Somebody else answers at %s.", self.phone)
        cases._ask_for("phone", dict.fromkeys(cases.ids, reason))
