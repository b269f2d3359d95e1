"""The API asks the same questions of the same rules as the pages, and logs before it answers."""

import itertools
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import OperationalError
from django.test import Client

from plateward.core.audit.events import Event
from plateward.core.audit.mentions import entries_about
from plateward.field.reads.queries import SearchProgress
from plateward.ground import clock
from plateward.people.actor import PersonActor
from plateward.people.testing import bearer, person, signed_in
from plateward.simulators.cad import CadSimulator
from plateward.testing.roadside import enroll_reader
from plateward.work.searches import deciding
from plateward.work.searches.api.operations import api
from plateward.work.searches.api.schemas import ERRORS
from plateward.work.searches.models import Search
from plateward.work.searches.results import gathering
from plateward.work.searches.testing import (
    CASE,
    EMERGENCY,
    FACTS,
    FOR_OLDER,
    OTHER_CASE,
    REASON,
    Recorded,
    Searchers,
)

pytestmark = pytest.mark.django_db
NUMBERS = itertools.count(300)
ALBUQUERQUE = {"circle": [35.0844, -106.6504, 2000]}


class Program:
    """A program with a token, in the name of somebody who is logged in."""

    def __init__(self, header: str) -> None:
        self._client = Client(headers={"authorization": header})

    def get(self, path: str, **query: Any) -> Any:
        return self._client.get(f"/api/v1/{path}", query)

    def post(self, path: str, body: Any = None) -> Any:
        return self._client.post(f"/api/v1/{path}", body, content_type="application/json")


@pytest.fixture
def program(searchers: Searchers, dispatch: CadSimulator) -> Program:
    signed_in(searchers.ada)
    return Program(bearer(searchers.ada))


@pytest.fixture
def plate(db: None) -> str:
    """A plate of this test alone, read five times in one hour; between them another was read."""
    plate, reader = f"BKT{next(NUMBERS)}", enroll_reader()
    at = clock.now().replace(hour=12, minute=30) - timedelta(days=1)
    photos = [reader.photo(plate, captured_at=at - timedelta(minutes=number)) for number in range(5)]
    reader.send(*photos, reader.photo("HJK335", captured_at=at))
    return plate


def body(*plates: str, **changed: Any) -> dict[str, Any]:
    since = (clock.now() - timedelta(days=20)).isoformat()
    about = {"purpose": "felony", "number": CASE, "reason": REASON, "since": since, "plates": plates}
    return about | FACTS | changed


def days_ago(days: int) -> str:
    return (clock.now() - timedelta(days=days)).isoformat()


def search_of(program: Program, *plates: str, **changed: Any) -> int:
    answer = program.post("searches", body(*plates, **changed))
    assert answer.status_code == 201, answer.content
    return int(answer.json()["id"])


def refusal(answer: Any) -> tuple[int, str]:
    assert answer.json().keys() >= {"error", "clause", "help"}
    assert answer.json()["error"]
    return answer.status_code, answer.json()["clause"]


@pytest.mark.clause("6.e.vi/reason", "6.e.vi/number", "6.e.iii/marked", "6.b.i.9/entries")
def test_a_program_searches_like_a_person_and_goes_through_the_pages(
    program: Program, plate: str, recorded: Recorded
) -> None:
    search = search_of(program, plate.lower())
    assert program.get(f"searches/{search}").json()["state"] == "runs"
    first = program.get(f"searches/{search}/reads", limit=3).json()
    assert first["marking"].endswith("Confidential: investigative lead only, verify before acting.")
    entry = recorded("search.run")
    assert entry.details["reads"] == 3
    about = entries_about([f"read:{first['reads'][2]['id']}"], [Event.SEARCH_RUN])
    assert [row.sequence for row in about] == [entry.sequence]
    assert recorded("search.run").session.startswith("token:")
    second = program.get(f"searches/{search}/reads", limit=3, after=first["after"]).json()
    assert second["after"] is None
    reads = [*first["reads"], *second["reads"]]
    assert [read["plate"] for read in reads] == [plate] * 5
    assert len({read["id"] for read in reads}) == 5
    assert program.get(f"searches/{search}/count").json()["reads"] == 5
    seen = program.get(f"searches/{search}/last-seen").json()
    assert [read["id"] for read in seen["reads"]] == [reads[0]["id"]]
    assert "does not show" in seen["proves"]
    assert program.get(f"searches/{search}/common-stops").json()["stops"][0]["reads"] == 5


