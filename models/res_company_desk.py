import pytz

from odoo import fields, models

from .res_company import DEFAULT_TIMEZONE

COST_PREFIX = "collection_cost_"
MINUTES_PREFIX = "collection_minutes_"
MINUTES_IN_HOUR = 60
# Channels that cost what another one does.
SAME_COST = {
    "formal_notice": "registered_letter",
    "handover": "task",
    "payment_order": "task",
}


class ResCompany(models.Model):
    """What a contact costs, and how often one calls before giving up."""

    _inherit = "res.company"

    collection_cost_phone = fields.Monetary(
        string="Cost of a call", default=4.0, help="Working time included."
    )
    collection_cost_task = fields.Monetary(string="Cost of a task", default=4.0)
    collection_cost_letter = fields.Monetary(
        string="Cost of a letter",
        default=2.5,
        help="Postage, paper and the time to post it.",
    )
    collection_cost_registered_letter = fields.Monetary(
        string="Cost of a registered letter", default=8.0
    )
    collection_cost_sms = fields.Monetary(string="Cost of a text message", default=0.1)
    collection_cost_email = fields.Monetary(string="Cost of an e-mail", default=0.05)
    collection_hour_cost = fields.Monetary(
        string="Cost of an hour of work",
        default=35.0,
        help="Of a collector, social charges included.",
    )
    collection_minutes_issue = fields.Float(
        string="Minutes to complete a file",
        default=10.0,
        help="For each issue of the data of a debtor: what missing data cost.",
    )
    collection_money_rate = fields.Float(
        string="Cost of money (% a year)",
        default=6.0,
        help="Of the bank that lends what debtors do not pay.",
    )
    collection_minutes_phone = fields.Float(
        string="Minutes for a call",
        help="Added at the cost of an hour. Zero: the cost of a call has them already.",
    )
    collection_minutes_task = fields.Float(
        string="Minutes for a task",
        help="Added at the cost of an hour. Zero: the cost of a task has them already.",
    )
    collection_minutes_letter = fields.Float(
        string="Minutes for a letter",
        help="Added at the cost of an hour. Zero: the cost of a letter has them "
        "already.",
    )
    collection_minutes_registered_letter = fields.Float(
        string="Minutes for a registered letter",
        help="Added at the cost of an hour. Zero: the cost of a registered letter has "
        "them already.",
    )
    collection_call_attempts = fields.Integer(
        string="Attempts to call",
        default=3,
        help="After so many calls that nobody answered, the phone number is to be "
        "checked and the scenario goes on.",
    )
    collection_call_retry_hours = fields.Integer(
        string="Call again after (hours)",
        default=3,
        help="When nobody has answered; within the call window of the debtor.",
    )
    collection_voicemail_days = fields.Integer(
        string="Call again after a message (days)", default=2
    )
    collection_paid_check_days = fields.Integer(
        string="Time to find a payment (days)",
        default=5,
        help="How long a debtor who says that he has paid is left alone.",
    )

    _collection_call_attempts_positive = models.Constraint(
        "CHECK(collection_call_attempts > 0 AND collection_call_retry_hours >= 0"
        " AND collection_voicemail_days >= 0 AND collection_paid_check_days > 0)",
        "Attempts to call and the days to find a payment are 1 at least, the times to "
        "wait before another call are not negative.",
    )

    def _get_collection_cost(self, channel):
        """Return what a contact by ``channel`` costs: its fee and its working time.

        0 for a channel without a setting.
        """
        self.ensure_one()
        channel = SAME_COST.get(channel, channel or "")
        fee, minutes = (
            self[prefix + channel] if prefix + channel in self._fields else 0.0
            for prefix in (COST_PREFIX, MINUTES_PREFIX)
        )
        return fee + minutes * self.collection_hour_cost / MINUTES_IN_HOUR

    def _get_collection_time(self, moment):
        """Return a naive UTC moment as the naive one where the company lives."""
        self.ensure_one()
        zone = pytz.timezone(self.partner_id.tz or DEFAULT_TIMEZONE)
        return pytz.utc.localize(moment).astimezone(zone).replace(tzinfo=None)
