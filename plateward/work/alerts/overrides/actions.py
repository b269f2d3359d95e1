"""Overrides, their reviews and escalations: each an act with its audit entry; and who reviews them: the officer's
supervisor or, if absent, the next in the chain of command."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from plateward.core.audit.events import Event
from plateward.core.audit.log import EntryDraft, act
from plateward.core.db.any_row import AnyRow
from plateward.core.db.locking import change_row, lock_name, lock_row
from plateward.core.decisions.models import refer
from plateward.core.decisions.reminders import Reminder
from plateward.field.hotlists.audience import cleared_for, is_cleared
from plateward.ground import clock
from plateward.ground.policy.decision import require
from plateward.ground.policy.trace import enforces
from plateward.people import days
from plateward.people.actor import PersonActor
from plateward.people.chain_of_command.routing import ReviewMatter, next_above, review_route_of
from plateward.people.chain_of_command.rules import ReviewRoute
from plateward.people.models import Person
from plateward.people.notices.actions import notify, settle_matter
from plateward.people.notices.kinds import Kind
from plateward.people.permissions import Permission, Role
from plateward.people.superiors import is_above
from plateward.work.alerts.models import Alert
from plateward.work.alerts.outbox import announce
from plateward.work.alerts.overrides import rules
from plateward.work.alerts.overrides.models import DangerException, Override, OverrideFinding
from plateward.work.alerts.step import step


@enforces("6.e.iv.3/danger", "6.b.i.9/entries")
def override(actor: PersonActor, alert: Alert, reason: str) -> Override:
    """In imminent danger, act without missing checks; this also notifies the supervisor. Raises Refused."""
    with step(actor, Event.ALERT_OVERRIDE, alert) as (locked, entry):
        facts, now = locked.facts(), clock.now()
        missing = rules.missing_checks(facts, now)
        exception = DangerException.objects.in_force().first()
        entry.note(missing=[str(check) for check in missing], exception=exception and exception.pk)
        require(rules.may_override(facts, now, earlier_override(locked), allowed=exception is not None))
        assert exception is not None  # noqa: S101  # the rule refuses without one
        require(rules.is_sufficient_reason(reason))
        made = Override.write(actor, alert=locked, under=exception, missing=list(missing), why=reason.strip())
        route = route_of(made)
        _refer(made, route.reviewers, route.acting)
        entry.note(notified=[reviewer.username for reviewer in route.reviewers])
    return made


@enforces("6.e.iv.3/danger", "6.b.i.9/entries")
def allow_exception(actor: PersonActor, basis: str, until: datetime) -> DangerException:
    """From now until then, missing checks may be overridden in imminent danger. Raises Refused."""
    with act(actor, Event.OVERRIDE_ALLOW, "overrides", reason=basis.strip()) as entry:
        entry.note(allowed=True, until=until.isoformat())
        lock_name("exception for imminent danger")
        now, in_force = clock.now(), DangerException.objects.in_force().exists()
        require(rules.may_allow(basis, until, now, in_force=in_force))
        return DangerException.objects.create(basis=basis.strip(), by=actor.person, at=now, until=until)


@enforces("6.e.iv.3/danger", "6.b.i.9/entries")
def end_exception(actor: PersonActor, reason: str) -> None:
    """From now on no check can be overridden; what was overridden is reviewed all the same. Raises Refused."""
    with act(actor, Event.OVERRIDE_ALLOW, "overrides", reason=reason.strip()) as entry:
        entry.note(allowed=False)
        lock_name("exception for imminent danger")
        current = DangerException.objects.in_force().first()
        require(rules.may_end(reason, in_force=current is not None))
        assert current is not None  # noqa: S101  # the rule refuses without one
        change_row(current, ended_at=clock.now(), ended_by=actor.person, end_reason=reason.strip())


def earlier_override(alert: Alert) -> str:
    """In words, an earlier override of this alert's checks; empty if there is none."""
    made = getattr(alert, "override", None)
    return f"{made.by} overrode the checks of this alert, {days.format_time(made.at)}." if made else ""


@enforces("6.e.iv.3/danger", "6.b.i.9/entries")
def review(actor: PersonActor, override: Override, *, justified: bool, text: str) -> OverrideFinding:
    """Record what the review found and notify the officer who overrode. Raises Refused."""
    with act(actor, Event.OVERRIDE_REVIEW, f"override:{override.pk}") as entry:
        # Lock the alert's row first, as every step does: acts on the override run one after another.
        alert = Alert.objects.select_for_update(no_key=True).get(pk=override.alert_id)
        locked = lock_row(override, "by", "alert__entry__hotlist")
        assigned = is_assigned(actor.person, locked)
        own, reviewed = locked.by_id == actor.person.pk, hasattr(locked, "finding")
        entry.note(alert=locked.alert_id, justified=justified)
        require(rules.may_review(own, assigned, reviewed, text))
        referral = locked.referrals.filter(to=actor.person).last()
        acting = referral.why if referral else route_of(locked).acting
        made = OverrideFinding.write(
            actor, override=locked, justified=justified, text=text.strip(), acting=acting
        )
        settle_matter(Kind.OVERRIDE_REVIEW, locked)
        verdict = "justified" if justified else "NOT justified, so it no longer replaces any check"
        finding = f"{made.by} found your override on alert {locked.alert_id} {verdict}: {made.text}"
        notify([locked.by], Kind.OVERRIDE_FIND, finding, locked, link=locked.alert.get_absolute_url())
        announce([alert], new=False)
    return made


