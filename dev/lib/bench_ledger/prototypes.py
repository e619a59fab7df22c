"""One document of each kind, made by the ORM: what the bulk rows are copies of."""

import dataclasses
from datetime import timedelta

PRICE = 1000.0
TERMS = {
    "Bench 30 days": (30,),
    "Bench 45 days": (45,),
    "Bench 60 days": (60,),
    "Bench 30 and 60 days": (30, 60),
}


@dataclasses.dataclass(frozen=True)
class Prototypes:
    """The ids of the rows to copy; lines by the part they play."""

    terms: list
    company: int
    person: int
    invoice: int
    credit_note: int
    payment: int
    payment_move: int
    write_off: int
    partial: int
    full: int
    lines: dict


class Maker:
    """Makes the prototypes, dated at the end of the ledger."""

    def __init__(self, env, end):
        self.env = env
        self.company = env.company
        self.day = end - timedelta(days=1)

    def make(self):
        """The :class:`Prototypes`: real documents that stay in the ledger."""
        self.company.account_use_credit_limit = True
        terms = self._make_terms()
        partner, person = self._make_partners()
        invoice = self._make_invoice(partner, "out_invoice", terms[0])
        credit_note = self._make_invoice(partner, "out_refund", terms[0])
        other = self._make_invoice(partner, "out_invoice", terms[0])
        payment = self._make_payment(invoice)
        write_off = self._make_write_off(other)
        self.env.flush_all()
        receivable = _receivable(payment.move_id)
        lines = {
            "invoice": _by_role(invoice),
            "credit_note": _by_role(credit_note),
            "payment": _by_side(payment.move_id),
            "write_off": _by_side(write_off),
        }
        return Prototypes(
            terms=terms.ids,
            company=partner.id,
            person=person.id,
            invoice=invoice.id,
            credit_note=credit_note.id,
            payment=payment.id,
            payment_move=payment.move_id.id,
            write_off=write_off.id,
            partial=receivable.matched_debit_ids.id,
            full=receivable.full_reconcile_id.id,
            lines=lines,
        )

    def _make_terms(self):
        return self.env["account.payment.term"].create(
            [
                {
                    "name": name,
                    "line_ids": [(5,), *(_term_line(day, days) for day in days)],
                }
                for name, days in TERMS.items()
            ]
        )

    def _make_partners(self):
        values = {"country_id": self.env.ref("base.fr").id, "lang": "fr_FR"}
        return self.env["res.partner"].create(
            [
                values | {"name": "Prototype", "is_company": True},
                values | {"name": "Prototype", "is_company": False},
            ]
        )

    def _make_invoice(self, partner, kind, term):
        tax = self.company.account_sale_tax_id
        line = {"name": "Service", "price_unit": PRICE, "tax_ids": [(6, 0, tax.ids)]}
        invoice = self.env["account.move"].create(
            {
                "move_type": kind,
                "partner_id": partner.id,
                "invoice_date": self.day,
                "invoice_payment_term_id": term.id,
                "invoice_line_ids": [(0, 0, line)],
            }
        )
        invoice.action_post()
        return invoice

    def _make_payment(self, invoice):
        bank = self.env["account.journal"].search([("type", "=", "bank")], limit=1)
        wizard = (
            self.env["account.payment.register"]
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create({"payment_date": self.day, "journal_id": bank.id})
        )
        return wizard._create_payments()

    def _make_write_off(self, invoice):
        receivable = _receivable(invoice)
        journal = self.env["account.journal"].search(
            [("type", "=", "general")], limit=1
        )
        expense = self.env["account.account"].search(
            [("account_type", "=", "expense")], limit=1
        )
        line = {"name": "Bad debt", "partner_id": invoice.partner_id.id}
        credit = line | {
            "account_id": receivable.account_id.id,
            "credit": receivable.balance,
        }
        debit = line | {"account_id": expense.id, "debit": receivable.balance}
        entry = self.env["account.move"].create(
            {
                "journal_id": journal.id,
                "date": self.day,
                "line_ids": [(0, 0, credit), (0, 0, debit)],
            }
        )
        entry.action_post()
        (receivable + _receivable(entry)).reconcile()
        return entry


def _term_line(day, days):
    share = {"value": "percent", "value_amount": 100 / len(days)}
    return (0, 0, share | {"nb_days": day, "delay_type": "days_after"})


def _receivable(move):
    return move.line_ids.filtered(
        lambda line: line.account_id.account_type == "asset_receivable"
    )


def _by_role(invoice):
    return {line.display_type: line.id for line in invoice.line_ids}


def _by_side(entry):
    """The receivable of an entry, and what it is booked against."""
    receivable = _receivable(entry)
    other = entry.line_ids - receivable
    return {"receivable": receivable.id, "other": other.id}
