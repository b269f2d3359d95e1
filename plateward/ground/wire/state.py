"""What a reader says of itself with a batch: what is wrong with it now, how its camera is connected and its keys are
sealed."""

from enum import StrEnum
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from plateward.ground.wire.codec import Moment, TextLine, require_utc

RingSeal = Literal["", "none", "passphrase", "tpm2"]


class FaultKind(StrEnum):
    """What is broken, as a malfunction has it (field/fleet/malfunctions/rules.py)."""

    PICTURE = "picture"
    POSITION = "position"
    TIME = "time"
    ALARM = "alarm"


class ReaderFault(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`since`: by the reader's clock. `words`: what is wrong; no plate."""

    kind: FaultKind
    since: Moment
    words: TextLine

    def __post_init__(self) -> None:
        require_utc(self.since, "since")


class ReaderState(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything that is wrong now; what is not in here, is over. `camera`: how it is connected, in words. `ring`: how
    its keys are sealed; empty: it does not say."""

    faults: Annotated[tuple[ReaderFault, ...], Meta(max_length=10)] = ()
    camera: TextLine = ""
    ring: RingSeal = ""
