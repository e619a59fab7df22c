from odoo import api, fields, models


class CollectionCampaignLine(models.Model):
    """A debtor of a campaign: contacted or of the control group, and the result."""

    _name = "collection.campaign.line"
    _description = "Debtor of a campaign"
    _inherit = ["collection.access.logged", "collection.case.part"]
    _order = "campaign_id, group, date, id"

    campaign_id = fields.Many2one(
        "collection.campaign", required=True, ondelete="cascade", index=True
    )
    case_id = fields.Many2one(ondelete="cascade")
    segment_id = fields.Many2one(related="case_id.segment_id")
    amount = fields.Monetary(
        string="Overdue", readonly=True, help="When the debtors were selected."
    )
    group = fields.Selection(
        [("contact", "To contact"), ("control", "Control group")],
        required=True,
        readonly=True,
    )
    date = fields.Date(string="From day", required=True)
    state = fields.Selection(
        [
            ("draft", "Selected"),
            ("planned", "Asked for"),
            ("done", "Contacted"),
            ("left_out", "Left aside"),
        ],
        default="draft",
        required=True,
        readonly=True,
    )
    note = fields.Char(
        string="What stands in the way",
        readonly=True,
        help="What a run would have said on the day of the selection, or why the "
        "debtor was not contacted.",
    )
    action_id = fields.Many2one(
        "collection.action", readonly=True, ondelete="set null", index="btree_not_null"
    )
    amount_cashed = fields.Monetary(
        string="Cashed",
        readonly=True,
        help="Of what was due on the day, within the days of the campaign.",
    )
    is_paid = fields.Boolean(string="With cash", readonly=True)

    _once = models.Constraint(
        "UNIQUE(campaign_id, case_id)", "A debtor is once in a campaign."
    )

    @api.depends("campaign_id", "case_id")
    def _compute_display_name(self):
        for line in self:
            line.display_name = f"{line.campaign_id.name} · {line.partner_id.name}"

    def action_leave_out(self):
        """Take these debtors out of the campaign before they are contacted."""
        for campaign, lines in self.grouped("campaign_id").items():
            campaign._release(
                lines.filtered(lambda line: line.state in ("draft", "planned")),
                self.env._("Taken out by %s.", self.env.user.name),
            )
        return True

    def _take_actions(self):
        """Note the contacts that runs have made."""
        waiting = self.filtered(lambda line: line.state == "planned")
        actions = self.env["collection.action"].search(
            [
                ("step_id", "in", waiting.campaign_id.step_id.ids),
                ("case_id", "in", waiting.case_id.ids),
                ("state", "in", ("sent", "done")),
            ]
        )
        by_case = {(action.step_id, action.case_id): action for action in actions}
        for line in waiting:
            action = by_case.get((line.campaign_id.step_id, line.case_id))
            if action:
                line.write({"state": "done", "action_id": action.id})

    def _take_lost(self, today):
        """Leave aside those for whom something else has been decided meanwhile."""
        lost = self.filtered(
            lambda line: (
                line.state == "planned"
                and line.date <= today
                and line.case_id.requested_step_id != line.campaign_id.step_id
                and not line._has_waiting_action()
            )
        )
        lost.write(
            {
                "state": "left_out",
                "note": self.env._("Something else was decided for the debtor."),
            }
        )

    def _has_waiting_action(self):
        self.ensure_one()
        step = self.campaign_id.step_id
        return bool(
            self.case_id.action_ids.filtered(
                lambda action: (
                    action.step_id == step and action.state in ("to_validate", "todo")
                )
            )
        )
