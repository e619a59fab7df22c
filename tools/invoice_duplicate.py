"""Duplicates of unpaid invoices that bear, on each page, that they stayed unpaid.

The statement and its visibility are a condition for recovering the VAT: Code général
des impôts, article 272-1.
"""

from io import BytesIO

from pypdf import PdfReader, PdfWriter, Transformation
from pypdf.errors import PyPdfError
from reportlab.lib.colors import HexColor
from reportlab.lib.utils import simpleSplit
from reportlab.pdfgen.canvas import Canvas

from .pdf_weight import is_too_heavy

MARGIN = 20
PADDING = 8
FONT = "Helvetica-Bold"
FONT_SIZE = 10
LEADING = 13
RED = HexColor("#b42318")
MOST_PAGES = 200
# The standard fonts of PDF know one no-break space only.
NARROW_SPACE, SPACE = "\u202f", "\u00a0"


class DuplicateError(ValueError):
    """The invoice's PDF cannot be made into a duplicate; the message says why."""


def make_duplicate(pdf, heading, statement):
    """Return ``pdf`` with a framed ``statement`` on top of every page.

    The page is shrunk below the frame: nothing of the invoice is covered.

    :param bytes pdf: the invoice
    :param str heading: such as DUPLICATE
    :param str statement: that the invoice stayed unpaid, for how much
    :return: bytes of the PDF
    :raise DuplicateError: the PDF is broken, encrypted, empty or too long
    """
    writer = PdfWriter()
    for page in _read_pages(pdf):
        width, height = float(page.mediabox.width), float(page.mediabox.height)
        band, band_height = _draw_band(width, height, heading, statement)
        sheet = writer.add_blank_page(width, height)
        sheet.merge_transformed_page(page, _fit_below(page, band_height))
        sheet.merge_page(band)
    content = BytesIO()
    writer.write(content)
    return content.getvalue()


def _read_pages(pdf):
    try:
        reader = PdfReader(BytesIO(pdf))
        if reader.is_encrypted:
            raise DuplicateError("the PDF is encrypted")
        pages = list(reader.pages)
        if is_too_heavy(pages):
            raise DuplicateError("the drawings of the PDF are too large")
        for page in pages:
            # A rotated page is turned upright first, so that the frame is on top.
            page.transfer_rotation_to_content()
    except (PyPdfError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise DuplicateError("the PDF is broken") from error
    if not 0 < len(pages) <= MOST_PAGES:
        raise DuplicateError(f"the PDF has {len(pages)} pages")
    return pages


def _fit_below(page, band_height):
    """Return the transformation that shrinks a page into what the frame leaves."""
    box = page.mediabox
    width, height = float(box.width), float(box.height)
    scale = (height - band_height) / height
    return (
        Transformation()
        .translate(-float(box.left), -float(box.bottom))
        .scale(scale)
        .translate((width - width * scale) / 2, 0)
    )


def _draw_band(width, height, heading, statement):
    """Return a page with the framed statement, and the height the frame takes."""
    room = width - 2 * (MARGIN + PADDING)
    text = statement.replace(NARROW_SPACE, SPACE)
    lines = simpleSplit(text, FONT, FONT_SIZE, room)
    box_height = LEADING * (len(lines) + 1) + 2 * PADDING
    content = BytesIO()
    canvas = Canvas(content, pagesize=(width, height))
    canvas.setStrokeColor(RED)
    canvas.setFillColor(RED)
    canvas.setLineWidth(1.5)
    bottom = height - MARGIN - box_height
    canvas.rect(MARGIN, bottom, width - 2 * MARGIN, box_height)
    canvas.setFont(FONT, FONT_SIZE)
    baseline = height - MARGIN - PADDING - FONT_SIZE
    for line in (heading, *lines):
        canvas.drawString(MARGIN + PADDING, baseline, line)
        baseline -= LEADING
    canvas.save()
    return PdfReader(content).pages[0], box_height + 2 * MARGIN
