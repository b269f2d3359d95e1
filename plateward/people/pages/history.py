"""A person's history: access, suspensions, offices, training, penalties, sign-ins, edits, reviews.

Newest first; each event has its date and who decided it. Tables supply most; the audit log supplies sign-ins,
second factors and edits."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from plateward import clock
from plateward.audit.events import Event
from plateward.audit.leaf import Leaf
from plateward.audit.models import AuditEntry
from plateward.people import days
from plateward.people.access.models import Access, Designation, ReviewItem, Suspension
from plateward.people.actor_names import names_of
from plateward.people.courses.models import Record
from plateward.people.models import Person
from plateward.people.offenses.models import Note, Offense
from plateward.people.permissions import Permission, Role
from plateward.policy.trace import enforces

# The parts of a history, and the permission that each part needs.
TOPICS: dict[str, tuple[str, Permission]] = {
    "access": ("Access", Permission.PERSON_VIEW),
    "training": ("Training", Permission.TRAINING_VIEW),
    "penalties": ("Penalties", Permission.PERSON_VIEW),
    "account": ("Account and sign-ins", Permission.PERSON_VIEW),
}
FACTOR_TEXTS = {
    "directory": "the directory's",
    "recovery_codes": "recovery codes",
    "totp": "one-time codes",
    "webauthn": "passkey or security key",
}
MAX_ENTRIES = 200  # the latest audit entries; the log's own page has them all

_OWN_EVENTS = (Event.PERSON_FACTOR, Event.PERSON_LOGIN, Event.PERSON_LOGOUT, Event.PERSON_PASSWORD)
_ACCOUNT_EVENTS = (Event.PERSON_CREATE, Event.PERSON_UPDATE)


@dataclass(frozen=True)
class HistoryEvent:
    """One event: `what`, who decided it, and `why` in their words."""

    at: datetime
    about: str  # a key of ABOUT
    what: str
    by: str = ""
    why: str = ""
    clause: str = ""
    offense: int | None = None  # its number, for a link


@enforces("6.b.i.7")
def history_of(person: Person, viewer: Person) -> list[HistoryEvent]:
    """All that the viewer's permissions show, newest first."""
    tellers: tuple[tuple[str, Callable[[Person], Iterator[HistoryEvent]]], ...] = (
        ("access", _access_events),
        ("access", _suspension_events),
        ("access", _office_events),
        ("access", _review_events),
        ("training", _training_events),
        ("penalties", _penalty_events),
        ("account", _account_events),
    )
    now = clock.now()
    events = [
        event
        for about, tell in tellers
        if TOPICS[about][1] in viewer.permissions
        for event in tell(person)
        if event.at <= now  # a period with a planned end is still open
    ]
    names = names_of(event.by for event in events)
    events = sorted(
        (replace(event, by=names.get(event.by, "")) for event in events), key=lambda event: event.at
    )
    return events[::-1]


def _access_events(person: Person) -> Iterator[HistoryEvent]:
    for access in Access.objects.filter(person=person).select_related("unit", "supervisor"):
        role_text = f"{'emergency ' if access.kind == Access.Kind.EMERGENCY else ''}access as {Role(access.role).label}"
        where = f", {access.unit}" if access.unit else ""
        under = f", under {access.supervisor}" if access.supervisor else ""
        yield HistoryEvent(
            access.requested_at,
            "access",
            f"Asked for {role_text}{where}{under}",
            access.requested_by,
            access.reason,
        )
        if access.decided_at:
            decided = (
                "Withdrawn" if access.decision == Access.Decision.WITHDRAWN else access.get_decision_display()
            )
            yield HistoryEvent(
                access.decided_at,
                "access",
                f"{decided}: {role_text}{where}",
                access.decided_by,
                access.decision_reason,
            )
        if access.begins and access.decided_at and access.begins > access.decided_at:
            yield HistoryEvent(access.begins, "access", f"Began: {role_text}", access.decided_by)
        if access.ends:
            yield HistoryEvent(
                access.ends, "access", f"Ended: {role_text}", access.ended_by, access.end_reason
            )


def _suspension_events(person: Person) -> Iterator[HistoryEvent]:
    for suspension in Suspension.objects.filter(person=person):
        kind_text = suspension.get_kind_display()
        if suspension.ends == suspension.begins:
            yield HistoryEvent(
                suspension.begins,
                "access",
                f"Taken back before it began: {kind_text.lower()}",
                suspension.ended_by,
                suspension.end_reason,
            )
            continue
        yield HistoryEvent(
            suspension.begins,
            "access",
            f"Suspended: {kind_text.lower()}",
            suspension.begun_by,
            suspension.reason,
        )
        if suspension.ends:
            yield HistoryEvent(
                suspension.ends,
                "access",
                f"Restored after: {kind_text.lower()}",
                suspension.ended_by,
                suspension.end_reason,
            )


