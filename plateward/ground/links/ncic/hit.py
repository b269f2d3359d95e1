"""Hit confirmation: a YQ asks the agency that entered a record whether it is still valid; the agency answers in a
message of its own (YR), at once, late, or never. Pure.

An urgent request (PRI/U) must be answered within ten minutes, a routine one (PRI/R) within an hour; without an answer a
second and a third request follow (RNO).
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from plateward.ground.links.ncic.messages import (
    ID,
    NIC,
    OCA,
    ORI,
    PLATE,
    STATE,
    Garbled,
    SwitchMessage,
    attention,
    require_sound,
    same_plate,
)
from plateward.ground.policy.trace import enforces

ACCEPTED = "MESSAGE ACCEPTED"
# The kind of record (RTY), by the first character of its NIC, which names NCIC's file.
RECORD_KINDS = {
    "V": "SV",
    "P": "SL",
    "F": "FV",
    "W": "WP",
    "M": "MP",
    "A": "MP",
    "H": "PO",
    "C": "SR",
    "R": "SV",
}
OTHER_KIND = "OT"
MAX_REMARK = 200
MOST_REQUESTS = 3  # RNO


class Priority(StrEnum):
    """How soon an answer is needed, as in PRI."""

    URGENT = "U"
    ROUTINE = "R"

    @property
    def within(self) -> timedelta:
        """How much time the agency has."""
        return timedelta(minutes=10) if self is Priority.URGENT else timedelta(hours=1)


class RecordVerdict(StrEnum):
    """The entering agency's answer about its record, as in CON."""

    VALID = "Y"
    NOT_VALID = "N"
    WAIT = "I"


@dataclass(frozen=True)
class HitConfirmationRequest:
    """A YQ to the agency `to`, request `number` (1 to 3) about this record; `oca` is the case. Raises
    `QueryRefused`."""

    id: str
    ori: str
    to: str
    number: int
    priority: Priority
    oca: str
    nic: str
    plate: str
    state: str
    operator: str
    reason: str
    key = "YQ"

    def __post_init__(self) -> None:
        require_sound(
            (ID, self.id),
            (ORI, self.ori),
            (ORI, self.to),
            (OCA, self.oca),
            (NIC, self.nic),
            (PLATE, self.plate),
            (STATE, self.state),
        )

    def fields(self) -> dict[str, str]:
        """The fields as sent."""
        return {
            "RTY": RECORD_KINDS.get(self.nic[0], OTHER_KIND),
            "RNO": str(self.number),
            "PRI": self.priority,
            "OCA": self.oca,
            "NIC": self.nic,
            "LIC": self.plate,
            "LIS": self.state,
            "ATN": attention(self.operator, self.reason),
        }


@dataclass(frozen=True)
class HitConfirmationResponse:
    """A YR: `request` is the control field of the YQ that it answers, `by` the answering agency."""

    request: str
    by: str
    number: int
    verdict: RecordVerdict
    oca: str
    nic: str
    plate: str
    remark: str


@enforces("5.h/query")
def read_response(message: SwitchMessage) -> HitConfirmationResponse:
    """The YR in a message. Raises `Garbled`."""
    block = message.only()
    key, _, rest = block.label.partition(".")
    by, _, to = rest.removesuffix(".TXT").partition(".")
    if key != "YR" or not ORI.fullmatch(by) or to != message.ori:
        raise Garbled("is not a hit confirmation response for this agency")
    number, verdict = block.fields.get("RNO", ""), block.fields.get("CON", "")
    if number not in [str(attempt) for attempt in range(1, MOST_REQUESTS + 1)]:
        raise Garbled("lacks a valid RNO field")
    if verdict not in list(RecordVerdict):
        raise Garbled("lacks a valid CON field")
    return HitConfirmationResponse(
        request=message.id,
        by=by,
        number=int(number),
        verdict=RecordVerdict(verdict),
        oca=block.need("OCA", OCA),
        nic=block.need("NIC", NIC),
        plate=block.need("LIC", PLATE),
        remark=block.words("RMK", MAX_REMARK),
    )


@enforces("5.h/query")
def is_answer_to(response: HitConfirmationResponse, request: HitConfirmationRequest) -> bool:
    """Whether a YR answers this request: control number and RNO, agency, case, record and plate must match."""
    identity = (response.request, response.by, response.number, response.oca, response.nic)
    return identity == (request.id, request.to, request.number, request.oca, request.nic) and same_plate(
        (response.plate, ""), (request.plate, "")
    )


def read_acceptance(
    request: HitConfirmationRequest, message: SwitchMessage
) -> HitConfirmationResponse | None:
    """The switch's reply to a YQ: on its way (None), or already the agency's answer. Raises `Garbled` for anything
    else."""
    if message.id != request.id:
        raise Garbled("is to another query")
    block = message.only()
    if block.label == ACCEPTED and block.fields.get("DST") == request.to:
        return None
    answer = read_response(message)
    if not is_answer_to(answer, request):
        raise Garbled("is to another request")
    return answer
