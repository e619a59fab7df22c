"""Cut the PDF of many records into one PDF per record, number its pages, merge PDFs.

One start of the HTML converter prints a whole batch of records: that is what makes it
fast. The batch is one document in which *separator sheets* stand between the records,
pages that hold nothing but ``@@<nonce>:<key>@@``. They are found by their text and
thrown away: no reader ever sees a marker. Nor can a text pass for one, as a marker has
a sheet of its own and bears a nonce drawn for this batch.

A batch begins with the *ruler sheet*: two markers :data:`RULER_MM` apart, which tell at
which scale the converter prints. Then come the records, each a separator and its pages,
and last the *feet*, each a separator and one page with the block that goes to the foot
of the last page of some records.

Lengths are PDF points (1/72 inch) from the bottom left corner, unless the name says
``_mm``. Nothing here imports Odoo.
"""

import functools
import io
import re
import secrets
import threading
from contextlib import closing, contextmanager
from dataclasses import dataclass

import pypdfium2 as pdfium
from pypdfium2.raw import (
    FPDF_PAGEOBJ_PATH,
    FPDF_PAGEOBJ_TEXT,
    FPDFPage_CountObjects,
)
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFError, TTFont
from reportlab.pdfgen.canvas import Canvas

MM = 72 / 25.4
RULER_KEY = "ruler"
RULER_MM = 200
# A page with more objects (glyphs, rules) is no separator: its text need not be read.
SHEET_OBJECTS = 300

# The strip at the foot of a page that the pages themselves leave free.
FOOT_BOTTOM_MM = 11
FOOT_TOP_MM = 22
LINE_MM = 8
NUMBER_BOTTOM_MM = 6.5
NUMBER_RIGHT_MM = 15
NUMBER_SIZE = 7.5
NUMBER_GREY = 0.35
# Looked up in the usual folders; the last one is part of reportlab.
NUMBER_FONTS = (
    "liberation/LiberationSans-Regular.ttf",
    "liberation2/LiberationSans-Regular.ttf",
    "Vera.ttf",
)

# PDFium must not be entered by two threads at once.
_pdfium_lock = threading.RLock()


class PdfBatchError(Exception):
    """Something is wrong with the PDF of a batch or with one to merge."""


class MarkerError(PdfBatchError):
    """The separator sheets of a batch are not those that were put in."""


class BrokenPdfError(PdfBatchError):
    """A PDF cannot be read; ``index`` tells which one of those given."""

    def __init__(self, index, reason):
        super().__init__(f"PDF {index + 1} cannot be read: {reason}")
        self.index = index


# === MARKERS === #


def new_nonce():
    """Return a word that nobody can guess, for the markers of one batch."""
    return secrets.token_hex(8)


def marker(nonce, key):
    """Return the text of the separator sheet before ``key`` (letters, digits, ``-``).

    >>> marker("5f3a", 12)
    '@@5f3a:12@@'
    """
    return f"@@{nonce}:{key}@@"


def _key_of(page, nonce):
    """Return the key of a separator sheet, or ``None`` for any other page."""
    if FPDFPage_CountObjects(page) > SHEET_OBJECTS:
        return None
    with closing(page.get_textpage()) as text:
        words = re.sub(r"\s", "", text.get_text_range())
    start = re.escape(f"@@{nonce}:")
    found = re.fullmatch(rf"{start}([\w-]+)@@(?:{start}\1@@)?", words)
    return found and found[1]


# === THE BATCH === #


@dataclass
class _Foot:
    """A page of the batch, and the part of it that is stamped on other pages."""

    index: int
    left: float
    bottom: float
    right: float
    top: float

    def matrix(self):
        """Return the matrix that puts the block in the strip at the foot of a page.

        PDFium lays a captured page with the lower left corner of its box at the origin.
        """
        room = (FOOT_TOP_MM - FOOT_BOTTOM_MM) * MM
        scale = min(1, room / (self.top - self.bottom))
        lost_width = (self.right - self.left) * (1 - scale)
        return (
            pdfium.PdfMatrix()
            .scale(scale, scale)
            .translate(self.left + lost_width / 2, FOOT_BOTTOM_MM * MM)
        )


class _Batch:
    """An open batch: which pages belong to which key."""

    def __init__(self, document, nonce):
        self.document = document
        self.pages = self._find_sections(nonce)

    def _find_sections(self, nonce):
        sections, key = {}, None
        for index, page in enumerate(self.document):
            with closing(page):
                found = _key_of(page, nonce)
            if found in sections:
                raise MarkerError(f"Two separator sheets for {found}")
            if found:
                key = found
                sections[key] = []
            elif key is None:
                raise MarkerError("The batch does not begin with a separator sheet")
            else:
                sections[key].append(index)
        return sections

    def pages_of(self, key):
        """Return the indexes of the pages of ``key``."""
        pages = self.pages.get(str(key))
        if not pages:
            raise MarkerError(f"No page found for {key}")
        return pages

    def foot(self, key):
        """Return the foot of this key, cut to what is printed on its page."""
        index = self.pages_of(key)[0]
        with closing(self.document[index]) as page:
            box = _printed_box(page)
            if not box:
                raise MarkerError(f"The foot {key} is empty")
            # What is outside of the box does not come along when the page is stamped.
            page.set_mediabox(*box)
            page.set_cropbox(*box)
        return _Foot(index, *box)


