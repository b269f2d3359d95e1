"""How likely a serial is to be issued, by its form. Pure rules on text, over forms.toml."""

from __future__ import annotations

import math
import tomllib
from collections import defaultdict
from functools import lru_cache
from pathlib import Path
from typing import Final

from plateward.recognition.patterns import shape

# Most states leave these out of their serials, where they would pass for 1 and 0.
RARITY: Final = {"I": 0.1, "Q": 0.4}
AT_HOME: Final = 0.85  # share of a state's plates in the forms listed for it
ABROAD: Final = 0.14  # and of those in forms that other states issue: lists are not complete
FREE: Final = 1e-4  # of a form that nobody issues: series that no list has
WORDS: Final = 2e-3  # of letters alone, which people choose, I and Q as gladly as others


@lru_cache
def _forms() -> dict[str, tuple[float, tuple[str, ...]]]:
    """By jurisdiction: its population in millions, and its forms."""
    table = tomllib.loads(Path(__file__).with_name("forms.toml").read_text(encoding="utf-8"))
    return {state: (row["millions"], tuple(row["forms"])) for state, row in table.items()}


@lru_cache
def _form_shares() -> dict[str, float]:
    """The share of each form among all plates on the road, a state's own forms taken as equally frequent."""
    shares: dict[str, float] = defaultdict(float)
    everybody = sum(millions for millions, _ in _forms().values())
    for millions, own in _forms().values():
        for form in own:
            shares[form] += millions / everybody / len(own)
    return dict(shares)


def is_issued(text: str) -> bool:
    """Whether some state's plates have a serial of that form."""
    return shape(text) in _form_shares()


def likelihood(text: str, state: str | None = None) -> float:
    """The share of plates with a serial of that form: of the state's, or anywhere where it is unknown. 0 for zeros
    alone, which samples show and nobody is given."""
    if not text.strip("0O"):
        return 0.0
    if text.isalpha():
        return WORDS
    form = shape(text)
    anywhere = _form_shares().get(form, 0.0)
    home = _forms().get(state or "", (0.0, ()))[1]
    share = AT_HOME * (form in home) / len(home) + ABROAD * anywhere if home else anywhere
    return float((share + FREE) * math.prod(RARITY.get(char, 1.0) for char in text))
