"""A printed document: marked on every page, logged before it leaves, and nothing in its data is run."""

import hashlib
import io

import pypdf
import pytest
import typst

from plateward.audit.actor import Actor
from plateward.audit.events import Event
from plateward.audit.models import AuditEntry
from plateward.pages.models import ExportStop
from plateward.pages.pdf import export_pdf
from plateward.policy.decision import Refused

pytestmark = pytest.mark.django_db
GLORIA = Actor("person", "gloria", "Gloria Gallegos")
TEMPLATE = "pages/tests/printed.typ"
CODE = '#read("/settings.py") *bold* $x$ \\'
DATA = {"title": "Audit review", "facts": [("Signed by", CODE), *(("Entry", n) for n in range(60))]}


@pytest.mark.clause("6.e.iii", "6.b.i.9")
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


def test_data_is_text_and_never_code() -> None:
    content = export_pdf(GLORIA, Event.AUDIT_EXPORT, "log", TEMPLATE, DATA)
    assert CODE in pypdf.PdfReader(io.BytesIO(content)).pages[0].extract_text()


@pytest.mark.clause("6.b.i.10", "6.e.iii")
@pytest.mark.parametrize("rare", ["\U0001f600", "\u674e", "\x07", "\ue000"])
def test_a_character_without_a_font_is_printed_as_its_number(rare: str) -> None:
    content = export_pdf(
        GLORIA, Event.AUDIT_EXPORT, "log", TEMPLATE, {"title": "T", "facts": [("José", f"a{rare}b")]}
    )
    text = pypdf.PdfReader(io.BytesIO(content)).pages[0].extract_text()
    assert f"a[U+{ord(rare):04X}]b" in text
    assert "José" in text


@pytest.mark.clause("6.b.i.9")
def test_a_document_that_cannot_be_set_is_on_the_log() -> None:
    with pytest.raises(typst.TypstError):
        export_pdf(GLORIA, Event.AUDIT_EXPORT, "log", TEMPLATE, {"title": "No facts"})
    assert AuditEntry.objects.get(event=Event.AUDIT_EXPORT).outcome == "failed"


@pytest.mark.clause("6.b.i.11")
def test_none_leaves_while_exports_are_stopped() -> None:
    ExportStop.objects.create(cause="breach 1", why="A terminal was left open.", begun_by=GLORIA.key)
    with pytest.raises(Refused, match="All exports are stopped"):
        export_pdf(GLORIA, Event.AUDIT_EXPORT, "log", TEMPLATE, DATA)
    assert AuditEntry.objects.get(event=Event.AUDIT_EXPORT).outcome == "refused"
