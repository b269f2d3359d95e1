"""Whose truck it is: FMCSA's vehicle status by plate (AVQ), from the states' registrations under PRISM. Pure."""

import re
from dataclasses import dataclass
from datetime import date, datetime

from plateward.ground.links.ncic.messages import (
    PLATE,
    STATE,
    Garbled,
    PlateQuestion,
    SwitchMessage,
    same_plate,
)
from plateward.ground.policy.trace import enforces

FMCSA = "FM"
NONE = "NO PRISM RECORD"
DOT = re.compile(r"[0-9]{1,8}")
YES_NO = re.compile(r"[YN]")


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
