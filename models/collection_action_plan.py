from odoo import fields, models

from .collection_plan import RUNNING_STATES
from .collection_plan_message import WITH_ITEMS


class CollectionAction(models.Model):
    """A message about a payment plan: outside the scenario, with words of its own."""

    _inherit = "collection.action"

    plan_id = fields.Many2one(
        "collection.plan",
        string="Payment plan",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
    )
    plan_message = fields.Selection(
        [
            ("agreement", "Payment plan to sign"),
            ("reminder", "Instalment to come"),
            ("notice", "Notice of a missed instalment"),
            ("broken", "End of the payment plan"),
        ],
        string="Message about the plan",
        readonly=True,
    )

    # === COMPUTE METHODS === #

    def _compute_display_name(self):
        result = super()._compute_display_name()
        labels = dict(self._fields["plan_message"]._description_selection(self.env))
        for action in self.filtered("plan_message"):
            label = labels[action.plan_message]
            action.display_name = f"{action.partner_id.display_name} · {label}"
        return result

    # === BUSINESS METHODS === #

    def _make_attachments(self):
        ids_by_action = super()._make_attachments()
        proposals = self.filtered(lambda action: action.plan_message == "agreement")
        plans = proposals.plan_id
        pdfs = self.env["collection.pdf"]._render(plans._agreement_report(), plans)
        stored = self._store_documents(
            {
                action.id: [(action.plan_id._get_document_name(), content)]
                for action in proposals
                if (content := pdfs.get(action.plan_id.id))
            }
        )
        for action_id, attachment_ids in stored.items():
            ids_by_action[action_id] += attachment_ids
        return ids_by_action

    def _recheck_before_sending(self):
        """Let messages about plans leave as long as what they say is true.

        They speak of agreed instalments: their words are not made anew.
        """
        outdated = self.filtered(
            lambda action: (
                action.plan_message
                and action._is_in_outbox()
                and not action._is_plan_message_due()
            )
        )
        outdated._withdraw_plan_messages()
        return super(CollectionAction, self - outdated)._recheck_before_sending()

    def _filter_alive(self):
        """Return those that have reached the debtor, or still may."""
        return self.filtered(lambda action: action.state not in ("failed", "cancelled"))

    def _is_plan_message_due(self):
        """Return whether the plan is still where this message says that it is."""
        self.ensure_one()
        expected = {
            "agreement": ("sent",),
            "reminder": RUNNING_STATES,
            "notice": ("late",),
            "broken": ("broken",),
        }
        return self.plan_id.state in expected[self.plan_message]

    def _withdraw_plan_messages(self):
        """Keep messages in the house whose plans have moved on."""
        for channel, actions in self.grouped("channel").items():
            actions._update_state(
                "cancelled",
                failure_reason=self.env._(
                    "The payment plan has moved on in the meantime."
                ),
                delivery_state=False,
            )
            self.env["collection.channel"]._get(channel)._stop(actions)

    def _snapshot_plan_items(self):
        """Give messages about plans the debts that are open today."""
        day = self[:1].date
        snapshots = self.env["collection.action.item"]._prepare_snapshots(
            self.plan_id.item_ids.line_id.ids, day
        )
        values = []
        for action in self.filtered(lambda action: action.plan_message in WITH_ITEMS):
            items = [
                {**snapshots[line.id], "action_id": action.id}
                for line in action.plan_id.item_ids.line_id
                if line.id in snapshots and not line.reconciled
            ]
            values += items
            action.amount = sum(item["amount"] for item in items)
        self.env["collection.action.item"].create(values)
