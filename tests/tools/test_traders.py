import pytest

from odoo.addons.l10n_fr_debt_collection.tools.traders import is_trader


class TestIsTrader:
    """Codes of INSEE's "catégories juridiques" (level III)."""

    @pytest.mark.parametrize(
        "code",
        ["5202", "5306", "5498", "5499", "5599", "5699", "5710", "5720", "5800"],
        ids=["SNC", "SCS", "EURL", "SARL", "SA", "SA-dir", "SAS", "SASU", "SE"],
    )
    def test_commercial_companies_are_traders_by_their_form(self, code):
        assert is_trader(code) is True

    @pytest.mark.parametrize(
        "code",
        ["6540", "6532", "6411", "7210", "7389", "8310", "9220", "9300"],
        ids=["SCI", "EARL-SCA", "mutual", "commune", "EPA", "CSE", "asso", "found"],
    )
    def test_civil_companies_associations_and_public_bodies_are_not(self, code):
        assert is_trader(code) is False

    @pytest.mark.parametrize(
        "code", ["1000", "5485", "5785", "3120", "", None, "  ", "unknown"]
    )
    def test_the_form_of_the_others_does_not_tell(self, code):
        assert is_trader(code) is None
