from odoo import fields, models

from ..tools import late_interest


class CollectionClaimSettlement(models.Model):
    """What has reduced a debt, and how it was split between interest and principal."""

    _name = "collection.claim.settlement"
    _description = "Settlement in a statement of claim"
    _inherit = ["collection.claim.element"]
    _order = "line_id, date, id"

    line_id = fields.Many2one(
        "collection.claim.line", required=True, ondelete="cascade", index=True
    )
    statement_id = fields.Many2one(
        related="line_id.statement_id", store=True, index=True
    )
    company_id = fields.Many2one(related="line_id.company_id", store=True)
    currency_id = fields.Many2one(related="line_id.currency_id")
    date = fields.Date(
        required=True,
        readonly=True,
        help="When it takes effect: a credit note that corrects its invoice, on the "
        "date of the invoice.",
    )
    kind = fields.Selection(
        [
            (late_interest.PAYMENT, "Payment received"),
            (late_interest.CREDIT, "Credit"),
            (late_interest.INVOICED, "Interest invoiced"),
            (late_interest.WAIVER, "Interest waived"),
        ],
        required=True,
        readonly=True,
    )
    name = fields.Char(string="Settled by", readonly=True)
    amount = fields.Monetary(readonly=True)
    to_interest = fields.Monetary(string="On interest", readonly=True)
    to_principal = fields.Monetary(string="On principal", readonly=True)

    def _describe(self):
        """Return what it was, with its document, in the language of the context."""
        self.ensure_one()
        labels = dict(self._fields["kind"]._description_selection(self.env))
        return " ".join(filter(None, [labels[self.kind], self.name]))
