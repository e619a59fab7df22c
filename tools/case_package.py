"""The file of a case as one archive: safe names, same content, same bytes.

Names come from debtors and documents: nothing in them may choose where a program that
unpacks the archive writes.
"""

import io
import re
import unicodedata
import zipfile
from pathlib import PurePosixPath

MOST_FILES = 5000
MOST_BYTES = 300 * 1024 * 1024
LONGEST_NAME = 100
# The oldest date an archive can give: the content alone makes the bytes.
EPOCH = (1980, 1, 1, 0, 0, 0)
PERMISSIONS = 0o644 << 16

_FORBIDDEN = re.compile(r'[<>:"/\\|?*]')
_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)


class PackageError(Exception):
    """The archive cannot be made; ``code`` says why: ``too_big`` or ``too_many``."""

    def __init__(self, code):
        super().__init__(code)
        self.code = code


def build(files):
    """Return the content of the archive of ``files``, in the order given.

    Two files of one name, whatever its capitals, get a number.

    :param files: pairs of path (parts separated by ``/``) and content
    :raises PackageError: there are too many files, or they are too big together
    """
    output, taken, size = io.BytesIO(), set(), 0
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in files:
            size += len(content)
            if size > MOST_BYTES:
                raise PackageError("too_big")
            if len(taken) == MOST_FILES:
                raise PackageError("too_many")
            name = _free_path(safe_path(path), taken)
            taken.add(name.casefold())
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = PERMISSIONS
            archive.writestr(entry, content)
    return output.getvalue()


def safe_path(path):
    """Return ``path`` inside the archive: relative, without a step upwards.

    >>> safe_path("../../etc/passwd")
    'etc/passwd'
    """
    parts = [safe_name(part, "") for part in str(path).split("/")]
    return "/".join(filter(None, parts)) or "file"


def safe_name(name, fallback="file"):
    r"""Return ``name`` as one part of a path on any system, ``fallback`` if empty.

    >>> safe_name("INV/2026/00001.pdf")
    'INV-2026-00001.pdf'
    >>> safe_name("..\\..\\CON")
    '-..-CON'
    """
    text = unicodedata.normalize("NFC", str(name))
    text = "".join(char for char in text if unicodedata.category(char)[0] != "C")
    text = _FORBIDDEN.sub("-", " ".join(text.split())).strip(" .")
    if not text:
        return fallback
    if _DEVICES.match(text):
        text = f"_{text}"
    return _shorten(text)


def _shorten(name):
    path = PurePosixPath(name)
    suffix = path.suffix if len(path.suffix) <= 10 else ""
    stem = name.removesuffix(suffix)
    return stem[: LONGEST_NAME - len(suffix)].rstrip(" .") + suffix


def _free_path(path, taken):
    if path.casefold() not in taken:
        return path
    whole = PurePosixPath(path)
    number = 2
    while True:
        free = str(whole.with_name(f"{whole.stem} ({number}){whole.suffix}"))
        if free.casefold() not in taken:
            return free
        number += 1
