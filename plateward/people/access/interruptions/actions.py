"""Leave, termination, a high risk switched off, and access restored: each one act with its entry."""

from contextlib import ExitStack
from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Greatest

from plateward import clock
from plateward.audit.events import Event
from plateward.audit.log import Draft, act
from plateward.audit.who import Who
from plateward.people import days, limits
from plateward.people.access import standing
from plateward.people.access.actions import end
from plateward.people.access.interruptions import rules
from plateward.people.access.models import Access, Designation, Interruption
from plateward.people.chain import is_above
from plateward.people.models import Person, SignIn
from plateward.people.notices.actions import managers, notify, settle
from plateward.people.notices.kinds import Kind
from plateward.people.permissions import Role
from plateward.policy.decision import require
from plateward.policy.trace import enforces

KIND = Interruption.Kind


@enforces("AC-2")
def give_leave(who: Who, person: Person, first: date, last: date, reason: str) -> Interruption:
    """Suspend access from the beginning of the first day, or from now, to the end of the last; it ends by itself."""
    now = clock.now()
    begins, ends = max(days.start(first), now), days.start(last + timedelta(days=1))
    with act(who, Event.ACCESS_INTERRUPT, f"person:{person.username}", reason=reason) as entry:
        person = _locked(person)
        meanwhile = _of(person, KIND.LEAVE).filter(begins__lt=ends, ends__gt=begins)
        require(rules.is_leave(first, last, days.today()))
        require(rules.may_interrupt(who.key, person, reason, meanwhile.exists()))
        with ExitStack() as stack:
            for moment in _where_others_go(begins, ends):
                stack.enter_context(standing.keeps_an_administrator(moment))
            one = _begin(entry, person, KIND.LEAVE, reason, begins, ends)
        entry.note(first=str(first), last=str(last))
        notify(
            managers(person),
            Kind.ACCESS_INTERRUPT,
            f"{person.full_name} is on leave from {first} to {last}: no access.",
            person,
        )
    return one


def _where_others_go(begins: datetime, ends: datetime) -> list[datetime]:
    """When an administrator might be the last: as the leave begins, and as each other's does within it."""
    others = Interruption.objects.filter(
        kind=KIND.LEAVE, person__role=Role.ADMINISTRATOR, begins__gt=begins, begins__lt=ends
    )
    return [begins, *others.values_list("begins", flat=True)]


@enforces("AC-2", "6.a.i.2")
def terminate(who: Who, person: Person, reason: str) -> Interruption:
    """Somebody has left: sessions end, access ends, what was asked for is closed, offices end, managers are told."""
    with act(who, Event.ACCESS_INTERRUPT, f"person:{person.username}", reason=reason) as entry:
        with standing.keeps_an_administrator():
            person = _locked(person)
            require(rules.may_interrupt(who.key, person, reason, _of(person, KIND.TERMINATED).exists()))
            now, by = clock.now(), who.key
            one = _begin(entry, person, KIND.TERMINATED, reason, now, None)
            entry.note(
                access_ended=end(who, person, "Left the agency."),
                requests_closed=Access.objects.filter(person=person, decision=Access.Decision.WAITING).update(
                    decision=Access.Decision.DENIED,
                    decided_by=by,
                    decided_at=now,
                    decision_reason="Left the agency.",
                ),
                offices_ended=_end_offices(person, by, now),
                sessions_ended=_cut(person),
            )
        left_behind = list(person.supervises.values_list("full_name", flat=True))
        entry.note(need_a_supervisor=left_behind)
        lost = f" Without a supervisor now: {', '.join(left_behind)}." if left_behind else ""
        notify(
            managers(person),
            Kind.ACCESS_INTERRUPT,
            f"{person.full_name} has left the agency; all access has ended.{lost}",
            person,
        )
    return one


