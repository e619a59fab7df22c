import re
from datetime import datetime, timedelta

import babel.dates

from odoo import api, models
from odoo.exceptions import AccessError, MissingError
from odoo.fields import Domain
from odoo.orm.domains import DomainCondition, DomainNary, DomainNot, DomainOr
from odoo.tools import (
    babel_locale_parse,
    format_date,
    format_datetime,
    formatLang,
    get_lang,
    html2plaintext,
)
from odoo.tools.date_utils import parse_date
from odoo.tools.i18n import format_list

# Values listed in one condition; the others are only counted.
SHOWN_VALUES = 5
RELATIVE_DAY = re.compile(r"today(?: ([+-]\d+)([dwmy]))?")
UNITS = {"d": ("day", 1), "w": ("week", 7), "m": ("month", 30.44), "y": ("year", 365)}
COMPARISONS = {"<": "<", ">": ">", "<=": "≤", ">=": "≥"}
# The value of the record says no more than the condition itself.
EQUALITIES = ("=", "=?", "in", "==")
UNREADABLE = (AccessError, MissingError, KeyError, TypeError, ValueError)


class CollectionDomainWords(models.AbstractModel):
    """Says a domain in words, and if wanted what a record has to fit it.

    “Balance ≥ 50,000.00 € (here 62,300.00 €)”. Whatever cannot be said is shown as it
    is written.
    """

    _name = "collection.domain.words"
    _description = "Domain in words"

    @api.model
    def _describe(self, domain, model_name):
        """Return the condition in words of the user's language."""
        return self._get_words(Domain(domain), self.env[model_name], {})

    @api.model
    def _explain(self, domain, records):
        """Return ``{record id: words}``: what lets each record fit, with its values.

        Of alternatives only those are said that hold for the record.
        """
        domain = Domain(domain)
        held = self._get_held_alternatives(domain, records)
        return {record.id: self._get_words(domain, record, held) for record in records}

    # === STRUCTURE === #

    @api.model
    def _get_held_alternatives(self, domain, records):
        """Return ``{id of an alternative of the domain: records that fit it}``."""
        if isinstance(domain, DomainNot):
            return {}
        held = {}
        for child in getattr(domain, "children", ()):
            if isinstance(domain, DomainOr):
                try:
                    held[id(child)] = records.filtered_domain(child)
                except UNREADABLE:
                    continue
            held |= self._get_held_alternatives(child, records)
        return held

    @api.model
    def _get_words(self, domain, record, held):
        if isinstance(domain, DomainNary):
            return self._join(domain, record, held)
        if isinstance(domain, DomainNot):
            return self.env._(
                "not (%(condition)s)",
                condition=self._get_words(domain.child, record.browse(), {}),
            )
        if isinstance(domain, DomainCondition):
            return self._get_condition_words(domain, record)
        return self.env._("all of them") if domain.is_true() else self.env._("none")

    @api.model
    def _join(self, domain, record, held):
        children = domain.children
        is_or = isinstance(domain, DomainOr)
        if is_or and record:
            children = [
                child for child in children if record in held.get(id(child), ())
            ] or children
        if len(children) == 1:
            return self._get_words(children[0], record, held)
        words = [
            f"({text})" if isinstance(child, DomainNary) and len(children) > 1 else text
            for child in children
            for text in [self._get_words(child, record, held)]
        ]
        return format_list(self.env, words, style="or" if is_or else "standard")

    # === CONDITIONS === #

    @api.model
    def _get_condition_words(self, condition, record):
        path = condition.field_expr.split(".")
        try:
            labels, field = self._resolve(record, path)
            wanted = self._get_value_words(field, condition, record)
            text = self._get_sentence(condition, " › ".join(labels), field, wanted)
        except UNREADABLE:
            return f"{condition.field_expr} {condition.operator} {condition.value!r}"
        if not record or not self._has_more_to_say(condition, field):
            return text
        found = self._get_own_words(record, path, field)
        if found is None:
            return text
        return self.env._("%(condition)s (here %(value)s)", condition=text, value=found)

    @api.model
    def _resolve(self, model, path):
        """Return the labels of a path and its last field.

        A part of a date, or a property, is named as it is written.
        """
        labels, field = [], None
        for place, name in enumerate(path):
            field = model._fields[name]
            labels.append(field._description_string(self.env))
            if field.relational:
                model = self.env[field.comodel_name]
            elif path[place + 1 :]:
                labels.append(".".join(path[place + 1 :]))
                break
        return labels, field

    @api.model
    def _has_more_to_say(self, condition, field):
        if field.type == "boolean" or condition.operator.endswith("any"):
            return False
        value = condition.value
        if isinstance(value, bool):
            return condition.operator not in EQUALITIES and not field.relational
        single = not isinstance(value, (list, tuple, set)) or len(value) == 1
        return not (condition.operator in EQUALITIES and single)

    @api.model
    def _get_sentence(self, condition, label, field, wanted):
        operator, value = condition.operator, condition.value
        if operator.endswith("any"):
            return self._get_any_sentence(operator, label, field, value)
        if operator in COMPARISONS and field.type not in ("date", "datetime"):
            return f"{label} {COMPARISONS[operator]} {wanted}"
        if operator in EQUALITIES or operator in ("!=", "<>", "not in"):
            return self._get_equality_sentence(operator, label, field, value, wanted)
        return self._get_sentences()[operator] % {"field": label, "value": wanted}

    @api.model
    def _get_sentences(self):
        """Return ``{operator: sentence}``. Hook for operators of other modules."""
        contains = self.env._("%(field)s contains %(value)s")
        lacks = self.env._("%(field)s does not contain %(value)s")
        matches = self.env._("%(field)s looks like %(value)s")
        differs = self.env._("%(field)s does not look like %(value)s")
        return {
            "<": self.env._("%(field)s before %(value)s"),
            ">": self.env._("%(field)s after %(value)s"),
            "<=": self.env._("%(field)s on or before %(value)s"),
            ">=": self.env._("%(field)s on or after %(value)s"),
            "like": contains,
            "ilike": contains,
            "not like": lacks,
            "not ilike": lacks,
            "=like": matches,
            "=ilike": matches,
            "not =like": differs,
            "not =ilike": differs,
            "child_of": self.env._("%(field)s is %(value)s or below"),
            "parent_of": self.env._("%(field)s is %(value)s or above"),
        }

    @api.model
    def _get_equality_sentence(self, operator, label, field, value, wanted):
        is_positive = operator in EQUALITIES
        if field.type == "boolean" and not isinstance(value, (list, tuple, set)):
            is_wanted = bool(value) == is_positive
            answer = self.env._("yes") if is_wanted else self.env._("no")
            return self.env._("%(field)s: %(value)s", field=label, value=answer)
        if value is False and not self._is_number(field):
            return (
                self.env._("%(field)s is not set", field=label)
                if is_positive
                else self.env._("%(field)s is set", field=label)
            )
        if is_positive:
            return self.env._("%(field)s is %(value)s", field=label, value=wanted)
        return self.env._("%(field)s is not %(value)s", field=label, value=wanted)

    @api.model
    def _get_any_sentence(self, operator, label, field, value):
        condition = self._describe(value, field.comodel_name)
        if operator == "any":
            return self.env._(
                "%(field)s: at least one with %(condition)s",
                field=label,
                condition=condition,
            )
        return self.env._(
            "%(field)s: none with %(condition)s", field=label, condition=condition
        )

    # === VALUES === #

    @api.model
    def _is_number(self, field):
        return field.type in ("integer", "float", "monetary")

    @api.model
    def _get_value_words(self, field, condition, record):
        """Return the words of what the condition compares with, if it is a value."""
        if condition.operator.endswith("any"):
            return ""
        value = condition.value
        values = list(value) if isinstance(value, (list, tuple, set)) else [value]
        owner = record if field.model_name == record._name else record.browse()
        return self._enumerate(
            [self._format(field, item, owner) for item in values], style="or"
        )

    @api.model
    def _get_own_words(self, record, path, field):
        """Return the words of the record's own value, ``None`` if it has none."""
        try:
            owners = record
            for name in path[:-1]:
                if not owners._fields[name].relational:
                    return self._enumerate(
                        [self._format(field, owner[name], owner) for owner in owners]
                    )
                owners = owners[name]
            if field.relational:
                return self._enumerate(owners[path[-1]].mapped("display_name"))
            return self._enumerate(
                [self._format(field, owner[path[-1]], owner) for owner in owners]
            )
        except UNREADABLE:
            return None

    @api.model
    def _enumerate(self, words, style="standard"):
        words = list(dict.fromkeys(words))
        if not words:
            return self.env._("empty")
        if len(words) > SHOWN_VALUES:
            more = self.env._("%s more", len(words) - SHOWN_VALUES)
            words = [*words[:SHOWN_VALUES], more]
        return format_list(self.env, words, style=style)

    @api.model
    def _format(self, field, value, owner):
        """Return one value in the words of the user's language."""
        if value is False and field.type != "boolean" and not self._is_number(field):
            return self.env._("empty")
        if field.relational and type(value) is int:
            return self.env[field.comodel_name].browse(value).display_name
        formatter = getattr(self, f"_format_{field.type}", None)
        if formatter:
            return formatter(field, value, owner)
        return f"“{value}”" if isinstance(value, str) else str(value)

    @api.model
    def _format_boolean(self, field, value, owner):
        return self.env._("yes") if value else self.env._("no")

    @api.model
    def _format_integer(self, field, value, owner):
        return formatLang(self.env, value or 0, digits=0)

    @api.model
    def _format_float(self, field, value, owner):
        value = value or 0.0
        digits = (field.get_digits(self.env) or (0, 2))[1]
        return formatLang(self.env, value, digits=0 if value == int(value) else digits)

    @api.model
    def _format_monetary(self, field, value, owner):
        currency = owner and owner[field.get_currency_field(owner)]
        return formatLang(
            self.env,
            value or 0.0,
            currency_obj=currency or self.env.company.currency_id,
        )

    @api.model
    def _format_selection(self, field, value, owner):
        labels = dict(field._description_selection(self.env))
        return str(labels.get(value, value))

    @api.model
    def _format_html(self, field, value, owner):
        return f"“{html2plaintext(value)}”"

    @api.model
    def _format_date(self, field, value, owner):
        return self._format_moment(value, is_date=True)

    @api.model
    def _format_datetime(self, field, value, owner):
        return self._format_moment(value, is_date=False)

    @api.model
    def _format_moment(self, value, is_date):
        if not isinstance(value, str):
            day = value
        elif relative := RELATIVE_DAY.fullmatch(value):
            return self._get_relative_words(*relative.groups())
        else:
            day = parse_date(value, self.env)
        if isinstance(day, datetime) and not is_date:
            return format_datetime(self.env, day, dt_format="short")
        return format_date(self.env, day)

    @api.model
    def _get_relative_words(self, shift, unit):
        """Return “today − 90 days” for ``-90`` and ``d``; “today” without a shift."""
        if not shift:
            return self.env._("today")
        name, days = UNITS[unit]
        # A threshold out of reach keeps the unit the condition is written in.
        duration = babel.dates.format_timedelta(
            timedelta(days=abs(int(shift)) * days),
            granularity=name,
            threshold=10**6,
            locale=babel_locale_parse(get_lang(self.env).code),
        )
        if int(shift) < 0:
            return self.env._("today − %s", duration)
        return self.env._("today + %s", duration)
