"""A check follows the manufacturer's instructions, where they are attached to the reader's model."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction

from plateward.field.fleet.checks.models import ReaderCheck
from plateward.field.fleet.instructions.rules import may_attach
from plateward.field.fleet.models import Instructions, Reader, ReaderModel
from plateward.field.fleet.testing import recorded_check
from plateward.ground.policy.decision import Allow, Refusal
from plateward.people.models import Person, Unit
from plateward.people.testing import person, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.clause("6.e.iv.1/manufacturer")]
PAGE = "/fleet/checks/models/"
PDF = b"%PDF-1.7 Check the lens first."


def attach(*readers: Reader, model: str = "Kestrel K4", content: bytes | None = PDF) -> int:
    given: dict[str, object] = {"model": model, "readers": [reader.pk for reader in readers]}
    if content is not None:
        given["file"] = SimpleUploadedFile("K4 manual.pdf", content)
    return signed_in(person("gloria")).post(PAGE, given).status_code


def test_the_check_links_the_instructions_of_the_readers_model(ada: Person, reader: Reader) -> None:
    browser = signed_in(ada)
    before = browser.get(f"/fleet/checks/{reader.pk}/check").content.decode()
    assert "none are attached to this reader" in before
    assert browser.get(f"/fleet/checks/{reader.pk}/instructions").status_code == 404
    assert attach(reader) == 302
    page = browser.get(f"/fleet/checks/{reader.pk}/check").content.decode()
    assert f'href="/fleet/checks/{reader.pk}/instructions"' in page
    assert "instructions for Kestrel K4" in page
    answer = browser.get(f"/fleet/checks/{reader.pk}/instructions")
    assert (answer.content, answer["X-Content-Type-Options"]) == (PDF, "nosniff")
    assert PDF not in bytes(Instructions.objects.values_list("content", flat=True).get()), (
        "6.i.i: sealed at rest"
    )


def test_a_check_names_the_instructions_that_it_followed(ada: Person, reader: Reader) -> None:
    recorded_check(ada, reader)
    attach(reader)
    first = Instructions.objects.get()
    recorded_check(ada, reader)
    attach(reader, model="kestrel  k4", content=b"Check the mount first.")
    recorded_check(ada, reader)
    assert [check.instructions for check in ReaderCheck.objects.order_by("pk")] == [
        None,
        first,
        Instructions.objects.latest("pk"),
    ]
    assert ReaderModel.objects.count() == 1, "whatever its case and blanks, it is one model"


def test_readers_come_to_a_model_and_leave_it_and_its_instructions_stay(reader: Reader) -> None:
    attach(reader)
    assert attach(content=None) == 302
    reader.refresh_from_db()
    assert reader.model is None
    assert attach(reader, content=None) == 302
    reader.refresh_from_db()
    assert reader.instructions == Instructions.objects.get()


@pytest.mark.parametrize(
    ("model", "content", "status"),
    [
        ("", PDF, 422),
        ("x" * 101, PDF, 422),
        (" -- ", PDF, 409),
        ("Kestrel K4", None, 409),
        ("Kestrel K4", b"", 422),
        ("Kestrel K4", b"\x00\x01 no document", 422),
        ("Kestrel K4", b"%PDF-" + bytes(10 * 1024 * 1024), 422),
    ],
)
def test_what_is_no_document_of_a_model_is_refused(
    reader: Reader, model: str, content: bytes | None, status: int
) -> None:
    assert attach(reader, model=model, content=content) == status
    assert not ReaderModel.objects.exists()


def test_only_who_keeps_readers_attaches_and_only_who_sees_the_reader_reads(
    ada: Person, carla: Person, reader: Reader
) -> None:
    attach(reader)
    for username in ("ada", "carla", "hector", "elena"):
        assert signed_in(person(username)).get(PAGE).status_code == 403
    for someone, status in ((carla, 200), (person("ben", unit=Unit.objects.create(name="Unit 14")), 409)):
        browser = signed_in(someone)
        browser.raise_request_exception = False
        assert browser.get(f"/fleet/checks/{reader.pk}/instructions").status_code == status
    for odd in ("x", "-4", "9" * 40):
        assert signed_in(person("gloria")).get(f"{PAGE}?model={odd}").status_code == 200


def test_a_model_is_named_and_has_instructions() -> None:
    assert (
        may_attach("K4", file=True, attached=False) == may_attach("K4", file=False, attached=True) == Allow()
    )
    for refused in (may_attach("-", file=True, attached=True), may_attach("K4", file=False, attached=False)):
        assert isinstance(refused, Refusal)
        assert refused.clause == "6.e.iv.1"


@pytest.mark.both_databases
@pytest.mark.clause("6.j.i/unaltered")
def test_attached_instructions_are_never_altered_or_removed(reader: Reader) -> None:
    attach(reader)
    for tamper in ("DELETE FROM fleet_instructions", "UPDATE fleet_instructions SET sha256 = 'x'"):
        refused = pytest.raises(DatabaseError, match="never altered")
        with refused, transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(tamper)
