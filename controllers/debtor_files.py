"""What a debtor may hand in on his page: a few documents that cannot run."""

import re
from pathlib import PurePosixPath

from odoo.exceptions import UserError
from odoo.tools.mimetypes import guess_mimetype

MOST_FILES = 5
MOST_BYTES = 10 * 1024 * 1024
# What the content is found to be -> the endings a name may have.
ENDINGS = {
    "application/pdf": (".pdf",),
    "image/jpeg": (".jpg", ".jpeg"),
    "image/png": (".png",),
}
NAME_LENGTH = 80


def read_files(env, uploads):
    """Return ``[(name, content)]`` of what was uploaded.

    :param uploads: werkzeug's ``FileStorage`` objects; those without a name were not
        chosen
    :raise UserError: too many, too large, or of another kind; says which and the remedy
    """
    chosen = [upload for upload in uploads if upload.filename]
    if len(chosen) > MOST_FILES:
        raise UserError(
            env._("Choose %s files at most, or put them into one PDF.", MOST_FILES)
        )
    return [_read_file(env, upload) for upload in chosen]


def _read_file(env, upload):
    name = clean_name(upload.filename)
    content = upload.stream.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise UserError(
            env._(
                "“%(file)s” is larger than %(most)s MB: make it smaller.",
                file=name,
                most=MOST_BYTES // 1024 // 1024,
            )
        )
    endings = ENDINGS.get(guess_mimetype(content), ())
    if PurePosixPath(name).suffix.lower() not in endings:
        raise UserError(
            env._("“%s” is neither a PDF nor a JPG or PNG picture: convert it.", name)
        )
    return name, content


def clean_name(name):
    """Return the last part of a file's name without anything that means something."""
    last = re.split(r"[\\/]", name)[-1]
    cleaned = re.sub(r"[^\w.() -]+", "_", last).strip(" .")
    return cleaned[-NAME_LENGTH:] or "file"
