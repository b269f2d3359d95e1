"""Overrides, their reviews and escalations: each an act with its audit entry."""

from collections.abc import Sequence

from plateward import clock
from plateward.alerts.models import Alert
from plateward.alerts.outbox import announce
from plateward.alerts.overrides import routing, rules
from plateward.alerts.overrides.models import Finding, Override, Referral
from plateward.alerts.steps.actions import step
from plateward.audit.actor import HUB
from plateward.audit.events import Event
from plateward.audit.log import DONE_MEANWHILE, act
from plateward.db.locking import lock_row
from plateward.people import days
from plateward.people.actor import PersonActor
from plateward.people.chain_of_command.routing import next_above
from plateward.people.models import Person
from plateward.people.notices.actions import notify, settle_matter
from plateward.people.notices.kinds import Kind
from plateward.people.permissions import Permission, Role
from plateward.policy.decision import require
from plateward.policy.trace import enforces


@enforces("6.e.iv.3", "6.b.i.9")
def override(actor: PersonActor, alert: Alert, reason: str) -> Override:
    """In imminent danger, act without missing checks; this also notifies the supervisor. Raises Refused."""
    with step(actor, Event.ALERT_OVERRIDE, alert) as (locked, entry):
        facts, now = locked.facts(), clock.now()
        missing = rules.missing_checks(facts, now)
        entry.note(missing=[str(check) for check in missing])
        require(rules.may_override(facts, now, earlier_override(locked)))
        require(rules.is_sufficient_reason(reason))
        made = Override.objects.create(
            alert=locked, missing=list(missing), why=reason.strip(), by=actor.person, at=now
        )
        route = routing.route_of(made)
        _refer(made, route.reviewers, route.acting)
        entry.note(notified=[reviewer.username for reviewer in route.reviewers])
    return made


def earlier_override(alert: Alert) -> str:
    """In words, an earlier override of this alert's checks; empty if there is none."""
    made = getattr(alert, "override", None)
    return f"{made.by} overrode the checks of this alert, {days.format_time(made.at)}." if made else ""


@enforces("6.e.iv.3", "6.b.i.9")
def review(actor: PersonActor, override: Override, *, justified: bool, text: str) -> Finding:
    """Record what the review found and notify the officer who overrode. Raises Refused."""
    with act(actor, Event.OVERRIDE_REVIEW, f"override:{override.pk}") as entry:
        # Lock the alert's row first, as every step does: acts on the override run one after another.
        alert = Alert.objects.select_for_update(no_key=True).get(pk=override.alert_id)
        locked = lock_row(override, "by", "alert__entry__hotlist")
        assigned = routing.is_assigned(actor.person, locked)
        own, reviewed = locked.by_id == actor.person.pk, hasattr(locked, "finding")
        entry.note(alert=locked.alert_id, justified=justified)
        require(rules.may_review(own, assigned, reviewed, text))
        referral = locked.referrals.filter(to=actor.person).last()
        acting = referral.why if referral else routing.route_of(locked).acting
        made = Finding.objects.create(
            override=locked,
            justified=justified,
            text=text.strip(),
            acting=acting,
            by=actor.person,
            at=clock.now(),
        )
        settle_matter(Kind.OVERRIDE_REVIEW, locked)
        verdict = "justified" if justified else "NOT justified, so it no longer replaces any check"
        finding = f"{made.by} found your override on alert {locked.alert_id} {verdict}: {made.text}"
        notify([locked.by], Kind.OVERRIDE_FIND, finding, locked, link=locked.alert.get_absolute_url())
        announce([alert], new=False)
    return made


@enforces("6.e.iv.3")
def escalate() -> int:
    """Refer what nobody reviewed within a day to the next above. Returns how many."""
    done = 0
    for override in Override.objects.filter(finding=None).order_by("pk"):
        if not _is_due(override):
            continue
        with act(HUB, Event.OVERRIDE_ESCALATE, f"override:{override.pk}") as entry:
            locked = lock_row(override, "by", "alert__entry__hotlist")
            # Another node may have done it, or somebody reviewed it, meanwhile.
            if hasattr(locked, "finding") or not _is_due(locked):
                entry.note(alert=locked.alert_id, notified=[], passed=DONE_MEANWHILE)
                continue
            notified = _escalate(locked)
            entry.note(alert=locked.alert_id, notified=[person.username for person in notified])
            done += 1
    return done


def _is_due(override: Override) -> bool:
    last = override.latest_referrals
    if rules.is_late(last[0].at, clock.now()):
        return True
    return last[0].to is None and bool(routing.route_of(override).reviewers)


def _escalate(override: Override) -> Sequence[Person]:
    """The new reviewers: the next above the current ones or, at the end of the chain, the same again."""
    last = [r.to for r in override.latest_referrals if r.to]
    if not last:
        route = routing.route_of(override)
        return _refer(override, route.reviewers, route.acting)
    before = set(override.referrals.values_list("to", flat=True))
    higher = next_above(routing.matter_above(last[-1], override), Permission.OVERRIDE_REVIEW, before)
    names = " or ".join(str(r) for r in last)
    return _refer(override, higher or last, f"{names} did not review it within 24 hours")


@enforces("6.e.iv.3", "6.f.i.1")
def _refer(override: Override, reviewers: Sequence[Person], reason: str) -> Sequence[Person]:
    """Refer it to them and notify them; if nobody can review it, notify the administrator."""
    at = clock.now()
    to: Sequence[Person | None] = reviewers or (None,)
    Referral.objects.bulk_create(
        Referral(override=override, to=reviewer, at=at, why=reason[:400]) for reviewer in to
    )
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
