from odoo import fields, models


class CollectionCase(models.Model):
    """The alerts about a debtor, on its case."""

    _inherit = "collection.case"

    alert_ids = fields.One2many("collection.alert", "case_id", string="Alerts")
    alert_count = fields.Integer(
        string="Alerts to look at", compute="_compute_alert_count"
    )
    has_alerts = fields.Boolean(compute="_compute_alert_count")

    # === COMPUTE METHODS === #

    def _compute_alert_count(self):
        rows = self.env["collection.alert"]._read_group(
            [("case_id", "in", self.ids)], ["case_id", "state"], ["__count"]
        )
        waiting, known = {}, set()
        for case, state, count in rows:
            known.add(case.id)
            if state in ("open", "waiting"):
                waiting[case.id] = waiting.get(case.id, 0) + count
        for case in self:
            case.alert_count = waiting.get(case._origin.id, 0)
            case.has_alerts = case._origin.id in known

    # === ACTION METHODS === #

    def action_open_alerts(self):
        """Open what was noticed about this debtor, and what was done."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "l10n_fr_debt_collection.collection_alert_action"
        )
        return action | {"domain": [("case_id", "=", self.id)], "context": {}}

    # === BUSINESS METHODS === #

    def _get_moved_tables(self):
        return [*super()._get_moved_tables(), "collection_alert"]
