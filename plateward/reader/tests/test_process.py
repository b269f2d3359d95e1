from collections.abc import Generator
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from plateward.ground.wire.check import ShiftCheck
from plateward.ground.wire.hotlist import sign_hotlist
from plateward.ground.wire.placement import Zone
from plateward.ground.wire.read import Position, PositionLack
from plateward.reader.errors import NotStored, SourceError
from plateward.reader.frames import Frame
from plateward.reader.position import Fix, parse_position
from plateward.reader.tests.assembled import AssembledReader, Disk
from plateward.reader.tests.stand_ins import NOON, Agency, Frames, Hub, entry, hot_list, plate
from plateward.recognition.types import Thresholds

ZONE = Zone(35.0844, -106.6504, 300)


class Along:
    """Where the reader is at each frame, in turn, and then where it was last."""

    def __init__(self, *fixes: Fix) -> None:
        self._coming, self._at, self._last = iter(fixes), dict[datetime, Fix](), fixes[-1]

    def at(self, moment: datetime) -> Fix:
        if moment not in self._at:
            self._at[moment] = next(self._coming, self._last)
        return self._at[moment]


@pytest.mark.clause("5.a/compare", "5.a/trail", "5.b/vehicle")
def test_without_a_hub_a_listed_plate_rings_and_every_read_is_stored(hub: Hub, agency: Agency) -> None:
    hub.stop()
    parts = AssembledReader(
        agency, [plate("ABC123")], [plate("ABC123"), plate("XYZ789", box=(400, 200, 80, 40))], []
    )
    parts.reader.run()
    assert parts.plates() == ["ABC123", "XYZ789"]
    assert parts.out.getvalue().count("POSSIBLE HIT") == 1
    assert "XYZ789" not in parts.out.getvalue()
    assert parts.woken == parts.reader.reads == 2
    assert {parts.read(id).hotlist_version for id in parts.spool.waiting()} == {"8"}


