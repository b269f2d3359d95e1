"""Who is found again in what is published."""

import pytest

from plateward.oversight.published_log.rules import K, published
from plateward.oversight.published_log.tests.risk import ROUNDINGS, agency, measure

pytestmark = pytest.mark.clause("SB40.confid/audit")


def test_one_known_search_never_leaves_fewer_than_five(capsys: pytest.CaptureFixture[str]) -> None:
    """Rare days, rare offenses, plates that were seen once, court records, and the exact counts of a public page."""
    searches = agency(searches=6000)
    by = {name: measure(searches, rounding) for name, rounding in ROUNDINGS.items()}
    with capsys.disabled():
        for name, risk in by.items():
            print(f"\nBy {name}: {risk}.", end="")  # noqa: T201
    assert by["month"].officers >= K
    assert by["month"].plates >= K
    assert by["month"].two < by["week"].two < by["day"].two  # why months are published
    assert by["month"].withheld < by["week"].withheld < by["day"].withheld


def test_the_officer_with_395_searches_for_one_plate_is_seen_in_the_year() -> None:
    searches = agency(searches=6000)
    counted: dict[tuple[str, str], int] = {}
    periods: dict[object, list[object]] = {}
    for search in searches:
        periods.setdefault(ROUNDINGS["month"](search.day), []).append(search.row)
    for rows in periods.values():
        for row in published(rows).rows:  # type: ignore[arg-type]
            counted[row.officer, row.plate] = counted.get((row.officer, row.plate), 0) + bool(row.plate)
    assert max(counted, key=counted.__getitem__) == ("officer 10", "his neighbor's")
    assert max(counted.values()) > 300
