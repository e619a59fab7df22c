from odoo import models
from odoo.tools import plaintext2html

from odoo.addons.rating.models.rating_data import RATING_LIMIT_OK

ACTIVITY_TYPE = "l10n_fr_debt_collection.activity_type_dissatisfied"


class CollectionCase(models.Model):
    """Whether the debtor was satisfied, asked before his invoices fall due."""

    _name = "collection.case"
    # The mixin builds on mail.thread: it comes before the bases of the case.
    _inherit = ["rating.mixin", "collection.case"]

    def action_open_ratings(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "l10n_fr_debt_collection.rating_rating_collection_action"
        )
        return action | {
            "domain": [
                ("res_model", "=", self._name),
                ("res_id", "=", self.id),
                ("consumed", "=", True),
            ],
            "context": {},
        }

    def rating_apply(self, rate, token=None, rating=None, feedback=None, **kwargs):
        rating = super().rating_apply(
            rate, token=token, rating=rating, feedback=feedback, **kwargs
        )
        if rating.rating < RATING_LIMIT_OK:
            self._follow_bad_rating(rating)
        return rating

    def _follow_bad_rating(self, rating):
        """Give the salesperson a task; the collector reads what the debtor says."""
        self.ensure_one()
        self._note_answer(rating.message_id, contact=rating.partner_id, origin="rating")
        # The debtor rates without an account; the task is the salesperson's.
        case = self.sudo()
        activity_type = case.env.ref(ACTIVITY_TYPE)
        waiting = case.activity_ids.filtered(
            lambda activity: activity.activity_type_id == activity_type
        )
        if waiting:
            waiting.note = plaintext2html(rating.feedback or "")
            return
        case.with_context(mail_activity_quick_update=True).activity_schedule(
            ACTIVITY_TYPE,
            note=rating.feedback,
            user_id=case._get_salesperson().id or case._get_watch_user().id,
        )

    def _get_salesperson(self):
        """Return who sells to this debtor: his own, else who made the last invoice."""
        self.ensure_one()
        debtor = self.partner_id.with_company(self.company_id)
        if debtor.user_id:
            return debtor.user_id
        # Collectors read the receivables; who sold is on the invoice.
        invoice = (
            self.env["account.move"]
            .sudo()
            .search(
                [
                    ("commercial_partner_id", "=", debtor.id),
                    ("company_id", "=", self.company_id.id),
                    ("move_type", "=", "out_invoice"),
                    ("state", "=", "posted"),
                    ("invoice_user_id", "!=", False),
                ],
                order="invoice_date desc, id desc",
                limit=1,
            )
        )
        return invoice.invoice_user_id.sudo(False)

    def _rating_get_operator(self):
        """Return the contact of the salesperson: the delivery is rated, no call."""
        return self._get_salesperson().partner_id

    def _get_answer_preview(self, message):
        rating = message.rating_ids[:1]
        if not rating:
            return super()._get_answer_preview(message)
        label = dict(rating._fields["rating_text"]._description_selection(self.env))
        parts = (label.get(rating.rating_text), rating.feedback)
        return " · ".join(filter(None, parts))

    def _rating_token_of(self, contact):
        """Return the token with which a contact rates this case."""
        # A collector or a job makes the mail; ratings are the debtor's.
        return self.sudo()._rating_get_access_token(contact)

    # === MERGE === #

    def _move_content(self, survivor):
        # Whoever merges contacts need not be allowed to write ratings.
        ratings = (
            self.env["rating.rating"]
            .sudo()
            .search([("res_model", "=", self._name), ("res_id", "in", self.ids)])
        )
        ratings.res_id = survivor.id
        return super()._move_content(survivor)
