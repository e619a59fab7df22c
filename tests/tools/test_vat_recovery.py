from datetime import date
from decimal import Decimal

import pytest

from odoo.addons.l10n_fr_debt_collection.tools.vat_recovery import (
    InvoicePart,
    recovery_limit,
    split_unpaid,
)


def part(rate, net, tax):
    return InvoicePart(Decimal(rate), Decimal(net), Decimal(tax))


class TestSplit:
    def test_unpaid_invoice_is_claimed_whole(self):
        parts = [part(20, "1000.00", "200.00")]
        assert split_unpaid(parts, Decimal("1200.00")) == tuple(parts)

    def test_part_payment_has_paid_price_and_vat_in_proportion(self):
        # 1200.00 with 200.00 of VAT, 900.00 unpaid: 900 * 200 / 1200 = 150.00 of VAT.
        split = split_unpaid([part(20, "1000.00", "200.00")], Decimal("900.00"))
        assert split == (part(20, "750.00", "150.00"),)

    def test_two_rates_share_what_is_unpaid(self):
        # 120.00 at 20 % and 105.50 at 5.5 %: 225.50 in all, 100.00 unpaid.
        # 100 * 120 / 225.50 = 53.215 -> 53.22, of which 53.22 / 6 = 8.87 of VAT;
        # the rest 46.78, of which 46.78 * 5.50 / 105.50 = 2.4388 -> 2.44 of VAT.
        split = split_unpaid(
            [part(20, "100.00", "20.00"), part("5.5", "100.00", "5.50")],
            Decimal("100.00"),
        )
        assert split == (part(20, "44.35", "8.87"), part("5.5", "44.34", "2.44"))

    def test_parts_add_up_to_the_cent(self):
        parts = [part(rate, "33.33", "3.33") for rate in (20, 10, "5.5")]
        for cents in range(0, 10999, 37):
            unpaid = Decimal(cents) / 100
            assert sum(p.total for p in split_unpaid(parts, unpaid)) == unpaid

    def test_part_without_vat_claims_none(self):
        split = split_unpaid(
            [part(20, "100.00", "20.00"), part(0, "80.00", "0")], Decimal("100.00")
        )
        assert split[1].tax == 0
        assert split[1].net == Decimal("40.00")

    @pytest.mark.parametrize("unpaid", ["-0.01", "120.01"])
    def test_more_than_the_invoice_is_refused(self, unpaid):
        with pytest.raises(ValueError, match="between 0 and"):
            split_unpaid([part(20, "100.00", "20.00")], Decimal(unpaid))

    def test_nothing_billed_is_nothing_unpaid(self):
        assert split_unpaid([], Decimal(0)) == ()


class TestLimit:
    def test_limit_is_the_end_of_the_second_year_after(self):
        assert recovery_limit(date(2026, 1, 1)) == date(2028, 12, 31)
        assert recovery_limit(date(2026, 12, 31)) == date(2028, 12, 31)
