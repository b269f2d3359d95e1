"""This hub as a witness of other agencies' logs (c2sp.org/tlog-witness): it cosigns what continues what it cosigned."""

from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

from django.conf import settings
from django.db import transaction

from plateward import clock
from plateward.audit.actor import Actor
from plateward.audit.events import Event
from plateward.audit.log import act
from plateward.audit.merkle import Frontier, consistent
from plateward.audit.repeated_refusals import record_or_count
from plateward.audit.rules import MAX_ITEM
from plateward.audit.tlog.checkpoints import Checkpoint, NoteSigner, verify_signature
from plateward.audit.tlog.messages import AddCheckpoint
from plateward.audit.tlog.notes import BadNote, Note, SignatureKind
from plateward.audit.witnesses.models import WitnessedFork, WitnessedLog
from plateward.audit.witnesses.signals import log_alarm
from plateward.audit.witnesses.witnessed_file import keep_witnessed, read_witnessed
from plateward.db.locking import lock_row
from plateward.policy.trace import enforces

ALARMS_A_DAY = 10  # for forks of a log: whoever has its key can sign any number


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
    """Its log signed another tree of the size that was cosigned: both signatures together prove the fork."""


class _Unproven(NotCosigned):
    """The proof is none. Anybody can send one with a public checkpoint, so it says nothing about the log."""


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
        note = _require_known(checkpoint, request.note)
        with transaction.atomic():
            log = lock_row(WitnessedLog.objects.get_or_create(pk=checkpoint.origin)[0])
            before = _last_cosigned(log)
            _require_continued(before, request, checkpoint)
            now, signer = clock.now(), witness_signer()
            cosignature = signer.sign(checkpoint, now)
            if log.cosigned_at is None or log.size != checkpoint.size:
                log.size, log.root, log.cosigned_at = checkpoint.size, checkpoint.root, now
                log.note = bytes(note).decode()
                log.save(update_fields=["size", "root", "cosigned_at", "note"])
            keep_witnessed(signer.key, Note(note.text, (*note.signatures, cosignature)))
    except _Forked as forked:
        _report_fork(actor, checkpoint, request.old, note)
        return forked.reply
    except _Unproven as unproven:
        record_or_count(
            actor,
            Event.WITNESS_UNPROVEN,
            f"log:{checkpoint.origin}",
            outcome="refused",
            clause="AU-9",
            size=checkpoint.size,
            root=checkpoint.root.hex(),
            old=request.old,
        )
        return unproven.reply
    except NotCosigned as refused:
        return refused.reply
    return WitnessReply(200, str(cosignature))


def _require_known(checkpoint: Checkpoint, note: Note) -> Note:
    """The checkpoint with only its log's own signatures, one of each key. The policy names this log, and its key signed
    this. Raises NotCosigned."""
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
    return Note(note.text, tuple(dict(own).values()))


def _last_cosigned(log: WitnessedLog) -> Checkpoint | None:
    """By the database, or by the file beside the keys: a database that was restored has less. Raises HeadUnusable."""
    kept = read_witnessed(witness_signer().key, log.origin)
    if log.cosigned_at is None or (kept and kept.size >= log.size):
        return kept
    return Checkpoint(log.origin, log.size, bytes(log.root))


def _require_continued(before: Checkpoint | None, request: AddCheckpoint, checkpoint: Checkpoint) -> None:
    """The checkpoint continues the last one. Raises NotCosigned."""
    old, new, size = request.old, checkpoint.size, before.size if before else 0
    if old > new:
        raise NotCosigned(400, "The old size is larger than the checkpoint's.")
    if before and new == size and checkpoint.root != before.root:
        raise _Forked(422, "Another root was cosigned at this size.")
    if old != size:
        raise NotCosigned(409, str(size), "text/x.tlog.size")
    if request.proof and old in (0, new):
        raise NotCosigned(400, "From an empty log, or from the same size, there is nothing to prove.")
    if new == 0 and checkpoint.root != Frontier().root():
        raise NotCosigned(422, "This is not the root of an empty log.")
    if before and 0 < old < new and not consistent(before.root, old, checkpoint.root, new, request.proof):
        raise _Unproven(422, "The proof does not show that this continues what was cosigned.")


@enforces("6.b.i.9", "AU-6")
def _report_fork(actor: Actor, checkpoint: Checkpoint, old: int, note: Note) -> None:
    """Each is on the log; the administrators are notified of each that is new. `note`: the evidence."""
    origin, thing, size = checkpoint.origin, f"log:{checkpoint.origin}", checkpoint.size
    forks, now = WitnessedFork.objects.filter(origin=origin), clock.now()
    known = forks.filter(size=size, root=checkpoint.root).exists()
    if known or forks.filter(at__gt=now - timedelta(days=1)).count() >= ALARMS_A_DAY:
        record_or_count(
            actor,
            Event.WITNESS_FORK,
            thing,
            outcome="refused",
            clause="AU-9",
            size=size,
            root=checkpoint.root.hex(),
            old=old,
        )
        return
    with act(actor, Event.WITNESS_FORK, thing) as entry:
        text = bytes(note).decode()
        lines = [text[at : at + MAX_ITEM] for at in range(0, len(text), MAX_ITEM)]  # longer text would be cut
        entry.note(size=size, root=checkpoint.root.hex(), old=old, checkpoint=lines)
        _, new = forks.get_or_create(origin=origin, size=size, root=checkpoint.root, defaults={"at": now})
        if new:
            WitnessedLog.objects.filter(pk=origin).update(forked_at=now)
            log_alarm.send(
                None,
                text=f"The audit log {origin}, which this hub witnesses, has two histories: a checkpoint of "
                f"{size:,} entries was refused. Call that agency's ALPR administrator.",
            )
