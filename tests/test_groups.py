from odoo.tests import tagged

from .common import CollectionCommon


@tagged("post_install", "-at_install")
class TestGroups(CollectionCommon):
    """Region, department and sector of debtors."""

    def _review(self, **values):
        debtor = self._make_debtor("Scierie Morvan", **values)
        self._invoice(100, 5, debtor)
        case = self._case(debtor)
        case._review()
        return case

    def test_a_french_debtor_has_the_region_of_its_postcode(self):
        case = self._review(zip="58000", city="Nevers")
        self.assertEqual(case.region, "Bourgogne-Franche-Comté")
        self.assertEqual(case.department, "58 Nièvre")

    def test_overseas_debtor(self):
        case = self._review(zip="97400", country_id=self.env.ref("base.re").id)
        self.assertEqual(case.region, "La Réunion")

    def test_abroad_the_state_is_the_region(self):
        state = self.env.ref("base.state_de_by")
        case = self._review(
            zip="80331", country_id=state.country_id.id, state_id=state.id
        )
        self.assertEqual(case.region, state.name)
        self.assertFalse(case.department)

    def test_a_move_changes_the_region(self):
        case = self._review(zip="58000")
        case.partner_id.zip = "13001"
        case._review()
        self.assertEqual(case.region, "Provence-Alpes-Côte d'Azur")

    def test_sector_is_that_of_the_register(self):
        case = self._review(company_registry="40483304800022")
        case.registry_record_id.sudo().activity = "16.10A"
        case._review()
        self.assertEqual(case.sector, "C")

    def test_regions_can_be_grouped_by(self):
        self._review(zip="58000")
        groups = self.env["collection.case"]._read_group(
            [("company_id", "=", self.company.id)], ["region"], ["__count"]
        )
        self.assertIn(("Bourgogne-Franche-Comté", 1), groups)
