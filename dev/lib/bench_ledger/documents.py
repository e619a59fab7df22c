"""The rows of invoices, credit notes, payments and write-offs, and of what they settle.

Identifiers follow the dates, as in a ledger that has grown.
"""

from odoo.tools import SQL

from .plan import TAX
from .staging import Loader, bulk_insert, clone, last_id, money

TABLES = (
    "account_move",
    "account_move_line",
    "account_payment",
    "account_partial_reconcile",
    "account_full_reconcile",
)
STAGED = {
    "bench_document": {
        "number": "int4",
        "debtor": "int4",
        "kind": "text",
        "term": "int4",
        "day": "date",
        "due": "date",
        "untaxed": "numeric",
        "total": "numeric",
        "residual": "numeric",
        "state": "text",
        "is_paid": "bool",
    },
    "bench_item": {
        "number": "int4",
        "document": "int4",
        "position": "int4",
        "due": "date",
        "amount": "numeric",
        "residual": "numeric",
        "grp": "int4",
    },
    "bench_entry": {
        "number": "int4",
        "debtor": "int4",
        "kind": "text",
        "day": "date",
        "amount": "numeric",
        "grp": "int4",
    },
    "bench_match": {
        "item": "int4",
        "entry": "int4",
        "credit_item": "int4",
        "day": "date",
        "amount": "numeric",
        "grp": "int4",
    },
    "bench_group": {"number": "int4", "is_closed": "bool"},
}


class Staging:
    """The temporary tables that a plan is written to."""

    def __init__(self, cr):
        self.documents, self.items, self.entries, self.matches, self.groups = (
            Loader(cr, name, columns) for name, columns in STAGED.items()
        )

    def add(self, plan):
        """Write what the plan holds of one debtor."""
        for document in plan.documents:
            self._add_document(document)
        for entry in plan.entries:
            self.entries.add(
                entry.number,
                entry.debtor,
                entry.kind,
                entry.day,
                money(entry.amount),
                entry.group,
            )
        for match in plan.matches:
            self.matches.add(
                match.item,
                match.entry,
                match.credit_item,
                match.day,
                money(match.amount),
                match.group,
            )
        for group in plan.groups:
            self.groups.add(*group)

    def _add_document(self, document):
        total = document.amount
        self.documents.add(
            document.number,
            document.debtor,
            document.kind,
            document.term,
            document.day,
            document.items[-1].due,
            money(round(total / (1 + TAX))),
            money(total),
            money(document.residual),
            document.payment_state,
            document.is_paid,
        )
        for item in document.items:
            self.items.add(
                item.number,
                item.document,
                item.position,
                item.due,
                money(item.amount),
                money(item.residual),
                item.group,
            )

    def flush(self):
        """Send what waits."""
        for table in (
            self.documents,
            self.items,
            self.entries,
            self.matches,
            self.groups,
        ):
            table.flush()


def insert_documents(env, prototypes, debtors_before, salespeople):
    """Insert the rows of all that is staged."""
    _number(env, debtors_before, salespeople)
    lines = prototypes.lines
    with bulk_insert(env, *TABLES):
        for kind in ("invoice", "credit_note"):
            _insert_invoices(
                env, kind, getattr(prototypes, kind), lines[kind], prototypes
            )
        _insert_payments(env, prototypes)
        for kind, move in (
            ("payment", prototypes.payment_move),
            ("write_off", prototypes.write_off),
        ):
            _insert_entries(env, kind, move, lines[kind])
        _insert_matches(env, prototypes)


# === IDENTIFIERS === #


