"""Reporting, repairing, modifying, authorizing and reminding: each is one act with its entry and notifications."""

from collections.abc import Collection

from django.db.models import Q
from django.urls import reverse
from django.utils.text import capfirst

from plateward.core.audit.actor import Actor
from plateward.core.audit.events import Event
from plateward.core.audit.log import EntryDraft, act
from plateward.core.db.locking import change_row, lock_row
from plateward.core.decisions.reminders import DAY, Reminder, levels_late
from plateward.field.fleet.checks.models import ReaderCheck
from plateward.field.fleet.checks.steps import CheckStep
from plateward.field.fleet.malfunctions import rules
from plateward.field.fleet.malfunctions.models import (
    Authorization,
    Ending,
    EquipmentChange,
    Malfunction,
    Modification,
    Repair,
)
from plateward.field.fleet.malfunctions.rules import KIND_OF_STEP, REPAIRED_WITHIN, Severity
from plateward.field.fleet.models import Reader
from plateward.field.fleet.reach import crew_and_leads, supervisors_to_notify
from plateward.ground import clock
from plateward.ground.policy.decision import require
from plateward.ground.policy.trace import enforces
from plateward.ground.wire.state import ReaderFault, ReaderState
from plateward.people.actor import PersonActor
from plateward.people.days import format_time
from plateward.people.models import Person
from plateward.people.notices.actions import notify, settle_matter
from plateward.people.notices.kinds import Kind
from plateward.people.permissions import Permission, Role
from plateward.people.superiors import chain_above

PAGE = "/fleet/malfunctions/{}/"  # the device listener knows no pages


@enforces("6.e.iv.2/report", "6.f.i.2/on", "6.b.i.9/entries")
def report_malfunction(
    actor: PersonActor,
    reader: Reader,
    kinds: Collection[str],
    severity: str,
    words: str,
    *,
    alert: int | None = None,
    found_by: ReaderCheck | None = None,
) -> Malfunction:
    """Report a malfunction; the same act notifies the reporter's supervisor and the ALPR administrators.
    Raises Refused."""
    with act(actor, Event.MALFUNCTION_REPORT, f"reader:{reader.name}") as entry:
        locked = _lock_reader(reader)
        entry.note(what=list(kinds), severity=severity, alert=alert, check=found_by and found_by.pk)
        reported = found_by is not None and Malfunction.objects.filter(found_by=found_by).exists()
        require(
            rules.may_report(kinds, severity, words, revoked=locked.revoked_at is not None, reported=reported)
        )
        now = clock.now()
        malfunction = Malfunction.objects.create(
            reader=locked,
            by=actor.person,
            at=now,
            severity=severity,
            due_at=now + REPAIRED_WITHIN[Severity(severity)],
            what=[item.value for item in rules.MalfunctionKind if item in kinds],
            words=words.strip(),
            alert=alert,
            found_by=found_by,
        )
        _update_reader(locked)
        notified = _people_concerned(malfunction)
        notify(notified, Kind.MALFUNCTION_REPAIR, _report_notice(malfunction), malfunction)
        entry.note(malfunction=malfunction.pk, notified=[item.username for item in notified])
    return malfunction


@enforces("6.e.iv.2/report")
def report_check(actor: PersonActor, check: ReaderCheck) -> Malfunction:
    """Report what a function check found, in its own words. Raises Refused."""
    wrong = [answer for answer in check.answers.all() if not answer.right]
    words = "\n".join(f"{answer.get_step_display()}: {answer.words}" for answer in wrong)
    kinds = [KIND_OF_STEP[CheckStep(answer.step)] for answer in wrong]
    severity = rules.severity_of(kinds)
    return report_malfunction(
        actor, check.reader, kinds, severity, words[: rules.LONGEST_TEXT], found_by=check
    )


