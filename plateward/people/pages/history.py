"""A person's history: access, suspensions, offices, training, penalties, sign-ins, edits, reviews.

Newest first; each event has its date and who decided it. Tables supply most; the audit log supplies sign-ins,
second factors and edits."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import Q

from plateward.core.audit.events import Event
from plateward.core.audit.leaf import Leaf
from plateward.core.audit.models import AuditEntry
from plateward.ground import clock
from plateward.ground.policy.trace import enforces
from plateward.people import days
from plateward.people.access.models import Access, Designation, ReviewItem, Suspension
from plateward.people.actor_names import names_of
from plateward.people.models import Person
from plateward.people.penalties.models import Note, Offense
from plateward.people.permissions import Permission, Role
from plateward.people.training.models import Record

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

_OWN_EVENTS = (
    *(Event.PERSON_FACTOR, Event.PERSON_LOGIN, Event.PERSON_LOGOUT, Event.PERSON_PASSWORD),
    Event.SCREEN_LOGIN,
)
_ACCOUNT_EVENTS = (Event.PERSON_CREATE, Event.PERSON_UPDATE)


@dataclass(frozen=True)
class HistoryEvent:
    """One event: `what`, who decided it, and `why` in their words."""

    at: datetime | None  # None, or in the future: it has not happened
    what: str
    by: str = ""
    why: str = ""
    clause: str = ""
    offense: int | None = None  # its number, for a link
    about: str = ""  # a key of TOPICS


@enforces("6.b.i.7/lists")
def history_of(person: Person, viewer: Person, topic: str = "") -> list[HistoryEvent]:
    """All that the viewer's permissions show, newest first; of one topic, if there is one of this name."""
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
        replace(event, about=about)
        for about, tell in tellers
        if topic in ("", about) or topic not in TOPICS
        if TOPICS[about][1] in viewer.permissions
        for event in tell(person)
        if event.at and event.at <= now  # a period with a planned end is still open
    ]
    names = names_of(event.by for event in events)
    events.sort(key=lambda event: event.at or now)
    return [replace(event, by=names.get(event.by, "")) for event in reversed(events)]


def _access_events(person: Person) -> Iterator[HistoryEvent]:
    for access in Access.objects.filter(person=person).select_related("unit", "supervisor"):
        role_text = f"{'emergency ' if access.kind == Access.Kind.EMERGENCY else ''}access as {Role(access.role).label}"
        where = f", {access.unit}" if access.unit else ""
        under = f", under {access.supervisor}" if access.supervisor else ""
        asked_text = f"Requested {role_text}{where}{under}"
        yield HistoryEvent(access.requested_at, asked_text, access.requested_by, access.reason)
        withdrawn = access.decision == Access.Decision.WITHDRAWN
        decided_text = f"{'Withdrawn' if withdrawn else access.get_decision_display()}: {role_text}{where}"
        yield HistoryEvent(access.decided_at, decided_text, access.decided_by, access.decision_reason)
        if access.begins and access.decided_at and access.begins > access.decided_at:
            yield HistoryEvent(access.begins, f"Began: {role_text}", access.decided_by)
        yield HistoryEvent(access.ends, f"Ended: {role_text}", access.ended_by, access.end_reason)


def _suspension_events(person: Person) -> Iterator[HistoryEvent]:
    for suspension in Suspension.objects.filter(person=person):
        kind_text, end = suspension.get_kind_display().lower(), "Restored after"
        if suspension.ends == suspension.begins:
            end = "Canceled before it began"
        else:
            begun_text = f"Suspended: {kind_text}"
            yield HistoryEvent(suspension.begins, begun_text, suspension.begun_by, suspension.reason)
        yield HistoryEvent(suspension.ends, f"{end}: {kind_text}", suspension.ended_by, suspension.end_reason)


def _office_events(person: Person) -> Iterator[HistoryEvent]:
    for designation in Designation.objects.filter(person=person):
        office, made_by = designation.get_office_display(), designation.made_by
        begins = max(designation.made_at, designation.begins)
        yield HistoryEvent(begins, f"Designated {office}", made_by, designation.document, "6.b.i")
        yield HistoryEvent(designation.ends, f"Designation as {office} ended", designation.ended_by)


def _review_events(person: Person) -> Iterator[HistoryEvent]:
    for review_item in ReviewItem.objects.filter(access__person=person):
        text = f"Yearly review: {review_item.get_decision_display().lower()}"
        yield HistoryEvent(review_item.decided_at, text, review_item.decided_by, review_item.note)


def _training_events(person: Person) -> Iterator[HistoryEvent]:
    for record in Record.objects.filter(person=person).select_related("course"):
        score = f", {record.score.normalize():f} percent" if record.score is not None else ""
        proof = f" ({record.document})" if record.document else ""
        day = clock.format_day(record.completed_on)
        yield HistoryEvent(
            record.recorded_at,
            f"Took {record.course} on {day}{score}",
            record.recorded_by,
            f"Issued by {record.issuer}{proof}.",
            record.course.clause,
        )
        withdrawn_text = f"Record withdrawn: {record.course} of {day}"
        yield HistoryEvent(record.withdrawn_at, withdrawn_text, record.withdrawn_by, record.withdrawn_reason)


def _penalty_events(person: Person) -> Iterator[HistoryEvent]:
    for offense in Offense.objects.filter(person=person).prefetch_related("notes"):
        until = f"until {days.format_time(offense.ends)}" if offense.ends else "permanently"
        text = f"Offense against {offense.clause}: access revoked {until}"
        yield HistoryEvent(offense.begins, text, offense.recorded_by, offense.what, "6.g.i", offense.pk)
        for note in offense.notes.all():
            note_text = f"{note.get_kind_display()}, by {note.by}"
            yield HistoryEvent(note.at, note_text, note.noted_by, note.text, offense=offense.pk)
        if not any(note.kind == Note.Kind.GRANTED for note in offense.notes.all()):
            yield HistoryEvent(offense.ends, "The revocation expired", offense=offense.pk)


def _account_events(person: Person) -> Iterator[HistoryEvent]:
    own = Q(actor_id=person.username, actor_kind="person")
    about = Q(object=f"person:{person.username}")
    own_entries = AuditEntry.objects.filter(own, event__in=_OWN_EVENTS)
    others_entries = AuditEntry.objects.filter(
        Q(event__in=_ACCOUNT_EVENTS) | (Q(event=Event.PERSON_FACTOR) & ~own), about
    )
    for entries in (own_entries, others_entries):
        for entry in entries.order_by("-at", "-sequence")[:MAX_ENTRIES]:
            if entry.leaf is None:
                yield HistoryEvent(entry.at, "This entry of the audit log was altered")
            else:
                by = f"{entry.actor_kind}:{entry.actor_id}"
                # The entry is written when the whole act is done, which may include the access request.
                at = person.created if entry.leaf.event == Event.PERSON_CREATE else entry.at
                yield HistoryEvent(at, _entry_text(entry.leaf), by, entry.leaf.reason)


def _entry_text(leaf: Leaf) -> str:
    detail: dict[str, Any] = leaf.details
    undone = "" if leaf.outcome == "done" else f" ({leaf.outcome})"
    match leaf.event:
        case Event.PERSON_LOGIN:
            text = f"Signed in from {leaf.address or 'an unknown address'}"
        case Event.SCREEN_LOGIN:
            text = f"Signed in at the screen of {detail.get('reader', 'a reader')}"
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
