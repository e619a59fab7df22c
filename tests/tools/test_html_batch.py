import re

import lxml.html
import pytest

from odoo.addons.l10n_fr_debt_collection.tools.html_batch import HtmlBatch

LOGO = "data:image/png;base64,iVBORw0KGgo="


def page(*documents):
    return f"<html><head></head><body><main>{''.join(documents)}</main></body></html>"


def document(key, content="", foot=""):
    foot = foot and f'<div class="collection_foot">{foot}</div>'
    return (
        f'<div class="collection_document" data-oe-id="{key}">'
        f"<p>Record {key}</p>{content}{foot}</div>"
    )


def texts(batch):
    """Return the text of each block of the page that is to be printed."""
    main = lxml.html.document_fromstring(batch.to_html(1)).find(".//main")
    return [block.text_content().replace(batch.nonce, "*") for block in main]


def test_a_sheet_stands_before_each_record():
    batch = HtmlBatch(page(document(7), document(12)))
    assert batch.keys == [7, 12]
    assert texts(batch) == [
        "@@*:ruler@@@@*:ruler@@",
        "@@*:7@@",
        "Record 7",
        "@@*:12@@",
        "Record 12",
    ]


def test_equal_feet_are_printed_once_at_the_end():
    batch = HtmlBatch(
        page(
            document(7, foot="ACME"), document(8, foot="ACME"), document(9, foot="Zed")
        )
    )
    assert batch.feet == {7: "foot-0", 8: "foot-0", 9: "foot-1"}
    assert texts(batch)[-5:] == [
        "Record 9",
        "@@*:foot-0@@",
        "ACME",
        "@@*:foot-1@@",
        "Zed",
    ]


def test_a_record_without_foot_has_none():
    assert HtmlBatch(page(document(7))).feet == {}


def test_a_document_inside_a_document_is_part_of_it():
    batch = HtmlBatch(page(document(7, content=document(12))))
    assert batch.keys == [7]


def test_everything_is_zoomed():
    body = lxml.html.document_fromstring(HtmlBatch(page()).to_html(1.3)).find("body")
    assert body.get("style") == "zoom: 1.3"


@pytest.mark.parametrize(
    "content",
    [
        '<img src="https://example.com/pixel.png">',
        '<img src="/web/image/1">',
        '<img srcset="https://example.com/pixel.png 2x">',
        '<p style="background: URL(https://example.com/a.png)">Words</p>',
        '<td background="https://example.com/a.png">Words</td>',
        '<link rel="stylesheet" href="https://example.com/a.css">',
        '<style>@import "https://example.com/a.css";</style>',
        '<script src="https://example.com/a.js"></script>',
        '<iframe src="https://example.com"></iframe>',
        '<object data="https://example.com"></object>',
        '<svg><image href="https://example.com/a.png"/></svg>',
        '<video src="https://example.com/a.mp4" poster="https://example.com/a"></video>',
        '<input type="image" src="https://example.com/a.png">',
    ],
)
def test_nothing_is_fetched(content):
    html = HtmlBatch(page(document(7, content=content))).to_html(1)
    assert "example.com" not in html
    assert "/web/image" not in html


def test_a_link_stays():
    link = '<a href="https://example.com">our site</a>'
    assert link in HtmlBatch(page(document(7, content=link))).to_html(1)


@pytest.mark.parametrize("style", ["position: fixed; top: 0", r"posi\74ion: fixed"])
def test_nothing_covers_other_documents(style):
    content = f"<div style='{style}'>Words</div>"
    html = HtmlBatch(page(document(7, content=content))).to_html(1)
    assert "<div>Words</div>" in html


def test_an_image_is_in_the_page_once():
    image = f'<img src="{LOGO}" style="width: 20mm">'
    batch = HtmlBatch(page(*[document(key, content=image) for key in (7, 8, 9)]))
    html = batch.to_html(1)
    assert html.count(LOGO) == 1
    (name,) = set(re.findall(r'<img style="width: 20mm" class="(\w+)">', html))
    assert f'.{name} {{ content: url("{LOGO}"); }}' in html


def test_a_page_without_main_is_refused():
    with pytest.raises(ValueError, match="main"):
        HtmlBatch("<html><body><p>Words</p></body></html>")
