"""A head of the log as C2SP's checkpoint: the name of this log, its keys, and all signatures that this hub has for
it, the log's own and its witnesses'."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from django.conf import settings

from plateward.core.audit import known_heads
from plateward.core.audit.gaps import Gap
from plateward.core.audit.signatures import SignedHead
from plateward.core.audit.tlog.checkpoints import Checkpoint, NoteSigner, verify_signature
from plateward.core.audit.tlog.notes import BadNote, Note, NoteKey, SignatureKind, parse_signatures
from plateward.core.audit.witnesses.models import WitnessState
from plateward.ground.policy.trace import enforces


def log_origin(accepted: Sequence[Gap]) -> str:
    """The name of this log among logs. A log that lost entries goes on under another, since no witness may sign two
    histories under one: the number of the entry that states the loss is added."""
    key = settings.RING.log_keys()[0]  # the name stays when the key is rotated
    name = settings.LOG_ORIGIN or f"plateward/{sha256(key).hexdigest()[:32]}"
    return f"{name}/{accepted[-1].sequence}" if accepted else name


def log_signers(origin: str) -> tuple[NoteSigner, ...]:
    """What signs this log's checkpoints: Ed25519, which all programs read, and ML-DSA-44 beside it. While its old key
    is kept, that signs too, so that who knows only one of the two verifies (C2SP's signed-note)."""
    ring = settings.RING
    return tuple(
        NoteSigner(origin, kind, key)
        for secret in ring.log_secrets()
        for kind, key in (
            (SignatureKind.ED25519, ring.signing("audit", secret)),
            (SignatureKind.COSIGNATURE_ML_DSA_44, ring.signing_ml_dsa("audit", secret)),
        )
    )


@enforces("6.b.i.9/sealed", "AU-9/witnessed")
def checkpoint_note(signed: SignedHead, accepted: Sequence[Gap]) -> Note:
    """This head as a checkpoint, signed by the log."""
    checkpoint = Checkpoint(log_origin(accepted), signed.head.size, bytes.fromhex(signed.head.root))
    at = datetime.fromisoformat(signed.head.at)
    return Note(
        str(checkpoint), tuple(signer.sign(checkpoint, at) for signer in log_signers(checkpoint.origin))
    )


@dataclass(frozen=True)
class WitnessRow:
    """A witness of the policy for people: its name, its last answer if there was one, and when it last cosigned by its
    own signature, whatever the database says of it."""

    name: str
    state: WitnessState | None
    cosigned_at: datetime | None


def state_name(key: NoteKey) -> str:
    return f"{key.name}+{key.id.hex()}"


def cosigned_note(signed: SignedHead) -> Note:
    """This head's checkpoint, with the cosignatures of the witnesses of the policy that have this very tree."""
    note = checkpoint_note(signed, known_heads.accepted_gaps())
    keys = [state_name(witness.key) for witness in settings.WITNESS_POLICY.witnesses]
    states = (
        WitnessState.objects.filter(pk__in=keys, size=signed.head.size).exclude(cosigned="").order_by("pk")
    )
    root = bytes.fromhex(signed.head.root)
    lines = [
        line for state in states if bytes(state.root) == root for line in parse_signatures(state.cosigned)
    ]
    return Note(note.text, (*note.signatures, *lines))


def witness_rows() -> list[WitnessRow]:
    """All witnesses of the policy."""
    states, origin = WitnessState.objects.in_bulk(), log_origin(known_heads.accepted_gaps())
    return [
        WitnessRow(witness.name, state, _cosigned_at(witness.key, state, origin))
        for witness in settings.WITNESS_POLICY.witnesses
        for state in (states.get(state_name(witness.key)),)
    ]


@enforces("AU-9/witnessed")
def _cosigned_at(key: NoteKey, state: WitnessState | None, origin: str) -> datetime | None:
    if state is None or not state.cosigned:
        return None
    checkpoint = Checkpoint(origin, state.size, bytes(state.root))
    try:
        times = [verify_signature(key, checkpoint, each) for each in parse_signatures(state.cosigned)]
    except BadNote:
        return None
    return max((at for at in times if at), default=None)


def has_witness() -> bool:
    """Whether anybody holds the log's heads outside this machine: a witness, or a file elsewhere."""
    return bool(settings.WITNESS_POLICY.witnesses or settings.WITNESS)


def lacking_witnesses(note: Note) -> list[str]:
    """The witnesses of the policy that did not cosign this checkpoint, by name."""
    policy = settings.WITNESS_POLICY
    return sorted({witness.name for witness in policy.witnesses} - policy.cosigners(note))