def _office_events(person: Person) -> Iterator[HistoryEvent]:
    for designation in Designation.objects.filter(person=person):
        office = designation.get_office_display()
        yield HistoryEvent(
            max(designation.made_at, designation.begins),
            "access",
            f"Designated {office}",
            designation.made_by,
            designation.document,
            "6.b.i",
        )
        if designation.ends:
            yield HistoryEvent(
                designation.ends, "access", f"Designation as {office} ended", designation.ended_by
            )


def _review_events(person: Person) -> Iterator[HistoryEvent]:
    reviewed = ReviewItem.objects.filter(access__person=person).exclude(decided_at=None)
    for review_item in reviewed:
        if review_item.decided_at:
            decision = review_item.get_decision_display().lower()
            yield HistoryEvent(
                review_item.decided_at,
                "access",
                f"Yearly review: {decision}",
                review_item.decided_by,
                review_item.note,
            )


def _training_events(person: Person) -> Iterator[HistoryEvent]:
    for training_record in Record.objects.filter(person=person).select_related("course"):
        score = (
            f", {training_record.score.normalize():f} per cent" if training_record.score is not None else ""
        )
        proof = f" ({training_record.document})" if training_record.document else ""
        yield HistoryEvent(
            training_record.recorded_at,
            "training",
            f"Took {training_record.course} on {clock.format_day(training_record.completed_on)}{score}",
            training_record.recorded_by,
            f"Issued by {training_record.issuer}{proof}.",
            training_record.course.clause,
        )
        if training_record.withdrawn_at:
            yield HistoryEvent(
                training_record.withdrawn_at,
                "training",
                f"Record withdrawn: {training_record.course} of {clock.format_day(training_record.completed_on)}",
                training_record.withdrawn_by,
                training_record.withdrawn_reason,
            )


def _penalty_events(person: Person) -> Iterator[HistoryEvent]:
    for offense in Offense.objects.filter(person=person).prefetch_related("notes"):
        until = f"until {days.format_time(offense.ends)}" if offense.ends else "for good"
        yield HistoryEvent(
            offense.begins,
            "penalties",
            f"Offense against {offense.clause}: access revoked {until}",
            offense.recorded_by,
            offense.what,
            "6.g.i",
            offense.pk,
        )
        lifted = False
        for note in offense.notes.all():
            lifted = lifted or note.kind == Note.Kind.GRANTED
            note_text = f"{note.get_kind_display()}, by {note.by}"
            yield HistoryEvent(note.at, "penalties", note_text, note.noted_by, note.text, offense=offense.pk)
        if offense.ends and not lifted:
            yield HistoryEvent(
                offense.ends, "penalties", "The revocation ended by itself", offense=offense.pk
            )


def _account_events(person: Person) -> Iterator[HistoryEvent]:
    me = f"person:{person.username}"
    own = AuditEntry.objects.filter(actor_id=person.username, actor_kind="person", event__in=_OWN_EVENTS)
    others_entries = AuditEntry.objects.filter(event__in=(*_ACCOUNT_EVENTS, Event.PERSON_FACTOR), object=me)
    others_entries = others_entries.exclude(
        actor_kind="person", actor_id=person.username, event=Event.PERSON_FACTOR
    )
    for entries in (own, others_entries):
        for entry in entries.order_by("-at", "-sequence")[:MAX_ENTRIES]:
            if entry.leaf is None:
                yield HistoryEvent(entry.at, "account", "This entry of the audit log was altered")
            else:
                by = f"{entry.actor_kind}:{entry.actor_id}"
                # The entry is written when the whole act is done, which may include the access request.
                at = person.created if entry.leaf.event == Event.PERSON_CREATE else entry.at
                yield HistoryEvent(at, "account", _entry_text(entry.leaf), by, entry.leaf.reason)


def _entry_text(leaf: Leaf) -> str:
    detail: dict[str, Any] = leaf.details
    undone = "" if leaf.outcome == "done" else f" ({leaf.outcome})"
    match leaf.event:
        case Event.PERSON_LOGIN:
            text = f"Signed in from {leaf.address or 'an unknown address'}"
        case Event.PERSON_LOGOUT:
            text = "Signed out"
        case Event.PERSON_PASSWORD:
            text = "Password changed"
        case Event.PERSON_FACTOR:
            kind = FACTOR_TEXTS.get(str(detail.get("type")), "of a kind not recorded")
            text = f"Second factor {detail.get('change', 'tried')}: {kind}"
        case Event.PERSON_CREATE:
            text = "Account created"
        case _:
            text = _edit_text(detail)
    return text + undone


def _edit_text(detail: dict[str, Any]) -> str:
    changed = [name.removesuffix("_before") for name in detail if name.endswith("_before")]
    changes = [
        f"{name} from “{detail[f'{name}_before']}” to “{detail.get(f'{name}_after')}”" for name in changed
    ]
    return f"Changed {', '.join(changes)}" if changes else "Account changed"


def of_topic(happenings: Iterable[HistoryEvent], topic: str) -> list[HistoryEvent]:
    """The events of one kind; all of them when the kind is empty or unknown."""
    return [event for event in happenings if topic not in TOPICS or event.about == topic]