def _is_due(override: Override) -> bool:
    if hasattr(override, "finding"):
        return False
    last = override.latest_referrals
    if rules.is_late(last[0].at, clock.now()):
        return True
    return last[0].to is None and bool(route_of(override).reviewers)


@enforces("6.e.iv.3/danger")
def _escalate(entry: EntryDraft, override: Override) -> None:
    """The new reviewers: the next above the current ones or, at the end of the chain, the same again."""
    if last := override.holders:
        before = set(override.referrals.values_list("to", flat=True))
        higher = next_above(matter_above(last[-1], override), Permission.OVERRIDE_REVIEW, before)
        names = " or ".join(str(r) for r in last)
        notified = _refer(override, higher or last, f"{names} did not review it within 24 hours")
    else:
        route = route_of(override)
        notified = _refer(override, route.reviewers, route.acting)
    entry.note(alert=override.alert_id, notified=[person.username for person in notified])


escalate = Reminder(
    Event.OVERRIDE_ESCALATE,
    lambda: Override.objects.filter(finding=None).order_by("pk"),
    _is_due,
    _escalate,
    lock=lambda override: lock_row(override, "by", "alert__entry__hotlist"),
)


@enforces("6.e.iv.3/danger")
def _refer(override: Override, reviewers: Sequence[Person], reason: str) -> Sequence[Person]:
    """Refer it to them and notify them; if nobody can review it, notify the administrator."""
    refer(override.referrals, reviewers, reason)
    summary = (
        f"{override.by} overrode the checks of alert {override.alert_id}, {days.format_time(override.at)}"
    )
    if not reviewers:
        administrators = Person.objects.filter(role=Role.ADMINISTRATOR)
        text = (
            f"{summary}, and no one in their chain of command can review it now. Assign a supervisor who can."
        )
        notify(administrators, Kind.OVERRIDE_REVIEW, text, override)
    notify(
        reviewers,
        Kind.OVERRIDE_REVIEW,
        f"IMMINENT DANGER: {summary} (OPR:50 6.e.iv.3). Review it within 24 hours, under Overrides. {reason}.",
        override,
    )
    return reviewers


ANY_OPEN = AnyRow(lambda: Override.objects.filter(finding=None))


def open_marks() -> list[Any]:
    """What decides which overrides anybody's banner shows: it changes when that may."""
    if not ANY_OPEN():
        return []
    return [*Override.objects.filter(finding=None).order_by("pk", "referrals").values_list("pk", "referrals")]


def route_of(override: Override) -> ReviewRoute:
    """Its reviewers by the chain of command now."""
    return review_route_of(matter_above(override.by, override), Permission.OVERRIDE_REVIEW)


def matter_above(below: Person, override: Override) -> ReviewMatter:
    """For somebody above this person; a covert list's alert goes only to people the list names."""
    return ReviewMatter(below, frozenset({override.by_id}), cleared_for(override.alert.entry.hotlist))


def is_assigned(person: Person, override: Override) -> bool:
    """Whether it was referred to this person, or would be now; never their own."""
    if person.pk == override.by_id:
        return False
    return override.referrals.filter(to=person).exists() or person in route_of(override).reviewers


@enforces("6.c.ii/lists", "6.c.ii/people")
def may_see(person: Person, override: Override) -> bool:
    """Their own, their people's, and what was referred to them; for a covert list, only people it names."""
    hotlist = override.alert.entry.hotlist
    if not is_cleared(person, hotlist):
        return False
    return person.pk == override.by_id or is_assigned(person, override) or is_above(person, override.by)


def all_overrides() -> QuerySet[Override]:
    """All overrides with what pages show about them."""
    related = ("by__unit", "under__by", "finding__by", "alert__entry__hotlist", "alert__reader")
    return Override.objects.select_related(*related).prefetch_related("referrals__to", "alert__acts")


def overrides_to_review(person: Person) -> list[Override]:
    """Overrides for this person to review now, oldest first."""
    if not ANY_OPEN():
        return []
    open_ones = all_overrides().filter(finding=None).exclude(by=person).order_by("pk")
    return [override for override in open_ones if is_assigned(person, override) and may_see(person, override)]
