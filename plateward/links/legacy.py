"""The legacy text of NCIC and the states' switches: a header, then fields such as LIC/TST123. Pure.

A message stands between STX and ETX. The header's control field is the asker's own, and comes back in the
answer: that is how an answer to another query is known.

    asked     1N01A1B2C3.QV.NM0000000.LIC/TST123.LIS/NM.ATN/A ARCHULETA STOLEN VEHICLE HIT
    a record  1L01A1B2C3, the ORI asked from, then for each record a block of fields: MKE what it is,
              ORI who entered it, NIC its number, LIC and LIS plate and state, VYR VMA VMO VCO the vehicle
    none      1L01A1B2C3, the ORI asked from, NO NCIC WANT LIC/TST123 LIS/NM
"""

import re
import secrets
from dataclasses import dataclass

from plateward.errors import PlatewardError

STX, ETX = b"\x02", b"\x03"
MAX_MESSAGE = 16 * 1024

ID = re.compile(r"[A-Z0-9]{1,16}")
PLATE = re.compile(r"[A-Z0-9]{1,10}")
STATE = re.compile(r"[A-Z]{2}")
ORI = re.compile(r"[A-Z0-9]{9}")
NIC = re.compile(r"[A-Z][0-9]{9}")
FIELD = re.compile(r"(?:^|[ .])([A-Z]{3})/")
NONE = "NO NCIC WANT "
VEHICLE = {"year": "VYR", "make": "VMA", "model": "VMO", "colour": "VCO"}


class QueryRefused(PlatewardError):
    """What was to be asked cannot be asked of NCIC."""


class Garbled(ValueError):
    """A text that is no answer. The message says why, in words that follow "the answer"."""


@dataclass(frozen=True)
class Query:
    """A stolen-vehicle and plate query (QV). `id` is 1 to 16 of A-Z0-9 and never used twice (`new_id`); `ori`
    the agency's; `operator` and `reason` go along for NCIC's own log. Raises `QueryRefused`.
    """

    id: str
    plate: str
    state: str
    ori: str
    operator: str
    reason: str

    def __post_init__(self) -> None:
        for pattern, value, words in (
            (ID, self.id, "a query's id is 1 to 16 letters and digits"),
            (PLATE, self.plate, "a plate is 1 to 10 letters and digits, without blanks"),
            (STATE, self.state, "a state is its two letters, such as NM"),
            (ORI, self.ori, "an agency's ORI is 9 letters and digits"),
        ):
            if not pattern.fullmatch(value):
                raise QueryRefused(
                    f"NCIC cannot be asked with {value[:40]!r}: {words}. Correct it and ask again."
                )


@dataclass(frozen=True)
class Record:
    """An NCIC record: `reason` in NCIC's words, `ori` who entered it, vehicle fields "" where not given."""

    nic: str
    reason: str
    plate: str
    state: str
    ori: str
    year: str = ""
    make: str = ""
    model: str = ""
    colour: str = ""


@dataclass(frozen=True)
class Parsed:
    """An answer's control field, and either its records or the plate and state it knows no record of."""

    id: str
    records: tuple[Record, ...] = ()
    none_for: tuple[str, str] | None = None


def new_id() -> str:
    """A control field that no other query has."""
    return secrets.token_hex(8).upper()


def render(query: Query) -> bytes:
    """The query as it goes out, with its frame."""
    attention = f"{_words(query.operator, 30)} {_words(query.reason, 60)}"
    text = f"1N01{query.id}.QV.{query.ori}.LIC/{query.plate}.LIS/{query.state}.ATN/{attention}"
    return STX + text.encode("ascii") + ETX


def parse(text: str) -> Parsed:
    """An answer's text, without its frame. Raises `Garbled`, and nothing else."""
    header, ori, *rest = [*(line.strip() for line in text.splitlines()), "", ""]
    if not header.startswith("1L01") or not ID.fullmatch(header[4:]) or not ORI.fullmatch(ori):
        raise Garbled("does not begin as an answer does")
    blocks = _blocks(rest)
    if len(blocks) == 1 and blocks[0].startswith(NONE):
        fields = _fields(blocks[0].removeprefix(NONE))
        if "MKE" in fields or "NIC" in fields:
            raise Garbled("says both that there is a record and that there is none")
        return Parsed(header[4:], none_for=(_need(fields, "LIC", PLATE), _need(fields, "LIS", STATE)))
    if not blocks:
        raise Garbled("says nothing")
    return Parsed(header[4:], tuple(_record(_fields(block)) for block in blocks))


def _blocks(lines: list[str]) -> list[str]:
    """Paragraphs, each as one line."""
    paragraphs = "\n".join(lines).split("\n\n")
    return [" ".join(paragraph.split("\n")).strip() for paragraph in paragraphs if paragraph.strip()]


def _fields(block: str) -> dict[str, str]:
    before, *pairs = FIELD.split(block)
    keys, values = pairs[::2], [value.strip(" .") for value in pairs[1::2]]
    if before.strip() or len(set(keys)) != len(keys):
        raise Garbled("holds words that are no fields, or a field twice")
    return dict(zip(keys, values, strict=True))


def _record(fields: dict[str, str]) -> Record:
    reason = fields.get("MKE", "")
    if not reason or len(reason) > 100:
        raise Garbled("holds a record that does not say what it is")
    vehicle = {name: fields.get(key, "")[:40] for name, key in VEHICLE.items()}
    if not "".join([reason, *vehicle.values()]).isprintable():
        raise Garbled("holds a record with bytes that are no text")
    return Record(
        nic=_need(fields, "NIC", NIC),
        reason=reason,
        plate=_need(fields, "LIC", PLATE),
        state=_need(fields, "LIS", STATE),
        ori=_need(fields, "ORI", ORI),
        **vehicle,
    )


def _need(fields: dict[str, str], key: str, pattern: re.Pattern[str]) -> str:
    value = fields.get(key, "")
    if not pattern.fullmatch(value):
        raise Garbled(f"lacks a sound {key} field")
    return value


def _words(text: str, limit: int) -> str:
    """Capitals, digits and blanks: nothing that could be taken for a field or the end of the message."""
    return " ".join(re.sub(r"[^A-Z0-9]+", " ", text.upper().encode("ascii", "ignore").decode()).split())[
        :limit
    ]
