"""A reader's copy of its lists, and a process that kept nothing."""

import pytest

from plateward.field.hotlists.delivery import bundles, current
from plateward.field.hotlists.delivery import lists as lists_module
from plateward.field.hotlists.delivery.testing import Held
from plateward.testing.roadside import enroll_reader


@pytest.fixture(autouse=True)
def _nothing_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test has its own database; clear what this process cached from another."""
    for kept in (bundles._full_bundles, bundles._delta_bundles):
        kept._made.clear()
    monkeypatch.setattr(current, "_loaded", None)
    monkeypatch.setattr(lists_module, "RECENT_S", -1.0)


@pytest.fixture
def held() -> Held:
    return Held(enroll_reader())
