"""Where the reader is. This is a fixed place; for a GPS receiver see `gps`."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from plateward.ground.wire.read import Position, PositionLack
from plateward.reader.errors import NotReady


@dataclass(frozen=True)
class Fix:
    """Where a reader is, or why that is not known: then `last` is its last good position with its age, if it ever had
    one. `heading` in degrees from true north, 0 to 360, or None if unknown (standing still). `clock_ahead`: how far
    this machine's clock is ahead of GPS time, if that is heard."""

    position: Position | None
    heading: float | None = None
    lack: PositionLack | None = None
    last: Position | None = None
    clock_ahead: timedelta | None = None


class Positions(Protocol):
    def at(self, moment: datetime) -> Fix:
        """Where the reader was at `moment` (aware, UTC)."""
        ...


@dataclass(frozen=True)
class FixedPosition:
    """A surveyed place: its age means nothing, so it has none."""

    fix: Fix

    def at(self, moment: datetime) -> Fix:  # noqa: ARG002
        return self.fix


def parse_position(text: str) -> FixedPosition:
    """`LAT,LON[,ACCURACY[,HEADING]]`: WGS 84 degrees, accuracy in meters, and which way the traffic goes that it sees,
    in degrees from true north."""
    try:
        lat, lon, *rest = (float(part) for part in text.split(","))
        accuracy, heading = (*rest, None, None)[:2]
        wrong = len(rest) > 2 or not _on_earth(lat, lon)
    except ValueError:
        wrong = True
    if wrong or not (accuracy is None or 0 <= accuracy <= 1e6) or not (heading is None or 0 <= heading < 360):
        raise NotReady(
            f"--position '{text}' is not a place: give latitude and longitude in degrees, then, if known, meters and "
            "heading, for example --position 35.0844,-106.6504,5,180."
        )
    return FixedPosition(Fix(Position(lat=lat, lon=lon, accuracy_m=accuracy, age_s=None), heading))


def _on_earth(lat: float, lon: float) -> bool:
    return -90 <= lat <= 90 and -180 <= lon <= 180
