"""What a search may be for, and when it needs a warrant, by the laws that the agency selected."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from plateward.core.audit.models import AuditEntry
from plateward.ground import clock
from plateward.ground.policy import tests as policy_tests
from plateward.ground.policy.decision import Allow, Refusal, Refused
from plateward.ground.policy.parameters import LogField, Seriousness
from plateward.ground.reasons.offenses import LESS_GRAVE, OFFENSES, gravest_of
from plateward.work.searches import rules
from plateward.work.searches.evidence import KEPT_IN, facts
from plateward.work.searches.models import Search
from plateward.work.searches.testing import EMERGENCY, PLACE, Searchers

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("dispatch")]
THIRD = Path(policy_tests.__file__).parent / "third_state.toml"
WARRANT = {name: PLACE[name] for name in ("basis", "basis_text", "warrant_court", "warrant_on")}


@pytest.fixture
def washington(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLATEWARD_PACKS", "WA,CJIS")


@pytest.fixture
def jefferson(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLATEWARD_PACKS", f"CJIS,{THIRD}")


def refused(searchers: Searchers, **changed: Any) -> Refusal:
    with pytest.raises(Refused) as refusal:
        searchers.asks(**changed)
    return refusal.value.refusal


@pytest.mark.clause("WA.use/offenses")
def test_a_search_for_a_lesser_offense_is_refused_by_the_row_that_bars_it(
    searchers: Searchers, washington: None
) -> None:
    refusal = refused(searchers, offense="wildlife")
    assert (refusal.clause, refusal.field) == ("WA.use", "offense")
    assert "Livestock, wildlife or dumping (SB 6002 WA.use)" in refusal.reason
    assert "felonies; gross misdemeanors; missing and endangered persons" in refusal.help
    assert AuditEntry.objects.latest("sequence").clause == "WA.use"
    assert not Search.objects.exists()
    assert searchers.asks(offense="theft").offense == "theft"


@pytest.mark.clause("WA.use/offenses")
def test_each_law_draws_its_own_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def barred() -> set[str]:
        return {code for code in OFFENSES if isinstance(rules.is_serious_enough(code), Refusal)}

    assert barred() == set()
    monkeypatch.setenv("PLATEWARD_PACKS", "WA,CJIS")
    assert barred() == {"bolo", "commercial", "wildlife", "other"}
    monkeypatch.setenv("PLATEWARD_PACKS", f"CJIS,{THIRD}")
    assert barred() == {code for code in OFFENSES if gravest_of(code) is not Seriousness.FELONY}
    assert LESS_GRAVE.keys() <= OFFENSES.keys()


def test_older_reads_need_a_warrant_or_an_emergency_where_a_law_says_so(
    searchers: Searchers, jefferson: None
) -> None:
    since = clock.now() - timedelta(hours=73)
    refusal = refused(searchers, since=since)
    assert (refusal.clause, refusal.field) == ("JX.search", "basis")
    assert "more than 72 hours ago need a warrant" in refusal.reason
    assert refused(searchers, since=since, **WARRANT | {"warrant_court": ""}).field == "warrant_court"
    search = searchers.asks(since=since, **WARRANT)
    kept = Search.objects.get(pk=search.pk)
    assert (kept.basis, kept.basis_text) == ("warrant", "D-307-SW-2026-0114")
    assert (kept.warrant_court, kept.warrant_on) == ("Third Judicial District Court", date(2026, 1, 20))
    assert searchers.asks(since=since, basis="exigency", basis_text=EMERGENCY).warrant_court is None


def test_newer_reads_need_none_and_where_no_law_says_so_none_do(
    searchers: Searchers, jefferson: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert searchers.asks(since=clock.now() - timedelta(hours=71), **WARRANT).basis == ""
    monkeypatch.delenv("PLATEWARD_PACKS")
    assert searchers.asks(since=clock.now() - timedelta(hours=80)).basis == ""


@pytest.mark.clause("6.a.ii.2/place")
@pytest.mark.both_databases
def test_a_search_from_a_place_keeps_its_warrants_number_court_and_day(searchers: Searchers) -> None:
    search = Search.objects.get(pk=searchers.asks(**PLACE).pk)
    assert (search.basis_text, search.warrant_court) == (PLACE["basis_text"], PLACE["warrant_court"])
    assert search.warrant_on == PLACE["warrant_on"]


@pytest.mark.clause("WA.access/fields", "VA.trail/fields")
def test_the_record_of_a_search_has_what_the_law_asks_and_the_report_counts_what_lacks_it(
    searchers: Searchers, washington: None
) -> None:
    search = searchers.asks()
    entry = AuditEntry.objects.filter(event="search.ask").latest("sequence").leaf
    assert entry is not None
    assert {"purpose", "number", "offense"} <= {name for name, value in entry.details.items() if value}
    assert AuditEntry.objects.latest("sequence").actor_id == searchers.ada.username
    assert KEPT_IN.keys() == set(LogField)
    assert all(getattr(search, column) for column in KEPT_IN.values())

    def access() -> Any:
        return next(fact for fact in facts() if "WA.access" in fact.rows)

    assert (
        "user, date and time, purpose, offense, case number (SB 6002 WA.access): 1; that lack any: 0"
        in access().text
    )
    Search.objects.bulk_create(
        [Search(key="0" * 32, person=searchers.ben, purpose="felony", query_json="{}")]
    )
    assert "that lack any: 1" in access().text
    assert "lack what SB 6002 WA.access asks" in access().attention


def test_a_law_that_is_not_selected_has_no_fact() -> None:
    assert not any(row.startswith(("WA.", "VA.")) for fact in facts() for row in fact.rows)


def test_a_warrant_may_be_used_where_none_is_needed(searchers: Searchers) -> None:
    query = searchers.request().query
    assert rules.may_go_back(query, rules.Grounds(), clock.now()) == Allow()
