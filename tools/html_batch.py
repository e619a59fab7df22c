"""Prepare one HTML page with many documents for printing in one go.

The page has one ``<div class="collection_document" data-oe-id="…">`` per record right
in ``<main>``; a ``<div class="collection_foot">`` right in it is meant for the foot of
its last page. Separator sheets are put between them, see :mod:`.pdf_batch`, and what
could be fetched or could act on other documents is taken out.

Nothing here imports Odoo.
"""

import re

import lxml.html
from lxml import etree
from lxml.html import builder

from . import pdf_batch

DOCUMENT = "./div[@class='collection_document'][@data-oe-id]"
FOOT = "./div[@class='collection_foot']"
# What a page may load from elsewhere, and what may act on the whole page.
FORBIDDEN_TAGS = (
    *("applet", "audio", "base", "embed", "frame", "iframe", "input", "link"),
    *("meta", "object", "script", "source", "style", "svg", "video"),
)
FORBIDDEN_ATTRIBUTES = ("background", "lowsrc", "poster", "src", "srcset")
EMBEDDED_IMAGE = re.compile(r"data:image/[\w.+-]+;base64,[\w+/=\s]+")
# A backslash can hide the other words from a search.
FORBIDDEN_STYLE = re.compile(r"url\s*\(|position\s*:\s*fixed|@|\\", re.IGNORECASE)


class HtmlBatch:
    """A page of documents, ready to be converted and then cut along ``nonce``.

    ``keys`` are the records' ids in the order of the page, ``feet`` gives the key of
    the foot of each record that has one.

    :raise ValueError: the page has no ``<main>``
    """

    def __init__(self, html):
        self.root = lxml.html.document_fromstring(html)
        self.main = self.root.find(".//main")
        if self.main is None:
            raise ValueError("The page has no <main>")
        self.nonce = pdf_batch.new_nonce()
        documents = self.main.findall(DOCUMENT)
        self.keys = [int(document.get("data-oe-id")) for document in documents]
        self.feet = self._move_feet(documents)
        for document, key in zip(documents, self.keys, strict=True):
            _make_harmless(document)
            document.addprevious(self._sheet(key))
        self._share_images()
        self.main.insert(0, self._ruler())

    def to_html(self, zoom):
        """Return the page, everything in it ``zoom`` times as large as its CSS says."""
        self.root.find("body").set("style", f"zoom: {zoom}")
        return lxml.html.tostring(
            self.root, encoding="unicode", doctype="<!DOCTYPE html>"
        )

    def _move_feet(self, documents):
        """Move each different foot to the end of the page, on a sheet of its own."""
        keys, feet = {}, {}
        for document, record_key in zip(documents, self.keys, strict=True):
            for foot in document.findall(FOOT):
                foot.drop_tree()
                foot.tail = None
                html = lxml.html.tostring(foot)
                if html not in keys:
                    keys[html] = f"foot-{len(keys)}"
                    self.main.extend((self._sheet(keys[html]), foot))
                feet[record_key] = keys[html]
        return feet

    def _share_images(self):
        """Have each image once in the page, however many documents bear the logo."""
        names = {}
        for image in self.main.iter("img"):
            source = image.attrib.pop("src")
            name = names.setdefault(source, f"collection_image_{len(names)}")
            image.set("class", name)
        rules = [f'.{name} {{ content: url("{src}"); }}' for src, name in names.items()]
        self.root.find("head").append(builder.STYLE("\n".join(rules)))

    def _sheet(self, key):
        """Return the separator sheet that announces ``key``."""
        return builder.DIV(
            builder.CLASS("collection_sheet"), pdf_batch.marker(self.nonce, key)
        )

    def _ruler(self):
        sheet = self._sheet(pdf_batch.RULER_KEY)
        style = f"position: absolute; left: 0; top: {pdf_batch.RULER_MM}mm;"
        text = pdf_batch.marker(self.nonce, pdf_batch.RULER_KEY)
        sheet.append(builder.DIV(text, style=style))
        return sheet


def _make_harmless(document):
    """Take out of a document what would be fetched or would act on other documents."""
    for node in list(document.iter(*FORBIDDEN_TAGS)):
        node.drop_tree()
    for image in list(document.iter("img")):
        if not EMBEDDED_IMAGE.fullmatch(image.get("src", "")):
            image.drop_tree()
    for node in document.iter(etree.Element):
        if FORBIDDEN_STYLE.search(node.get("style", "")):
            del node.attrib["style"]
        for name in FORBIDDEN_ATTRIBUTES:
            if not (node.tag == "img" and name == "src"):
                node.attrib.pop(name, None)
