"""Writes a statement of claim as a spreadsheet whose formulas make the calculation.

A judge, or the debtor, may follow every figure: interest is base x rate x days / days
of the year, by a formula in the cell.
"""

from .workbook import Workbook

FIRST_ROW = 5


class ClaimWorkbook(Workbook):
    """Two sheets: the items, and the periods of interest.

    :param words: ``title``, ``subtitle``, ``items`` and ``periods`` (names of the
        sheets), ``item_headings``, ``period_headings`` and ``total``
    """

    def __init__(self, words):
        super().__init__(words)
        self._rate = self._book.add_format({"num_format": "0.00##"})

    def render(self, items, periods):
        """Return the file.

        :param items: ``(document, date, due, original, received, credited, principal,
            interest, compensation)``
        :param periods: ``(document, first day, last day, days, base, rate percent, days
            of the year, interest)``
        """
        self._write_items(items)
        self._write_periods(periods)
        return self.content()

    def _write_items(self, items):
        sheet = self._add_sheet("items", self._words["item_headings"], (24, 12, 12))
        row = FIRST_ROW
        for row, (document, day, due, *amounts) in enumerate(items, start=FIRST_ROW):
            sheet.write_string(row, 0, document)
            self._write_day(sheet, row, 1, day)
            self._write_day(sheet, row, 2, due)
            for column, amount in enumerate(amounts, start=3):
                sheet.write_number(row, column, amount, self._amount)
            sheet.write_formula(
                row,
                9,
                f"=G{row + 1}+H{row + 1}+I{row + 1}",
                self._amount,
                sum(amounts[3:]),
            )
        sheet.write_string(row + 1, 0, self._words["total"], self._bold)
        totals = [sum(item[index] for item in items) for index in range(3, 9)]
        for column, total in enumerate([*totals, sum(totals[3:])], start=3):
            letter = chr(ord("A") + column)
            sheet.write_formula(
                row + 1,
                column,
                f"=SUM({letter}{FIRST_ROW + 1}:{letter}{row + 1})",
                self._bold_amount,
                total,
            )

    def _write_periods(self, periods):
        sheet = self._add_sheet("periods", self._words["period_headings"], (24, 12, 12))
        for row, period in enumerate(periods, start=FIRST_ROW):
            document, first, last, days, base, rate, year_days, interest = period
            line = row + 1
            sheet.write_string(row, 0, document)
            self._write_day(sheet, row, 1, first)
            self._write_day(sheet, row, 2, last)
            sheet.write_formula(row, 3, f"=C{line}-B{line}+1", None, days)
            sheet.write_number(row, 4, base, self._amount)
            sheet.write_number(row, 5, rate, self._rate)
            sheet.write_number(row, 6, year_days)
            sheet.write_formula(
                row,
                7,
                f"=ROUND(E{line}*F{line}/100*D{line}/G{line},2)",
                self._amount,
                interest,
            )

    def _write_day(self, sheet, row, column, day):
        if day:
            sheet.write_datetime(row, column, day, self._date)

    def _add_sheet(self, name, headings, widths):
        sheet = self._book.add_worksheet(self._words[name][:31])
        sheet.write_string(0, 0, self._words["title"], self._title)
        for row, line in enumerate(self._words["subtitle"], start=1):
            sheet.write_string(row, 0, line)
        for column, heading in enumerate(headings):
            sheet.write_string(FIRST_ROW - 1, column, heading, self._head)
            width = widths[column] if column < len(widths) else 14
            sheet.set_column(column, column, width)
        sheet.freeze_panes(FIRST_ROW, 1)
        return sheet
