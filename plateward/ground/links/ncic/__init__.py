"""The state's message switch: NCIC, FMCSA and the agencies behind it, in legacy text or in XML."""

from plateward.ground.links.ncic.hit import (
    HitConfirmationRequest,
    HitConfirmationResponse,
    Priority,
    RecordVerdict,
)
from plateward.ground.links.ncic.messages import QueryRefused, new_id
from plateward.ground.links.ncic.query import NcicAnswer, NcicQuery, NcicRecord, QueryOutcome
from plateward.ground.links.ncic.status import StatusQuery, VehicleStatus
from plateward.ground.links.ncic.switch import (
    Dialect,
    Mail,
    NoSwitchAnswer,
    SentRequest,
    StatusAnswer,
    Switch,
)
from plateward.ground.links.secure import InsecureLink

__all__ = [
    "Dialect",
    "HitConfirmationRequest",
    "HitConfirmationResponse",
    "InsecureLink",
    "Mail",
    "NcicAnswer",
    "NcicQuery",
    "NcicRecord",
    "NoSwitchAnswer",
    "Priority",
    "QueryOutcome",
    "QueryRefused",
    "RecordVerdict",
    "SentRequest",
    "StatusAnswer",
    "StatusQuery",
    "Switch",
    "VehicleStatus",
    "new_id",
]
