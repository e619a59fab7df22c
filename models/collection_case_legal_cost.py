from odoo import models


class CollectionCase(models.Model):
    """What the ways of legal action cost, by the parameters in force.

    Amounts are in euros, the currency of the tariffs.
    """

    _inherit = "collection.case"

    def _get_parameter_record(self, code):
        """Return the legal parameter of ``code`` in force today."""
        self.ensure_one()
        today = self.company_id._get_collection_today()
        return self.env["collection.legal.parameter"]._get(code, today)

    def _get_parameter(self, code, day=None):
        """Return the number of a legal parameter in force on ``day``, or today."""
        self.ensure_one()
        day = day or self.company_id._get_collection_today()
        return self.env["collection.legal.parameter"]._get_value(code, day)

    def _get_small_claims_cost(self):
        """Return the two fixed fees of the procedure, VAT included."""
        return self._add_vat(
            self._get_parameter("small_claims_start_fee")
            + self._get_parameter("small_claims_title_fee")
        )

    def _get_moratorium_cost(self):
        """Return what following an agreed plan costs, VAT included."""
        return self._add_vat(self._get_parameter("moratorium_fee"))

    def _get_service_cost(self, claim):
        """Return what serving a deed about a claim of this amount costs, with VAT."""
        self.ensure_one()
        proceeding = self.env["collection.proceeding"].new(
            {"case_id": self.id, "amount_principal": claim}
        )
        today = self.company_id._get_collection_today()
        return sum(proceeding._get_service_fee(today))

    def _add_vat(self, amount):
        return self.currency_id.round(
            amount * (1 + self._get_parameter("vat_rate") / 100)
        )
