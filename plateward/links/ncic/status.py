"""Whose truck it is: FMCSA's vehicle status by plate (AVQ), from the states' registrations under PRISM. Pure."""

import re
from dataclasses import dataclass
from datetime import date, datetime

from plateward.links.ncic.messages import (
    ID,
    ORI,
    PLATE,
    STATE,
    Garbled,
    SwitchMessage,
    attention,
    require_sound,
    same_plate,
)
from plateward.policy.trace import enforces

FMCSA = "FM"
NONE = "NO PRISM RECORD"
DOT = re.compile(r"[0-9]{1,8}")
YES_NO = re.compile(r"[YN]")


@dataclass(frozen=True)
class StatusQuery:
    """An AVQ, with the arguments of an `NcicQuery`. Raises `QueryRefused`."""

    id: str
    plate: str
    state: str
    ori: str
    operator: str
    reason: str
    key = "AVQ"
    to = FMCSA

    def __post_init__(self) -> None:
        require_sound((ID, self.id), (PLATE, self.plate), (STATE, self.state), (ORI, self.ori))

    def fields(self) -> dict[str, str]:
        """The fields as sent."""
        return {"LIC": self.plate, "LIS": self.state, "ATN": attention(self.operator, self.reason)}


@dataclass(frozen=True)
class VehicleStatus:
    """PRISM's data for a plate: the DOT number of the carrier responsible for the vehicle's safety ("" if none), and
    whether the vehicle is out of service, since when."""

    dot: str
    out_of_service: bool
    since: date | None


@enforces("5.j")
def read_status(query: StatusQuery, message: SwitchMessage) -> VehicleStatus | None:
    """The status in a message that answers this query; None: no such commercial vehicle. Raises `Garbled`."""
    if message.id != query.id:
        raise Garbled("is to another query")
    block = message.only()
    if not same_plate((block.need("LIC", PLATE), block.need("LIS", STATE)), (query.plate, query.state)):
        raise Garbled("is about another plate")
    if block.label == NONE:
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
