"""Make of the guide's Markdown the pages that the module serves.

Run by the Python of the environment: ``guide_pages.py check|write CHECKOUT``.

A heading of ``docs/guide`` tells in a comment below it which screens it documents, by
the names of their actions or models: ``<!-- écrans : collection.promise -->``. From it
comes the table of ``static/src/guide``: no screen links to an anchor that is not there.
Bold words are names on screen.
"""

import html
import json
import re
import struct
import sys
from pathlib import Path
from urllib.parse import unquote

from markdown_it import MarkdownIt

SOURCES = "docs/guide"
PAGES = "static/guide"
IMAGES = f"{PAGES}/images"
SCREENS = "static/src/guide/collection_guide_screens.js"
INDEX = "README.md"
SCREENS_OF = re.compile(r"<!-- écrans : (.+?) -->", re.DOTALL)
MARKDOWN = MarkdownIt("commonmark").enable("table")
WIDTH = 88  # of a line of JavaScript, as prettier wants it

# === TYPOGRAPHY === #

NO_BREAK = "\u00a0"
VERBATIM = re.compile(r"(`[^`]*`|<!--.*?-->|\]\([^)]*\))", re.DOTALL)
FRENCH = (
    (re.compile(r"(?<=\w)'(?=\w)"), "’"),
    (re.compile(r" (?=[:;?!»%€])"), NO_BREAK),
    (re.compile(r"« "), f"«{NO_BREAK}"),
    (re.compile(r"(?<=\b\d) (?=\d{3}\b)"), NO_BREAK),
    (re.compile(r"(?<=\d\d) (?=\d{3}\b)"), NO_BREAK),
    (re.compile(r"(?<=\d) (?=(?:jours?|mois|ans?|heures?|minutes?)\b)"), NO_BREAK),
)


def typeset(text):
    """The text with the apostrophes and spaces of French print, code left alone."""
    parts = VERBATIM.split(text)
    for number in range(0, len(parts), 2):
        for pattern, replacement in FRENCH:
            parts[number] = pattern.sub(replacement, parts[number])
    return "".join(parts)


# === PAGES === #


class Page:
    """One file of the guide."""

    def __init__(self, path):
        self.path = path
        self.source = path.read_text(encoding="utf-8")
        self.text = typeset(self.source)
        self.name = page_name(path.name)
        self.tokens = MARKDOWN.parse(self.text)
        self.headings = []  # of (level, anchor, title as HTML)
        self.screens = {}  # name of a screen: anchor
        self._read()
        self.links = [unquote(address) for address in self._find_addresses()]

    def _read(self):
        """Give each heading its anchor, and each screen that of its heading."""
        anchor = ""
        for token, inline in zip(self.tokens, [*self.tokens[1:], None], strict=True):
            if token.type == "heading_open":
                anchor = slug(_text(inline))
                token.attrSet("id", anchor)
                title = MARKDOWN.renderer.render([inline], MARKDOWN.options, {})
                self.headings.append((int(token.tag[1]), anchor, title))
            elif token.type == "html_block":
                for names in SCREENS_OF.findall(token.content):
                    self.screens |= dict.fromkeys(names.split(), anchor)
                token.content = SCREENS_OF.sub("", token.content).strip()

    @property
    def title(self):
        return self.headings[0][2] if self.headings else html.escape(self.name)

    @property
    def anchors(self):
        return {anchor for _level, anchor, _title in self.headings}

    def _find_addresses(self):
        """What this page leads to, pictures included."""
        for token in self._inline():
            address = token.attrGet("href") or token.attrGet("src")
            if address:
                yield address

    def body(self):
        for token in self._inline():
            if token.type == "link_open":
                token.attrSet("href", _address(token.attrGet("href")))
            elif token.type == "image":
                self._place_picture(token)
        return MARKDOWN.renderer.render(self.tokens, MARKDOWN.options, {})

    def _place_picture(self, token):
        """Load a picture when it is seen, in a place kept for it: nothing moves."""
        picture = self.path.parent / token.attrGet("src")
        token.attrSet("src", f"images/{picture.name}")
        token.attrSet("loading", "lazy")
        if picture.is_file():
            width, height = picture_size(picture)
            token.attrSet("width", str(width))
            token.attrSet("height", str(height))

    def _inline(self):
        return [child for token in self.tokens for child in token.children or ()]


def page_name(name):
    """The name of the page that is made of a file."""
    return "index.html" if name == INDEX else f"{Path(name).stem}.html"


def picture_size(path):
    """Width and height of a PNG file, in pixels."""
    with path.open("rb") as file:
        return struct.unpack(">II", file.read(24)[16:])


def slug(text):
    """The anchor of a heading, the one that forges of code give it too."""
    kept = re.sub(r"[^\w\- ]", "", text.lower().replace(NO_BREAK, " "))
    return kept.replace(" ", "-")


def _text(inline):
    return "".join(child.content for child in inline.children)


def _address(href):
    """Where a link between files leads once they are pages."""
    name, _, anchor = href.partition("#")
    page = page_name(name) if name.endswith(".md") else name
    return f"{page}#{anchor}" if anchor else page


