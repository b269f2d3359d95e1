"""A block of black and white pixels as a JPEG codes it. In whole numbers, so that every machine gets the same bytes."""

from functools import lru_cache
from math import cos, pi, sqrt

ONE = 1 << 20
# Of the cosine transform: for each frequency what each of eight pixels counts.
COSINES = [
    [round(ONE * (sqrt(1 / 8) if not wave else 0.5 * cos((2 * at + 1) * wave * pi / 16))) for at in range(8)]
    for wave in range(8)
]
# Row and column of each level, in the order of the file.
ZIGZAG = sorted(
    ((at // 8, at % 8) for at in range(64)), key=lambda at: (sum(at), at[0] if sum(at) % 2 else -at[0])
)


@lru_cache(maxsize=1024)
def levels_of(white: int, steps: bytes) -> tuple[int, ...]:
    """The 64 levels, by these steps of quantization, of a block whose pixels are white where the bit is set."""
    light = [[255 * (white >> (63 - 8 * row - column) & 1) - 128 for column in range(8)] for row in range(8)]
    across = [[sum(map(int.__mul__, wave, row)) for wave in COSINES] for row in light]
    down = [[sum(map(int.__mul__, wave, column)) for wave in COSINES] for column in zip(*across, strict=True)]
    parts = [
        (2 * down[column][row], 2 * ONE * ONE * step)
        for (row, column), step in zip(ZIGZAG, steps, strict=True)
    ]
    return tuple((part + whole // 2) // whole for part, whole in parts)


def bits_of(level: int) -> str:
    """A level behind the code of its length."""
    size = level.bit_length()
    return format(level if level > 0 else level + (1 << size) - 1, f"0{size}b") if size else ""
