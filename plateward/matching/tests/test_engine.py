from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plateward.matching.engine import Index, OtherVersion
from plateward.matching.kinds import DEFAULT_ALARMS, Alarm, MatchKind, StateAgreement
from plateward.matching.normalise import fold
from plateward.wire.entries import Columns, Entry
from plateward.wire.hotlist import Delta, HotList, ListHead

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
numbers = count(1)


def _entry(plate: str = "TST 123", **changes: Any) -> Entry:
    values: dict[str, Any] = {
        "id": UUID(int=next(numbers)),
        "list_id": 1,
        "plate": plate,
        "reason": "stolen_vehicle",
        "reason_text": "Stolen vehicle",
    }
    return Entry(**(values | changes))


def _head(**changes: Any) -> ListHead:
    values: dict[str, Any] = {"id": 1, "name": "Test list", "source": "NCIC", "alarms": DEFAULT_ALARMS}
    return ListHead(**(values | changes))


def _index(*entries: Entry, **head: Any) -> Index:
    return Index.of(HotList("1", NOW, [_head(**head)], Columns.of(entries)))


def _delta(*added: Entry, removed: Iterable[Entry] = (), since: str = "1", version: str = "2") -> Delta:
    gone = b"".join(entry.id.bytes for entry in removed)
    return Delta(since, version, NOW, [_head()], Columns.of(added), gone, count=0)


@pytest.mark.clause("5.a", "5.g")
def test_a_hit_names_the_entry_with_its_source_and_reason() -> None:
    [hit] = _index(_entry(), _entry("OTHER1")).match("TST123", None, NOW)
    assert (hit.head.source, hit.entry.reason_text, hit.kind) == ("NCIC", "Stolen vehicle", MatchKind.EXACT)


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
    [hit] = _index(_entry(listed)).match(read, None, NOW)
    assert hit.kind is kind


@pytest.mark.parametrize("read", ["TST12", "TST1234", "TST124", "", "OTHER"])
def test_anything_else_is_no_hit(read: str) -> None:
    assert _index(_entry(), _entry(" - ")).match(read, None, NOW) == []


def test_an_entry_ends_at_its_expiry_and_not_before() -> None:
    index = _index(_entry(expires_at=NOW))
    assert index.match("TST123", None, NOW - timedelta(microseconds=1))
    assert index.match("TST123", None, NOW) == []


def test_a_list_matches_nothing_from_the_moment_it_is_stale() -> None:
    index = _index(_entry(), stale_at=NOW)
    assert index.match("TST123", None, NOW - timedelta(microseconds=1))
    assert index.match("TST123", None, NOW) == []


def test_a_kind_that_its_list_has_off_or_does_not_name_is_no_hit() -> None:
    index = _index(_entry(), alarms={"exact": "show", "folded": "off"})
    [hit] = index.match("TST123", None, NOW)
    assert hit.alarm is Alarm.SHOW
    assert index.match("T5T123", None, NOW) == []
    assert _index(_entry(), alarms={}).match("TST123", None, NOW) == []


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
    [hit] = _index(_entry(state=listed)).match("TST123", read, NOW)
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
    moved = [Entry(**(_fields(entry) | {"id": UUID(int=next(numbers))})) for entry in reversed(best_first)]
    hits = _index(*moved).match("TST123", "NM", NOW)
    assert [hit.entry for hit in hits] == moved[::-1]


def _fields(entry: Entry) -> dict[str, Any]:
    return {name: getattr(entry, name) for name in entry.__struct_fields__}


plates = st.text("O0I1Z2AX-", min_size=1, max_size=5)


@given(st.lists(plates, max_size=8), plates)
def test_all_that_folds_alike_matches_and_nothing_else(listed: list[str], read: str) -> None:
    entries = [_entry(plate) for plate in listed]
    hits = _index(*entries).match(read, None, NOW)
    found = [hit.entry.id for hit in hits]
    assert sorted(found) == [e.id for e in entries if fold(read) and fold(e.plate) == fold(read)]


@given(st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 -", min_size=1, max_size=16).filter(fold))
def test_every_entry_matches_its_own_plate_exactly(plate: str) -> None:
    [hit] = _index(_entry(plate)).match(plate, None, NOW)
    assert hit.kind is MatchKind.EXACT


def test_a_change_adds_and_removes_and_the_index_before_it_stays() -> None:
    gone, stays, came = _entry("GONE11"), _entry("STAYS1"), _entry("CAME11")
    before = _index(gone, stays)
    after = before.after(_delta(came, removed=[gone]))
    matched = [
        [hit.entry for plate in ("GONE11", "STAYS1", "CAME11") for hit in index.match(plate, None, NOW)]
        for index in (before, after)
    ]
    assert matched == [[gone, stays], [stays, came]]
    assert [(index.version, len(index)) for index in (before, after)] == [("1", 2), ("2", 2)]


def test_a_change_of_another_version_is_refused() -> None:
    with pytest.raises(OtherVersion, match="builds on version 7; at hand is 1"):
        _index(_entry()).after(_delta(since="7", version="8"))
