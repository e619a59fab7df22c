from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.l10n_fr_debt_collection.tools.pagination import (
    cut,
    paragraphs,
    text_lines,
)

HEIGHTS = st.lists(st.integers(1, 10), max_size=80)


def test_all_on_the_first_page():
    assert cut([5] * 4, first=20, page=50) == [(0, 4)]


def test_no_row_at_all():
    assert cut([], first=20, page=50) == [(0, 0)]


def test_a_first_page_without_rows():
    assert cut([5] * 12, first=0, page=50) == [(0, 0), (0, 10), (10, 12)]


def test_high_rows_fill_a_page_sooner():
    assert cut([5, 20, 5, 20], first=30, page=30) == [(0, 3), (3, 4)]


def test_the_last_page_has_some_rows():
    assert cut([5] * 11, first=50, page=50, fewest=3) == [(0, 8), (8, 11)]


def test_a_row_higher_than_a_page_has_one_of_its_own():
    assert cut([5, 90, 5], first=50, page=50) == [(0, 1), (1, 2), (2, 3)]


def test_lines_of_a_text():
    assert [text_lines("x" * length, 10) for length in (0, 10, 11, 21)] == [1, 1, 2, 3]


def test_paragraphs_of_words():
    html = (
        "<p>Dear <b>Sir</b>,</p>\n<p>a\n  b<br/>c</p><ul><li>d &lt; e</li></ul><p></p>"
    )
    assert paragraphs(html) == ["Dear Sir,", "a b", "c", "d < e"]


@given(HEIGHTS, st.integers(0, 60), st.integers(30, 60))
def test_every_row_is_on_one_page_that_has_room_for_it(heights, first, page):
    pages = cut(heights, first, page, fewest=3)
    rows = [row for start, end in pages for row in range(start, end)]
    assert rows == list(range(len(heights)))
    for (start, end), room in zip(pages, [first] + [page] * len(pages), strict=False):
        assert sum(heights[start:end]) <= room
