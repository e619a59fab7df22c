from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import formatLang

from .collection_dispute import OPEN_STATES


class CollectionCase(models.Model):
    """What the debtor contests, and how a dispute is opened."""

    _inherit = "collection.case"

    dispute_ids = fields.One2many("collection.dispute", "case_id", string="Disputes")
    dispute_count = fields.Integer(
        string="Number of disputes", compute="_compute_dispute_figures"
    )
    open_dispute_count = fields.Integer(
        string="Open disputes", compute="_compute_dispute_figures"
    )
    amount_disputed = fields.Monetary(
        string="In dispute", compute="_compute_dispute_figures"
    )

    # === COMPUTE METHODS === #

    @api.depends("dispute_ids.state", "dispute_ids.amount")
    def _compute_dispute_figures(self):
        disputes = self.env["collection.dispute"]
        mine = Domain("case_id", "in", self.ids)
        totals = dict(disputes._read_group(mine, ["case_id"], ["__count"]))
        waiting = {
            case: figures
            for case, *figures in disputes._read_group(
                mine & Domain("state", "in", OPEN_STATES),
                ["case_id"],
                ["__count", "amount:sum"],
            )
        }
        for case in self:
            count, amount = waiting.get(case, (0, 0))
            case.dispute_count = totals.get(case, 0)
            case.open_dispute_count = count
            case.amount_disputed = amount

    # === ACTION METHODS === #

    def action_dispute(self):
        """Open the window that opens a dispute."""
        self.ensure_one()
        return self.env["collection.dispute.open"]._open(self)

    def action_open_disputes(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "l10n_fr_debt_collection.collection_dispute_action"
        )
        return action | {
            "domain": [("case_id", "=", self.id)],
            "context": {"default_case_id": self.id},
        }

    # === BUSINESS METHODS === #

    def _dispute(
        self,
        reason,
        lines,
        amount=0,
        *,
        description="",
        origin="phone",
        contact=None,
        attachments=None,
        action=None,
        user=None,
    ):
        """Open a dispute about ``lines``, or about a part of one of them.

        :param reason: a ``collection.dispute.reason``
        :param amount: in company currency; 0 for the whole of the items
        :param attachments: ``ir.attachment`` records: they become the dispute's
        :param user: who has to answer, if not whom the reason gives it to
        :return: the ``collection.dispute``
        :raise UserError: it cannot be opened so; the message names the remedy
        """
        self.ensure_one()
        self._check_debts(lines)
        self._check_not_disputed(lines)
        amount, is_partial = self._get_disputed_amount(lines, amount)
        owner = user or reason._get_owner(self, lines)
        today = self.company_id._get_collection_today()
        case = self._in_house()
        dispute = case.env["collection.dispute"].create(
            {
                "case_id": self.id,
                "reason_id": reason.id,
                "line_ids": [fields.Command.set(lines.ids)],
                "amount": amount,
                "is_partial": is_partial,
                "description": description,
                "origin": origin,
                "contact_id": contact.id if contact else False,
                "action_id": action.id if action else False,
                "user_id": owner.id,
                "date_opened": today,
                "deadline": today + timedelta(days=reason.response_days),
                "salesperson_id": lines.move_id.invoice_user_id[:1].id,
                "product_ids": [
                    fields.Command.set(lines.move_id.invoice_line_ids.product_id.ids)
                ],
            }
        )
        dispute._keep_documents(attachments)
        case._log_dispute(dispute)
        return dispute.with_env(self.env)

    def _log_dispute(self, dispute):
        self._message_log(
            body=self.env._(
                "%(dispute)s opened: %(reason)s, %(amount)s. %(owner)s answers for it.",
                dispute=dispute.name,
                reason=dispute.reason_id.name,
                amount=dispute._format_amount(dispute.amount),
                owner=dispute.user_id.name,
            )
        )

    def _check_not_disputed(self, lines):
        disputes = self.env["collection.dispute"]
        dispute = disputes.search(disputes._get_open_domain(lines), limit=1)
        if dispute:
            raise UserError(
                self.env._(
                    "%(item)s is in dispute already (%(dispute)s): add what is new "
                    "there, or leave the item out.",
                    item=(dispute.line_ids & lines)[:1].display_name,
                    dispute=dispute.name,
                )
            )

    def _get_disputed_amount(self, lines, amount):
        """Return the amount disputed and whether it is only a part of an item."""
        total = self._sum_open(lines)
        amount = self.currency_id.round(amount) or total
        comparison = self.currency_id.compare_amounts(amount, total)
        values = {
            "amount": formatLang(self.env, amount, currency_obj=self.currency_id),
            "open": formatLang(self.env, total, currency_obj=self.currency_id),
        }
        if amount < 0 or comparison > 0:
            raise UserError(
                self.env._(
                    "%(amount)s cannot be in dispute: %(open)s are open. Leave the "
                    "amount empty to dispute the whole.",
                    **values,
                )
            )
        if comparison < 0 and len(lines) > 1:
            raise UserError(
                self.env._(
                    "A part of the amount can be disputed on one item at a time: "
                    "choose the item that %(amount)s are about.",
                    **values,
                )
            )
        return amount, comparison < 0

    def _judge_agreements(self):
        disputes = self.env["collection.dispute"]
        disputes.search(
            [("case_id", "in", self.ids), ("state", "in", OPEN_STATES)]
        )._judge()
        return super()._judge_agreements()

    @api.model
    def _get_moved_tables(self):
        return [*super()._get_moved_tables(), "collection_dispute"]
