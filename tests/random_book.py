"""Books of a company made at random, and what their payment facts have to say.

:class:`RandomBook` does business through Odoo's own methods; :func:`expected_fact`
works out the fact of a journal item from records alone, by the definitions of
``collection.payment.fact``. Neither uses code of the module or SQL.
"""

from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from random import Random
from typing import NamedTuple

SALES = ("out_invoice", "out_receipt")
CASH_JOURNALS = ("bank", "cash", "credit")
DELAYS = ("date_paid", "last_payment_date", "days_late", "days_to_pay", "lateness")
LATENESS = ((30, "1_30"), (60, "31_60"), (90, "61_90"))

# === RECOMPUTATION === #


def _decimal(amount):
    return Decimal(repr(round(amount, 6)))


def _cents(amount):
    return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)


def is_instalment(line):
    """Whether a journal item is a receivable somebody has to pay."""
    move, company = line.move_id, line.company_id
    is_plain_entry = (
        move.move_type == "entry"
        and move.journal_id.type == "general"
        and move.journal_id != company.currency_exchange_journal_id
    )
    return (
        line.account_type == "asset_receivable"
        and line.parent_state == "posted"
        and line.balance > 0
        and (move.move_type in SALES or is_plain_entry)
    )


def _cash_lines(move):
    account = move.origin_payment_id.outstanding_account_id
    if account:
        return move.line_ids.filtered(lambda line: line.account_id == account)
    return move.line_ids.filtered(lambda line: line.account_type == "asset_cash")


def _cash_share(move):
    """Return which part of what ``move`` settles has come in as cash, 0 to 1."""
    cash = abs(sum(map(_decimal, _cash_lines(move).mapped("balance"))))
    receivable = -sum(
        _decimal(line.balance)
        for line in move.line_ids
        if line.account_type == "asset_receivable"
    )
    return min(Decimal(1), cash / receivable) if cash and receivable > 0 else Decimal(1)


def _kind(move):
    if move.move_type == "out_refund":
        return "credited"
    if move.journal_id == move.company_id.currency_exchange_journal_id:
        return "exchange"
    is_payment = (
        move.origin_payment_id
        or move.statement_line_id
        or move.journal_id.type in CASH_JOURNALS
        or _cash_lines(move)
    )
    return "payment" if is_payment else "written_off"


def _lateness(days):
    if days <= 0:
        return "on_time" if days == 0 else "early"
    return next((code for limit, code in LATENESS if days <= limit), "over_90")


class _Part(NamedTuple):
    """What one reconciliation has settled, in the currency of the instalment."""

    kind: str
    day: date
    amount: Decimal
    cash: Decimal
    is_converted: bool


def _get_parts(line):
    parts, exchange = [], Decimal(0)
    for partial in line.matched_credit_ids:
        credit = partial.credit_move_id
        amount, kind = _decimal(partial.debit_amount_currency), _kind(credit.move_id)
        if kind == "exchange":
            exchange += amount
        elif amount:
            is_payment = kind == "payment"
            cash = amount * _cash_share(credit.move_id) if is_payment else Decimal(0)
            is_converted = credit.currency_id != line.currency_id
            parts.append(_Part(kind, partial.max_date, amount, cash, is_converted))
    return _spread(exchange, parts)


def _spread(exchange, parts):
    """Return the parts with an exchange difference added to those it comes from."""
    converted = sum(part.amount for part in parts if part.is_converted)
    factor = 1 + exchange / converted if converted else 1
    return [
        part._replace(amount=part.amount * factor, cash=part.cash * factor)
        if part.is_converted
        else part
        for part in parts
    ]


def _expected_amounts(line, parts):
    rate = _decimal(line.balance) / _decimal(line.amount_currency)
    credited = sum(part.amount for part in parts if part.kind == "credited")
    cash = sum(part.cash for part in parts)
    settled = sum(part.amount for part in parts)
    return {
        "amount": _decimal(line.balance),
        "amount_paid": _cents(cash * rate),
        "amount_credited": _cents(credited * rate),
        "amount_written_off": _cents((settled - credited - cash) * rate),
        "amount_open": _decimal(line.amount_residual),
    }


def _expected_state(line, paid):
    if line.reconciled:
        return "paid" if paid else "credited"
    return "part_paid" if paid else "open"


