"""Ends exports under way that may not go on: the person who began one has lost access, or a read in it was destroyed.
The duty stays, and others carry it out."""

from collections.abc import Collection
from itertools import groupby
from operator import attrgetter
from uuid import UUID

from plateward.core.audit.events import Event
from plateward.core.audit.log import DONE_MEANWHILE, act
from plateward.core.jobs.lease import release
from plateward.field.reads.images import day_keys
from plateward.field.reads.store.away import DayLost
from plateward.ground import clock
from plateward.ground.errors import PlatewardError
from plateward.ground.policy.decision import Decision, refusal_in
from plateward.ground.policy.trace import enforces
from plateward.people.access.rules import refusals_for
from plateward.people.access.standing import standing_of
from plateward.people.models import Person
from plateward.people.notices.actions import notify
from plateward.people.notices.kinds import Kind as Notified
from plateward.people.permissions import Permission, Role
from plateward.work.alerts.audience.alerts import alerts_for
from plateward.work.alerts.outbox import announce
from plateward.work.evidence.dems import duties, rules
from plateward.work.evidence.dems.models import Duty, Upload
from plateward.work.evidence.dems.rules import DutyStepKind
from plateward.work.evidence.package.gathering import count_kept

GONE = "Reads of this package were destroyed at the end of their retention (clause 6.h.ii)."


class MustStop(PlatewardError):
    """This export may not go on; the sentence says why. `by_access`: its person has none."""

    def __init__(self, text: str, *, by_access: bool) -> None:
        super().__init__(text)
        self.by_access = by_access


@enforces("6.c.ii/cases", "6.b.i.8/scope")
def may_still_export(person: Person, duty: Duty) -> Decision:
    """By the person's access at this moment. That of a search ends before DEMS may answer: a lead from it was theirs to
    see when they vetted it."""
    sees = not duty.alert_id or alerts_for(person).filter(pk=duty.alert_id).exists()
    hindered = bool(refusals_for(standing_of(person), Permission.ALERT_DISPOSE))
    return rules.may_still_export(str(person), sees=sees, hindered=hindered)


@enforces("6.c.ii/cases", "6.b.i.8/scope", "6.h.ii/destruction")
def require_may_go(upload: Upload) -> None:
    """Before anything of it is made or leaves. Raises MustStop, StoreAway."""
    if refusal := refusal_in(may_still_export(upload.by, upload.duty)):
        raise MustStop(refusal.reason, by_access=True)
    if upload.reads and _count_not_destroyed(upload.duty) < upload.reads:
        raise MustStop(GONE, by_access=False)


@enforces("6.h.ii/destruction")
def _count_not_destroyed(duty: Duty) -> int:
    """How many of its reads are kept, or lost: of these the package is perhaps all that is left. Raises StoreAway, also
    for a lost day of which some was destroyed."""
    count = 0
    for _, keys in groupby(duty.keys, attrgetter("day")):
        of_day = list(keys)
        try:
            count += count_kept(of_day)
        except DayLost as error:
            if type(error) is not DayLost or day_keys().last_tombstone(of_day[0].day):
                raise
            count += len(of_day)
    return count


@enforces("6.a.iv/dems", "6.c.ii/cases", "6.h.ii/destruction", "6.b.i.9/entries")
def stop(upload: Upload, why: MustStop, *, within: bool = False) -> None:
    """Its key is gone; the file goes with the next round of the job, and what DEMS has of it is looked up once the duty
    ends. If the duty waits for its owner, notifies those who can export it instead. `within`: the act that destroyed
    reads, in which an entry that is not done would be none of what happened."""
    with act(duties.HUB, Event.DEMS_SEND, upload.duty.thing) as entry:
        if not within:
            entry.outcome, entry.clause = "refused", "6.c.ii" if why.by_access else "6.h.ii"
        entry.note(upload=str(upload.pk), number=upload.number, detail=str(why))
        locked = duties.lock_subject(upload.duty)
        under_way = Upload.objects.under_way().filter(pk=upload.pk)
        if not under_way.exists():
            entry.note(passed=DONE_MEANWHILE)
            return
        ended = {"stage": Upload.Stage.ENDED, "key": None, "problem": Upload.Problem.STOPPED}
        release(under_way, **ended, detail=str(why)[:300], due_at=clock.now() + duties.ARRIVES_WITHIN)
        duty = duties.reloaded(upload.duty)
        if not duty.standing.open or duty.standing.kind == DutyStepKind.EXPORTED:
            return  # it was exported by hand, or is no longer due
        duties.add_step(duty, DutyStepKind.STOPPED, upload.by, words=str(why))
        text = (
            f"The export of {duty.subject} to DEMS under {upload.number} stopped. {why} Export it again under "
            "Alerts, DEMS exports due (OPR:50 6.a.iv)."
        )
        notify(_concerned(duty), Notified.EXPORT_OWE, text, duty)
        announce(locked, new=False)


def _concerned(duty: Duty) -> Collection[Person]:
    """The owner and their supervisor, of those who may still export; the administrators if nobody is left."""
    people = {duty.by, *duties.nearest_reviewers(duty, None)}
    may = {person for person in people if not refusal_in(may_still_export(person, duty))}
    return may or list(Person.objects.filter(role=Role.ADMINISTRATOR))


@enforces("6.h.ii/destruction", "MP-6/erased", "6.b.i.9/entries")
def end_with(reads: Collection[UUID]) -> int:
    """Within the act that destroyed these reads: no package with one of them goes on. Returns how many ended."""
    gone = set(reads)
    ended = [
        upload
        for upload in (Upload.objects.under_way().select_related("by", "duty") if gone else ())
        if not gone.isdisjoint(key.id for key in upload.duty.keys)
    ]
    for upload in ended:
        stop(upload, MustStop(GONE, by_access=False), within=True)
    return len(ended)
