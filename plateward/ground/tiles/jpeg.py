"""A JPEG in tiles: baseline, with a restart marker after every few blocks, so that the bytes between two markers are
coded without a look at any other. Read as bytes alone: decoded pixels differ between decoders."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from struct import error as TooShort
from struct import unpack_from

from plateward.ground.errors import PlatewardError
from plateward.ground.tiles.levels import bits_of, levels_of
from plateward.ground.tiles.marking import Marking

Box = tuple[int, int, int, int]  # x, y, width, height in pixels

SOI, EOI = b"\xff\xd8", b"\xff\xd9"
APP0, DQT, SOF0, DHT, DRI, SOS = 0xFFE0, 0xFFDB, 0xFFC0, 0xFFC4, 0xFFDD, 0xFFDA
RESTARTS = [bytes([0xFF, 0xD0 + number]) for number in range(8)]
MARKER = re.compile(rb"\xff[^\x00]")  # in coded bytes, 0xFF is followed by 0
JFIF_BYTES = 14  # without a thumbnail
MAX_TILES = 20_000


class NotTiled(PlatewardError):
    """The file is no JPEG in tiles: the sentence says why."""


@dataclass(frozen=True)
class Component:
    """Its blocks in a unit, the steps of its quantization, and its Huffman codes."""

    blocks: int
    steps: bytes
    dc: dict[int, str]
    ac: dict[int, str]

    def coded(self, change: int, others: Iterable[int]) -> str:
        """A block by its levels: what the first differs by from the block before, and the others. Raises KeyError."""
        bits, zeros = self.dc[change.bit_length()] + bits_of(change), 0
        for level in others:
            if not level:
                zeros += 1
                continue
            bits += (
                self.ac[0xF0] * (zeros // 16) + self.ac[zeros % 16 << 4 | level.bit_length()] + bits_of(level)
            )
            zeros = 0
        return bits + self.ac[0] * (zeros > 0)


@dataclass(frozen=True)
class TileLayout:
    """How a picture lies in its tiles: its sides and those of a unit in pixels, and units in a tile."""

    width: int
    height: int
    unit: tuple[int, int]
    interval: int
    components: tuple[Component, ...]

    @property
    def columns(self) -> int:
        """Units in a row."""
        return -(-self.width // self.unit[0])

    @property
    def units(self) -> int:
        return self.columns * -(-self.height // self.unit[1])

    @property
    def tiles(self) -> int:
        return -(-self.units // self.interval)

    def place_of(self, number: int) -> tuple[int, int]:
        """The upper left corner of a tile, in pixels."""
        row, column = divmod(number * self.interval, self.columns)
        return column * self.unit[0], row * self.unit[1]

    def tiles_under(self, boxes: Iterable[Box]) -> frozenset[int]:
        """The numbers of the tiles that these boxes touch. Raises ValueError for a box without an area."""
        touched = set[int]()
        for x, y, width, height in boxes:
            if width < 1 or height < 1:
                raise ValueError(f"a box of {width} by {height} pixels covers nothing")
            left, right = max(0, x) // self.unit[0], (min(self.width, x + width) - 1) // self.unit[0]
            top, bottom = max(0, y) // self.unit[1], (min(self.height, y + height) - 1) // self.unit[1]
            for row in range(top, bottom + 1) if left <= right else ():
                first = row * self.columns
                touched.update(range((first + left) // self.interval, (first + right) // self.interval + 1))
        return frozenset(touched)

    def marking(self, text: str) -> Marking:
        """Where these words lie in the picture, and how. Raises NotTiled."""
        if marking := Marking.of(text, self.width, self.height, self.unit[1]):
            return marking
        raise NotTiled("The picture is too small to bear the words of its release.")

    def foot(self, marking: Marking) -> Box:
        """All that the marking covers."""
        return 0, marking.top, self.width, self.height - marking.top

    def covered(self, number: int, marking: Marking | None = None) -> bytes:
        """The coded bytes of this tile in solid black, with the marking's letters in white. Raises NotTiled if the
        file's codes cannot say it."""
        luma, *colors = self.components
        first = number * self.interval
        try:
            gray = "".join((color.dc[0] + color.ac[0]) * color.blocks for color in colors)
            bits, before = "", 0
            for unit in range(first, min(first + self.interval, self.units)):
                row, column = divmod(unit, self.columns)
                for block in range(luma.blocks):
                    down, across = divmod(block, self.unit[0] // 8)
                    x, y = column * self.unit[0] + 8 * across, row * self.unit[1] + 8 * down
                    level, *others = levels_of(marking.block(x, y) if marking else 0, luma.steps)
                    bits += luma.coded(level - before, others)
                    before = level
                bits += gray
        except KeyError as error:
            raise NotTiled("The picture's Huffman tables have no code for what covers a tile.") from error
        bits += "1" * (-len(bits) % 8)
        return int(bits, 2).to_bytes(len(bits) // 8, "big").replace(b"\xff", b"\xff\x00")


@dataclass(frozen=True)
class TiledJpeg:
    """Everything before the picture's bytes, how it lies, and the bytes of each tile, by rows."""

    header: bytes
    layout: TileLayout
    tiles: tuple[bytes, ...]

    @classmethod
    def split(cls, jpeg: bytes) -> "TiledJpeg":
        """Raises NotTiled for all that is not exactly that: metadata, a thumbnail or further bytes, too."""
        header, layout = _read_header(jpeg)
        begin, count, tiles = len(header), layout.tiles, list[bytes]()
        if count > MAX_TILES:
            raise NotTiled(f"The picture has {count:,} tiles; the most are {MAX_TILES:,}.")
        for number, marker in enumerate(islice(MARKER.finditer(jpeg, begin), count)):
            if marker[0] != (EOI if number == count - 1 else RESTARTS[number % 8]):
                raise NotTiled(
                    f"Behind tile {number + 1} of {count:,} there is another marker than belongs there: a tile is "
                    "missing, was added or was altered."
                )
            if marker.start() == begin:
                raise NotTiled(f"Tile {number + 1} of {count:,} is empty.")
            tiles.append(jpeg[begin : marker.start()])
            begin = marker.end()
        if len(tiles) < count:
            raise NotTiled(f"The picture is cut off behind tile {len(tiles)} of {count:,}.")
        if begin != len(jpeg):
            raise NotTiled("There are bytes behind the picture's end.")
        return cls(header, layout, tuple(tiles))

    @property
    def leaves(self) -> tuple[bytes, ...]:
        """The header, then the tiles."""
        return (self.header, *self.tiles)

    def with_black(self, numbers: Iterable[int], marking: Marking | None = None) -> bytes:
        """The file with these tiles in solid black but for the marking's letters, and everything else as it is. Raises
        NotTiled."""
        tiles = list(self.tiles)
        for number in numbers:
            tiles[number] = self.layout.covered(number, marking)
        parts = [self.header]
        for number, tile in enumerate(tiles):
            parts += tile, EOI if number == len(tiles) - 1 else RESTARTS[number % 8]
        return b"".join(parts)


def _read_header(jpeg: bytes) -> tuple[bytes, TileLayout]:
    """All up to the coded bytes, and what it says. Raises NotTiled."""
    steps, codes, found = dict[int, bytes](), dict[int, dict[int, str]](), dict[int, bytes]()
    end = len(SOI)
    try:
        for mark, content in _segments(jpeg):
            end += 4 + len(content)
            if mark == DQT:
                steps |= _steps(content)
            elif mark == DHT:
                codes |= _codes(content)
            elif mark in found:
                raise NotTiled("The picture's header says something twice.")
            found[mark] = content
        return jpeg[:end], _layout(found[SOF0], found[SOS], found[DRI], steps, codes)
    except KeyError as error:
        raise NotTiled(
            "The picture is not coded in tiles: its header lacks what that needs, such as the length of a tile."
        ) from error
    except (TooShort, IndexError) as error:
        raise NotTiled("The picture's header is cut off or malformed.") from error


def _segments(jpeg: bytes) -> Iterator[tuple[int, bytes]]:
    """The header's parts, to the one before the coded bytes."""
    if jpeg[:2] != SOI:
        raise NotTiled("The file is no JPEG.")
    at, mark = len(SOI), 0
    while mark != SOS:
        mark, length = unpack_from(">HH", jpeg, at)
        if mark not in (APP0, DQT, SOF0, DHT, DRI, SOS):
            raise NotTiled(
                f"The picture's header has a part 0x{mark:04X}, which no baseline JPEG without metadata has."
            )
        content = jpeg[at + 4 : at + 2 + length]
        if len(content) != length - 2 or (
            mark == APP0 and (length - 2, content[:5]) != (JFIF_BYTES, b"JFIF\0")
        ):
            raise NotTiled("The picture's header is cut off, or holds more than a header needs.")
        yield mark, content
        at += 2 + length


def _steps(content: bytes) -> dict[int, bytes]:
    """The 64 steps of each quantization table, which has a byte for its number."""
    if len(content) % 65 or any(content[at] > 3 for at in range(0, len(content), 65)):
        raise NotTiled("The picture's quantization tables are not those of a baseline JPEG.")
    return {content[at]: content[at + 1 : at + 65] for at in range(0, len(content), 65)}


def _codes(content: bytes) -> dict[int, dict[int, str]]:
    """Each Huffman table, by the byte that names it: the code of each symbol, in bits."""
    tables, at = dict[int, dict[int, str]](), 0
    while at < len(content):
        counts = content[at + 1 : at + 17]
        symbols = iter(content[at + 17 : at + 17 + sum(counts)])
        table, code = dict[int, str](), 0
        for length, count in enumerate(counts, 1):
            for symbol in islice(symbols, count):
                table[symbol] = format(code, f"0{length}b")
                code += 1
            code <<= 1
        tables[content[at]] = table
        at += 17 + sum(counts)
    return tables


def _layout(
    frame: bytes, scan: bytes, restart: bytes, steps: dict[int, bytes], codes: dict[int, dict[int, str]]
) -> TileLayout:
    precision, height, width, count = unpack_from(">BHHB", frame)
    (interval,) = unpack_from(">H", restart)
    if (precision, count, len(frame), len(scan), len(restart)) != (8, 3, 15, 10, 2) or scan[
        7:
    ] != b"\0\x3f\0":
        raise NotTiled("The picture is not a baseline JPEG in color.")
    components, sides = list[Component](), list[tuple[int, int]]()
    for number in range(3):
        name, sampling, table = frame[6 + 3 * number : 9 + 3 * number]
        scanned, chosen = scan[1 + 2 * number : 3 + 2 * number]
        across, down = sampling >> 4, sampling & 15
        finer = number and (across > sides[0][0] or down > sides[0][1])  # color than light
        if name != scanned or finer or not (1 <= across <= 2 and 1 <= down <= 2):
            raise NotTiled("The picture's colors are sampled in a way that is not read here.")
        sides.append((across, down))
        components.append(
            Component(across * down, steps[table], codes[chosen >> 4], codes[0x10 | chosen & 15])
        )
    if not (width and height and interval and scan[0] == 3 and all(all(each.steps) for each in components)):
        raise NotTiled("The picture's header gives a size, step or tile of nothing.")
    unit = 8 * max(across for across, _ in sides), 8 * max(down for _, down in sides)
    return TileLayout(width, height, unit, interval, tuple(components))
