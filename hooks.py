"""What happens once, when the module comes to a database or leaves it."""

from odoo.tools import SQL

MODULE = "l10n_fr_debt_collection"
QUEUE = "root.collection"
EMPTIED = ("collection_case", "collection_action", "collection_run")


def post_init_hook(env):
    """Give companies their default scenario and make the cases of the existing debtors.

    Set-based: its cost does not depend on the number of invoices but through one
    statement.
    """
    scenario = env.ref(
        "l10n_fr_debt_collection.scenario_business", raise_if_not_found=False
    )
    companies = env["res.company"].search([("collection_scenario_id", "=", False)])
    companies.collection_scenario_id = scenario
    env["collection.balance"]._create_missing_cases()
    env.ref("l10n_fr_debt_collection.ir_cron_review_cases")._trigger()


def uninstall_hook(env):
    """Empty what would keep the module's own records from being deleted.

    Activities of the cases go too: their model is about to disappear.
    """
    env["mail.activity"].search([("res_model", "=like", "collection.%")]).unlink()
    if "queue.job.channel" in env:
        env["queue.job.channel"].search([("complete_name", "=", QUEUE)]).unlink()
    empty(env, EMPTIED)
    _forget_names(env)


def _forget_names(env):
    """Delete the names that other modules give to parts of the module's models.

    Where a model of theirs is inherited, they name the selections and inheritances of
    ours; the names would stay when these have gone.
    """
    models = [
        model._table
        for model in env.registry.values()
        if model._original_module == MODULE
    ]
    kinds = ("selection", "model_inherit")
    env.cr.execute(
        SQL(
            "DELETE FROM ir_model_data WHERE module <> %s AND name LIKE ANY(%s)",
            MODULE,
            [f"{kind}__{model}\\_\\_%" for kind in kinds for model in models],
        )
    )


def empty(env, roots):
    """Empty tables of the module and those of its own that refer to them.

    The constraints by which other modules' tables refer to them go.
    """
    env.flush_all()
    tables = _find_referring_tables(env, roots)
    _let_go(env, tables)
    env.cr.execute(SQL("TRUNCATE %s", SQL(", ").join(map(SQL.identifier, tables))))
    env.invalidate_all()


def _find_referring_tables(env, roots):
    """Return ``roots`` and the module's own tables that refer to them, in some steps.

    Never TRUNCATE ... CASCADE: entries refer to claim statements and payments to cases,
    so that it would empty the whole ledger.
    """
    return [
        table
        for (table,) in env.execute_query(
            SQL(
                """WITH RECURSIVE emptied (id) AS (
                       SELECT unnest(%(roots)s::text[])::regclass::oid
                        UNION
                       SELECT reference.conrelid
                         FROM pg_constraint reference
                         JOIN emptied ON emptied.id = reference.confrelid
                         JOIN pg_class ON pg_class.oid = reference.conrelid
                        WHERE reference.contype = 'f'
                          AND pg_class.relname = ANY(%(own)s))
                   SELECT relname FROM pg_class JOIN emptied ON emptied.id = oid""",
                roots=list(roots),
                own=_get_own_tables(env),
            )
        )
    ]


def _get_own_tables(env):
    models = [
        model._table
        for model in env.registry.values()
        if model._original_module == MODULE and not model._abstract
    ]
    relations = env["ir.model.relation"].search([("module.name", "=", MODULE)])
    return models + relations.mapped("name")


def _let_go(env, tables):
    """Have the rows of other modules refer to nothing in ``tables`` any more.

    What would be deleted together with what it refers to is deleted. The columns are
    the module's: they disappear with it.
    """
    references = env.execute_query(
        SQL(
            """SELECT reference.conrelid::regclass::text, attname, conname,
                      confdeltype = 'c'
                 FROM pg_constraint reference
                 JOIN pg_attribute
                   ON attrelid = reference.conrelid AND attnum = reference.conkey[1]
                WHERE reference.contype = 'f'
                  AND confrelid = ANY(%(tables)s::text[]::regclass[])
                  AND NOT conrelid = ANY(%(tables)s::text[]::regclass[])""",
            tables=tables,
        )
    )
    for table, column, constraint, goes_along in references:
        names = {"table": SQL.identifier(table), "column": SQL.identifier(column)}
        statement = (
            "UPDATE %(table)s SET %(column)s = NULL WHERE %(column)s IS NOT NULL"
        )
        if goes_along:
            statement = "DELETE FROM %(table)s WHERE %(column)s IS NOT NULL"
        env.cr.execute(SQL(statement, **names))
        env.cr.execute(
            SQL(
                "ALTER TABLE %s DROP CONSTRAINT %s",
                SQL.identifier(table),
                SQL.identifier(constraint),
            )
        )
