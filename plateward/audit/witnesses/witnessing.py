"""This hub as a witness of other agencies' logs (c2sp.org/tlog-witness): it cosigns what continues what it cosigned."""

from dataclasses import dataclass
from hashlib import sha256

from django.conf import settings
from django.db import transaction

from plateward import clock
from plateward.audit.actor import Actor
from plateward.audit.events import Event
from plateward.audit.log import act
from plateward.audit.merkle import Frontier, consistent
from plateward.audit.repeated_refusals import record_or_count
from plateward.audit.tlog.checkpoints import Checkpoint, NoteSigner, verify_signature
from plateward.audit.tlog.messages import AddCheckpoint
from plateward.audit.tlog.notes import BadNote, Note, SignatureKind
from plateward.audit.witnesses.models import WitnessedLog
from plateward.audit.witnesses.signals import log_alarm
from plateward.db.locking import lock_row
from plateward.policy.trace import enforces


@dataclass(frozen=True)
class WitnessReply:
    """What the other log's hub is answered."""

    status: int
    text: str
    content_type: str = "text/plain; charset=utf-8"


class NotCosigned(Exception):
    """The checkpoint is not cosigned; the answer says why, in the protocol's way."""

    def __init__(self, status: int, text: str, content_type: str = "text/plain; charset=utf-8") -> None:
        super().__init__(text)
        self.reply = WitnessReply(status, text + "\n", content_type)


class _Forked(NotCosigned):
    """It does not continue what was cosigned."""


def witness_signer() -> NoteSigner:
    """The key of this hub as a witness, another than that of its own log, under a name of its own."""
    private = settings.RING.signing("witness")
    public = private.public_key().public_bytes_raw()
    name = settings.WITNESS_NAME or f"plateward-witness/{sha256(public).hexdigest()[:32]}"
    return NoteSigner(name, SignatureKind.COSIGNATURE, private)


@enforces("6.b.i.9", "AU-9")
def add_checkpoint(actor: Actor, content: bytes) -> WitnessReply:
    """The answer to one request: the cosignature, once the checkpoint is stored, or why there is none.

    A log of the policy that forks is refused, recorded, and the administrators are notified."""
    try:
        request = AddCheckpoint.parse(content)
        checkpoint = Checkpoint.parse(request.note.text)
    except BadNote as error:
        return WitnessReply(400, f"{error}\n")
    try:
        _require_known(checkpoint, request.note)
        with transaction.atomic():
            log = lock_row(WitnessedLog.objects.get_or_create(pk=checkpoint.origin)[0])
            _require_continued(log, request, checkpoint)
            now = clock.now()
            log.size, log.root, log.cosigned_at = checkpoint.size, checkpoint.root, now
            log.note = bytes(request.note).decode()
            log.save(update_fields=["size", "root", "cosigned_at", "note"])
    except _Forked as forked:
        _report_fork(actor, checkpoint, request)
        return forked.reply
    except NotCosigned as refused:
        return refused.reply
    return WitnessReply(200, str(witness_signer().sign(checkpoint, now)))


def _require_known(checkpoint: Checkpoint, note: Note) -> None:
    """The policy names this log, and its key signed this. Raises NotCosigned."""
    keys = [key for key in settings.WITNESS_POLICY.logs if key.name == checkpoint.origin]
    if not keys:
        raise NotCosigned(404, "This hub does not witness that log.")
    own = [(key, line) for line in note.signatures for key in keys if line.is_by(key)]
    try:
        for key, line in own:
            verify_signature(key, checkpoint, line)
    except BadNote as error:
        raise NotCosigned(403, str(error)) from error
    if not own:
        raise NotCosigned(403, "No key of that log signed this checkpoint.")


def _require_continued(log: WitnessedLog, request: AddCheckpoint, checkpoint: Checkpoint) -> None:
    """The checkpoint continues the last one. Raises NotCosigned."""
    old, new = request.old, checkpoint.size
    if old > new:
        raise NotCosigned(400, "The old size is larger than the checkpoint's.")
    if new == log.size and log.cosigned_at and checkpoint.root != bytes(log.root):
        raise _Forked(422, "Another root was cosigned at this size.")
    if old != log.size:
        raise NotCosigned(409, str(log.size), "text/x.tlog.size")
    if old == new:
        proven = not request.proof and (new > 0 or checkpoint.root == Frontier().root())
    elif old == 0:
        proven = not request.proof
    else:
        proven = consistent(bytes(log.root), old, checkpoint.root, new, request.proof)
    if not proven:
        raise _Forked(422, "The proof does not show that this continues what was cosigned.")


@enforces("6.b.i.9", "AU-6")
def _report_fork(actor: Actor, checkpoint: Checkpoint, request: AddCheckpoint) -> None:
    """Each is on the log; the administrators are notified of the first."""
    thing, size, root = f"log:{checkpoint.origin}", checkpoint.size, checkpoint.root.hex()
    first = WitnessedLog.objects.filter(pk=checkpoint.origin, forked_at=None)
    if not first.exists():
        record_or_count(
            actor,
            Event.WITNESS_FORK,
            thing,
            outcome="refused",
            clause="AU-9",
            size=size,
            root=root,
            old=request.old,
        )
        return
    with act(actor, Event.WITNESS_FORK, thing) as entry:
        entry.note(size=size, root=root, old=request.old, checkpoint=bytes(request.note).decode())
        if first.update(forked_at=clock.now()):
            log_alarm.send(
                None,
                text=f"The audit log {checkpoint.origin}, which this hub witnesses, has two histories: a checkpoint of "
                f"{size:,} entries was refused. Call that agency's ALPR administrator.",
            )