def read_guide(root):
    """The pages, in the order in which the summary names them first."""
    pages = {path.name: Page(path) for path in sorted((root / SOURCES).glob("*.md"))}
    first = pages[INDEX]
    named = [link.partition("#")[0] for link in first.links]
    order = dict.fromkeys([INDEX, *filter(pages.get, named), *pages])
    return [pages[name] for name in order]


# === WHAT IS WRONG WITH THEM === #


def find_problems(root, pages):
    """What would not work for a reader, one line each."""
    by_name = {page.path.name: page for page in pages}
    pictures = {path.name for path in (root / IMAGES).glob("*.png")}
    shown = set()
    for page in pages:
        for link in page.links:
            if link.endswith(".png"):
                shown.add(Path(link).name)
                if not (page.path.parent / link).is_file():
                    yield f"{page.path.name}: no picture {link}"
            elif "://" not in link and not _leads_somewhere(link, page, by_name):
                yield f"{page.path.name}: {link} leads nowhere"
        if len(page.anchors) < len(page.headings):
            yield f"{page.path.name}: two headings are called the same"
    yield from (f"{name} is shown nowhere" for name in sorted(pictures - shown))
    yield from _double_screens(pages)


def _leads_somewhere(link, page, by_name):
    name, _, anchor = link.partition("#")
    target = by_name.get(name) if name else page
    return bool(target) and (not anchor or anchor in target.anchors)


def _double_screens(pages):
    seen = {}
    for page in pages:
        for screen in page.screens:
            if screen in seen:
                yield f"{screen} is documented in {seen[screen]} and in {page.name}"
            seen[screen] = page.name


# === WHAT IS WRITTEN === #

LAYOUT = """<!DOCTYPE html>
<html lang="fr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} · Guide du recouvrement</title>
<link rel="icon" href="../description/icon.png">
<link rel="stylesheet" href="guide.css">
</head>
<body>
<nav>
<a class="home" href="index.html"><img src="../description/icon.png" alt="">Guide</a>
{menu}
</nav>
<main>
{body}</main>
</body>
</html>
"""
TABLE = """// Written by dev/guide from the headings of docs/guide: do not change it.

/** Where the guide documents a screen: by the name of its action, or of its model. */
export const SCREENS = {{
{rows}
}};
"""


def render(pages):
    """What is written: path and content of each file."""
    files = {f"{PAGES}/{page.name}": _render_page(page, pages) for page in pages}
    return files | {SCREENS: _render_screens(pages)}


def _render_page(page, pages):
    return LAYOUT.format(
        title=re.sub(r"<[^>]+>", "", page.title),
        menu=_render_menu(page, pages),
        body=re.sub(
            r"<strong>.*?</strong>",
            lambda match: match[0].replace(" &gt; ", " › "),
            page.body(),
        ),
    )


def _render_menu(page, pages):
    lines = ["<ul>"]
    for other in pages[1:]:
        current = ' aria-current="page"' if other is page else ""
        lines.append(f'<li><a href="{other.name}"{current}>{other.title}</a>')
        if other is page:
            chapters = [heading for heading in page.headings if heading[0] == 2]
            lines.append("<ul>")
            for _level, anchor, title in chapters:
                lines.append(f'<li><a href="#{anchor}">{title}</a></li>')
            lines.append("</ul>")
        lines.append("</li>")
    return "\n".join([*lines, "</ul>"])


def _render_screens(pages):
    places = {
        screen: f"{page.name}#{anchor}"
        for page in pages
        for screen, anchor in page.screens.items()
    }
    rows = (_render_row(*item) for item in sorted(places.items()))
    return TABLE.format(rows="\n".join(rows))


def _render_row(screen, place):
    key = screen if screen.isidentifier() else json.dumps(screen)
    value = json.dumps(place, ensure_ascii=False)
    row = f"    {key}: {value},"
    return row if len(row) <= WIDTH else f"    {key}:\n        {value},"


# === RUNNING IT === #


def check(root):
    """What is wrong, or would be written."""
    pages = read_guide(root)
    yield from find_problems(root, pages)
    for page in pages:
        if page.text != page.source:
            yield f"{SOURCES}/{page.path.name}: typography (dev/guide mends it)"
    for name, content in render(pages).items():
        path = root / name
        if not path.is_file() or path.read_text(encoding="utf-8") != content:
            yield f"{name} is out of date (dev/guide writes it)"
    yield from (f"{path} is of no page" for path in sorted(_leftovers(root, pages)))


def _leftovers(root, pages):
    wanted = {page.name for page in pages}
    return [path for path in (root / PAGES).glob("*.html") if path.name not in wanted]


def write(root):
    """Typeset the sources and write what is made of them; say what is wrong."""
    pages = read_guide(root)
    for page in pages:
        if page.text != page.source:
            page.path.write_text(page.text, encoding="utf-8")
    for name, content in render(pages).items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(content, encoding="utf-8")
    for path in _leftovers(root, pages):
        path.unlink()
    yield from find_problems(root, pages)


if __name__ == "__main__":
    action, checkout = sys.argv[1:]
    for problem in {"check": check, "write": write}[action](Path(checkout)):
        print(problem)
