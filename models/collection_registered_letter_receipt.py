from datetime import timedelta

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import format_date


class CollectionRegisteredLetter(models.Model):
    """Acknowledgements of receipt that do not come."""

    _inherit = "collection.registered.letter"

    @api.model
    def _cron_ask_for_receipts(self):
        """Have collectors look into letters whose receipt should be here."""
        under_way = Domain("state", "in", ("posted", "presented"))
        waiting = under_way & Domain("receipt_asked_on", "=", False)
        for (company,) in self._read_group(waiting, ["company_id"]):
            today = company._get_collection_today()
            expected = today - timedelta(days=company.collection_receipt_days)
            late = self.search(
                waiting
                & Domain("company_id", "=", company.id)
                & Domain("date_posted", "<", expected)
            )
            late._ask_for_receipt()
            late.receipt_asked_on = today

    def _ask_for_receipt(self):
        activity_type = self.env.ref("mail.mail_activity_data_todo")
        self.env["mail.activity"].create(
            [
                {
                    "res_model_id": self.env["ir.model"]._get_id(self._name),
                    "res_id": letter.id,
                    "activity_type_id": activity_type.id,
                    "user_id": letter.case_id._get_collector().id or self.env.uid,
                    "date_deadline": letter.company_id._get_collection_today(),
                    "summary": self.env._("Where is the acknowledgement of receipt?"),
                    "note": self.env._(
                        "Posted on %(date)s under the number %(number)s. Follow it at "
                        "the post, and note here whether it was delivered or came "
                        "back.",
                        date=format_date(self.env, letter.date_posted),
                        number=letter.tracking_number or "–",
                    ),
                    "automated": True,
                }
                for letter in self
            ]
        )
