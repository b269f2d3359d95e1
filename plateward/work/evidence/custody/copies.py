"""A copy of an image leaves: with its person's name all over it, and on the log before it does."""

import hashlib
from dataclasses import dataclass
from uuid import uuid4

from plateward.core.audit.events import Event
from plateward.core.audit.log import act
from plateward.core.pages.export_stop import may_leave
from plateward.core.pages.marking import MARKING
from plateward.field.reads.pictures import picture_of
from plateward.field.reads.store import StoredRead
from plateward.field.reads.watermark import CopyMark, marked_copy
from plateward.ground import clock
from plateward.ground.errors import PlatewardError
from plateward.ground.policy.decision import Refusal, require
from plateward.ground.policy.trace import enforces
from plateward.people import days
from plateward.people.actor import PersonActor
from plateward.work.alerts.leaving import Release, may_take_along


@dataclass(frozen=True)
class Why:
    """Why an image is taken along; `search`: the searcher's own that shows it."""

    release: Release
    search: int | None = None


@dataclass(frozen=True)
class Copies:
    """What leaves: its number, the mark that it bears, and JPEGs."""

    number: str
    mark: str
    images: tuple[bytes, ...]


@enforces("6.h.iv/custody", "6.h.iv/safeguard", "6.e.iii/marked", "6.h.iii/approval", "6.b.i.9/entries")
def copy_images(
    actor: PersonActor, event: Event, stored: StoredRead, images: tuple[str, ...], why: Why
) -> Copies:
    """Marked copies of these pictures, for a file or a printed page; `event` says which. Raises Refused; NotAPicture;
    StoreAway; DayDestroyed; LogUnavailable, and then nothing leaves."""
    number = uuid4().hex[:12]
    mark = f"{actor.name} ({actor.id}) · {days.format_time(clock.now())} · copy {number}"
    decision, content, failed = may_take_along(why.release, clock.now()), [], None
    if not isinstance(decision, Refusal):
        # Before the act, whose transaction would otherwise stay open meanwhile.
        try:
            content = [marked_image(stored, image, mark) for image in images]
        except PlatewardError as error:
            failed = error
    with act(actor, event, f"read:{stored.read.id}", reason=why.release.why) as entry:
        entry.note(export=number, number=why.release.number, search=why.search, **why.release.notes)
        require(may_leave())
        require(decision)
        if failed:
            raise failed
        for image, copy in zip(images, content, strict=True):
            digest = hashlib.sha256(copy).hexdigest()
            entry.note(**{f"{image}_sha256": digest, f"{image}_original": digest_of(stored, image)})
        entry.note(image=images[0] if len(images) == 1 else "both", bytes=sum(map(len, content)))
    return Copies(number, mark, tuple(content))


@enforces("6.h.iv/safeguard", "6.e.iii/marked")
def marked_image(stored: StoredRead, which: str, mark: str) -> bytes:
    """A marked copy of one picture, as a JPEG. Its caller puts that on the log. Raises NotAPicture;
    StoreAway; DayDestroyed."""
    original = picture_of(stored, which)
    lines = (
        mark,
        MARKING,
        f"A marked copy, not the original. Read {stored.read.id}, captured "
        f"{days.format_time(stored.read.captured_at)}. SHA-256 of the original: {digest_of(stored, which)}",
    )
    return marked_copy(original, CopyMark(mark, lines))


def digest_of(stored: StoredRead, which: str) -> str:
    """SHA-256 of one picture as its reader signed it."""
    return stored.read.context_sha256 if which == "context" else stored.read.plate_sha256
