"""Asks DEMS what it has of an upload that was ended while it was under way: until that is known, evidence that is not
due there may be there, and nobody would know."""

from contextlib import suppress
from datetime import timedelta
from itertools import islice

from plateward import clock
from plateward.audit.events import Event
from plateward.audit.log import act
from plateward.evidence.dems.duties import HUB
from plateward.evidence.dems.models import Duty, Upload
from plateward.evidence.dems.service import client
from plateward.jobs.lease import LeaseLost, finish, take
from plateward.links.dems import Acknowledgment, Dems, DemsAway, DemsRefused
from plateward.people.notices.actions import notify
from plateward.people.notices.kinds import Kind as Notified
from plateward.policy.trace import enforces

AGAIN_AFTER = timedelta(minutes=15)
LEASE = timedelta(minutes=2)
MOST_A_ROUND = 20


@enforces("6.a.iv", "6.e.iv.4")
def look_up_leftovers() -> int:
    """Ask about the uploads that ended with an address, once nothing more is due of their duty: until then a new export
    takes over what is there. Returns of how many something is in DEMS. Several nodes may run this at once."""
    dems, left = client(), 0
    if dems is None:
        return 0
    ended = (
        Upload.objects.answerable()
        .filter(stage=Upload.Stage.ENDED, duty__in=Duty.objects.ended())
        .exclude(address="")
    )
    due = ended.filter(due_at__lte=clock.now()).order_by("due_at").select_related("by", "duty__by")
    for upload in islice(take(due, LEASE), MOST_A_ROUND):
        with suppress(LeaseLost):
            left += _look_up(dems, upload)
    return left


def _look_up(dems: Dems, upload: Upload) -> bool:
    try:
        answer = dems.acknowledgment(str(upload.pk))
        arrived = None if answer else dems.offset(upload.address)
    except (DemsAway, DemsRefused):
        finish(upload, due_at=clock.now() + AGAIN_AFTER)
        return False
    if arrived == upload.size:  # it may become an item yet
        finish(upload, due_at=clock.now() + AGAIN_AFTER)
        return False
    _record(upload, answer, arrived or 0)
    return bool(answer or arrived)


@enforces("6.a.iv", "6.e.iv.4", "6.b.i.9")
def _record(upload: Upload, answer: Acknowledgment | None, arrived: int) -> None:
    """What is known now; what is there, a person removes."""
    duty, item = upload.duty, answer.item if answer else ""
    with act(HUB, Event.DEMS_LEFT, f"alert:{duty.alert_id}") as entry:
        entry.note(
            upload=str(upload.pk), number=upload.number, item=item, bytes=answer.size if answer else arrived
        )
        finish(upload, address="", item=item, sent=upload.size if answer else arrived)
        if not (answer or arrived):
            return
        what = f"item {item}" if item else f"{arrived:,} bytes of an unfinished upload, reference {upload.pk}"
        text = (
            f"An export of alert {duty.alert_id} under {upload.number} was ended, and DEMS has something of it: "
            f"{what}. Have it removed there by hand: it is not due there (OPR:50 6.a.iv)."
        )
        notify({duty.by, upload.by}, Notified.EXPORT_OWE, text, duty)
