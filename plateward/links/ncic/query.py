"""A stolen-vehicle and plate query (QV) and what NCIC answers. Pure but for the time of an answer."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from textwrap import shorten

from plateward import clock
from plateward.links.ncic.messages import (
    ID,
    NIC,
    OCA,
    ORI,
    PLATE,
    STATE,
    Block,
    Garbled,
    Message,
    attention,
    require_sound,
    same_plate,
)
from plateward.policy.trace import enforces

MAX_DETAIL = 300
NONE = "NO NCIC WANT"
VEHICLE = {"year": "VYR", "make": "VMA", "model": "VMO", "style": "VST", "color": "VCO"}
NOT_VERIFIED = (
    "The plate is not verified: ask again, or have dispatch run it; do not act before that (OPR:50 6.e.iv.3)."
)


class Outcome(StrEnum):
    """What came of a query; only HIT and NO_RECORD are answers of NCIC."""

    HIT = "hit"
    NO_RECORD = "no_record"
    DOWN = "down"
    GARBLED = "garbled"


@dataclass(frozen=True)
class Query:
    """`id` is 1 to 16 of A-Z0-9 and never used twice (`new_id`); `ori` the agency's; `operator` and `reason` go along
    for NCIC's own log. Raises `QueryRefused`.
    """

    id: str
    plate: str
    state: str
    ori: str
    operator: str
    reason: str
    key = "QV"
    to = ""

    def __post_init__(self) -> None:
        require_sound((ID, self.id), (PLATE, self.plate), (STATE, self.state), (ORI, self.ori))

    def fields(self) -> dict[str, str]:
        """As they go out."""
        return {"LIC": self.plate, "LIS": self.state, "ATN": attention(self.operator, self.reason)}


@dataclass(frozen=True)
class Record:
    """An NCIC record: `reason` in NCIC's words, `ori` who entered it and `oca` their case, the vehicle's fields; ""
    where not given."""

    nic: str
    reason: str
    plate: str
    state: str
    ori: str
    oca: str = ""
    year: str = ""
    make: str = ""
    model: str = ""
    style: str = ""
    color: str = ""


@dataclass(frozen=True)
class Answer:
    """`raw` is the text as it came (ISO 8859-1, so that no byte is lost), to be kept sealed; `detail` is for
    people, in at most 300 characters: what happened and what to do. `records` are those of exactly the plate
    and state asked for.
    """

    outcome: Outcome
    raw: str
    received_at: datetime
    records: tuple[Record, ...]
    detail: str


def answer(query: Query, records: tuple[Record, ...], raw: str) -> Answer:
    """What these records mean to a person."""
    plate = f"{query.plate} {query.state}"
    if not records:
        detail = f"NCIC has no record of {plate}: the hot list's entry is not confirmed by it."
        return Answer(Outcome.NO_RECORD, raw, clock.now(), (), detail)
    reasons = ", ".join(f"{r.reason} (NIC {r.nic}, entered by {r.ori})" for r in records)
    lead = (
        f"NCIC has {plate} on record. It may be this vehicle: have the entering agency confirm the record "
        "before acting on it. On record:"
    )
    detail = f"{lead} {within(MAX_DETAIL - len(lead) - 2, reasons)}."
    return Answer(Outcome.HIT, raw, clock.now(), records, detail)


def failed(outcome: Outcome, happened: str, raw: str) -> Answer:
    """No answer that can be used; `happened` is a sentence."""
    happened = within(MAX_DETAIL - len(NOT_VERIFIED) - 1, happened)
    return Answer(outcome, raw, clock.now(), (), f"{happened} {NOT_VERIFIED}")


def within(limit: int, words: str) -> str:
    """Where something must be left out, it is never what to do."""
    return shorten(words, limit, placeholder=" …")


@enforces("5.h")
def records(query: Query, message: Message) -> tuple[Record, ...]:
    """The records that a message names as the answer to this query. Raises `Garbled`."""
    if message.id != query.id:
        raise Garbled("is to another query")
    asked = (query.plate, query.state)
    if not message.blocks:
        raise Garbled("says nothing")
    if any(block.label == NONE for block in message.blocks):
        none = message.only()
        if "MKE" in none.fields or "NIC" in none.fields:
            raise Garbled("says both that there is a record and that there is none")
        found: tuple[Record, ...] = ()
        told = [(none.need("LIC", PLATE), none.need("LIS", STATE))]
    else:
        found = tuple(_record(block) for block in message.blocks)
        told = [(record.plate, record.state) for record in found]
    if not all(same_plate(one, asked) for one in told):
        raise Garbled("is about another plate")
    return found


def _record(block: Block) -> Record:
    if block.label:
        raise Garbled("holds words that are no fields")
    reason = block.fields.get("MKE", "")
    if not reason or len(reason) > 100:
        raise Garbled("holds a record that does not say what it is")
    return Record(
        nic=block.need("NIC", NIC),
        reason=block.words("MKE", 100),
        plate=block.need("LIC", PLATE),
        state=block.need("LIS", STATE),
        ori=block.need("ORI", ORI),
        oca=oca if OCA.fullmatch(oca := block.fields.get("OCA", "")) else "",
        **{name: block.words(key, 40) for name, key in VEHICLE.items()},
    )
