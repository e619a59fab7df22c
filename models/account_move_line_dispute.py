from odoo import models


class AccountMoveLine(models.Model):
    """A dispute can be opened on open items."""

    _inherit = "account.move.line"

    def action_collection_dispute(self):
        """Open the window that opens a dispute about these items."""
        return self.env["collection.dispute.open"]._open_for_lines(self)
