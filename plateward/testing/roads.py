"""A file of roads as the Census makes it, for tests and the demo: a ZIP with .shp and .dbf."""

from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from shapefile import POLYLINE, Writer

Road = tuple[str, str, list[tuple[float, float]]]  # FULLNAME, RTTYP, and longitude and latitude of its points


def write_roads(path: Path, roads: Iterable[Road]) -> Path:
    """Each road is one shape of one part."""
    shp, dbf = BytesIO(), BytesIO()
    with Writer(shp=shp, dbf=dbf, shapeType=POLYLINE) as file:
        file.field("FULLNAME", "C", 100)
        file.field("RTTYP", "C", 1)
        for name, kind, points in roads:
            file.line([points])
            file.record(name, kind)
    with ZipFile(path, "w", ZIP_DEFLATED) as packed:
        packed.writestr("roads.shp", shp.getvalue())
        packed.writestr("roads.dbf", dbf.getvalue())
    return path
