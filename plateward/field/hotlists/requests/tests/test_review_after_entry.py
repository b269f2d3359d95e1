"""Review after entry: only if the Chief enabled it, for two hours at most, and each use is a deviation."""

from datetime import timedelta

import pytest

from plateward.field.hotlists import evidence
from plateward.field.hotlists.models import Entry
from plateward.field.hotlists.requests import actions, deciding, review_after_entry
from plateward.field.hotlists.requests.models import UNREVIEWED_AT_MOST, Decision, Later, Request
from plateward.field.hotlists.requests.testing import Force, Recorded
from plateward.field.hotlists.signals import entries_ended
from plateward.ground import clock
from plateward.ground.policy.decision import Refused
from plateward.people.actor import PersonActor
from plateward.people.testing import signed_in

pytestmark = [pytest.mark.usefixtures("dispatch"), pytest.mark.clause("6.f.i.1/after")]
PAGE = "/hotlists/requests/later/"


@pytest.fixture
def enabled(force: Force) -> Later:
    return review_after_entry.enable(
        PersonActor.of(force.hector), "The night shift has no supervisor this week."
    )


def test_without_the_chief_nothing_is_in_force_before_its_review(force: Force) -> None:
    with pytest.raises(Refused, match="The Chief has not enabled review after entry"):
        force.asks(later=True)
    assert not Entry.objects.exists()
    assert "Put it in force now" not in signed_in(force.ada).get("/hotlists/requests/ask").content.decode()


def test_only_the_chief_enables_it_with_a_reason_on_the_log(force: Force, recorded: Recorded) -> None:
    assert signed_in(force.carla).post(PAGE, {"allow": "yes", "reason": "x"}).status_code == 403
    hector = signed_in(force.hector)
    assert hector.post(PAGE, {"allow": "yes", "reason": " "}).status_code == 422
    assert not Later.allowed()
    assert hector.post(PAGE, {"allow": "yes", "reason": "No supervisor at night."}).status_code == 302
    assert Later.allowed()
    assert recorded("hotlist.later").reason == "No supervisor at night."
    assert hector.post(PAGE, {"allow": "yes", "reason": "Again."}).status_code == 409


def test_an_entry_is_in_force_for_two_hours_to_the_second_then_ends_and_still_waits(
    force: Force, enabled: Later
) -> None:
    now = clock.now()
    with clock.set_to(now):
        request = force.asks(later=True)
    entry = request.entry
    assert entry
    assert request.state == Request.State.UNREVIEWED
    assert entry.expires_at == now + UNREVIEWED_AT_MOST  # readers apply it too, even without news
    with clock.set_to(now + UNREVIEWED_AT_MOST - timedelta(seconds=1)):
        assert deciding.end_unreviewed_in_time() == 0
    with clock.set_to(now + UNREVIEWED_AT_MOST):
        assert deciding.end_unreviewed_in_time() == 1
        assert deciding.end_unreviewed_in_time() == 0
    request = Request.objects.get()
    assert request.state == Request.State.WAITING
    assert not Entry.objects.in_force().exists()
    assert [decision.kind for decision in Decision.objects.order_by("pk")] == ["entered", "ended"]
    deciding.approve_request(PersonActor.of(force.carla), request, request.last.pk)
    assert Entry.objects.in_force().get().expires_at == request.last.expires_at


def test_its_review_makes_it_last_and_nobody_hears_of_an_end(force: Force, enabled: Later) -> None:
    ended: list[object] = []

    def hear(**details: object) -> None:
        ended.append(details)

    entries_ended.connect(hear)
    request = force.asks(later=True)
    deciding.approve_request(PersonActor.of(force.carla), request, request.last.pk)
    assert Entry.objects.in_force().get().expires_at == request.last.expires_at
    assert ended == []


@pytest.mark.parametrize("how", ["refuse", "return", "withdraw"])
def test_what_is_turned_down_ends_at_once(force: Force, enabled: Later, how: str) -> None:
    request = force.asks(later=True)
    if how == "withdraw":
        actions.withdraw_request(PersonActor.of(force.ada), request)
    else:
        act = deciding.refuse_request if how == "refuse" else deciding.return_request
        act(PersonActor.of(force.carla), request, request.last.pk, "No ground.")
    assert not Entry.objects.in_force().exists()


def test_switched_off_everything_that_is_in_force_unreviewed_ends(force: Force, enabled: Later) -> None:
    force.asks(later=True)
    reviewed = force.asks(plate="TRV 881", later=True)
    deciding.approve_request(PersonActor.of(force.carla), reviewed, reviewed.last.pk)
    hector = signed_in(force.hector)
    answer = hector.post(PAGE, {"allow": "no", "reason": "The shift is filled again."}, follow=True)
    assert "Entries ended: 1." in answer.content.decode()
    assert [entry.bare for entry in Entry.objects.in_force()] == ["TRV881"]
    assert not Later.allowed()
    with pytest.raises(Refused):
        review_after_entry.disable(PersonActor.of(force.hector), "Again.")


@pytest.mark.both_databases
def test_each_one_is_reported_as_a_deviation(force: Force, enabled: Later) -> None:
    request = force.asks(later=True)
    assert "Entries so far: 1." in signed_in(force.carla).get("/hotlists/requests/review/").content.decode()
    page = signed_in(force.carla).get(f"/hotlists/requests/review/{request.pk}/").content.decode()
    assert "Deviation from the policy: this is in force before its review" in page
    page = signed_in(force.hector).get(PAGE).content.decode()
    assert "Ada Archuleta" in page
    reading = next(fact for fact in evidence.facts() if fact.gap)
    assert reading.figures["entries_in_force_before_review"] == 1
    assert reading.gap == (
        "Deviation: the Chief has enabled review after entry since "
        f"{clock.format_day(enabled.begins)}; entries in force before their review so far: 1."
    )
    review_after_entry.disable(PersonActor.of(force.hector), "Filled again.")
    assert [fact.gap for fact in evidence.facts() if fact.gap] == [
        "Deviation: entries that were in force before their review, while the Chief had enabled it: 1."
    ]
