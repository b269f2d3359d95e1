"""From probabilities to a serial: which characters, O or 0, and how sure."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from plateward.recognition import forms
from plateward.recognition.characters import CLASSES, certainty, spell
from plateward.recognition.types import Character

SHORTEST, LONGEST = 3, 8  # characters
LONGEST_WORDS = 10  # characters of vanity serials, which are letters alone
ROUND = CLASSES.index("0")  # the class of O and 0
WAVERING = 0.04  # share of the best class's probability at which the second best stays possible
_ALIKE = {"0": "0O"}


@dataclass(frozen=True)
class Serial:
    """What one plate says."""

    text: str
    evidence: float  # log-odds that every character is right, according to the looks: see confidence.py
    likelihood: float  # of its form: see forms.py
    characters: tuple[Character, ...]


def decide_serial(looks: NDArray[np.float32], state: str | None = None) -> Serial | None:
    """The serial of one plate seen in one or more crops: looks × steps × classes. None if there is none, or if no state
    would issue it.

    The looks vote: characters are averaged over the looks that agree in length with the surest, and a look with a
    different number of characters lowers the evidence."""
    spellings = [(certainty(steps), spell(steps)) for steps in looks]
    lengths: dict[int, float] = {}
    for sure, rows in spellings:
        lengths[len(rows)] = lengths.get(len(rows), 0.0) + sure
    length = max(lengths, key=lambda count: lengths[count])
    if not SHORTEST <= length <= LONGEST_WORDS:
        return None
    agreeing = [(max(sure, 1e-6), np.array(rows)) for sure, rows in spellings if len(rows) == length]
    shares = np.average([rows for _, rows in agreeing], axis=0, weights=[sure for sure, _ in agreeing])
    text = likeliest_serial(shares, state)
    likelihood = forms.likelihood(text, state)
    if not likelihood or (length > LONGEST and not text.isalpha()):
        return None
    chosen = [CLASSES.index(char.replace("O", "0")) for char in text]
    # What the looks give to the chosen characters. The count is ignored: steps where the network wavers between a
    # character and none say little about how often it is wrong.
    chance = sum(float(np.prod(rows[np.arange(length), chosen])) for _, rows in agreeing) / len(looks)
    chance = min(max(chance, 1e-5), 1 - 1e-5)
    return Serial(
        text,
        math.log(chance / (1 - chance)),
        likelihood,
        tuple(_character(char, row) for char, row in zip(text, shares, strict=True)),
    )


def likeliest_serial(shares: NDArray[np.float32], state: str | None = None) -> str:
    """The most likely issued of the serials that the shares (characters × CLASSES) leave open: where the network wavers
    between 2 and Z, the form of the serial decides. Only the form separates O and 0; where both or neither would be
    issued it stays 0, as NCIC writes it."""
    options = []
    for row in shares:
        best = row.argsort()[::-1][:2]
        open_ = [index for index in best if row[index] >= WAVERING * row[best[0]]]
        options.append(
            [
                (char, float(row[index]))
                for index in open_
                for char in _ALIKE.get(CLASSES[index], CLASSES[index])
            ]
        )
    candidates = (
        ("".join(char for char, _ in combination), math.prod(share for _, share in combination))
        for combination in product(*options)
    )
    return max(
        candidates,
        key=lambda candidate: (
            candidate[1] * forms.likelihood(candidate[0], state),
            candidate[1],
            -candidate[0].count("O"),
        ),
    )[0]


def _character(char: str, row: NDArray[np.float32]) -> Character:
    """A character with its alternatives; O and 0 are each other's alternative, as likely as the network's shared
    class."""
    own = "0" if char == "O" else char
    ranked = sorted(zip(CLASSES, row.tolist(), strict=True), key=lambda pair: -pair[1])
    alternatives = [
        (alternative, round(share, 4))
        for alternative, share in ranked
        if alternative != own and share >= 0.001
    ]
    twin = {"O": "0", "0": "O"}.get(char)
    if twin:
        alternatives.insert(0, (twin, round(float(row[ROUND]), 4)))
    return Character(char, round(float(row[CLASSES.index(own)]), 4), tuple(alternatives[:4]))
