"""What may be attached to an answer: no plate that was read or is listed, and nothing hidden."""

import io
from collections.abc import Callable
from typing import Any

import pytest
import typst
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DictionaryObject, NameObject

from plateward.core.pages.documents import NotADocument, UploadedDocument
from plateward.ground.policy.decision import Refused
from plateward.people.testing import acting, person
from plateward.sharing.records import actions
from plateward.sharing.records.models import RecordsFile
from plateward.sharing.records.rules import MOST_SEARCHED, Data, plate_like
from plateward.sharing.records.tests.made import requested
from plateward.testing.hotlist import load_hotlist
from plateward.testing.roadside import enroll_reader

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.clause("SB40.confid/requests", "6.h.iii/redaction", "AC-4/released"),
]


@pytest.fixture
def _known() -> None:
    """A plate that was read, and one on a list."""
    roadside = enroll_reader("records-7", unit=person("ada").unit)
    roadside.send(roadside.photo("QRS8820"))
    load_hotlist("XYZ4071")


def attached(content: bytes, data: Data = Data.STATISTICS) -> RecordsFile:
    return actions.attach(acting("iris"), requested(), data, UploadedDocument("file", content))


def test_words_that_may_be_plates_are_written_in_one_or_two_parts() -> None:
    assert {"ABC123", "XYZ4071", "QRS88"} <= plate_like("seen: abc 123, XYZ4071 and QRS-88")
    assert plate_like("reads,searches\n4711,12") == set()


@pytest.mark.both_databases
@pytest.mark.usefixtures("_known")
@pytest.mark.parametrize("plate", [b"QRS8820", b"qrs 8820", b"QRS-882O", b"XYZ4071", b"XYZ 4071"])
def test_counts_with_a_plate_that_was_read_or_is_listed_are_refused_and_it_is_not_named(
    plate: bytes, recorded: Any
) -> None:
    with pytest.raises(Refused, match="in this file: line 3") as refused:
        attached(b"unit,reads,plate\n12,4711,\n14,1," + plate + b"\n")
    assert not RecordsFile.objects.exists()
    entry = recorded("records.attach")
    assert (entry.outcome, entry.clause) == ("refused", "SB40.confid")
    assert plate.decode().upper()[:3] not in str(refused.value) + str(entry.details)


@pytest.mark.usefixtures("_known")
def test_counts_without_one_are_kept() -> None:
    assert attached(b"unit,reads\nLMN 567,4711\n").name == "file"


def test_what_would_take_too_many_looks_is_refused() -> None:
    words = " ".join(f"AB{number:04}" for number in range(MOST_SEARCHED + 1)).encode()
    with pytest.raises(Refused, match="words of this file may be plates"):
        attached(words)


def pdf(text: str, change: Callable[[PdfWriter], object] = lambda _: None) -> bytes:
    paper, written = PdfWriter(), io.BytesIO()
    paper.append(PdfReader(io.BytesIO(typst.compile(text.encode()))))
    change(paper)
    paper.write(written)
    return written.getvalue()


def _layers(paper: PdfWriter) -> None:
    paper.root_object[NameObject("/OCProperties")] = DictionaryObject()


def _script(paper: PdfWriter) -> None:
    names = DictionaryObject({NameObject("/JavaScript"): DictionaryObject()})
    paper.root_object[NameObject("/Names")] = names


def _property(paper: PdfWriter) -> None:
    paper.add_metadata({"/Title": "About QRS8820"})


@pytest.mark.usefixtures("_known")
@pytest.mark.parametrize(
    ("text", "change", "why"),
    [
        ("The list has QRS 8820.", lambda _: None, "in this file: page 1"),
        ("Our contract.", _property, "in this file: its properties"),
        ("Our contract.", _layers, "The PDF has layers"),
        ("Our contract.", lambda paper: paper.add_attachment("reads.csv", b"QRS8820"), "an attached file"),
        ("Our contract.", _script, "a script"),
    ],
)
def test_a_pdf_is_searched_and_may_hide_nothing(
    text: str, change: Callable[[PdfWriter], object], why: str
) -> None:
    with pytest.raises(Refused, match=why):
        attached(pdf(text, change), Data.DOCUMENTS)
    assert not RecordsFile.objects.exists()


def test_a_plain_pdf_is_kept_as_a_document_alone() -> None:
    assert attached(pdf("Our contract."), Data.DOCUMENTS).media_type == "application/pdf"
    with pytest.raises(Refused, match="cannot be searched"):
        attached(pdf("4711 reads"))


@pytest.mark.parametrize("broken", [b"%PDF-1.7 and nothing more", pdf("Our contract.")[:700]])
def test_a_pdf_that_cannot_be_read_is_refused(broken: bytes) -> None:
    with pytest.raises(NotADocument, match="cannot be read"):
        attached(broken, Data.DOCUMENTS)


def test_an_encrypted_pdf_is_refused() -> None:
    with pytest.raises(NotADocument, match="encrypted"):
        attached(pdf("Our contract.", lambda paper: paper.encrypt("secret")), Data.DOCUMENTS)
