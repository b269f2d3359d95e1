"""A lead enters a case: vetted, and through DEMS."""

from collections.abc import Sequence

from plateward.core.audit.events import Event
from plateward.core.audit.log import act
from plateward.core.db.locking import lock_row
from plateward.field.reads.store import ReadKey
from plateward.ground import clock
from plateward.ground.policy.decision import require
from plateward.ground.policy.trace import enforces
from plateward.people.access import standing
from plateward.people.access.rules import refusals_for
from plateward.people.actor import PersonActor
from plateward.people.permissions import Permission
from plateward.work.alerts.leaving import CaseEntry, Release, may_take_along
from plateward.work.alerts.models import Alert
from plateward.work.evidence.dems import duties, rules
from plateward.work.evidence.dems.actions import start_export
from plateward.work.evidence.dems.models import Duty
from plateward.work.evidence.dems.rules import DutyStepKind
from plateward.work.evidence.dems.service import client
from plateward.work.evidence.verify.layout import MOST_READS


@enforces("6.e.iii/vetted", "6.e.iii/folder", "6.a.iv/dems", "6.e.iv.4/evidence", "6.b.i.9/entries")
def enter_case(
    actor: PersonActor, release: Release, alerts: Sequence[int], reads: Sequence[ReadKey]
) -> CaseEntry:
    """Keep who vetted it and how, and have it exported to DEMS under the number of the case: each alert by its own
    package, the reads of a search in one. Without a connection to DEMS its person exports it by hand. Whoever calls has
    looked whether they are this person's to see. Raises Refused."""
    first = f"alert:{alerts[0]}" if alerts else f"read:{reads[0].id}"
    connected = client() is not None
    with act(actor, Event.DEMS_VET, first, reason=release.why) as entry:
        entry.note(number=release.number, **release.notes)
        entry.mention(*(f"alert:{alert}" for alert in alerts), *(f"read:{read.id}" for read in reads))
        require(may_take_along(release, clock.now()))
        require(rules.is_no_more_than(len(reads), MOST_READS))
        entered = [_vetted(actor, release, _duty_of_alert(actor, release, alert)) for alert in alerts]
        if reads:
            entered.append(_vetted(actor, release, _duty_of_reads(actor, release, reads)))
        if connected:
            for duty in entered:
                start_export(actor, duty, release.number)
    url = entered[0].get_absolute_url() if len(entered) == 1 else ""
    return CaseEntry(url, connected)


@enforces("6.e.iii/folder", "6.b.i.9/entries")
def give_up(actor: PersonActor, duty: Duty, why: str) -> None:
    """Within the act that lifts the hold on its leads: what is not in DEMS yet enters no case."""
    with duties.duty_step(actor, Event.DEMS_DUE, duty) as entry:
        current = duties.reloaded(duty)
        gives_up = current.standing.open and current.standing.kind != DutyStepKind.EXPORTED
        entry.note(became=str(DutyStepKind.DROPPED) if gives_up else "unchanged")
        if gives_up:
            duties.end_uploads(current)
            duties.add_step(current, DutyStepKind.DROPPED, actor.person, words=why)


def _duty_of_alert(actor: PersonActor, release: Release, alert: int) -> Duty:
    locked = Alert.objects.select_for_update(no_key=True).get(pk=alert)
    known = Duty.objects.filter(alert=alert).first()
    return known or _new_duty(actor, release, alert=locked)


def _duty_of_reads(actor: PersonActor, release: Release, reads: Sequence[ReadKey]) -> Duty:
    """The same leads of the same case are one, however often they are sent."""
    listed = [[key.day.isoformat(), str(key.id)] for key in reads]
    lock_row(actor.person)
    known = Duty.objects.filter(alert=None, by=actor.person, number=release.number).order_by("-pk")[:20]
    same = next((duty for duty in known if duty.reads == listed), None)
    return same or _new_duty(actor, release, reads=listed)


def _new_duty(actor: PersonActor, release: Release, **of: object) -> Duty:
    now = clock.now()
    return Duty.objects.create(
        by=actor.person, at=now, number=release.number, due_at=now + rules.DUE_WITHIN, **of
    )


def _vetted(actor: PersonActor, release: Release, duty: Duty) -> Duty:
    hindered = bool(refusals_for(standing.standing_of(actor.person), Permission.ALERT_DISPOSE))
    require(rules.may_enter_case(duty.standing, hindered=hindered))
    duties.add_step(duty, DutyStepKind.VETTED, actor.person, number=release.number, words=release.why)
    return Duty.objects.get(pk=duty.pk)
