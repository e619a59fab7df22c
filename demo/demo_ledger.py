from collections import defaultdict
from datetime import timedelta
from typing import NamedTuple

from odoo import Command, models

from .stories import STORIES
from .story import Credit, Opening, Receipt
from .timeline import payment_date, plan_invoices, previous_working_day


class Payment(NamedTuple):
    """A payment to make and the receivables it settles."""

    partner: models.BaseModel
    date: object
    currency: models.BaseModel
    amount: float
    lines: models.BaseModel
    memo: str


class CollectionDemoLedger(models.AbstractModel):
    """Invoices, credit notes, opening entries and payments."""

    _inherit = "collection.demo"

    def _load_ledger(self, today):
        """Make every document.

        :return: ``{(story key, document key): invoice}`` for the invoices with a key
        """
        plans = [plan for story in STORIES for plan in plan_invoices(story, today)]
        invoices = self._create_invoices(plans)
        pairs = list(zip(plans, invoices, strict=True))
        self._create_applied_credits(pairs, today)
        self._create_loose_credits(today)
        self._create_openings(today)
        self._register_payments(
            [
                *self._plan_history_payments(pairs),
                *self._plan_part_payments(pairs, today),
                *self._plan_receipts(today),
            ]
        )
        self._set_flags(pairs)
        return {
            (plan.story.key, plan.due.key): invoice
            for plan, invoice in pairs
            if plan.due and plan.due.key
        }

    def _iter_documents(self, kind):
        """Yield the debtor and the document for each document of a kind."""
        for story in STORIES:
            for document in story.documents:
                if isinstance(document, kind):
                    yield self._get_named("partner", story.key), document

    def _get_past_day(self, today, ago):
        return previous_working_day(today - timedelta(days=ago))

    # === INVOICES === #

    def _create_invoices(self, plans):
        invoices = self.env["account.move"].create(
            [self._prepare_invoice(plan) for plan in plans]
        )
        invoices.action_post()
        self._refresh_statistics()
        return invoices

    def _refresh_statistics(self):
        """Tell PostgreSQL what has come: an empty book's plans take minutes here."""
        self.env.flush_all()
        self.env.cr.execute("ANALYZE account_move, account_move_line, res_partner")

    def _prepare_invoice(self, plan):
        story = plan.story
        return {
            "move_type": "out_invoice",
            "partner_id": self._get_addressee(story, plan.addressee).id,
            "currency_id": self._get_currency(story).id,
            "invoice_date": plan.date,
            "invoice_payment_term_id": self._get_named("term", plan.terms).id,
            "invoice_user_id": self._get_named("user", story.salesperson).id,
            "ref": plan.reference,
            "invoice_line_ids": [
                Command.create(self._prepare_line(line)) for line in plan.lines
            ],
        }

    def _prepare_line(self, line):
        values = {
            "name": line.label,
            "quantity": line.quantity,
            "price_unit": line.price,
        }
        if line.product:
            product = self._get_named("product", line.product)
            return values | {"product_id": product.id}
        return values | {"tax_ids": self._get_default_taxes()}

    def _get_default_taxes(self):
        return [Command.set(self.env.company.account_sale_tax_id.ids)]

    def _get_addressee(self, story, contact):
        if contact:
            return self._get_named("contact", f"{story.key}_{contact}")
        return self._get_named("partner", story.key)

    def _get_currency(self, story):
        return self.env.ref(f"base.{story.currency}")

    # === CREDIT NOTES AND OPENING ENTRIES === #

    def _create_applied_credits(self, pairs, today):
        """Credit the first line of some invoices; posting applies the credit note."""
        invoices = self.env["account.move"].union(
            *(invoice for plan, invoice in pairs if plan.due and plan.due.credited)
        )
        day = self._get_past_day(today, 8)
        credits = invoices._reverse_moves(
            [{"invoice_date": day, "date": day} for _invoice in invoices]
        )
        credits.line_ids.filtered(
            lambda line: (
                line.display_type == "product"
                and line != line.move_id.invoice_line_ids[0]
            )
        ).unlink()
        credits.action_post()

    def _create_loose_credits(self, today):
        credits = self.env["account.move"].create(
            [
                {
                    "move_type": "out_refund",
                    "partner_id": partner.id,
                    "invoice_date": self._get_past_day(today, credit.ago),
                    "invoice_user_id": partner.user_id.id,
                    "invoice_line_ids": [
                        Command.create(
                            {
                                "name": credit.label,
                                "price_unit": credit.amount,
                                "tax_ids": self._get_default_taxes(),
                            }
                        )
                    ],
                }
                for partner, credit in self._iter_documents(Credit)
            ]
        )
        credits.action_post()

    def _create_openings(self, today):
        equity = self.env["account.chart.template"].ref("pcg_110")
        entries = self.env["account.move"].create(
            [
                {
                    "move_type": "entry",
                    "journal_id": self._get_journal("general").id,
                    "date": self._get_past_day(today, opening.ago),
                    "ref": "Reprise des à-nouveaux",
                    "line_ids": self._prepare_opening_lines(partner, opening, equity),
                }
                for partner, opening in self._iter_documents(Opening)
            ]
        )
        entries.action_post()

    def _prepare_opening_lines(self, partner, opening, equity):
        shared = {"partner_id": partner.id, "name": "À-nouveau client"}
        receivable = partner.property_account_receivable_id
        return [
            Command.create(
                shared
                | {
                    "account_id": receivable.id,
                    "debit": opening.amount,
                    "no_followup": not opening.chased,
                }
            ),
            Command.create(
                shared | {"account_id": equity.id, "credit": opening.amount}
            ),
        ]

    # === PAYMENTS === #

    def _plan_history_payments(self, pairs):
        """Yield the payments of the past: one transfer for what is paid on one day."""
        settled = defaultdict(self.env["account.move.line"].browse)
        for plan, invoice in pairs:
            if not plan.due:
                day = payment_date(
                    plan.story.habit, invoice.invoice_date_due, plan.payment_delay
                )
                key = (invoice.commercial_partner_id, day, invoice.currency_id)
                settled[key] |= self._get_receivables(invoice)
        for (partner, day, currency), lines in settled.items():
            amount = sum(lines.mapped("amount_residual_currency"))
            memo = " ".join(lines.move_id.mapped("name"))
            yield Payment(partner, day, currency, amount, lines, memo)

    def _plan_part_payments(self, pairs, today):
        for plan, invoice in pairs:
            if not plan.due:
                continue
            lines = self._get_receivables(invoice)
            amount = self._get_part_amount(plan.due, lines)
            if amount:
                yield Payment(
                    invoice.commercial_partner_id,
                    self._get_past_day(today, plan.due.paid_ago),
                    invoice.currency_id,
                    amount,
                    lines,
                    invoice.name,
                )

    def _get_part_amount(self, due, lines):
        """Return how much of an open invoice was paid, in its currency."""
        currency = lines.currency_id
        total = sum(lines.mapped("amount_residual_currency"))
        if due.short:
            return currency.round(total - due.short)
        if due.instalments:
            paid = lines[: due.instalments]
            return sum(paid.mapped("amount_residual_currency"))
        return currency.round(total * due.paid)

    def _plan_receipts(self, today):
        for partner, receipt in self._iter_documents(Receipt):
            yield Payment(
                partner,
                self._get_past_day(today, receipt.ago),
                self.env.company.currency_id,
                receipt.amount,
                self.env["account.move.line"],
                receipt.memo,
            )

    def _register_payments(self, planned):
        journal = self._get_journal("bank")
        payments = self.env["account.payment"].create(
            [self._prepare_payment(payment, journal) for payment in planned]
        )
        payments.action_post()
        self._refresh_statistics()
        self.env["account.move.line"]._reconcile_plan(
            [
                self._get_receivables(payment.move_id) | plan.lines
                for plan, payment in zip(planned, payments, strict=True)
                if plan.lines
            ]
        )

    def _prepare_payment(self, payment, journal):
        return {
            "payment_type": "inbound",
            "partner_type": "customer",
            "partner_id": payment.partner.id,
            "date": payment.date,
            "currency_id": payment.currency.id,
            "amount": payment.amount,
            "journal_id": journal.id,
            "memo": payment.memo,
            "invoice_ids": [Command.set(payment.lines.move_id.ids)],
        }

    def _get_receivables(self, moves):
        """Return the receivable items of these entries, first due first."""
        return moves.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        ).sorted(lambda line: (line.date_maturity or line.date, line.id))

    # === FLAGS === #

    def _set_flags(self, pairs):
        for plan, invoice in pairs:
            if plan.due and plan.due.flag == "no_followup":
                invoice.no_followup = True
            elif plan.due and plan.due.flag == "blocked":
                invoice.action_toggle_block_payment()
