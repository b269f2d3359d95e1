"""Asks DEMS day by day whether it still has what it acknowledged."""

from datetime import timedelta
from itertools import islice

from plateward import clock
from plateward.alerts.models import Alert
from plateward.alerts.outbox import announce
from plateward.alerts.stored import NOT_ANSWERED, read_or_why
from plateward.audit.events import Event
from plateward.audit.log import act
from plateward.evidence.dems.duties import HUB, add_step, nearest_reviewers, reloaded
from plateward.evidence.dems.models import Upload
from plateward.evidence.dems.rules import DutyStepKind
from plateward.evidence.dems.service import client
from plateward.jobs.lease import release, take
from plateward.links.dems import DemsAway, DemsRefused
from plateward.people.notices.actions import notify
from plateward.people.notices.kinds import Kind as Notified
from plateward.policy.trace import enforces

EVERY = timedelta(days=1)
MOST_A_DAY = 500  # items: the rest come on the days after
MOST_A_ROUND = 20
LEASE = timedelta(minutes=2)


@enforces("6.a.iv", "6.e.iv.4", "6.j.i")
def check_items() -> int:
    """Ask DEMS about items that it has not confirmed for a day, those first that it was not asked about for longest:
    what stays without an answer holds up nothing else. Returns how many are missing. Several nodes may run this at
    once."""
    dems, since = client(), clock.now() - EVERY
    if dems is None:
        return 0
    kept = Upload.objects.kept().answerable()
    checked_today = kept.filter(checked_at__gt=since, acknowledged_at__lte=since).count()
    due = kept.filter(checked_at__lte=since).order_by("due_at")
    missing = 0
    rows = take(due.select_related("duty__alert"), LEASE)
    for upload in islice(rows, max(0, min(MOST_A_ROUND, MOST_A_DAY - checked_today))):
        row, now = Upload.objects.filter(pk=upload.pk), clock.now()
        try:
            answer = dems.acknowledgment(str(upload.pk))
        except DemsRefused:  # about this item
            release(row, due_at=now)
            continue
        except DemsAway:
            release(row, due_at=now)
            break
        there = answer is not None and answer.sha256 == upload.sha256
        stored, lost = (None, "") if there else read_or_why(upload.duty.alert)
        if lost == NOT_ANSWERED:
            release(row, due_at=now)  # whether it should be there is asked again, after the others
        # What was destroyed here by order may be destroyed there too.
        elif stored is None and not lost:
            release(row, checked_at=now, due_at=now)
        else:
            _record_missing(upload, "DEMS has other bytes there now" if answer else "DEMS no longer has it")
            missing += 1
    return missing


@enforces("6.a.iv", "6.c.ii", "6.b.i.9")
def _record_missing(upload: Upload, why: str) -> None:
    """It is due again; notify its owner and their supervisor."""
    with act(HUB, Event.DEMS_MISS, f"alert:{upload.duty.alert_id}") as entry:
        entry.note(upload=str(upload.pk), item=upload.item, number=upload.number, detail=why)
        alert = Alert.objects.select_for_update(no_key=True).get(pk=upload.duty.alert_id)
        release(Upload.objects.filter(pk=upload.pk), missing_at=clock.now(), checked_at=clock.now())
        duty = reloaded(upload.duty)
        if duty.standing.kind != DutyStepKind.ACCEPTED:
            return  # it is due again already, or nothing is
        add_step(duty, DutyStepKind.MISSING, upload.by, words=f"Item {upload.item}: {why}.")
        text = (
            f"Alert {alert.pk} is due in DEMS again. Item {upload.item} under {upload.number}: {why} (OPR:50 6.a.iv). "
            "Find out why, and export it again under Alerts, DEMS exports due."
        )
        notify({duty.by, *nearest_reviewers(duty, None)}, Notified.EXPORT_OWE, text, duty)
        announce([alert], new=False)
