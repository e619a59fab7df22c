from odoo import models


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _get_postal_lines(self):
        """Return name and postal address, by lines; the country only when abroad."""
        self.ensure_one()
        home = self.env.company.country_id
        lines = (
            self.name,
            self.street,
            self.street2,
            " ".join(filter(None, (self.zip, self.city))),
            self.country_id.name if self.country_id != home else "",
        )
        return [line for line in lines if line]
