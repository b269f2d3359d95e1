"""Records requests in the navigation; what waits about them, for the home page."""

from plateward.ground.policy.trace import enforces
from plateward.people import days
from plateward.people.navigation import Link, Section, Viewer
from plateward.people.permissions import Permission
from plateward.people.waiting import Matter, Waiting, if_any
from plateward.sharing.records.models import RecordsAnswer, RecordsRequest, ReleaseRule


@enforces("6.h.iii/deadlines")
@if_any(RecordsRequest.objects.open)
def _open(_: Viewer) -> Waiting:
    """Due: the next letter of each."""
    return Waiting.of(due=(days.end_of(row.next_due) for row in RecordsRequest.objects.open()))


@enforces("6.h.iii/approval")
@if_any(lambda: RecordsAnswer.objects.filter(decided_at=None, request__answered_at=None))
def _answers(_: Viewer) -> Waiting:
    """Due: when the requests are."""
    rows = RecordsRequest.objects.open().prefetch_related("answers")
    waiting = (row for row in rows if (last := row.last_answer) and not last.decided_at)
    return Waiting.of(due=(days.end_of(row.due_on) for row in waiting))


@if_any(lambda: ReleaseRule.objects.filter(decided_at=None))
def _rules(_: Viewer) -> Waiting:
    return Waiting.among(ReleaseRule.objects.filter(decided_at=None), "proposed_at")


OPEN = Matter("records:propose", "Records requests to answer", _open, "records:index")
ANSWERS = Matter("records:decide", "Answers to records requests to decide", _answers, "records:index")
RULES = Matter("records:rule_decide", "Release rules to decide", _rules, "records:rules")
MATTERS = (OPEN, ANSWERS, RULES)


def _waiting(viewer: Viewer) -> int:
    may = viewer.person.permissions
    answers = ANSWERS.count(viewer) if Permission.RECORDS_APPROVE in may else 0
    return answers + (OPEN.count(viewer) if Permission.RECORDS_HANDLE in may else 0)


def _rules_waiting(viewer: Viewer) -> int:
    return RULES.count(viewer) if Permission.RECORDS_APPROVE in viewer.person.permissions else 0


SECTION = Section(
    "Public records",
    (
        Link("records:index", "Public records", _waiting),
        Link("records:rules", "Public records", _rules_waiting),
    ),
    frozenset({"records"}),
    (
        Link("records:index", "Records requests", _waiting),
        Link("records:rules", "Release rules", _rules_waiting),
    ),
)
