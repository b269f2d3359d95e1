"""The checkpoint of a head with all signatures that this hub has for it: the log's own and its witnesses'."""

from dataclasses import dataclass

from django.conf import settings

from plateward.audit import known_heads
from plateward.audit.checkpoint import checkpoint_note
from plateward.audit.signatures import SignedHead
from plateward.audit.tlog.notes import Note, NoteKey, parse_signatures
from plateward.audit.witnesses.models import WitnessState


@dataclass(frozen=True)
class WitnessRow:
    """A witness of the policy for people: its name, and its last answer if there was one."""

    name: str
    state: WitnessState | None


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
    states = WitnessState.objects.in_bulk()
    return [
        WitnessRow(witness.name, states.get(state_name(witness.key)))
        for witness in settings.WITNESS_POLICY.witnesses
    ]


def lacking_witnesses(note: Note) -> list[str]:
    """The witnesses of the policy that did not cosign this checkpoint, by name."""
    policy = settings.WITNESS_POLICY
    return sorted({witness.name for witness in policy.witnesses} - policy.cosigners(note))
