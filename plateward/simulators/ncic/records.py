"""The simulated switch's records, and how it behaves."""

from dataclasses import dataclass
from enum import StrEnum


class NcicMode(StrEnum):
    """How it answers a question: after `delay` seconds (SLOW), with nonsense, with the answer to another question,
    never while the line stays open (SILENT), or by a reset of the line (REFUSE).
    """

    GARBLED = "garbled"
    NORMAL = "normal"
    OTHER_ANSWER = "other_answer"
    REFUSE = "refuse"
    SILENT = "silent"
    SLOW = "slow"


class Reply(StrEnum):
    """How the entering agency answers a hit confirmation request (YQ): by a YR at once (AT_ONCE), by a YR in the
    mailbox (MAILED), the same after `delay` seconds (LATE) or twice (DUPLICATE), by a YR to another request (OTHER),
    nonsense (GARBLED), or not at all.
    """

    AT_ONCE = "at_once"
    DUPLICATE = "duplicate"
    GARBLED = "garbled"
    LATE = "late"
    MAILED = "mailed"
    NEVER = "never"
    OTHER = "other"


@dataclass(frozen=True)
class RecordOnFile:
    """A plate on file; queries for it are answered in `mode` if set, requests to confirm it by `reply` with `verdict`
    (Y valid, N not valid, I in process).
    """

    plate: str
    state: str
    reason: str = "STOLEN VEHICLE"
    nic: str = "V000000000"
    ori: str = "NM0000000"
    oca: str = ""
    year: str = ""
    make: str = ""
    model: str = ""
    style: str = ""
    color: str = ""
    mode: NcicMode | None = None
    reply: Reply = Reply.MAILED
    verdict: str = "Y"


@dataclass(frozen=True)
class Truck:
    """A commercial vehicle under PRISM: its carrier's DOT number, whether it is out of service, and since when
    (YYYYMMDD); `mode` as in `RecordOnFile`.
    """

    plate: str
    state: str
    dot: str = ""
    out_of_service: bool = False
    since: str = ""
    mode: NcicMode | None = None


@dataclass(frozen=True)
class SwitchQuestion:
    """A received question: sender, recipient, kind and fields."""

    control: str
    key: str
    ori: str
    to: str
    fields: dict[str, str]


# The parts of an answer: the leading words of each, and its fields.
Parts = list[tuple[str, dict[str, str]]]


def with_zeros(plate: str) -> str:
    """O replaced by zero, as in NCIC."""
    return plate.replace("O", "0")
