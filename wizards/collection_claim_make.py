from odoo import api, fields, models

from ..models.collection_claim_statement import PURPOSES


class CollectionClaimMake(models.TransientModel):
    """Makes a statement of claim: the day, the items, and what it comes to."""

    _name = "collection.claim.make"
    _description = "New statement of claim"

    case_ids = fields.Many2many("collection.case", required=True, string="Cases")
    case_count = fields.Integer(compute="_compute_case_count")
    company_id = fields.Many2one("res.company", required=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    date_stop = fields.Date(
        string="Interest until",
        required=True,
        default=lambda self: self.env.company._get_collection_today(),
        help="The last day that bears interest, included.",
    )
    purpose = fields.Selection(PURPOSES, required=True, default="statement")
    paid_since = fields.Date(
        string="With invoices paid late since",
        help="Interest stays due on what was paid late. Empty: open items only.",
    )
    amount_principal = fields.Monetary(compute="_compute_amounts", string="Principal")
    amount_interest = fields.Monetary(compute="_compute_amounts", string="Interest due")
    amount_indemnity = fields.Monetary(
        compute="_compute_amounts", string="Fixed compensation"
    )
    amount_total = fields.Monetary(compute="_compute_amounts", string="Total claimed")
    warning = fields.Text(compute="_compute_amounts", string="To be checked")

    @api.depends("case_ids")
    def _compute_case_count(self):
        for wizard in self:
            wizard.case_count = len(wizard.case_ids)

    @api.depends("case_ids", "date_stop", "paid_since")
    def _compute_amounts(self):
        for wizard in self:
            prepared = (
                wizard.case_ids._origin._prepare_claims(
                    wizard.date_stop, paid_since=wizard.paid_since or None
                )
                if wizard.date_stop
                else {}
            )
            rows = [
                command[2]
                for values in prepared.values()
                for command in values["line_ids"]
            ]
            wizard.amount_principal = sum(row["principal"] for row in rows)
            wizard.amount_interest = sum(row["interest"] for row in rows)
            wizard.amount_indemnity = sum(row["indemnity"] for row in rows)
            wizard.amount_total = (
                wizard.amount_principal
                + wizard.amount_interest
                + wizard.amount_indemnity
            )
            warnings = [values["warning"] for values in prepared.values()]
            wizard.warning = "\n".join(dict.fromkeys(filter(None, warnings)))

    def action_make(self):
        """Make the statements, with their documents."""
        self.ensure_one()
        statements = self.case_ids._make_claim_statement(
            self.date_stop,
            purpose=self.purpose,
            paid_since=self.paid_since or None,
        )
        statements._attach()
        return statements._get_records_action()

    def action_draft(self):
        """Prepare the statements, so that items can be left out."""
        self.ensure_one()
        statements = self.case_ids._make_claim_statement(
            self.date_stop,
            purpose=self.purpose,
            paid_since=self.paid_since or None,
            final=False,
        )
        return statements._get_records_action()

    @api.model
    def _open(self, cases):
        """Return the window that makes a statement for each of ``cases``."""
        wizard = self.create(
            {"case_ids": cases.ids, "company_id": cases.company_id[:1].id}
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("New statement of claim"),
            "res_model": self._name,
            "res_id": wizard.id,
            "view_mode": "form",
            "target": "new",
        }
