"""Makes the exhibits of a proceeding: stamped, numbered and merged into one PDF.

What comes in was written by others: it is read with limits, rebuilt page by page, and
whatever is active in it (forms, scripts, files inside) stays behind. The text of a page
stays text.
"""

from dataclasses import dataclass
from io import BytesIO

from PIL import Image, UnidentifiedImageError
from pypdf import PdfReader, PdfWriter, Transformation
from pypdf.errors import PyPdfError
from pypdf.generic import NameObject, RectangleObject
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfgen.canvas import Canvas

from .pdf_weight import is_too_heavy

MOST_BYTES = 50 * 1024 * 1024
MOST_PAGES = 500
MOST_PIXELS = 60_000_000
MARGIN = 28
STAMP_SIZE = 11
NUMBER_SIZE = 7
PADDING = 5
FONT = "Helvetica-Bold"
NUMBER_FONT = "Helvetica"
IMAGE_TYPES = ("image/png", "image/jpeg")
PDF_TYPE = "application/pdf"
# The standard fonts of PDF know one no-break space only.
NARROW_SPACE, SPACE = "\u202f", "\u00a0"
_ACTIVE_KEYS = ("/AA", "/Annots", "/PieceInfo", "/Metadata")
_READ_ERRORS = (
    PyPdfError,
    KeyError,
    TypeError,
    ValueError,
    AttributeError,
    IndexError,
    RecursionError,
    OverflowError,
)


class ExhibitError(Exception):
    """A document cannot be made an exhibit.

    ``code`` says why: ``type`` (neither PDF nor image), ``broken``, ``encrypted``,
    ``empty``, ``too_big`` or ``too_long``.
    """

    def __init__(self, code):
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Exhibit:
    """A document to enclose: ``label`` is stamped on it, such as ``Pièce n° 1``."""

    label: str
    content: bytes
    mimetype: str = PDF_TYPE


def count_pages(content, mimetype=PDF_TYPE):
    """Return how many pages a document has.

    :raises ExhibitError: when it cannot be an exhibit
    """
    return len(_read_pages(content, mimetype))


def merge(exhibits, first_page=1, page_words="{page}/{count}"):
    """Return one PDF of all exhibits, each page stamped.

    Top right: the label, in a box on the first page of an exhibit. Bottom right: the
    page of the exhibit, and the page of the whole.

    :param exhibits: :class:`Exhibit` in their order
    :param first_page: number of the first page in the whole file
    :param page_words: how the page of an exhibit is written
    :raises ExhibitError: with ``index``, which of the exhibits is at fault
    """
    writer, number = PdfWriter(), first_page
    for index, exhibit in enumerate(exhibits):
        try:
            pages = _read_pages(exhibit.content, exhibit.mimetype)
            for place, page in enumerate(pages, start=1):
                words = page_words.format(page=place, count=len(pages))
                writer.add_page(_stamp(page, exhibit.label, words, number, place == 1))
                number += 1
        except ExhibitError as error:
            error.index = index
            raise
    return _write(writer)


def join(pdfs):
    """Return one PDF of these PDFs, unstamped, without anything active.

    :raises ExhibitError: with ``index``, which of them is at fault
    """
    writer = PdfWriter()
    for index, content in enumerate(pdfs):
        try:
            for page in _read_pages(content, PDF_TYPE):
                writer.add_page(page)
        except ExhibitError as error:
            error.index = index
            raise
    return _write(writer)


# === READING === #


def _read_pages(content, mimetype):
    if len(content) > MOST_BYTES:
        raise ExhibitError("too_big")
    if mimetype in IMAGE_TYPES:
        content = _print_image(content)
    elif mimetype != PDF_TYPE:
        raise ExhibitError("type")
    try:
        reader = PdfReader(BytesIO(content))
        if reader.is_encrypted and not reader.decrypt(""):
            raise ExhibitError("encrypted")
        count = len(reader.pages)
        if not count:
            raise ExhibitError("empty")
        if count > MOST_PAGES:
            raise ExhibitError("too_long")
        if is_too_heavy(reader.pages):
            raise ExhibitError("too_big")
        return [_clean(page) for page in reader.pages]
    except _READ_ERRORS as error:
        raise ExhibitError("broken") from error


def _clean(page):
    """Return a page turned upright, from the corner of its visible part."""
    for key in _ACTIVE_KEYS:
        if key in page:
            del page[NameObject(key)]
    page.transfer_rotation_to_content()
    box = page.cropbox
    left, bottom = float(box.left), float(box.bottom)
    width, height = float(box.width), float(box.height)
    if width <= 0 or height <= 0:
        raise ExhibitError("broken")
    page.add_transformation(Transformation().translate(-left, -bottom))
    for name in ("mediabox", "cropbox", "trimbox", "bleedbox", "artbox"):
        setattr(page, name, RectangleObject((0, 0, width, height)))
    return page


def _print_image(content):
    """Return an image as an A4 page, turned to fit and never enlarged beyond it."""
    try:
        with Image.open(BytesIO(content)) as image:
            if image.width * image.height > MOST_PIXELS:
                raise ExhibitError("too_big")
            upright = image.convert("RGB")
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError) as error:
        raise ExhibitError("broken") from error
    width, height = A4 if upright.height >= upright.width else (A4[1], A4[0])
    room_width, room_height = width - 2 * MARGIN, height - 3 * MARGIN
    scale = min(room_width / upright.width, room_height / upright.height, 1)
    printed = upright.width * scale, upright.height * scale
    buffer = BytesIO()
    canvas = Canvas(buffer, pagesize=(width, height))
    canvas.drawImage(
        ImageReader(upright),
        (width - printed[0]) / 2,
        (height - printed[1]) / 2,
        *printed,
    )
    canvas.save()
    return buffer.getvalue()


# === STAMPING === #


def _stamp(page, label, words, number, is_first):
    width, height = float(page.mediabox.width), float(page.mediabox.height)
    buffer = BytesIO()
    canvas = Canvas(buffer, pagesize=(width, height))
    _draw_label(canvas, label.replace(NARROW_SPACE, SPACE), width, height, is_first)
    canvas.setFont(NUMBER_FONT, NUMBER_SIZE)
    canvas.drawRightString(width - MARGIN / 2, MARGIN / 3, f"{words}  ·  {number}")
    canvas.save()
    page.merge_page(PdfReader(buffer).pages[0])
    return page


def _draw_label(canvas, label, width, height, is_first):
    size = STAMP_SIZE if is_first else NUMBER_SIZE
    room = pdfmetrics.stringWidth(label, FONT, size)
    right, top = width - MARGIN / 2, height - MARGIN / 2
    if is_first:
        canvas.setFillGray(1)
        canvas.rect(
            right - room - 2 * PADDING,
            top - size - 2 * PADDING,
            room + 2 * PADDING,
            size + 2 * PADDING,
            fill=1,
        )
    canvas.setFillGray(0)
    canvas.setFont(FONT, size)
    canvas.drawRightString(right - PADDING, top - size - PADDING + 2, label)


def _write(writer):
    buffer = BytesIO()
    writer.write(buffer)
    return buffer.getvalue()
