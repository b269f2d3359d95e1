"""Reported, repaired, authorized: each one act with its entry, and told to whom it concerns."""

from collections.abc import Collection

from django.urls import reverse

from plateward import clock
from plateward.audit.events import Event
from plateward.audit.log import act
from plateward.audit.who import Who
from plateward.fleet.checks.models import Check
from plateward.fleet.checks.rules import Step
from plateward.fleet.malfunctions import rules
from plateward.fleet.malfunctions.models import Authorization, Ending, Malfunction, Repair
from plateward.fleet.malfunctions.rules import OF_STEP
from plateward.fleet.models import Reader
from plateward.fleet.reach import supervisors
from plateward.people.models import Person
from plateward.people.notices.actions import notify, settle
from plateward.people.notices.kinds import Kind
from plateward.people.permissions import Permission, Role
from plateward.policy.decision import require
from plateward.policy.trace import enforces


@enforces("6.e.iv.2", "6.f.i.2", "6.b.i.9")
def report(
    who: Who,
    person: Person,
    reader: Reader,
    what: Collection[str],
    words: str,
    *,
    alert: int | None = None,
    found_by: Check | None = None,
) -> Malfunction:
    """Report a malfunction: the reporter's supervisor and the ALPR administrators are told in the same act. Raises
    Refused."""
    with act(who, Event.MALFUNCTION_REPORT, f"reader:{reader.name}") as entry:
        held = _held(reader)
        entry.note(what=list(what), alert=alert, check=found_by and found_by.pk)
        reported = found_by is not None and Malfunction.objects.filter(found_by=found_by).exists()
        require(rules.may_report(what, words, revoked=held.revoked_at is not None, reported=reported))
        made = Malfunction.objects.create(
            reader=held,
            by=person,
            at=clock.now(),
            what=[one.value for one in rules.What if one in what],
            words=words.strip(),
            alert=alert,
            found_by=found_by,
        )
        _repeat(held)
        told = _concerned(made)
        notify(told, Kind.MALFUNCTION_REPAIR, _told(made), made)
        entry.note(malfunction=made.pk, told=[one.username for one in told])
    return made


@enforces("6.e.iv.1", "6.e.iv.2")
def report_check(who: Who, person: Person, check: Check) -> Malfunction:
    """Report what a function check found, in its own words. Raises Refused."""
    wrong = [one for one in check.answers.all() if not one.right]
    words = "\n".join(f"{one.get_step_display()}: {one.words}" for one in wrong)
    what = [OF_STEP[Step(one.step)] for one in wrong]
    return report(who, person, check.reader, what, words[: rules.TEXT], found_by=check)


def _held(reader: Reader) -> Reader:
    """Locked: what is reported and repaired of one reader comes one after the other."""
    return (
        Reader.objects.select_for_update(no_key=True, of=("self",)).select_related("unit").get(pk=reader.pk)
    )


@enforces("6.f.i.2")
def _concerned(made: Malfunction) -> list[Person]:
    """The supervisor, and the administrators, whose the equipment is; each once, and not whoever reports it."""
    administrators = Person.objects.filter(role=Role.ADMINISTRATOR).order_by("pk")
    every = {one.pk: one for one in (*supervisors(made.by, made.reader), *administrators)}
    return [one for one in every.values() if one.pk != made.by_id]


def _told(made: Malfunction) -> str:
    reader = made.reader
    unit = f", {reader.unit}" if reader.unit else ""
    return (
        f"{made.by} reports a malfunction of reader {reader.name} (camera {reader.camera}{unit}): {made.told}. Only "
        "technicians whom the ALPR administrator authorized may repair it (OPR:50 6.e.iv.2). See Malfunctions."
    )


def _repeat(reader: Reader) -> None:
    """On the reader itself: since when something of it is broken, and what."""
    broken = list(Malfunction.objects.filter(reader=reader).open().order_by("pk"))
    Reader.objects.filter(pk=reader.pk).update(
        malfunction_at=broken[0].at if broken else None,
        malfunction=rules.names({kind for one in broken for kind in one.what}),
    )


