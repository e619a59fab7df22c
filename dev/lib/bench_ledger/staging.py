"""Loading drawn rows into temporary tables, and cloning rows from a prototype."""

import contextlib
import io

from odoo.tools import SQL

BATCH = 50_000
MEMORY = "SET LOCAL work_mem = '256MB'; SET LOCAL maintenance_work_mem = '1GB'"


class Loader:
    """A temporary table that is filled by COPY, batch by batch."""

    def __init__(self, cr, name, columns):
        """:param dict columns: SQL type of each column by its name"""
        self.cr, self.name = cr, name
        self.lines = []
        self.count = 0
        definitions = SQL(", ").join(
            SQL("%s %s", SQL.identifier(column), SQL(kind))
            for column, kind in columns.items()
        )
        cr.execute(SQL("CREATE TEMP TABLE %s (%s)", SQL.identifier(name), definitions))

    def add(self, *values):
        """Add a row; None is NULL."""
        self.lines.append("\t".join(map(_text, values)))
        self.count += 1
        if len(self.lines) == BATCH:
            self.flush()

    def flush(self):
        """Send what waits."""
        content = io.StringIO("".join(f"{line}\n" for line in self.lines))
        self.cr._obj.copy_expert(f"COPY {self.name} FROM STDIN", content)
        self.lines = []


def _text(value):
    if value is None:
        return "\\N"
    return str(value).replace("\\", "\\\\").replace("\t", " ").replace("\n", " ")


def money(cents):
    """Cents as a decimal number."""
    return f"{cents / 100:.2f}"


def clone(env, table, prototype, source, where="TRUE", **columns):
    """Insert a copy of the row ``prototype`` for each row of ``source``.

    :param where: condition on ``s``, the rows of the source
    :param columns: SQL, on ``s`` and ``p`` (the prototype), of what varies
    """
    names = _columns(env, table)
    if unknown := set(columns) - set(names):
        raise ValueError(f"{table} has no {unknown}")
    env.cr.execute(
        SQL(
            "INSERT INTO %(table)s (%(names)s) SELECT %(values)s"
            " FROM %(source)s s JOIN %(table)s p ON p.id = %(prototype)s"
            " WHERE %(where)s",
            table=SQL.identifier(table),
            names=SQL(", ").join(map(SQL.identifier, names)),
            values=SQL(", ").join(
                _raw(columns[name]) if name in columns else SQL.identifier("p", name)
                for name in names
            ),
            source=SQL.identifier(source),
            prototype=prototype,
            where=_raw(where),
        )
    )


def _raw(expression):
    return SQL(expression.replace("%", "%%"))


def _columns(env, table):
    return [
        name
        for (name,) in env.execute_query(
            SQL(
                """SELECT column_name FROM information_schema.columns
                    WHERE table_schema = current_schema AND table_name = %s
                      AND is_generated = 'NEVER' ORDER BY ordinal_position""",
                table,
            )
        )
    ]


def last_id(env, table):
    """The highest id of a table."""
    query = SQL("SELECT COALESCE(max(id), 0) FROM %s", SQL.identifier(table))
    return env.execute_query(query)[0][0]


@contextlib.contextmanager
def bulk_insert(env, *tables):
    """Fill tables without their indexes and foreign keys, which are made after.

    Only a superuser of PostgreSQL may: the user of the development's own server is one.
    """
    env.cr.execute(MEMORY)
    env.cr.execute("SET LOCAL session_replication_role = replica")
    indexes = env.execute_query(
        SQL(
            """SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid)
                 FROM pg_index
                WHERE indrelid = ANY(%s::regclass[]) AND NOT indisprimary
                  AND NOT EXISTS (
                      SELECT FROM pg_constraint WHERE conindid = indexrelid)""",
            list(tables),
        )
    )
    for name, _definition in indexes:
        env.cr.execute(SQL("DROP INDEX %s", SQL(name)))
    yield
    env.cr.execute("SET LOCAL session_replication_role = origin")
    for _name, definition in indexes:
        env.cr.execute(definition)
    for table in tables:
        env.cr.execute(
            SQL(
                "SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)",
                table,
                max(1, last_id(env, table)),
            )
        )
