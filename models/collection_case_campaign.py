from odoo import fields, models
from odoo.tools import SQL


class CollectionCase(models.Model):
    """The campaigns a debtor was part of."""

    _inherit = "collection.case"

    campaign_line_ids = fields.One2many("collection.campaign.line", "case_id")
    campaign_count = fields.Integer(
        string="Number of campaigns", compute="_compute_campaign_count"
    )

    # === COMPUTE METHODS === #

    def _compute_campaign_count(self):
        counts = dict(
            self.env["collection.campaign.line"]._read_group(
                [("case_id", "in", self.ids), ("state", "!=", "draft")],
                ["case_id"],
                ["__count"],
            )
        )
        for case in self:
            case.campaign_count = counts.get(case._origin, 0)

    # === ACTION METHODS === #

    def action_open_campaigns(self):
        """Open the campaigns this debtor was chosen for."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "l10n_fr_debt_collection.collection_campaign_line_action"
        )
        return action | {"domain": [("case_id", "=", self.id)], "context": {}}

    # === BUSINESS METHODS === #

    def _move_content(self, survivor):
        self._move_campaign_lines(survivor)
        return super()._move_content(survivor)

    def _move_campaign_lines(self, survivor):
        """Give the places in campaigns to ``survivor``, where it has none yet."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """UPDATE collection_campaign_line line
                      SET case_id = %(survivor)s, partner_id = %(partner)s
                    WHERE line.id IN (
                          SELECT min(one.id) FROM collection_campaign_line one
                           WHERE one.case_id = ANY(%(cases)s)
                             AND NOT EXISTS (
                                 SELECT FROM collection_campaign_line own
                                  WHERE own.case_id = %(survivor)s
                                    AND own.campaign_id = one.campaign_id)
                        GROUP BY one.campaign_id)""",
                survivor=survivor.id,
                partner=survivor.partner_id.id,
                cases=list(self.ids),
            )
        )
        self.env.invalidate_all()
