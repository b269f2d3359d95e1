"""The audit log's checks: every entry and stored tile under the heads that were signed; the heads known elsewhere; and
what the witnesses last cosigned."""

from collections.abc import Iterator
from datetime import timedelta

from django.conf import settings

from plateward.core.audit import known_heads, leaf
from plateward.core.audit.continuity import require_whole
from plateward.core.audit.head_places import HeadUnusable, head_places, is_own_key
from plateward.core.audit.log_reader import CHUNK
from plateward.core.audit.mentions import mentions_exactly, mentions_of
from plateward.core.audit.models import AuditEntry, Head, Tile
from plateward.core.audit.stored_tree import TILE_WIDTH
from plateward.core.audit.tlog.checkpoints import Checkpoint, verify_signature
from plateward.core.audit.tlog.notes import BadNote, NoteKey, parse_signatures
from plateward.core.audit.witnesses.cosigned import log_origin, state_name
from plateward.core.audit.witnesses.models import WitnessState
from plateward.core.audit.witnesses.rules import AWAY_TOO_LONG
from plateward.core.jobs.check import Check, Fault, Group, RoundStep, faults_raised, whole
from plateward.ground import clock
from plateward.ground.merkle import HASH_BYTES, Frontier, GrowingTree, leaf_hash, root_of, split_hashes
from plateward.ground.policy.trace import enforces
from plateward.ground.vault.sealing import SealBroken

ENTRIES = 500  # of a step, at least: it goes on to the next signed head


@enforces("6.b.i.3/integrity", "6.b.i.9/sealed", "AU-9/found")
def check_entries(at: str) -> Iterator[RoundStep]:
    """From one signed head to a later one. Where an entry cannot be opened, the next head gives the hashes so far."""
    begin = int(at or 0)
    heads = known_heads.current_heads(known_heads.accepted_gaps()).order_by("size")
    while head := heads.filter(size__gte=begin + ENTRIES).first() or heads.filter(size__gt=begin).last():
        faults = list(_faults_between(begin, head))
        yield RoundStep(head.size - begin, faults, str(head.size))
        begin = head.size


def _faults_between(begin: int, last: Head) -> Iterator[Fault]:
    heads = known_heads.current_heads(known_heads.accepted_gaps()).filter(
        size__gte=begin, size__lte=last.size
    )
    signed = {head.size: head for head in heads}
    tiles, since = _Tiles(), begin
    growing = _grown_to(signed.get(begin))
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
            growing, since = _grown_to(head), head.size
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


@enforces("6.h.iv/custody")
def _faults_of_mentions(entry: AuditEntry | None, things: set[bytes]) -> Iterator[Fault]:
    if entry and entry.sealed_leaf and not mentions_exactly(entry.sealed_leaf, things):
        wrong = "What it is found by was altered: an image's chain of custody may lack it."
        yield Fault(f"entry {entry.sequence:,}", wrong)


def _grown_to(head: Head | None) -> GrowingTree:
    """From a head; from nothing if there is none, or its hashes are not its own."""
    return GrowingTree((head and known_heads.frontier_of(head)) or Frontier())


def _faults_of_head(head: Head) -> Iterator[Fault]:
    signed = known_heads.signed_head(head)
    if not signed.signed_by(signed.key):
        yield Fault(
            f"head of {head.size:,} entries", "The hub's key did not sign it: it was altered or forged."
        )
    if known_heads.frontier_of(head) is None:
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
            self._loaded[level] = (number, split_hashes(data))
        return self._loaded[level][1]


@enforces("6.b.i.3/integrity", "AU-9/found")
def _check_heads() -> tuple[int, list[Fault]]:
    """The newest head in the database and each copy outside of it, none ahead of the tree."""
    faults = list(faults_raised("signed heads", require_whole))
    places = head_places()
    for place in places:
        try:
            head = place.head()
        except HeadUnusable:
            continue  # named above
        if head and not is_own_key(head.key):
            faults.append(Fault(str(place), "It names another key than the one that signed it."))
    return len(places) + 1, faults


@enforces("6.b.i.3/integrity", "AU-9/witnessed")
def _check_witnesses() -> tuple[int, list[Fault]]:
    states = WitnessState.objects.in_bulk()
    problems = {
        witness.name: _problem_of(witness.key, states.get(state_name(witness.key)))
        for witness in settings.WITNESS_POLICY.witnesses
    }
    return len(problems), [Fault(f"witness {name}", text) for name, text in problems.items() if text]


def _problem_of(key: NoteKey, state: WitnessState | None) -> str:
    """What is wrong with a witness's last word, if anything is."""
    if state is None:
        return ""  # it is asked with the next head
    if state.failing_since and clock.now() - state.failing_since >= AWAY_TOO_LONG:
        return (
            f"It has not cosigned for {clock.format_span(clock.now() - state.failing_since)}. {state.problem}"
        )
    gaps = known_heads.accepted_gaps()
    if not state.cosigned or (gaps and state.answered_at and state.answered_at.isoformat() < gaps[-1].at):
        return ""  # of the part that a restored database lost
    checkpoint = Checkpoint(log_origin(gaps), state.size, bytes(state.root))
    try:
        for signature in parse_signatures(state.cosigned):
            verify_signature(key, checkpoint, signature)
    except BadNote:
        return f"Its cosignature of {state.size:,} entries, as stored here, is not its own: it was altered."
    if not Head.objects.filter(size=state.size, root=bytes(state.root)).exists():
        return f"It cosigned {state.size:,} entries with a root that no head of this log has."
    return ""


CHECKS = (
    Check(
        "audit.entries", Group.LOG, "Entries of the log", "entries", "6.b.i.9",
        "Change nothing. Report a breach, export the log, and compare it with the last export and the witnesses.",
        check_entries, rolls=True,
    ),
    Check(
        "audit.heads", Group.LOG, "Signed heads, here and elsewhere", "places", "6.b.i.9",
        "Change nothing. If the database was not restored, report a breach.",
        whole(_check_heads), every=timedelta(minutes=10),
    ),
    Check(
        "audit.witnesses", Group.LOG, "Cosignatures of witnesses", "witnesses", "6.b.i.9",
        "Call the witness's operator. If the witness is right, change nothing and report a breach.",
        whole(_check_witnesses), every=timedelta(minutes=10),
    ),
)  # fmt: skip
