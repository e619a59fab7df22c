"""Signatures that visitors draw: pictures, and no larger than a pad makes them."""

import base64
import binascii
from io import BytesIO

from PIL import Image, UnidentifiedImageError

MOST_CHARACTERS = 1_000_000
MOST_PIXELS = 4_000_000
FORMATS = ("PNG", "JPEG")


class SignatureError(Exception):
    """What was sent is no drawing, or too large a one."""


def check(image):
    """Raise :class:`SignatureError` unless ``image`` is a whole picture in base64.

    It is not unfolded: its size is read from its head.
    """
    if len(image) > MOST_CHARACTERS:
        raise SignatureError("too large")
    try:
        content = base64.b64decode(image, validate=True)
        with Image.open(BytesIO(content), formats=FORMATS) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise SignatureError("too large")
            picture.verify()
    except (
        Image.DecompressionBombError,
        UnidentifiedImageError,
        binascii.Error,
        OSError,
        SyntaxError,
        TypeError,
        ValueError,
    ) as error:
        raise SignatureError("no drawing") from error
