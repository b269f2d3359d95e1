"""Hot list requests whose narrative points to a purpose that the law bars."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from plateward.field.hotlists.models import HotList
from plateward.field.hotlists.requests.actions import submit_request
from plateward.field.hotlists.requests.models import Request
from plateward.field.hotlists.requests.rules import PlateListing
from plateward.ground import clock
from plateward.ground.policy.decision import Refused
from plateward.people.actor import PersonActor
from plateward.people.notices.models import Notice
from plateward.work.searches import deciding
from plateward.work.searches.models import StoppedDecision, StoppedRequest
from plateward.work.searches.testing import CASE, Searchers

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("dispatch")]
IMMIGRATION = "Driver is undocumented; ICE wants to know where he lives, seen Sunday on Alamo Rd."


@pytest.mark.clause("SB40.share/words")
def test_a_hot_list_request_is_stopped_by_its_narrative_as_a_search_by_its_reason(
    searchers: Searchers,
) -> None:
    hotlist = HotList.objects.create(name="BOLO", source="State Police", kind=HotList.Kind.AGENCY)
    listing = PlateListing(
        hotlist,
        "TRV 881",
        "NM",
        "stolen_vehicle",
        "high",
        "",
        IMMIGRATION,
        CASE,
        clock.now() + timedelta(days=7),
    )

    def submit() -> Request:
        return submit_request(PersonActor.of(searchers.ada), uuid4(), listing)

    for _ in range(2):
        with pytest.raises(Refused, match=r"SB40\.share") as refused:
            submit()
    lookalike = replace(
        listing, narrative=IMMIGRATION.replace("ICE", "\u0406CE").replace("undocu", "undo\u200bcu")
    )
    with pytest.raises(Refused, match="Type it in plain letters"):
        submit_request(PersonActor.of(searchers.ada), uuid4(), lookalike)
    assert refused.value.refusal.field == "narrative"
    assert not Request.objects.exists()
    stopped = StoppedRequest.objects.get()  # once, however often it is tried
    assert (stopped.person, stopped.reason, stopped.field) == (searchers.ada, IMMIGRATION, "narrative")
    assert "A hot list request by" in Notice.objects.get(to=searchers.gloria).text
    text = "ICE is the name of the ice house on Alamo Rd that was robbed."
    deciding.decide_stopped(PersonActor.of(searchers.gloria), stopped.pk, StoppedDecision.Kind.CLEARED, text)
    assert Notice.objects.get(to=searchers.ada).link == "/hotlists/requests/ask"
    with pytest.raises(Refused, match=r"SB40\.share"):
        searchers.asks(reason=IMMIGRATION)  # cleared for its field alone
    assert submit().pk
