"""Legal holds placed, reviewed and lifted, and their owners reminded: each an act with its entry."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from plateward import clock
from plateward.alerts.audience.alerts import alerts_for
from plateward.audit.events import Event
from plateward.audit.log import EntryDraft, act
from plateward.cases.rules import normalized
from plateward.db.locking import change_row, lock_row
from plateward.errors import ActError
from plateward.matching.normalize import normalize
from plateward.people import days
from plateward.people.actor import PersonActor
from plateward.people.models import Person
from plateward.people.notices.actions import notify, settle_matter, was_notified
from plateward.people.notices.kinds import Kind
from plateward.people.notices.reminders import remind_each
from plateward.people.permissions import Permission, Role
from plateward.policy.decision import require
from plateward.policy.trace import enforces
from plateward.reads.areas import BadQuery, Circle
from plateward.retention import deciding
from plateward.retention.covering import require_searchable
from plateward.retention.deciding import HoldKind
from plateward.retention.lock import retention_lock
from plateward.retention.models import Hold, HoldReview, Holds

AGAIN = timedelta(days=7)  # between reminders


@dataclass(frozen=True)
class HoldRequest:
    """What somebody wants to be held. Of `alert` to `number` only what its kind names; `until`: before that moment."""

    kind: HoldKind
    reason: str
    basis: str
    review_on: date
    alert: int | None = None
    plate: str = ""
    camera: str = ""
    lat: float | None = None
    lon: float | None = None
    meters: float | None = None
    number: str = ""
    since: datetime | None = None
    until: datetime | None = None

    @property
    def is_named(self) -> bool:
        """Whether it names what its kind covers."""
        match self.kind:
            case HoldKind.ALERT:
                return self.alert is not None
            case HoldKind.PLATE:
                return bool(self.plate)
            case HoldKind.CAMERA:
                return bool(self.camera)
            case HoldKind.PLACE:
                return None not in (self.lat, self.lon, self.meters)
        return bool(self.number)


@enforces("6.h.i", "6.h.ii", "6.b.i.2")
def place_hold(actor: PersonActor, request: HoldRequest) -> Hold:
    """Place a hold; on an alert, whoever sees it does. While a day is destroyed it waits, and then covers what is left.
    Raises Refused, ActError, RetentionBusy."""
    with retention_lock(), act(actor, Event.HOLD_PLACE, "holds", reason=request.reason) as entry:
        require(
            deciding.may_place_hold(
                request.kind,
                request.reason,
                request.basis,
                request.review_on,
                days.today(),
                named=request.is_named,
                since=request.since,
                until=request.until,
            )
        )
        alert = None
        if request.kind is HoldKind.ALERT:
            alert = alerts_for(actor.person).filter(pk=request.alert or 0).first()
            if alert is None:
                raise ActError(
                    f"You see no alert {request.alert}. Check the number, or place a hold on its case.",
                    "alert",
                )
        hold = Hold(
            kind=request.kind,
            alert=alert,
            plate=normalize(request.plate),
            camera=request.camera,
            lat=request.lat,
            lon=request.lon,
            meters=request.meters,
            number=normalized(request.number),
            since=request.since.astimezone(UTC) if request.since else None,
            until=request.until.astimezone(UTC) if request.until else None,
            reason=request.reason.strip(),
            basis=request.basis.strip(),
            owner=actor.person,
            review_on=request.review_on,
        )
        require_searchable(hold)
        hold.save(force_insert=True)
        entry.note(
            hold=hold.pk, covers=hold.covers, basis=hold.basis, review_on=request.review_on.isoformat()
        )
    return hold


def check_place(lat: float, lon: float, meters: float) -> str:
    """What is wrong with a place; empty: nothing."""
    try:
        Circle(lat, lon, meters)
    except BadQuery as error:
        return str(error)
    return ""


@enforces("6.h.i", "6.c.ii")
def holds_for(person: Person) -> Holds:
    """The holds that this person sees: the administrator and the Chief all, others their own, since a hold says what is
    investigated."""
    sees_all = {Permission.RETENTION_ADMINISTER, Permission.RETENTION_APPROVE} & person.permissions
    holds: Holds = Hold.objects.select_related("owner", "alert")
    return holds if sees_all else holds.filter(owner=person)


@enforces("6.h.i")
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


@enforces("6.h.i", "6.h.ii")
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
        change_row(hold, lifted_at=clock.now(), lifted_by=actor.key, lifted_reason=reason.strip())
        settle_matter(Kind.HOLD_REMIND, hold)


@enforces("6.h.i")
def remind() -> int:
    """Remind the owners of holds that are to be reviewed soon, and of overdue ones the administrators too. An overdue
    hold still holds. Returns how many."""
    return remind_each(Hold.objects.live(), Event.HOLD_REMIND, _is_due, _remind)


def _is_due(hold: Hold) -> bool:
    soon = days.today() >= hold.next_review - deciding.REMINDED_BEFORE
    return hold.lifted_at is None and soon and not was_notified(Kind.HOLD_REMIND, hold, AGAIN)


def _remind(entry: EntryDraft, hold: Hold) -> None:
    overdue = days.today() > hold.next_review
    people = Person.objects.filter(pk=hold.owner_id)
    if overdue:
        people = people | Person.objects.filter(role=Role.ADMINISTRATOR)
    entry.note(review_on=hold.next_review.isoformat(), overdue=overdue)
    settle_matter(Kind.HOLD_REMIND, hold)
    due = f"{'was' if overdue else 'is'} due {clock.format_day(hold.next_review)}"
    text = (
        f"{hold} ({hold.basis}): its review {due}. Review it or lift it; until then it holds (OPR:50 6.h.i)."
    )
    notify(people.order_by("pk"), Kind.HOLD_REMIND, text, hold)
