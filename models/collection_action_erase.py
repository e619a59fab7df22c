from odoo import models
from odoo.tools import SQL


class CollectionAction(models.Model):
    _inherit = "collection.action"

    def _erase_words(self):
        """Erase what these actions said and to which address, for good.

        Dates, states, channels and amounts stay: they are nobody's. Not through write,
        which guards what has been sent.
        """
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """UPDATE collection_action
                      SET subject = NULL, body = NULL, recipient_address = NULL,
                          outcome_note = NULL, failure_reason = NULL
                    WHERE id = ANY(%s)""",
                list(self.ids),
            )
        )
        self.invalidate_recordset()
