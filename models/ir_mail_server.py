from contextlib import nullcontext

from odoo import api, models


class IrMailServer(models.Model):
    _inherit = "ir.mail_server"

    @api.model
    def send_email(self, message, *args, smtp_session=None, **kwargs):
        departure = self.env.context.get("collection_departure")
        watched = departure and hasattr(smtp_session, "data")
        notes = self.env["collection.mail.departure"]
        with departure.watch(notes, smtp_session) if watched else nullcontext():
            return super().send_email(
                message, *args, smtp_session=smtp_session, **kwargs
            )
