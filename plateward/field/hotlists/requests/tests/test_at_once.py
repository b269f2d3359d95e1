"""Two people who act at the same moment do it one after the other."""

from uuid import uuid4

import pytest

from plateward.field.hotlists.models import Entry, Revision
from plateward.field.hotlists.requests import actions, deciding
from plateward.field.hotlists.requests.actions import AlreadySubmitted
from plateward.field.hotlists.requests.models import Decision, Request
from plateward.field.hotlists.requests.testing import Force
from plateward.people.actor import PersonActor
from plateward.testing.threads import at_once

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("dispatch"),
    pytest.mark.both_databases,
]


@pytest.mark.clause("6.f.i.1/emergency")
def test_of_two_supervisors_at_once_one_approves(force: Force) -> None:
    request = force.asks(reason="amber_alert", emergency=True)
    version = request.last.pk
    refusals = at_once(
        *(
            lambda reviewer=reviewer: deciding.approve_request(PersonActor.of(reviewer), request, version)
            for reviewer in (force.carla, force.laura, force.hector)
        )
    )
    assert refusals == ["This request was already decided."] * 2
    assert Entry.objects.in_force().count() == Revision.objects.count() == Decision.objects.count() == 1


@pytest.mark.clause("6.f.i.1/review")
def test_approved_or_withdrawn_and_never_both(force: Force) -> None:
    request = force.asks()
    refusals = at_once(
        lambda: deciding.approve_request(PersonActor.of(force.carla), request, request.last.pk),
        lambda: actions.withdraw_request(PersonActor.of(force.ada), request),
    )
    assert refusals == ["This request was already decided."]
    request.refresh_from_db()
    assert Entry.objects.in_force().exists() == (request.state == Request.State.APPROVED)


def test_a_form_sent_twice_at_once_asks_once(force: Force) -> None:
    key, again = uuid4(), []

    def send() -> None:
        try:
            actions.submit_request(PersonActor.of(force.ada), key, force.wanted())
        except AlreadySubmitted as sent:
            again.append(sent.request.key)

    assert at_once(send, send) == []
    assert again == [key]
    assert Request.objects.count() == 1
