import pytest

from odoo.addons.l10n_fr_debt_collection.tools.french_regions import (
    DEPARTMENTS,
    department_and_region,
    department_code,
)


class TestFrenchRegions:
    @pytest.mark.parametrize(
        ("postcode", "code"),
        [
            ("69003", "69"),
            ("01000", "01"),
            ("75116", "75"),
            ("20000", "2A"),
            ("20167", "2A"),
            ("20200", "2B"),
            ("20600", "2B"),
            ("97400", "974"),
            ("97600", "976"),
            ("97133", "977"),
            ("97150", "978"),
            ("97100", "971"),
            ("98800", "988"),
            ("59 000", "59"),
        ],
    )
    def test_postcode(self, postcode, code):
        assert department_code(postcode) == code

    @pytest.mark.parametrize(
        "postcode", ["", None, "6900", "690033", "AB123", "00123", "99999", "98000"]
    )
    def test_not_a_french_postcode(self, postcode):
        assert department_and_region(postcode) == ("", "")

    def test_names(self):
        assert department_and_region("21000") == (
            "21 Côte-d'Or",
            "Bourgogne-Franche-Comté",
        )

    def test_all_departments_of_the_republic_are_there(self):
        in_europe = [code for code in DEPARTMENTS if len(code) == 2]
        assert len(in_europe) == 96
        regions = {DEPARTMENTS[code][1] for code in in_europe}
        assert len(regions) == 13
        overseas_departments = {"971", "972", "973", "974", "976"}
        assert overseas_departments <= set(DEPARTMENTS)