def _number(env, debtors_before, salespeople):
    """Give everything its id, by date; ``ledger_*`` are the tables with the ids."""
    move, line = last_id(env, "account_move"), last_id(env, "account_move_line")
    env.cr.execute(
        SQL(
            """CREATE TEMP TABLE ledger_document AS
               SELECT *, %(move)s + rank AS move_id, %(line)s + rank AS product_line,
                      %(line)s + count(*) OVER () + rank AS tax_line,
                      %(debtors)s + debtor AS partner_id,
                      (%(salespeople)s)[1 + debtor %% %(selling)s] AS user_id,
                      CASE kind WHEN 'invoice' THEN 1 ELSE -1 END AS sign,
                      total - untaxed AS tax, number AS sequence,
                      CASE kind WHEN 'invoice' THEN 'BINV/' ELSE 'BRINV/' END
                      || date_part('year', day) || '/' AS prefix
                 FROM (SELECT *, row_number() OVER (ORDER BY day, number)::int AS rank
                         FROM bench_document) ranked""",
            move=move,
            line=line,
            debtors=debtors_before,
            salespeople=salespeople,
            selling=len(salespeople),
        )
    )
    documents = env.cr.rowcount
    line += 2 * documents
    env.cr.execute(
        """CREATE TEMP TABLE bench_match_first AS
           SELECT grp, row_number() OVER (ORDER BY min(day), grp) AS rank,
                  min(day) AS day
             FROM bench_match GROUP BY grp"""
    )
    env.cr.execute(
        SQL(
            """CREATE TEMP TABLE ledger_group AS
               SELECT g.number,
                      CASE WHEN g.is_closed THEN %(full)s + rank END AS full_id,
                      CASE WHEN g.is_closed THEN (%(full)s + rank)::text
                           ELSE 'P' || (%(full)s + rank)::text END AS matching
                 FROM (SELECT number, is_closed,
                              row_number() OVER (ORDER BY first.rank)::int AS rank
                         FROM bench_group
                         JOIN bench_match_first first ON first.grp = number) g""",
            full=last_id(env, "account_full_reconcile"),
        )
    )
    env.cr.execute("CREATE INDEX ON ledger_group (number)")
    env.cr.execute(
        SQL(
            """CREATE TEMP TABLE ledger_item AS
               SELECT item.number, item.due, item.amount, item.residual, item.position,
                      document.move_id, document.partner_id, document.day,
                      document.kind, document.prefix || document.sequence AS name,
                      %(line)s + row_number() OVER (
                          ORDER BY document.rank, item.position)::int AS line_id,
                      g.full_id, g.matching
                 FROM bench_item item
                 JOIN ledger_document document ON document.number = item.document
            LEFT JOIN ledger_group g ON g.number = item.grp""",
            line=line,
        )
    )
    line += env.cr.rowcount
    env.cr.execute(
        SQL(
            """CREATE TEMP TABLE ledger_entry AS
               SELECT entry.*, %(move)s + rank AS move_id,
                      %(line)s + rank AS other_line,
                      %(line)s + count(*) OVER () + rank AS receivable_line,
                      CASE WHEN kind = 'payment' THEN %(payment)s + rank END
                          AS payment_id,
                      %(debtors)s + debtor AS partner_id, entry.number AS sequence,
                      CASE kind WHEN 'payment' THEN 'BPAY/' ELSE 'BMISC/' END
                      || date_part('year', day) || '/' AS prefix,
                      g.full_id, g.matching
                 FROM (SELECT *, row_number() OVER (ORDER BY day, number)::int AS rank
                         FROM bench_entry) entry
            LEFT JOIN ledger_group g ON g.number = entry.grp""",
            move=move + documents,
            line=line,
            payment=last_id(env, "account_payment"),
            debtors=debtors_before,
        )
    )
    env.cr.execute("CREATE INDEX ON ledger_entry (number)")
    env.cr.execute("CREATE INDEX ON ledger_item (number)")
    env.cr.execute("ANALYZE ledger_item, ledger_entry, ledger_document, ledger_group")
    env.cr.execute(
        SQL(
            """CREATE TEMP TABLE ledger_match AS
               SELECT %(partial)s + row_number() OVER (
                          ORDER BY m.day, m.item)::int AS id,
                      item.line_id AS debit, item.move_id AS invoice_id,
                      COALESCE(entry.receivable_line, note.line_id) AS credit,
                      entry.payment_id, m.day, m.amount, item.full_id
                 FROM bench_match m
                 JOIN ledger_item item ON item.number = m.item
            LEFT JOIN ledger_entry entry ON entry.number = m.entry
            LEFT JOIN ledger_item note ON note.number = m.credit_item""",
            partial=last_id(env, "account_partial_reconcile"),
        )
    )


# === ROWS === #


def _insert_invoices(env, kind, move, lines, prototypes):
    """Insert documents of a kind with their product, tax and receivable lines."""
    of_kind = f"s.kind = '{kind}'"
    name = "s.prefix || s.sequence"
    clone(
        env,
        "account_move",
        move,
        "ledger_document",
        of_kind,
        id="s.move_id",
        name=name,
        sequence_number="s.sequence",
        sequence_prefix="s.prefix",
        payment_reference=f"CASE WHEN p.payment_reference IS NOT NULL THEN {name} END",
        partner_id="s.partner_id",
        commercial_partner_id="s.partner_id",
        partner_shipping_id="s.partner_id",
        invoice_partner_display_name="NULL",
        invoice_user_id="s.user_id",
        invoice_payment_term_id=f"(ARRAY{prototypes.terms})[1 + s.term]",
        date="s.day",
        invoice_date="s.day",
        invoice_date_due="s.due",
        payment_state="s.state",
        is_manually_modified="s.is_paid",
        amount_untaxed="s.untaxed",
        amount_tax="s.tax",
        amount_total="s.total",
        amount_residual="s.residual",
        amount_untaxed_signed="s.sign * s.untaxed",
        amount_untaxed_in_currency_signed="s.sign * s.untaxed",
        amount_tax_signed="s.sign * s.tax",
        amount_total_signed="s.sign * s.total",
        amount_total_in_currency_signed="s.sign * s.total",
        amount_residual_signed="s.sign * s.residual",
    )
    common = {
        "move_id": "s.move_id",
        "partner_id": "s.partner_id",
        "move_name": name,
        "date": "s.day",
        "invoice_date": "s.day",
    }
    for role, line, amount in (
        ("product", "s.product_line", "s.untaxed"),
        ("tax", "s.tax_line", "s.tax"),
    ):
        priced = {}
        if role == "product":
            priced = {
                "price_unit": amount,
                "price_subtotal": amount,
                "price_total": "s.total",
            }
        else:
            priced = {"tax_base_amount": "-s.sign * s.untaxed"}
        clone(
            env,
            "account_move_line",
            lines[role],
            "ledger_document",
            of_kind,
            id=line,
            **common,
            **_balance(f"-s.sign * {amount}"),
            **priced,
        )
    clone(
        env,
        "account_move_line",
        lines["payment_term"],
        "ledger_item",
        of_kind,
        id="s.line_id",
        **common | {"move_name": "s.name"},
        **_balance("s.amount"),
        **_residual("s.residual"),
        name="s.name",
        date_maturity="s.due",
    )


