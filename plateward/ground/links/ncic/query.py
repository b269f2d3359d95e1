"""Queries about a plate: of stolen vehicles and plates (QV) with NCIC's answer, and whose truck it is: FMCSA's vehicle
status (AVQ), from the states' registrations under PRISM. Pure except for the answer's time."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from textwrap import shorten

from plateward.ground import clock
from plateward.ground.links.ncic.messages import (
    NIC,
    OCA,
    ORI,
    PLATE,
    STATE,
    Block,
    Garbled,
    PlateQuestion,
    SwitchMessage,
    same_plate,
)
from plateward.ground.policy.trace import enforces

MAX_DETAIL = 300
NONE = "NO NCIC WANT"
FMCSA = "FM"
NO_PRISM = "NO PRISM RECORD"
DOT = re.compile(r"[0-9]{1,8}")
YES_NO = re.compile(r"[YN]")
VEHICLE = {"year": "VYR", "make": "VMA", "model": "VMO", "style": "VST", "color": "VCO"}
NOT_VERIFIED = (
    "The plate is not verified: query again, or have dispatch run it; do not act before (OPR:50 6.e.iv.3)."
)


class QueryOutcome(StrEnum):
    """The result of a query; only HIT and NO_RECORD are answers from NCIC."""

    HIT = "hit"
    NO_RECORD = "no_record"
    DOWN = "down"
    GARBLED = "garbled"


class NcicQuery(PlateQuestion):
    """A QV."""

    key = "QV"


@dataclass(frozen=True)
class NcicRecord:
    """An NCIC record: `reason` in NCIC's words, `ori` the entering agency, `oca` its case, the vehicle's fields; "" if
    absent."""

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
class NcicAnswer:
    """`raw` is the text as received (ISO 8859-1, so that no byte is lost), to be stored sealed; `detail` is for people,
    in at most 300 characters: what happened and what to do. `records` are those for exactly the plate and state in the
    query.
    """

    outcome: QueryOutcome
    raw: str
    received_at: datetime
    records: tuple[NcicRecord, ...]
    detail: str


def answer_of_records(query: NcicQuery, records: tuple[NcicRecord, ...], raw: str) -> NcicAnswer:
    """What these records mean to a person."""
    plate = f"{query.plate} {query.state}"
    if not records:
        detail = f"NCIC has no record of {plate}: it does not confirm the hot list entry."
        return NcicAnswer(QueryOutcome.NO_RECORD, raw, clock.now(), (), detail)
    reasons = ", ".join(f"{r.reason} (NIC {r.nic}, entered by {r.ori})" for r in records)
    lead = (
        f"NCIC has {plate} on record. It may be this vehicle: have the entering agency confirm the record "
        "before acting on it. On record:"
    )
    detail = f"{lead} {shorten_to(MAX_DETAIL - len(lead) - 2, reasons)}."
    return NcicAnswer(QueryOutcome.HIT, raw, clock.now(), records, detail)


def failed_answer(outcome: QueryOutcome, happened: str, raw: str) -> NcicAnswer:
    """An unusable answer; `happened` is a sentence."""
    happened = shorten_to(MAX_DETAIL - len(NOT_VERIFIED) - 1, happened)
    return NcicAnswer(outcome, raw, clock.now(), (), f"{happened} {NOT_VERIFIED}")


def shorten_to(limit: int, words: str) -> str:
    """Shorten the words, but never drop what to do."""
    return shorten(words, limit, placeholder=" …")


@enforces("5.h/query")
def records_of(query: NcicQuery, message: SwitchMessage) -> tuple[NcicRecord, ...]:
    """The records in a message that answers this query. Raises `Garbled`."""
    if message.id != query.id:
        raise Garbled("is to another query")
    plate = (query.plate, query.state)
    if not message.blocks:
        raise Garbled("says nothing")
    if any(block.label == NONE for block in message.blocks):
        none = message.only()
        if "MKE" in none.fields or "NIC" in none.fields:
            raise Garbled("says both that there is a record and that there is none")
        read_records: tuple[NcicRecord, ...] = ()
        plates = [(none.need("LIC", PLATE), none.need("LIS", STATE))]
    else:
        read_records = tuple(_record(block) for block in message.blocks)
        plates = [(record.plate, record.state) for record in read_records]
    if not all(same_plate(pair, plate) for pair in plates):
        raise Garbled("is about another plate")
    return read_records


def _record(block: Block) -> NcicRecord:
    if block.label:
        raise Garbled("has words that are not fields")
    reason = block.fields.get("MKE", "")
    if not reason or len(reason) > 100:
        raise Garbled("has a record of unknown kind")
    return NcicRecord(
        nic=block.need("NIC", NIC),
        reason=block.words("MKE", 100),
        plate=block.need("LIC", PLATE),
        state=block.need("LIS", STATE),
        ori=block.need("ORI", ORI),
        oca=oca if OCA.fullmatch(oca := block.fields.get("OCA", "")) else "",
        **{name: block.words(key, 40) for name, key in VEHICLE.items()},
    )


class StatusQuery(PlateQuestion):
    """An AVQ."""

    key = "AVQ"
    to = FMCSA


@dataclass(frozen=True)
class VehicleStatus:
    """PRISM's data for a plate: the DOT number of the carrier responsible for the vehicle's safety ("" if none), and
    whether the vehicle is out of service, since when."""

    dot: str
    out_of_service: bool
    since: date | None


@enforces("5.j/query")
def read_status(query: StatusQuery, message: SwitchMessage) -> VehicleStatus | None:
    """The status in a message that answers this query; None: no such commercial vehicle. Raises `Garbled`."""
    if message.id != query.id:
        raise Garbled("is to another query")
    block = message.only()
    if not same_plate((block.need("LIC", PLATE), block.need("LIS", STATE)), (query.plate, query.state)):
        raise Garbled("is about another plate")
    if block.label == NO_PRISM:
        if "DOT" in block.fields or "OOS" in block.fields:
            raise Garbled("says both that there is a record and that there is none")
        return None
    if block.label != f"AVR.{FMCSA}.{query.ori}.TXT":
        raise Garbled("is not a vehicle status for this agency")
    dot = block.need("DOT", DOT) if block.fields.get("DOT") else ""
    out = block.need("OOS", YES_NO) == "Y"
    return VehicleStatus(dot, out, _date(block.fields.get("OOD", "")) if out else None)


def _date(text: str) -> date | None:
    if not text:
        return None
    try:
        return datetime.strptime(text, "%Y%m%d").date()
    except ValueError:
        raise Garbled("lacks a valid OOD field") from None
