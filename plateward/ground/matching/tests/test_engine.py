from datetime import timedelta
from typing import Any

import msgspec
import pytest

from plateward.ground.matching import engine
from plateward.ground.matching.engine import HotListIndex, OtherVersion
from plateward.ground.matching.kinds import DEFAULT_ALARMS, MatchAlarm, MatchKind, StateAgreement
from plateward.ground.matching.normalize import fold
from plateward.ground.matching.tests.made import ALL_ON, NOW, characters, delta, entry, head, ready
from plateward.ground.wire.entries import EntryColumns
from plateward.ground.wire.hotlist import HotListDelta, WireHotList


def plates(index: HotListIndex, *reads: str) -> list[str]:
    return [hit.entry.plate for read in reads for hit in index.match(read, None, NOW)]


@pytest.mark.clause("5.a/compare", "5.f/agency", "5.g/source")
def test_a_hit_names_the_entry_with_its_reason_and_the_list_with_its_source_and_age() -> None:
    [hit] = ready(entry(), entry("OTHER1"), refreshed_at=NOW).match("TST123", None, NOW)
    assert (hit.entry.reason, hit.entry.reason_text) == ("stolen_vehicle", "Stolen vehicle")
    assert (hit.head.source, hit.head.name, hit.head.refreshed_at) == ("NCIC", "Test list", NOW)


@pytest.mark.clause("5.a/compare")
@pytest.mark.parametrize(
    ("read", "listed", "kind"),
    [
        ("TST123", "tst-123", MatchKind.EXACT),
        ("TO0123", "T00123", MatchKind.EXACT),  # NCIC lists the letter O as zero
        ("TST1Z3", "TST123", MatchKind.FOLDED),
        ("T5T1Z3", "TST123", MatchKind.FOLDED),
        ("TSTBGO", "TST860", MatchKind.FOLDED),
        ("TST123", "TS?123", MatchKind.PARTIAL),
        ("T5T123", "TST*", MatchKind.PARTIAL),
        ("TST123", "*TST123*", MatchKind.PARTIAL),
        ("TST124", "TST123", MatchKind.NEAR),
        ("TST12", "TST123", MatchKind.NEAR),
        ("ST123", "TST123", MatchKind.NEAR),
    ],
)
def test_each_kind_of_match(read: str, listed: str, kind: MatchKind) -> None:
    [hit] = ready(entry(listed), alarms=ALL_ON).match(read, None, NOW)
    assert hit.kind is kind


@pytest.mark.clause("5.a/compare")
def test_the_readers_second_choices_are_a_kind_of_their_own() -> None:
    index = ready(entry("TST123"), entry("TVT123"))
    [hit] = index.match("TWT123", None, NOW, characters("TWT123", "1 V 0.3", "1 S 0.02"))
    assert (hit.entry.plate, hit.kind) == ("TVT123", MatchKind.ALTERNATIVE)


NOTHING = ["", " " * 20, "🚓", "🚓" * 20, "-" * 20, "\x00", "*", "?", "*" * 20, "A*", "A*B?"]


def test_nothing_else_is_a_hit_for_any_read_and_any_list() -> None:
    reads = [*NOTHING, "A" * 40, "TST1234", "TST125A", "TS123456", "T123", "OTHER"]
    index = ready(
        *(entry(plate) for plate in NOTHING if plate.isprintable() and plate), entry(), alarms=ALL_ON
    )
    for read in reads:
        assert index.match(read, "XX", NOW, characters(read[:1], *["0 🚓 0.9"][: len(read)])) == []


def test_an_entry_ends_at_its_expiry_and_not_before() -> None:
    index = ready(entry(expires_at=NOW))
    assert index.match("TST123", None, NOW - timedelta(microseconds=1))
    assert index.match("TST123", None, NOW) == []


@pytest.mark.clause("5.a/compare")
def test_a_list_matches_nothing_from_the_moment_it_is_stale() -> None:
    index = ready(entry(), entry("TST12?"), stale_at=NOW)
    assert len(index.match("TST123", None, NOW - timedelta(microseconds=1))) == 2
    assert index.match("TST123", None, NOW) == []


@pytest.mark.parametrize("kind", MatchKind)
def test_a_kind_that_its_list_has_off_or_does_not_name_is_no_hit(kind: MatchKind) -> None:
    listed, read, doubts = {
        MatchKind.EXACT: ("TST123", "TST123", ()),
        MatchKind.FOLDED: ("TST123", "T5T123", ()),
        MatchKind.ALTERNATIVE: ("TST123", "TWT123", ("1 S 0.3",)),
        MatchKind.PARTIAL: ("TST1?3", "TST123", ()),
        MatchKind.NEAR: ("TST123", "TXT123", ()),
    }[kind]

    def hits(alarms: dict[str, str]) -> list[tuple[MatchKind, MatchAlarm]]:
        hits = ready(entry(listed), alarms=alarms).match(read, None, NOW, characters(read, *doubts))
        return [(hit.kind, hit.alarm) for hit in hits]

    assert hits({kind: "ring"}) == [(kind, MatchAlarm.RING)]
    assert hits({kind: "show"}) == [(kind, MatchAlarm.SHOW)]
    assert hits({**dict.fromkeys(MatchKind, "off"), kind: "off"}) == []
    assert hits({}) == []


def test_an_entry_is_a_single_hit_of_the_best_kind_that_its_list_has_on() -> None:
    read = characters("TWT123", "1 S 0.3")
    kinds = [
        [hit.kind for hit in ready(entry(), alarms={**ALL_ON, **off}).match("TWT123", None, NOW, read)]
        for off in ({}, {"alternative": "off"})
    ]
    assert kinds == [[MatchKind.ALTERNATIVE], [MatchKind.NEAR]]


