from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plateward.matching.engine import Index
from plateward.matching.kinds import MatchKind, StateAgreement
from plateward.matching.normalise import fold
from plateward.wire.hotlist import Entry

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
numbers = count(1)


def _entry(plate: str = "TST 123", **changes: Any) -> Entry:
    values: dict[str, Any] = {
        "id": UUID(int=next(numbers)),
        "plate": plate,
        "reason": "stolen_vehicle",
        "reason_text": "Stolen vehicle",
        "source": "NCIC",
        "list_name": "Test list",
    }
    return Entry(**(values | changes))


@pytest.mark.clause("5.a", "5.g")
def test_a_hit_names_the_entry_with_its_source_and_reason() -> None:
    [hit] = Index([_entry(), _entry("OTHER1")]).match("TST123", None, NOW)
    assert (hit.entry.source, hit.entry.reason_text, hit.kind) == ("NCIC", "Stolen vehicle", MatchKind.EXACT)


@pytest.mark.parametrize(
    ("read", "listed", "kind"),
    [
        ("TST123", "tst-123", MatchKind.EXACT),
        ("TO0123", "T00123", MatchKind.EXACT),
        ("TST1Z3", "TST123", MatchKind.FOLDED),
        ("T5T1Z3", "TST123", MatchKind.FOLDED),
        ("TSTBGO", "TST860", MatchKind.FOLDED),
    ],
)
def test_exact_takes_o_and_0_as_one_and_folded_takes_misreads(
    read: str, listed: str, kind: MatchKind
) -> None:
    [hit] = Index([_entry(listed)]).match(read, None, NOW)
    assert hit.kind is kind


@pytest.mark.parametrize("read", ["TST12", "TST1234", "TST124", "", "OTHER"])
def test_anything_else_is_no_hit(read: str) -> None:
    assert Index([_entry(), _entry(" - ")]).match(read, None, NOW) == []


def test_an_entry_ends_at_its_expiry_and_not_before() -> None:
    index = Index([_entry(expires_at=NOW)])
    assert index.match("TST123", None, NOW - timedelta(microseconds=1))
    assert index.match("TST123", None, NOW) == []


@pytest.mark.parametrize(
    ("read", "listed", "agreement"),
    [
        ("NM", "NM", StateAgreement.EQUAL),
        ("NM", None, StateAgreement.UNKNOWN),
        (None, "NM", StateAgreement.UNKNOWN),
        ("NM", "TX", StateAgreement.DIFFERENT),
    ],
)
def test_it_says_how_the_states_agree(
    read: str | None, listed: str | None, agreement: StateAgreement
) -> None:
    [hit] = Index([_entry(state=listed)]).match("TST123", read, NOW)
    assert hit.state is agreement


def test_the_best_hit_comes_first_by_kind_then_state_then_priority() -> None:
    best_first = [
        _entry(state="NM", priority="high"),
        _entry(state="NM", priority="normal"),
        _entry(state="NM", priority="low"),
        _entry(state=None, priority="high"),
        _entry(state="TX", priority="high"),
        _entry("T5T123", state="NM", priority="high"),
        _entry("T5T123", state="TX", priority="high"),
    ]
    hits = Index(reversed(best_first)).match("TST123", "NM", NOW)
    assert [hit.entry for hit in hits] == best_first


plates = st.text("O0I1Z2AX-", min_size=1, max_size=5)


@given(st.lists(plates, max_size=8), plates)
def test_all_that_folds_alike_matches_and_nothing_else(listed: list[str], read: str) -> None:
    entries = [_entry(plate) for plate in listed]
    hits = Index(entries).match(read, None, NOW)
    found = [hit.entry.id for hit in hits]
    assert sorted(found) == [e.id for e in entries if fold(read) and fold(e.plate) == fold(read)]


@given(st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 -", min_size=1, max_size=16).filter(fold))
def test_every_entry_matches_its_own_plate_exactly(plate: str) -> None:
    [hit] = Index([_entry(plate)]).match(plate, None, NOW)
    assert hit.kind is MatchKind.EXACT
