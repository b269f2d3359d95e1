"""The words that a redacted picture bears in a covered strip at its foot: which release it is, whose, and of which day.

Pixels from a table, not from a font: who checks a copy must make the same ones."""

import textwrap
import unicodedata
from dataclasses import dataclass

MAX_MARKING = 120  # characters
LETTERS = " ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.,:/()&'"
WIDE, HIGH, ABOVE = 8, 16, 2  # pixels of a letter, and of those the rows above it
LARGE = 1280  # pixels of a picture's width, from which its letters are twice as large
# Each letter's rows below ABOVE, a byte each; drawn from Liberation Mono Bold (SIL Open Font License).
_ROWS = """
    00000000000000000000000000 00183c3c24667e42c3c3000000 007c6666667e6363627e000000 003c666240404063663c000000
    00707c66666666666e7c000000 007e6060607e6060607e000000 007e6060607e60606060000000 003c6666404e4262663c000000
    006666667e7e66666666000000 007e181818181818187e000000 001e0606060606666438000000 0066666c78786c6c6667000000
    0060606060606060607e000000 006666667e5a5a5a4242000000 00667676565e6a6a6e66000000 003c666642c34266663c000000
    007c666262667c606060000000 003c666642c34266663c180c0f 007c6663667c6c666663000000 003c6666703e06c3663c000000
    00ff1818181818181818000000 0066666666666666663c000000 00c3426666243c3c1818000000 00c3c3c35a5a5a7e6666000000
    0066663c18183c3466c3000000 00c366663c3c18181818000000 007e060c18183030607e000000 003c66667e7e6666663c000000
    0018781818181818187e000000 003c6606060c1830607e000000 003c66060c1c0646663c000000 000c1c14346444ff0404000000
    007e60607c660666663c000000 003c66607c666666663c000000 007e060c0c1818103030000000 003c666666186666663c000000
    003c666666663e06663c000000 0000000000003c000000000000 00000000000000001818000000 00000000000000001030302000
    00000018180000001818000000 0206040c081030206040000000 0c18181030303030301018180c 301818080c0c0c0c0c08181830
    003c242c3872dacece7b000000 18181818000000000000000000
"""
_GLYPHS = {
    letter: bytes(ABOVE) + bytes.fromhex(rows) + b"\0"
    for letter, rows in zip(LETTERS, _ROWS.split(), strict=True)
}


def as_marking(words: str) -> str:
    """The words in letters that a marking has, others left out, at most MAX_MARKING."""
    plain = unicodedata.normalize("NFKD", words).upper()
    return "".join(letter for letter in plain if letter in _GLYPHS)[:MAX_MARKING]


@dataclass(frozen=True)
class Marking:
    """Lines of letters in a picture: `top`, pixels above them; `scale`, pixels of a picture for one of a letter."""

    lines: tuple[str, ...]
    top: int
    scale: int

    @classmethod
    def of(cls, text: str, width: int, height: int, unit: int) -> "Marking | None":
        """At the foot of a picture, above its last rows where these are no whole unit of so many pixels; None: the
        picture is too small for it."""
        scale = 2 if width >= LARGE else 1
        letters = width // (WIDE * scale)
        lines = tuple(textwrap.wrap(text, letters)) if letters else ()
        top = height // unit * unit - len(lines) * HIGH * scale
        return cls(lines, top, scale) if lines and top >= 0 else None

    def block(self, x: int, y: int) -> int:
        """Which of 8 × 8 pixels from this corner are white: a bit each, by rows."""
        bits = 0
        line, row = divmod((y - self.top) // self.scale, HIGH) if y >= self.top else (len(self.lines), 0)
        text = self.lines[line] if line < len(self.lines) else ""
        if not text:
            return 0
        for down in range(8):
            for across in range(8):
                letter, column = divmod((x + across) // self.scale, WIDE)
                glyph = _GLYPHS[text[letter]] if letter < len(text) else bytes(HIGH)
                lit = glyph[row + down // self.scale] >> (WIDE - 1 - column) & 1
                bits = bits << 1 | lit
        return bits
