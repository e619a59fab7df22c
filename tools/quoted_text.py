"""What a person has written in a mail, without the mail it answers."""

import re

from lxml import etree, html

from .plain_text import bare

# Set by Odoo's sanitizer on what mail programs quote, and on signatures.
QUOTE = "data-o-mail-quote"
BLOCKS = frozenset(
    {"address", "blockquote", "br", "div", "dd", "dt", "h1", "h2", "h3", "h4", "h5"}
    | {"h6", "hr", "li", "p", "pre", "table", "td", "tr", "ul", "ol"}
)
INVISIBLE = frozenset({"script", "style", "head", "title"})
# How mail programs introduce what they quote as plain text, as ``bare`` sees it.
INTRODUCTION = re.compile(
    r"^(?:(?:le|on|am) .{6,120} (?:a ecrit|ecrivait|wrote|schrieb.*) ?:"
    r"|-{2,} ?(?:message d'origine|message original|original message"
    r"|message transfere|forwarded message|ursprungliche nachricht) ?-{2,}"
    r"|_{20,}"
    r"|(?:de|from|von) ?: .*@.*)$"
)


def own_words(source, limit=500):
    """Return the plain text of the HTML ``source`` without quotes, on one line.

    :param limit: the most characters returned; a longer text ends with “…”
    :return: an empty string for a mail that only quotes
    """
    if not source or not str(source).strip():
        return ""
    kept = []
    for line in "".join(_texts(html.fromstring(f"<div>{source}</div>"))).splitlines():
        words = " ".join(line.split())
        if INTRODUCTION.match(bare(words)):
            break
        if words and not words.startswith(">"):
            kept.append(words)
    text = " ".join(kept)
    return text if len(text) <= limit else f"{text[: limit - 1].rstrip()}…"


def _texts(element):
    """Yield the visible texts of ``element``, with a line break around each block."""
    if not isinstance(element, etree._Comment | etree._ProcessingInstruction):
        is_block = element.tag in BLOCKS
        if is_block:
            yield "\n"
        if element.tag not in INVISIBLE and not element.get(QUOTE):
            yield element.text or ""
            for child in element:
                yield from _texts(child)
        if is_block:
            yield "\n"
    yield element.tail or ""