@enforces("6.e.iv.2", "6.b.i.9")
def repair(
    who: Who,
    person: Person,
    malfunction: Malfunction,
    done: str,
    parts: str,
    *,
    working: bool,
    vendor: Authorization | None = None,
) -> Repair:
    """Record a repair, by this technician or, as they saw it done, by an authorized vendor. Where the reader works
    again, a function check is asked for. Raises Refused."""
    with act(who, Event.REPAIR_RECORD, f"reader:{malfunction.reader.name}") as entry:
        held = _held(malfunction.reader)
        entry.note(malfunction=malfunction.pk, working=working, vendor=str(vendor or ""))
        own = Authorization.objects.live().filter(person=person).first()
        theirs = Authorization.objects.live().filter(pk=vendor.pk, person=None).first() if vendor else own
        require(
            rules.may_repair(
                technician=Permission.REPAIR_RECORD in person.permissions,
                authorized=own is not None and theirs is not None,
                open=Malfunction.objects.open().filter(pk=malfunction.pk).exists(),
                done=done,
            )
        )
        assert theirs is not None  # noqa: S101  # the rule has refused whoever has none
        now = clock.now()
        made = Repair.objects.create(
            malfunction=malfunction,
            by=person,
            at=now,
            under=theirs,
            done=done.strip(),
            parts=parts.strip(),
            working=working,
        )
        Reader.objects.filter(pk=held.pk).update(repaired_at=now)
        _repeat(held)
        if working:
            settle(Kind.MALFUNCTION_REPAIR, malfunction)
        told = {malfunction.by_id: malfunction.by} | {one.pk: one for one in _concerned(malfunction)}
        notify(
            [one for one in told.values() if one.pk != person.pk],
            Kind.REPAIR_RECORD,
            _told_of(made),
            malfunction,
        )
    return made


def _told_of(made: Repair) -> str:
    reader, by = made.malfunction.reader, made.under
    became = (
        "works again. Do the start-of-shift check: until one is passed, its alerts say that there is none"
        if made.working
        else "does not work yet"
    )
    return f"{by} repaired reader {reader.name} ({made.malfunction.told}): it {became} (OPR:50 6.e.iv.2)."


@enforces("6.e.iv.2", "6.b.i.9")
def authorize(
    who: Who, administrator: Person, technician: Person | None, vendor: str, why: str
) -> Authorization:
    """Let a technician, or a vendor, repair readers from now on. Raises Refused."""
    name = vendor.strip()
    about = f"person:{technician.username}" if technician else f"vendor:{name}"
    with act(who, Event.TECHNICIAN_AUTHORIZE, about, reason=why.strip()) as entry:
        if technician:  # two who authorize one person at once do it one after the other
            technician = Person.objects.select_for_update(no_key=True).get(pk=technician.pk)
        same = Authorization.objects.live()
        same = same.filter(person=technician) if technician else same.filter(vendor__iexact=name)
        require(
            rules.may_authorize(
                technician=Permission.REPAIR_RECORD in technician.permissions if technician else None,
                vendor=vendor,
                live=same.exists(),
                why=why,
            )
        )
        made = Authorization.objects.create(
            person=technician, vendor=name, why=why.strip(), by=administrator, at=clock.now()
        )
        if technician:
            notify(
                [technician],
                Kind.TECHNICIAN_CHANGE,
                f"{administrator} authorized you to repair readers (OPR:50 6.e.iv.2). Record each repair under "
                "Malfunctions.",
                technician,
                link=reverse("malfunctions:index"),
            )
        entry.note(permit=made.pk)
    return made


@enforces("6.e.iv.2", "6.b.i.9")
def end(who: Who, administrator: Person, authorization: Authorization, why: str) -> Ending:
    """From now on they repair no reader. Raises Refused."""
    person = authorization.person
    about = f"person:{person.username}" if person else f"vendor:{authorization.vendor}"
    with act(who, Event.TECHNICIAN_END, about, reason=why.strip()) as entry:
        entry.note(permit=authorization.pk)
        held = Authorization.objects.select_for_update(no_key=True, of=("self",)).get(pk=authorization.pk)
        require(rules.may_end(ended=Ending.objects.filter(authorization=held).exists(), why=why))
        made = Ending.objects.create(authorization=held, why=why.strip(), by=administrator, at=clock.now())
        if person:
            notify(
                [person],
                Kind.TECHNICIAN_CHANGE,
                f"{administrator} ended your authorization to repair readers: {made.why}"[:400],
                person,
                link=reverse("malfunctions:index"),
            )
    return made
