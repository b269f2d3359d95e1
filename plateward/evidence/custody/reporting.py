"""The chain of custody as a document for a court."""

from collections.abc import Sequence
from dataclasses import dataclass

from plateward import clock
from plateward.alerts.leaving import MARKING
from plateward.audit.actor import Actor
from plateward.audit.events import Event
from plateward.audit.heads import latest_head
from plateward.audit.signatures import SignedHead
from plateward.evidence.custody.chain import Chain, CustodyEvent
from plateward.evidence.custody.folding import ChainRow, fold
from plateward.evidence.custody.sentences import Step
from plateward.pages.pdf import export_pdf
from plateward.people import days
from plateward.policy.trace import enforces
from plateward.reads.store import ReadKey, StoredRead

TEMPLATE = "evidence/custody/templates/custody/report.typ"
MOST = 2_000  # events of a report


@dataclass(frozen=True)
class Checkpoint:
    """The last signed head, by which anybody proves the entries; `covers`: whether it has all of them."""

    signed: SignedHead
    covers: bool


def checkpoint_of(chain: Chain) -> Checkpoint | None:
    """None if no head was signed yet."""
    signed = latest_head()
    last = max((event.entry for event in chain.events if event.entry is not None), default=-1)
    return Checkpoint(signed, signed.head.size > last) if signed else None


@enforces("6.h.iv", "6.e.iii", "6.b.i.11")
def export_report(actor: Actor, key: ReadKey, chain: Chain, stored: StoredRead | None, plate: str) -> bytes:
    """The PDF. `plate`: empty for whoever may not see it. Raises Refused while exports are stopped."""
    rows = rows_of(chain.events)
    data = {
        "facts": [*_read_facts(key, stored, plate), *_log_facts(checkpoint_of(chain))],
        "notice": MARKING,
        "gaps": [*chain.gaps, *left_out_of(chain, rows)],
        "withheld": chain.withheld_words,
        "events": [_row(row) for row in rows],
    }
    return export_pdf(actor, Event.CUSTODY_EXPORT, f"read:{key.id}", TEMPLATE, data)


def _read_facts(key: ReadKey, stored: StoredRead | None, plate: str) -> list[tuple[str, str]]:
    facts = [("Read", str(key.id)), ("Day of capture (UTC)", clock.format_day(key.day))]
    if stored is None:
        return [*facts, ("Kept", "No")]
    read = stored.read
    return [
        *facts,
        *([("Plate as read", f"{plate} {read.state or ''}".strip())] if plate else []),
        ("Captured", f"{days.format_time(read.captured_at)} ({read.captured_at.isoformat()})"),
        ("Camera", f"{read.camera}, reader {stored.reader}"),
        ("Vehicle picture, SHA-256", read.context_sha256),
        ("Plate picture, SHA-256", read.plate_sha256),
    ]


def _log_facts(checkpoint: Checkpoint | None) -> list[tuple[str, str]]:
    if checkpoint is None:
        return [("Signed head of the log", "None yet")]
    head = checkpoint.signed.head
    covers = "covers every entry named here" if checkpoint.covers else "does not cover the newest entries yet"
    return [
        ("Signed head of the log", f"{head.size:,} entries, signed {head.at}; {covers}"),
        ("Root of the head", head.root),
        ("Signature of the head", checkpoint.signed.signature),
    ]


def rows_of(events: Sequence[CustodyEvent]) -> list[ChainRow]:
    """Each event by itself; of more than a report has, views in a row are one, and then what the read itself says, its
    batch and the newest are kept."""
    if len(events) <= MOST:
        return [ChainRow(event, event.at, 1, event.entry) for event in events]
    rows = fold(events)
    own = [at for at, row in enumerate(rows) if row.first.entry is None or row.first.step is Step.RECEIVED]
    others = sorted(set(range(len(rows))) - set(own))
    kept = {*own, *others[max(0, len(others) - max(0, MOST - len(own))) :]}
    return [row for at, row in enumerate(rows) if at in kept]


def left_out_of(chain: Chain, rows: Sequence[ChainRow]) -> list[str]:
    """That not all of the chain is in these rows, as a sentence, if it is so."""
    left_out = len(chain.events) - sum(row.count for row in rows)
    return [
        f"{left_out:,} of the older events are left out: a report has {MOST:,} at most. How the read came, and the "
        "newest events, are there."
    ] * bool(left_out)


def words_of(row: ChainRow) -> str:
    """What happened, and how often in a row."""
    if row.count == 1:
        return row.first.what
    return f"{row.first.what} {row.count:,} times until {row.until:%H:%M:%S}, entry {row.last_entry:,}."


def _row(row: ChainRow) -> tuple[str, str, str, str, str]:
    event = row.first
    source = f", from {event.source}" if event.source else ""
    entry = "The read itself" if event.entry is None else f"{event.entry:,}"
    return (
        f"{event.at:%Y-%m-%d %H:%M:%S}",
        words_of(row),
        f"{event.who}{source}",
        event.outcome,
        f"{entry} {event.hash}",
    )
