"""Legal holds placed, reviewed and lifted, and their owners reminded: each an act with its entry."""

from datetime import date

from plateward.core.audit.actor import HUB, Actor
from plateward.core.audit.events import Event
from plateward.core.audit.log import EntryDraft, act
from plateward.core.cases.rules import normalized
from plateward.core.db.locking import change_row, lock_row
from plateward.core.decisions.reminders import WEEK, Reminder
from plateward.field.reads.areas import BadQuery, Circle
from plateward.ground import clock
from plateward.ground.errors import ActError
from plateward.ground.matching.normalize import normalize
from plateward.ground.policy.decision import require
from plateward.ground.policy.trace import enforces
from plateward.people import days
from plateward.people.actor import PersonActor
from plateward.people.models import Person
from plateward.people.notices.actions import notify, settle_matter
from plateward.people.notices.kinds import Kind
from plateward.people.permissions import Permission, Role
from plateward.people.superiors import chain_above
from plateward.work.alerts.audience.alerts import alerts_for
from plateward.work.evidence.dems.duties import reloaded
from plateward.work.evidence.dems.leads import give_up
from plateward.work.evidence.dems.models import Duty
from plateward.work.retention import deciding
from plateward.work.retention.covering import require_searchable
from plateward.work.retention.deciding import HoldKind
from plateward.work.retention.lock import retention_lock
from plateward.work.retention.models import Hold, HoldReview, Holds

WHY_LEADS = "These leads were vetted for the case. They are held until DEMS has them."


def _is_named(hold: Hold) -> bool:
    """Whether it names what its kind covers."""
    match hold.kind:
        case HoldKind.ALERT:
            return hold.alert_id is not None
        case HoldKind.PLATE:
            return bool(hold.plate)
        case HoldKind.CAMERA:
            return bool(hold.camera)
        case HoldKind.PLACE:
            return None not in (hold.lat, hold.lon, hold.meters)
    return bool(hold.number)


@enforces("6.h.i/terms", "6.h.ii/held", "6.b.i.2/hold")
def place_hold(actor: PersonActor, hold: Hold) -> Hold:
    """Save a new hold; on an alert, whoever sees it does. While a day is destroyed it waits, and then covers what is
    left. Raises Refused, ActError, RetentionBusy."""
    with retention_lock(), act(actor, Event.HOLD_PLACE, "holds", reason=hold.reason) as entry:
        require(
            deciding.may_place_hold(
                HoldKind(hold.kind),
                hold.reason,
                hold.basis,
                hold.review_on,
                days.today(),
                named=_is_named(hold),
                since=hold.since,
                until=hold.until,
            )
        )
        if hold.alert_id and not alerts_for(actor.person).filter(pk=hold.alert_id).exists():
            text = f"You see no alert {hold.alert_id}. Check the number, or place a hold on its case."
            raise ActError(text, "alert")
        hold.owner, hold.plate, hold.number = actor.person, normalize(hold.plate), normalized(hold.number)
        hold.reason, hold.basis = hold.reason.strip(), hold.basis.strip()
        require_searchable(hold)
        hold.save(force_insert=True)
        entry.note(hold=hold.pk, covers=hold.covers, basis=hold.basis, review_on=hold.review_on.isoformat())
    return hold


def check_place(lat: float, lon: float, meters: float) -> str:
    """What is wrong with a place; empty: nothing."""
    try:
        Circle(lat, lon, meters)
    except BadQuery as error:
        return str(error)
    return ""


@enforces("6.c.ii/cases")
def holds_for(person: Person) -> Holds:
    """The holds that this person sees: the administrator and the Chief all, others their own, since a hold says what is
    investigated."""
    sees_all = {Permission.RETENTION_ADMINISTER, Permission.RETENTION_APPROVE} & person.permissions
    holds: Holds = Hold.objects.select_related("owner", "alert", "duty")
    return holds if sees_all else holds.filter(owner=person)


