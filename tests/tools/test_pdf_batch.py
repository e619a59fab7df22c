import io
from concurrent.futures import ThreadPoolExecutor

import pypdfium2 as pdfium
import pytest
from reportlab.pdfgen.canvas import Canvas

from odoo.addons.l10n_fr_debt_collection.tools import pdf_batch
from odoo.addons.l10n_fr_debt_collection.tools.pdf_batch import MM

A4 = (595, 842)
NONCE = "5f3a"


def pdf(*pages, size=A4):
    """Return a PDF; a page is a list of (x, y, text), in mm from its upper left."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=size)
    for page in pages:
        canvas.setFont("Helvetica", 10)
        for x, y, text in page:
            canvas.drawString(x * MM, size[1] - y * MM, text)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def sheet(key, nonce=NONCE):
    return [(20, 20, pdf_batch.marker(nonce, key))]


def ruler(length=pdf_batch.RULER_MM):
    text = pdf_batch.marker(NONCE, pdf_batch.RULER_KEY)
    return [(20, 20, text), (20, 20 + length, text)]


def page(text):
    return [(20, 30, text)]


def texts(content):
    """Return the text of each page of a PDF."""
    document = pdfium.PdfDocument(content)
    try:
        return [p.get_textpage().get_text_range() for p in document]
    finally:
        document.close()


def place(content, word, index=0):
    """Return left, top, right, bottom of a word in mm from the upper left corner."""
    document = pdfium.PdfDocument(content)
    text = document[index].get_textpage()
    start = text.get_text_range().index(word)
    boxes = [text.get_charbox(i) for i in range(start, start + len(word))]
    height = document[index].get_height()
    lefts, bottoms, rights, tops = zip(*boxes, strict=True)
    document.close()
    return (
        min(lefts) / MM,
        (height - max(tops)) / MM,
        max(rights) / MM,
        (height - min(bottoms)) / MM,
    )


def batch(*pages):
    return pdf(ruler(), *pages)


# === SPLITTING === #


def test_each_record_gets_its_own_pages():
    content = batch(sheet(7), page("Alpha"), page("Beta"), sheet(12), page("Gamma"))
    parts = pdf_batch.split(content, NONCE, [12, 7])
    assert set(parts) == {7, 12}
    assert ["Alpha" in text for text in texts(parts[7])] == [True, False]
    assert len(texts(parts[12])) == 1
    assert "Gamma" in texts(parts[12])[0]


def test_no_marker_is_left():
    content = batch(sheet(7), page("Alpha"), sheet(12), page("Gamma"))
    for part in pdf_batch.split(content, NONCE, [7, 12]).values():
        assert "@@" not in "".join(texts(part))


def test_pages_are_numbered_per_record_at_the_foot():
    content = batch(sheet(1), *[page("Line")] * 3, sheet(2), page("Line"))
    parts = pdf_batch.split(content, NONCE, [1, 2])
    ends = [text.split()[-1] for part in (1, 2) for text in texts(parts[part])]
    assert ends == ["1/3", "2/3", "3/3", "1/1"]
    left, top, right, bottom = place(parts[1], "1/3")
    assert right == pytest.approx(210 - pdf_batch.NUMBER_RIGHT_MM, abs=0.5)
    assert bottom == pytest.approx(297 - pdf_batch.NUMBER_BOTTOM_MM, abs=0.5)


def test_a_text_cannot_pass_for_a_marker():
    forged = [(20, 30, pdf_batch.marker("0000", 12))]
    quoted = [(20, 30, pdf_batch.marker(NONCE, 12) + " and more")]
    content = batch(sheet(7), forged, quoted, sheet(12), page("Gamma"))
    parts = pdf_batch.split(content, NONCE, [7, 12])
    assert [len(texts(parts[key])) for key in (7, 12)] == [2, 1]


def test_nonces_differ():
    assert pdf_batch.new_nonce() != pdf_batch.new_nonce()


@pytest.mark.parametrize(
    ("pages", "keys"),
    [
        ([page("Stray"), sheet(7), page("Alpha")], [7]),
        ([sheet(7), page("Alpha"), sheet(7), page("Beta")], [7]),
        ([sheet(7), sheet(12), page("Beta")], [7, 12]),
        ([sheet(7), page("Alpha")], [7, 12]),
        ([sheet(7), page("Alpha"), sheet(12), page("Beta")], [7]),
    ],
    ids=["stray page", "twice", "without page", "missing", "not asked for"],
)
def test_a_batch_that_does_not_add_up_is_refused(pages, keys):
    with pytest.raises(pdf_batch.MarkerError):
        pdf_batch.split(pdf(*pages), NONCE, keys)


def test_what_is_no_pdf_is_refused():
    with pytest.raises(pdf_batch.BrokenPdfError):
        pdf_batch.split(b"no pdf", NONCE, [1])


# === FEET === #


def foot_batch(foot):
    return batch(
        sheet(7),
        page("Alpha"),
        page("Beta"),
        sheet(12),
        page("Gamma"),
        sheet("foot-0"),
        foot,
    )


def test_the_foot_goes_to_the_last_page_only():
    foot = [(90, 20, "ACME SAS"), (90, 24, "RCS LYON")]
    parts = pdf_batch.split(foot_batch(foot), NONCE, [7, 12], {7: "foot-0"})
    assert ["ACME" in text for text in texts(parts[7])] == [False, True]
    assert "ACME" not in texts(parts[12])[0]


def test_the_foot_stands_above_the_page_number():
    foot = [(90, 20, "ACME SAS"), (90, 24, "RCS LYON")]
    part = pdf_batch.split(foot_batch(foot), NONCE, [7, 12], {7: "foot-0"})[7]
    left, top, right, bottom = place(part, "RCS LYON", 1)
    assert left == pytest.approx(90, abs=0.5)
    assert bottom == pytest.approx(297 - pdf_batch.FOOT_BOTTOM_MM, abs=1)


def test_a_high_foot_is_reduced_to_its_strip():
    foot = [(90, 20 + 4 * line, f"Mention {line}") for line in range(12)]
    part = pdf_batch.split(foot_batch(foot), NONCE, [7, 12], {7: "foot-0"})[7]
    assert place(part, "Mention 0", 1)[1] > 297 - pdf_batch.FOOT_TOP_MM
    assert place(part, "Mention 11", 1)[3] < 297 - pdf_batch.FOOT_BOTTOM_MM + 1


def test_an_empty_foot_is_refused():
    with pytest.raises(pdf_batch.MarkerError):
        pdf_batch.split(foot_batch([]), NONCE, [7, 12], {7: "foot-0"})


# === SCALE === #


@pytest.mark.parametrize("scale", [1, 0.77, 1.2])
def test_the_scale_is_measured(scale):
    content = pdf(ruler(scale * pdf_batch.RULER_MM), sheet(7), page("Alpha"))
    assert pdf_batch.measure_scale(content, NONCE) == pytest.approx(scale, abs=0.001)


def test_without_ruler_there_is_no_scale():
    with pytest.raises(pdf_batch.MarkerError):
        pdf_batch.measure_scale(pdf(sheet(7), page("Alpha")), NONCE)


# === MERGING === #


def test_merging_keeps_the_order():
    merged = pdf_batch.merge([pdf(page("Alpha"), page("Beta")), pdf(page("Gamma"))])
    assert [text.strip() for text in texts(merged)] == ["Alpha", "Beta", "Gamma"]


def test_merging_tells_which_pdf_is_broken():
    with pytest.raises(pdf_batch.BrokenPdfError) as caught:
        pdf_batch.merge([pdf(page("Alpha")), b"no pdf"])
    assert caught.value.index == 1


def test_threads_take_turns():
    contents = [batch(sheet(key), page(f"Record {key}")) for key in range(20)]

    def cut(key):
        return pdf_batch.split(contents[key], NONCE, [key])[key]

    with ThreadPoolExecutor(4) as pool:
        parts = list(pool.map(cut, range(20)))
    assert all(f"Record {key}" in texts(part)[0] for key, part in enumerate(parts))
