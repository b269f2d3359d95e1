"""The log's signed heads as C2SP's checkpoints: the name of this log, its keys, and what it signs with them."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from django.conf import settings

from plateward.audit.gaps import Gap
from plateward.audit.signatures import SignedHead
from plateward.audit.tlog.checkpoints import Checkpoint, NoteSigner
from plateward.audit.tlog.notes import Note, SignatureKind
from plateward.policy.trace import enforces


def log_origin(accepted: Sequence[Gap]) -> str:
    """The name of this log among logs. A log that lost entries goes on under another, since no witness may sign two
    histories under one: the number of the entry that states the loss is added."""
    key = settings.RING.signing("audit").public_key().public_bytes_raw()
    name = settings.LOG_ORIGIN or f"plateward/{sha256(key).hexdigest()[:32]}"
    return f"{name}/{accepted[-1].sequence}" if accepted else name


def log_signers(origin: str) -> tuple[NoteSigner, NoteSigner]:
    """What signs this log's checkpoints: Ed25519, which all programs read, and ML-DSA-44 beside it."""
    return (
        NoteSigner(origin, SignatureKind.ED25519, settings.RING.signing("audit")),
        NoteSigner(origin, SignatureKind.COSIGNATURE_ML_DSA_44, settings.RING.signing_ml_dsa("audit")),
    )


@enforces("6.b.i.9", "AU-9")
def checkpoint_note(signed: SignedHead, accepted: Sequence[Gap]) -> Note:
    """This head as a checkpoint, signed by the log."""
    checkpoint = Checkpoint(log_origin(accepted), signed.head.size, bytes.fromhex(signed.head.root))
    at = datetime.fromisoformat(signed.head.at)
    return Note(
        str(checkpoint), tuple(signer.sign(checkpoint, at) for signer in log_signers(checkpoint.origin))
    )
