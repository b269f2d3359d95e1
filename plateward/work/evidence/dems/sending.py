"""Sends packages to DEMS until it acknowledges them. A node leases an upload, and asks DEMS before it does anything:

1. Has DEMS this package already, or one that was sent before for the same duty? Then that is acknowledged.
2. The package is made and kept, sealed.
3. DEMS gives an address for it.
4. DEMS says how much has arrived there; what follows is sent piece by piece.
5. DEMS says what it has: its number of the item, and the hash, which must be ours. That ends the duty.

Nothing but the row's lease and the sealed file is kept between these, so a hub that is killed at any of them goes on
there: after 3 or 4 DEMS says what has arrived, after 5 that it has all of it, so that nothing is sent twice. What DEMS
refuses is the owner's again; everything else is tried again, later and later. Before a package is made, and before
each piece leaves, the access of the person who began it is asked, and whether its reads are still kept (stopping.py).
"""

import time
from datetime import timedelta
from functools import partial

from django.conf import settings

from plateward.core.audit.events import Event
from plateward.core.audit.log import act
from plateward.core.cases.rules import bare, normalized
from plateward.core.jobs.lease import finish, release, renew
from plateward.core.outbox.sending import NotSent, postpone, send_due
from plateward.core.pages.export_stop import may_leave
from plateward.ground import clock
from plateward.ground.links.dems import Dems, DemsAcknowledgment, DemsAway, DemsRefused, OutgoingPackage
from plateward.ground.links.timestamping import TimestampAway
from plateward.ground.policy.decision import require
from plateward.ground.policy.trace import enforces
from plateward.people.actor import PersonActor
from plateward.people.notices.actions import notify
from plateward.people.notices.kinds import Kind as Notified
from plateward.work.alerts.outbox import announce
from plateward.work.evidence.dems import rules
from plateward.work.evidence.dems.duties import HUB, add_step, lock_subject, reloaded
from plateward.work.evidence.dems.models import FILES, Upload
from plateward.work.evidence.dems.rules import DutyStepKind
from plateward.work.evidence.dems.service import client, current_dems
from plateward.work.evidence.dems.stopping import MustStop, require_may_go, stop
from plateward.work.evidence.package.build import Leads, build_case_package
from plateward.work.evidence.package.timestamping import timestamp_of

LEASE = timedelta(minutes=5)  # longer than a package takes to make, and a piece to send
MOST_UPLOADS = 20  # of a round
AT_ONCE = 30.0  # seconds of sending, until another upload has its turn
# The node that has the file may be busy with others for as long; after that it is taken for lost.
FILE_LOST_AFTER = timedelta(minutes=20)
TRIES_BEFORE_RESENDING = 8  # failed ones (20 minutes), of what arrived whole and became no item
TIMESTAMP_WITHIN = timedelta(hours=2)  # since the export was begun: then it goes without
Problem = Upload.Problem


@enforces("6.a.iv/dems", "6.e.iv.4/evidence")
def send_packages() -> int:
    """Work on every upload that is due. Returns how many DEMS acknowledged. Several nodes may run this at once."""
    dems, done = client(), 0
    if dems is not None:
        rows = Upload.objects.under_way().select_related("by", "duty__alert__entry")
        done = send_due(rows, LEASE, partial(_work_on, dems), most=MOST_UPLOADS, failed=_record_failure)
    FILES.erase_all_but(Upload.objects.under_way())
    return done


def _work_on(dems: Dems, upload: Upload) -> bool:
    try:
        acknowledged = _had_before(dems, upload) or _sent(dems, upload)
        if acknowledged is not None:
            _acknowledge(upload, *acknowledged)
    except MustStop as why:
        stop(upload, why)
        return False
    except DemsRefused as refused:
        _record_refusal(upload, str(refused))
        return False
    except DemsAway as away:
        raise NotSent(Problem.AWAY, str(away), away=True) from away
    return acknowledged is not None


@enforces("6.a.iv/dems", "6.e.iv.4/evidence")
def _had_before(dems: Dems, upload: Upload) -> tuple[Upload, DemsAcknowledgment] | None:
    """What DEMS has already of this duty's packages, so that none is there twice. Of earlier uploads, only one that is
    whole there counts."""
    for other in upload.duty.uploads.exclude(sha256="").order_by("-pk"):
        answer = dems.acknowledgment(str(other.pk))
        if answer and (other.pk == upload.pk or answer.sha256 == other.sha256):
            return _verified(upload, other, answer)
    return None


