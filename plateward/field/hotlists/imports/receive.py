"""Receives a file part by part, with a size limit, and seals it."""

import hashlib
from collections.abc import Iterable

from django.db import transaction

from plateward.core.audit.actor import Actor
from plateward.core.audit.events import Event
from plateward.core.audit.log import act
from plateward.field.hotlists.imports import formats, store
from plateward.field.hotlists.imports.models import Part
from plateward.field.hotlists.imports.rows import NotAList
from plateward.field.hotlists.imports.text import MAX_BYTES, bounded, too_large
from plateward.field.hotlists.models import HotList, Load
from plateward.ground import clock
from plateward.ground.policy.trace import enforces

MAX_NAME = 60
State = Load.State


@enforces("6.f.i.1/review")
def begin_load(actor: Actor, name: str, source: str, file_name: str, format: str, size: int = 0) -> Load:
    """Announce a file for a list, creating the list if the name is new. `size`: bytes, if known. Raises
    NotAList."""
    for label, text in (("The list's name", name), ("The source", source)):
        if not (1 <= len(text) <= MAX_NAME and text.isprintable()):
            raise NotAList(f"{label} must have 1 to {MAX_NAME} printable characters.")
    with act(actor, Event.HOTLIST_PREVIEW, f"hotlist:{name}") as entry:
        entry.note(file=file_name, format=format)
        if size > MAX_BYTES:
            raise too_large()
        reference = formats.current_reference(format)
        kind = HotList.Kind.NCIC if source.strip().upper() == "NCIC" else HotList.Kind.OUTSIDE
        hotlist, _ = HotList.objects.get_or_create(name=name, defaults={"source": source, "kind": kind})
        if hotlist.source != source:
            raise NotAList(
                f"The list {name} is from {hotlist.source}, not {source}. Enter its source, or another name."
            )
        if hotlist.retired_at:
            raise NotAList(f"The list {name} is retired and cannot be loaded. Enter another name.")
        if hotlist.kind == HotList.Kind.AGENCY:
            raise NotAList(
                f"The list {name} is this agency's own: a supervisor approves each entry, so no file can replace "
                "them (OPR:50 6.f.i.1). Enter another name."
            )
        return Load.objects.create(
            hotlist=hotlist, file_name=file_name[:200], format=reference, by=actor.key, looked_at=clock.now()
        )


def add_part(load: Load, number: int, content: bytes) -> None:
    """Store one part of the file; parts are numbered from 0 and come in order. Raises NotAList."""
    with transaction.atomic():
        locked = Load.objects.select_for_update(no_key=True).get(pk=load.pk)
        if locked.state != State.RECEIVING:
            raise NotAList("This file was already received.")
        if (
            number != Part.objects.filter(load=load, kind=Part.Kind.FILE).count()
            or len(content) > store.PART_BYTES
        ):
            raise NotAList("The parts of the file arrived out of order. Load the file again.")
        if locked.size + len(content) > MAX_BYTES:
            raise too_large()
        store.put_part(load, Part.Kind.FILE, number, content)
        Load.objects.filter(pk=load.pk).update(size=locked.size + len(content), looked_at=clock.now())


@enforces("6.b.i.9/entries")
def finish_load(actor: Actor, load: Load) -> Load:
    """Mark the file complete: it waits for its preview. Raises NotAList if that was done already."""
    digest = hashlib.sha256()
    for chunk in store.read_parts(load, Part.Kind.FILE):
        digest.update(chunk)
    with act(actor, Event.HOTLIST_PREVIEW, f"hotlist:{load.hotlist.name}") as entry:
        load.sha256 = digest.hexdigest()
        received = {"sha256": load.sha256, "state": State.RECEIVED}
        if not Load.objects.filter(pk=load.pk, state=State.RECEIVING).update(**received):
            raise NotAList("This file was already received.")
        load.refresh_from_db()
        entry.note(load=load.pk, file=load.file_name, sha256=load.sha256, bytes=load.size)
    return load


def receive_file(
    actor: Actor,
    name: str,
    source: str,
    file_name: str,
    content: Iterable[bytes],
    format: str = formats.CSV,
    size: int = 0,
) -> Load:
    """Receive a file that is at hand, from beginning to end. On NotAList, nothing is kept."""
    load = begin_load(actor, name, source, file_name, format, size)
    try:
        for number, piece in enumerate(_pieces(bounded(content))):
            add_part(load, number, piece)
        return finish_load(actor, load)
    except BaseException:
        store.delete_parts(load)
        Load.objects.filter(pk=load.pk).update(state=State.FAILED, error="It was not fully received.")
        raise


def _pieces(chunks: Iterable[bytes]) -> Iterable[bytes]:
    buffer = bytearray()
    for chunk in chunks:
        buffer += chunk
        while len(buffer) >= store.PART_BYTES:
            yield bytes(buffer[: store.PART_BYTES])
            del buffer[: store.PART_BYTES]
    if buffer:
        yield bytes(buffer)
