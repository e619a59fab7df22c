"""The query language of BODACC, as far as this module uses it."""

import re


class OdsqlError(Exception):
    """A condition this server does not understand."""


class Odsql:
    """Conditions of the Explore API, as far as this module uses them."""

    _token = re.compile(
        r"""\s*(?:(?P<text>(?:date)?"[^"]*"|(?:date)?'[^']*')"""
        r"""|(?P<mark>>=|<=|!=|[=<>(),:])|(?P<word>[\w.-]+))\s*"""
    )

    def __init__(self, fields):
        self._fields = fields
        self._tokens = []

    def parse(self, where):
        """Return a function that tells whether a record meets the condition."""
        if not where.strip():
            return lambda record: True
        self._tokens = list(self._split(where))
        matches = self._any()
        if self._tokens:
            raise OdsqlError(self._tokens)
        return matches

    def _split(self, where):
        position = 0
        while position < len(where):
            found = self._token.match(where, position)
            if not found:
                raise OdsqlError(where[position:])
            position = found.end()
            yield found[found.lastgroup]

    def _next(self):
        if not self._tokens:
            raise OdsqlError("unexpected end")
        return self._tokens.pop(0)

    def _accept(self, *words):
        """Take the next words if they are these."""
        ahead = [token.lower() for token in self._tokens[: len(words)]]
        if ahead != list(words):
            return False
        del self._tokens[: len(words)]
        return True

    def _any(self):
        parts = [self._all()]
        while self._accept("or"):
            parts.append(self._all())
        return lambda record: any(part(record) for part in parts)

    def _all(self):
        parts = [self._one()]
        while self._accept("and"):
            parts.append(self._one())
        return lambda record: all(part(record) for part in parts)

    def _one(self):
        if self._accept("not"):
            refused = self._one()
            return lambda record: not refused(record)
        if self._accept("("):
            inside = self._any()
            self._expect(")")
            return inside
        name = self._next()
        if name not in self._fields:
            raise OdsqlError(name)
        test = self._test()
        return lambda record: test(record[name])

    def _test(self):
        """Return a function that tells whether a value passes."""
        if self._accept("is", "not", "null"):
            return lambda value: value is not None
        if self._accept("is", "null"):
            return lambda value: value is None
        if self._accept("in"):
            wanted = self._list()
            return lambda value: bool(wanted & set(_values(value)))
        operator, text = self._next().lower(), self._text(self._next())
        compare = {
            "=": lambda value: value == text,
            ":": lambda value: value == text,
            "!=": lambda value: value != text,
            ">=": lambda value: value >= text,
            "<=": lambda value: value <= text,
            ">": lambda value: value > text,
            "<": lambda value: value < text,
            "like": lambda value: text.strip("*").lower() in value.lower(),
        }.get(operator)
        if not compare:
            raise OdsqlError(operator)
        return lambda value: any(map(compare, _values(value)))

    def _list(self):
        self._expect("(")
        wanted = {self._text(self._next())}
        while self._accept(","):
            wanted.add(self._text(self._next()))
        self._expect(")")
        return wanted

    def _expect(self, mark):
        if not self._accept(mark):
            raise OdsqlError(f"{mark} expected")

    @staticmethod
    def _text(token):
        return token.removeprefix("date").strip("\"'")


def _values(value):
    if value is None:
        return []
    return list(map(str, value)) if isinstance(value, list) else [str(value)]
