"""What happens in the ledger: documents, payments and what settles what, drawn.

The instalments and their dates are those of ``settlement_book``; drawn here is by what
each is settled. Amounts are whole cents.
"""

import dataclasses
import itertools
import random
from datetime import timedelta

TAX = 0.20
PART_PAID_SHARE = 0.25  # of what is overdue
WRITTEN_OFF_SHARE = 0.15  # of what is overdue for so many days
WRITTEN_OFF_DAYS = 300
# by what the settled instalments are settled; the rest by one payment
CREDITED_SHARE = 0.02
PART_CREDITED_SHARE = 0.02
TWO_PAYMENTS_SHARE = 0.05
OPEN_CREDIT_SHARE = 0.01  # credit notes of no use yet, by invoice
ON_ACCOUNT_SHARE = 0.04  # debtors with a payment of no use yet
SPLIT_TERM = 3  # index of the terms with two instalments
TERM_DAYS = (30, 45, 60)


@dataclasses.dataclass(slots=True)
class Item:
    """An instalment, or the receivable of a credit note (negative)."""

    number: int
    document: int
    position: int
    due: object
    amount: int
    residual: int
    group: int | None = None


@dataclasses.dataclass(slots=True)
class Document:
    """An invoice or a credit note; ``amount`` with taxes, positive."""

    number: int
    debtor: int
    kind: str
    term: int
    day: object
    items: list
    is_paid: bool = False
    is_credited: bool = False

    @property
    def amount(self):
        """The total with taxes."""
        return sum(abs(item.amount) for item in self.items)

    @property
    def residual(self):
        """What of it is open."""
        return sum(abs(item.residual) for item in self.items)

    @property
    def payment_state(self):
        """The state as Odoo computes it."""
        if self.residual == self.amount:
            return "not_paid"
        if self.residual:
            return "partial"
        is_reversed = self.kind == "invoice" and self.is_credited and not self.is_paid
        return "reversed" if is_reversed else "paid"


@dataclasses.dataclass(slots=True)
class Entry:
    """A payment or a write-off."""

    number: int
    debtor: int
    kind: str
    day: object
    amount: int
    group: int | None = None


@dataclasses.dataclass(slots=True)
class Match:
    """How much of an item an entry or a credit note settles, from which day on."""

    item: int
    entry: int | None
    credit_item: int | None
    day: object
    amount: int
    group: int