@enforces("AC-2")
def switch_off(who: Who, actor: Person, person: Person, reason: str) -> Interruption:
    """One act against a high risk: from the next request on nothing answers to this person any more.

    The only ordinary act that it is not: the Chief may switch off the last administrator too, and designates another.
    """
    role = Role(actor.role)
    with act(who, Event.ACCESS_INTERRUPT, f"person:{person.username}", reason=reason) as entry:
        with ExitStack() as stack:
            if role is not Role.CHIEF:
                stack.enter_context(standing.keeps_an_administrator())
            person = _locked(person)
            live = _of(person, KIND.HIGH_RISK).exists()
            above = is_above(actor, person)
            require(rules.may_switch_off(role, actor.pk == person.pk, above, reason, live, person))
            one = _begin(entry, person, KIND.HIGH_RISK, reason, clock.now(), None)
            entry.note(sessions_ended=_cut(person))
        notify(
            managers(person),
            Kind.ACCESS_INTERRUPT,
            f"{actor.full_name} switched {person.full_name} off as a high risk.",
            person,
        )
    return one


@enforces("AC-2", "AC-7")
def restore(who: Who, actor: Person, one: Interruption, reason: str) -> None:
    """End an interruption before its time. A leave that is still to come is taken back."""
    with act(who, Event.ACCESS_RESTORE, f"person:{one.person.username}", reason=reason) as entry:
        one = (
            Interruption.objects.select_for_update(of=("self",), no_key=True)
            .select_related("person")
            .get(pk=one.pk)
        )
        now = clock.now()
        entry.note(kind=one.kind, begun=one.begins.isoformat(), begun_by=one.begun_by)
        over = one.ends is not None and one.ends <= max(now, one.begins)
        stranded = one.person in standing.stranded()
        require(rules.may_restore(who.key, actor.permissions, one, reason, over, stranded))
        _end(who, one, reason)


@enforces("AC-7", "6.b.i")
def release_chief(who: Who, person: Person, reason: str) -> None:
    """At the hub's own command line: the Chief may log in again, who then lets the administrator in. Five wrong
    passwords for each of the two would else close the hub to everybody, and anybody can type them."""
    with act(who, Event.ACCESS_RESTORE, f"person:{person.username}", reason=reason) as entry:
        person = _locked(person)
        lock = _of(person, KIND.LOCKED).select_related("person").first()
        others = [one.full_name for one in standing.administrators()]
        require(rules.may_release_chief(person, lock is not None, others, reason))
        if lock:
            entry.note(kind=lock.kind, begun=lock.begins.isoformat(), begun_by=lock.begun_by)
            _end(who, lock, reason)


def _end(who: Who, one: Interruption, reason: str) -> None:
    one.ends, one.ended_by, one.end_reason = max(clock.now(), one.begins), who.key, reason.strip()
    one.save(update_fields=["ends", "ended_by", "end_reason"])
    if one.kind == KIND.LOCKED:
        limits.forget(one.person)
        settle(Kind.ACCOUNT_LOCK, one.person)
    told = f"{one.person.full_name} is no longer interrupted ({one.get_kind_display().lower()})."
    notify(managers(one.person), Kind.ACCESS_RESTORE, told, one.person)


def _locked(person: Person) -> Person:
    """Two acts on one person come one after the other; rows that name the person may be written meanwhile."""
    return Person.objects.select_for_update(no_key=True).get(pk=person.pk)


def _of(person: Person, kind: Interruption.Kind) -> QuerySet[Interruption]:
    """Those of a kind that are not over. One whose beginning is to come counts: the clock may have been set back."""
    return Interruption.objects.filter(person=person, kind=kind).filter(
        Q(ends=None) | Q(ends__gt=clock.now(), ended_by="")
    )


def _begin(
    entry: Draft,
    person: Person,
    kind: Interruption.Kind,
    reason: str,
    begins: datetime,
    ends: datetime | None,
) -> Interruption:
    entry.note(kind=kind.value, begins=begins.isoformat(), ends=ends and ends.isoformat())
    return Interruption.objects.create(
        person=person, kind=kind, reason=reason.strip(), begins=begins, begun_by=entry.who.key, ends=ends
    )


def _end_offices(person: Person, by: str, now: datetime) -> int:
    rows = Designation.objects.filter(Q(ends=None) | Q(ends__gt=now), person=person)
    return rows.update(ends=Greatest("begins", Value(now)), ended_by=by)


@enforces("AC-12")
def _cut(person: Person) -> int:
    """End every session of the person; a stream that is open notices within a second."""
    return SignIn.objects.filter(person=person).delete()[0]
