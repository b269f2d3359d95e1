"""A search that found nothing is asked anew with one change, and what it asked for is filled in."""

from datetime import UTC, datetime, timedelta

import pytest

from plateward.people.testing import signed_in
from plateward.simulators.cad import CadSimulator
from plateward.work.searches.again import Change, SearchToChange, changes, filled
from plateward.work.searches.query import SearchQuery
from plateward.work.searches.testing import CASE, Searchers

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
QUERY = SearchQuery(since=NOW - timedelta(days=30), until=NOW, plates=("BKT419",), states=("NM",))


def test_only_what_may_find_more_is_offered() -> None:
    oldest = QUERY.since.date() - timedelta(days=2)
    exact = [Change.LOOKALIKES, Change.NEAR, Change.PARTIAL]
    assert changes(QUERY, None) == changes(QUERY, NOW.date()) == exact
    assert changes(QUERY, oldest) == [*exact, Change.EARLIER]
    near = SearchQuery(QUERY.since, NOW, ("BKT419",), "near")
    assert changes(near, None) == [Change.PARTIAL]
    assert changes(SearchQuery(QUERY.since, NOW, ("BKT*",)), None) == []
    assert changes(SearchQuery(QUERY.since, NOW, area="{}"), None) == [Change.PLACE]


@pytest.mark.parametrize(
    ("change", "changed"),
    [
        (Change.LOOKALIKES, {"match": "folded"}),
        (Change.NEAR, {"match": "near"}),
        (Change.PARTIAL, {"plate": "BKT*"}),
        ("nothing that is offered", {}),
    ],
)
def test_the_form_holds_the_search_with_its_change(change: str, changed: dict[str, str]) -> None:
    same = filled(SearchToChange(QUERY, CASE, ends=False), "")
    assert (same["plate"], same["state"], same["case"], same["until"]) == ("BKT419", "NM", CASE, None)
    assert filled(SearchToChange(QUERY, CASE, ends=False), change) == same | changed
    assert filled(SearchToChange(QUERY, CASE, ends=True), change)["until"] == NOW


def test_earlier_days_are_as_many_again() -> None:
    since = filled(SearchToChange(QUERY, CASE, ends=False), Change.EARLIER)["since"]
    assert timedelta(0) <= QUERY.since - timedelta(days=30) - since < timedelta(days=1)


@pytest.mark.django_db
@pytest.mark.clause("6.b.i.8/scope")
def test_the_form_is_filled_from_ones_own_search_alone(searchers: Searchers, dispatch: CadSimulator) -> None:
    search = searchers.asks(plates=("BKT419",))
    address = f"/searches/?again={search.pk}&change=near"
    form = signed_in(searchers.ada).get(address).context["form"]
    assert (form["plate"].value(), form["match"].value(), form["case"].value()) == ("BKT419", "near", CASE)
    assert form.uses_advanced
    assert signed_in(searchers.ben).get(address).status_code == 404
    assert not signed_in(searchers.ada).get("/searches/?again=x").context["form"]["plate"].value()
