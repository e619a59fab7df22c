from odoo import api, fields, models
from odoo.exceptions import UserError

MISSED = ("no_answer", "voicemail")
# What the wizard passes on: field -> value of `collection.action._log_outcome`.
AGREED = {
    "promise_date": "date",
    "paid_on": "paid_on",
    "paid_reference": "reference",
    "contact_name": "contact_name",
    "contact_phone": "contact_phone",
    "contact_email": "contact_email",
    "retry_at": "retry_at",
    "wait_until": "wait_until",
}


class CollectionOutcome(models.TransientModel):
    """Notes what came of a call or a task, and when to look at the case again.

    Without an action it is about one that was not planned: saving makes it.
    """

    _name = "collection.outcome"
    _description = "Outcome of a collection action"

    case_id = fields.Many2one(
        "collection.case", required=True, readonly=True, ondelete="cascade"
    )
    action_id = fields.Many2one("collection.action", readonly=True, ondelete="cascade")
    channel = fields.Char(default="phone", readonly=True)
    partner_id = fields.Many2one(related="case_id.partner_id")
    company_id = fields.Many2one(related="case_id.company_id")
    recipient_id = fields.Many2one("res.partner", compute="_compute_recipient")
    phone = fields.Char(related="recipient_id.phone")
    amount = fields.Monetary(compute="_compute_recipient")
    currency_id = fields.Many2one(related="case_id.currency_id")
    script = fields.Html(related="action_id.step_id.script")
    outcome = fields.Selection(
        selection="_get_outcomes", required=True, default="reached"
    )
    note = fields.Text(help="What was said. It is kept in the history of the case.")
    wait_until = fields.Date(
        help="Nothing is sent to this debtor up to and including this day."
    )
    delay_reason_id = fields.Many2one(
        "collection.delay.reason",
        string="Reason for the delay",
        help="It may change what happens next: see the reasons in the configuration.",
    )
    line_ids = fields.Many2many(
        "account.move.line", string="Items", domain="[('id', 'in', open_line_ids)]"
    )
    open_line_ids = fields.Many2many(related="case_id.line_ids", string="Open items")
    promise_amount = fields.Monetary(
        string="Amount promised",
        compute="_compute_promise_amount",
        store=True,
        readonly=False,
    )
    promise_date = fields.Date(
        string="Promised for",
        help="Without a date the promise is only noted, nothing watches it.",
    )
    paid_on = fields.Date()
    paid_reference = fields.Char(string="Payment reference")
    dispute_reason_id = fields.Many2one("collection.dispute.reason")
    dispute_amount = fields.Monetary(
        string="Amount disputed", help="Empty: the whole of the items."
    )
    contact_name = fields.Char(string="Right contact")
    contact_phone = fields.Char()
    contact_email = fields.Char()
    retry_at = fields.Datetime(
        string="Call again",
        compute="_compute_retry_at",
        store=True,
        readonly=False,
        help="Within the call window of the debtor. Empty: no other call.",
    )

    # === COMPUTE METHODS === #

    @api.model
    def _get_outcomes(self):
        return self.env["collection.action"]._get_loggable_outcomes()

    @api.depends("action_id", "case_id")
    def _compute_recipient(self):
        for wizard in self:
            action, case = wizard.action_id, wizard.case_id
            wizard.recipient_id = action.recipient_id or case.partner_id
            wizard.amount = action.amount if action else case.amount_overdue_net

    @api.depends("case_id", "line_ids")
    def _compute_promise_amount(self):
        for wizard in self:
            wizard.promise_amount = (
                sum(wizard.line_ids.mapped("amount_residual"))
                or wizard.case_id.amount_overdue_net
            )

    @api.depends("outcome", "action_id")
    def _compute_retry_at(self):
        for wizard in self:
            # A call that was not planned does not begin a series of attempts.
            is_missed = wizard.outcome in MISSED and bool(wizard.action_id)
            wizard.retry_at = is_missed and wizard.action_id._get_default_retry(
                wizard.outcome
            )

    # === ACTION METHODS === #

    def action_save(self):
        self.ensure_one()
        if self.action_id and self.action_id.state not in ("todo", "preview"):
            raise UserError(
                self.env._("“%s” is already closed.", self.action_id.display_name)
            )
        if not self.action_id:
            self.action_id = self.case_id._make_manual_action(self.channel)
        opened = self.action_id._log_outcome(
            self.outcome, self.note or "", self._get_values()
        )
        return opened or {"type": "ir.actions.act_window_close"}

    # === BUSINESS METHODS === #

    @api.model
    def _open(self, **context):
        """Return the window that asks for an outcome."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Outcome"),
            "res_model": self._name,
            "view_mode": "form",
            "target": "new",
            "context": context,
        }

    def _get_values(self):
        """Return what was agreed, as :meth:`collection.action._log_outcome` reads it.

        A field that its outcome does not show counts for nothing.
        """
        self.ensure_one()
        is_dispute = self.outcome == "disputed"
        return {
            **{value: self[field] for field, value in AGREED.items()},
            "amount": self.dispute_amount if is_dispute else self.promise_amount,
            "line_ids": self.line_ids.ids,
            "dispute_reason_id": self.dispute_reason_id.id,
            "delay_reason_id": self.delay_reason_id.id,
        }
