"""The pages: asking, one's own searches, approvals, flagged numbers, stopped requests."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from plateward.core.audit.actor import Actor
from plateward.field.hotlists.protected.actions import add_vehicle
from plateward.ground import clock
from plateward.people.actor import PersonActor
from plateward.people.testing import signed_in
from plateward.simulators.cad import CadSimulator
from plateward.work.searches import unmasking
from plateward.work.searches.models import Search, SearchDecision, StoppedRequest
from plateward.work.searches.testing import BARE_CASE, CASE, FACTS, REASON, Recorded, Searchers

WHY = "The only white van heading north within two minutes of the shots, as the clerk described."
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("dispatch")]


def form(**changed: Any) -> dict[str, Any]:
    """The form as Ada fills it in for a new case."""
    usual = {"key": str(uuid4()), "plate": "bkt 419", "purpose": "felony", "number": CASE, "reason": REASON}
    return usual | FACTS | {"since": f"{clock.now() - timedelta(days=7):%Y-%m-%dT%H:%M}"} | changed


def send(client: Client, **changed: Any) -> tuple[int, str]:
    answer = client.post("/searches/", form(**changed), follow=True, secure=True)
    return answer.status_code, answer.content.decode()


@pytest.mark.clause("6.e.vi/reason")
def test_in_a_remembered_case_a_plate_has_its_own_tie_and_sentence(searchers: Searchers) -> None:
    ada = signed_in(searchers.ada)
    send(ada)
    page = ada.get("/searches/").content.decode()
    [choice] = [tag for tag in page.split("<input") if f'value="{CASE}"' in tag]
    assert "checked" in choice.split(">")[0]
    remembered = {"case": CASE, "plate": "TRV 881", "purpose": "", "number": "", "offense": ""}
    own = {"tie": "witness", "reason": "A neighbor saw this truck follow the van out of the lot at 0316."}
    assert send(ada, **remembered, tie="", reason="")[0] == 422
    assert send(ada, **remembered | own | {"tie": ""})[0] == 409
    status, text = send(ada, **remembered | own)
    search = Search.objects.latest("pk")
    assert (status, search.query.plates) == (200, ("TRV881",))
    assert (search.number, search.purpose, search.offense) == (CASE, "felony", "theft")
    assert (search.tie, search.reason) == ("witness", own["reason"])
    assert f"Search {search.pk}" in text


def test_a_case_of_somebody_else_is_not_offered(searchers: Searchers) -> None:
    send(signed_in(searchers.ada))
    ben = signed_in(searchers.ben)
    assert CASE not in ben.get("/searches/").content.decode()
    status, _ = send(ben, case=CASE, purpose="", number="", reason="")
    assert status == 422
    assert Search.objects.count() == 1


@pytest.mark.clause("6.e.vi/generic")
def test_a_refused_reason_stands_at_its_field_with_help_and_all_that_was_typed(searchers: Searchers) -> None:
    status, text = send(signed_in(searchers.ada), reason="Drug investigation.")
    assert status == 409
    assert "This reason is not accepted" in text
    assert "Drug investigation." in text
    assert 'value="BKT 419"' in text or 'value="bkt 419"' in text


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"plate": ""}, "Enter a plate"),
        (
            {"plate": "", "more_plates": "\n".join(f"AB{n}" for n in range(10_000))},
            "10,000 plates are more than the 200",
        ),
        ({"plate": "' OR 1=1"}, "letters, digits"),
        ({"plate": ".*"}, "or its known part"),
        ({"plate": "ＢＫＴ４１９"}, "letters, digits"),
        ({"area": '{"box": [40, 0, 30, 10]}'}, "south edge"),
        ({"area": "{"}, "cannot be read"),
        ({"area": "incomplete"}, "cannot be read"),  # frontend/src/area.js
        ({"since": "yesterday"}, "Enter a date and a time"),
        ({"until": "2020-01-01T00:00"}, "The end is not after the start"),
    ],
)
def test_bad_input_gets_a_clear_answer(searchers: Searchers, changed: dict[str, Any], says: str) -> None:
    status, text = send(signed_in(searchers.ada), **changed)
    assert status in (409, 422)
    assert says in text
    assert not Search.objects.exists()


def test_several_plates_pasted_are_one_search(searchers: Searchers) -> None:
    send(signed_in(searchers.ada), more_plates="TRV 881\r\nTRV-882, TRV881;\tBKT419")
    assert Search.objects.get().query.plates == ("BKT419", "TRV881", "TRV882")


@pytest.mark.clause("6.a.ii.3/brake", "6.a.ii.2/brake")
def test_the_page_of_a_search_that_waits_reads_the_same_whatever_the_brake(searchers: Searchers) -> None:
    add_vehicle(Actor("system", "test", "The tests"), "BKT419", "NM", "family", searchers.carla, None)
    ada = signed_in(searchers.ada)
    _, protected = send(ada)
    _, bulk = send(ada, plate="TRV881", more_plates="TRV882")
    one, other = (
        text[text.index("usa-alert--info") : text.index("What you search for")] for text in (protected, bulk)
    )
    assert one == other
    assert "Carla" not in protected
    assert "protected" not in protected


@pytest.mark.both_databases
@pytest.mark.clause("6.a.ii.2/brake", "6.b.i.8/scope")
def test_a_supervisor_sees_why_and_approves(searchers: Searchers) -> None:
    ada, carla = signed_in(searchers.ada), signed_in(searchers.carla)
    send(ada, plate="TRV881", more_plates="TRV882")
    search = Search.objects.get()
    url = f"/searches/approvals/{search.pk}/"
    assert url in carla.get("/searches/approvals/").content.decode()
    page = carla.get(url).content.decode()
    assert "It looks for several plates at once." in page
    assert REASON.split(";")[0].replace("'", "&#x27;") in page
    refused = carla.post(url, {"step": 0, "decision": "refuse"}, secure=True)
    assert refused.status_code == 409
    carla.post(url, {"step": 0, "decision": "approve"}, secure=True)
    assert SearchDecision.objects.get().kind == "approved"
    assert "Its results are open until" in ada.get(f"/searches/{search.pk}/").content.decode()


@pytest.mark.clause("6.a.ii.2/brake")
def test_a_supervisor_sees_the_area_in_words_and_on_the_map(searchers: Searchers) -> None:
    area = '{"circle": [35.0844, -106.6504, 2000]}'
    send(signed_in(searchers.ada), plate="TRV881", more_plates="TRV882", area=area)
    page = signed_in(searchers.carla).get(f"/searches/approvals/{Search.objects.get().pk}/").content.decode()
    assert "Within 1.24 miles of 35.0844, -106.6504" in page
    assert "data-place=" in page


@pytest.mark.clause("6.a.ii.2/place")
def test_the_next_plates_of_a_place_are_asked_for_on_the_searchs_page(searchers: Searchers) -> None:
    ada, carla = signed_in(searchers.ada), signed_in(searchers.carla)
    area = '{"circle": [35.0844, -106.6504, 2000]}'
    send(
        ada,
        plate="",
        area=area,
        basis="warrant",
        basis_text="D-307-SW-2026-0114",
        warrant_court="Third Judicial District Court",
        warrant_on="2026-01-20",
    )
    search = Search.objects.get()
    url, decision = f"/searches/{search.pk}/", f"/searches/approvals/{search.pk}/"
    assert "Plates unmasked" not in ada.get(url).content.decode()
    carla.post(decision, {"step": 0, "decision": "approve"}, secure=True)
    assert "Plates unmasked: 0 of 5 approved" in ada.get(url).content.decode()
    for number in range(5):
        unmasking.unmask(PersonActor.of(searchers.ada), search.pk, f"TRV88{number}", WHY)
    assert "Ask to unmask five more" in ada.get(url).content.decode()
    assert ada.post(url, {"why": "More."}, secure=True).status_code == 409
    assert ada.post(url, {"why": WHY}, secure=True).status_code == 302
    assert "more is pending" in ada.get(url).content.decode()
    assert ada.post(url, {"why": WHY}, secure=True).status_code == 409
    assert WHY in carla.get(decision).content.decode()
    carla.post(decision, {"step": 1, "decision": "approve"}, secure=True)
    assert "5 of 10 approved" in ada.get(url).content.decode()


@pytest.mark.clause("6.b.i.8/scope", "6.c.ii/cases")
def test_a_search_is_hidden_from_everybody_else(searchers: Searchers) -> None:
    send(signed_in(searchers.ada), plate="TRV881", more_plates="TRV882")
    search = Search.objects.get()
    ben = signed_in(searchers.ben)
    assert ben.get(f"/searches/{search.pk}/").status_code == 404
    assert ben.post(f"/searches/{search.pk}/withdraw").status_code == 404
    assert signed_in(searchers.laura).get(f"/searches/approvals/{search.pk}/").status_code == 200


@pytest.mark.clause("6.b.i.8/scope", "6.b.i.9/denied")
@pytest.mark.parametrize(
    ("path", "event"),
    [
        ("searches/{}/", "search.view"),
        ("searches/{}/withdraw", "search.withdraw"),
        ("searches/{}/export/", "search.export"),
        ("searches/{}/export/make", "search.export"),
        ("searches/{}/results/", "search.view"),
        ("searches/{}/results/table/", "search.run"),
        ("searches/{}/results/last-seen/", "search.run"),
    ],
)
def test_an_attempt_at_somebody_elses_search_is_recorded(
    searchers: Searchers, recorded: Recorded, path: str, event: str
) -> None:
    send(signed_in(searchers.ada))
    ben, address = signed_in(searchers.ben), f"/{path.format(Search.objects.get().pk)}"
    answer = ben.post(address, secure=True) if path.endswith(("withdraw", "make")) else ben.get(address)
    assert answer.status_code == 404
    entry = recorded(event)
    assert (entry.actor_id, entry.outcome, entry.clause) == ("ben", "refused", "6.b.i.8")
    assert entry.object == f"search:{Search.objects.get().pk}"


@pytest.mark.clause("6.b.i.8/scope", "6.b.i.9/denied")
def test_an_attempt_of_another_supervisor_is_recorded(searchers: Searchers, recorded: Recorded) -> None:
    send(signed_in(searchers.carla), plate="TRV881", more_plates="TRV882")
    pk = Search.objects.get().pk
    assert signed_in(searchers.carla).get(f"/searches/approvals/{pk}/").status_code == 404
    entry = recorded("search.view")
    assert (entry.actor_id, entry.outcome, entry.object) == ("carla", "refused", f"search:{pk}")


def test_a_form_sent_again_for_something_else_makes_a_search_of_its_own(
    searchers: Searchers, recorded: Recorded
) -> None:
    ada, first = signed_in(searchers.ada), form()
    for _ in range(2):
        ada.post("/searches/", first, secure=True)
    assert Search.objects.count() == 1
    changed = first | {"plate": "TRV881"}
    answer = ada.post("/searches/", changed, secure=True)
    assert answer.status_code == 409
    assert "Press Search again" in answer.content.decode()
    entry = recorded("search.ask")
    assert (entry.outcome, entry.clause) == ("refused", "6.e.vi")
    key = answer.context["form"]["key"].value()
    assert ada.post("/searches/", changed | {"key": key}, secure=True).status_code == 302
    assert Search.objects.latest("pk").query.plates == ("TRV881",)


@pytest.mark.clause("6.a.iii/known")
def test_flagged_numbers_are_listed_for_the_supervisor(searchers: Searchers) -> None:
    send(signed_in(searchers.ada), number=BARE_CASE)
    assert BARE_CASE in signed_in(searchers.carla).get("/searches/flagged/").content.decode()


@pytest.mark.both_databases
@pytest.mark.clause("SB40.share/words")
def test_the_administrator_decides_a_stopped_request(searchers: Searchers, recorded: Recorded) -> None:
    status, text = send(
        signed_in(searchers.ada), reason="Driver is undocumented, ICE wants to know where he lives."
    )
    assert status == 409
    assert "administrator" in text
    stopped, gloria = StoppedRequest.objects.get(), signed_in(searchers.gloria)
    assert recorded("search.stop").details["stopped"] == stopped.pk
    url = f"/searches/stopped/{stopped.pk}/"
    assert url in gloria.get("/searches/stopped/").content.decode()
    assert "<dt>Reason</dt>" in gloria.get(url).content.decode()
    assert gloria.post(url, {"decision": "barred", "text": "No."}, secure=True).status_code == 409
    given = {"decision": "barred", "text": "It asks for immigration enforcement in plain words."}
    assert gloria.post(url, given, secure=True).status_code == 302
    assert "Barred by law" in gloria.get(url).content.decode()


@pytest.mark.clause("SB40.share/words")
def test_the_stopped_page_says_in_which_field_it_was(searchers: Searchers) -> None:
    older = f"{clock.now() - timedelta(days=91):%Y-%m-%dT%H:%M}"
    words = "ICE wants him before he leaves the state; the shooting at the store was only the start."
    send(signed_in(searchers.ada), since=older, why_older=words)
    page = signed_in(searchers.gloria).get(f"/searches/stopped/{StoppedRequest.objects.get().pk}/")
    assert "<dt>Why older reads are needed</dt>" in page.content.decode()


@pytest.mark.clause("6.a.iii/required")
def test_cad_is_not_asked_about_what_is_no_number(searchers: Searchers, dispatch: CadSimulator) -> None:
    status, _ = send(signed_in(searchers.ada), number="12")
    assert (status, dispatch.queries) == (409, [])


@pytest.mark.clause("6.a.i.2/own")
def test_nothing_is_searched_once_the_session_has_ended(searchers: Searchers) -> None:
    ada = signed_in(searchers.ada)
    ada.post("/logout/", secure=True)
    answer = ada.post("/searches/", form(), secure=True)
    assert answer.status_code == 302
    assert not Search.objects.exists()