@enforces("6.a.iv/dems", "6.e.iv.4/evidence")
def _verified(upload: Upload, other: Upload, answer: DemsAcknowledgment) -> tuple[Upload, DemsAcknowledgment]:
    """Raises NotSent if it is not our file, or not where it belongs."""
    if (answer.sha256, answer.size) != (other.sha256, other.size):
        raise NotSent(
            Problem.AWAY,
            f"has other bytes as item {answer.item} (SHA-256 {answer.sha256[:16]}… instead of {other.sha256[:16]}…): "
            "it is damaged there. Have it removed there, and export again",
        )
    if bare(normalized(answer.number)) != bare(normalized(upload.number)):
        raise NotSent(
            Problem.AWAY,
            f"has it as item {answer.item} under {answer.number[:40]} instead of {upload.number}: have it moved there",
        )
    return other, answer


def _sent(dems: Dems, upload: Upload) -> tuple[Upload, DemsAcknowledgment] | None:
    """Make it and send it, as far as that is not done. None: it goes on after others had their turn."""
    if upload.stage == Upload.Stage.PACKING:
        require_may_go(upload)
        _make(upload)
    file, until = upload.file, time.monotonic() + AT_ONCE
    if file is None:
        _replace(upload)
        return None
    arrived = _arrived(dems, upload)
    if arrived is None:
        require_may_go(upload)
        _begin(dems, upload)
        arrived = 0
    while arrived < upload.size:
        require(may_leave())
        require_may_go(upload)
        if time.monotonic() > until:
            finish(upload, due_at=clock.now())
            return None
        arrived = dems.append(upload.address, arrived, file.piece_from(arrived))
        renew(upload, LEASE, sent=arrived, tries=0, problem="")
    answer = dems.acknowledgment(str(upload.pk))
    if answer is None:
        raise NotSent(Problem.NOT_YET)
    return _verified(upload, upload, answer)


@enforces("6.a.iv/dems", "6.e.iv.4/evidence")
def _arrived(dems: Dems, upload: Upload) -> int | None:
    """How much has arrived of it; None: it begins anew, since DEMS knows of nothing, or of what can become no item."""
    arrived = dems.offset(upload.address) if upload.address else None
    if arrived is None or arrived > upload.size:
        return None
    waited_enough = upload.tries >= TRIES_BEFORE_RESENDING and upload.problem == Problem.NOT_YET
    return None if arrived == upload.size and waited_enough else arrived


@enforces("6.a.iv/dems", "6.e.iv.4/evidence", "6.b.i.9/entries")
def _replace(upload: Upload) -> None:
    """Its file is not on this node. If the node that has it does not go on, a new package is made, with a reference of
    its own: DEMS may have got some or all of the old one, and is still asked about that."""
    if upload.due_at > clock.now() - FILE_LOST_AFTER:
        finish(upload)
        return
    with act(HUB, Event.DEMS_SEND, upload.duty.thing) as entry:
        entry.outcome = "failed"
        finish(upload, stage=Upload.Stage.ENDED, key=None, problem="")
        another = Upload.objects.create(
            duty=upload.duty, by=upload.by, number=upload.number, begun_at=upload.begun_at
        )
        entry.note(
            upload=str(upload.pk), detail="Its file is gone: a new package is made.", again=str(another.pk)
        )


@enforces("6.a.iv/dems", "6.e.iv.4/evidence", "6.i.i/aes")
def _make(upload: Upload) -> None:
    """Once it is sent, no timestamp can be added to it there: it waits for one, for a while."""
    duty, by = upload.duty, PersonActor.of(upload.by)
    of = [duty.alert] if duty.alert else Leads(duty.keys, duty.vettings)
    waits = bool(settings.TSA_URL) and clock.now() < upload.begun_at + TIMESTAMP_WITHIN
    if waits and upload.problem == Problem.NO_TIMESTAMP:
        _require_timestamps(upload)  # before another package is made in vain
    with FILES.making(upload.pk) as file:
        packed = build_case_package(upload.number, of, file.plain, by=by)
        if waits and not packed.timestamped:
            raise NotSent(Problem.NO_TIMESTAMP, "The timestamp authority is away.")
        renew(upload, LEASE)
        file.seal(packed.sha256)
        upload.key = file.wrapped
        upload.stage, upload.sha256, upload.size = Upload.Stage.SENDING, packed.sha256, packed.bytes
        upload.reads, upload.sent, upload.address = packed.reads, 0, ""
        made = ("key", "stage", "sha256", "size", "reads", "sent", "address")
        renew(upload, LEASE, **{name: getattr(upload, name) for name in made})


