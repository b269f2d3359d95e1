"""Plates in the form used to compare them."""

import re

NOT_PLATE = re.compile(r"[^A-Za-z0-9]+")
ZERO = str.maketrans("O", "0")
# Characters that readers confuse, each pair as its digit.
FOLDED = str.maketrans("OIZSGB", "012568")


def normalize(text: str) -> str:
    """The A-Z and 0-9 of a plate, in capitals; drops blanks, dashes and everything else."""
    return NOT_PLATE.sub("", text).upper()


def zeroed(text: str) -> str:
    """A plate normalized, with O as 0: NCIC lists, and many state embossings, do not separate them."""
    return normalize(text).translate(ZERO)


def fold(text: str) -> str:
    """A plate normalized, with each of O/0 I/1 Z/2 S/5 G/6 B/8 folded into its digit."""
    return normalize(text).translate(FOLDED)
