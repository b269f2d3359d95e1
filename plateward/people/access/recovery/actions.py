"""A reset requested, confirmed, denied."""

from allauth.mfa.models import Authenticator
from django.urls import reverse

from plateward.core.audit.actor import Actor
from plateward.core.audit.events import Event
from plateward.core.audit.log import act
from plateward.core.db.locking import change_row, lock_row
from plateward.ground import clock
from plateward.ground.policy.decision import require
from plateward.ground.policy.trace import enforces
from plateward.people.access.actions import begin_suspension
from plateward.people.access.models import Recovery, Suspension
from plateward.people.access.recovery import rules
from plateward.people.actions import set_one_time_password
from plateward.people.actor import PersonActor
from plateward.people.actor_names import people_named
from plateward.people.models import Person
from plateward.people.notices.actions import notify
from plateward.people.notices.kinds import Kind

Decision = Recovery.Decision


@enforces("IA-2/people")
def ask_for_recovery(actor: PersonActor, person: Person, reason: str, identity: str) -> Recovery:
    """The first of two requests a reset. The lost factor opens nothing until a decision or lapse."""
    with act(actor, Event.RECOVERY_ASK, f"person:{person.username}", reason=reason) as entry:
        require(rules.may_vouch(actor.person, person))
        now = clock.now()
        waiting = Recovery.objects.select_for_update(no_key=True).filter(
            person=person, decision=Decision.WAITING
        )
        waiting.filter(lapses__lte=now).update(decision=Decision.LAPSED)
        require(rules.may_ask_for_recovery(reason, identity, waiting.exists()))
        entry.note(identity=identity.strip())
        lapses = now + rules.WAITS_FOR
        begin_suspension(entry, person, Suspension.Kind.RECOVERY, reason, now, lapses)
        return Recovery.objects.create(
            person=person,
            reason=reason.strip(),
            identity=identity.strip(),
            asked_by=actor.key,
            asked_at=now,
            lapses=lapses,
        )


@enforces("IA-2/people", "6.c.ii.1/factors")
def confirm_recovery(actor: PersonActor, recovery: Recovery) -> str:
    """The second of two: delete factors and session, and return a password for one sign-in to hand over.

    With it the person chooses a password and sets up a new factor, as on their first day."""
    with act(actor, Event.RECOVERY_CONFIRM, f"person:{recovery.person.username}") as entry:
        locked = lock_row(recovery, "person")
        person = locked.person
        require(rules.may_vouch(actor.person, person, second=True))
        require(rules.may_confirm_recovery(actor.key, locked, clock.now()))
        _close(actor, locked, Decision.CONFIRMED, "")
        factors = Authenticator.objects.filter(user=person)
        entry.note(asked_by=locked.asked_by, factors=sorted(factors.values_list("type", flat=True)))
        password = set_one_time_password(person)
        factors.delete()
        requester = people_named(locked.asked_by)
        text = f"{actor.name} confirmed your request to reset {person}'s second factor."
        notify(requester, Kind.FACTOR_RESET, text, person)
        own_text = f"Your second factor was reset by {requester[0]} and {actor.name}."
        notify([person], Kind.FACTOR_RESET, own_text, person, link=reverse("mfa_index"))
    return password


@enforces("IA-2/people")
def deny_recovery(actor: PersonActor, recovery: Recovery, reason: str) -> None:
    """Nothing is reset, and the person's factors work again. The requester may withdraw in the same way."""
    with act(actor, Event.RECOVERY_DENY, f"person:{recovery.person.username}", reason=reason) as entry:
        locked = lock_row(recovery, "person")
        require(rules.may_vouch(actor.person, locked.person, second=True))
        require(rules.may_deny_recovery(locked, reason, clock.now()))
        _close(actor, locked, Decision.DENIED, reason.strip())
        entry.note(asked_by=locked.asked_by)
        requester = people_named(locked.asked_by).exclude(username=actor.id)
        text = f"{actor.name} denied the reset of {locked.person}'s second factor: {reason.strip()}"
        notify(requester, Kind.FACTOR_RESET, text, locked.person)


def _close(actor: Actor, recovery: Recovery, decision: Recovery.Decision, reason: str) -> None:
    now = clock.now()
    change_row(recovery, decision=decision, decided_by=actor.key, decided_at=now, decision_reason=reason)
    Suspension.objects.filter(person=recovery.person, kind=Suspension.Kind.RECOVERY, ends__gt=now).update(
        ends=now, ended_by=actor.key, end_reason=decision.label
    )
