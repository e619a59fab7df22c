from odoo import fields, models

from ..tools.cerfa import Place

KEYS = [
    ("court", "Court, in words"),
    ("court_town", "Town of the court"),
    ("creditor_name", "Claimant: name"),
    ("creditor_form", "Claimant: legal form"),
    ("creditor_seat", "Claimant: registered office"),
    ("creditor_siren", "Claimant: SIREN"),
    ("creditor_representative", "Claimant: legal representative"),
    ("agent_name", "Agent: name"),
    ("agent_address", "Agent: address"),
    ("debtor_name", "Debtor: name"),
    ("debtor_form", "Debtor: legal form"),
    ("debtor_seat", "Debtor: registered office or home"),
    ("debtor_siren", "Debtor: SIREN"),
    ("principal", "Principal"),
    ("principal_basis", "Principal: basis"),
    ("principal_exhibits", "Principal: documents"),
    ("interest", "Interest: amount"),
    ("interest_rate", "Interest: rate"),
    ("interest_from", "Interest: from"),
    ("indemnity", "Compensation: amount"),
    ("indemnity_basis", "Compensation: basis"),
    ("penalty_clause", "Penalty clause: amount"),
    ("penalty_basis", "Penalty clause: basis"),
    ("costs", "Costs: amount"),
    ("costs_basis", "Costs: basis"),
    ("other", "Other: amount"),
    ("other_basis", "Other: basis"),
    ("total", "Total: amount"),
    ("send_on_opposition", "On opposition: box"),
    ("opposition_court", "On opposition: court"),
    ("date", "Date of the request"),
    ("signatory", "Who signs"),
]


class CollectionLegalFormLine(models.Model):
    """What goes into a field of an official form, or where it is written."""

    _name = "collection.legal.form.line"
    _description = "Field of an official form"
    _order = "form_id, page, sequence, id"

    form_id = fields.Many2one(
        "collection.legal.form", required=True, ondelete="cascade", index=True
    )
    sequence = fields.Integer(default=10)
    name = fields.Char(string="Field of the form")
    key = fields.Selection(KEYS, string="What goes there")
    page = fields.Integer(default=1)
    x = fields.Float(string="From the left (points)", digits=(8, 1))
    y = fields.Float(string="From the bottom (points)", digits=(8, 1))
    width = fields.Float(string="Width (points)", digits=(8, 1))
    size = fields.Float(string="Size (points)", digits=(8, 1), default=9)

    def _to_place(self, text):
        """Return where and how ``text`` is written on the form."""
        self.ensure_one()
        return Place(self.page, self.x, self.y, text, self.size or 9, self.width)
