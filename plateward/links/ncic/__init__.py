"""The state's message switch: NCIC, FMCSA and the agencies behind it, in legacy text or in XML."""

from plateward.links.ncic.hit import HitConfirmationRequest, HitConfirmationResponse, Priority, RecordVerdict
from plateward.links.ncic.messages import QueryRefused, new_id
from plateward.links.ncic.query import NcicAnswer, NcicQuery, NcicRecord, QueryOutcome
from plateward.links.ncic.status import StatusQuery, VehicleStatus
from plateward.links.ncic.switch import Dialect, Mail, NoSwitchAnswer, SentRequest, StatusAnswer, Switch
from plateward.links.secure import InsecureLink

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
