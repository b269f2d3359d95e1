"""Plates as they are compared."""

import re

NOT_PLATE = re.compile(r"[^A-Za-z0-9]+")
ZERO = str.maketrans("O", "0")
# What readers mistake for each other, each pair as its digit.
FOLDED = str.maketrans("OIZSGB", "012568")


def normalize(text: str) -> str:
    """A-Z and 0-9 of a plate, in capitals; blanks, dashes and all else are dropped."""
    return NOT_PLATE.sub("", text).upper()


def zeroed(text: str) -> str:
    """A plate normalized, with O and 0 as one: NCIC lists, and many states emboss, no letter O apart."""
    return normalize(text).translate(ZERO)


def fold(text: str) -> str:
    """A plate normalized, with each of O/0 I/1 Z/2 S/5 G/6 B/8 as one."""
    return normalize(text).translate(FOLDED)
