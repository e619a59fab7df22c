"""Cut the rows of a table into pages by their heights.

Converters of HTML differ in where they break a table, and some cut rows in two or leave
the head of the table out on the next page. So each page gets a table of its own.
"""

import re
from html import unescape
from itertools import pairwise

_BLOCK = re.compile(r"</?(?:br|div|h\d|li|ol|p|table|td|tr|ul)\b[^>]*>", re.IGNORECASE)
_TAG = re.compile(r"<[^>]*>")


def text_lines(text, width):
    """Return the lines that ``text`` takes in a column ``width`` characters wide.

    >>> text_lines("INV/2026/00001", 20), text_lines("", 20)
    (1, 1)
    """
    return max(1, -(-len(text) // width))


def paragraphs(html):
    """Return the texts of the blocks of a piece of HTML, without the empty ones.

    >>> paragraphs("<p>Dear <b>Sir</b>,</p><ul><li>one</li><li>&amp; two</li></ul>")
    ['Dear Sir,', 'one', '& two']
    """
    texts = (unescape(_TAG.sub("", block)) for block in _BLOCK.split(html))
    return [text for text in (" ".join(text.split()) for text in texts) if text]


def cut(heights, first, page, fewest=1):
    """Return ``(start, end)`` of the rows of each page.

    :param heights: the height of each row; all heights are in one unit, say mm
    :param first: room on the first page; with 0 it takes no row at all
    :param page: room on each other page
    :param fewest: rows that the last of several pages has at least, where there are so
        many: a total must not stand alone

    >>> cut([5, 5, 5, 5], first=10, page=15)
    [(0, 2), (2, 4)]
    >>> cut([5, 5, 5], first=0, page=15)
    [(0, 0), (0, 3)]
    """
    cuts, room = [0], first
    for index, height in enumerate(heights):
        if height > room and (index > cuts[-1] or len(cuts) == 1):
            cuts.append(index)
            room = page
        room -= height
    if len(cuts) > 2 or len(cuts) == 2 and cuts[1] > 0:
        cuts[-1] = max(cuts[-2], min(cuts[-1], len(heights) - fewest))
    return list(pairwise([*cuts, len(heights)]))
