import hashlib
import string

import pytest

from odoo.addons.l10n_fr_debt_collection.tools import debtor_token
from odoo.addons.l10n_fr_debt_collection.tools.debtor_token import TokenError

DIGEST = hashlib.sha256(b"a link").hexdigest()


class TestDebtorToken:
    @pytest.mark.parametrize("number", [0, 1, 61, 62, 3843, 2**31 - 1, 2**63 - 1])
    def test_numbers_survive(self, number):
        assert debtor_token.decode(debtor_token.encode(number)) == number
        token = debtor_token.make(number, DIGEST)
        assert debtor_token.number_of(token) == number

    def test_a_negative_number_is_refused(self):
        with pytest.raises(ValueError, match="negative"):
            debtor_token.encode(-1)

    def test_a_token_is_short_and_needs_no_escaping(self):
        token = debtor_token.make(2**31 - 1, DIGEST)
        assert set(token) <= set(string.ascii_letters + string.digits)
        assert len(token) <= 28

    def test_at_least_120_bits_of_the_code_are_kept(self):
        code = debtor_token.make(7, DIGEST)[1:]
        assert debtor_token.decode(code) == int(DIGEST[:32], 16)
        highest = debtor_token.make(7, "f" * 64)
        assert debtor_token.decode(highest[1:]) == 2**128 - 1

    def test_a_code_that_begins_with_zeros_keeps_its_length(self):
        token = debtor_token.make(7, "0" * 63 + "1")
        assert len(token) == 1 + debtor_token.CODE_LENGTH
        assert debtor_token.number_of(token) == 7

    def test_each_bit_of_the_code_counts(self):
        token = debtor_token.make(7, DIGEST)
        for bit in range(debtor_token.CODE_BITS):
            other = f"{int(DIGEST, 16) ^ 1 << 255 - bit:064x}"
            assert not debtor_token.is_same(debtor_token.make(7, other), token)
        assert debtor_token.is_same(debtor_token.make(7, DIGEST), token)

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "short",
            "x" * 22,
            "x" * 40,
            "é" * 24,
            "١" * 24,
            "7" + "x" * 21 + "\n",
            "../../../etc/passwd/aaaa",
            "' OR 1=1 --aaaaaaaaaaaaaa",
        ],
    )
    def test_what_is_no_token_is_refused(self, text):
        with pytest.raises(TokenError):
            debtor_token.number_of(text)

    def test_comparing_takes_any_text(self):
        assert not debtor_token.is_same("é", debtor_token.make(7, DIGEST))
