"""Whether enough witnesses cosigned a proven log. Needs no Django."""

from pathlib import Path

from plateward.audit.signatures import key_text
from plateward.audit.tlog.notes import BadNote, Note
from plateward.audit.tlog.policy import parse_policy
from plateward.audit.verify import NotProven, VerifiedLog
from plateward.policy.trace import enforces


@enforces("6.b.i.9", "AU-9")
def require_quorum(proven: VerifiedLog, path: Path) -> list[str]:
    """The witnesses that cosigned the log's checkpoint, by their names in the policy at `path`. Raises NotProven if
    the policy is unusable, knows other logs than this, or requires more witnesses."""
    try:
        policy = parse_policy(path.read_bytes())
        note = Note.parse(proven.checkpoint.encode())
    except OSError as error:
        raise NotProven(f"the witness policy cannot be read: {error.strerror}.") from error
    except BadNote as error:
        raise NotProven(f"its witnesses cannot be looked at. {error}") from error
    if policy.logs and proven.key not in {key_text(log.public) for log in policy.logs}:
        raise NotProven("it is none of the logs that the witness policy names.")
    cosigners = policy.cosigners(note)
    if not policy.is_met(cosigners):
        names = ", ".join(sorted(cosigners)) or "no witness"
        raise NotProven(
            f"its checkpoint was cosigned by {names}, which is no quorum: its hub may show others another log."
        )
    return sorted(cosigners)
