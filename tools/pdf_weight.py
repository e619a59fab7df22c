"""How large the drawings on the pages of a PDF are once unpacked.

A stream of a few kilobytes can hold gigabytes, and reading a drawing takes longer than
unpacking it: whoever is to rebuild pages asks here first. Plain Python.
"""

import base64
import zlib

MOST_UNPACKED = 20 * 1024 * 1024
# Of what is packed in another way, this much at most: it may unfold a thousandfold.
MOST_PACKED_OTHERWISE = 16 * 1024
_FLATE = ("/FlateDecode", "/Fl")
_ASCII85 = ("/ASCII85Decode", "/A85")


def is_too_heavy(pages, most=MOST_UNPACKED):
    """Do the drawings of ``pages`` take more than ``most`` bytes together?

    Pictures do not count: they are passed on as they are.

    :param pages: pages of a ``pypdf.PdfReader``
    """
    left = most
    for page in pages:
        for stream in _get_streams(page):
            left -= _measure(stream, left)
            if left < 0:
                return True
    return False


def _get_streams(page):
    contents = page.get("/Contents")
    contents = contents.get_object() if contents is not None else None
    if contents is None:
        return []
    parts = contents if isinstance(contents, list) else [contents]
    return [part.get_object() for part in parts]


def _measure(stream, most):
    """Return the size of a stream unpacked, more than ``most`` if it is too large."""
    data = getattr(stream, "_data", b"")
    data = data.encode("latin-1", "replace") if isinstance(data, str) else data
    filters = stream.get("/Filter", [])
    for name in filters if isinstance(filters, list) else [filters]:
        if name not in _FLATE + _ASCII85:
            return most + 1 if len(data) > MOST_PACKED_OTHERWISE else len(data)
        try:
            data = _unpack(name, data, most + 1)
        except (zlib.error, ValueError):
            # What cannot be unpacked is the reader's to refuse.
            return len(data)
    return len(data)


def _unpack(name, data, most):
    """Return the first ``most`` bytes of what was packed in one of these two ways."""
    if name in _FLATE:
        return zlib.decompressobj().decompress(data, most)
    return base64.a85decode(b"<~" + data.strip().removeprefix(b"<~"), adobe=True)
