"""The files of a package: reads as they were signed, original images, records, answers, keys."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from plateward.field.fleet.models import Reader
from plateward.field.reads.images import image_segments
from plateward.field.reads.store import ReadKey, StoredRead, configured_store
from plateward.field.reads.store.away import store_answers
from plateward.ground.policy.trace import enforces
from plateward.ground.vault.authority import Authority
from plateward.ground.vault.day_keys import DayDestroyed
from plateward.ground.wire.read import READ_PURPOSE
from plateward.work.alerts.models import Alert, Sighting
from plateward.work.evidence.verify.layout import IndexedRead
from plateward.work.evidence.verify.reads import readable

File = tuple[str, bytes]


@dataclass
class Gathered:
    """The reads of some alerts, each once: those that are kept, and the ids of those that were destroyed."""

    reads: dict[str, IndexedRead] = field(default_factory=dict)
    gone: list[str] = field(default_factory=list)


def reads_of(alerts: Sequence[int]) -> list[ReadKey]:
    """The reads that raised or joined these alerts, in order of capture, each once."""
    rows = {
        row
        for kind, of in ((Alert, "pk__in"), (Sighting, "alert__in"))
        for row in kind.objects.filter(**{of: alerts}).values_list("captured_at", "read")
    }
    keys = dict.fromkeys(ReadKey(captured.date(), read) for captured, read in sorted(rows))
    return list(keys)


def count_kept(keys: Sequence[ReadKey]) -> int:
    """How many of these reads are still kept. Raises StoreAway."""
    of_day, kept = defaultdict[date, list[UUID]](list), 0
    for key in keys:
        of_day[key.day].append(key.id)
    for day, ids in of_day.items():
        with suppress(DayDestroyed), store_answers():
            kept += len(configured_store().stored_ids(day, ids))
    return kept


@enforces("6.a.iv/download", "6.j.i/proven")
def read_files(
    key: ReadKey, keys_of: dict[str, bytes], gathered: Gathered
) -> tuple[StoredRead | None, list[File]]:
    """A read with what was signed, the signature, and both images, byte for byte. `keys_of`: public keys by reader."""
    kept = _kept(key)
    if kept is None:
        gathered.gone.append(str(key.id))
        return None, []
    stored, context, plate = kept
    indexed = IndexedRead(str(key.id), stored.reader, keys_of[stored.reader].hex())
    gathered.reads[indexed.id] = indexed
    contents = {
        "read.signed": READ_PURPOSE + b"\0" + stored.body,
        "read.sig": stored.signature,
        "read.json": readable(stored.read),
        "context.jpg": context,
        "plate.jpg": plate,
    }
    return stored, [(f"{indexed.folder}/{name}", content) for name, content in contents.items()]


def _kept(key: ReadKey) -> tuple[StoredRead, bytes, bytes] | None:
    """The read and its two images; None if it was destroyed. Looked for again if its day was sealed anew meanwhile:
    then it is elsewhere."""
    images = image_segments()
    for again in (True, False):
        try:
            stored = configured_store().get(key)
        except DayDestroyed:
            return None
        if stored is None:
            return None
        try:
            return stored, images.read(stored.context), images.read(stored.plate_image)
        except DayDestroyed:
            if not again:
                raise
    return None


def reader_keys() -> dict[str, bytes]:
    """The public key of each reader, by name: a name is never reused, and keeps its key."""
    return {name: bytes(key) for name, key in Reader.objects.values_list("name", "public_key")}


def certificates(gathered: Gathered, authority: Authority) -> Iterator[File]:
    """The agency's certificate for each reader's key."""
    for name, read in sorted({read.certificate: read for read in gathered.reads.values()}.items()):
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(read.key))
        yield name, authority.certify_reads(key, read.reader).encode()


def as_json(record: Any) -> bytes:
    """A record for people and programs."""
    return msgspec.json.format(msgspec.json.encode(record), indent=1) + b"\n"