def _insert_payments(env, prototypes):
    clone(
        env,
        "account_payment",
        prototypes.payment,
        "ledger_entry",
        "s.kind = 'payment'",
        id="s.payment_id",
        move_id="s.move_id",
        partner_id="s.partner_id",
        name="s.prefix || s.sequence",
        memo="NULL",
        date="s.day",
        amount="s.amount",
        amount_company_currency_signed="s.amount",
        is_reconciled="s.grp IS NOT NULL",
        state="CASE WHEN s.full_id IS NULL THEN 'in_process' ELSE 'paid' END",
    )


def _insert_entries(env, kind, move, lines):
    """Insert payments or write-offs: the receivable and what it is booked against."""
    of_kind = f"s.kind = '{kind}'"
    name = "s.prefix || s.sequence"
    clone(
        env,
        "account_move",
        move,
        "ledger_entry",
        of_kind,
        id="s.move_id",
        origin_payment_id="s.payment_id",
        name=name,
        sequence_number="s.sequence",
        sequence_prefix="s.prefix",
        ref="NULL",
        partner_id="CASE WHEN p.partner_id IS NOT NULL THEN s.partner_id END",
        commercial_partner_id="""CASE WHEN p.commercial_partner_id IS NOT NULL
                                      THEN s.partner_id END""",
        invoice_partner_display_name="NULL",
        date="s.day",
        amount_total="s.amount",
        amount_total_signed="s.amount",
        amount_total_in_currency_signed="s.amount",
    )
    common = {
        "move_id": "s.move_id",
        "payment_id": "s.payment_id",
        "partner_id": "s.partner_id",
        "move_name": name,
        "ref": "NULL",
        "date": "s.day",
        "date_maturity": "CASE WHEN p.date_maturity IS NOT NULL THEN s.day END",
    }
    clone(
        env,
        "account_move_line",
        lines["other"],
        "ledger_entry",
        of_kind,
        id="s.other_line",
        **common,
        **_balance("s.amount"),
        amount_residual="CASE WHEN p.amount_residual <> 0 THEN s.amount ELSE 0 END",
        amount_residual_currency="""CASE WHEN p.amount_residual <> 0
                                         THEN s.amount ELSE 0 END""",
        price_subtotal="s.amount",
        price_total="s.amount",
    )
    clone(
        env,
        "account_move_line",
        lines["receivable"],
        "ledger_entry",
        of_kind,
        id="s.receivable_line",
        **common,
        **_balance("-s.amount"),
        **_residual("CASE WHEN s.grp IS NULL THEN -s.amount ELSE 0 END"),
        price_subtotal="-s.amount",
        price_total="-s.amount",
    )


def _balance(amount):
    return {
        "balance": amount,
        "amount_currency": amount,
        "debit": f"GREATEST({amount}, 0)",
        "credit": f"GREATEST(-({amount}), 0)",
    }


def _residual(amount):
    return {
        "amount_residual": amount,
        "amount_residual_currency": amount,
        "reconciled": f"({amount}) = 0",
        "full_reconcile_id": "s.full_id",
        "matching_number": "s.matching",
    }


def _insert_matches(env, prototypes):
    clone(
        env,
        "account_full_reconcile",
        prototypes.full,
        "ledger_group",
        "s.full_id IS NOT NULL",
        id="s.full_id",
    )
    clone(
        env,
        "account_partial_reconcile",
        prototypes.partial,
        "ledger_match",
        id="s.id",
        debit_move_id="s.debit",
        credit_move_id="s.credit",
        full_reconcile_id="s.full_id",
        max_date="s.day",
        amount="s.amount",
        debit_amount_currency="s.amount",
        credit_amount_currency="s.amount",
    )
    env.cr.execute(
        """INSERT INTO account_move__account_payment (invoice_id, payment_id)
           SELECT DISTINCT invoice_id, payment_id FROM ledger_match
            WHERE payment_id IS NOT NULL"""
    )
