"""Overridden, reviewed, escalated: each one act with its entry."""

from collections.abc import Sequence

from plateward import clock
from plateward.alerts.models import Alert
from plateward.alerts.outbox import announce
from plateward.alerts.overrides import routing, rules
from plateward.alerts.overrides.models import Finding, Override, Referral
from plateward.alerts.steps.actions import Operator, step
from plateward.audit.events import Event
from plateward.audit.log import act
from plateward.audit.who import Who
from plateward.people import days
from plateward.people.models import Person
from plateward.people.notices.actions import notify, settle
from plateward.people.notices.kinds import Kind
from plateward.people.permissions import Role
from plateward.policy.decision import require
from plateward.policy.trace import enforces

HUB = Who("system", "hub", "The hub by itself")


@enforces("6.e.iv.3", "6.b.i.9")
def override(operator: Operator, alert: Alert, why: str) -> Override:
    """In imminent danger, go on without what is missing; the supervisor is told in the same act. Raises Refused."""
    with step(operator, Event.ALERT_OVERRIDE, alert) as (locked, entry):
        facts, now = locked.facts(), clock.now()
        missing = rules.missing(facts, now)
        entry.note(missing=[str(check) for check in missing])
        require(rules.may_override(facts, now, earlier(locked)))
        require(rules.is_reason(why))
        made = Override.objects.create(
            alert=locked, missing=list(missing), why=why.strip(), by=operator.person, at=now
        )
        route = routing.route_of(made)
        _refer(made, route.reviewers, route.acting)
        entry.note(told=[one.username for one in route.reviewers])
    return made


def earlier(alert: Alert) -> str:
    """That somebody overrode the checks of this alert before, in words; nothing where nobody did."""
    made = getattr(alert, "override", None)
    return f"{made.by} overrode the checks of this alert, {days.told(made.at)}." if made else ""


@enforces("6.e.iv.3", "6.b.i.9")
def review(operator: Operator, override: Override, *, justified: bool, text: str) -> Finding:
    """Record what the review found; whoever overrode is told. Raises Refused."""
    with act(operator.who, Event.OVERRIDE_REVIEW, f"override:{override.pk}") as entry:
        # The alert's row first, as every step locks it: whoever acts upon the override comes before or after.
        alert = Alert.objects.select_for_update(no_key=True).get(pk=override.alert_id)
        held = _held(override)
        theirs = routing.is_theirs(operator.person, held)
        own, found = held.by_id == operator.person.pk, hasattr(held, "finding")
        entry.note(alert=held.alert_id, justified=justified)
        require(rules.may_review(own, theirs, found, text))
        acting = _acting(operator.person, held)
        made = Finding.objects.create(
            override=held,
            justified=justified,
            text=text.strip(),
            acting=acting,
            by=operator.person,
            at=clock.now(),
        )
        settle(Kind.OVERRIDE_REVIEW, held)
        _tell_of(made)
        announce([alert], new=False)
    return made


def _held(override: Override) -> Override:
    rows = Override.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("by", "alert__entry__hotlist").get(pk=override.pk)


def _acting(person: Person, held: Override) -> str:
    referral = held.referrals.filter(to=person).last()
    return referral.why if referral else routing.route_of(held).acting


def _tell_of(finding: Finding) -> None:
    override = finding.override
    found = "justified" if finding.justified else "NOT justified, so it stands in for no check any more"
    text = f"{finding.by} found your override on alert {override.alert_id} {found}: {finding.text}"
    notify([override.by], Kind.OVERRIDE_FIND, text, override, link=override.alert.get_absolute_url())


@enforces("6.e.iv.3")
def escalate() -> int:
    """Refer what nobody reviewed within a day to the next above. Returns how many."""
    done = 0
    for one in Override.objects.filter(finding=None).order_by("pk"):
        if not _is_due(one):
            continue
        with act(HUB, Event.OVERRIDE_ESCALATE, f"override:{one.pk}") as entry:
            held = _held(one)
            # Another node did it, or somebody reviewed it, meanwhile.
            if not hasattr(held, "finding") and _is_due(held):
                told = _escalate(held)
                entry.note(alert=held.alert_id, told=[person.username for person in told])
                done += 1
    return done


def _is_due(override: Override) -> bool:
    last = routing.latest(override)
    if rules.is_late(last[0].at, clock.now()):
        return True
    return last[0].to is None and bool(routing.route_of(override).reviewers)


def _escalate(held: Override) -> Sequence[Person]:
    """Whom it is with now: the next above those it was with, or, at the end of the chain, they once more."""
    last = [one.to for one in routing.latest(held) if one.to]
    if not last:
        route = routing.route_of(held)
        return _refer(held, route.reviewers, route.acting)
    before = set(held.referrals.values_list("to", flat=True))
    higher = [one for one in routing.route_from(last[-1], held).reviewers if one.pk not in before]
    names = " or ".join(str(one) for one in last)
    return _refer(held, higher or last, f"{names} did not review it within 24 hours")


@enforces("6.e.iv.3", "6.f.i.1")
def _refer(override: Override, reviewers: Sequence[Person], why: str) -> Sequence[Person]:
    """It is theirs from now on, and they are told; where it can be nobody's, the administrator is."""
    at = clock.now()
    to: Sequence[Person | None] = reviewers or (None,)
    Referral.objects.bulk_create(Referral(override=override, to=one, at=at, why=why[:400]) for one in to)
    what = f"{override.by} overrode the checks of alert {override.alert_id}, {days.told(override.at)}"
    if not reviewers:
        administrators = Person.objects.filter(role=Role.ADMINISTRATOR)
        text = (
            f"{what}, and nobody in their chain of command can review it now. Give them a supervisor who can."
        )
        notify(administrators, Kind.OVERRIDE_REVIEW, text, override)
    notify(
        reviewers,
        Kind.OVERRIDE_REVIEW,
        f"IMMINENT DANGER: {what} (OPR:50 6.e.iv.3). It is yours to review within 24 hours, under Overrides. {why}.",
        override,
    )
    return reviewers
