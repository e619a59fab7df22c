from odoo import api, fields, models

COLLECTOR = "l10n_fr_debt_collection.group_collection_user"


class AccountMoveLine(models.Model):
    """When an open receivable is expected to be paid."""

    _inherit = "account.move.line"

    collection_expected_date = fields.Date(
        string="Expected on",
        compute="_compute_collection_expected_date",
        help="Half of such items are paid by this day: what the debtor and debtors "
        "like it have done so far says so. Empty when settled.",
        groups=COLLECTOR,
    )

    # === COMPUTE METHODS === #

    @api.depends("reconciled")
    def _compute_collection_expected_date(self):
        unsettled = self.filtered(lambda line: not line.reconciled)
        facts = self.env["collection.payment.fact"].search_fetch(
            [("line_id", "in", unsettled.ids), ("expected_date", "!=", False)],
            ["line_id", "expected_date"],
        )
        expected = {fact.line_id: fact.expected_date for fact in facts}
        for line in self:
            line.collection_expected_date = expected.get(line)