def _require_timestamps(upload: Upload) -> None:
    try:
        timestamp_of(str(upload.pk).encode())
    except TimestampAway as away:
        raise NotSent(Problem.NO_TIMESTAMP, str(away)) from away


@enforces("6.b.i.9/entries", "6.b.i.9/first", "6.b.i.11/contained")
def _begin(dems: Dems, upload: Upload) -> None:
    """On the log before anything leaves."""
    with act(HUB, Event.DEMS_SEND, upload.duty.thing) as entry:
        require(may_leave())
        entry.note(upload=str(upload.pk), number=upload.number, sha256=upload.sha256, bytes=upload.size)
        renew(upload, LEASE, sent=0)
    upload.address = dems.begin(
        OutgoingPackage(
            reference=str(upload.pk),
            name=f"{upload.number}-{upload.duty.thing.replace(':', '-')}.zip",
            number=upload.number,
            size=upload.size,
            sha256=upload.sha256,
            tags={
                "agency": settings.AGENCY_ORI,
                "alert": str(upload.duty.alert_id or ""),
                "officer": upload.duty.by.username,
                "submitted_by": upload.by.username,
            },
        )
    )
    renew(upload, LEASE, address=upload.address, dems=current_dems())


@enforces("6.a.iv/dems", "6.e.iv.4/evidence", "6.b.i.9/entries")
def _acknowledge(upload: Upload, of: Upload, answer: DemsAcknowledgment) -> None:
    """DEMS has it, so the duty ends. `of`: an earlier upload, if DEMS has that one."""
    now = clock.now()
    with act(HUB, Event.DEMS_ACKNOWLEDGE, upload.duty.thing) as entry:
        entry.note(upload=str(of.pk), item=answer.item, number=answer.number, sha256=answer.sha256)
        locked = lock_subject(upload.duty)
        if of.pk != upload.pk:
            finish(upload, stage=Upload.Stage.ENDED, key=None, problem="")
        else:
            renew(upload, LEASE)
        release(
            Upload.objects.filter(pk=of.pk),
            stage=Upload.Stage.ACKNOWLEDGED,
            item=answer.item,
            dems=current_dems(),
            acknowledged_at=now,
            checked_at=now,
            missing_at=None,
            sent=of.size,
            key=None,
            problem="",
        )
        duty = reloaded(upload.duty)
        if duty.standing.kind not in rules.IN_DEMS:
            kept = {"number": upload.number, "item": answer.item, "exported_at": now}
            add_step(duty, DutyStepKind.ACCEPTED, upload.by, **kept)
        announce(locked, new=False)


@enforces("6.a.iv/dems", "6.b.i.9/entries")
def _record_refusal(upload: Upload, reason: str) -> None:
    """The owner corrects what DEMS names, and exports it again."""
    with act(HUB, Event.DEMS_REFUSE, upload.duty.thing) as entry:
        entry.note(upload=str(upload.pk), number=upload.number, detail=reason)
        locked = lock_subject(upload.duty)
        refused = {"problem": Problem.REFUSED, "detail": reason[:300]}
        finish(upload, stage=Upload.Stage.REFUSED, key=None, **refused)
        duty = reloaded(upload.duty)
        add_step(duty, DutyStepKind.REFUSED, upload.by, words=reason)
        text = f"DEMS refused the export of {duty.subject} under {upload.number}: “{reason[:200]}” Export it again."
        notify({duty.by, upload.by}, Notified.EXPORT_OWE, text, duty)
        announce(locked, new=False)


@enforces("6.a.iv/dems", "6.b.i.9/entries")
def _record_failure(upload: Upload, why: NotSent) -> None:
    """Only the first of several failures of one kind is logged."""
    if why.problem == upload.problem:
        postpone(upload, why)
        return
    with act(HUB, Event.DEMS_SEND, upload.duty.thing) as entry:
        entry.outcome = "failed"
        entry.note(upload=str(upload.pk), detail=str(why))
        postpone(upload, why)
