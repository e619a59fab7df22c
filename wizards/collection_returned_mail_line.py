from collections import Counter

from odoo import api, fields, models

from ..tools import letter_reference


class CollectionReturnedMailLine(models.TransientModel):
    """One envelope that came back: the letter it held, or at least its addressee."""

    _name = "collection.returned.mail.line"
    _description = "Returned letter"

    wizard_id = fields.Many2one(
        "collection.returned.mail", required=True, ondelete="cascade"
    )
    reference = fields.Char(help="As scanned or typed from the letter.")
    action_id = fields.Many2one(
        "collection.action",
        string="Letter",
        compute="_compute_action_id",
        store=True,
        readonly=False,
        domain="[('channel', 'in', ('letter', 'registered_letter', 'formal_notice')),"
        " ('state', 'in', ('todo', 'sent'))]",
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Addressee",
        compute="_compute_partner_id",
        store=True,
        readonly=False,
    )
    address = fields.Char(compute="_compute_address")
    reason = fields.Selection(
        selection="_get_reasons",
        required=True,
        default=lambda self: self.env.context.get("default_reason") or "npai",
    )
    problem = fields.Char(compute="_compute_problem")

    # === COMPUTE METHODS === #

    @api.model
    def _get_reasons(self):
        field = self.env["res.partner"]._fields["collection_letter_returned_reason"]
        return field._description_selection(self.env)

    @api.depends("reference")
    def _compute_action_id(self):
        numbers = {
            line: letter_reference.parse(line.reference)
            for line in self
            if line.reference
        }
        letters = self.env["collection.action"].search(
            [
                ("id", "in", [number for number in numbers.values() if number]),
                ("channel", "in", ("letter", "registered_letter", "formal_notice")),
            ]
        )
        by_number = {letter.id: letter for letter in letters}
        for line in self:
            if line in numbers:
                line.action_id = by_number.get(numbers[line], False)
            else:
                line.action_id = line.action_id

    @api.depends("action_id")
    def _compute_partner_id(self):
        for line in self:
            line.partner_id = line.action_id.recipient_id or line.partner_id

    @api.depends("action_id", "partner_id")
    def _compute_address(self):
        channel = self.env["collection.channel"]._get("letter")
        for line in self:
            line.address = line.action_id.recipient_address
            if line.partner_id and not line.address:
                line.address = channel._get_address(line.partner_id)

    @api.depends("reference", "action_id", "partner_id", "wizard_id.line_ids.action_id")
    def _compute_problem(self):
        counts = Counter(line.action_id.id for line in self.wizard_id.line_ids)
        for line in self:
            line.problem = line._find_problem(counts)

    def _find_problem(self, counts):
        if not self.action_id:
            if self.reference and not self.partner_id:
                return self.env._("No letter of yours bears this reference")
            return "" if self.partner_id else self.env._("Which letter, or to whom?")
        if counts[self.action_id.id] > 1:
            return self.env._("Twice in this list")
        return self.action_id._get_return_problem()
