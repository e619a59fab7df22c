from odoo import api, fields, models

COLLECTOR = "l10n_fr_debt_collection.group_collection_user"


class AccountMove(models.Model):
    """When an invoice is expected to be paid in full."""

    _inherit = "account.move"

    collection_expected_date = fields.Date(
        string="Payment expected on",
        compute="_compute_collection_expected_date",
        help="The latest of the days on which its open instalments are expected.",
        groups=COLLECTOR,
    )

    # === COMPUTE METHODS === #

    @api.depends("line_ids.collection_expected_date")
    def _compute_collection_expected_date(self):
        for move in self:
            expected = move._get_collection_lines().mapped("collection_expected_date")
            move.collection_expected_date = max(filter(None, expected), default=False)
