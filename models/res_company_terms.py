import base64

from odoo import fields, models


class ResCompany(models.Model):
    """The general terms of sale, as exhibits enclose them."""

    _inherit = "res.company"

    collection_terms_pdf = fields.Binary(
        string="General terms of sale",
        help="PDF that is enclosed with requests to a court.",
    )

    def _get_terms_content(self):
        """Return the PDF of the general terms, empty if there is none."""
        self.ensure_one()
        return base64.b64decode(self.collection_terms_pdf or b"")
