"""Requests for records as the cast makes them."""

from datetime import date
from typing import Any

from plateward.core.audit.actor import Actor
from plateward.core.pages.documents import UploadedDocument
from plateward.people import days
from plateward.people.testing import acting
from plateward.sharing.records import actions
from plateward.sharing.records.models import RecordsAnswer, RecordsFile, RecordsRequest
from plateward.sharing.records.rules import AnswerOutcome, Data, Proposal, Requester

STRANGER = Actor("anonymous", "", "a member of the public", "198.51.100.7")
ASKED = {
    "name": "Wanda Whitfield",
    "contact": "12 Canyon Road, Santa Fe, NM 87501",
    "text": "How many plates were read in 2026, and how many of them were wanted?",
}
OFFICIALS = "Iris Ilfeld, Records custodian\nHector Herrera, Chief"
STATISTICS = Proposal(
    AnswerOutcome.GRANT, (Data.STATISTICS,), "NMSA 1978, 14-2-1", "The counts of 2026 are in the file."
)
DENIAL = Proposal(
    AnswerOutcome.DENY,
    (),
    "SB 40, Laws 2026, ch. 20",
    "Reads of license plates are confidential.",
    OFFICIALS,
)


def requested(requester: Requester = Requester.PUBLIC, on: date | None = None, **more: Any) -> RecordsRequest:
    return requested_with_secret(requester, on, **more)[0]


def requested_with_secret(
    requester: Requester = Requester.PUBLIC, on: date | None = None, **more: Any
) -> tuple[RecordsRequest, str]:
    return actions.take(STRANGER, requester, "page", received_on=on or days.today(), **ASKED | more)


def counts(request: RecordsRequest, data: Data = Data.STATISTICS) -> RecordsFile:
    return actions.attach(
        acting("iris"), request, data, UploadedDocument("counts.csv", b"year,reads\n2026,4711\n")
    )


def proposed(request: RecordsRequest, proposal: Proposal = STATISTICS, *files: RecordsFile) -> RecordsAnswer:
    return actions.propose(acting("iris"), request, proposal, files)


def approved(request: RecordsRequest, proposal: Proposal = STATISTICS, *files: RecordsFile) -> RecordsAnswer:
    answer = proposed(request, proposal, *files)
    actions.decide(acting("hector"), answer, answer.sha256, approve=True, note="")
    answer.refresh_from_db()
    return answer