@pytest.mark.clause("6.a.i.1/every", "6.b.i.9/denied")
@pytest.mark.parametrize(
    ("changed", "clause"), [({"purpose": "stolen_vehicle"}, "6.a.i.1"), ({"number": OTHER_CASE}, "6.a.iii")]
)
def test_a_token_searches_for_its_own_purpose_and_case_alone(
    searchers: Searchers, dispatch: CadSimulator, recorded: Recorded, changed: dict[str, str], clause: str
) -> None:
    signed_in(searchers.ada)
    program = Program(bearer(searchers.ada, number=CASE))
    assert refusal(program.post("searches", body("BKT419", **changed))) == (409, clause)
    assert recorded("search.ask").outcome == "refused"
    assert not Search.objects.exists()


@pytest.mark.clause("6.a.i.1/every", "6.b.i.8/scope")
def test_a_search_of_somebody_else_or_another_purpose_is_not_there_and_the_attempt_is_recorded(
    program: Program, searchers: Searchers, plate: str, recorded: Recorded
) -> None:
    others = searchers.asks(searchers.ben, plates=(plate,))
    own = searchers.asks(purpose="stolen_vehicle", plates=(plate,))
    for pk in (others.pk, own.pk, 999_999):
        for part in ("", "/reads", "/count", "/last-seen", "/common-stops"):
            assert refusal(program.get(f"searches/{pk}{part}"))[0] == 404
        assert refusal(program.post(f"searches/{pk}/stop"))[0] == 404
        for event in ("search.view", "search.run", "search.withdraw"):
            entry = recorded(event)
            assert (entry.object, entry.outcome) == (f"search:{pk}", "refused")
            assert (entry.clause, entry.actor_id) == ("6.b.i.8", "ada")
    again = program.post("searches", body(plate, key=str(others.key)))
    assert again.status_code == 404  # somebody else's key tells nothing


@pytest.mark.both_databases
def test_a_request_sent_twice_makes_one_search(program: Program, plate: str) -> None:
    same = body(plate, key=str(uuid4()))
    search = program.post("searches", same).json()["id"]
    again = program.post("searches", same)
    assert (again.status_code, again.json()["id"]) == (200, search)
    for changed in ({"plates": ["HJK335"]}, {"until": days_ago(1)}):
        answer = program.post("searches", same | changed)
        assert refusal(answer) == (409, "6.e.vi")
        assert f"search {search}" in answer.json()["error"]
    assert Search.objects.count() == 1


@pytest.mark.clause("6.e.vi/reason")
@pytest.mark.parametrize(
    ("first", "changed"),
    [
        (
            {"plates": [], "area": ALBUQUERQUE, "basis": "exigency", "basis_text": EMERGENCY},
            {
                "basis": "warrant",
                "basis_text": "D-307-SW-2026-0114",
                "warrant_court": "Third Judicial District Court",
                "warrant_on": "2026-01-20",
            },
        ),
        (
            {"plates": [], "area": ALBUQUERQUE, "basis": "exigency", "basis_text": EMERGENCY},
            {"basis_text": f"{EMERGENCY} Her phone is off."},
        ),
        ({"since": days_ago(95), "why_older": FOR_OLDER}, {"why_older": f"{FOR_OLDER} Its owner moved."}),
    ],
)
def test_a_key_used_again_on_other_grounds_is_another_search(
    program: Program, first: dict[str, Any], changed: dict[str, Any]
) -> None:
    same = body("BKT419", key=str(uuid4())) | first
    search = program.post("searches", same).json()["id"]
    assert program.post("searches", same).json()["id"] == search
    answer = program.post("searches", same | changed)
    assert refusal(answer) == (409, "6.e.vi")
    assert "other grounds" in answer.json()["error"]