@enforces("5.b/vehicle", "6.j.i/camera", "6.e.iv.2/report", "6.f.i.2/on", "6.b.i.9/entries", "SC-28/ring")
def receive_state(actor: Actor, reader: Reader, state: ReaderState | None) -> None:
    """Within the act that receives its batch: report what the reader noticed of itself, and end what it no longer
    says. What a person reported is theirs to repair."""
    if state is None:
        return
    if (state.camera, state.ring) != (reader.camera_link, reader.ring):
        Reader.objects.filter(pk=reader.pk).update(camera_link=state.camera, ring=state.ring)
    own = Malfunction.objects.open().filter(reader=reader, by=None)
    if not state.faults and not own.exists():
        return
    locked = _lock_reader(reader)
    standing = {kind: malfunction for malfunction in own.all() for kind in malfunction.what}
    said = {fault.kind.value: fault for fault in state.faults}
    for kind in sorted(said.keys() - standing.keys()):
        _report_fault(actor, locked, said[kind])
    for kind in sorted(standing.keys() - said.keys()):
        with act(actor, Event.MALFUNCTION_END, f"reader:{locked.name}") as entry:
            entry.note(malfunction=standing[kind].pk)
            change_row(standing[kind], ended_at=clock.now())
            _settle(standing[kind])
    _update_reader(locked)


def _report_fault(actor: Actor, reader: Reader, fault: ReaderFault) -> None:
    with act(actor, Event.MALFUNCTION_REPORT, f"reader:{reader.name}") as entry:
        now, what = clock.now(), [fault.kind.value]
        severity = rules.severity_of(what)
        malfunction = Malfunction.objects.create(
            reader=reader,
            at=now,
            what=what,
            severity=severity,
            due_at=now + REPAIRED_WITHIN[severity],
            words=f"{fault.words} Since {format_time(fault.since)} by the reader's clock.",
        )
        notified = _people_concerned(malfunction)
        link = PAGE.format(malfunction.pk)
        notify(notified, Kind.MALFUNCTION_REPAIR, _report_notice(malfunction), malfunction, link=link)
        entry.note(
            what=malfunction.what,
            malfunction=malfunction.pk,
            notified=[person.username for person in notified],
        )


def _settle(malfunction: Malfunction) -> None:
    """Within the act that ends it: nothing is left to do."""
    for kind in (Kind.MALFUNCTION_REPAIR, Kind.MALFUNCTION_REMIND):
        settle_matter(kind, malfunction)


def _lock_reader(reader: Reader) -> Reader:
    """The locked row: reports and repairs of one reader happen one after the other."""
    return (
        Reader.objects.select_for_update(no_key=True, of=("self",)).select_related("unit").get(pk=reader.pk)
    )


@enforces("6.f.i.2/on")
def _people_concerned(malfunction: Malfunction) -> list[Person]:
    """The supervisor and the administrators, who are responsible for equipment; without the reporter. Of what a reader
    reports itself, those who drive with it and those who lead them."""
    administrators = Person.objects.filter(role=Role.ADMINISTRATOR).order_by("pk")
    reader, by = malfunction.reader, malfunction.by
    near = supervisors_to_notify(by, reader) if by else crew_and_leads(reader)
    people = {person.pk: person for person in (*near, *administrators)}
    return [person for person in people.values() if person.pk != malfunction.by_id]


def _report_notice(malfunction: Malfunction) -> str:
    reader = malfunction.reader
    unit = f", {reader.unit}" if reader.unit else ""
    return (
        f"{capfirst(malfunction.reporter)} reports a malfunction of reader {reader.name} (camera "
        f"{reader.camera}{unit}): {malfunction.summary}. {malfunction.get_severity_display()}. It is to be repaired or "
        f"replaced by {format_time(malfunction.due_at)} (OPR:50 6.f.i.2), by technicians whom the ALPR administrator "
        "authorized (6.e.iv.2). See Malfunctions."
    )


def _update_reader(reader: Reader) -> None:
    """Update the reader's own fields: since when something is broken, and what."""
    broken = list(Malfunction.objects.filter(reader=reader).open().order_by("pk"))
    Reader.objects.filter(pk=reader.pk).update(
        malfunction_at=broken[0].at if broken else None,
        malfunction=rules.kind_names({kind for malfunction in broken for kind in malfunction.what}),
    )


