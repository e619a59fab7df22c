import pytest

from odoo.addons.l10n_fr_debt_collection.tools.naf import naf_section


class TestNafSection:
    @pytest.mark.parametrize(
        ("code", "section"),
        [
            ("01.11Z", "A"),
            ("03.22Z", "A"),
            ("09.90Z", "B"),
            ("10.11Z", "C"),
            ("33.20D", "C"),
            ("35.11Z", "D"),
            ("43.21A", "F"),
            ("4321a", "F"),
            ("47", "G"),
            ("62.01Z", "J"),
            ("84.11Z", "O"),
            ("99.00Z", "U"),
        ],
    )
    def test_section(self, code, section):
        assert naf_section(code) == section

    @pytest.mark.parametrize("code", ["", None, "00.00Z", "Z", "431", "boulangerie"])
    def test_no_code(self, code):
        assert naf_section(code) == ""
