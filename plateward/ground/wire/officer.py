"""Officers at a reader's own screen: their log-in, which the hub checks or they confirm on its pages, and what the
screen reports of them."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from plateward.ground.policy.trace import enforces
from plateward.ground.wire.codec import Moment, Name, TextLine, decode, require_utc
from plateward.ground.wire.request import CLOCK_TOLERANCE

MAX_LOGIN_BYTES = 4096
MAX_REPORT_BYTES = 256 * 1024
MOST_ACTS = 200
MOST_OFFICERS = 50
Username = Annotated[str, Meta(max_length=32)]
Code = Annotated[str, Meta(min_length=8, max_length=8)]
Purpose = Annotated[str, Meta(max_length=40)]  # its key; empty: none is stated


ActKind = Literal["login", "fail", "logout", "purpose", "acknowledge"]


class LogIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What somebody typed at the screen, below its banner. It travels to the hub and is kept nowhere."""

    username: Annotated[str, Meta(max_length=150)]
    password: Annotated[str, Meta(max_length=1024)]
    code: Annotated[str, Meta(max_length=40)]


@enforces("6.e.i/vehicle")
class Officer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody whom the hub let in. `data_key` opens what this reader stores; it is on no disk there in clear.
    `purposes`: those that they may state, in words, by key."""

    username: Name
    full_name: TextLine
    since: Moment
    until: Moment
    data_key: Annotated[bytes, Meta(min_length=32, max_length=32)]
    purposes: dict[Purpose, TextLine] = {}

    def __post_init__(self) -> None:
        require_utc(self.since, "since")
        require_utc(self.until, "until")


class LogInAnswer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The officer, or why not, in a sentence; neither while nobody has confirmed the code."""

    officer: Officer | None = None
    refused: TextLine = ""


@enforces("6.e.i/vehicle")
class LogInCode(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """For who has no password at hand: on the hub's page `address` they confirm this code of this reader's screen, by
    their own factors there (as RFC 8628 does it)."""

    code: Code
    address: TextLine
    until: Moment

    def __post_init__(self) -> None:
        require_utc(self.until, "until")


class TakeCode(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The screen asks who has confirmed this code."""

    code: Code


class ScreenAct(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What somebody did at the screen, as far as the hub does not know of it: a log-in that a kept credential opened or
    a confirmed code, a failed one, a log-out; the purpose that they stated; an acknowledged alarm, by its read.
    `purpose`: what it was done for."""

    id: UUID
    kind: ActKind
    username: Username
    at: Moment
    why: TextLine = ""
    read: UUID | None = None
    purpose: Purpose = ""

    def __post_init__(self) -> None:
        require_utc(self.at, "at")


class ScreenReport(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who is logged in now (empty: nobody), whose credentials the reader keeps, and what happened."""

    officer: Username = ""
    since: Moment | None = None
    kept: Annotated[list[Username], Meta(max_length=MOST_OFFICERS)] = []
    acts: Annotated[list[ScreenAct], Meta(max_length=MOST_ACTS)] = []


class ScreenAnswer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All acts are on the hub's log. `refused`: by username, who may not be logged in here any more, and why."""

    refused: Annotated[dict[Username, TextLine], Meta(max_length=MOST_OFFICERS + 1)] = {}


def decode_login(data: bytes) -> LogIn:
    return decode(data, LogIn, MAX_LOGIN_BYTES)


def decode_login_code(data: bytes) -> LogInCode:
    return decode(data, LogInCode, MAX_LOGIN_BYTES)


def decode_take_code(data: bytes) -> TakeCode:
    return decode(data, TakeCode, MAX_LOGIN_BYTES)


def decode_login_answer(data: bytes) -> LogInAnswer:
    return decode(data, LogInAnswer, MAX_LOGIN_BYTES)


def decode_report(data: bytes) -> ScreenReport:
    return decode(data, ScreenReport, MAX_REPORT_BYTES)


def decode_answer(data: bytes) -> ScreenAnswer:
    return decode(data, ScreenAnswer, MAX_REPORT_BYTES)


def is_over(officer: Officer, now: datetime) -> bool:
    """Whether the time of this log-in is over, or not begun: somebody has set the clock back."""
    return not officer.since - CLOCK_TOLERANCE <= now < officer.until
