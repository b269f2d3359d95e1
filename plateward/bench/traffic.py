"""Invented vehicles with plates as their states issue them: recognition/forms.toml has the forms and their
frequency."""

import tomllib
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from random import Random

from plateward.recognition import forms

HOME, AT_HOME = "NM", 0.6  # share of the vehicles on a home state's roads that are registered there
LETTERS, DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "0123456789"
# How often a letter is issued: most states leave out letters that pass for digits (forms.RARITY).
ISSUED = list(accumulate(0.1 if letter in "IO" else 0.4 if letter == "Q" else 1.0 for letter in LETTERS))


@dataclass(frozen=True)
class PlatedVehicle:
    """Its plate of A–Z and 0–9, and its state's two letters."""

    plate: str
    state: str


class Traffic:
    """Vehicles drawn at random, always the same for the same `random`."""

    def __init__(self, random: Random) -> None:
        table = tomllib.loads(Path(forms.__file__).with_name("forms.toml").read_text(encoding="utf-8"))
        self._random = random
        self._forms = {state: row["forms"] for state, row in table.items()}
        self._states = list(table)
        self._population = list(accumulate(row["millions"] for row in table.values()))

    def anywhere(self) -> PlatedVehicle:
        """A vehicle from anywhere in the country."""
        return self._of(self._random.choices(self._states, cum_weights=self._population)[0])

    def passing(self) -> PlatedVehicle:
        """A vehicle on the home state's roads."""
        return self._of(HOME) if self._random.random() < AT_HOME else self.anywhere()

    def _of(self, state: str) -> PlatedVehicle:
        random = self._random
        form = random.choice(self._forms[state])
        letters = iter(random.choices(LETTERS, cum_weights=ISSUED, k=len(form)))
        digits = iter(random.choices(DIGITS, k=len(form)))
        return PlatedVehicle("".join(next(letters if kind == "L" else digits) for kind in form), state)
