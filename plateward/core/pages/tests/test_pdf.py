"""A printed document: marked on every page, logged before it leaves, and nothing in its data is run."""

import hashlib
import io
import re
from base64 import b64encode
from pathlib import Path

import pypdf
import pytest
import typst
from django.conf import settings
from PIL import Image

from plateward.core.audit.actor import Actor
from plateward.core.audit.events import Event
from plateward.core.audit.models import AuditEntry
from plateward.core.pages.models import ExportStop
from plateward.core.pages.pdf import ROOMS, export_pdf
from plateward.ground.policy.decision import Refused

pytestmark = pytest.mark.django_db
GLORIA = Actor("person", "gloria", "Gloria Gallegos")
TEMPLATE = "core/pages/tests/printed.typ"
LAYOUT = '"/core/pages/templates/pdf/document.typ"'
CODE = '#read("/settings.py") *bold* $x$ \\'
DATA = {"title": "Audit review", "facts": [("Signed by", CODE), *(("Entry", n) for n in range(60))]}


@pytest.mark.clause("6.b.i.9/entries")
def test_each_page_is_marked_with_its_person_and_its_entry() -> None:
    content = export_pdf(GLORIA, Event.AUDIT_EXPORT, "log", TEMPLATE, DATA)
    leaf = AuditEntry.objects.get(event=Event.AUDIT_EXPORT).leaf
    assert leaf is not None
    details = leaf.details
    assert details["sha256"] == hashlib.sha256(content).hexdigest()
    pages = pypdf.PdfReader(io.BytesIO(content)).pages
    assert len(pages) > 1
    for page in pages:
        text = page.extract_text()
        for mark in ("CJI: Criminal Justice Information", "Gloria Gallegos (gloria)", str(details["export"])):
            assert mark in text


def test_it_is_the_agency_s_paper_with_one_light_mark_on_each_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "AGENCY_NAME", "Mesa County Police")
    monkeypatch.setattr(settings, "AGENCY_SEAL", seal())
    content = export_pdf(GLORIA, Event.AUDIT_EXPORT, "log", TEMPLATE, DATA)
    first, *others = pypdf.PdfReader(io.BytesIO(content)).pages
    assert f"ORI {settings.AGENCY_ORI}" in first.extract_text()
    assert [len(page.images) for page in (first, *others)] == [1, *[0] * len(others)]
    for page in (first, *others):
        text = page.extract_text()
        assert "Mesa County Police" in text
        assert text.count("Gloria Gallegos (gloria) · ") == 2  # behind the text, and at the foot
    monkeypatch.setattr(settings, "AGENCY_NAME", "")
    content = export_pdf(GLORIA, Event.AUDIT_EXPORT, "log", TEMPLATE, DATA)
    assert f"ORI {settings.AGENCY_ORI}" in pypdf.PdfReader(io.BytesIO(content)).pages[0].extract_text()


def seal() -> bytes:
    content = io.BytesIO()
    Image.new("RGBA", (40, 40), "navy").save(content, "PNG")
    return content.getvalue()


@pytest.mark.clause("6.h.iv/custody")
def test_no_hash_or_signature_crosses_the_margin_and_each_is_copied_whole() -> None:
    digest, signature = hashlib.sha256(b"").hexdigest(), b64encode(bytes(range(64))).decode()
    data = {"title": "T", "facts": [("Long name " * 5, digest), ("Signature " * 5, signature)]}
    content = export_pdf(GLORIA, Event.AUDIT_EXPORT, "log", TEMPLATE, data)
    page, ends = pypdf.PdfReader(io.BytesIO(content)).pages[0], list[float]()

    def visit(text: str, _: object, matrix: list[float], *__: object) -> None:
        if text.strip() and not matrix[1]:  # not the slanting mark
            ends.append(matrix[4])

    text = page.extract_text(visitor_text=visit)
    assert max(ends) < 612 - 0.9 * 72
    for whole in (digest, signature):
        assert whole in "".join(text.split())


@pytest.mark.parametrize(
    "typed",
    [
        *(
            "#panic(1)",
            "$ x^2 $",
            "\\u{41} \\",
            "[a] ]]",
            "@label <label>",
            "a // b /* c */",
            "= Heading",
            "- item",
        ),
        *("`raw` ```x", "*strong* _emph_", "~ -- ---", "\"quoted\" 'single'", "https://x.example/#a"),
    ],
)
def test_each_mark_of_typst_is_printed_as_it_was_typed(typed: str) -> None:
    data = {"title": f"T {typed}", "facts": [(typed, typed)]}
    content = export_pdf(GLORIA, Event.AUDIT_EXPORT, "log", TEMPLATE, data)
    (page,) = pypdf.PdfReader(io.BytesIO(content)).pages
    assert page.extract_text().count(typed) == 3
    assert "/Annots" not in page  # and no address becomes a link


def test_no_template_runs_or_links_what_it_was_given() -> None:
    """Over all of them: a text from data is content, unless a template hands it to what reads it as code."""
    templates = [path for path in ROOMS.rglob("*.typ") if "tests" not in path.parts]
    makers = {path for path in ROOMS.rglob("*.py") if "typst.compile(" in path.read_text()} - {Path(__file__)}
    assert len(templates) > 9
    for path in templates:
        assert not re.search(
            r"\b(eval|plugin|include|read|link|ref|label|cite|raw)\s*\(", path.read_text()
        ), path
        assert set(re.findall(r"#(?:import|include)\s+(\S+?):?\s", path.read_text())) <= {LAYOUT}, path
    # One way to make a PDF of data; the card has none, and its pictures are its own.
    assert {path.name for path in makers if "tests" not in path.parts} == {"pdf.py", "card.py"}


@pytest.mark.parametrize("rare", ["\U0001f600", "\u674e", "\x07", "\ue000"])
def test_a_character_without_a_font_is_printed_as_its_number(rare: str) -> None:
    content = export_pdf(
        GLORIA, Event.AUDIT_EXPORT, "log", TEMPLATE, {"title": "T", "facts": [("José", f"a{rare}b")]}
    )
    text = pypdf.PdfReader(io.BytesIO(content)).pages[0].extract_text()
    assert f"a[U+{ord(rare):04X}]b" in text
    assert "José" in text


@pytest.mark.clause("6.h.iv/custody")
def test_what_framed_an_answer_on_its_wire_is_not_printed() -> None:
    answer = {"title": "T", "facts": [("Answer", "\x02NO RECORD\x03")]}
    content = export_pdf(GLORIA, Event.AUDIT_EXPORT, "log", TEMPLATE, answer)
    text = pypdf.PdfReader(io.BytesIO(content)).pages[0].extract_text()
    assert "NO RECORD" in text
    assert "U+0002" not in text


@pytest.mark.clause("6.b.i.9/entries")
def test_a_document_that_cannot_be_set_is_on_the_log() -> None:
    with pytest.raises(typst.TypstError):
        export_pdf(GLORIA, Event.AUDIT_EXPORT, "log", TEMPLATE, {"title": "No facts"})
    assert AuditEntry.objects.get(event=Event.AUDIT_EXPORT).outcome == "failed"


@pytest.mark.clause("6.b.i.11/contained")
def test_none_leaves_while_exports_are_stopped() -> None:
    ExportStop.objects.create(cause="breach 1", why="A terminal was left open.", begun_by=GLORIA.key)
    with pytest.raises(Refused, match="All exports are stopped"):
        export_pdf(GLORIA, Event.AUDIT_EXPORT, "log", TEMPLATE, DATA)
    assert AuditEntry.objects.get(event=Event.AUDIT_EXPORT).outcome == "refused"
