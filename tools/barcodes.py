"""QR codes and bar codes as small pictures, quick enough for a thousand letters.

The encoding is reportlab's. Drawing is not: its drawings take many times as long as
the encoding, and so does choosing between the eight masks of a QR code. Any of them
is valid (ISO/IEC 18004 recommends the one with the fewest blank areas).
"""

import struct
import zlib
from base64 import b64encode

from reportlab.graphics.barcode.code128 import Code128
from reportlab.graphics.barcode.qrencoder import QRCode, QRErrorCorrectLevel

MASK = 0
# Pixels of the narrowest part.
QR_PIXELS = 8
BAR_PIXELS = 4
BAR_HEIGHT = 30
SIGNATURE = b"\x89PNG\r\n\x1a\n"
GREYSCALE = (1, 0, 0, 0, 0)  # one bit a pixel, nothing special


def qr_code(text):
    """Return the QR code of ``text`` as a data URI; up to 7 % of it may be damaged."""
    code = QRCode(None, QRErrorCorrectLevel.L)
    code.addData(text)
    code.version = code.calculate_version()
    code.makeImpl(False, MASK)
    return _draw(code.modules, QR_PIXELS, QR_PIXELS)


def code_128(text):
    """Return the bar code of ``text``, without margins, as a data URI.

    :raise ValueError: a character has no place in this code
    """
    code = Code128(value=text, quiet=0)
    code.validate()
    if not code.valid:
        raise ValueError(f"No bar code for {text!r}")
    code.encode()
    code.decompose()
    modules = []
    for part in code.decomposed:
        # Bars are capitals, spaces small letters: "A" is one wide, "b" two.
        width = ord(part.lower()) - ord("a") + 1
        modules += [part.isupper()] * width
    return _draw([modules], BAR_PIXELS, BAR_HEIGHT)


def _draw(rows, width, height):
    """Return a black and white PNG, each module so many pixels wide and high."""
    picture = b"".join(_pack(row, width) * height for row in rows)
    size = struct.pack(">II", len(rows[0]) * width, len(rows) * height)
    png = b"".join(
        (
            SIGNATURE,
            _chunk(b"IHDR", size + bytes(GREYSCALE)),
            _chunk(b"IDAT", zlib.compress(picture)),
            _chunk(b"IEND", b""),
        )
    )
    return f"data:image/png;base64,{b64encode(png).decode()}"


def _pack(row, width):
    """Return a row of pixels, white being 1, after the mark that it is unfiltered."""
    bits = "".join(("0" if dark else "1") * width for dark in row)
    bits += "1" * (-len(bits) % 8)
    return b"\0" + int(bits, 2).to_bytes(len(bits) // 8)


def _chunk(name, content):
    checksum = zlib.crc32(name + content)
    return (
        struct.pack(">I", len(content)) + name + content + struct.pack(">I", checksum)
    )
