"""The state's message switch: NCIC, FMCSA and the agencies behind it, in legacy text or in XML."""

from plateward.links.ncic.hit import HitRequest, HitResponse, Priority, Verdict
from plateward.links.ncic.messages import QueryRefused, new_id
from plateward.links.ncic.query import Answer, Outcome, Query, Record
from plateward.links.ncic.status import StatusQuery, VehicleStatus
from plateward.links.ncic.switch import Dialect, Mail, NoAnswer, Sent, Status, Switch
from plateward.links.secure import InsecureLink

__all__ = [
    "Answer",
    "Dialect",
    "HitRequest",
    "HitResponse",
    "InsecureLink",
    "Mail",
    "NoAnswer",
    "Outcome",
    "Priority",
    "Query",
    "QueryRefused",
    "Record",
    "Sent",
    "Status",
    "StatusQuery",
    "Switch",
    "VehicleStatus",
    "Verdict",
    "new_id",
]
