"""The audit log's checks: every entry and stored tile under the heads that were signed; the heads known elsewhere."""

from collections.abc import Iterator
from datetime import timedelta

from django.conf import settings

from plateward.audit import known_heads, leaf
from plateward.audit.continuity import require_whole
from plateward.audit.head_places import HeadUnusable, head_places
from plateward.audit.log_reader import CHUNK
from plateward.audit.mentions import mentions_exactly, mentions_of
from plateward.audit.merkle import HASH_BYTES, Frontier, GrowingTree, leaf_hash, root_of
from plateward.audit.models import AuditEntry, Head, Tile
from plateward.audit.signatures import public_key_text
from plateward.audit.tlog.tiles import TILE_WIDTH
from plateward.jobs.check import Check, Fault, Group, Step, faults_raised, whole
from plateward.policy.trace import enforces
from plateward.vault.sealing import SealBroken

ENTRIES = 500  # of a step, at least: it goes on to the next signed head


@enforces("6.b.i.3", "6.b.i.9", "AU-9")
def look_at_entries(at: str) -> Iterator[Step]:
    """From one signed head to a later one. Where an entry cannot be opened, the next head gives the hashes so far."""
    begin = int(at or 0)
    heads = known_heads.current_heads(known_heads.accepted_gaps()).order_by("size")
    while head := heads.filter(size__gte=begin + ENTRIES).first() or heads.filter(size__gt=begin).last():
        faults = list(_faults_between(begin, head))
        yield Step(head.size - begin, faults, str(head.size))
        begin = head.size


def _faults_between(begin: int, last: Head) -> Iterator[Fault]:
    heads = known_heads.current_heads(known_heads.accepted_gaps()).filter(
        size__gte=begin, size__lte=last.size
    )
    signed = {head.size: head for head in heads}
    tiles, since = _Tiles(), begin
    growing = GrowingTree(_frontier_of(signed[begin]) if begin in signed else Frontier())
    intact = growing.size == begin  # its hashes are all known
    for sequence, entry, things in _entries(begin, last.size):
        hashed = None
        try:
            hashed = _leaf_hash(entry)
            growing.append(hashed)
        except _Wrong as wrong:
            yield Fault(f"entry {sequence:,}", str(wrong))
            intact = False
        yield from _faults_of_mentions(entry, things)
        yield from tiles.compare(sequence, hashed)
        if head := signed.get(sequence + 1):
            yield from _faults_of_head(head)
            if intact and growing.frontier().root() != bytes(head.root):
                yield Fault(
                    f"entries {since:,} to {sequence:,}",
                    f"One or more were altered with their leaves: they are not those that were signed {head.at}.",
                )
            growing, since = GrowingTree(_frontier_of(head)), head.size
            intact = growing.size == head.size


def _entries(begin: int, end: int) -> Iterator[tuple[int, AuditEntry | None, set[bytes]]]:
    """Each number with its entry, None if that is missing, and what it mentions."""
    for start in range(begin, end, CHUNK):
        until = min(end, start + CHUNK)
        rows = AuditEntry.objects.filter(sequence__gte=start, sequence__lt=until).in_bulk()
        mentions = mentions_of(rows)
        for sequence in range(start, until):
            yield sequence, rows.get(sequence), mentions[sequence]


class _Wrong(Exception):
    """What is wrong with an entry, in a sentence."""


def _leaf_hash(entry: AuditEntry | None) -> bytes:
    if entry is None:
        raise _Wrong("It is missing.")
    try:
        covered = leaf.read_line(entry.line()).covered
    except (SealBroken, ValueError) as error:
        raise _Wrong("It was altered or moved: it does not open.") from error
    if entry.differing:
        names = ", ".join(sorted(difference.column for difference in entry.differing))
        raise _Wrong(
            f"Its search columns were altered ({names}): they do not say what the sealed entry says."
        )
    return leaf_hash(covered)


@enforces("6.h.iv")
def _faults_of_mentions(entry: AuditEntry | None, things: set[bytes]) -> Iterator[Fault]:
    if entry and entry.sealed_leaf and not mentions_exactly(entry.sealed_leaf, things):
        wrong = "What it is found by was altered: an image's chain of custody may lack it."
        yield Fault(f"entry {entry.sequence:,}", wrong)


def _frontier_of(head: Head) -> Frontier:
    """The head's own frontier; an empty one if that is not its own."""
    try:
        frontier = Frontier.load(head.size, bytes(head.frontier))
    except ValueError:
        return Frontier()
    return frontier if frontier.root() == bytes(head.root) else Frontier()


def _faults_of_head(head: Head) -> Iterator[Fault]:
    signed = known_heads.signed_head(head)
    if not signed.signed_by(signed.key):
        yield Fault(
            f"head of {head.size:,} entries", "The hub's key did not sign it: it was altered or forged."
        )
    if _frontier_of(head).size != head.size:
        yield Fault(
            f"head of {head.size:,} entries", "The hashes beside it were altered: they are not its own."
        )


class _Tiles:
    """The stored tiles of the leaves that are passed in order, and of the levels above them."""

    def __init__(self) -> None:
        self._loaded: dict[int, tuple[int, list[bytes]]] = {}  # by level

    def compare(self, number: int, hashed: bytes | None, level: int = 0) -> Iterator[Fault]:
        """Compare a hash of this level with its tile, and a tile that ends here with the level above."""
        tile, place = divmod(number, TILE_WIDTH)
        stored = self._load(level, tile)
        if not stored:
            return
        if hashed and hashed != stored[place]:
            yield Fault(
                f"tile {tile:,} of level {level}", "It was altered: it does not have the log's hashes."
            )
        if place == TILE_WIDTH - 1:
            yield from self.compare(tile, root_of(stored), level + 1)

    def _load(self, level: int, number: int) -> list[bytes]:
        if self._loaded.get(level, (None,))[0] != number:
            row = Tile.objects.filter(level=level, number=number).first()
            data = bytes(row.hashes).ljust(TILE_WIDTH * HASH_BYTES) if row else b""
            self._loaded[level] = (
                number,
                [data[at : at + HASH_BYTES] for at in range(0, len(data), HASH_BYTES)],
            )
        return self._loaded[level][1]


@enforces("6.b.i.3", "AU-9")
def _look_at_heads() -> tuple[int, list[Fault]]:
    """The newest head in the database and each copy outside of it, none ahead of the tree."""
    faults = list(faults_raised("signed heads", require_whole))
    own = public_key_text(settings.RING.signing("audit"))
    places = head_places()
    for place in places:
        try:
            head = place.head()
        except HeadUnusable:
            continue  # named above
        if head and head.key != own:
            faults.append(Fault(str(place), "It names another key than the one that signed it."))
    return len(places) + 1, faults


CHECKS = (
    Check(
        "audit.entries", Group.LOG, "Entries of the log", "entries", "6.b.i.9",
        "Change nothing. Report a breach, export the log, and compare it with the last export and the witnesses.",
        look_at_entries, rolls=True,
    ),
    Check(
        "audit.heads", Group.LOG, "Signed heads, here and elsewhere", "places", "6.b.i.9",
        "Change nothing. If the database was not restored, report a breach.",
        whole(_look_at_heads), every=timedelta(minutes=10),
    ),
)  # fmt: skip
