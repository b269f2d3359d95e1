"""The checks of readers: heard from, on time, believed, checked at the start of the shift, with the key and the
certificate of their enrollment."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from plateward.core.audit.events import Event
from plateward.core.audit.leaf import Leaf
from plateward.core.audit.models import AuditEntry
from plateward.core.jobs.check import Check, Fault, Group, whole
from plateward.field.fleet.checks.rules import SHIFT, CheckState
from plateward.field.fleet.checks.standings import standings_at
from plateward.field.fleet.models import Reader, RingSeal
from plateward.ground import clock
from plateward.ground.policy.trace import enforces
from plateward.ground.vault.authority import CLIENT_DAYS

SILENT_AFTER = timedelta(days=3)  # a vehicle may stand over a weekend
CLOCK_OFF = timedelta(minutes=2)
WARNING = timedelta(days=60)  # before a certificate ends
DAY = timedelta(days=1)


def of_readers(problem: Callable[[Reader], str], *, revoked: bool = False) -> tuple[int, list[Fault]]:
    """How many readers there are, in use or also revoked ones, and those that have a problem."""
    readers = Reader.objects.all() if revoked else Reader.objects.filter(revoked_at=None)
    faults = [
        Fault(f"reader {reader}", text, link=reader.get_absolute_url())
        for reader in readers
        if (text := problem(reader))
    ]
    return len(readers), faults


@enforces("6.j.i/camera")
def _check_contact() -> tuple[int, list[Fault]]:
    refused = Counter(
        AuditEntry.objects.filter(event=Event.BATCH_REFUSE, at__gt=clock.now() - DAY).values_list(
            "actor_id", flat=True
        )
    )
    return of_readers(lambda reader: " ".join(_problems_of_contact(reader, refused[str(reader.pk)])))


def _problems_of_contact(reader: Reader, refused: int) -> Iterator[str]:
    quiet = clock.now() - (reader.last_seen_at or reader.enrolled_at)
    if quiet > SILENT_AFTER:
        yield f"It has not been heard for {clock.format_span(quiet)}."
    ahead = timedelta(milliseconds=reader.clock_ahead_ms or 0)
    if abs(ahead) > CLOCK_OFF:
        side = "ahead" if ahead > timedelta(0) else "behind, or its reads were delayed"
        yield f"Its clock was {clock.format_span(abs(ahead))} {side}."
    if refused:
        entries = "entry" if refused == 1 else "entries"
        yield f"What it sent was refused in the last day ({refused} {entries} on the log)."


@enforces("6.b.i.3/integrity", "6.i.ii/devices", "6.j.i/proven", "SC-28/ring")
def _check_certificates() -> tuple[int, list[Fault]]:
    """By the day of its issue: the certificate itself is with the reader. A reader is what the log says of it: one
    that was added or revived in the database would sign whatever its maker wants."""
    logged = defaultdict[tuple[str, str], list[Leaf]](list)
    for entry in AuditEntry.objects.filter(
        event__in=(Event.READER_ENROLL, Event.READER_REVOKE), outcome="done"
    ):
        if entry.leaf:  # an altered entry proves nothing
            logged[entry.event, entry.object].append(entry.leaf)

    def problems(reader: Reader) -> str:
        name = f"reader:{reader.name}"
        enrolled, revoked = (logged[event, name] for event in (Event.READER_ENROLL, Event.READER_REVOKE))
        return " ".join([*_problems_of_certificate(reader), *_problems_by_log(reader, enrolled, revoked)])

    return of_readers(problems, revoked=True)


def _problems_by_log(reader: Reader, enrolled: list[Leaf], revoked: list[Leaf]) -> Iterator[str]:
    if not enrolled:
        yield "Its enrollment is not on the log: it was added in the database."
    elif not _is_close(reader.enrolled_at, enrolled[0]):
        yield "It was not enrolled at the time that it says: this was altered."
    elif enrolled[0].details.get("key") != bytes(reader.public_key).hex():
        yield "Its key is not the one with which it was enrolled: it was altered."
    if revoked and not reader.revoked_at:
        yield "By the log it was revoked, and it is in use again: it was altered."
    elif reader.revoked_at and not (revoked and _is_close(reader.revoked_at, revoked[0])):
        yield "By the log it was not revoked at the time that it says: this was altered."


def _is_close(at: datetime, leaf: Leaf) -> bool:
    """The entry was appended when what it says was done."""
    return abs(datetime.fromisoformat(leaf.at) - at) < timedelta(minutes=1)


def _problems_of_certificate(reader: Reader) -> Iterator[str]:
    if reader.revoked_at:
        if reader.last_seen_at and reader.last_seen_at > reader.revoked_at + timedelta(minutes=1):
            yield "It was answered after it was revoked."
    else:
        ends = (reader.certified_at or reader.enrolled_at) + timedelta(days=CLIENT_DAYS)
        if ends <= clock.now():
            yield f"Its certificate expired on {clock.format_day(ends)}."
        elif ends - clock.now() < WARNING:
            yield f"Its certificate expires on {clock.format_day(ends)}."
        if reader.ring == RingSeal.NONE:
            yield "Its keys are not sealed: anyone with its disk has them."


@enforces("6.e.iv.1/missing")
def _check_shift_checks() -> tuple[int, list[Fault]]:
    now = clock.now()
    at_work = list(Reader.objects.filter(revoked_at=None, last_read_at__gt=now - SHIFT))
    standings = standings_at(at_work, now)
    return len(at_work), [
        Fault(f"reader {reader}", f"{standing.text}.", link=reader.get_absolute_url())
        for reader in at_work
        if (standing := standings[reader.pk]).state is not CheckState.PASSED
    ]


CHECKS = (
    Check(
        "fleet.contact", Group.FEEDS, "Readers: contact, clock, signatures", "readers", "6.j.i",
        "Look at the reader. If others sign in its name, revoke it and report a breach.",
        whole(_check_contact),
    ),
    Check(
        "fleet.certificates", Group.CONNECTIONS, "Certificates and keys of readers", "readers", "6.i.ii",
        "Connect the reader, which renews its certificate, or enroll it under a new name. If its key was altered, "
        "report a breach. Seal its keys at the reader: plateward keys seal.",
        whole(_check_certificates),
    ),
    Check(
        "fleet.shift_checks", Group.FEEDS, "Start-of-shift checks", "readers at work", "6.e.iv.1",
        "Have a member of the reader's unit do the check.",
        whole(_check_shift_checks),
    ),
)  # fmt: skip
