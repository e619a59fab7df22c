from odoo import api, fields, models

SOURCES = [
    ("recherche_entreprises", "Recherche d'entreprises"),
    ("insee", "INSEE Sirene"),
    ("rne", "National business register (RNE)"),
    ("vies", "VIES (European Union)"),
    ("ban", "National address base (BAN)"),
    ("bodacc", "BODACC"),
    ("cleaning", "Cleaning"),
    ("import", "Import"),
    ("merge", "Merged contact"),
    ("manual", "By hand"),
]


class CollectionValueSource(models.Model):
    """Where a value of a contact comes from, since when: kept for every value set.

    Article 14 of the GDPR has a person told the source of the data held on him or her;
    the State's open licence asks for source and date.
    """

    _name = "collection.value.source"
    _description = "Source of a value"
    _order = "date desc, id desc"

    partner_id = fields.Many2one(
        "res.partner", required=True, ondelete="cascade", index=True, readonly=True
    )
    company_id = fields.Many2one(related="partner_id.company_id", store=True)
    field_name = fields.Char(string="Technical field", required=True, readonly=True)
    field_label = fields.Char(string="Field", compute="_compute_field_label")
    value = fields.Char(readonly=True)
    source = fields.Selection(SOURCES, required=True, readonly=True)
    source_detail = fields.Char(
        string="Detail", readonly=True, help="Supplier, file or reference of the value."
    )
    date = fields.Date(required=True, readonly=True)
    user_id = fields.Many2one("res.users", string="Accepted by", readonly=True)
    is_current = fields.Boolean(
        compute="_compute_is_current", help="The contact still bears this value."
    )

    # === COMPUTE METHODS === #

    @api.depends("field_name")
    @api.depends_context("lang")
    def _compute_field_label(self):
        labels = {
            name: field["string"]
            for name, field in self.env["res.partner"]
            .fields_get(set(self.mapped("field_name")), ["string"])
            .items()
        }
        for row in self:
            row.field_label = labels.get(row.field_name, row.field_name)

    @api.depends("value", "field_name")
    def _compute_is_current(self):
        for row in self:
            known = row.field_name in row.partner_id._fields
            row.is_current = (
                known and (row.partner_id[row.field_name] or "") == row.value
            )

    # === BUSINESS METHODS === #

    @api.model
    def _book(self, rows):
        """Keep where values come from.

        :param rows: dictionaries of this model's fields; user and day are added
        """
        today = fields.Date.context_today(self)
        # Nobody writes sources by hand: access rights let collectors read them only.
        return self.sudo().create(
            [{"user_id": self.env.uid, "date": today, **row} for row in rows]
        )
