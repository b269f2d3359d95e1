"""Several readings of one box → one plate. Each crop votes for every serial that it could be."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from plateward.recognition import patterns
from plateward.recognition.recognizer import ALPHABET, Glyph, TextLine
from plateward.recognition.types import Character

EXTRA = 0.02  # probability that a character is none: an emblem between groups, or the edge of a frame
SILENT = 0.5  # a glyph with less than this on letters and digits is a separator
_LETTERS = np.array([char.isalpha() for char in ALPHABET])


@dataclass(frozen=True)
class BoxVerdict:
    """The serial that the crops of a box agreed on."""

    text: str
    confidence: float  # 0 to 1: the mean probability that the crops give the serial
    support: float  # the same, weighed by how likely such a serial is
    characters: tuple[Character, ...]


@dataclass(frozen=True)
class _Vote:
    text: str
    probability: float
    support: float
    shares: np.ndarray[tuple[int, int], np.dtype[np.float32]]  # characters × ALPHABET


def decide_plate(lines: list[TextLine]) -> BoxVerdict | None:
    """The serial with most support over all crops of a box, or None if no crop can be a plate."""
    totals: dict[str, float] = defaultdict(float)
    ballots: dict[str, list[_Vote]] = defaultdict(list)
    for line in lines:
        best: dict[str, _Vote] = {}
        for vote in _votes(line):
            if vote.text not in best or best[vote.text].support < vote.support:
                best[vote.text] = vote
        for text, vote in best.items():
            totals[text] += vote.support / len(lines)
            ballots[text].append(vote)
    if not totals:
        return None
    text = max(totals, key=lambda candidate: totals[candidate])
    votes = ballots[text]
    shares = np.average([vote.shares for vote in votes], axis=0, weights=[vote.support for vote in votes])
    return BoxVerdict(
        text,
        sum(vote.probability for vote in votes) / len(lines),
        totals[text],
        tuple(_character(char, row) for char, row in zip(text, shares, strict=True)),
    )


def _votes(line: TextLine) -> Iterator[_Vote]:
    glyphs = [glyph for glyph in line.glyphs if sum(glyph.shares) >= SILENT]
    yield from _serials(glyphs, 1.0)
    for extra in range(len(glyphs)):
        yield from _serials(glyphs[:extra] + glyphs[extra + 1 :], EXTRA)


def _serials(glyphs: list[Glyph], factor: float) -> Iterator[_Vote]:
    """The likeliest serial of any form, and the likeliest of each issued format."""
    if not patterns.SHORTEST <= len(glyphs) <= patterns.LONGEST:
        return
    shares = np.array([glyph.shares for glyph in glyphs], np.float32)
    rows = np.arange(len(glyphs))
    letter, digit = np.where(_LETTERS, shares, 0).argmax(axis=1), np.where(_LETTERS, 0, shares).argmax(axis=1)
    issued = ([kind == "L" for kind in form] for form in patterns.formats(len(glyphs)))
    picks = [shares.argmax(axis=1), *(np.where(letters, letter, digit) for letters in issued)]
    for pick in picks:
        text = "".join(ALPHABET[index] for index in pick)
        probability = float(shares[rows, pick].prod()) * factor
        support = probability * patterns.serial_weight(text)
        if support > 1e-9 and (factor == 1.0 or not text.isalpha()):
            yield _Vote(text, probability, support, shares)


def _character(char: str, shares: np.ndarray[tuple[int], np.dtype[np.float32]]) -> Character:
    ranked = sorted(zip(ALPHABET, shares.tolist(), strict=True), key=lambda pair: -pair[1])
    alternatives = tuple(
        (alternative, round(share, 4))
        for alternative, share in ranked
        if alternative != char and share >= 0.001
    )
    return Character(char, round(float(shares[ALPHABET.index(char)]), 4), alternatives[:4])
