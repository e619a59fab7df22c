from odoo import models

from ..tools.french_regions import department_and_region
from .collection_proceeding import ORDER_KINDS

# The one member state that the Regulation on the European order leaves out.
OUTSIDE_EUROPEAN_ORDER = ("DK",)
# Countries of their own in the list of countries, with French postcodes.
FRENCH_OVERSEAS = ("GP", "MQ", "GF", "RE", "PM", "YT", "BL", "MF", "WF", "PF", "NC")
# Departments overseas have three digits.
LONG_CODE = 3


class CollectionCase(models.Model):
    """Payment orders: what stands in their way, and the wizard that prepares them."""

    _inherit = "collection.case"

    # === ACTION METHODS === #

    def action_payment_order(self):
        """Prepare requests for payment orders against these debtors."""
        return self.env["collection.payment.order"]._open_for(self, "payment_order")

    def action_european_order(self):
        """Prepare requests for European payment orders against these debtors."""
        return self.env["collection.payment.order"]._open_for(self, "european_order")

    # === BUSINESS METHODS === #

    def _get_open_orders(self):
        """Return the requests for payment orders that are in progress."""
        return self._get_open_proceedings().filtered(
            lambda one: one.kind in ORDER_KINDS
        )

    def _get_proceeding_obstacles(self, kind):
        obstacles = super()._get_proceeding_obstacles(kind)
        if kind == "payment_order":
            obstacles += self._get_order_obstacles()
        elif kind == "european_order":
            obstacles += self._get_european_obstacles()
        return obstacles

    def _get_order_obstacles(self):
        if self.debtor_type != "public":
            return []
        return [
            self.env._(
                "%s is a public body: there is no payment order against it. Ask its "
                "accounting officer, then the administrative judge.",
                self.partner_id.display_name,
            )
        ]

    def _get_european_obstacles(self):
        """The Regulation is about debtors of other member states but Denmark."""
        country = self.partner_id.country_id
        own = self.company_id.account_fiscal_country_id or self.company_id.country_id
        obstacles = []
        if not country or country == own or not self._is_in_union(country):
            obstacles.append(
                self.env._(
                    "%s is not in another member state of the European Union: "
                    "Regulation (EC) 1896/2006 is about cross-border cases.",
                    self.partner_id.display_name,
                )
            )
        elif country.code in OUTSIDE_EUROPEAN_ORDER:
            obstacles.append(
                self.env._(
                    "%(debtor)s is in %(country)s, which Regulation (EC) 1896/2006 "
                    "leaves out.",
                    debtor=self.partner_id.display_name,
                    country=country.name,
                )
            )
        return obstacles

    def _is_in_union(self, country):
        return country in self.env.ref("base.europe").country_ids

    def _get_court_department(self):
        """Return the code of the department of the debtor's seat or home, or ``""``."""
        self.ensure_one()
        debtor = self.partner_id
        if debtor.country_code not in ("FR", False, *FRENCH_OVERSEAS):
            return ""
        return department_and_region(debtor.zip or "")[0].partition(" ")[0]
