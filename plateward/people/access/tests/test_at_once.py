"""Two decisions at the same moment run one after the other."""

import pytest

from plateward.core.audit.actor import Actor
from plateward.core.audit.events import Event
from plateward.core.audit.log import DONE_MEANWHILE
from plateward.core.audit.models import AuditEntry
from plateward.ground import clock
from plateward.people.access import actions, standing
from plateward.people.access.models import Access, Designation
from plateward.people.access.offices import actions as offices
from plateward.people.access.reviews import actions as reviews
from plateward.people.access.suspensions import actions as suspensions
from plateward.people.notices.models import Notice
from plateward.people.permissions import Role
from plateward.people.testing import acting, person
from plateward.testing.threads import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases]


@pytest.mark.clause("6.b.i/designation")
def test_the_offices_of_the_last_two_administrators_do_not_end_at_once() -> None:
    person("gloria")
    person("frank", role=Role.ADMINISTRATOR)
    hector = acting("hector")
    orders = list(Designation.objects.filter(office="administrator"))
    refusals = at_once(
        *(lambda order=order: offices.end_designation(hector, order, "Moves.") for order in orders)
    )
    assert refusals == ["That would leave the system without an authorized ALPR administrator."]
    assert len(standing.authorized_administrators()) == 1


@pytest.mark.clause("AC-2/approval")
def test_a_request_is_approved_or_denied_and_never_both() -> None:
    person("gloria")
    access = actions.request_access(
        acting("gloria"), person("ada"), actions.RequestedAccess(Role.OFFICER, "Patrol.", "Unit 14")
    )
    hector, chief = acting("hector"), acting("nora")
    refusals = at_once(
        lambda: actions.approve_request(hector, access),
        lambda: actions.deny_request(chief, access, "No post is free."),
    )
    assert refusals == ["This request was already decided."]
    assert Access.objects.filter(person__username="ada", ends=None, decision="approved").count() == 1


@pytest.mark.clause("6.b.i/designation", "AC-2/disabled")
def test_two_administrators_do_not_end_each_other_at_once() -> None:
    gloria, frank = acting("gloria"), Actor("person", "frank", "Frank Fierro")
    second = person("frank", role=Role.ADMINISTRATOR)
    refusals = at_once(
        lambda: suspensions.terminate_access(gloria, second, "Left."),
        lambda: suspensions.terminate_access(frank, person("gloria"), "Left."),
    )
    assert refusals == ["That would leave the system without an authorized ALPR administrator."]
    assert len(standing.authorized_administrators()) == 1


@pytest.mark.clause("AC-2/disabled")
def test_a_high_risk_is_switched_off_by_two_at_once_once() -> None:
    person("gloria"), person("ada")
    hector, lena = acting("hector"), acting("lena")
    refusals = at_once(
        lambda: suspensions.switch_off(hector, person("ada"), "A risk."),
        lambda: suspensions.switch_off(lena, person("ada"), "A risk."),
    )
    assert refusals == ["Ada Archuleta is already suspended."]


@pytest.mark.clause("AC-2/reviewed")
def test_two_nodes_remind_of_an_overdue_review_once_and_the_log_says_which() -> None:
    gloria = acting("gloria")
    review = reviews.open_review(gloria)
    Notice.objects.all().delete()

    def remind() -> None:
        with clock.set_to(review.due):
            reviews.remind()

    assert at_once(remind, remind) == []
    assert Notice.objects.filter(to=gloria.person).count() == 1
    entries = AuditEntry.objects.filter(event=Event.ACCESS_REVIEW, actor_kind="system")
    passed = [entry.leaf.details.get("passed") for entry in entries if entry.leaf]
    assert passed in ([None], [None, DONE_MEANWHILE])  # the second may have come too late to begin
