"""What a reader or the system reports changed is a modification that an authorized technician records."""

from collections.abc import Callable
from uuid import UUID

import msgspec
import pytest
from django.db import DatabaseError, transaction
from uuid_utils.compat import uuid7

from plateward.core.audit.leaf import Leaf
from plateward.field.fleet.malfunctions import actions, changes
from plateward.field.fleet.malfunctions.models import EquipmentChange, Modification
from plateward.field.fleet.models import Reader
from plateward.ground.wire import encode
from plateward.ground.wire.batch import decode_receipt
from plateward.ground.wire.state import ReaderState
from plateward.people.models import Person
from plateward.people.notices.models import Notice
from plateward.people.testing import acting, person, signed_in
from plateward.testing.roadside import Roadside

pytestmark = [pytest.mark.django_db, pytest.mark.clause("6.e.iv.2/repairs")]
PAGE = "/fleet/malfunctions/modifications/"
DONE = "Put in the new camera, and pointed it at the rear."


def says(roadside: Roadside, camera: str) -> None:
    body = encode(msgspec.structs.replace(roadside.batch(), state=ReaderState((), camera)))
    decode_receipt(roadside.post(body).content)


@pytest.mark.both_databases
@pytest.mark.clause("6.b.i.9/entries")
def test_another_camera_is_noticed_shown_on_the_readers_page_and_recorded_by_the_technician(
    ada: Person, roadside: Roadside, recorded: Callable[[str], Leaf]
) -> None:
    gloria, frank = signed_in(person("gloria")), person("frank")
    says(roadside, "attached to the reader")
    assert not EquipmentChange.objects.exists(), "what it says first is no change"
    for _ in range(2):
        says(roadside, "rtsps://camera-2, TLS")
    change = EquipmentChange.objects.get()
    assert recorded("equipment.change").details == {
        "what": "camera link",
        "before": "attached to the reader",
        "after": "rtsps://camera-2, TLS",
    }
    [notice] = Notice.objects.filter(to__username="gloria")
    assert "camera link of reader unit-12 changed" in notice.text
    own = Reader.objects.get().get_absolute_url()
    for page in (own, PAGE):
        html = gloria.get(page).content.decode()
        assert "Not recorded yet" in html
        assert "rtsps://camera-2, TLS; before: attached to the reader" in html
    actions.authorize_technician(acting("gloria"), frank, "", "Certified by the manufacturer in March.")
    actions.record_modification(acting("frank"), Reader.objects.get(), DONE, "")
    change.refresh_from_db()
    assert change.recorded == Modification.objects.get()
    notice.refresh_from_db()
    assert notice.settled_at
    for page in (own, PAGE):
        html = gloria.get(page).content.decode()
        assert "Not recorded yet" not in html
        assert "rtsps://camera-2, TLS; before: attached to the reader" in html
    with pytest.raises(DatabaseError, match="never altered"), transaction.atomic():
        EquipmentChange.objects.update(after="attached to the reader")


def test_other_software_is_noticed_of_the_newest_reads_alone(
    roadside: Roadside, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = roadside.photo()
    roadside.send(roadside.photo())
    first = Reader.objects.get().software
    assert first
    Reader.objects.update(software="an older engine")
    roadside.send(late)
    assert not EquipmentChange.objects.exists(), "a read that waited is of the software before"
    roadside.send(roadside.photo())
    change = EquipmentChange.objects.get()
    assert (change.what, change.before, change.after) == ("software", "an older engine", first)


def test_another_version_of_the_system_is_noticed_once(
    recorded: Callable[[str], Leaf], monkeypatch: pytest.MonkeyPatch
) -> None:
    gloria, frank = person("gloria"), person("frank")
    changes.note_hub()
    assert not Notice.objects.exists(), "there is no version before the first"
    monkeypatch.setattr(changes, "version", lambda _: "99.0")
    for _ in range(2):
        changes.note_hub()
    assert recorded("equipment.change").details["after"] == "99.0"
    [notice] = Notice.objects.filter(to=gloria)
    assert "The software of the system changed" in notice.text
    actions.authorize_technician(acting("gloria"), frank, "", "Certified by the manufacturer in March.")
    made = actions.record_modification(acting("frank"), None, "Upgraded the system to 99.0.", "")
    assert EquipmentChange.objects.get(recorded=made).after == "99.0"
    assert EquipmentChange.objects.filter(recorded=None).count() == 1, "the first one needs no record"


class Sending:
    """A reader that says what its batches follow (reader/batches.py)."""

    def __init__(self, roadside: Roadside, number: UUID, after: UUID) -> None:
        self.roadside, self.number, self.after = roadside, number, after

    def copy(self) -> "Sending":
        return Sending(self.roadside, self.number, self.after)

    def send(self, *, receipt_lost: bool = False) -> None:
        batch = self.roadside.batch(self.roadside.photo())
        body = encode(msgspec.structs.replace(batch, id=self.number, after=self.after))
        receipt = decode_receipt(self.roadside.post(body).content)
        assert len(receipt.accepted) == 1, "whatever it follows, a read is evidence"
        if not receipt_lost:
            self.number, self.after = uuid7(), self.number


@pytest.mark.both_databases
@pytest.mark.clause("6.j.i/proven", "6.b.i.9/entries")
@pytest.mark.parametrize("first", ["the copy", "the reader"])
def test_a_copy_of_a_reader_is_noticed_whichever_of_both_sends_first(
    roadside: Roadside, recorded: Callable[[str], Leaf], first: str
) -> None:
    gloria = signed_in(person("gloria"))
    reader = Sending(roadside, uuid7(), uuid7())
    reader.send()
    copy = reader.copy()
    one, other = (copy, reader) if first == "the copy" else (reader, copy)
    one.send()
    one.send()
    assert not EquipmentChange.objects.exists()
    last = one.after
    for each in (other, one, other):
        each.send()
    assert EquipmentChange.objects.get().what == "order of batches"
    assert recorded("equipment.change").details["last"] == str(last)
    [notice] = Notice.objects.filter(to__username="gloria")
    assert "a copy of its keys is in use, or its disk was set back" in notice.text
    html = gloria.get(Reader.objects.get().get_absolute_url()).content.decode()
    assert "a copy of this reader sends, too" in html
    actions.authorize_technician(acting("gloria"), person("frank"), "", "Certified by the manufacturer.")
    actions.record_modification(acting("frank"), Reader.objects.get(), "Restored its disk by mistake.", "")
    other.send()
    one.send()
    assert EquipmentChange.objects.unrecorded().count() == 1, "it is a copy still"


@pytest.mark.both_databases
@pytest.mark.clause("6.j.i/proven")
def test_an_honest_reader_is_no_copy_where_receipts_are_lost_and_batches_shrink(roadside: Roadside) -> None:
    reader = Sending(roadside, uuid7(), uuid7())
    for lost in (False, True, True, False, True, False):
        reader.send(receipt_lost=lost)
    assert not EquipmentChange.objects.exists()


@pytest.mark.clause("6.j.i/proven")
def test_who_leaves_out_what_its_batches_follow_is_noticed_too(roadside: Roadside) -> None:
    Sending(roadside, uuid7(), uuid7()).send()
    assert not EquipmentChange.objects.exists()
    roadside.send(roadside.photo())
    assert EquipmentChange.objects.get().what == "order of batches"