@pytest.mark.clause("6.a.ii.1/zones")
def test_a_listed_plate_in_a_zone_is_neither_compared_shown_nor_stored_but_counted(
    hub: Hub, agency: Agency, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts = AssembledReader(agency, [plate("ABC123")], [plate("XYZ789", box=(400, 200, 80, 40))])
    parts.placement.offer(agency.placement(ZONE))
    matched: list[str] = []
    monkeypatch.setattr(parts.stores.hotlist, "match", lambda text, *_: matched.append(text))
    parts.reader.run()
    output = parts.out.getvalue()
    assert (matched, parts.plates(), parts.woken) == ([], [], 0)
    assert not any(word in output for word in ("POSSIBLE HIT", "ABC123", "XYZ789"))
    assert output.count("Nothing is compared, stored or sent: in an exclusion zone (OPR:50 6.a.ii.1).") == 1
    assert (parts.drops.counts.in_zones, parts.drops.counts.outside, parts.reader.dropped) == (2, 0, 2)


@pytest.mark.clause("6.a.ii.1/outside")
def test_outside_its_deployments_it_records_nothing(hub: Hub, agency: Agency) -> None:
    parts = AssembledReader(agency, [plate("ABC123")])
    parts.placement.offer(agency.placement(deployed=False))
    parts.reader.run()
    assert "POSSIBLE HIT" not in parts.out.getvalue()
    assert (parts.plates(), parts.drops.counts.outside) == ([], 1)


@pytest.mark.clause("6.a.ii.1/zones", "5.b/vehicle")
def test_past_the_zone_it_rings_again_and_no_frame_from_within_helps_to_read_a_plate(
    hub: Hub, agency: Agency
) -> None:
    within, outside = parse_position("35.0844,-106.6504").at(NOON), parse_position("36,-106.6504").at(NOON)
    rings = AssembledReader(agency, [plate("ABC123")], [plate("ABC123")])
    rings.reader.positions = Along(within, outside)
    rings.placement.offer(agency.placement(ZONE))
    rings.reader.run()
    assert (rings.plates(), rings.drops.counts.in_zones) == (["ABC123"], 1)
    assert rings.out.getvalue().count("POSSIBLE HIT") == 1
    assert "Reads are compared and stored again." in rings.out.getvalue()
    unsure, clear = plate("ABC128", 0.8), plate("ABC123", 0.99, (100, 200, 160, 80))
    drives_in = AssembledReader(agency, [unsure], *[[clear]] * 8)
    drives_in.source.still = False
    drives_in.reader.positions = Along(outside, *[within] * 8)
    drives_in.placement.offer(agency.placement(ZONE))
    drives_in.reader.run()
    assert drives_in.plates() == ["ABC123", "ABC128"]  # the first is that of the reader before
    assert "POSSIBLE HIT" not in drives_in.out.getvalue()
    assert drives_in.drops.counts.in_zones == 2


@pytest.mark.clause("6.a.ii.1/unsure", "5.c/position", "5.i/position")
def test_without_a_position_only_what_cannot_be_in_a_zone_is_kept_and_says_why_and_the_last_position(
    hub: Hub, agency: Agency
) -> None:
    far, near = Position(36.0, -106.6504, 5.0, 120.0), Position(35.1, -106.6504, 5.0, 120.0)
    for last, kept in ((None, []), (near, []), (far, ["ABC123"])):
        parts = AssembledReader(agency, [plate("ABC123")])
        parts.reader.positions = Along(Fix(None, None, PositionLack.GONE, last))
        parts.placement.offer(agency.placement(ZONE))
        parts.reader.run()
        assert parts.plates() == kept
    assert parts.drops.counts.unknown == 2
    read = parts.read(parts.spool.waiting()[0])
    assert (read.position, read.position_lack, read.last_position) == (None, PositionLack.GONE, far)


@pytest.mark.clause("6.a.ii.1/outside")
def test_without_a_placement_nothing_is_compared_and_the_hub_decides_what_it_keeps(
    hub: Hub, agency: Agency
) -> None:
    parts = AssembledReader(agency, [plate("ABC123")])
    parts.placement.current = None
    parts.reader.run()
    assert "POSSIBLE HIT" not in parts.out.getvalue()
    (id,) = parts.spool.waiting()
    assert (parts.read(id).plate, parts.read(id).hotlist_version) == ("ABC123", None)


@pytest.mark.clause("6.e.iv.1/missing")
def test_reads_and_alarms_carry_whether_the_check_was_passed(hub: Hub, agency: Agency) -> None:
    parts = AssembledReader(agency, [plate("ABC123")], [plate("ABC123")])
    parts.reader.shift.receive(ShiftCheck("not_done"))
    parts.reader.run()
    (id,) = parts.spool.waiting()
    assert parts.read(id).shift_check is False
    assert "No start-of-shift check" in parts.out.getvalue()


def test_on_a_full_disk_it_says_so_once_alarms_and_waits(hub: Hub, agency: Agency) -> None:
    parts = AssembledReader(agency, [plate("ABC123")], [plate("ABC123")], [plate("XYZ789")], disk=Disk(3))
    parts.reader.run()
    output = parts.out.getvalue()
    assert parts.plates() == ["ABC123", "XYZ789"]
    assert output.count("No space left on device") == 1
    assert "POSSIBLE HIT" in output
    assert output.index("POSSIBLE HIT") < output.index("No space left on device")
    assert "The disk has space again." in output
    assert parts.source.waited > 0


def test_stopped_on_a_full_disk_it_reports_lost_reads_and_keeps_the_rest(hub: Hub, agency: Agency) -> None:
    parts = AssembledReader(agency, [plate("ABC123"), plate("XYZ789", box=(400, 200, 80, 40))])
    parts.reader.run()
    full = AssembledReader(agency, [plate("DEF456")], disk=Disk(100))
    full.disk.when_refused = full.reader.stop.set
    with pytest.raises(NotStored, match="Reads not stored: 1"):
        full.reader.run()
    assert full.plates() == ["ABC123", "XYZ789"]


def test_a_source_that_fails_loses_no_vehicle_seen_before(hub: Hub, agency: Agency) -> None:
    parts = AssembledReader(agency, [plate("ABC123")])

    def fails() -> Generator[Frame | None]:
        yield from Frames(1).frames()
        raise SourceError("The folder cannot be opened.")

    parts.source.frames = fails  # type: ignore[method-assign]
    with pytest.raises(SourceError):
        parts.reader.run()
    assert parts.plates() == ["ABC123"]


def test_a_live_camera_says_how_many_frames_it_lost(hub: Hub, agency: Agency) -> None:
    parts = AssembledReader(agency, [plate("ABC123")], disk=Disk(4))
    parts.source.live = True

    def miss() -> None:
        parts.source.missed += 5

    parts.disk.when_refused = miss
    parts.reader.run()
    assert "15 camera frames were lost meanwhile." in parts.out.getvalue()


def test_what_is_no_plate_stops_nothing(hub: Hub, agency: Agency) -> None:
    parts = AssembledReader(agency, [plate("NO PLATE")], [plate("ABC123")])
    parts.reader.run()
    assert parts.plates() == ["ABC123"]
    assert "A hub would refuse" in parts.out.getvalue()


@pytest.mark.clause("5.a/characters", "5.b/which")
def test_a_read_below_the_alarm_threshold_is_only_stored_and_below_the_store_threshold_dropped(
    hub: Hub, agency: Agency
) -> None:
    parts = AssembledReader(agency, [plate("ABC123", 0.6)], [plate("XYZ789", 0.3)])
    parts.reader.engine.thresholds = Thresholds(store=0.5, alarm=0.7)
    parts.reader.run()
    assert parts.plates() == ["ABC123"]
    assert [parts.read(id).sure for id in parts.spool.waiting()] == [False]
    assert "POSSIBLE HIT" not in parts.out.getvalue()


@pytest.mark.clause("5.b/vehicle")
def test_a_listed_plate_misread_at_first_rings_and_names_the_earlier_reading(
    hub: Hub, agency: Agency
) -> None:
    parts = AssembledReader(
        agency, *[[plate("ABC128", 0.8)]] * 2, *[[plate("ABC123", 0.95, (100, 200, 160, 80))]] * 8
    )
    parts.source.still = False
    parts.stores.hotlist.offer(agency.hotlist(entry("ABC128"), entry("ABC123"), version="9"))
    parts.reader.run()
    output = parts.out.getvalue()
    assert parts.plates() == ["ABC123", "ABC128"]
    assert output.count("POSSIBLE HIT") == 2
    assert output.count("corrects the read of") == 1


def test_an_alarm_that_more_frames_do_not_bear_out_is_doubted(hub: Hub, agency: Agency) -> None:
    parts = AssembledReader(agency, *[[plate("ABC123", 0.7)]] * 2, *[[plate("ABC124", 0.95)]] * 8)
    parts.source.still = False
    parts.reader.run()
    assert parts.plates() == ["ABC123", "ABC124"]
    assert "DOUBT the alarm of" in parts.out.getvalue()


@pytest.mark.clause("5.a/characters")
def test_one_vehicle_with_one_misread_frame_is_one_read(hub: Hub, agency: Agency) -> None:
    parts = AssembledReader(
        agency, [plate("XYZ789")], [plate("XYZ78B", 0.5)], [plate("YZ789", 0.5)], [plate("XYZ789")]
    )
    parts.source.still = False
    parts.reader.run()
    assert parts.plates() == ["XYZ789"]


@pytest.mark.clause("5.a/compare", "5.b/which")
@pytest.mark.parametrize(
    ("read", "state", "head", "heading"),
    [
        ("ABC123", None, {}, "ALARM"),
        ("A8C123", None, {}, "SHOWN"),
        ("ABC123", "TX", {}, "SHOWN"),
        ("A8C123", None, {"alarms": {"folded": "ring"}}, "ALARM"),
        ("ABC123", None, {"alarms": {"folded": "ring"}}, None),
        ("ABC123", None, {"stale_at": NOON}, None),
    ],
)
def test_each_match_does_what_its_list_says(
    hub: Hub, agency: Agency, read: str, state: str | None, head: dict[str, Any], heading: str | None
) -> None:
    parts = AssembledReader(agency, [replace(plate(read), state=state)])
    signed = sign_hotlist(agency.ring.signing("hotlist"), hot_list(entry("ABC123"), version="9", **head))
    parts.stores.hotlist.offer(signed)
    parts.reader.run()
    headings = [line.split()[1] for line in parts.out.getvalue().splitlines() if "POSSIBLE HIT" in line]
    assert headings == ([heading] if heading else [])


@pytest.mark.clause("5.a/compare")
def test_the_engines_second_choices_are_matched(hub: Hub, agency: Agency) -> None:
    parts = AssembledReader(agency, [plate("ABD123", 0.8, second="ABC123")])
    parts.reader.run()
    assert "the reader's second choices: shown, no alarm" in parts.out.getvalue()
