from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from plateward.reader.errors import NotReady
from plateward.reader.position import Track, parse_position, read_track

START = datetime(2026, 3, 2, 19, 0, tzinfo=UTC)


def gpx(directory: Path, *points: str) -> Path:
    file = directory / "track.gpx"
    body = "".join(f"<trkpt {point}</trkpt>" for point in points)
    file.write_text(f'<gpx version="1.1"><trk><trkseg>{body}</trkseg></trk></gpx>')
    return file


def point(lat: float, lon: float, second: int, more: str = "") -> str:
    return f'lat="{lat}" lon="{lon}"><time>2020-01-01T00:00:{second:02}Z</time>{more}'


def north(directory: Path, loop: bool = False) -> Track:
    """Ten seconds north, then ten seconds standing."""
    file = gpx(
        directory, point(35, -106, 0, "<hdop>2</hdop>"), point(35.01, -106, 10), point(35.01, -106, 20)
    )
    return read_track(file, START, loop)


def test_a_fixed_place_with_its_accuracy() -> None:
    fix = parse_position("35.0844,-106.6504,8").at(START)
    assert (fix.position.lat, fix.position.lon, fix.position.accuracy_m) == (35.0844, -106.6504, 8)
    assert fix.heading is None
    assert parse_position("35.0844,-106.6504,8,180").at(START).heading == 180


@pytest.mark.parametrize(
    "text", ["", "35", "35,", "a,b", "91,0", "0,181", "nan,0", "1,2,-3", "1,2,nan", "1,2,3,360", "1,2,3,4,5"]
)
def test_it_refuses_what_is_no_place(text: str) -> None:
    with pytest.raises(NotReady, match="is not a place"):
        parse_position(text)


@pytest.mark.clause("5.c", "5.i")
def test_a_place_between_two_points_of_the_track(tmp_path: Path) -> None:
    fix = north(tmp_path).at(START + timedelta(seconds=4))
    assert fix.position.lat == pytest.approx(35.004)
    assert fix.position.lon == pytest.approx(-106)
    assert fix.position.accuracy_m == 10
    assert fix.position.age_s == 4
    assert fix.heading == pytest.approx(0)


def test_a_time_without_a_zone_is_utc(tmp_path: Path) -> None:
    file = gpx(tmp_path, point(35, -106, 0).replace("Z", ""), point(35.01, -106, 10))
    fix = read_track(file, START).at(START + timedelta(seconds=5))
    assert fix.position.lat == pytest.approx(35.005)


def test_no_heading_while_it_stands(tmp_path: Path) -> None:
    assert north(tmp_path).at(START + timedelta(seconds=15)).heading is None


def test_past_its_end_the_last_place_ages(tmp_path: Path) -> None:
    fix = north(tmp_path).at(START + timedelta(seconds=50))
    assert (fix.position.lat, fix.position.age_s) == (35.01, 30)


def test_a_looped_track_begins_again(tmp_path: Path) -> None:
    assert north(tmp_path, loop=True).at(START + timedelta(seconds=25)).position.lat == pytest.approx(35.005)


def test_it_takes_the_short_way_over_the_date_line(tmp_path: Path) -> None:
    track = read_track(gpx(tmp_path, point(0, 179, 0), point(0, -179, 10)), START)
    fix = track.at(START + timedelta(seconds=7, milliseconds=500))
    assert fix.position.lon == pytest.approx(-179.5)
    assert fix.heading == pytest.approx(90)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("", "is not a readable GPX file"),
        ("<gpx><trk>", "is not a readable GPX file"),
        ("\x00\x01", "is not a readable GPX file"),
        ('<gpx version="1.1"></gpx>', "no track point with a time"),
        ('<gpx><trk><trkseg><trkpt lat="1" lon="2"/></trkseg></trk></gpx>', "no track point with a time"),
        (f"<gpx><trk><trkseg><trkpt {point(95, 2, 0)}</trkpt></trkseg></trk></gpx>", "not on Earth"),
    ],
)
def test_it_refuses_a_broken_track(tmp_path: Path, content: str, why: str) -> None:
    file = tmp_path / "bad.gpx"
    file.write_text(content)
    with pytest.raises(NotReady, match=why):
        read_track(file, START)


def test_it_refuses_a_track_that_is_missing(tmp_path: Path) -> None:
    with pytest.raises(NotReady, match="cannot be read"):
        read_track(tmp_path / "none.gpx", START)
