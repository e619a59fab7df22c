"""Fills official forms: by their fields, or by writing on them where they have none.

The blank form is the administrator's: it is not ours to ship. It is read with care and
what is active in it stays behind.
"""

from dataclasses import dataclass
from io import BytesIO

from pypdf import PdfReader, PdfWriter
from pypdf.errors import PyPdfError
from pypdf.generic import NameObject
from reportlab.lib.utils import simpleSplit
from reportlab.pdfgen.canvas import Canvas

MOST_BYTES = 20 * 1024 * 1024
FONT = "Helvetica"
LEADING = 1.2
_CHECKED = ("X", "x", "1", "Oui", "Yes")
_ERRORS = (PyPdfError, KeyError, TypeError, ValueError, AttributeError, RecursionError)


class FormError(Exception):
    """The form cannot be read or filled; ``code``: broken, encrypted, too_big."""

    def __init__(self, code):
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Place:
    """Where a text is written: points from the bottom left of the page, from 1."""

    page: int
    x: float
    y: float
    text: str
    size: float = 9
    width: float = 0


def list_fields(content):
    """Return the names of the fields of a form, in its order; empty if it has none.

    :raises FormError: when it cannot be read
    """
    reader = _open(content)
    try:
        return [
            name
            for name, value in (reader.get_fields() or {}).items()
            if value.get("/FT") in ("/Tx", "/Btn", "/Ch")
        ]
    except _ERRORS as error:
        raise FormError("broken") from error


def fill(content, values):
    """Return the form with its fields filled, to be printed and signed.

    :param values: ``{name of the field: text}``; a box is ticked by ``X``
    :raises FormError: when it cannot be filled
    """
    reader = _open(content)
    try:
        writer = PdfWriter(clone_from=reader)
        known = reader.get_fields() or {}
        texts = {
            name: _to_box(known[name]) if _is_ticked(known[name], text) else text
            for name, text in values.items()
            if name in known and not (_is_box(known[name]) and text not in _CHECKED)
        }
        for page in writer.pages:
            writer.update_page_form_field_values(page, texts, auto_regenerate=False)
        writer.set_need_appearances_writer(True)
        _drop_scripts(writer)
        return _write(writer)
    except _ERRORS as error:
        raise FormError("broken") from error


def write_on(content, places):
    """Return the form with texts written where :class:`Place` says.

    :raises FormError: when it cannot be read
    """
    reader = _open(content)
    try:
        writer = PdfWriter(clone_from=reader)
        for number, page in enumerate(writer.pages, start=1):
            own = [place for place in places if place.page == number]
            if own:
                width, height = float(page.mediabox.width), float(page.mediabox.height)
                page.merge_page(_draw(own, width, height))
        _drop_scripts(writer)
        return _write(writer)
    except _ERRORS as error:
        raise FormError("broken") from error


def _draw(places, width, height):
    buffer = BytesIO()
    canvas = Canvas(buffer, pagesize=(width, height))
    for place in places:
        canvas.setFont(FONT, place.size)
        room = place.width or width - place.x
        lines = simpleSplit(
            place.text.replace("\u202f", "\u00a0"), FONT, place.size, room
        )
        for number, line in enumerate(lines):
            canvas.drawString(place.x, place.y - number * place.size * LEADING, line)
    canvas.save()
    return PdfReader(buffer).pages[0]


def _open(content):
    if len(content) > MOST_BYTES:
        raise FormError("too_big")
    try:
        reader = PdfReader(BytesIO(content))
        if reader.is_encrypted and not reader.decrypt(""):
            raise FormError("encrypted")
        if not reader.pages:
            raise FormError("broken")
    except _ERRORS as error:
        raise FormError("broken") from error
    return reader


def _is_box(field):
    return field.get("/FT") == "/Btn"


def _is_ticked(field, text):
    return _is_box(field) and text in _CHECKED


def _to_box(field):
    states = [state for state in field.get("/_States_", ()) if state != "/Off"]
    return states[0] if states else "/Yes"


def _drop_scripts(writer):
    root = writer._root_object
    for key in ("/OpenAction", "/AA"):
        if key in root:
            del root[NameObject(key)]
    names = root.get("/Names")
    if names is not None:
        for key in ("/JavaScript", "/EmbeddedFiles"):
            if key in names:
                del names[NameObject(key)]


def _write(writer):
    buffer = BytesIO()
    writer.write(buffer)
    return buffer.getvalue()