def _expected_dates(parts, state, due, invoiced):
    """Return the dates and delays of a fact that has had a payment."""
    payments = [part for part in parts if part.kind == "payment"]
    weight = sum(part.cash for part in payments)
    paid_on = sum(part.day.toordinal() * part.cash for part in payments) / weight
    date_paid = date.fromordinal(int(paid_on + Decimal("0.5")))
    dates = {
        "date_paid": date_paid,
        "last_payment_date": max(part.day for part in payments),
    }
    if state == "paid":
        dates["days_late"] = paid_on - due.toordinal()
        dates["days_to_pay"] = paid_on - invoiced.toordinal()
        dates["lateness"] = _lateness((date_paid - due).days)
    return dates


def expected_fact(line):
    """Return ``{field: value}`` of the fact of a receivable, by its definition."""
    move, due = line.move_id, line.date_maturity or line.date
    invoiced = move.invoice_date or line.date
    parts = _get_parts(line)
    amounts = _expected_amounts(line, parts)
    state = _expected_state(line, amounts["amount_paid"])
    dates = dict.fromkeys(DELAYS, False)
    if amounts["amount_paid"]:
        dates |= _expected_dates(parts, state, due, invoiced)
    return {
        "line_id": line,
        "move_id": move,
        "name": move.name,
        "company_id": line.company_id,
        "company_currency_id": line.company_id.currency_id,
        "currency_id": line.currency_id,
        "partner_id": line.partner_id.commercial_partner_id,
        "user_id": move.invoice_user_id,
        "invoice_date": invoiced,
        "date_due": due,
        "season_month": f"{due.month:02}",
        "date_settled": line.reconciled and max(part.day for part in parts),
        "state": state,
        **amounts,
        **dates,
    }


# === BUSINESS === #


