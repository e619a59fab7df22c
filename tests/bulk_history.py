from itertools import count

NUMBERS = count(1)


class BulkHistory:
    """Invoices and payments written in bulk, without what Odoo does around them."""

    @classmethod
    def _on(cls, days):
        return cls._day(cls, days)

    @classmethod
    def _insert(cls, table, rows):
        """Insert rows, dictionaries with the same keys; return their ids."""
        names = list(rows[0])
        return [
            row_id
            for (row_id,) in cls.env.cr.execute_values(
                f"INSERT INTO {table} ({', '.join(names)}) VALUES %s RETURNING id",
                [tuple(row[name] for name in names) for row in rows],
                fetch=True,
            )
        ]

    @classmethod
    def _write_entries(cls, kind, journal, entries):
        """Write one receivable item per ``(partner, day, amount, reconciled)``."""
        shared = {
            "company_id": cls.company.id,
            "currency_id": cls.company.currency_id.id,
            "journal_id": journal.id,
        }
        moves = cls._insert(
            "account_move",
            [
                {
                    **shared,
                    "name": f"{kind}/{journal.code}/{next(NUMBERS)}",
                    "state": "posted",
                    "move_type": kind,
                    "auto_post": "no",
                    "date": cls._on(day),
                    "invoice_date": cls._on(day) if kind == "out_invoice" else None,
                    "partner_id": partner.id,
                    "commercial_partner_id": partner.id,
                }
                for partner, day, _amount, _left in entries
            ],
        )
        cls.env.invalidate_all()
        account = cls.company_data["default_account_receivable"]
        return cls._insert(
            "account_move_line",
            [
                {
                    **shared,
                    "move_id": move,
                    "account_id": account.id,
                    "partner_id": partner.id,
                    "parent_state": "posted",
                    "display_type": "payment_term",
                    "date": cls._on(day),
                    "date_maturity": cls._on(day),
                    "balance": amount,
                    "amount_currency": amount,
                    "amount_residual": left,
                    "amount_residual_currency": left,
                    "reconciled": not left,
                }
                for move, (partner, day, amount, left) in zip(
                    moves, entries, strict=True
                )
            ],
        )

    @classmethod
    def _write_payments(cls, payments):
        """Write and match a payment per ``(item, partner, day, amount)``."""
        credits = cls._write_entries(
            "entry",
            cls.company_data["default_journal_bank"],
            [(partner, day, -amount, 0) for _line, partner, day, amount in payments],
        )
        currency = cls.company.currency_id.id
        cls._insert(
            "account_partial_reconcile",
            [
                {
                    "debit_move_id": line,
                    "credit_move_id": credit,
                    "debit_currency_id": currency,
                    "credit_currency_id": currency,
                    "amount": amount,
                    "debit_amount_currency": amount,
                    "credit_amount_currency": amount,
                    "company_id": cls.company.id,
                    "max_date": cls._on(day),
                }
                for credit, (line, _partner, day, amount) in zip(
                    credits, payments, strict=True
                )
            ],
        )
        cls.env.invalidate_all()

    @classmethod
    def _analyze(cls):
        """Count rows: of those not committed nobody does, joins would take minutes."""
        cls.env.cr.execute(
            "ANALYZE account_move, account_move_line, account_partial_reconcile,"
            " collection_action, collection_action_item, collection_case"
        )
