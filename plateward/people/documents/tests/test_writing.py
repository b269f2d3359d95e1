"""Writing a protocol: what is refused, what is cleaned, and what its text becomes."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from plateward.core.pages.documents import MAX_BYTES, NotADocument, UploadedDocument
from plateward.ground.policy.decision import Refused
from plateward.people.documents import actions, rules
from plateward.people.documents.models import Protocol, ProtocolVersion
from plateward.people.documents.tests.written import TEXT, draft, form, submitted
from plateward.people.testing import acting, person, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.clause("6.b.i.1/versions")]


def test_two_authors_at_once_lose_no_text_and_no_title_is_used_twice() -> None:
    gloria = acting("gloria")
    first = actions.save_draft(gloria, None, draft(), seen="", submit=False)
    with pytest.raises(Refused, match="changed after you opened it"):
        actions.save_draft(gloria, first.protocol, draft(text="Mine."), seen="", submit=False)
    with pytest.raises(Refused, match="Another protocol has this title"):
        actions.save_draft(gloria, None, draft(title="storage OF reads"), seen="", submit=False)
    assert ProtocolVersion.objects.get().text == TEXT
    browser = signed_in(person("gloria"))
    stale = browser.post(f"/protocols/{first.protocol_id}/revise/", form(seen="0" * 64, text="My long text."))
    assert (stale.status_code, b"My long text." in stale.content) == (409, True)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"text": ""}, "Enter the text."),
        ({"text": "   \n"}, "Enter the text."),
        ({"text": "x" * 60_001}, "to 60000 characters"),
        ({"text": "Line\nwith \x07 bell"}, "Line 2 has a character"),
        ({"text": "right\u202eleft"}, "Line 1 has a character"),
        ({"effective_on": "2026-02-30"}, "Enter a date: month, day and year."),
        ({"acknowledge_within": "0"}, "Enter 1 or more."),
        ({"acknowledge_within": "4000"}, "Enter 90 or less."),
        ({"roles": ["emperor"]}, "not an option here"),
        ({"original": SimpleUploadedFile("a.pdf", b"")}, "empty"),
        ({"original": SimpleUploadedFile("a.pdf", b"MZ not a PDF")}, "not a PDF"),
        ({"original": SimpleUploadedFile("a.pdf", b"%PDF-" + b"x" * MAX_BYTES)}, "larger than 10 MiB"),
    ],
)
def test_what_cannot_be_a_protocol_is_refused_at_its_field_and_nothing_typed_is_lost(
    wrong: dict[str, Any], message: str
) -> None:
    answer = signed_in(person("gloria")).post("/protocols/new/", form(**wrong))
    page = answer.content.decode()
    assert answer.status_code in (409, 422) or message in page
    assert message in page
    assert "Access from vehicles" in page
    assert not Protocol.objects.exists()


def test_text_from_a_word_processor_is_cleaned_and_a_large_pdf_is_never_opened() -> None:
    pasted = form(text="One\xa0\u200btwo\r\nthree", summary="First\xa0version.")
    assert signed_in(person("gloria")).post("/protocols/new/", pasted).status_code == 302
    assert ProtocolVersion.objects.get().text == "One two\nthree"
    bomb = b"%PDF-1.7\n1 0 obj <</Filter[/FlateDecode/FlateDecode]/Length 9>> stream\n" + b"\0" * 1000
    version = submitted(title="Other", original=UploadedDocument("bomb.pdf", bomb))
    assert version.original
    assert bomb[:20] not in bytes(type(version.original).objects.values_list("content", flat=True).get())
    assert actions.read_original(version.original) == bomb
    with pytest.raises(NotADocument, match="not a PDF"):
        submitted(title="Third", original=UploadedDocument("a.txt", b"text"))


def test_text_becomes_headings_lists_and_paragraphs_and_no_markup() -> None:
    blocks = list(rules.blocks_of("# One\nTwo\nthree\n\n- a\n* b\n1. c\n2) d\n<b>e</b>"))
    assert [(block.kind, block.lines) for block in blocks] == [
        ("heading", ("One",)),
        ("paragraph", ("Two", "three")),
        ("bullets", ("a", "b")),
        ("numbers", ("c", "d")),
        ("paragraph", ("<b>e</b>",)),
    ]
