"""One row of any model of the module, whatever its business rules ask for.

Rules of access look at columns only: rows are written by SQL, with what the table asks
for, so that a model added tomorrow is tried too.
"""

from itertools import count

from odoo import fields
from odoo.tools import SQL

MODULE = "l10n_fr_debt_collection"


def own_models(env):
    """Return the names of the models that this module defines, abstract ones left out.

    :return: in alphabetical order
    """
    return sorted(
        name
        for name, model in env.registry.items()
        if model._original_module == MODULE and not model._abstract
    )


class Rows:
    """Makes a row of each model, all of them of one company and made by one user."""

    def __init__(self, company, user, known):
        """:param known: ``{model: id}`` of the rows to point to"""
        self.env = company.env
        self.company, self.user = company, user
        self.ids = dict(known)
        self._under_way = set()

    def get(self, model):
        """Return the record made of ``model``."""
        if model not in self.ids:
            self.ids[model] = self._find_shared(model) or self._insert(model)
        return self.env[model].browse(self.ids[model])

    def _find_shared(self, model):
        """Return the id of a row that comes with the module and is nobody's."""
        own = own_models(self.env)
        belongs = any(
            name == "company_id" or (field.required and field.comodel_name in own)
            for name, field in self.env[model]._fields.items()
        )
        if belongs:
            return None
        return self.env[model].with_context(active_test=False).search([], limit=1).id

    def _insert(self, model):
        self._under_way.add(model)
        fields_by_name = self.env[model]._fields
        needed = self._get_needed_columns(self.env[model]._table)
        # Later fields have larger numbers: periods end after they begin.
        values, numbers = {}, count(1)
        for name, field in fields_by_name.items():
            if not (field.store and field.column_type) or name == "id":
                continue
            value = self._get_value(field, name in needed, numbers)
            if value is not None:
                values[name] = value
        self._under_way.discard(model)
        query = SQL(
            "INSERT INTO %s (%s) VALUES (%s) RETURNING id",
            SQL.identifier(self.env[model]._table),
            SQL(", ").join(map(SQL.identifier, values)),
            SQL(", ").join(SQL("%s", value) for value in values.values()),
        )
        return self.env.execute_query(query)[0][0]

    def _get_needed_columns(self, table):
        rows = self.env.execute_query(
            SQL(
                "SELECT column_name FROM information_schema.columns"
                " WHERE table_name = %s AND is_nullable = 'NO'",
                table,
            )
        )
        return {name for (name,) in rows}

    def _get_value(self, field, needed, numbers):
        if field.name in ("create_uid", "write_uid"):
            return self.user.id
        if field.type == "many2one":
            return self._get_target(field, needed)
        if not needed:
            return None
        value = self._get_sample(field, numbers)
        return field.convert_to_column_insert(value, self.env[field.model_name])

    def _get_target(self, field, needed):
        comodel = field.comodel_name
        if comodel == "res.company":
            return self.company.id
        is_own = self.env.registry[comodel]._original_module == MODULE
        if is_own and comodel not in self._under_way:
            return self.get(comodel).id
        if not needed:
            return None
        if comodel in self.ids:
            return self.ids[comodel]
        return self.env[comodel].with_context(active_test=False).search([], limit=1).id

    def _get_sample(self, field, numbers):
        if field.type == "selection":
            return field.get_values(self.env)[0]
        if field.type == "date":
            return fields.Date.today()
        if field.type == "datetime":
            return fields.Datetime.now()
        return {
            "integer": next(numbers),
            "float": next(numbers),
            "monetary": next(numbers),
            "boolean": False,
            "json": {},
        }.get(field.type, f"{field.model_name}.{field.name}")
