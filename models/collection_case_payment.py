from odoo import fields, models


class CollectionCase(models.Model):
    """What the debtor has paid, one click away."""

    _inherit = "collection.case"

    paid_instalment_count = fields.Integer(
        string="Instalments paid", compute="_compute_paid_instalment_count"
    )

    # === COMPUTE METHODS === #

    def _compute_paid_instalment_count(self):
        counts = dict(
            self.env["collection.payment.fact"]._read_group(
                [("case_id", "in", self.ids), ("state", "in", ("paid", "part_paid"))],
                ["case_id"],
                ["__count"],
            )
        )
        for case in self:
            case.paid_instalment_count = counts.get(case, 0)

    # === ACTION METHODS === #

    def action_open_payments(self):
        """Open the instalments of this debtor, as a list first."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "l10n_fr_debt_collection.collection_payment_fact_action"
        )
        return action | {
            "domain": [("case_id", "=", self.id)],
            "context": {},
            "view_mode": "list,pivot,graph",
            "views": sorted(action["views"], key=lambda view: view[1] != "list"),
        }
