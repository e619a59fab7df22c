import io
from base64 import b64decode

from PIL import Image
from reportlab.graphics.barcode import createBarcodeDrawing

from odoo.addons.l10n_fr_debt_collection.tools import barcodes

URL = "https://compta.example.com/my/debts/Zp3-x8Qa71kLw0vTn5sY2bRe9uHdCf4M"
# ISO/IEC 18004: versions with a single block of level L, by their size.
ONE_BLOCK_SIZES = (21, 25, 29, 33, 37)
FORMAT_MASK = 0b101010000010010


def _open(uri):
    return Image.open(io.BytesIO(b64decode(uri.partition(",")[2]))).convert("L")


def _modules(picture, size):
    """Whether the middle of each module is dark."""
    count = picture.width // size
    return [
        [
            picture.getpixel((int((x + 0.5) * size), int((y + 0.5) * size))) < 128
            for x in range(count)
        ]
        for y in range(picture.height // size)
    ]


def _is_function(size, row, column):
    """Whether a module is one of those that carry no data."""
    corner = (
        (row < 9 and column < 9)
        or (row < 9 and column >= size - 8)
        or (row >= size - 8 and column < 9)
    )
    aligned = size > 21 and abs(row - size + 7) <= 2 and abs(column - size + 7) <= 2
    return corner or aligned or row == 6 or column == 6


def _read(modules):
    """Return the text of a QR code of one block, by the book."""
    size = len(modules)
    assert size in ONE_BLOCK_SIZES
    bits = [modules[8][column] for column in (0, 1, 2, 3, 4, 5, 7, 8)]
    bits += [modules[row][8] for row in (7, 5, 4, 3, 2, 1, 0)]
    found = int("".join("1" if bit else "0" for bit in bits), 2) ^ FORMAT_MASK
    assert found >> 13 == 1, "level L"
    assert found >> 10 & 7 == 0, "the mask of every second module"
    data = []
    column, upwards = size - 1, True
    while column > 0:
        column -= column == 6
        for row in range(size - 1, -1, -1) if upwards else range(size):
            data += [
                modules[row][x] ^ ((row + x) % 2 == 0)
                for x in (column, column - 1)
                if not _is_function(size, row, x)
            ]
        column, upwards = column - 2, not upwards
    text = "".join("1" if bit else "0" for bit in data)
    assert text[:4] == "0100", "bytes"
    length = int(text[4:12], 2)
    return int(text[12 : 12 + 8 * length], 2).to_bytes(length).decode()


def test_qr_code_can_be_read():
    picture = _open(barcodes.qr_code(URL))
    assert picture.width == picture.height
    assert _read(_modules(picture, barcodes.QR_PIXELS)) == URL


def test_bar_code_has_the_bars_of_reportlab():
    text = "DC-000123-K"
    mine = _open(barcodes.code_128(text))
    (bars,) = {
        tuple(mine.getpixel((x, y)) < 128 for x in range(mine.width))
        for y in range(mine.height)
    }
    drawing = createBarcodeDrawing(
        "Code128", value=text, format="png", quiet=0, width=mine.width, height=20
    )
    theirs = Image.open(io.BytesIO(drawing.asString("png"))).convert("L")
    middles = range(barcodes.BAR_PIXELS // 2, mine.width, barcodes.BAR_PIXELS)
    assert [bars[x] for x in middles] == [
        theirs.getpixel((x, theirs.height // 2)) < 128 for x in middles
    ]
