"""The letter has a page of its own, and prints what a requester wrote as they wrote it."""

import io

import pypdf
import pytest

from plateward.core.audit.actor import HUB
from plateward.core.audit.events import Event
from plateward.core.pages.pdf import export_pdf
from plateward.sharing.records.actions import TEMPLATE

TYPED = '#read("/settings.py") $x$ [a] @b <c> // d /* = *e* _f_ \\ `g`'


@pytest.mark.django_db
@pytest.mark.clause("6.b.i.9/entries")
def test_no_mark_of_typst_in_it_is_run() -> None:
    lines = {name: f"{name} {TYPED}" for name in ("number", "day", "title", "office")}
    data = {**lines, "to": [f"to {TYPED}"], "paragraphs": [f"one {TYPED}", f"two {TYPED}\nand {TYPED}"]}
    content = export_pdf(HUB, Event.RECORDS_PRINT, "request:1", TEMPLATE, data)
    text = " ".join(
        "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages).split()
    )
    for begins in (*lines, "to", "one", "two", "and"):
        assert f"{begins} {TYPED}" in text
