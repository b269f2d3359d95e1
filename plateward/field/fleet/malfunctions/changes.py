"""What a reader or the hub says of itself that was otherwise before: somebody modified it, and an authorized technician
records what was done."""

from collections.abc import Collection
from contextlib import suppress
from importlib.metadata import version
from uuid import UUID

from plateward.core.audit.actor import HUB, Actor
from plateward.core.audit.events import Event
from plateward.core.audit.log import EntryDraft, NothingToDo, act
from plateward.core.db.locking import change_row, lock_name, lock_row
from plateward.field.fleet.malfunctions.models import EquipmentChange
from plateward.field.fleet.models import Reader
from plateward.ground.policy.trace import enforces
from plateward.ground.wire.batch import Batch
from plateward.ground.wire.read import Read
from plateward.ground.wire.state import ReaderState
from plateward.people.notices.actions import notify, people_with
from plateward.people.notices.kinds import Kind
from plateward.people.permissions import Permission

PAGE = "/fleet/malfunctions/modifications/"  # the device listener knows no pages
ORDER, COPY = "order of batches", "a copy of this reader sends, too, or its disk was set back"


def note_reader(actor: Actor, reader: Reader, reads: Collection[Read], state: ReaderState | None) -> None:
    """Within the act that receives its batch: another camera link, or another software of its latest read."""
    last = max(reads, key=lambda read: read.captured_at, default=None)
    if state is not None and state.camera != reader.camera_link:
        locked = lock_row(reader)
        _note(actor, locked, "camera link", locked.camera_link, state.camera)
        change_row(locked, camera_link=state.camera)
    # Reads that waited at the reader are of the software before.
    is_newest = last and (reader.last_read_at is None or last.captured_at > reader.last_read_at)
    if last and is_newest and last.engine != reader.software:
        locked = lock_row(reader)
        _note(actor, locked, "software", locked.software, last.engine)
        change_row(locked, software=last.engine)


@enforces("6.j.i/proven", "6.b.i.9/entries")
def note_order(actor: Actor, reader: Reader, batch: Batch) -> None:
    """Within the act that receives it: it does not follow the last one that the hub has of this reader. Its reads are
    kept; what the copy's are only a person can tell. Once, until a technician records what was done."""
    if follows(batch, reader.last_batch):
        return
    locked = lock_row(reader)
    known = EquipmentChange.objects.unrecorded().filter(reader=locked, what=ORDER)
    if not follows(batch, locked.last_batch) and not known.exists():
        with act(actor, Event.EQUIPMENT_CHANGE, f"reader:{reader.name}") as entry:
            entry.note(last=str(locked.last_batch), named=str(batch.after or ""))
            text = (
                f"Reader {reader.name} sent a batch that does not follow its last one: a copy of its keys is in use, "
                "or its disk was set back. Its reads are kept. Look at the machine. If nobody restored it, revoke the "
                "reader and enroll it again under another name (OPR:50 6.j.i); else the authorized technician "
                "records what was done (6.e.iv.2)."
            )
            _record(entry, locked, ORDER, "each followed the last one", COPY, text)


def follows(batch: Batch, last: UUID | None) -> bool:
    """Whether it is the next of a reader whose last one was this, or that one again: its receipt was lost. Pure."""
    return last is None or last in (batch.after, batch.id)


def note_hub() -> None:
    """The version of the hub's own software, once it runs with another. The first is kept to tell the next one."""
    now = version("plateward")
    with suppress(NothingToDo), act(HUB, Event.EQUIPMENT_CHANGE, "system") as entry:
        lock_name("system software")
        last = EquipmentChange.objects.filter(reader=None).last()
        if last and last.after == now:
            raise NothingToDo
        before = last.after if last else ""
        _record(entry, None, "software", before, now, _text("software", None, before, now))


def _note(actor: Actor, reader: Reader, what: str, before: str, after: str) -> None:
    """What a reader says for the first time is no change."""
    if before and before != after:
        with act(actor, Event.EQUIPMENT_CHANGE, f"reader:{reader.name}") as entry:
            _record(entry, reader, what, before, after, _text(what, reader, before, after))


def _text(what: str, reader: Reader | None, before: str, after: str) -> str:
    name = f"reader {reader.name}" if reader else "the system"
    return (
        f"The {what} of {name} changed from “{before[:120]}” to “{after[:120]}”. The authorized technician who did it "
        "records the modification (OPR:50 6.e.iv.2)."
    )


@enforces("6.e.iv.2/repairs", "6.b.i.9/entries")
def _record(entry: EntryDraft, reader: Reader | None, what: str, before: str, after: str, text: str) -> None:
    entry.note(what=what, before=before, after=after)
    change = EquipmentChange.objects.create(reader=reader, what=what, before=before, after=after)
    if before:
        notify(people_with(Permission.TECHNICIAN_AUTHORIZE), Kind.MALFUNCTION_REPAIR, text, change, link=PAGE)
