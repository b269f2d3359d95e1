"""Searches that run, and browsers that listen to their results."""

from collections.abc import Callable
from typing import Any

import pytest

from plateward.people.actor import PersonActor
from plateward.simulators.cad import CadSimulator
from plateward.testing.waiting import WITHIN
from plateward.work.searches import deciding
from plateward.work.searches.models import Search
from plateward.work.searches.results import events
from plateward.work.searches.results.running import RunningSearches
from plateward.work.searches.testing import EMERGENCY, Searchers

AROUND_ALBUQUERQUE = '{"circle": [35.0844, -106.6504, 2000]}'


@pytest.fixture(autouse=True)
def unchecked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the thread, which would not see what a test has not committed: tests check sessions themselves."""
    monkeypatch.setattr(RunningSearches, "_check_all", lambda _: None)


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a slow machine, too, rows come in as few events as on a fast one."""
    monkeypatch.setattr(events, "AT_FIRST", WITHIN)
    monkeypatch.setattr(events, "SENT_AFTER", WITHIN)


@pytest.fixture
def plate_search(searchers: Searchers, dispatch: CadSimulator) -> Callable[..., Search]:
    """Ada searches for BKT419, unless something else is said."""
    return searchers.asks


@pytest.fixture
def place_search(searchers: Searchers, dispatch: CadSimulator) -> Callable[..., Search]:
    """Ada searches a place in an emergency, and Carla approves."""

    def made(**changed: str) -> Search:
        place: dict[str, Any] = {
            "plates": (),
            "area": AROUND_ALBUQUERQUE,
            "basis": "exigency",
            "basis_text": EMERGENCY,
        }
        search = searchers.asks(**(place | changed))
        deciding.approve_search(PersonActor.of(searchers.carla), search.pk, 0, "")
        return search

    return made
