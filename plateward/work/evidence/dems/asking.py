"""Asks DEMS what it has: day by day, whether it still has what it acknowledged; and what it got of an upload that was
ended while it was under way, since evidence that is not due there may be there, and nobody would know."""

from datetime import timedelta
from functools import partial

from plateward.core.audit.events import Event
from plateward.core.audit.log import act
from plateward.core.jobs.lease import finish, release
from plateward.core.outbox.sending import NotSent, send_due
from plateward.ground import clock
from plateward.ground.links.dems import Dems, DemsAcknowledgment, DemsAway, DemsRefused
from plateward.ground.policy.trace import enforces
from plateward.people.notices.actions import notify
from plateward.people.notices.kinds import Kind as Notified
from plateward.work.alerts.outbox import announce
from plateward.work.alerts.stored import StoreAnswer, key_or_why, read_or_why
from plateward.work.evidence.dems.duties import HUB, add_step, lock_subject, nearest_reviewers, reloaded
from plateward.work.evidence.dems.models import Duty, Upload
from plateward.work.evidence.dems.rules import DutyStepKind
from plateward.work.evidence.dems.service import client

EVERY = timedelta(days=1)
MOST_A_DAY = 500  # items: the rest come on the days after
MOST_A_ROUND = 20
LEASE = timedelta(minutes=2)


@enforces("6.a.iv/dems", "6.e.iv.4/evidence")
def check_items() -> int:
    """Ask DEMS about items that it has not confirmed for a day, those first that it was not asked about for longest:
    what stays without an answer holds up nothing else. Returns how many are missing. Several nodes may run this at
    once."""
    dems, since = client(), clock.now() - EVERY
    if dems is None:
        return 0
    kept = Upload.objects.kept().answerable()
    checked_today = kept.filter(checked_at__gt=since, acknowledged_at__lte=since).count()
    rows = kept.filter(checked_at__lte=since).select_related("duty__alert")
    most = max(0, min(MOST_A_ROUND, MOST_A_DAY - checked_today))
    return send_due(rows, LEASE, partial(_is_missing, dems), most=most)


def _is_missing(dems: Dems, upload: Upload) -> bool:
    try:
        answer = dems.acknowledgment(str(upload.pk))
    except (DemsAway, DemsRefused) as error:
        away = isinstance(error, DemsAway)  # the other says no about this item alone
        raise NotSent(Upload.Problem.AWAY, str(error), away=away) from error
    there = answer is not None and answer.sha256 == upload.sha256
    here = StoreAnswer(None) if there else _kept_here(upload.duty)
    if here.away:  # whether it should be there is asked again, after the others
        raise NotSent(Upload.Problem.STATED, here.missing)
    # What was destroyed here by order may be destroyed there too.
    if here.kept is None and not here.missing:
        finish(upload, checked_at=clock.now(), due_at=clock.now(), tries=0, problem="")
        return False
    _record_missing(upload, "DEMS has other bytes there now" if answer else "DEMS no longer has it")
    return True


def _kept_here(duty: Duty) -> StoreAnswer:
    """Of what DEMS may lack: the read of its alert, or the first of its reads that is kept."""
    if duty.alert:
        return read_or_why(duty.alert)
    answers = [key_or_why(key) for key in duty.keys]
    return next((answer for answer in answers if answer.kept or answer.away or answer.missing), answers[0])


@enforces("6.a.iv/dems", "6.a.iv/overdue", "6.b.i.9/entries")
def _record_missing(upload: Upload, why: str) -> None:
    """It is due again; notify its owner and their supervisor."""
    with act(HUB, Event.DEMS_MISS, upload.duty.thing) as entry:
        entry.note(upload=str(upload.pk), item=upload.item, number=upload.number, detail=why)
        locked = lock_subject(upload.duty)
        release(Upload.objects.filter(pk=upload.pk), missing_at=clock.now(), checked_at=clock.now())
        duty = reloaded(upload.duty)
        if duty.standing.kind != DutyStepKind.ACCEPTED:
            return  # it is due again already, or nothing is
        add_step(duty, DutyStepKind.MISSING, upload.by, words=f"Item {upload.item}: {why}.")
        text = (
            f"{duty.subject.capitalize()} is due in DEMS again. "
            f"Item {upload.item} under {upload.number}: {why} (OPR:50 6.a.iv). Find out why, and export it again "
            "under Alerts, DEMS exports due."
        )
        notify({duty.by, *nearest_reviewers(duty, None)}, Notified.EXPORT_OWE, text, duty)
        announce(locked, new=False)


@enforces("6.a.iv/dems", "6.e.iv.4/evidence")
def look_up_leftovers() -> int:
    """Ask about the uploads that ended with an address, once nothing more is due of their duty: until then a new export
    takes over what is there. Returns of how many something is in DEMS. Several nodes may run this at once."""
    dems = client()
    if dems is None:
        return 0
    of_ended = Upload.objects.answerable().filter(stage=Upload.Stage.ENDED, duty__in=Duty.objects.ended())
    rows = of_ended.exclude(address="").select_related("by", "duty__by")
    return send_due(rows, LEASE, partial(_look_up_leftover, dems), most=MOST_A_ROUND)


def _look_up_leftover(dems: Dems, upload: Upload) -> bool:
    try:
        answer = dems.acknowledgment(str(upload.pk))
        arrived = None if answer else dems.offset(upload.address)
    except (DemsAway, DemsRefused) as away:
        raise NotSent(Upload.Problem.AWAY, str(away)) from away
    if arrived == upload.size:  # it may become an item yet
        raise NotSent(Upload.Problem.NOT_YET)
    _record_leftover(upload, answer, arrived or 0)
    return bool(answer or arrived)


@enforces("6.a.iv/dems", "6.e.iv.4/evidence", "6.b.i.9/entries")
def _record_leftover(upload: Upload, answer: DemsAcknowledgment | None, arrived: int) -> None:
    """What is known now; what is there, a person removes."""
    duty, item = upload.duty, answer.item if answer else ""
    with act(HUB, Event.DEMS_LEFT, duty.thing) as entry:
        entry.note(
            upload=str(upload.pk), number=upload.number, item=item, bytes=answer.size if answer else arrived
        )
        finish(upload, address="", item=item, sent=upload.size if answer else arrived)
        if not (answer or arrived):
            return
        what = f"item {item}" if item else f"{arrived:,} bytes of an unfinished upload, reference {upload.pk}"
        text = (
            f"An export of {duty.subject} under {upload.number} was ended, and DEMS has something of it: "
            f"{what}. Have it removed there by hand: it is not due there (OPR:50 6.a.iv)."
        )
        notify({duty.by, upload.by}, Notified.EXPORT_OWE, text, duty)
