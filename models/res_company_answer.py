from odoo import fields, models
from odoo.tools import escape_psql

from .collection_hold import STANDING_DAYS


class ResCompany(models.Model):
    """How long holds last, and what is asked of customers."""

    _inherit = "res.company"

    collection_answer_pause_days = fields.Integer(
        string="Pause after an answer (days)",
        default=5,
        help="A debtor who has answered is left alone for so many days, for somebody "
        "to read it. 0: his answer is shown, reminders go on.",
    )
    collection_hold_max_days = fields.Integer(
        string="Longest hold by hand (days)",
        default=30,
        help="How long a hold put by hand lasts unless its end is given. A longer one "
        "takes a manager.",
    )
    collection_hold_notice_days = fields.Integer(
        string="Announce the end of holds (days before)",
        default=3,
        help="So many days before a hold ends its owner gets a task. Then the case "
        "comes back by itself.",
    )
    collection_ask_rating = fields.Boolean(
        string="Ask whether customers are satisfied",
        help="The reminders sent by e-mail before the due date show three faces. A bad "
        "answer is a task for the salesperson.",
    )

    _collection_hold_days_positive = models.Constraint(
        "CHECK(collection_answer_pause_days >= 0 AND collection_hold_max_days > 0"
        " AND collection_hold_notice_days >= 0)",
        "Days of pause and of notice cannot be negative, and a hold lasts one day at "
        "least.",
    )

    def _get_hold_days(self, reason):
        """Return how many days a hold of this reason lasts by default. Hook."""
        self.ensure_one()
        return {
            "manual": self.collection_hold_max_days,
            "answer": self.collection_answer_pause_days,
            "promise": self.collection_promise_max_days,
            "dispute": self.collection_dispute_max_days,
        }.get(reason, STANDING_DAYS)

    def _is_collection_own_address(self, email):
        """Return whether mail from this normalised address comes from the house."""
        self.ensure_one()
        if not email:
            return False
        domain = self.alias_domain_id
        own = {
            self.partner_id.email_normalized,
            domain.bounce_email,
            domain.catchall_email,
            domain.default_from_email,
        }
        if email in own:
            return True
        # Departments that sign reminders need no user of their own.
        signs = self.env["collection.step"].search_count(
            [
                ("signatory_email", "=ilike", escape_psql(email)),
                ("scenario_id.company_id", "in", (False, self.id)),
            ],
            limit=1,
        )
        users = self.env["res.users"].search_count(
            [("email_normalized", "=", email), ("share", "=", False)], limit=1
        )
        return bool(signs or users)