class Plan:
    """Draws a ledger, debtor by debtor, from the rows of ``settlement_book``.

    After each debtor ``documents``, ``entries``, ``matches`` and ``groups`` (number and
    whether nothing is open in it) hold what concerns this one.
    """

    def __init__(self, end, seed=20_260_102):
        self.end = end
        self.draw = random.Random(seed)
        self.document_numbers = itertools.count(1)
        self.item_numbers = itertools.count(1)
        self.entry_numbers = itertools.count(1)
        self.group_numbers = itertools.count(1)

    def plan(self, debtor, rows):
        """Draw all that concerns a debtor."""
        self.documents, self.entries, self.matches, self.groups = [], [], [], []
        self.transfers = {}
        for instalments in _invoices(rows):
            invoice = self._add_invoice(debtor, instalments)
            for item, row in zip(invoice.items, instalments, strict=True):
                self._settle(invoice, item, row[4])
            if self.draw.random() < OPEN_CREDIT_SHARE:
                self._add_credit_note(invoice, invoice.amount // 3, invoice.day)
        if self.draw.random() < ON_ACCOUNT_SHARE:
            day = self.end - timedelta(days=self.draw.randrange(90))
            self._add_entry(
                debtor, "payment", day, 10_000 + self.draw.randrange(90_000)
            )

    # === DOCUMENTS === #

    def _add_invoice(self, debtor, instalments):
        _debtor, _segment, issued, due, _paid, _amount = instalments[0]
        term = SPLIT_TERM
        if len(instalments) == 1:
            term = TERM_DAYS.index((due - issued).days)
        invoice = self._add_document(debtor, "invoice", term, issued)
        for position, row in enumerate(instalments, 1):
            amount = max(100, round(row[5] * 100))
            self._add_item(invoice, position, row[3], amount)
        return invoice

    def _add_credit_note(self, invoice, amount, day):
        note = self._add_document(invoice.debtor, "credit_note", 0, day)
        return self._add_item(note, 1, day + timedelta(days=TERM_DAYS[0]), -amount)

    def _add_document(self, debtor, kind, term, day):
        number = next(self.document_numbers)
        document = Document(number, debtor, kind, term, day, [])
        self.documents.append(document)
        return document

    def _add_item(self, document, position, due, amount):
        number = next(self.item_numbers)
        item = Item(number, document.number, position, due, amount, amount)
        document.items.append(item)
        return item

    def _add_entry(self, debtor, kind, day, amount, group=None):
        entry = Entry(next(self.entry_numbers), debtor, kind, day, amount, group)
        self.entries.append(entry)
        return entry

    # === SETTLEMENT === #

    def _settle(self, invoice, item, paid):
        if paid is None:
            self._settle_unpaid(invoice, item)
            return
        chance = self.draw.random()
        if chance < CREDITED_SHARE:
            self._credit(invoice, item, item.amount, paid)
        elif chance < CREDITED_SHARE + PART_CREDITED_SHARE:
            self._credit(invoice, item, self._part(item), paid)
            self._pay(invoice, item, item.residual, paid)
        elif chance < CREDITED_SHARE + PART_CREDITED_SHARE + TWO_PAYMENTS_SHARE:
            earlier = max(invoice.day, paid - timedelta(days=self.draw.randrange(30)))
            self._pay(invoice, item, self._part(item), earlier)
            self._pay(invoice, item, item.residual, paid)
        else:
            self._transfer(invoice, item, paid)
            return
        self._end_group(item)

    def _settle_unpaid(self, invoice, item):
        overdue = (self.end - item.due).days
        if overdue <= 0:
            return
        chance = self.draw.random()
        if overdue > WRITTEN_OFF_DAYS and chance < WRITTEN_OFF_SHARE:
            self._write_off(invoice, item)
        elif chance < PART_PAID_SHARE:
            day = item.due + timedelta(days=self.draw.randrange(overdue))
            self._pay(invoice, item, self._part(item), day)
        else:
            return
        self._end_group(item)

    def _part(self, item):
        return max(1, item.amount * self.draw.randrange(20, 80) // 100)

    def _transfer(self, invoice, item, day):
        """Pay an item by the transfer of that day, which may pay others too."""
        transfer = self.transfers.get(day)
        if not transfer:
            group = next(self.group_numbers)
            self.groups.append((group, True))
            transfer = self._add_entry(invoice.debtor, "payment", day, 0, group)
            self.transfers[day] = transfer
        transfer.amount += item.amount
        invoice.is_paid = True
        item.group = transfer.group
        self._match(item, item.amount, day, entry=transfer.number)

    def _pay(self, invoice, item, amount, day):
        invoice.is_paid = True
        self._book(invoice, item, amount, day, "payment")

    def _write_off(self, invoice, item):
        day = item.due + timedelta(days=WRITTEN_OFF_DAYS)
        self._book(invoice, item, item.amount, day, "write_off")

    def _book(self, invoice, item, amount, day, kind):
        group = self._group_of(item)
        entry = self._add_entry(invoice.debtor, kind, day, amount, group)
        self._match(item, amount, day, entry=entry.number)

    def _credit(self, invoice, item, amount, before):
        day = invoice.day + (before - invoice.day) / 2
        invoice.is_credited = True
        credit = self._add_credit_note(invoice, amount, day)
        credit.residual, credit.group = 0, self._group_of(item)
        self._match(item, amount, day, credit_item=credit.number)

    def _match(self, item, amount, day, entry=None, credit_item=None):
        item.residual -= amount
        match = Match(item.number, entry, credit_item, day, amount, item.group)
        self.matches.append(match)

    # === GROUPS: WHAT IS RECONCILED TOGETHER === #

    def _group_of(self, item):
        if item.group is None:
            item.group = next(self.group_numbers)
        return item.group

    def _end_group(self, item):
        """Note the group of an item that shares it with no other item."""
        self.groups.append((item.group, item.residual == 0))


def _invoices(rows):
    """Yield the instalments of each invoice: the second is due after the first."""
    invoice = []
    for row in rows:
        is_next = invoice and row[2] == invoice[-1][2] and row[3] > invoice[-1][3]
        if invoice and not (is_next and _may_be_split(invoice, row)):
            yield invoice
            invoice = []
        invoice.append(row)
    if invoice:
        yield invoice


def _may_be_split(invoice, row):
    """Terms of two instalments: thirty and sixty days."""
    issued, due = row[2], row[3]
    return len(invoice) == 1 and (due - issued).days == TERM_DAYS[-1]
