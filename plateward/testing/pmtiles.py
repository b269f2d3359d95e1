"""A site's own map for tests: one PMTiles file with one vector tile of the world, of a road and a town."""

import json
import math
import struct
from collections.abc import Iterable
from pathlib import Path

EXTENT = 4096  # units of a tile's side
LINE, POINT = 2, 1  # as vector tiles number them
SANTA_FE, LAS_CRUCES, GALLUP = (35.687, -105.938), (32.312, -106.778), (35.528, -108.742)
NO_COMPRESSION, VECTOR = 1, 1


def write_pmtiles(path: Path) -> None:
    """In the schema of Protomaps: a highway, and a town named Testville."""
    tile = _layer(
        "roads",
        LINE,
        [GALLUP, SANTA_FE, LAS_CRUCES],
        {"kind": "highway", "name": "Test Road", "network": "US:I", "shield_text": "25"},
    )
    tile += _layer("places", POINT, [SANTA_FE], {"kind": "locality", "name": "Testville"})
    about = {
        "vector_layers": [{"id": "roads", "fields": {}}, {"id": "places", "fields": {}}],
        "attribution": "Test",
    }
    metadata = json.dumps(about).encode()
    directory = b"".join(map(_varint, (1, 0, 1, len(tile), 1)))  # one entry: tile 0, at offset 0
    starts = [127, 127 + len(directory), 127 + len(directory) + len(metadata)]
    header = b"PMTiles\x03" + struct.pack(
        "<11Q",
        *(starts[0], len(directory), starts[1], len(metadata), 0, 0, starts[2], len(tile)),
        *(1, 1, 1),  # tiles, entries, contents
    )
    header += struct.pack("<6B", 1, NO_COMPRESSION, NO_COMPRESSION, VECTOR, 0, 0)
    header += struct.pack("<4iB2i", -1_800_000_000, -850_000_000, 1_800_000_000, 850_000_000, 0, 0, 0)
    path.write_bytes(header + directory + metadata + tile)


def _layer(name: str, kind: int, places: list[tuple[float, float]], tags: dict[str, str]) -> bytes:
    """A layer with one feature; its keys and values are numbered in their order."""
    numbers = b"".join(_varint(number) for number, _ in enumerate(tags) for _ in "kv")
    feature = _field(2, numbers) + _varint(3 << 3) + _varint(kind) + _field(4, _geometry(places))
    layer = _field(1, name.encode()) + _field(2, feature)
    layer += b"".join(_field(3, key.encode()) for key in tags)
    layer += b"".join(_field(4, _field(1, value.encode())) for value in tags.values())
    return _field(3, layer + _varint(5 << 3) + _varint(EXTENT) + _varint(15 << 3) + _varint(2))


def _geometry(places: Iterable[tuple[float, float]]) -> bytes:
    """MoveTo the first, LineTo the others, each as the difference from the one before."""
    points = [_pixel(lat, lon) for lat, lon in places]
    steps, x, y = [], 0, 0
    for to_x, to_y in points:
        steps += [to_x - x, to_y - y]
        x, y = to_x, to_y
    numbers = [1 | 1 << 3, *map(_zigzag, steps[:2])]
    if len(points) > 1:
        numbers += [2 | (len(points) - 1) << 3, *map(_zigzag, steps[2:])]
    return b"".join(map(_varint, numbers))


def _pixel(lat: float, lon: float) -> tuple[int, int]:
    """On the tile of the whole world, in Web Mercator."""
    north = math.asinh(math.tan(math.radians(lat))) / math.pi
    return round((lon + 180) / 360 * EXTENT), round((1 - north) / 2 * EXTENT)


def _field(number: int, content: bytes) -> bytes:
    return _varint(number << 3 | 2) + _varint(len(content)) + content


def _zigzag(number: int) -> int:
    return number << 1 if number >= 0 else (-number << 1) - 1


def _varint(number: int) -> bytes:
    parts = []
    while number >= 0x80:
        parts.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*parts, number])
