"""Is the ledger one that Odoo would have made?"""

from odoo.tools import SQL

SAMPLE = 300
# Each finds the ids of what is wrong.
QUERIES = {
    "entries that do not balance": """
        SELECT move_id FROM account_move_line GROUP BY move_id HAVING sum(balance) <> 0
    """,
    "receivables whose residual is not what is left of them": """
        SELECT line.id FROM account_move_line line
          JOIN account_account account ON account.id = line.account_id
     LEFT JOIN (SELECT id, sum(amount) AS amount FROM (
                       SELECT debit_move_id AS id, amount
                         FROM account_partial_reconcile
                    UNION ALL
                       SELECT credit_move_id, -amount FROM account_partial_reconcile
                       ) part GROUP BY id) matched ON matched.id = line.id
         WHERE account.account_type = 'asset_receivable'
           AND (line.amount_residual <> line.balance - COALESCE(matched.amount, 0)
                OR line.reconciled IS DISTINCT FROM (line.amount_residual = 0)
                OR line.amount_residual_currency <> line.amount_residual)
    """,
    "full reconciliations that leave something open": """
        SELECT full_reconcile_id FROM account_move_line
         WHERE full_reconcile_id IS NOT NULL GROUP BY full_reconcile_id
        HAVING sum(balance) <> 0 OR bool_or(reconciled IS NOT TRUE)
    """,
    "matchings with nothing open and no full reconciliation": """
        SELECT matching_number FROM account_move_line
         WHERE matching_number IS NOT NULL GROUP BY matching_number
        HAVING bool_and(reconciled) AND bool_or(full_reconcile_id IS NULL)
    """,
    "partial reconciliations before one of their days": """
        SELECT part.id FROM account_partial_reconcile part
          JOIN account_move_line debit ON debit.id = part.debit_move_id
          JOIN account_move_line credit ON credit.id = part.credit_move_id
         WHERE part.max_date <> GREATEST(debit.date, credit.date)
            OR debit.partner_id <> credit.partner_id
    """,
}
MOVE_FIELDS = (
    "amount_untaxed",
    "amount_tax",
    "amount_total",
    "amount_residual",
    "amount_total_signed",
    "amount_residual_signed",
    "payment_state",
    "invoice_date_due",
)
LINE_FIELDS = ("amount_residual", "amount_residual_currency", "reconciled")


def find_problems(env):
    """Return sentences that say what is wrong; none when all is right."""
    problems = [
        f"{len(wrong)} {title}, for instance {wrong[0][0]}"
        for title, query in QUERIES.items()
        if (wrong := env.execute_query(SQL(query)))
    ]
    problems += _recompute(env, "account.move", MOVE_FIELDS, "move_type <> 'entry'")
    receivable = SQL(
        "account_id = ANY(%s)", env["collection.balance"]._receivable_account_ids()
    )
    problems += _recompute(env, "account.move.line", LINE_FIELDS, receivable)
    if drift := env["collection.balance"]._find_drift(env.company):
        problems.append(f"{len(drift)} cases whose balance is not that of the ledger")
    return problems


def _recompute(env, model, names, condition):
    """Have the ORM compute a sample again and compare."""
    env.cr.execute(
        SQL(
            "SELECT id FROM %s WHERE %s ORDER BY hashint4(id) LIMIT %s",
            SQL.identifier(env[model]._table),
            SQL(condition) if isinstance(condition, str) else condition,
            SAMPLE,
        )
    )
    records = env[model].browse(record_id for (record_id,) in env.cr.fetchall())
    stored = {name: records.mapped(lambda record, n=name: record[n]) for name in names}
    for name in names:
        env.add_to_compute(records._fields[name], records)
    for name in names:
        fresh = records.mapped(lambda record, n=name: record[n])
        wrong = sum(old != new for old, new in zip(stored[name], fresh, strict=True))
        if wrong:
            yield f"{wrong} of {SAMPLE} {model} with another {name}"
    env.cr.rollback()
    env.invalidate_all()
