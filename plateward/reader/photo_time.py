"""When a photograph was taken, if it says so."""

from datetime import UTC, datetime
from pathlib import Path

from PIL import Image

from plateward.policy.trace import enforces
from plateward.recognition import images

EXIF_IFD, ORIGINAL, SUBSECONDS, OFFSET = 0x8769, 0x9003, 0x9291, 0x9011


@enforces("5.i")
def taken_at(path: Path, now: datetime) -> datetime | None:
    """EXIF DateTimeOriginal in UTC; None if it is missing, has no offset from UTC (a camera's local time could be any
    of two dozen), or cannot be right: after `now`, or before the year 2000."""
    try:
        with Image.open(path, formats=images.FORMATS) as photograph:
            facts = photograph.getexif().get_ifd(EXIF_IFD)
        local = datetime.strptime(f"{facts[ORIGINAL]} {facts[OFFSET]}", "%Y:%m:%d %H:%M:%S %z")
        moment = local.astimezone(UTC)
    except Exception:  # on hostile bytes a decoder may raise anything
        return None
    fraction = str(facts.get(SUBSECONDS, "")).strip()
    if fraction.isascii() and fraction.isdigit():
        moment = moment.replace(microsecond=int(f"{fraction[:6]:<06}"))
    return moment if moment.year >= 2000 and moment <= now else None
