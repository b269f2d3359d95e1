"""A person's story, newest first: access, interruptions, offices, training, penalties, sign-ins, edits, reviews.

Each happening has its date and by whose decision. What is recorded in tables comes from them; sign-ins, second
factors and edits come from the audit log."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from plateward import clock
from plateward.audit.events import Event
from plateward.audit.leaf import Leaf
from plateward.audit.models import Entry
from plateward.people import days
from plateward.people.access.models import Access, Designation, Interruption, ReviewItem
from plateward.people.courses.models import Record
from plateward.people.deciders import named
from plateward.people.models import Person
from plateward.people.offenses.models import Note, Offense
from plateward.people.permissions import Permission, Role
from plateward.policy.trace import enforces

# What a story is about, and the duty without which that part is not told.
ABOUT: dict[str, tuple[str, Permission]] = {
    "access": ("Access", Permission.PERSON_VIEW),
    "training": ("Training", Permission.TRAINING_VIEW),
    "penalties": ("Penalties", Permission.PERSON_VIEW),
    "account": ("Account and sign-ins", Permission.PERSON_VIEW),
}
FACTORS = {
    "directory": "the directory's",
    "recovery_codes": "recovery codes",
    "totp": "one-time codes",
    "webauthn": "passkey or security key",
}
ENTRIES = 200  # of the audit log, the latest; the whole is on the log's own page

_OWN = (Event.PERSON_FACTOR, Event.PERSON_LOGIN, Event.PERSON_LOGOUT, Event.PERSON_PASSWORD)
_ABOUT_THEM = (Event.PERSON_CREATE, Event.PERSON_UPDATE)


@dataclass(frozen=True)
class Happening:
    """One thing that happened: `what`, by whose decision, and `why` in their words."""

    at: datetime
    about: str  # of ABOUT
    what: str
    by: str = ""
    why: str = ""
    clause: str = ""
    offense: int | None = None  # its number, for a link


@enforces("6.b.i.7")
def story(person: Person, viewer: Person) -> list[Happening]:
    """All that the viewer's duties let them read, newest first."""
    tellers: tuple[tuple[str, Callable[[Person], Iterator[Happening]]], ...] = (
        ("access", _access),
        ("access", _interruptions),
        ("access", _offices),
        ("access", _reviews),
        ("training", _training),
        ("penalties", _penalties),
        ("account", _account),
    )
    now = clock.now()
    found = [
        one
        for about, tell in tellers
        if ABOUT[about][1] in viewer.permissions
        for one in tell(person)
        if one.at <= now  # what has an end set in advance has not ended yet
    ]
    names = named(one.by for one in found)
    found = sorted((replace(one, by=names.get(one.by, "")) for one in found), key=lambda one: one.at)
    return found[::-1]


def _access(person: Person) -> Iterator[Happening]:
    for one in Access.objects.filter(person=person).select_related("unit", "supervisor"):
        what = f"{'emergency ' if one.kind == Access.Kind.EMERGENCY else ''}access as {Role(one.role).label}"
        where = f", {one.unit}" if one.unit else ""
        under = f", under {one.supervisor}" if one.supervisor else ""
        yield Happening(
            one.requested_at, "access", f"Asked for {what}{where}{under}", one.requested_by, one.reason
        )
        if one.decided_at:
            decided = "Withdrawn" if one.decision == Access.Decision.WITHDRAWN else one.get_decision_display()
            yield Happening(
                one.decided_at, "access", f"{decided}: {what}{where}", one.decided_by, one.decision_reason
            )
        if one.begins and one.decided_at and one.begins > one.decided_at:
            yield Happening(one.begins, "access", f"Began: {what}", one.decided_by)
        if one.ends:
            yield Happening(one.ends, "access", f"Ended: {what}", one.ended_by, one.end_reason)


def _interruptions(person: Person) -> Iterator[Happening]:
    for one in Interruption.objects.filter(person=person):
        what = one.get_kind_display()
        if one.ends == one.begins:
            yield Happening(
                one.begins,
                "access",
                f"Taken back before it began: {what.lower()}",
                one.ended_by,
                one.end_reason,
            )
            continue
        yield Happening(one.begins, "access", f"Interrupted: {what.lower()}", one.begun_by, one.reason)
        if one.ends:
            yield Happening(
                one.ends, "access", f"Restored after: {what.lower()}", one.ended_by, one.end_reason
            )


