"""Messages of the switch, in either dialect: questions out, messages in. Pure.

A question has a control field of its own, which comes back in its answer, so answers to other questions can be
recognized. `legacy` and `xml` write and read the same fields.
"""

import re
import secrets
from dataclasses import dataclass
from typing import ClassVar, Protocol

from plateward.ground.errors import PlatewardError

ID = re.compile(r"[A-Z0-9]{1,16}")
PLATE = re.compile(r"[A-Z0-9]{1,10}")
STATE = re.compile(r"[A-Z]{2}")
ORI = re.compile(r"[A-Z0-9]{9}")
NIC = re.compile(r"[A-Z][0-9]{9}")
OCA = re.compile(r"[A-Z0-9][A-Z0-9-]{0,19}")
NAMES = {
    ID: "a query's id is 1 to 16 letters and digits",
    PLATE: "a plate is 1 to 10 letters and digits, without blanks",
    STATE: "a state is its two letters, such as NM",
    ORI: "an agency's ORI is 9 letters and digits",
    NIC: "an NCIC number is a letter and nine digits",
    OCA: "a case number is 1 to 20 letters, digits and dashes",
}


class QueryRefused(PlatewardError):
    """The question cannot be sent."""


class Garbled(ValueError):
    """No usable answer. The message says why, in words that follow "the answer"."""


class Question(Protocol):
    """`key` is the kind of message, `to` its recipient (empty: the switch itself knows); `fields` in wire order."""

    @property
    def id(self) -> str: ...
    @property
    def ori(self) -> str: ...
    @property
    def key(self) -> str: ...
    @property
    def to(self) -> str: ...
    def fields(self) -> dict[str, str]: ...


@dataclass(frozen=True)
class PlateQuestion:
    """A question about a plate. `id` is 1 to 16 of A-Z0-9 and never reused (`new_id`); `ori` is the agency's;
    `operator` and `reason` go to the log of who answers. Raises `QueryRefused`."""

    id: str
    plate: str
    state: str
    ori: str
    operator: str
    reason: str
    key: ClassVar[str]
    to: ClassVar[str] = ""

    def __post_init__(self) -> None:
        require_sound((ID, self.id), (PLATE, self.plate), (STATE, self.state), (ORI, self.ori))

    def fields(self) -> dict[str, str]:
        """The fields as sent."""
        return {"LIC": self.plate, "LIS": self.state, "ATN": attention(self.operator, self.reason)}


@dataclass(frozen=True)
class Block:
    """A part of a message: its leading words, if any, and its fields."""

    label: str
    fields: dict[str, str]

    def need(self, key: str, pattern: re.Pattern[str]) -> str:
        """A field that must be present and valid. Raises `Garbled`."""
        value = self.fields.get(key, "")
        if not pattern.fullmatch(value):
            raise Garbled(f"lacks a valid {key} field")
        return value

    def words(self, key: str, limit: int) -> str:
        """A free-text field, "" if absent. Raises `Garbled` for text unfit for a screen."""
        value = self.fields.get(key, "")[:limit]
        if not value.isprintable():
            raise Garbled("has bytes that are not text")
        return value


@dataclass(frozen=True)
class SwitchMessage:
    """A message received: the control field of the question that it answers, the ORI it is for, and its parts."""

    id: str
    ori: str
    blocks: tuple[Block, ...]

    def only(self) -> Block:
        """Its single part. Raises `Garbled`."""
        if len(self.blocks) != 1:
            raise Garbled("says nothing" if not self.blocks else "says more than one thing")
        return self.blocks[0]


def new_id() -> str:
    """A control field unlike any other question's."""
    return secrets.token_hex(8).upper()


def require_sound(*fields: tuple[re.Pattern[str], str]) -> None:
    """Raises `QueryRefused` for fields that would not pass the switch unchanged."""
    for pattern, value in fields:
        if not pattern.fullmatch(value):
            raise QueryRefused(
                f"The switch cannot be queried with {value[:40]!r}: {NAMES[pattern]}. Correct it and query again."
            )


def plain_words(text: str, limit: int) -> str:
    """Capitals, digits and blanks: nothing that could pass for a field or the end of the message."""
    return " ".join(re.sub(r"[^A-Z0-9]+", " ", text.upper().encode("ascii", "ignore").decode()).split())[
        :limit
    ]


def attention(operator: str, reason: str) -> str:
    """Operator and reason, for the switch's own log."""
    return f"{plain_words(operator, 30)} {plain_words(reason, 60)}"


def same_plate(answered: tuple[str, str], queried: tuple[str, str]) -> bool:
    """Whether both have the same plate and state (NCIC writes O as 0)."""
    return (answered[0].replace("O", "0"), answered[1]) == (queried[0].replace("O", "0"), queried[1])
