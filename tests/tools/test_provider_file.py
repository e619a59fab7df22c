import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.l10n_fr_debt_collection.tools import provider_file
from odoo.addons.l10n_fr_debt_collection.tools.provider_file import (
    LONGEST_CELL,
    MOST_BYTES,
    MOST_COLUMNS,
    ProviderFileError,
    find_contact_role,
    guess_columns,
    read_table,
)


class TestReadTable:
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
    @pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
    def test_whatever_wrote_the_file(self, encoding, delimiter):
        text = f"Société{delimiter}Téléphone\r\nÉtablissements Noël{delimiter}0472\r\n"
        table = read_table(text.encode(encoding))
        assert table.header == ("Société", "Téléphone")
        assert table.rows == ((2, ("Établissements Noël", "0472")),)
        assert table.delimiter == delimiter

    def test_quoted_cells_and_empty_lines_keep_the_line_numbers(self):
        table = read_table(b'a;b\n"x\ny";1\n\n;\nz;2\n')
        assert table.rows == ((3, ("x y", "1")), (6, ("z", "2")))

    def test_commas_inside_values_do_not_win_over_semicolons(self):
        table = read_table(b"nom;adresse\nGarcin, SAS;1, rue du Lac, Lyon\n")
        assert table.delimiter == ";"

    @pytest.mark.parametrize(
        ("content", "code"),
        [
            (b"", "empty"),
            (b"a;b\n", "empty"),
            (b"a\nb\n", "no_columns"),
            (b"PK\x03\x04", "spreadsheet"),
            (b"a;b\n\x00;1\n", "binary"),
            (b"x" * (MOST_BYTES + 1), "too_big"),
        ],
    )
    def test_what_is_no_such_file_says_why(self, content, code):
        with pytest.raises(ProviderFileError) as error:
            read_table(content)
        assert error.value.code == code

    def test_sizes_are_bounded(self):
        wide = ";".join("x" * (LONGEST_CELL + 10) for _column in range(300))
        table = read_table(f"{wide}\n{wide}\n".encode())
        assert len(table.header) == MOST_COLUMNS
        assert max(map(len, table.rows[0][1])) == LONGEST_CELL

    @given(st.binary(max_size=400))
    def test_no_content_raises_anything_else(self, content):
        try:
            table = read_table(content)
        except ProviderFileError:
            return
        assert table.rows
        guess_columns(table.header)


class TestColumns:
    def test_each_role_is_given_once(self):
        roles = guess_columns(("Tel", "Téléphone", "Mail", "N° de TVA", ""))
        assert roles == ("phone", "", "email", "vat", "")

    def test_an_email_identifies_only_when_nothing_else_does(self):
        assert guess_columns(("E-mail", "Mobile")) == ("match_email", "mobile")

    @pytest.mark.parametrize(
        ("text", "role"),
        [
            ("Comptable fournisseurs", "payables"),
            ("DAF", "finance"),
            ("Service juridique", "legal"),
            ("Gérante", "decision_maker"),
            ("CEO", "decision_maker"),
            ("Acheteur", ""),
            ("", ""),
        ],
    )
    def test_roles_are_read_from_departments_and_titles(self, text, role):
        assert find_contact_role(text) == role


def test_examples_of_the_documentation():
    assert doctest.testmod(provider_file).failed == 0