class RandomBook:
    """Some debtors and what a year of business makes of their accounts, by a seed."""

    def __init__(self, test, seed):
        self.test = test
        self.env = test.env
        self.random = Random(seed)
        self.euro, self.dollar = test.company.currency_id, test.usd
        self.debtors = [
            test._make_debtor(f"Société {seed}-{number}") for number in range(3)
        ]
        contact = self.env["res.partner"].create(
            {"name": "Service achats", "parent_id": self.debtors[0].id}
        )
        self.buyers = [*self.debtors, contact]
        self.deeds = {
            self.sell: 7,
            self.pay: 5,
            self.pay_with_discount: 2,
            self.pay_several: 2,
            self.pay_on_account: 2,
            self.issue_credit_note: 2,
            self.pay_back: 1,
            self.allocate: 4,
            self.write_off: 2,
            self.open_books: 1,
            self.import_statement: 1,
            self.unreconcile: 1,
            self.correct: 1,
            self.cancel: 1,
        }

    def live(self, deeds):
        """Sell some, then do so many things, one after the other."""
        for _number in range(3):
            self.sell()
        for deed in self.random.choices(
            list(self.deeds), list(self.deeds.values()), k=deeds
        ):
            deed()

    @property
    def lines(self):
        """All receivable items of the debtors, of whatever state."""
        return self.env["account.move.line"].search(
            [
                ("partner_id", "child_of", [debtor.id for debtor in self.debtors]),
                ("account_type", "=", "asset_receivable"),
            ],
            order="id",
        )

    # === CHOICE === #

    def _open(self, *conditions):
        return self.lines.filtered(
            lambda line: line.parent_state == "posted" and not line.reconciled
        ).filtered_domain(list(conditions))

    def _pick(self, records):
        return self.random.choice(records) if records else records

    def _open_invoice(self):
        lines = self._open(("move_id.move_type", "=", "out_invoice"))
        return self._pick(lines).move_id

    def _amount(self, limit=9000):
        return self.random.randint(100, limit * 100) / 100

    def _part(self, amount):
        """Return all of an amount, as often as not only a part of it."""
        share = self.random.choice((1, 1, self.random.random()))
        return max(round(amount * share, 2), 0.01)

    def _age(self, most=400):
        return self.random.randint(0, most)

    def _date(self, since=None):
        days = min(400, (self.test.today - since).days) if since else 400
        return self.test.today - timedelta(days=self._age(max(days, 0)))

    # === DEEDS === #

    def sell(self):
        self.test._invoice(
            self._amount(),
            self._age(),
            self.random.choice(self.buyers),
            days=self.random.choice(((0,), (30,), (0, 45), (10, 40, 70, 100))),
            currency_id=self._currency().id,
        )

    def issue_credit_note(self):
        self.test._credit_note(
            self._amount(3000),
            self._age(),
            self.random.choice(self.buyers),
            currency_id=self._currency().id,
        )

    def _currency(self):
        return self.random.choice((self.euro, self.euro, self.dollar))

    def _register(self, moves, **values):
        """Register a payment of about what is asked for, a part of it or more."""
        wizard = (
            self.env["account.payment.register"]
            .with_context(active_model="account.move", active_ids=moves.ids)
            .create(
                {
                    "group_payment": True,
                    "payment_date": self._date(min(moves.mapped("invoice_date"))),
                    **values,
                }
            )
        )
        share = values and self.random.choice((0.9, 0.97, 1.01))
        amount = wizard.amount * share if share else self._part(wizard.amount)
        wizard.amount = max(round(amount, 2), 0.01)
        wizard._create_payments()

    def pay(self):
        if invoice := self._open_invoice():
            currency = {"currency_id": self._currency().id}
            self._register(invoice, **self.random.choice(({}, {}, currency)))

    def pay_with_discount(self):
        if invoice := self._open_invoice():
            self._register(
                invoice,
                payment_difference_handling="reconcile",
                writeoff_account_id=self.test.expense.id,
            )

    def pay_several(self):
        if first := self._open_invoice():
            alike = self._open(
                ("move_id.move_type", "=", "out_invoice"),
                ("partner_id", "=", first.commercial_partner_id.id),
                ("currency_id", "=", first.currency_id.id),
            ).move_id
            chosen = self.random.sample(list(alike), min(3, len(alike)))
            self._register(first.union(*chosen))

    def pay_on_account(self):
        self.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": self.random.choice(self.debtors).id,
                "amount": self._amount(),
                "currency_id": self._currency().id,
                "date": self._date(),
                "journal_id": self.test.journals["bank"].id,
            }
        ).action_post()

    def pay_back(self):
        if line := self._pick(self._open(("move_id.move_type", "=", "out_refund"))):
            self._register(line.move_id)

    def allocate(self):
        credit = self._pick(self._open(("balance", "<", 0)))
        debts = self._open(
            ("balance", ">", 0),
            ("partner_id", "=", credit.partner_id.id),
            ("account_id", "=", credit.account_id.id),
        )
        if credit and debts:
            chosen = self.random.sample(list(debts), min(2, len(debts)))
            credit.union(*chosen).reconcile()

    def write_off(self):
        if line := self._pick(self._open(("balance", ">", 0))):
            in_currency = self.random.random() < 0.5
            residual = (
                line.amount_residual_currency if in_currency else line.amount_residual
            )
            amount = self._part(residual)
            values = {
                "partner_id": line.partner_id.id,
                "currency_id": (line.currency_id if in_currency else self.euro).id,
            }
            entry = self.test._entry(
                -self._age(100),
                (self.test.expense, amount, values),
                (line.account_id, -amount, values),
            )
            (line | self.test._receivables(entry)).reconcile()

    def open_books(self):
        amount = self._amount()
        debtor = {"partner_id": self.random.choice(self.debtors).id}
        due = {"date_maturity": self.random.choice((False, self._date()))}
        self.test._entry(
            -400,
            (self.test.receivable, amount, debtor | due),
            (self.test.expense, -amount, debtor),
        )

    def import_statement(self):
        line = self._pick(self._open(("balance", ">", 0)))
        if line and line.currency_id == self.euro:
            self.test._import_receipt(
                line, self._part(line.amount_residual), self._date(line.date)
            )

    def unreconcile(self):
        matched = self.lines.filtered(lambda line: line.matched_credit_ids)
        if line := self._pick(matched):
            self.random.choice(
                (line.remove_move_reconcile, line.matched_credit_ids[0].unlink)
            )()

    def correct(self):
        if invoice := self._open_invoice():
            invoice.button_draft()
            invoice.invoice_line_ids.price_unit = self._amount()
            if self.random.random() < 0.7:
                invoice.action_post()

    def cancel(self):
        if invoice := self._open_invoice():
            invoice.button_draft()
            invoice.button_cancel()