@enforces("6.e.iv.2/repairs", "6.f.i.2/on", "6.b.i.9/entries")
def record_repair(
    actor: PersonActor,
    malfunction: Malfunction,
    done: str,
    parts: str,
    outcome: str,
    replacement: str = "",
    *,
    vendor: Authorization | None = None,
) -> Repair:
    """Record a repair by this technician, or one by an authorized vendor that they saw. If the reader works
    again, or another in its place, asks for a function check. Raises Refused."""
    with act(actor, Event.REPAIR_RECORD, f"reader:{malfunction.reader.name}") as entry:
        locked = _lock_reader(malfunction.reader)
        entry.note(malfunction=malfunction.pk, repair=outcome, vendor=str(vendor or ""))
        under, technician = _authorization_for(actor, vendor)
        require(
            rules.may_repair(
                technician=technician,
                authorized=under is not None,
                open=Malfunction.objects.open().filter(pk=malfunction.pk).exists(),
                done=done,
                outcome=outcome,
                replacement=replacement,
            )
        )
        assert under is not None  # noqa: S101  # the rule refuses people without one
        now = clock.now()
        repair = Repair.objects.create(
            malfunction=malfunction,
            by=actor.person,
            at=now,
            under=under,
            done=done.strip(),
            parts=parts.strip(),
            outcome=outcome,
            replacement=replacement.strip(),
        )
        Reader.objects.filter(pk=locked.pk).update(repaired_at=now)
        _update_reader(locked)
        if repair.working:
            _settle(malfunction)
        people = {recipient.pk: recipient for recipient in _people_concerned(malfunction)}
        if malfunction.by:
            people[malfunction.by.pk] = malfunction.by
        notify(
            [recipient for recipient in people.values() if recipient.pk != actor.person.pk],
            Kind.REPAIR_RECORD,
            _repair_notice(repair),
            malfunction,
        )
    return repair


def _authorization_for(actor: PersonActor, vendor: Authorization | None) -> tuple[Authorization | None, bool]:
    """What this work is done under, if the administrator authorized both who records it and who did it; and whether
    the former is a technician."""
    own = Authorization.objects.live().filter(person=actor.person).first()
    under = Authorization.objects.live().filter(pk=vendor.pk, person=None).first() if vendor else own
    return own and under, Permission.REPAIR_RECORD in actor.person.permissions


@enforces("6.e.iv.2/report", "6.b.i.9/entries")
def record_modification(
    actor: PersonActor,
    reader: Reader | None,
    done: str,
    parts: str,
    *,
    vendor: Authorization | None = None,
) -> Modification:
    """Record a modification of a reader, or of the system (None), by this technician or by an authorized vendor: also
    of what it reported changed. A modified reader needs a function check. Raises Refused."""
    about = f"reader:{reader.name}" if reader else "system"
    with act(actor, Event.MODIFICATION_RECORD, about) as entry:
        locked = reader and _lock_reader(reader)
        entry.note(vendor=str(vendor or ""))
        under, technician = _authorization_for(actor, vendor)
        revoked = locked is not None and locked.revoked_at is not None
        require(
            rules.may_modify(technician=technician, authorized=under is not None, revoked=revoked, done=done)
        )
        assert under is not None  # noqa: S101  # the rule refuses people without one
        now = clock.now()
        modification = Modification.objects.create(
            reader=locked, by=actor.person, at=now, under=under, done=done.strip(), parts=parts.strip()
        )
        entry.note(modification=modification.pk)
        for change in EquipmentChange.objects.unrecorded().filter(reader=locked):
            change_row(change, recorded=modification)
            settle_matter(Kind.MALFUNCTION_REPAIR, change)
        if locked:
            Reader.objects.filter(pk=locked.pk).update(repaired_at=now)
        administrators = Person.objects.filter(role=Role.ADMINISTRATOR).exclude(pk=actor.person.pk)
        what = f"reader {locked.name}" if locked else "the system"
        text = f"{under} modified {what} (OPR:50 6.e.iv.2). See Modifications."
        notify(administrators, Kind.REPAIR_RECORD, text, None, link=reverse("malfunctions:modifications"))
    return modification