def test_no_page_is_called_the_last_when_time_is_up(
    program: Program, plate: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    search = search_of(program, plate)
    monkeypatch.setattr(gathering, "read_page", lambda *_: (SearchProgress(0, 2) for _ in range(1)))
    monkeypatch.setattr(gathering, "SECONDS", -1)
    answer = program.get(f"searches/{search}/reads")
    assert refusal(answer) == (422, "")
    assert "Narrow the search" in answer.json()["error"]


@pytest.mark.clause("6.a.ii.2/brake", "6.a.ii.3/brake")
def test_a_search_that_waits_gives_nothing_and_can_be_taken_back(program: Program, plate: str) -> None:
    search = search_of(program, plate, "HJK335")
    assert program.get(f"searches/{search}").json()["state"] == "waits"
    for part in ("reads", "count", "last-seen", "common-stops"):
        assert refusal(program.get(f"searches/{search}/{part}")) == (409, "6.a.ii.2")
    assert program.post(f"searches/{search}/stop").json()["state"] == "withdrawn"
    assert refusal(program.post(f"searches/{search}/stop"))[0] == 409


@pytest.mark.both_databases
@pytest.mark.clause("6.a.ii.2/place")
def test_a_search_from_a_place_is_masked_and_tells_no_plate_by_its_order(
    program: Program, searchers: Searchers, plate: str
) -> None:
    search = search_of(program, area=ALBUQUERQUE, basis="exigency", basis_text=EMERGENCY)
    deciding.approve_search(PersonActor.of(searchers.carla), search, 0, "")
    answer = program.get(f"searches/{search}/reads")
    reads = answer.json()["reads"]
    assert reads
    assert {read["plate"] for read in reads} == {None}
    assert all(read["vehicle"].startswith("Vehicle ") for read in reads)
    assert plate.encode() not in answer.content
    assert refusal(program.get(f"searches/{search}/reads", order="plate"))[0] == 422
    assert refusal(program.get(f"searches/{search}/common-stops"))[0] == 422


@pytest.mark.clause("6.a.ii.2/place", "6.e.iii/marked", "6.b.i.9/entries")
def test_patterns_of_a_place_ask_two_running_searches_and_show_no_plate(
    program: Program, searchers: Searchers, plate: str, recorded: Recorded
) -> None:
    place = {"area": ALBUQUERQUE, "basis": "exigency", "basis_text": EMERGENCY}
    here, there = (search_of(program, **place) for _ in range(2))
    of_plate = search_of(program, plate)
    both, with_plate = f"searches/{here}/seen-at-both", f"searches/{here}/traveled-with"
    assert refusal(program.get(both, scene=there)) == (409, "6.a.ii.2")  # it waits
    for pk in (here, there):
        deciding.approve_search(PersonActor.of(searchers.carla), pk, 0, "")
    answer = program.get(both, scene=there)
    vehicles = answer.json()["vehicles"]
    assert {vehicle["plate"] for vehicle in vehicles} == {None}
    assert 5 in {vehicle["reads"] for vehicle in vehicles}
    assert "not probable cause" in answer.json()["proves"]
    passed = program.get(with_plate, plates_of=of_plate)
    assert all(vehicle["plate"] is None for vehicle in passed.json()["vehicles"])
    assert plate.encode() not in answer.content + passed.content
    assert (recorded("search.run").object, recorded("search.run").actor_id) == (f"search:{here}", "ada")
    assert refusal(program.get(with_plate, plates_of=there)) == (422, "")
    assert refusal(program.get(f"searches/{of_plate}/traveled-with", plates_of=of_plate))[0] == 422
    assert refusal(program.get(both, scene=of_plate))[0] == 422
    others = searchers.asks(searchers.ben)
    assert refusal(program.get(with_plate, plates_of=others.pk))[0] == 404


BAD: dict[str, tuple[Callable[[], Any], int, str]] = {
    "no reason": (lambda: body("BKT419", reason="investigation"), 409, "6.e.vi"),
    "no case": (lambda: body("BKT419", number="0000"), 409, "6.a.iii"),
    "no purpose of ours": (lambda: body("BKT419", purpose="immigration"), 409, "6.a.i.1"),
    "40 characters": (lambda: body("A" * 40), 409, "6.e.vi"),
    "SQL as a plate": (lambda: body("' OR 1=1;--"), 409, "6.e.vi"),
    "SQL": (lambda: body("'; DROP TABLE reads_read;--"), 409, "6.e.vi"),
    "everything": (lambda: body("*"), 409, "6.e.vi"),
    "inverted times": (lambda: body("BKT419", since=days_ago(1), until=days_ago(2)), 409, "6.e.vi"),
    "10,000 plates": (lambda: body(*(f"BK{number:05}" for number in range(10_000))), 409, "6.e.vi"),
    "no plate and no place": (body, 422, ""),
    "a place without ground": (lambda: body(area=ALBUQUERQUE), 409, "6.a.ii.2"),
    "an unreadable area": (lambda: body(area={"circle": ["x", 1, 2]}), 422, ""),
    "a start before the calendar": (lambda: body("BKT419", since="0001-01-01T00:00:00+14:00"), 422, ""),
    "an end before the calendar": (lambda: body("BKT419", until="0001-01-01T00:00:00+14:00"), 422, ""),
    "times without a zone": (lambda: body("BKT419", since="2026-11-20T00:00:00"), 422, ""),
    "an unknown field": (lambda: body("BKT419", purpos="felony"), 422, ""),
    "a nested field": (lambda: body("BKT419", number={"$gt": ""}), 422, ""),
    "no object": (lambda: ["BKT419"], 422, ""),
}


@pytest.mark.clause("6.e.vi/reason", "6.a.i.1/purposes", "6.a.iii/required")
@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_refused_in_words(program: Program, name: str) -> None:
    make, status, clause = BAD[name]
    answer = program.post("searches", make())
    assert refusal(answer) == (status, clause), answer.content
    assert not Search.objects.exists()


@pytest.mark.parametrize("text", ["{", "", "\x00", "[" * 5_000])
def test_malformed_json_is_refused_in_words(program: Program, text: str) -> None:
    assert refusal(program.post("searches", text))[0] == (400 if text else 422)


@pytest.mark.parametrize(
    "query", [{"limit": "501"}, {"limit": "-1"}, {"order": "random"}, {"after": "x" * 65}, {"after": "gone"}]
)
def test_a_page_that_cannot_be_is_refused_in_words(
    program: Program, plate: str, query: dict[str, str]
) -> None:
    assert refusal(program.get(f"searches/{search_of(program, plate)}/reads", **query))[0] == 422


@pytest.mark.clause("6.b.i.10/failure", "AU-5/stops")
def test_without_the_log_nothing_is_answered(
    program: Program, plate: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    search = search_of(program, plate)

    def away(*_: Any, **__: Any) -> None:
        raise OperationalError("disk I/O error")

    monkeypatch.setattr("plateward.core.audit.log.insert_entries", away)
    for part in ("", "/reads", "/count", "/last-seen", "/common-stops"):
        answer = program.get(f"searches/{search}{part}")
        assert refusal(answer) == (503, "6.b.i.10")
        assert plate.encode() not in answer.content
    assert refusal(program.post("searches", body(plate)))[0] == 503


@pytest.mark.both_databases
def test_a_part_of_the_store_that_is_away_is_said(
    program: Program, plate: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    search = search_of(program, plate)

    def away(*_: Any, **__: Any) -> None:
        raise OperationalError(f"could not connect while looking for {plate}")

    monkeypatch.setattr("plateward.work.searches.api.operations.gathering.gather_reads", away)
    answer = program.get(f"searches/{search}/reads")
    assert refusal(answer)[0] == 503
    assert plate.encode() not in answer.content


@pytest.mark.clause("6.b.i.8/matrix")
def test_an_unused_method_and_an_auditor_get_nothing(program: Program) -> None:
    answers = (program.post("token"), program.get("searches"), program._client.put("/api/v1/searches"))
    assert [refusal(answer)[0] for answer in answers] == [405] * 3
    assert [answer["Allow"] for answer in answers] == ["GET", "POST", "POST"]
    strangers = [Client().generic(method, "/api/v1/searches") for method in ("TRACE", "OPTIONS")]
    assert [(refusal(answer)[0], answer["Allow"]) for answer in strangers] == [(405, "POST")] * 2
    nora = person("nora")
    signed_in(nora)
    assert refusal(Program(bearer(nora)).get("token")) == (403, "6.b.i.8")


@pytest.mark.parametrize("path", ["nothing", "searches/-1", "searches/x/reads", "searches/1/"])
def test_an_address_that_is_no_operation_says_so_as_json(program: Program, path: str) -> None:
    assert refusal(program.get(path))[0] == 404


def test_the_document_says_how_each_operation_may_be_refused() -> None:
    operations = [
        operation
        for methods in api.get_openapi_schema(path_prefix="/api/v1/")["paths"].values()
        for operation in methods.values()
    ]
    assert operations
    for operation in operations:
        assert {str(status) for status in operation["responses"]} >= {str(status) for status in ERRORS}
