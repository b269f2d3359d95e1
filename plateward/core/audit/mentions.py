"""What an entry names besides its object. A page of pictures or an export concerns many reads: each is a row beside the
log, by which the entry is found at once however long the log is. The rows are keyed: without the key ring they name
nothing. The entry itself holds how many it has, and their digest, so that none is added or taken away unseen."""

import hmac
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from hashlib import sha256
from typing import TypeVar

from django.conf import settings
from django.db import connection

from plateward.core.audit.events import Event
from plateward.core.audit.leaf import Detail, Leaf
from plateward.core.audit.models import AuditEntry, Mention
from plateward.ground.matching.partial import folded_pattern
from plateward.ground.policy.trace import enforces

COUNT, DIGEST = "mentions", "mentions_sha256"  # details of an entry
THING_BYTES = 16
AT_ONCE = 500

Item = TypeVar("Item")


def thing_key(thing: str) -> bytes:
    """What stands in the table for "read:<id>"."""
    return hmac.digest(settings.RING.key("audit mentions"), thing.encode(), "sha256")[:THING_BYTES]


def plate_thing(plate: str) -> str:
    """The thing that entries about a plate mention, partial or not: look-alikes are one."""
    return f"plate:{folded_pattern(plate)}"


def mention_details(things: Collection[bytes]) -> dict[str, Detail]:
    """What an entry with these keyed things says of them."""
    return {COUNT: len(things), DIGEST: sha256(b"".join(sorted(things))).hexdigest()} if things else {}


def insert_mentions(rows: Sequence[tuple[int, bytes]]) -> None:
    """Add (entry, keyed thing), within the transaction of their entries."""
    if rows:
        with connection.cursor() as cursor:
            cursor.executemany("INSERT INTO audit_mention (entry, thing) VALUES (%s, %s)", rows)


def mentions_exactly(leaf: Leaf, things: Collection[bytes]) -> bool:
    """Whether these keyed things are exactly those that the entry names."""
    stated = {name: leaf.details[name] for name in (COUNT, DIGEST) if name in leaf.details}
    return stated == mention_details(things)


@enforces("6.h.iv/custody")
def entries_about(things: Iterable[str], events: Iterable[Event] = Event) -> list[AuditEntry]:
    """The entries of these events that have one of these as their object, or mention it; oldest first."""
    names, codes = sorted(set(things)), {event.value for event in events}
    sequences: set[int] = set()
    # Two questions, each for one index: as one, PostgreSQL reads the whole log. The events are looked at here: asked
    # for them too, SQLite may go by the index of all entries of an event.
    for some in batched(names):
        rows = AuditEntry.objects.filter(object__in=some).order_by().values_list("sequence", "event")
        sequences.update(sequence for sequence, event in rows if event in codes)
        keys = [thing_key(name) for name in some]
        sequences.update(Mention.objects.filter(thing__in=keys).values_list("entry", flat=True))
    return [
        entry
        for some in batched(sorted(sequences))
        for entry in AuditEntry.objects.filter(sequence__in=some)
        if entry.event in codes
    ]


@enforces("6.h.iv/custody")
def mentions_of(entries: Collection[int]) -> dict[int, set[bytes]]:
    """The keyed things that each of these entries mentions."""
    mentioned: dict[int, set[bytes]] = defaultdict(set)
    for some in batched(sorted(entries)):
        for entry, thing in Mention.objects.filter(entry__in=some).values_list("entry", "thing"):
            mentioned[entry].add(bytes(thing))
    return mentioned


def batched(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    """So many at once that any database takes them in one question."""
    return (items[start : start + AT_ONCE] for start in range(0, len(items), AT_ONCE))
