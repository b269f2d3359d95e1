"""The reader's own copy of where it may record, and its count of what it dropped."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from plateward.ground import clock
from plateward.ground.vault.files import private_directory, replace_file
from plateward.ground.vault.sealing import seal
from plateward.ground.wire.placement import SignedPlacement, Zone
from plateward.ground.wire.read import Position
from plateward.ground.wire.where import DropReason
from plateward.reader.errors import PlacementRefused
from plateward.reader.placement import Drops, LocalPlacement
from plateward.reader.tests.stand_ins import NOON, Agency

SECRET = bytes(32)
CLINIC = Zone(35.0844, -106.6504, 300)
HERE = Position(35.0844, -106.6504, 5.0)


def started(agency: Agency, output: list[str]) -> LocalPlacement:
    private_directory(agency.home.data)
    hub = agency.ring.signing("hotlist").public_key()
    return LocalPlacement(agency.home.placement, SECRET, hub, "unit-12", output.append)


@pytest.mark.clause("6.a.ii.1/zones")
def test_without_the_hub_the_last_zones_count_after_a_new_start(agency: Agency, output: list[str]) -> None:
    local = started(agency, output)
    assert (local.current, local.version) == (None, "")
    local.offer(agency.placement(CLINIC))
    again = started(agency, output)
    assert again.current == local.current
    assert again.why_dropped(NOON, HERE) is DropReason.ZONE
    again.offer(agency.placement())
    assert started(agency, output).why_dropped(NOON, HERE) is None


@pytest.mark.clause("6.a.ii.1/outside", "6.a.ii.1/zones")
@pytest.mark.parametrize(
    ("forge", "why"),
    [
        (lambda agency: agency.placement(reader="unit-14"), "that of the reader unit-14"),
        (lambda agency: agency.placement(made_at=NOON - timedelta(hours=1)), "before the current one"),
        (lambda agency: SignedPlacement(agency.placement().body, bytes(64)), "The signature is wrong"),
    ],
)
def test_what_is_not_the_hubs_current_word_for_this_reader_is_refused_and_the_last_stays(
    agency: Agency, output: list[str], forge: Callable[[Agency], SignedPlacement], why: str
) -> None:
    local = started(agency, output)
    local.offer(agency.placement(CLINIC))
    with pytest.raises(PlacementRefused, match=why):
        local.offer(forge(agency))
    for kept in (local, started(agency, output)):
        assert kept.why_dropped(NOON, HERE) is DropReason.ZONE


@pytest.mark.clause("6.a.ii.1/outside")
def test_a_clock_from_before_the_placement_was_made_puts_no_reader_outside_every_deployment(
    agency: Agency, output: list[str]
) -> None:
    local = started(agency, output)
    local.offer(agency.placement(CLINIC))
    long_ago = NOON.replace(year=2000)
    assert (
        local.why_dropped(long_ago, None) is DropReason.DEPLOYMENT
    )  # a dated photograph, and a clock that is right
    with clock.set_to(long_ago):
        for position, reason in ((None, DropReason.UNKNOWN), (HERE, DropReason.ZONE)):
            assert local.why_dropped(long_ago, position) is reason
    assert sum("The clock of this machine is wrong: it says 2000-" in line for line in output) == 1


def altered(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)


@pytest.mark.clause("6.a.ii.1/outside", "6.a.ii.1/zones")
@pytest.mark.parametrize(
    "spoil",
    [
        altered,
        lambda path: path.write_bytes(b""),
        lambda path: replace_file(path, seal(SECRET, b"no msgpack", b"reader placement")),
        lambda path: replace_file(
            path,
            seal(SECRET, msgspec.msgpack.encode(SignedPlacement(b"{}", bytes(64))), b"reader placement"),
        ),
    ],
)
def test_a_stored_placement_that_was_altered_is_not_used(
    agency: Agency, output: list[str], spoil: Callable[[Path], None]
) -> None:
    started(agency, output).offer(agency.placement(CLINIC))
    assert b"unit-12" not in agency.home.placement.read_bytes()  # it is sealed
    spoil(agency.home.placement)
    local = started(agency, output)
    assert local.current is None
    assert "cannot be read; no alarms until the hub sends it again" in output[-1]
    local.offer(agency.placement(CLINIC))
    assert local.why_dropped(NOON, HERE) is DropReason.ZONE


def counting(agency: Agency, output: list[str]) -> Drops:
    private_directory(agency.home.data)
    return Drops(agency.home.drops, SECRET, output.append)


@pytest.mark.clause("6.a.ii.1/zones")
def test_the_count_outlasts_the_process_and_begins_again_if_it_was_altered(
    agency: Agency, output: list[str]
) -> None:
    drops = counting(agency, output)
    drops.add(DropReason.ZONE, 2)
    drops.add(DropReason.DEPLOYMENT, 1)
    drops.add(DropReason.ZONE, 1)
    assert (drops.counts.outside, drops.counts.in_zones) == (1, 3)
    assert counting(agency, output).counts == drops.counts
    altered(agency.home.drops)
    again = counting(agency, output).counts
    assert (again.outside, again.in_zones, again.since > drops.counts.since) == (0, 0, True)
    agency.home.drops.unlink()
    agency.home.drops.mkdir()  # nor does a disk that cannot be read keep the reader from starting
    assert counting(agency, output).counts.in_zones == 0
    assert ["begins again at 0" in line for line in output[-2:]] == [True, True]


def test_what_a_power_cut_left_half_written_is_deleted_at_the_next_start(
    agency: Agency, output: list[str]
) -> None:
    private_directory(agency.home.data)
    drafts = [agency.home.data / f".{name}.sealed.0011223344556677" for name in ("placement", "drops")]
    for draft in drafts:
        draft.write_bytes(b"half")
    started(agency, output), counting(agency, output)
    assert [draft.exists() for draft in drafts] == [False, False]


def test_on_a_full_disk_placement_and_count_are_used_all_the_same(
    agency: Agency, output: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, content: bytes) -> None:
        raise OSError(28, "No space left on device")

    local, drops = started(agency, output), counting(agency, output)
    monkeypatch.setattr("plateward.reader.sealed.replace_file", full)
    local.offer(agency.placement(CLINIC))
    drops.add(DropReason.ZONE, 1)
    assert local.why_dropped(NOON, HERE) is DropReason.ZONE
    assert drops.counts.in_zones == 1
    assert [line.count("could not be stored: No space left on device.") for line in output[-2:]] == [1, 1]
