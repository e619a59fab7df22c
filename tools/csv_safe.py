"""Spreadsheet text for people outside: no cell of it can act as a formula.

French spreadsheet programs open it by a double click: semicolons, decimal commas and
UTF-8 with its mark.
"""

import csv
import datetime
import io
import re
from decimal import Decimal

DELIMITER = ";"
# What makes a spreadsheet program take a text for a formula or a command.
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")
_PHONE = re.compile(r"\+\d[\d .]*")


def write_csv(header, rows):
    """Return the content of a CSV file, in bytes.

    Numbers are written with a decimal comma, dates as ``2026-11-23``; ``None`` and
    ``False`` are empty cells.
    """
    text = io.StringIO()
    writer = csv.writer(text, delimiter=DELIMITER, lineterminator="\r\n")
    writer.writerow([safe_cell(cell) for cell in header])
    writer.writerows([[safe_cell(cell) for cell in row] for row in rows])
    return text.getvalue().encode("utf-8-sig")


def safe_cell(value):
    """Return the text of a cell; a text that looks like a formula gets an apostrophe.

    >>> safe_cell("=HYPERLINK(1)")
    "'=HYPERLINK(1)"
    >>> safe_cell(-12.5)
    '-12,5'
    >>> safe_cell("+33 1 23 45 67 89")
    '+33 1 23 45 67 89'
    """
    if value is None or value is False:
        return ""
    if isinstance(value, (datetime.date, datetime.datetime)):
        return value.isoformat(" ") if hasattr(value, "hour") else value.isoformat()
    if isinstance(value, (int, float, Decimal)):
        return str(value).replace(".", ",")
    text = str(value).replace("\0", "")
    if text.lstrip(" ").startswith(DANGEROUS) and not _PHONE.fullmatch(text):
        return f"'{text}"
    return text
