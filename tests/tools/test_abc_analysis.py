import pytest

from odoo.addons.l10n_fr_debt_collection.tools.abc_analysis import round_down


class TestRoundDown:
    @pytest.mark.parametrize(
        ("amount", "rounded"),
        [
            (48327.10, 48000),
            (4800, 4800),
            (1000, 1000),
            (999.99, 990),
            (12, 12),
            (7.349, 7.3),
            (0.29, 0.29),
        ],
    )
    def test_two_digits_never_above_the_amount(self, amount, rounded):
        assert round_down(amount) == rounded
        assert round_down(amount) <= amount
