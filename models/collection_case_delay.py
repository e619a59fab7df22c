from odoo import fields, models
from odoo.exceptions import UserError

RESEND_TEMPLATE = "l10n_fr_debt_collection.mail_template_resend_invoices"


class CollectionCase(models.Model):
    """Why the debtor is late, and what is sent again because of it."""

    _inherit = "collection.case"

    delay_reason_id = fields.Many2one(
        "collection.delay.reason",
        string="Reason for delay",
        tracking=True,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
    )
    delay_reason_date = fields.Date(string="Reason learnt on", readonly=True)

    # === ACTION METHODS === #

    def action_delay_reason(self):
        """Open the window that notes why the debtor is late."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Why is he late?"),
            "res_model": "collection.delay.note",
            "view_mode": "form",
            "target": "new",
            "context": {"default_case_id": self.id},
        }

    # === BUSINESS METHODS === #

    def _resend_invoices(self, contact=None):
        """Send an e-mail with the open invoices now, outside the scenario.

        :param contact: who gets it; if not given whom the e-mail channel would choose
        :return: the action, sent
        :raise UserError: there is no invoice to send, or nobody to send it to
        """
        self.ensure_one()
        template = self.env.ref(RESEND_TEMPLATE)
        return self._send_apart(template, contact=contact, encloses_invoices=True)

    def _send_apart(self, template, *, contact=None, lines=None, **values):
        """Send an e-mail made of ``template`` now, outside the scenario.

        :param lines: the items it is about; all open debts if not given, whatever
            keeps them out of the reminders
        :return: the action, sent
        :raise UserError: nothing is open, or nobody can be reached by e-mail
        """
        self.ensure_one()
        debts = self._get_open_debts() if lines is None else lines
        self._check_debts(debts)
        recipient = self._find_mail_recipient(contact)
        action = self.env["collection.action"].create(
            self._prepare_apart(recipient, debts) | values
        )
        action._write_snapshots(debts)
        action._write_words(template)
        self.env["collection.channel.email"]._deliver(action)
        return action

    def _find_mail_recipient(self, contact):
        channel = self.env["collection.channel.email"]
        if contact:
            problem = channel._get_problem(contact, self)
        else:
            recipient = channel._find_recipients(self)[self.id]
            contact = self.env["res.partner"].browse(recipient.partner_id)
            problem = recipient.problem
        if problem:
            raise UserError(
                self.env._(
                    "No e-mail can be sent to %(debtor)s: %(problem)s. Correct the "
                    "contact or choose another one.",
                    debtor=self.display_name,
                    problem=problem,
                )
            )
        return contact

    def _prepare_apart(self, contact, debts):
        """Return the values of an e-mail to ``contact`` that belongs to no step."""
        user = self._get_collector() or self.env.user
        return {
            "case_id": self.id,
            "channel": "email",
            "date": self.company_id._get_collection_today(),
            "state": "todo",
            "user_id": user.id,
            "recipient_id": contact.id,
            "recipient_address": contact.email_normalized,
            "lang": contact.lang or self.partner_id.lang,
            "signatory_name": user.name,
            "signatory_email": user.email or self.company_id.email,
            "signatory_phone": user.phone,
            "amount": self._sum_open(debts),
        }

    def _review(self):
        result = super()._review()
        # The reason was about what was late: what comes later has its own.
        self.filtered(
            lambda case: case.delay_reason_id and case.state == "watch"
        ).write({"delay_reason_id": False, "delay_reason_date": False})
        return result