def _offices(person: Person) -> Iterator[Happening]:
    for one in Designation.objects.filter(person=person):
        office = one.get_office_display()
        yield Happening(
            max(one.made_at, one.begins), "access", f"Designated {office}", one.made_by, one.document, "6.b.i"
        )
        if one.ends:
            yield Happening(one.ends, "access", f"Designation as {office} ended", one.ended_by)


def _reviews(person: Person) -> Iterator[Happening]:
    reviewed = ReviewItem.objects.filter(access__person=person).exclude(decided_at=None)
    for one in reviewed:
        if one.decided_at:
            decision = one.get_decision_display().lower()
            yield Happening(one.decided_at, "access", f"Yearly review: {decision}", one.decided_by, one.note)


def _training(person: Person) -> Iterator[Happening]:
    for one in Record.objects.filter(person=person).select_related("course"):
        score = f", {one.score.normalize():f} per cent" if one.score is not None else ""
        proof = f" ({one.document})" if one.document else ""
        yield Happening(
            one.recorded_at,
            "training",
            f"Took {one.course} on {clock.written(one.completed_on)}{score}",
            one.recorded_by,
            f"Issued by {one.issuer}{proof}.",
            one.course.clause,
        )
        if one.withdrawn_at:
            yield Happening(
                one.withdrawn_at,
                "training",
                f"Record withdrawn: {one.course} of {clock.written(one.completed_on)}",
                one.withdrawn_by,
                one.withdrawn_reason,
            )


def _penalties(person: Person) -> Iterator[Happening]:
    for one in Offense.objects.filter(person=person).prefetch_related("notes"):
        until = f"until {days.told(one.ends)}" if one.ends else "for good"
        yield Happening(
            one.begins,
            "penalties",
            f"Offense against {one.clause}: access revoked {until}",
            one.recorded_by,
            one.what,
            "6.g.i",
            one.pk,
        )
        lifted = False
        for note in one.notes.all():
            lifted = lifted or note.kind == Note.Kind.GRANTED
            what = f"{note.get_kind_display()}, by {note.by}"
            yield Happening(note.at, "penalties", what, note.noted_by, note.text, offense=one.pk)
        if one.ends and not lifted:
            yield Happening(one.ends, "penalties", "The revocation ended by itself", offense=one.pk)


def _account(person: Person) -> Iterator[Happening]:
    me = f"person:{person.username}"
    own = Entry.objects.filter(who_id=person.username, who_kind="person", event__in=_OWN)
    others = Entry.objects.filter(event__in=(*_ABOUT_THEM, Event.PERSON_FACTOR), object=me)
    others = others.exclude(who_kind="person", who_id=person.username, event=Event.PERSON_FACTOR)
    for entries in (own, others):
        for entry in entries.order_by("-at", "-sequence")[:ENTRIES]:
            if entry.leaf is None:
                yield Happening(entry.at, "account", "This entry of the audit log was altered")
            else:
                by = f"{entry.who_kind}:{entry.who_id}"
                # The entry is written when the whole act is done, which may have asked for access, too.
                at = person.created if entry.leaf.event == Event.PERSON_CREATE else entry.at
                yield Happening(at, "account", _told(entry.leaf), by, entry.leaf.reason)


def _told(leaf: Leaf) -> str:
    detail: dict[str, Any] = leaf.details
    undone = "" if leaf.outcome == "done" else f" ({leaf.outcome})"
    match leaf.event:
        case Event.PERSON_LOGIN:
            what = f"Signed in from {leaf.address or 'an unknown address'}"
        case Event.PERSON_LOGOUT:
            what = "Signed out"
        case Event.PERSON_PASSWORD:
            what = "Password changed"
        case Event.PERSON_FACTOR:
            kind = FACTORS.get(str(detail.get("type")), "of a kind not recorded")
            what = f"Second factor {detail.get('change', 'tried')}: {kind}"
        case Event.PERSON_CREATE:
            what = "Account created"
        case _:
            what = _edited(detail)
    return what + undone


def _edited(detail: dict[str, Any]) -> str:
    changed = [name.removesuffix("_before") for name in detail if name.endswith("_before")]
    told = [
        f"{name} from “{detail[f'{name}_before']}” to “{detail.get(f'{name}_after')}”" for name in changed
    ]
    return f"Changed {', '.join(told)}" if told else "Account changed"


def about(happenings: Iterable[Happening], asked: str) -> list[Happening]:
    """Those of one kind; all where none, or no known one, was asked for."""
    return [one for one in happenings if asked not in ABOUT or one.about == asked]