def review_hold(actor: PersonActor, hold: Hold, next_on: date, note: str) -> None:
    """It is still needed, until the next review. Raises Refused."""
    with act(actor, Event.HOLD_REVIEW, f"hold:{hold.pk}", reason=note) as entry:
        hold = lock_row(hold)
        entry.note(next_on=next_on.isoformat())
        require(
            deciding.may_review_hold(
                next_on,
                days.today(),
                lifted=hold.lifted_at is not None,
                owner=hold.owner_id == actor.person.pk,
                administers=Permission.RETENTION_ADMINISTER in actor.person.permissions,
            )
        )
        HoldReview.objects.create(hold=hold, next_on=next_on, note=note.strip(), by=actor.key)
        settle_matter(Kind.HOLD_REMIND, hold)


@enforces("6.h.ii/held")
def lift_hold(actor: PersonActor, hold: Hold, reason: str) -> None:
    """Lift it: what nothing else keeps goes with the next run. Raises Refused, RetentionBusy."""
    with retention_lock(), act(actor, Event.HOLD_LIFT, f"hold:{hold.pk}", reason=reason):
        hold = lock_row(hold)
        require(
            deciding.may_lift(
                reason,
                lifted=hold.lifted_at is not None,
                owner=hold.owner_id == actor.person.pk,
                administers=Permission.RETENTION_ADMINISTER in actor.person.permissions,
            )
        )
        _end(hold, actor, reason.strip())
        if hold.duty:
            give_up(actor, hold.duty, reason.strip())


def _end(hold: Hold, actor: Actor, reason: str) -> None:
    change_row(hold, lifted_at=clock.now(), lifted_by=actor.key, lifted_reason=reason)
    settle_matter(Kind.HOLD_REMIND, hold)


@enforces("6.e.iii/folder", "6.b.i.9/entries")
def hold_leads(duty: Duty) -> None:
    """Within the act that moves an export of leads on: while it is open, a hold keeps their reads, and by its review
    its owner decides whether they are still needed. It does not wait for a day that is being destroyed, since that
    looks again at the last moment (destroying.py)."""
    if duty.alert_id:  # its reads have the alert's terms, and are evidence if it was acted upon
        return
    duty = reloaded(duty)
    hold = Hold.objects.live().filter(duty=duty).first()
    if duty.standing.open and hold is None:
        with act(HUB, Event.HOLD_PLACE, "holds", reason=WHY_LEADS) as entry:
            hold = Hold.objects.create(
                kind=HoldKind.EXPORT,
                duty=duty,
                number=duty.number,
                reason=WHY_LEADS,
                basis=f"{duty.number}, vetted (OPR:50 6.e.iii)",
                owner=_decider(duty.by),
                review_on=days.today() + deciding.DECIDED_WITHIN,
            )
            entry.note(
                hold=hold.pk, covers=hold.covers, basis=hold.basis, review_on=hold.review_on.isoformat()
            )
    elif hold and not duty.standing.open:
        with act(HUB, Event.HOLD_LIFT, f"hold:{hold.pk}", reason=duty.standing.text):
            _end(hold, HUB, duty.standing.text)


def _decider(vetted: Person) -> Person:
    """Of the person who vetted leads and those above them, the nearest who may lift a hold; if nobody may, the
    administrators do once its review is overdue."""
    above = chain_above(vetted)
    people = Person.objects.in_bulk(above)
    chain = (vetted, *(people[pk] for pk in above))
    return next((person for person in chain if Permission.RETENTION_HOLD in person.permissions), vetted)


def _is_due(hold: Hold) -> bool:
    soon = days.today() >= hold.next_review - deciding.REMINDED_BEFORE
    return hold.lifted_at is None and soon


def _remind(entry: EntryDraft, hold: Hold) -> None:
    """Its owner and, if it is overdue, the administrators. It still holds."""
    overdue = days.today() > hold.next_review
    people = Person.objects.filter(pk=hold.owner_id)
    if overdue:
        people = people | Person.objects.filter(role=Role.ADMINISTRATOR)
    entry.note(review_on=hold.next_review.isoformat(), overdue=overdue)
    due = f"{'was' if overdue else 'is'} due {clock.format_day(hold.next_review)}"
    text = (
        f"{hold} ({hold.basis}): its review {due}. Review it or lift it; until then it holds (OPR:50 6.h.i)."
    )
    notify(people.order_by("pk"), Kind.HOLD_REMIND, text, hold, again=True)


remind = Reminder(Event.HOLD_REMIND, Hold.objects.live, _is_due, _remind, again=WEEK, every=3600.0)
