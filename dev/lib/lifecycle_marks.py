"""What a database is made of, line by line, so that two states can be compared."""

from . import database

MARKS = {
    "table": "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
    " AND relkind IN ('r', 'v', 'm', 'S') AND relname !~ '^ir_sequence_\\d+$'",
    "column": "SELECT table_name || '.' || column_name || ' ' || data_type || ' null: '"
    " || is_nullable FROM information_schema.columns WHERE table_schema = 'public'",
    "constraint": "SELECT conrelid::regclass || ' ' || conname || ' '"
    " || pg_get_constraintdef(oid) FROM pg_constraint"
    " WHERE connamespace = 'public'::regnamespace AND conrelid <> 0",
    # Numbers that PostgreSQL and Odoo give in the order of creation are left out.
    "index": r"SELECT regexp_replace(indexdef, '_idx\d+ ON', '_idx ON')"
    " FROM pg_indexes WHERE schemaname = 'public'",
    "trigger": "SELECT tgrelid::regclass || ' ' || tgname FROM pg_trigger"
    " WHERE NOT tgisinternal",
    "function": "SELECT proname FROM pg_proc"
    " WHERE pronamespace = 'public'::regnamespace",
    "record": "SELECT module || '.' || name FROM ir_model_data",
    "field": "SELECT model || '.' || name FROM ir_model_fields",
    "parameter": "SELECT key FROM ir_config_parameter",
    "job": "SELECT cron_name FROM ir_cron",
    "view": "SELECT COALESCE(key, name) FROM ir_ui_view",
    "default": "SELECT field_id || ' ' || json_value FROM ir_default",
    "attachment of": "SELECT DISTINCT res_model FROM ir_attachment"
    " WHERE res_model IS NOT NULL",
    "message on": "SELECT DISTINCT model FROM mail_message WHERE model IS NOT NULL",
    "activity on": "SELECT DISTINCT res_model FROM mail_activity",
    "followers of": "SELECT DISTINCT res_model FROM mail_followers",
}


def read(name):
    """The marks of a database, as a set of lines."""
    return {
        f"{kind} {line}"
        for kind, query in MARKS.items()
        for line in database.execute(query, name).splitlines()
        if line
    }
