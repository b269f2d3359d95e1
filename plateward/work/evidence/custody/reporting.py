"""The chain of custody as a page has it, where what one person did again and again within minutes is one row, and as a
document for a court."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.timezone import localtime

from plateward.core.audit.actor import Actor
from plateward.core.audit.events import Event
from plateward.core.audit.heads import latest_head
from plateward.core.audit.signatures import SignedHead
from plateward.core.pages.marking import MARKING
from plateward.core.pages.pdf import export_pdf
from plateward.field.reads.store import ReadKey, StoredRead
from plateward.ground import clock
from plateward.ground.policy.trace import enforces
from plateward.people import days
from plateward.work.evidence.custody.chain import Chain, CustodyEvent
from plateward.work.evidence.custody.sentences import CustodyStep

TEMPLATE = "work/evidence/templates/custody/report.typ"
MOST = 2_000  # rows of a report
WITHIN = timedelta(minutes=5)
FOLDED = frozenset({CustodyStep.VIEWED, CustodyStep.REPORTED})


@dataclass(frozen=True)
class ChainRow:
    """One or more events; `first` is displayed."""

    first: CustodyEvent
    until: datetime
    count: int = 1
    last_entry: int | None = None


def fold(events: Iterable[CustodyEvent]) -> list[ChainRow]:
    """The rows of a chain, in its order. Only views are folded, and none that was refused or altered."""
    rows: list[ChainRow] = []
    for event in events:
        if rows and _is_again(rows[-1], event):
            last = rows.pop()
            rows.append(ChainRow(last.first, event.at, last.count + 1, event.entry))
        else:
            rows.append(ChainRow(event, event.at, 1, event.entry))
    return rows


def _is_again(row: ChainRow, event: CustodyEvent) -> bool:
    first = row.first
    same = (event.step, event.who, event.source) == (first.step, first.who, first.source)
    return (
        same
        and event.step in FOLDED
        and event.outcome == first.outcome == "done"
        and event.at - row.until <= WITHIN
    )


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


@enforces("6.h.iv/custody", "6.e.iii/marked", "6.b.i.11/contained")
def export_report(actor: Actor, key: ReadKey, chain: Chain, stored: StoredRead | None, plate: str) -> bytes:
    """The PDF. `plate`: empty for whoever may not see it. Raises Refused while exports are stopped."""
    rows = rows_of(chain.events)
    data = {
        "facts": [*_read_facts(key, stored, plate), *_log_facts(checkpoint_of(chain))],
        "notice": MARKING,
        "gaps": [*chain.gaps, *left_out_of(chain, rows)],
        "withheld": chain.withheld_words,
        "events": [printed_row(row, row.first.hash) for row in rows],
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
    """The chain for paper: views in a row are one. Of more rows than a report has, what the read itself says, its batch
    and the newest are kept."""
    rows = fold(events)
    own = {
        at for at, row in enumerate(rows) if row.first.entry is None or row.first.step is CustodyStep.RECEIVED
    }
    others = [at for at in range(len(rows)) if at not in own]
    kept = own.union(others[max(0, len(others) - max(0, MOST - len(own))) :])
    return [row for at, row in enumerate(rows) if at in kept]


def left_out_of(chain: Chain, rows: Sequence[ChainRow]) -> list[str]:
    """That not all of the chain is in these rows, as a sentence, if it is so."""
    left_out = len(chain.events) - sum(row.count for row in rows)
    return [
        f"{left_out:,} of the older events are left out: a report has {MOST:,} at most. How the read came, and the "
        "newest events, are there."
    ] * bool(left_out)


def printed_row(row: ChainRow, *more: str) -> tuple[str, str, str, str, str]:
    """When, what, who and from where, the outcome if it was not done, and its entry. `more`: of the entry."""
    event = row.first
    who = f"{event.who}, from {event.source}" if event.source else event.who
    outcome = "" if event.outcome == "done" else event.outcome.capitalize()
    entry = "The read itself" if event.entry is None else f"{event.entry:,}"
    what = event.what
    if row.count > 1:
        what += f" {row.count:,} times until {localtime(row.until):%H:%M:%S}."
        entry += f" to {row.last_entry:,}"
    return _time(event.at), what, who, outcome, " ".join([entry, *more]).strip()


def _time(moment: datetime) -> str:
    at = localtime(moment)
    return f"{clock.format_day(at)}, {at:%H:%M:%S %Z}"