def _printed_box(page):
    """Return the box around text and rules of a page, or ``None`` for an empty one.

    Paths higher than a line of text are backgrounds, and those of the page are white.
    """
    objects = page.get_objects([FPDF_PAGEOBJ_TEXT, FPDF_PAGEOBJ_PATH])
    bounds = [item.get_bounds() for item in objects]
    bounds = [box for box in bounds if box[3] - box[1] < LINE_MM * MM]
    if not bounds:
        return None
    lefts, bottoms, rights, tops = zip(*bounds, strict=True)
    margin = 1
    return (
        max(0, min(lefts) - margin),
        max(0, min(bottoms) - margin),
        min(page.get_width(), max(rights) + margin),
        min(page.get_height(), max(tops) + margin),
    )


@contextmanager
def _open(content, index=0):
    try:
        document = pdfium.PdfDocument(content)
    except pdfium.PdfiumError as error:
        raise BrokenPdfError(index, error) from error
    with closing(document):
        yield document


def measure_scale(content, nonce):
    """Return how many millimetres of paper one millimetre of the page has become.

    :raise MarkerError: the first page of ``content`` is not the ruler sheet
    :raise BrokenPdfError: ``content`` is not a PDF
    """
    with _pdfium_lock, _open(content) as document, closing(document[0]) as page:
        if _key_of(page, nonce) != RULER_KEY:
            raise MarkerError("The batch does not begin with the ruler sheet")
        with closing(page.get_textpage()) as text:
            tops = [
                text.get_charbox(index)[3]
                for index in range(text.count_chars())
                if text.get_text_range(index, 1) == ":"
            ]
    return (max(tops) - min(tops)) / MM / RULER_MM


def split(content, nonce, keys, feet=None):
    """Cut a batch into one PDF per record, with page numbers such as “1/3”.

    :param bytes content: the PDF of the batch
    :param keys: the records that were printed, in any order
    :param feet: ``{key: key of a foot}``, for the records whose last page has one
    :return: ``{key: content of its PDF}``
    :raise MarkerError: a record has no page, or the batch has others than ``keys``
    :raise BrokenPdfError: ``content`` is not a PDF
    """
    feet = feet or {}
    with _pdfium_lock, _open(content) as document:
        batch = _Batch(document, nonce)
        _check_keys(batch, keys, feet)
        blocks = {foot: batch.foot(foot) for foot in set(feet.values())}
        lengths = {len(batch.pages_of(key)) for key in keys}
        with _open(_draw_numbers(lengths, document.get_page_size(0))) as numbers:
            return {
                key: _cut(batch, key, numbers, lengths, blocks.get(feet.get(key)))
                for key in keys
            }


def _check_keys(batch, keys, feet):
    known = {str(key) for key in (RULER_KEY, *keys, *feet.values())}
    strangers = batch.pages.keys() - known
    if strangers:
        raise MarkerError(f"Unexpected separator sheets: {sorted(strangers)}")


def _cut(batch, key, numbers, lengths, foot):
    """Return the PDF of one record."""
    indexes = batch.pages_of(key)
    first_number = sum(length for length in lengths if length < len(indexes))
    with closing(pdfium.PdfDocument.new()) as result:
        result.import_pages(batch.document, indexes)
        for position, page in enumerate(result):
            with closing(page):
                if foot and position == len(indexes) - 1:
                    _stamp(result, page, batch.document, foot.index, foot.matrix())
                _stamp(result, page, numbers, first_number + position)
                page.gen_content()
        return _save(result)


def _stamp(result, page, source, index, matrix=None):
    """Put page ``index`` of ``source`` on ``page`` of the document ``result``."""
    with closing(source.page_as_xobject(index, result)) as form:
        stamp = form.as_pageobject()
        if matrix:
            stamp.transform(matrix)
        page.insert_obj(stamp)


def _save(document):
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


# === PAGE NUMBERS === #


def _draw_numbers(lengths, size):
    """Return a PDF with the numbers of a document of each of these lengths in turn."""
    buffer = io.BytesIO()
    font = _number_font()
    canvas = Canvas(buffer, pagesize=size, initialFontName=font)
    for length in sorted(lengths):
        for number in range(1, length + 1):
            canvas.setFont(font, NUMBER_SIZE)
            canvas.setFillGray(NUMBER_GREY)
            canvas.drawRightString(
                size[0] - NUMBER_RIGHT_MM * MM,
                NUMBER_BOTTOM_MM * MM,
                f"{number}/{length}",
            )
            canvas.showPage()
    canvas.save()
    return buffer.getvalue()


@functools.cache
def _number_font():
    """Return the name of a font for page numbers that PDFs can embed."""
    for path in NUMBER_FONTS:
        try:
            pdfmetrics.registerFont(TTFont("PageNumber", path))
        except TTFError:
            continue
        return "PageNumber"
    raise PdfBatchError("No font for page numbers")


# === MERGING === #


def merge(contents):
    """Return one PDF with the pages of all the PDFs given, in their order.

    :param contents: the contents of the PDFs, as bytes
    :raise BrokenPdfError: one of them is not a PDF
    """
    with _pdfium_lock, closing(pdfium.PdfDocument.new()) as result:
        for index, content in enumerate(contents):
            with _open(content, index) as document:
                result.import_pages(document)
        return _save(result)
