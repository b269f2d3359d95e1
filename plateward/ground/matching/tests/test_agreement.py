"""The index against an obvious matcher that looks at each entry separately."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plateward.ground.matching import engine
from plateward.ground.matching.engine import HotListIndex
from plateward.ground.matching.kinds import MatchAlarm, MatchKind, StateAgreement
from plateward.ground.matching.misread import second_choices
from plateward.ground.matching.normalize import fold, zeroed
from plateward.ground.matching.partial import can_match
from plateward.ground.matching.tests.made import NOW
from plateward.ground.wire.entries import EntryColumns, WireEntry
from plateward.ground.wire.hotlist import HotListDelta, ListHead, WireHotList
from plateward.ground.wire.read import ReadCharacter

Found = dict[UUID, tuple[MatchKind, StateAgreement, MatchAlarm]]


def slow(
    entries: Sequence[WireEntry],
    heads: Sequence[ListHead],
    read: Sequence[ReadCharacter],
    state: str | None,
    at: datetime,
) -> Found:
    hits: Found = {}
    for entry in entries:
        for head in heads:
            if head.id != entry.list_id or (head.stale_at and head.stale_at <= at):
                continue
            if entry.expires_at and entry.expires_at <= at:
                continue
            for kind in kinds(entry.plate, read):
                alarm = head.alarms.get(kind, "off")
                if alarm == "off":
                    continue
                agreement = (
                    StateAgreement.UNKNOWN
                    if state is None or entry.state is None
                    else StateAgreement.EQUAL
                    if state == entry.state
                    else StateAgreement.DIFFERENT
                )
                different = agreement is StateAgreement.DIFFERENT
                hits[entry.id] = kind, agreement, MatchAlarm.SHOW if different else MatchAlarm(alarm)
                break
    return hits


def kinds(listed: str, read: Sequence[ReadCharacter]) -> list[MatchKind]:
    """All their kinds of match, best first."""
    plate = "".join(character.char for character in read)
    read_key, listed_key = fold(plate), fold(listed)
    if not read_key:
        return []
    if set(listed) & set("?*"):
        parts = [{"?": ".", "*": ".*"}.get(char, fold(char)) for char in listed]
        fits = can_match(listed) and re.fullmatch("".join(parts), read_key)
        return [MatchKind.PARTIAL] if fits else []
    if not listed_key:
        return []
    lost = len(listed_key) == len(read_key) + 1 and any(
        listed_key[:at] + listed_key[at + 1 :] == read_key for at in range(len(listed_key))
    )
    other = (
        len(listed_key) == len(read_key)
        and sum(x != y for x, y in zip(read_key, listed_key, strict=True)) == 1
    )
    holds = {
        MatchKind.EXACT: zeroed(plate) == zeroed(listed),
        MatchKind.FOLDED: read_key == listed_key,
        MatchKind.ALTERNATIVE: listed_key in second_choices(read),
        MatchKind.NEAR: lost or other,
    }
    if holds[MatchKind.EXACT]:
        return [MatchKind.EXACT]
    return [kind for kind, holding in holds.items() if holding]


def fast(index: HotListIndex, read: Sequence[ReadCharacter], state: str | None, at: datetime) -> Found:
    hits = index.match("".join(character.char for character in read), state, at, read)
    results = {hit.entry.id: (hit.kind, hit.state, hit.alarm) for hit in hits}
    assert len(results) == len(hits), "an entry is one hit"
    return results


states = st.sampled_from([None, "NM", "TX"])
times = st.sampled_from([None, NOW, NOW + timedelta(hours=1)])
listed_plates = st.text("O0I1S5AX", min_size=1, max_size=5) | st.text("O0I1S5AX?*- ", min_size=1, max_size=7)
entries = st.lists(
    st.builds(
        WireEntry,
        id=st.uuids(),
        list_id=st.integers(1, 2),
        plate=listed_plates,
        state=states,
        reason=st.just("stolen_vehicle"),
        reason_text=st.just("Stolen vehicle"),
        expires_at=times,
    ),
    unique_by=lambda entry: entry.id,
    max_size=8,
)
alarms = st.dictionaries(
    st.sampled_from([str(kind) for kind in MatchKind]), st.sampled_from(["ring", "show", "off"])
)


@st.composite
def heads(draw: st.DrawFn) -> list[ListHead]:
    return [
        ListHead(id=number, name="List", source="NCIC", alarms=draw(alarms), stale_at=draw(times))
        for number in (1, 2)
    ]


char = st.sampled_from("O0I1S5AX")
score = st.floats(0.01, 1)
reads = st.lists(
    st.builds(ReadCharacter, char, score, st.lists(st.tuples(char, score), max_size=2).map(tuple)), max_size=5
)


@pytest.mark.clause("5.a/compare")
@given(entries, heads(), reads, states)
def test_it_finds_what_an_obvious_matcher_finds_and_nothing_else(
    listed: list[WireEntry], lists: list[ListHead], read: list[ReadCharacter], state: str | None
) -> None:
    index = HotListIndex.of(WireHotList("1", NOW, lists, EntryColumns.of(listed)))
    assert fast(index, read, state, NOW) == slow(listed, lists, read, state, NOW)


@given(
    entries, st.lists(st.tuples(entries, heads(), st.sets(st.integers(0, 20))), max_size=4), reads, st.data()
)
def test_changes_lead_to_what_a_whole_list_would_be(
    listed: list[WireEntry],
    changes: list[tuple[list[WireEntry], list[ListHead], set[int]]],
    read: list[ReadCharacter],
    data: st.DataObject,
) -> None:
    lists = data.draw(heads())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine, "LARGE_OVERLAY", data.draw(st.sampled_from([0, 3, 100])))
        now = {entry.id: entry for entry in listed}
        index = HotListIndex.of(WireHotList("0", NOW, lists, EntryColumns.of(listed)))
        for number, (added, after, gone) in enumerate(changes):
            removed = [id for place, id in enumerate(now) if place in gone]
            lists = after
            now = {id: entry for id, entry in now.items() if id not in removed}
            now |= {entry.id: entry for entry in added}
            ids = b"".join(id.bytes for id in removed)
            index = index.after(
                HotListDelta(str(number), str(number + 1), NOW, lists, EntryColumns.of(added), ids, len(now))
            )
            assert len(index) == len(now)
    assert fast(index, read, None, NOW) == slow(list(now.values()), lists, read, None, NOW)
