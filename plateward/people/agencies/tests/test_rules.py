"""What an outside agency may ask, and when it is registered, granted and revoked. Pure."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from plateward.ground.policy.decision import Allow, Decision, Refusal
from plateward.people import days
from plateward.people.agencies import rules
from plateward.people.agencies.rules import AgencyState, Question, Recipient, Scope

NOW = datetime(2026, 12, 2, 18, tzinfo=UTC)
DAY = timedelta(days=1)
SCOPE = Scope(
    purposes=frozenset({"felony", "stolen_vehicle"}),
    offenses=frozenset({"homicide", "stolen_vehicle"}),
    places=frozenset({"District 5"}),
    days_back=30,
    queries_a_day=3,
    images=False,
    begins=NOW - DAY,
    ends=NOW + 90 * DAY,
    declaration_ends=NOW + 100 * DAY,
)
QUESTION = Question(
    purpose="felony",
    offense="homicide",
    since=NOW - 30 * DAY,
    places=frozenset({"District 5"}),
    asked_today=2,
    images=False,
)


def clause_of(decision: Decision) -> str:
    return decision.clause if isinstance(decision, Refusal) else ""


def test_what_is_within_the_scope_may_be_asked() -> None:
    assert rules.may_ask(SCOPE, QUESTION, NOW) == Allow()
    whole_day = replace(QUESTION, since=days.start_of(days.day_of(NOW) - 30 * DAY))  # what the form offers
    assert rules.may_ask(SCOPE, whole_day, NOW) == Allow()


@pytest.mark.clause("6.b.i.6/scope", "SB40.share/purposes")
@pytest.mark.parametrize(
    "more",
    [
        {"purpose": "misdemeanor"},
        {"purpose": "immigration"},
        {"offense": "theft"},
        {"places": frozenset({"District 5", "District 1"})},
        {"places": frozenset()},
        {"since": days.start_of(days.day_of(NOW) - 30 * DAY) - timedelta(seconds=1)},
        {"asked_today": 3},
        {"images": True},
    ],
)
def test_what_is_beyond_the_scope_is_refused(more: dict[str, Any]) -> None:
    refused = rules.may_ask(SCOPE, replace(QUESTION, **more), NOW)
    assert clause_of(refused) == "6.b.i.6"
    assert isinstance(refused, Refusal)
    assert refused.help


@pytest.mark.clause("6.b.i.6/scope", "SB40.declare/registry")
@pytest.mark.parametrize(
    ("more", "clause"),
    [
        ({"begins": NOW}, ""),
        ({"begins": NOW + timedelta(seconds=1)}, "6.b.i.6"),
        ({"ends": NOW}, "6.b.i.6"),
        ({"ends": NOW + timedelta(seconds=1)}, ""),
        ({"declaration_ends": NOW}, "SB40.declare"),
        ({"declaration_ends": None}, ""),
        ({"revoked_at": NOW}, "6.b.i.6"),
        ({"revoked_at": NOW + timedelta(seconds=1)}, ""),
    ],
)
def test_it_ends_by_itself(more: dict[str, Any], clause: str) -> None:
    assert clause_of(rules.may_ask(replace(SCOPE, **more), QUESTION, NOW)) == clause


@pytest.mark.clause("6.b.i.6/scope")
def test_without_a_grant_and_with_an_empty_one_nothing_may_be_asked() -> None:
    assert clause_of(rules.may_ask(None, QUESTION, NOW)) == "AC-3"  # as nobody signed it
    for name in ("purposes", "offenses", "places"):
        empty: dict[str, Any] = {name: frozenset()}
        assert clause_of(rules.may_ask(replace(SCOPE, **empty), QUESTION, NOW)) == "6.b.i.6"


@pytest.mark.clause("6.b.i.6/request")
@pytest.mark.parametrize(
    "twin",
    [
        "Yuma County Sheriff's Office",
        "YUMA COUNTY SHERIFFS OFFICE",
        "Yuma C0unty Sheriff’s Office",
        "Yurna County Sheriff's Office",
        "Yúma County Sheriff's Office",
        "Ｙｕｍａ County Sheriff's Office",
        "Yuma County Sheriff's 0ffice ",
    ],
)
def test_a_name_that_only_looks_different_is_the_same(twin: str) -> None:
    assert rules.skeleton(twin) == rules.skeleton("Yuma County Sheriff's Office")


@pytest.mark.clause("6.b.i.6/request")
@pytest.mark.parametrize("name", ["Yumа County Sheriff", "Υuma County Sheriff", "Yuma Ϲounty", "…", " "])
def test_letters_of_another_script_are_refused(name: str) -> None:
    refused = rules.may_register(name, "AZ0140000", twin="", ori_of="")
    assert isinstance(refused, Refusal)
    assert refused.field == "name"


@pytest.mark.clause("6.b.i.6/request")
@pytest.mark.parametrize(
    ("ori", "more", "field"),
    [
        ("AZ0140000", {}, ""),
        ("AZ014", {}, "ori"),
        ("AZ01400٣0", {}, "ori"),
        ("AZ0140000", {"twin": "Yuma County"}, "name"),
        ("AZ0140000", {"ori_of": "Yuma County"}, "ori"),
    ],
)
def test_an_agency_is_registered_once(ori: str, more: dict[str, str], field: str) -> None:
    decision = rules.may_register("Yuma County", ori, **{"twin": "", "ori_of": ""} | more)
    assert (decision.field if isinstance(decision, Refusal) else "") == field


@pytest.mark.clause("SB40.declare/registry", "SB40.share/purposes")
@pytest.mark.parametrize(
    ("more", "clause"),
    [
        ({}, ""),
        ({"purposes": ["felony", "immigration"]}, "SB40.share"),
        ({"purposes": []}, "SB40.share"),
        ({"signed_by": "…"}, "SB40.declare"),
        ({"ends": NOW + 366 * DAY}, "SB40.declare"),
        ({"ends": NOW}, "SB40.declare"),
    ],
)
def test_a_declaration_is_whole_lawful_and_of_a_year_at_most(more: dict[str, Any], clause: str) -> None:
    whole: dict[str, Any] = {
        "signed_by": "Sheriff Lee Long",
        "purposes": ["felony"],
        "begins": NOW,
        "ends": NOW + 365 * DAY,
    }
    assert clause_of(rules.may_declare(**whole | more)) == clause


@pytest.mark.clause("6.b.i.6/request", "SB40.share/words")
def test_a_request_says_what_for_and_points_to_nothing_that_the_law_bars() -> None:
    assert rules.may_request("Stolen trucks that cross on I-40 at night.", ["stolen_vehicle"]) == Allow()
    assert clause_of(rules.may_request("Trucks.", ["stolen_vehicle"])) == "6.b.i.6"
    assert clause_of(rules.may_request("Find people for deportation by ICE.", ["felony"])).startswith("SB40")


@pytest.mark.clause("6.b.i.6/chief", "6.b.i.6/request")
def test_the_chief_answers_first_and_nobody_judges_what_they_entered() -> None:
    text = "Their cases lead here each month; images are not needed."
    states = set(AgencyState)
    open_to_chief = {state for state in states if rules.may_consult(state, text, own=False) == Allow()}
    open_to_administrator = {state for state in states if rules.may_decide(state, text, own=False) == Allow()}
    assert open_to_chief == {AgencyState.WAITING}
    assert open_to_administrator == {AgencyState.CONSULTED}
    assert clause_of(rules.may_consult(AgencyState.WAITING, text, own=True)) == "6.b.i.6"
    assert clause_of(rules.may_decide(AgencyState.CONSULTED, text, own=True)) == "6.b.i.6"
    assert clause_of(rules.may_decide(AgencyState.CONSULTED, "Ok.", own=False)) == "6.b.i.6"


@pytest.mark.clause("6.b.i.6/scope", "SB40.declare/registry")
@pytest.mark.parametrize(
    ("more", "declared", "field"),
    [
        ({}, ["felony", "stolen_vehicle"], ""),
        ({}, ["felony"], "purposes"),
        ({"declaration_ends": None}, ["felony", "stolen_vehicle"], "purposes"),
        ({"declaration_ends": None}, None, ""),
        ({"purposes": frozenset({"misdemeanor"})}, ["misdemeanor"], "purposes"),
        ({"offenses": frozenset()}, ["felony", "stolen_vehicle"], "offenses"),
        ({"offenses": frozenset({"politics"})}, ["felony", "stolen_vehicle"], "offenses"),
        ({"places": frozenset()}, ["felony", "stolen_vehicle"], "offenses"),
        ({"days_back": 0}, ["felony", "stolen_vehicle"], "days_back"),
        ({"days_back": 366}, ["felony", "stolen_vehicle"], "days_back"),
        ({"queries_a_day": 501}, ["felony", "stolen_vehicle"], "queries_a_day"),
        ({"ends": NOW}, ["felony", "stolen_vehicle"], "last_day"),
        ({"ends": NOW + 366 * DAY, "declaration_ends": None}, None, "last_day"),
        ({"ends": NOW + 101 * DAY}, ["felony", "stolen_vehicle"], "last_day"),
    ],
)
def test_a_scope_is_no_wider_than_what_was_asked_declared_and_a_year(
    more: dict[str, Any], declared: list[str] | None, field: str
) -> None:
    requested = ["felony", "stolen_vehicle"]
    decision = rules.may_grant(replace(SCOPE, **more), requested, declared=declared, now=NOW)
    assert (decision.field if isinstance(decision, Refusal) else "") == field


@pytest.mark.clause("6.b.i.6/scope")
def test_only_what_is_in_force_is_revoked_and_with_a_reason() -> None:
    reason = "One of its officers looked up a neighbor."
    assert {state for state in AgencyState if rules.may_revoke(state, reason) == Allow()} == {
        AgencyState.GRANTED
    }
    assert clause_of(rules.may_revoke(AgencyState.GRANTED, "Misuse")) == "6.b.i.6"


@pytest.mark.clause("AC-4/given", "SB40.declare/registry")
@pytest.mark.parametrize(
    ("recipient", "clause"),
    [
        (None, "6.b.i.6"),
        (Recipient("NM0010000", needs_declaration=False, grant=3, signed=True), ""),
        (Recipient("NM0010000", needs_declaration=False, grant=3), "AC-3"),
        (Recipient("NM0010000", needs_declaration=False), "6.b.i.6"),
        (Recipient("AZ0140000", needs_declaration=True), "SB40.declare"),
        (Recipient("AZ0140000", needs_declaration=True, declaration=1, grant=3, signed=True), ""),
    ],
)
def test_what_is_given_by_hand_goes_to_registered_agencies_and_out_of_state_only_as_declared(
    recipient: Recipient | None, clause: str
) -> None:
    assert clause_of(rules.may_disclose_to(recipient)) == clause