def test_lists_have_their_own_alarms() -> None:
    heads = [head(alarms={"exact": "ring"}), head(id=2, alarms={"exact": "ring", "near": "show"})]
    index = HotListIndex.of(WireHotList("1", NOW, heads, EntryColumns.of([entry(), entry(list_id=2)])))
    assert [hit.head.id for hit in index.match("TXT123", None, NOW)] == [2]
    assert sorted(hit.head.id for hit in index.match("TST123", None, NOW)) == [1, 2]


@pytest.mark.parametrize(
    ("read", "listed", "agreement", "alarm"),
    [
        ("NM", "NM", StateAgreement.EQUAL, MatchAlarm.RING),
        ("NM", None, StateAgreement.UNKNOWN, MatchAlarm.RING),
        (None, "NM", StateAgreement.UNKNOWN, MatchAlarm.RING),
        ("NM", "TX", StateAgreement.DIFFERENT, MatchAlarm.SHOW),
    ],
)
def test_it_says_how_the_states_agree_and_another_state_never_rings(
    read: str | None, listed: str | None, agreement: StateAgreement, alarm: MatchAlarm
) -> None:
    [hit] = ready(entry(state=listed)).match("TST123", read, NOW)
    assert (hit.state, hit.alarm) == (agreement, alarm)


def test_by_default_exact_matches_ring_others_show_and_one_character_off_is_ignored() -> None:
    assert DEFAULT_ALARMS == {
        "exact": "ring",
        "folded": "show",
        "alternative": "show",
        "partial": "show",
        "near": "off",
    }


def test_the_best_hit_comes_first_by_kind_then_state_then_priority() -> None:
    best_first: list[dict[str, Any]] = [
        {"state": "NM", "priority": "high"},
        {"state": "NM", "priority": "normal"},
        {"state": "NM", "priority": "low"},
        {"state": None, "priority": "high"},
        {"state": "TX", "priority": "high"},
        {"plate": "T5T123", "state": "NM", "priority": "high"},
        {"plate": "T5T123", "state": "TX", "priority": "high"},
        {"plate": "TST*", "state": "NM", "priority": "high"},
    ]
    entries = [entry(**changes) for changes in reversed(best_first)]
    hits = ready(*entries).match("TST123", "NM", NOW)
    assert [hit.entry for hit in hits] == entries[::-1]


@pytest.mark.clause("5.g/maybe")
def test_a_hit_explains_itself() -> None:
    [hit] = ready(entry("TVT 1B3", state="NM")).match("TWT183", "NM", NOW, characters("TWT183", "1 V 0.3"))
    assert hit.explanation == (
        "Read W where V is listed (reader confidence 30%), 8 where B is listed (they look alike); "
        "the state agrees (NM)."
    )


def test_a_change_adds_and_removes_and_the_index_before_it_stays() -> None:
    gone, stays, came = entry("GONE11"), entry("STAYS1"), entry("CAME11")
    before = ready(gone, stays)
    after = before.after(delta(came, removed=[gone]))
    reads = ("GONE11", "STAYS1", "CAME11")
    assert plates(before, *reads) == ["GONE11", "STAYS1"]
    assert plates(after, *reads) == ["STAYS1", "CAME11"]
    assert [(index.version, len(index)) for index in (before, after)] == [("1", 2), ("2", 2)]


def test_what_was_added_may_be_removed_and_a_known_id_is_replaced() -> None:
    kept, added = entry("KEPT11"), entry("ADDED1")
    other = msgspec.structs.replace(kept, plate="OTHER1")
    index = ready(kept).after(delta(added)).after(delta(other, removed=[added], since="2", version="3"))
    assert plates(index, "KEPT11", "ADDED1", "OTHER1") == ["OTHER1"]
    assert len(index) == 1


def test_a_change_may_make_a_list_stale_or_take_it_away() -> None:
    index = ready(entry())
    assert index.after(delta(stale_at=NOW)).match("TST123", None, NOW) == []
    assert index.after(delta(id=2)).match("TST123", None, NOW) == []
    assert (
        index.after(HotListDelta("1", "2", NOW, [], EntryColumns.of(()), b"", 0)).match("TST123", None, NOW)
        == []
    )


def test_what_is_removed_need_not_be_known() -> None:
    assert plates(ready(entry()).after(delta(removed=[entry()])), "TST123") == ["TST 123"]


def test_a_change_of_another_version_is_refused() -> None:
    with pytest.raises(OtherVersion, match="is for version 7, but this is 1"):
        ready(entry()).after(delta(since="7", version="8"))


def test_many_changes_are_worked_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "LARGE_OVERLAY", 2)
    first = entry("AAA111")
    index = ready(first)
    for number, removed in ((1, []), (2, []), (3, [first]), (4, [])):
        added = entry(f"BBB11{number}")
        index = index.after(delta(added, removed=removed, since=str(number), version=str(number + 1)))
    assert len(index) == 4
    assert plates(index, "AAA111", *(f"BBB11{number}" for number in range(1, 5))) == [
        f"BBB11{number}" for number in range(1, 5)
    ]


def test_entries_of_one_plate_are_all_found() -> None:
    entries = [entry(plate) for plate in ("TST123", "T5T123", "TST 123")]
    assert {fold(entry.plate) for entry in entries} == {"T5T123"}
    assert len(ready(*entries).match("TST123", None, NOW)) == 3
