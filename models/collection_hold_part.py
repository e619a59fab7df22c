from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CollectionHold(models.Model):
    """A hold on a part of one item: the rest of it is still claimed."""

    _inherit = "collection.hold"

    currency_id = fields.Many2one(related="company_id.currency_id")
    amount = fields.Monetary(
        string="Part held",
        help="In company currency. Zero: the items are held as a whole.",
    )

    _amount_positive = models.Constraint(
        "CHECK(amount IS NULL OR amount >= 0)", "The part held is not negative."
    )

    @api.constrains("amount", "line_ids")
    def _check_part(self):
        for hold in self.filtered("amount"):
            if len(hold.line_ids) != 1:
                raise ValidationError(
                    self.env._(
                        "A part of the debt of %s is held: choose the one item it "
                        "belongs to, or hold the items as a whole.",
                        hold.partner_id.display_name,
                    )
                )
            line = hold.line_ids
            if hold.currency_id.compare_amounts(hold.amount, line.balance) > 0:
                raise ValidationError(
                    self.env._(
                        "%(item)s of %(debtor)s is about %(amount)s: no more than that "
                        "can be held.",
                        item=line.display_name,
                        debtor=hold.partner_id.display_name,
                        amount=hold.currency_id.format(line.balance),
                    )
                )
