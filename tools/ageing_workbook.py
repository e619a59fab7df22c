"""Writes an ageing balance as a spreadsheet: totals, debtors, items."""

from datetime import date

from .workbook import Workbook

AMOUNT_WIDTH = 16
TEXT_WIDTHS = (38, 20, 20)
FIRST_ROW = 4


class AgeingWorkbook(Workbook):
    """A workbook with one sheet per question.

    :param words: what is written on it: ``title``, ``company``, names of the sheets
        (``totals``, ``debtors``, ``items``), ``headings`` and ``names`` of the amounts
        in their order, ``ledger`` and ``gap``
    """

    def add_totals(self, totals, ledger_balance, gap):
        """Add the sheet of the totals, and how they tie to the ledger.

        :param totals: ``[(label, {name: amount})]``, the last one for all
        """
        sheet = self._add_sheet("totals", ["", *self._words["headings"]])
        row = FIRST_ROW
        for row, (label, amounts) in enumerate(totals, start=FIRST_ROW):
            is_last = row == FIRST_ROW + len(totals) - 1
            sheet.write_string(row, 0, label, self._bold if is_last else self._text)
            for column, name in enumerate(self._words["names"], start=1):
                sheet.write_number(
                    row,
                    column,
                    amounts[name],
                    self._bold_amount if is_last else self._amount,
                )
        for offset, (word, amount) in enumerate(
            (("ledger", ledger_balance), ("gap", gap)), start=2
        ):
            sheet.write_string(row + offset, 0, self._words[word], self._text)
            sheet.write_number(row + offset, 1, amount, self._amount)

    def add_debtors(self, headings, rows):
        """Add the sheet of the debtors, a row each, filters on."""
        self._add_table("debtors", headings, rows)

    def add_items(self, headings, rows):
        """Add the sheet of the items, a row each, filters on."""
        self._add_table("items", headings, rows)

    def _add_sheet(self, word, headings):
        sheet = self._book.add_worksheet(self._words[word])
        sheet.write_string(0, 0, self._words["title"], self._title)
        sheet.write_string(1, 0, self._words["company"], self._text)
        for column, heading in enumerate(headings):
            sheet.write_string(FIRST_ROW - 1, column, heading, self._head)
        for column in range(len(headings)):
            is_text = column < len(TEXT_WIDTHS) and word != "totals"
            width = TEXT_WIDTHS[column] if is_text else AMOUNT_WIDTH
            sheet.set_column(column, column, TEXT_WIDTHS[0] if not column else width)
        sheet.freeze_panes(FIRST_ROW, 1)
        sheet.repeat_rows(FIRST_ROW - 1)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        return sheet

    def _add_table(self, word, headings, rows):
        sheet = self._add_sheet(word, headings)
        last = FIRST_ROW - 1
        for last, row in enumerate(rows, start=FIRST_ROW):
            for column, value in enumerate(row):
                self._write_cell(sheet, last, column, value)
        sheet.autofilter(FIRST_ROW - 1, 0, last, len(headings) - 1)

    def _write_cell(self, sheet, row, column, value):
        if isinstance(value, str):
            sheet.write_string(row, column, value, self._text)
        elif isinstance(value, date):
            sheet.write_datetime(row, column, value, self._date)
        elif isinstance(value, int):
            sheet.write_number(row, column, value, self._text)
        else:
            sheet.write_number(row, column, value, self._amount)
