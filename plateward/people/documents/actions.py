"""A protocol drafted, decided by the Chief, withdrawn, acknowledged."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Max

from plateward.core.audit.actor import Actor
from plateward.core.audit.events import Event
from plateward.core.audit.log import EntryDraft, act
from plateward.core.db.locking import change_row, lock_name, lock_row
from plateward.core.pages.documents import PDF, NotADocument, UploadedDocument, media_type_of
from plateward.ground import clock
from plateward.ground.policy.decision import require
from plateward.ground.policy.trace import enforces
from plateward.people import days
from plateward.people.actor import PersonActor
from plateward.people.actor_names import people_named
from plateward.people.documents import rules
from plateward.people.documents.audience import access_of, accesses_at, binds_access, people_bound
from plateward.people.documents.models import (
    Original,
    Protocol,
    ProtocolAcknowledgment,
    ProtocolReview,
    ProtocolVersion,
)
from plateward.people.models import Person
from plateward.people.notices.actions import notify, people_with, settle_matter
from plateward.people.notices.kinds import Kind
from plateward.people.permissions import Permission, Role
from plateward.people.training.actions.changes import Change, open_duties
from plateward.people.training.models import Duty

ASKED = (Kind.PROTOCOL_ACKNOWLEDGE, Kind.PROTOCOL_REMIND)
CONTENT = (
    "title",
    "kind",
    "summary",
    "text",
    "effective_on",
    "acknowledge_within",
    "review_on",
    "roles",
    "units",
    "courses",
    "retrain_within",
)


@dataclass(frozen=True)
class Draft:
    """What an author writes; without an `original`, a draft keeps the one it has."""

    title: str
    kind: str
    summary: str
    text: str
    effective_on: date
    acknowledge_within: int | None
    roles: Sequence[str]
    units: Sequence[str]
    original: UploadedDocument | None = None
    courses: Sequence[str] = ()  # their codes
    retrain_within: int | None = None
    review_on: date | None = None


@enforces("6.b.i.1/versions")
def save_draft(
    actor: Actor, protocol: Protocol | None, draft: Draft, *, seen: str, submit: bool
) -> ProtocolVersion:
    """Save the draft of a protocol's next version, or of a new protocol, and submit it to the Chief. `seen`: the hash
    of the draft that was edited. Raises Refused and NotADocument."""
    with act(actor, Event.PROTOCOL_DRAFT, f"protocol:{protocol.pk}" if protocol else "protocols") as entry:
        lock_name("protocols.titles")
        protocol = lock_row(protocol) if protocol else Protocol.objects.create()
        last = protocol.versions.aggregate(last=Max("number"))["last"] or 0
        version = protocol.versions.filter(approved_at=None).first() or ProtocolVersion(
            protocol=protocol, number=last + 1
        )
        others = ProtocolVersion.objects.filter(title__iexact=draft.title, protocol__withdrawn_at=None)
        require(
            rules.may_save(
                withdrawn=protocol.withdrawn_at is not None,
                title_taken=others.exclude(protocol=protocol).exists(),
                seen=seen,
                current=version.sha256,
            )
        )
        if submit:
            require(rules.names_courses(version.number, draft.courses))
        for name in CONTENT:
            setattr(version, name, getattr(draft, name))
        if draft.original:
            version.original = _keep_original(draft.original)
        version.sha256 = rules.fingerprint(
            *(getattr(version, name) for name in CONTENT),
            version.original.sha256 if version.original else "",
        )
        version.drafted_by, version.drafted_at = actor.key, clock.now()
        version.submitted_at = clock.now() if submit else None
        written = (*CONTENT, "original", "sha256", "drafted_by", "drafted_at", "submitted_at")
        version.save(update_fields=written if version.pk else None)
        entry.note(protocol=protocol.pk, submitted=submit)
        _note(entry, version)
        settle_matter(Kind.PROTOCOL_ANSWER, version)
        settle_matter(Kind.PROTOCOL_DECIDE, version)
        if submit:
            chiefs = people_with(Permission.PROTOCOL_APPROVE)
            text = f"{version} waits for the Chief's approval."
            notify(chiefs.exclude(username=actor.id), Kind.PROTOCOL_DECIDE, text, version)
    return version


def _note(entry: EntryDraft, version: ProtocolVersion) -> None:
    entry.note(title=version.title, version=version.number, sha256=version.sha256)


def _keep_original(given: UploadedDocument) -> Original:
    if media_type_of(given.content) != PDF:
        raise NotADocument(
            "The file is not a PDF. Save it as one; the text itself goes into the field.", "original"
        )
    sha256 = hashlib.sha256(given.content).hexdigest()
    return Original.objects.create(
        file_name=given.name, size=len(given.content), sha256=sha256, content=given.content
    )


@enforces("6.i.i/aes")
def read_original(original: Original) -> bytes:
    """The PDF as it was uploaded. Raises SealBroken if it was altered."""
    return bytes(original.content)


@enforces("6.b.i.1/versions", "6.b.i.1/acknowledged")
def approve(actor: Actor, version: ProtocolVersion, seen: str) -> ProtocolVersion:
    """The Chief approves the version of this hash; whom it binds is asked to acknowledge it. Raises Refused."""
    with act(actor, Event.PROTOCOL_APPROVE, f"protocol:{version.protocol_id}") as entry:
        version = _lock_undecided(actor, version, seen)
        require(rules.may_take_effect(version.effective_on, days.today()))
        require(rules.names_courses(version.number, version.courses))
        now = clock.now()
        effective_at = max(days.start_of(version.effective_on), now)
        change_row(version, approved_at=now, approved_by=actor.key, effective_at=effective_at)
        _note(entry, version)
        _answer(version, f"{version} is approved.")
        for earlier in version.protocol.versions.defer("text"):  # this one is the review of those before it
            settle_matter(Kind.PROTOCOL_REVIEW, earlier)
        people = Person.objects.filter(pk__in=people_bound(version, accesses_at(now)))
        day = clock.format_day(version.effective_on)
        text = f"Read and acknowledge the protocol “{version.title}”, version {version.number}, in effect from {day}."
        notify(people, Kind.PROTOCOL_ACKNOWLEDGE, text, version)
        if version.courses:
            open_duties(actor, _change_of(version))
    return version


@enforces("6.d.iv/policy")
def _change_of(version: ProtocolVersion) -> Change:
    """The change of policy that a version is, for those it binds."""
    today = days.today()
    bound = people_bound(version, accesses_at(clock.now())) if version.units else {}
    roles = version.roles or [role.value for role in Role]
    return Change(
        Duty.Kind.POLICY,
        reference=f"Protocol {version.protocol_id}, version {version.number}",
        title=str(version),
        what=version.summary,
        happened_on=today,
        courses=tuple(version.courses),
        people=tuple(Person.objects.filter(pk__in=bound).order_by("pk")),
        roles=() if version.units else tuple(map(Role, roles)),
        retrain_due=rules.retrain_by(version.effective_on, version.retrain_within, today),
    )


@enforces("6.b.i.1/versions")
def return_draft(actor: Actor, version: ProtocolVersion, seen: str, reason: str) -> None:
    """The Chief returns the version of this hash to its author, with the reason. Raises Refused."""
    with act(actor, Event.PROTOCOL_RETURN, f"protocol:{version.protocol_id}", reason=reason) as entry:
        version = _lock_undecided(actor, version, seen)
        require(rules.states_why(reason))
        change_row(version, submitted_at=None, returned_note=reason.strip())
        _note(entry, version)
        _answer(version, f"{version} is returned: {version.returned_note}")


def _lock_undecided(actor: Actor, version: ProtocolVersion, seen: str) -> ProtocolVersion:
    protocol, version = lock_row(version.protocol), lock_row(version)
    require(
        rules.may_decide(
            withdrawn=protocol.withdrawn_at is not None,
            approved=version.approved_at is not None,
            submitted=version.submitted_at is not None,
            own=version.drafted_by == actor.key,
            seen=seen,
            current=version.sha256,
        )
    )
    return version


def _answer(version: ProtocolVersion, text: str) -> None:
    settle_matter(Kind.PROTOCOL_DECIDE, version)
    notify(people_named(version.drafted_by), Kind.PROTOCOL_ANSWER, text, version)


@enforces("6.b.i.1/versions")
def withdraw(actor: Actor, protocol: Protocol, reason: str) -> None:
    """The Chief withdraws a protocol: from now on it binds nobody, and stays readable. Raises Refused."""
    with act(actor, Event.PROTOCOL_WITHDRAW, f"protocol:{protocol.pk}", reason=reason):
        locked = lock_row(protocol)
        latest = locked.versions.exclude(approved_at=None).first()
        require(rules.may_withdraw(locked.withdrawn_at is not None, latest is not None))
        require(rules.states_why(reason))
        locked.withdrawn_at, locked.withdrawn_by = clock.now(), actor.key
        locked.withdrawn_reason = reason.strip()
        locked.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason"])
        for version in locked.versions.defer("text"):
            for kind in (*ASKED, Kind.PROTOCOL_DECIDE, Kind.PROTOCOL_ESCALATE, Kind.PROTOCOL_REVIEW):
                settle_matter(kind, version)
        if latest:
            people = Person.objects.filter(pk__in=people_bound(latest, accesses_at(clock.now())))
            text = f"The protocol “{latest.title}” is withdrawn: {reason.strip()}"
            notify(people, Kind.PROTOCOL_WITHDRAW, text, latest)


@enforces("6.b.i.1/due")
def record_review(actor: Actor, version: ProtocolVersion, note: str) -> None:
    """A version was reviewed and stays as it is: its next review is due in a year. Raises Refused."""
    with act(actor, Event.PROTOCOL_REVIEW, f"protocol:{version.protocol_id}", reason=note) as entry:
        lock_row(version.protocol)
        _note(entry, version)
        in_force = ProtocolVersion.objects.in_force(clock.now()).filter(pk=version.pk).exists()
        require(rules.may_record_review(in_force=in_force, note=note))
        ProtocolReview.objects.create(version=version, by=actor.key, note=note.strip())
        settle_matter(Kind.PROTOCOL_REVIEW, version)


@enforces("6.b.i.1/acknowledged")
def acknowledge(actor: PersonActor, version: ProtocolVersion, shown: str) -> None:
    """The person acknowledges the version that their page showed (`shown`: its hash); a second time changes nothing.
    Raises Refused."""
    with act(actor, Event.PROTOCOL_ACKNOWLEDGE, f"protocol:{version.protocol_id}") as entry:
        _note(entry, version)
        require(
            rules.may_acknowledge(
                binding=binds_access(version, access_of(actor.person, clock.now())),
                standing=is_current(version),
                shown=shown,
                current=version.sha256,
            )
        )
        ProtocolAcknowledgment.objects.get_or_create(
            version=version, person=actor.person, defaults={"sha256": version.sha256}
        )
        for kind in ASKED:
            settle_matter(kind, version, [actor.person])


def is_current(version: ProtocolVersion) -> bool:
    """Whether this version is in effect, or is approved and will be."""
    if version.approved_at is None or version.effective_at is None:
        return False
    coming = version.effective_at > clock.now() and version.protocol.withdrawn_at is None
    return coming or ProtocolVersion.objects.in_force(clock.now()).filter(pk=version.pk).exists()
