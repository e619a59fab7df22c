"""What the spreadsheets of the module have in common.

What debtors are called is their own affair: texts are written as texts, never read as
formulas, numbers or links.
"""

from io import BytesIO

import xlsxwriter

OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}


class Workbook:
    """A file of sheets with a title, headings and rows.

    :param words: what is written on it
    """

    def __init__(self, words):
        self._words = words
        self._buffer = BytesIO()
        self._book = xlsxwriter.Workbook(self._buffer, OPTIONS)
        add = self._book.add_format
        self._text = add({})
        self._title = add({"bold": True, "font_size": 14})
        self._head = add(
            {"bold": True, "bottom": 1, "bg_color": "#F0F4F8", "text_wrap": True}
        )
        self._date = add({"num_format": "dd/mm/yyyy", "align": "left"})
        self._amount = add({"num_format": "#,##0.00"})
        self._bold = add({"bold": True})
        self._bold_amount = add({"num_format": "#,##0.00", "bold": True, "top": 1})

    def content(self):
        """Return the file; nothing can be added afterwards."""
        self._book.close()
        return self._buffer.getvalue()
