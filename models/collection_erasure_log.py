from odoo import fields, models

GROUNDS = [
    ("request", "Request of the person (GDPR, article 17)"),
    ("objection", "Objection of the person (GDPR, article 21)"),
    ("retention", "Retention period over"),
    ("error", "Data of the wrong person"),
]


class CollectionErasureLog(models.Model):
    """Whose data was erased, by whom, when and why: kept without what was erased."""

    _name = "collection.erasure.log"
    _description = "Erasure log"
    _order = "id desc"
    _rec_name = "partner_number"

    date = fields.Datetime(
        required=True, readonly=True, index=True, default=fields.Datetime.now
    )
    user_id = fields.Many2one(
        "res.users", required=True, readonly=True, ondelete="restrict"
    )
    partner_number = fields.Integer(
        string="Contact no.",
        required=True,
        readonly=True,
        index=True,
        aggregator=None,
        help="The number of the contact in the database, which stays.",
    )
    ground = fields.Selection(GROUNDS, required=True, readonly=True)
    name_kept_until = fields.Date(
        readonly=True,
        help="Accounting documents bear name and address up to this day; they are "
        "erased afterwards. Empty: erased too.",
    )
    summary = fields.Text(string="What was erased", readonly=True)
