from datetime import timedelta

from odoo import Command, api, fields, models
from odoo.exceptions import AccessError

from .collection_case_plan import TODO

ACCOUNTING = "account.group_account_invoice"
# How long accounting has to post the credit note before the rest is chased again.
CREDIT_NOTE_DAYS = 60


class CollectionPlan(models.Model):
    """A part of the debt that is given up if the rest is paid: accounting decides.

    Nothing is ever posted from here: a draft credit note is prepared when the
    instalments are paid.
    """

    _inherit = "collection.plan"

    waiver_state = fields.Selection(
        [
            ("none", "No waiver"),
            ("proposed", "Waits for accounting"),
            ("approved", "Waiver approved"),
            ("refused", "Waiver refused"),
        ],
        string="Decision on the waiver",
        default="none",
        readonly=True,
        copy=False,
    )
    waiver_note = fields.Text(
        string="Reason of the waiver", help="Accounting reads it before deciding."
    )
    waiver_decided_by_id = fields.Many2one(
        "res.users", string="Waiver decided by", readonly=True, copy=False
    )
    waiver_decided_on = fields.Date(
        string="Waiver decided on", readonly=True, copy=False
    )
    credit_note_ids = fields.Many2many(
        "account.move",
        "collection_plan_credit_note_rel",
        "plan_id",
        "move_id",
        string="Credit notes of the waiver",
        readonly=True,
        copy=False,
    )
    may_decide_waiver = fields.Boolean(
        string="May decide the waiver", compute="_compute_may_decide_waiver"
    )

    # === COMPUTE METHODS === #

    @api.depends("waiver_state")
    @api.depends_context("uid")
    def _compute_may_decide_waiver(self):
        is_accountant = self.env.user.has_group(ACCOUNTING)
        for plan in self:
            plan.may_decide_waiver = is_accountant and plan.waiver_state == "proposed"

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        plans = super().create(
            [
                {**vals, "waiver_state": "proposed"}
                if vals.get("amount_waiver")
                else vals
                for vals in vals_list
            ]
        )
        plans.filtered(lambda plan: plan.waiver_state == "proposed")._ask_accounting()
        return plans

    # === ACTION METHODS === #

    def action_approve_waiver(self):
        """Agree to give up a part of the debt once the rest is paid.

        :raise AccessError: the user has no accounting rights
        """
        self._get_decidable()._decide_waiver("approved")
        return True

    def action_refuse_waiver(self):
        """Refuse the waiver: its amount is added to the last instalment.

        :raise AccessError: the user has no accounting rights
        """
        refused = self._get_decidable()
        for plan in refused:
            last = plan.line_ids.sorted("date")[-1:]
            last.amount += plan.amount_waiver
        refused.write({"amount_waiver": 0})
        refused._decide_waiver("refused")
        return True

    # === BUSINESS METHODS === #

    def _get_decidable(self):
        if not self.env.su and not self.env.user.has_group(ACCOUNTING):
            raise AccessError(
                self.env._(
                    "Only users with accounting rights decide on waivers. Ask one of "
                    "them to look at %s.",
                    ", ".join(self.mapped("name")),
                )
            )
        self.check_access("read")
        # Who decides on waivers need not be a collector, who alone may write on plans.
        return self.sudo().filtered(lambda plan: plan.waiver_state == "proposed")

    def _decide_waiver(self, decision):
        for plan in self:
            plan.write(
                {
                    "waiver_state": decision,
                    "waiver_decided_by_id": self.env.uid,
                    "waiver_decided_on": plan._get_today(),
                }
            )
        self.activity_feedback([TODO])
        for plan in self:
            plan._message_log(
                body=self.env._("Waiver: %s.", plan._get_waiver_label()),
            )

    def _get_waiver_label(self):
        self.ensure_one()
        choices = self._fields["waiver_state"]._description_selection(self.env)
        return dict(choices)[self.waiver_state]

    def _ask_accounting(self):
        """Leave the decision with somebody who has accounting rights."""
        for company, plans in self.grouped("company_id").items():
            user = company._get_plan_waiver_user()
            for plan in plans:
                plan.activity_schedule(
                    TODO,
                    summary=self.env._("Approve or refuse a waiver"),
                    note=self.env._(
                        "%(plan)s: %(waiver)s of %(debt)s to be given up if the rest "
                        "is paid. %(reason)s",
                        plan=plan.name,
                        waiver=plan._format_amount(plan.amount_waiver),
                        debt=plan._format_amount(plan.amount_debt),
                        reason=plan.waiver_note or "",
                    ),
                    user_id=user.id,
                )

    def _prepare_credit_notes(self, today):
        """Draft the credit notes of what is waived; accounting posts them."""
        for plan in self:
            drafts = plan._draft_credit_notes()
            plan.credit_note_ids = [Command.set(drafts.ids)]
            plan.hold_id.write(
                {
                    "date_to": today + timedelta(days=CREDIT_NOTE_DAYS),
                    "name": self.env._("%s: the waiver has to be posted", plan.name),
                }
            )
            plan.activity_schedule(
                TODO,
                summary=self.env._("Post the credit note of a waiver"),
                note=self.env._(
                    "All instalments of %(plan)s are paid: %(waiver)s were to be "
                    "given up. Check and post the draft credit notes, or write the "
                    "rest off.",
                    plan=plan.name,
                    waiver=plan._format_amount(plan.amount_waiver),
                ),
                user_id=plan.waiver_decided_by_id.id or self.env.uid,
            )

    def _draft_credit_notes(self):
        """Return draft credit notes of what is open on the invoices of the plan.

        The lines of each invoice are credited in proportion, with their taxes.
        """
        self.ensure_one()
        # Neither the scheduled job nor a collector is an accountant; it is a draft.
        open_lines = self.item_ids.line_id.sudo().filtered(
            lambda line: (
                line.amount_residual_currency > 0
                and line.move_id.is_invoice()
                and line.parent_state == "posted"
            )
        )
        drafts = self.env["account.move"]
        for invoice, lines in open_lines.grouped("move_id").items():
            share = sum(lines.mapped("amount_residual_currency")) / invoice.amount_total
            drafts |= self._draft_credit_note(invoice, share)
        return drafts

    def _draft_credit_note(self, invoice, share):
        draft = invoice._reverse_moves(
            [
                {
                    "date": self._get_today(),
                    "invoice_date": self._get_today(),
                    "ref": self.env._(
                        "%(plan)s, waiver on %(invoice)s",
                        plan=self.name,
                        invoice=invoice.name,
                    ),
                }
            ]
        )
        priced = draft.invoice_line_ids.filtered(
            lambda line: line.display_type == "product"
        )
        draft.write(
            {
                "invoice_line_ids": [
                    Command.update(line.id, {"price_unit": line.price_unit * share})
                    for line in priced
                ]
            }
        )
        return draft
