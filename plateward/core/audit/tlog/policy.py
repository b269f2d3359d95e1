"""Which logs and witnesses are trusted, and how many must have cosigned (c2sp.org/tlog-policy)."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field, replace

from plateward.core.audit.tlog.checkpoints import Checkpoint, parse_number, verify_signature
from plateward.core.audit.tlog.notes import BadNote, Note, NoteKey, SignatureKind

NONE = "none"
# What a verifier says who was given no policy.
UNWITNESSED = (
    "Whether its agency showed others another history, only witnesses can say: give their policy (--policy)."
)


@dataclass(frozen=True)
class PolicyWitness:
    """A witness by the name that the policy calls it, its key, and where it is asked ("" if it is not)."""

    name: str
    key: NoteKey
    url: str


@dataclass(frozen=True)
class WitnessPolicy:
    """The known logs and witnesses. `groups`: how many of which names; `quorum`: a name, or "none"."""

    logs: tuple[NoteKey, ...] = ()
    witnesses: tuple[PolicyWitness, ...] = ()
    groups: Mapping[str, tuple[int, tuple[str, ...]]] = field(default_factory=dict)
    quorum: str = NONE

    def cosigners(self, note: Note) -> frozenset[str]:
        """The witnesses that cosigned this checkpoint. A line in a witness's name that is not its own counts not."""
        checkpoint = Checkpoint.parse(note.text)
        return frozenset(
            witness.name for witness in self.witnesses if _has_signed(witness.key, checkpoint, note)
        )

    def is_met(self, cosigned: frozenset[str]) -> bool:
        """Whether these witnesses are enough."""
        return self.quorum == NONE or self._counts(self.quorum, cosigned)

    def _counts(self, name: str, cosigned: frozenset[str]) -> bool:
        if name not in self.groups:
            return name in cosigned
        least, members = self.groups[name]
        return sum(self._counts(member, cosigned) for member in members) >= least


def _has_signed(key: NoteKey, checkpoint: Checkpoint, note: Note) -> bool:
    own = [signature for signature in note.signatures if signature.is_by(key)]
    try:
        return bool(own) and all(verify_signature(key, checkpoint, signature) for signature in own)
    except BadNote:
        return False


def parse_policy(content: bytes) -> WitnessPolicy:
    """From a policy file. Raises BadNote, which names the line."""
    policy = WitnessPolicy(quorum="")
    for number, line in enumerate(content.decode("utf-8", "surrogateescape").split("\n"), 1):
        words = line.split()
        if not words or words[0].startswith("#"):
            continue
        try:
            policy = _extended(policy, words)
        except BadNote as error:
            raise BadNote(f"Line {number} of the witness policy: {error}") from error
    if not policy.quorum:
        raise BadNote("The witness policy has no line `quorum`. Add `quorum none` if no witness is required.")
    return policy


def _extended(policy: WitnessPolicy, words: Sequence[str]) -> WitnessPolicy:
    """The policy with one more line."""
    names = {witness.name for witness in policy.witnesses} | policy.groups.keys()
    publics = {witness.key.public for witness in policy.witnesses}
    match words:
        case ["log", vkey, *url] if len(url) < 2:
            key = _key(vkey, SignatureKind.ED25519, {log.public for log in policy.logs})
            return replace(policy, logs=(*policy.logs, key))
        case ["witness", name, vkey, *url] if len(url) < 2:
            key = _key(vkey, SignatureKind.COSIGNATURE, publics)
            witness = PolicyWitness(_new_name(name, names), key, url[0].rstrip("/") if url else "")
            return replace(policy, witnesses=(*policy.witnesses, witness))
        case ["group", name, least, *members] if members:
            count = {"all": len(members), "any": 1}.get(least) or parse_number(least)
            used = {member for _, known in policy.groups.values() for member in known}
            if not 1 <= count <= len(members) or len(set(members)) < len(members):
                raise BadNote(f"the group {name} needs 1 to {len(members)} of its members, each named once.")
            if not set(members) <= names or used & set(members):
                raise BadNote(f"the members of {name} are defined above it, and are in no other group.")
            return replace(policy, groups={**policy.groups, _new_name(name, names): (count, tuple(members))})
        case ["quorum", name] if not policy.quorum and name in names | {NONE}:
            return replace(policy, quorum=name)
    raise BadNote(
        "it is not `log KEY`, `witness NAME KEY URL`, `group NAME COUNT NAMES` or the one `quorum NAME`."
    )


def _new_name(name: str, names: Set[str]) -> str:
    if name in names | {NONE}:
        raise BadNote(f"the name {name} is taken.")
    return name


def _key(vkey: str, at_least: SignatureKind, known: Set[bytes]) -> NoteKey:
    """A key that states times where a witness's must."""
    key = NoteKey.parse(vkey)
    if key.public in known or key.kind < at_least:
        raise BadNote(f"the key of {key.name} is there twice, or does not sign what it is listed for.")
    return key
