from datetime import timedelta

from odoo import Command

from .common import CollectionCommon

AMOUNTS = ("amount_paid", "amount_credited", "amount_written_off", "amount_open")


class PaymentFactsCommon(CollectionCommon):
    """Short ways to settle receivables and to look at what became of them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.journals = {
            kind: cls.company_data[f"default_journal_{kind}"]
            for kind in ("bank", "misc")
        }
        cls.expense = cls.company_data["default_account_expense"]
        cls.receivable = cls.company_data["default_account_receivable"]
        cls.usd = cls.setup_other_currency(
            "USD",
            rates=[("2000-01-01", 1.25), (cls.today - timedelta(days=10), 1.0)],
        )

    # === LEDGER === #

    def _settle(self, invoices, days=0, **values):
        """Register a payment of ``invoices`` dated ``days`` from today."""
        return self._register_payment(invoices, payment_date=self._day(days), **values)

    def _advance(self, amount, days, **values):
        """Return a payment on account dated ``days`` from today."""
        payment = self.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": self.debtor.id,
                "amount": amount,
                "date": self._day(days),
                "journal_id": self.journals["bank"].id,
                **values,
            }
        )
        payment.action_post()
        return payment

    def _entry(self, days, *lines, journal="misc"):
        """Return a posted entry of ``(account, amount, more values)``."""
        entry = self.env["account.move"].create(
            {
                "date": self._day(days),
                "journal_id": self.journals[journal].id,
                "line_ids": [
                    Command.create(
                        {
                            "account_id": account.id,
                            "amount_currency": amount,
                            "currency_id": self.company.currency_id.id,
                            "partner_id": self.debtor.id,
                            **values,
                        }
                    )
                    for account, amount, values in lines
                ],
            }
        )
        entry.action_post()
        return entry

    def _write_off(self, amount, days=0):
        return self._entry(
            days, (self.expense, amount, {}), (self.receivable, -amount, {})
        )

    def _import_receipt(self, line, amount, date):
        """Match the receivable ``line`` with a receipt on the bank statement."""
        receipt = self.env["account.bank.statement.line"].create(
            {
                "payment_ref": "VIR SEPA RECU",
                "partner_id": line.partner_id.id,
                "journal_id": self.journals["bank"].id,
                "amount": amount,
                "date": date,
            }
        )
        _liquidity, suspense, _others = receipt._seek_for_lines()
        suspense.with_context(
            skip_account_move_synchronization=True
        ).account_id = line.account_id
        (suspense + line).reconcile()

    def _reconcile(self, *moves):
        lines = self._receivables(self.env["account.move"].union(*moves))
        lines.filtered(lambda line: not line.reconciled).reconcile()

    # === FACTS === #

    def _upkeep(self):
        """Do what a commit and the job after it do."""
        self._commit()
        self.env["collection.payment.fact"]._refresh_queued()

    def _facts(self, *moves):
        """Return the facts of ``moves``, the first one due first."""
        self._upkeep()
        return self.env["collection.payment.fact"].search(
            [("move_id", "in", [move.id for move in moves])], order="date_due, id"
        )

    def _snapshot(self, facts):
        """Return all stored values of ``facts``, as the table has them."""
        stored = [
            name
            for name, field in facts._fields.items()
            if field.store and field.column_type and name != "id"
        ]
        return {
            fact.line_id.id: {name: fact[name] for name in stored} for fact in facts
        }

    def _rebuild(self, company=None):
        return self.env["collection.payment.fact"]._rebuild(company or self.company)

    def assertSettled(self, fact, state, paid=0, credited=0, written_off=0, still=0):
        """Assert how a fact says its instalment was settled."""
        self.assertEqual(len(fact), 1)
        self.assertEqual(
            (fact.state, *(round(fact[name], 2) for name in AMOUNTS)),
            (state, paid, credited, written_off, still),
        )

    def assertNeverPaid(self, fact):
        """Assert that a fact knows no payment, hence no delay."""
        self.assertFalse(fact.date_paid)
        self.assertFalse(fact.last_payment_date)
        self.assertFalse(fact.lateness)
        self.assertFalse(self._count_delays(fact))

    def _count_delays(self, facts):
        """Return how many of ``facts`` have days late that enter a mean."""
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT COUNT(days_late), COUNT(days_to_pay) FROM collection_payment_fact"
            " WHERE id = ANY(%s)",
            [facts.ids],
        )
        [(late, to_pay)] = self.env.cr.fetchall()
        self.assertEqual(late, to_pay)
        return late
