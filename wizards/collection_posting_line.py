from collections import Counter

from odoo import api, fields, models

from ..tools.postal import tracking


class CollectionPostingLine(models.TransientModel):
    """One registered letter to post, and the number of its envelope."""

    _name = "collection.posting.line"
    _description = "Registered letter to post"
    _order = "id"

    wizard_id = fields.Many2one("collection.posting", required=True, ondelete="cascade")
    letter_id = fields.Many2one(
        "collection.registered.letter",
        required=True,
        ondelete="cascade",
        domain="[('state', '=', 'to_post')]",
    )
    partner_id = fields.Many2one(related="letter_id.partner_id")
    recipient_address = fields.Char(related="letter_id.recipient_address")
    amount = fields.Monetary(related="letter_id.amount")
    currency_id = fields.Many2one(related="letter_id.currency_id")
    tracking_number = fields.Char(string="Tracking number")
    problem = fields.Char(compute="_compute_problem")

    # === COMPUTE METHODS === #

    @api.depends("tracking_number", "wizard_id.line_ids.tracking_number")
    def _compute_problem(self):
        numbers = self.wizard_id.line_ids.mapped(
            lambda line: tracking.normalize(line.tracking_number)
        )
        counts = Counter(numbers)
        used = set(
            self.env["collection.registered.letter"]
            .search([("tracking_number", "in", [n for n in numbers if n])])
            .mapped("tracking_number")
        )
        for line in self:
            line.problem = line._find_problem(counts, used)

    def _find_problem(self, counts, used):
        number = tracking.normalize(self.tracking_number)
        if not number:
            return ""
        if counts[number] > 1:
            return self.env._("Twice in this list")
        if number in used:
            return self.env._("Another letter has this number")
        return self.letter_id._find_number_problem(number)