@enforces("6.f.i.2/on")
def _remind(entry: EntryDraft, malfunction: Malfunction) -> None:
    """Of what is open past its time: whom it concerns, the authorized technicians, and who is above the reporter, one
    level more each week; at the end of the chain of command the Chief. Where the reader reported itself, above those
    who drive with it."""
    levels = levels_late(malfunction.due_at, clock.now())
    below = malfunction.by or next(iter(crew_and_leads(malfunction.reader)), None)
    chain = chain_above(below) if below else []
    above = Q(pk__in=chain[: levels + 1])
    if levels >= len(chain):
        above |= Q(role=Role.CHIEF)
    technicians = Q(repairs_authorized__in=Authorization.objects.live())
    concerned = Q(pk__in=[person.pk for person in _people_concerned(malfunction)])
    people = Person.objects.filter(above | technicians | concerned).distinct().order_by("pk")
    entry.note(levels=levels, notified=[person.username for person in people])
    text = (
        f"OVERDUE since {format_time(malfunction.due_at)}: reader {malfunction.reader.name} ({malfunction.summary}) "
        "is neither repaired nor replaced (OPR:50 6.f.i.2). See Malfunctions."
    )
    notify(people, Kind.MALFUNCTION_REMIND, text, malfunction, again=True)


remind = Reminder(
    Event.MALFUNCTION_REMIND,
    lambda: Malfunction.objects.open().filter(due_at__lt=clock.now()).select_related("reader__unit", "by"),
    lambda malfunction: malfunction.is_late,
    _remind,
    lock=lambda malfunction: lock_row(malfunction, "reader__unit", "by"),
    again=DAY,
)


def _repair_notice(repair: Repair) -> str:
    reader, by = repair.malfunction.reader, repair.under
    became = repair.outcome_text[:1].lower() + repair.outcome_text[1:]
    if repair.working:
        became += ". Do the start-of-shift check: until it passes, its alerts show that it is missing"
    return f"{by} repaired reader {reader.name} ({repair.malfunction.summary}): {became} (OPR:50 6.e.iv.2)."


@enforces("6.e.iv.2/repairs", "6.b.i.9/entries")
def authorize_technician(
    actor: PersonActor, technician: Person | None, vendor: str, why: str
) -> Authorization:
    """Authorize a technician or a vendor to repair readers. Raises Refused."""
    name = vendor.strip()
    about = f"person:{technician.username}" if technician else f"vendor:{name}"
    with act(actor, Event.TECHNICIAN_AUTHORIZE, about, reason=why.strip()) as entry:
        if technician:  # simultaneous authorizations of a person run one after the other
            technician = Person.objects.select_for_update(no_key=True).get(pk=technician.pk)
        existing = Authorization.objects.live()
        existing = existing.filter(person=technician) if technician else existing.filter(vendor__iexact=name)
        require(
            rules.may_authorize(
                technician=Permission.REPAIR_RECORD in technician.permissions if technician else None,
                vendor=vendor,
                live=existing.exists(),
                ground=why,
            )
        )
        authorization = Authorization.objects.create(
            person=technician, vendor=name, why=why.strip(), by=actor.person, at=clock.now()
        )
        if technician:
            text = (
                "authorized you to repair readers (OPR:50 6.e.iv.2). Record each repair under Malfunctions."
            )
            _notify_technician(technician, f"{actor.person} {text}")
        entry.note(permit=authorization.pk)
    return authorization


@enforces("6.e.iv.2/repairs", "6.b.i.9/entries")
def end_authorization(actor: PersonActor, authorization: Authorization, reason: str) -> Ending:
    """End the authorization: they may no longer repair readers. Raises Refused."""
    person = authorization.person
    about = f"person:{person.username}" if person else f"vendor:{authorization.vendor}"
    with act(actor, Event.TECHNICIAN_END, about, reason=reason.strip()) as entry:
        entry.note(permit=authorization.pk)
        locked = Authorization.objects.select_for_update(no_key=True, of=("self",)).get(pk=authorization.pk)
        ended = Ending.objects.filter(authorization=locked).exists()
        require(rules.may_end_authorization(ended=ended, reason=reason))
        ending = Ending.objects.create(
            authorization=locked, why=reason.strip(), by=actor.person, at=clock.now()
        )
        if person:
            text = f"{actor.person} ended your authorization to repair readers: {ending.why}"
            _notify_technician(person, text[:400])
    return ending


def _notify_technician(person: Person, text: str) -> None:
    notify([person], Kind.TECHNICIAN_CHANGE, text, person, link=reverse("malfunctions:index"))
