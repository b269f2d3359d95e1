"""The roads of a file of the Census: TIGER/Line primary and secondary roads of a state, one ZIP with .shp and .dbf."""

import re
import struct
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from itertools import chain, pairwise
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from shapefile import Reader, Shape, ShapefileException

from plateward.ground.errors import PlatewardError

LARGEST = 256 * 1024 * 1024  # bytes of one file in the ZIP
LINES = ("POLYLINE", "POLYLINEZ", "POLYLINEM")
ROUTES = {"I": 0, "U": 1, "S": 2}  # a road of several names is called by the first of these
FORMS = (
    (re.compile(r"I-\s*(\d+)"), r"I-\1"),
    (re.compile(r"(?:US|U S) (?:Hwy|Highway|Rte|Route) (\d+)"), r"US \1"),
    (re.compile(r"State (?:Hwy|Highway|Rd|Road|Rte|Route) (\d+)"), r"{home} \1"),
)
HELP = (
    "PLATEWARD_MAP_ROADS is the ZIP of primary and secondary roads of a state from the U.S. Census Bureau, "
    "tl_YEAR_35_prisecroads.zip (docs/administrator/settings.md)."
)


class NoRoads(PlatewardError):
    """The file is no such file; says what is wrong, and which one is meant."""

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(f"{path}: {problem}. {HELP}")


@dataclass(frozen=True, slots=True)
class Line:
    """A piece of a road: its name as officers say it, what kind of route that is (0 an interstate), and longitude and
    latitude of its points in turn."""

    name: str
    rank: int
    points: "array[float]"


def read_roads(path: Path, home: str) -> Iterator[Line]:
    """Each piece of a road that has a name. Raises NoRoads."""
    try:
        with ZipFile(path) as packed:
            shapes, names = (_member(packed, path, suffix) for suffix in (".shp", ".dbf"))
    except (OSError, BadZipFile) as error:
        raise NoRoads(path, f"it cannot be read ({error})") from error
    try:
        reader = Reader(shp=BytesIO(shapes), dbf=BytesIO(names), encoding="utf-8", encodingErrors="replace")
        if reader.shapeTypeName not in LINES:
            raise ValueError(reader.shapeTypeName)
        records = reader.iterRecords(fields=["FULLNAME", "RTTYP"])
        for shape, (name, kind) in zip(reader.iterShapes(), records, strict=True):
            if name and shape and shape.points:
                words, rank = spoken(" ".join(name.split()), home), ROUTES.get(kind, 3)
                yield from (Line(words, rank, points) for points in _parts(shape))
    except (ShapefileException, struct.error, ValueError, TypeError, AttributeError, LookupError) as error:
        raise NoRoads(path, f"it holds no lines with FULLNAME and RTTYP ({error})") from error


def spoken(name: str, home: str) -> str:
    """ "I-25", "US 285", "NM 14" of "I- 25", "US Hwy 285", "State Hwy 14"; other names as they are."""
    for form, words in FORMS:
        if form.match(name):
            return form.sub(words.format(home=home), name, count=1)
    return name


def _member(packed: ZipFile, path: Path, suffix: str) -> bytes:
    found = [info for info in packed.infolist() if info.filename.lower().endswith(suffix)]
    if len(found) != 1:
        raise NoRoads(path, f"it holds {len(found)} files *{suffix} instead of one")
    if found[0].file_size > LARGEST:
        raise NoRoads(path, f"{found[0].filename} is larger than {LARGEST // 2**20} MiB")
    return packed.read(found[0])


def _parts(line: Shape) -> Iterator["array[float]"]:
    for begin, end in pairwise([*line.parts, len(line.points)]):
        yield array("d", chain.from_iterable(point[:2] for point in line.points[begin:end]))
