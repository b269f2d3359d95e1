"""The configuration signed and countersigned, and its drift alarmed: each an act with its entry."""

import logging
from contextlib import suppress

from plateward.core.audit.actor import HUB
from plateward.core.audit.events import Event
from plateward.core.audit.log import NothingToDo, act
from plateward.core.db.locking import change_row, lock_name, lock_row
from plateward.ground import clock
from plateward.ground.policy.decision import require
from plateward.ground.policy.trace import enforces
from plateward.people import signed
from plateward.people.actor import PersonActor
from plateward.people.actor_names import people_named
from plateward.people.models import Person
from plateward.people.notices.actions import notify, people_with, settle_matter
from plateward.people.notices.kinds import Kind
from plateward.people.permissions import Permission, Role
from plateward.people.sharing import public, rules
from plateward.people.sharing.limits import differences
from plateward.people.sharing.models import PublicChange, SharingDocument, SharingDrift
from plateward.people.sharing.running import canonical, drift_now, running, sections

LOCK = "people.sharing"
log = logging.getLogger(__name__)


def waiting_document() -> SharingDocument | None:
    """The newest, if the Chief has not decided it."""
    newest = SharingDocument.objects.first()
    return newest if newest and newest.decided_at is None else None


@enforces("6.h.i/release", "SB40.confid/audit", "AC-4/flow")
def turn(actor: PersonActor, what: str, reason: str, *, on: bool) -> None:
    """Turn on or off what everybody may see. Off is off at once; on is given once it is signed. Raises Refused."""
    with act(actor, Event.SHARING_PUBLISH, f"public:{what}", reason=reason) as entry:
        entry.note(on=on)
        lock_name(LOCK)
        require(rules.may_turn(reason, same=(what in public.turned_on()) is on))
        PublicChange.objects.create(what=what, on=on, reason=reason.strip(), by=actor.person)


@enforces("AC-3/signed", "AC-4/flow", "6.b.i.3/sharing")
def sign(actor: PersonActor, seen: str, why: str) -> SharingDocument:
    """The administrator signs what runs now; `seen`: the digest of what their page showed. Raises Refused."""
    with act(actor, Event.SHARING_SIGN, "sharing", reason=why) as entry:
        lock_name(LOCK)
        now, text, before = running(), canonical(running()), signed.read_in_force()
        waiting = waiting_document()
        in_force = "" if before.problem else signed.digest_of(canonical(before.sections))
        digest = signed.digest_of(text)
        require(rules.may_sign(seen, digest, in_force, waiting.sha256 if waiting else "", why))
        made = SharingDocument.objects.create(text=text, sha256=digest, why=why.strip(), signed_by=actor.key)
        found = differences(sections(), before.sections, now, clock.now()) if before.number else []
        entry.note(document=made.pk, sha256=digest, differences=[each.text for each in found])
        if waiting:
            settle_matter(Kind.SHARING_DECIDE, waiting)
        chiefs = people_with(Permission.SHARING_COUNTERSIGN)
        words = (
            f"{actor.person} signed sharing configuration {made.pk}, which waits for the Chief (CJIS AC-3)."
        )
        notify(chiefs.exclude(pk=actor.person.pk), Kind.SHARING_DECIDE, words, made)
    return made


def seen_by(document: SharingDocument) -> str:
    """What a decision on this document rests on: it, and what it is compared with."""
    return f"{document.sha256}:{signed.read_in_force().number}"


@enforces("AC-3/signed", "AC-4/flow", "6.b.i.3/sharing")
def decide(actor: PersonActor, document: SharingDocument, seen: str, *, approve: bool, note: str) -> None:
    """The Chief puts it in force, or returns it. Raises Refused."""
    event = Event.SHARING_COUNTERSIGN if approve else Event.SHARING_RETURN
    with act(actor, event, f"sharing:{document.pk}", reason=note) as entry:
        lock_name(LOCK)
        document = lock_row(document)
        require(
            rules.may_decide(
                own=document.signed_by == actor.key,
                newest=document == SharingDocument.objects.first(),
                decided=document.decided_at is not None,
                as_seen=seen == seen_by(document),
            )
        )
        digest = signed.digest_of(document.text)
        if approve:
            require(rules.may_countersign(digest, signed.digest_of(canonical(running()))))
        else:
            require(rules.may_return(note))
        entry.note(document=document.pk, sha256=digest)
        now = clock.now()
        change_row(document, decided_at=now, decided_by=actor.key, approved=approve, note=note.strip())
        settle_matter(Kind.SHARING_DECIDE, document)
        result = "is in force" if approve else f"was returned: {note.strip()}"
        notify(people_named(document.signed_by), Kind.SHARING_ANSWER, f"{document} {result}"[:400], document)
    signed.forget()


@enforces("6.b.i.3/sharing", "AC-3/signed")
def watch_drift() -> None:
    """Alarms once that what runs is not what is signed, and says when that is over. A job of every node."""
    open_drift = SharingDrift.objects.filter(ended_at=None).first()
    found = drift_now()
    if [*found.lines] == (open_drift.lines if open_drift else []):
        return
    event = Event.SHARING_DRIFT if found.lines else Event.SHARING_AGREE
    with suppress(NothingToDo), act(HUB, event, "sharing") as entry:
        lock_name(LOCK)
        current = SharingDrift.objects.select_for_update(no_key=True).filter(ended_at=None).first()
        if current != open_drift:
            raise NothingToDo
        if current:
            change_row(current, ended_at=clock.now())
            settle_matter(Kind.SHARING_DRIFT, current)
        if not found.lines:
            return
        entry.note(wider=found.wider, differences=list(found.lines))
        made = SharingDrift.objects.create(lines=list(found.lines), wider=found.wider)
        told = Person.objects.filter(role__in=(Role.ADMINISTRATOR, Role.CHIEF, Role.CJIS_OFFICER))
        meanwhile = "The wider access is not given meanwhile. " if found.wider else ""
        words = (
            f"Sharing differs from the signed configuration (CJIS AC-3). {meanwhile}{' '.join(found.lines)}"
        )
        notify(told, Kind.SHARING_DRIFT, words[:400], made)
    if found.lines:
        log.critical("Sharing differs from the signed configuration. %s", " ".join(found.lines))
