"""How likely a serial's form is to be issued. Pure rules on text, over forms.toml."""

from __future__ import annotations

import math
import tomllib
from collections import defaultdict
from functools import lru_cache
from pathlib import Path
from typing import Final

# Most states leave these out of their serials because they pass for 1 and 0.
RARITY: Final = {"I": 0.1, "Q": 0.4}
AT_HOME: Final = 0.85  # share of a state's plates in the forms listed for it
ABROAD: Final = 0.14  # and in forms that other states issue: the lists are incomplete
FREE: Final = 1e-4  # for a form that no state issues: series missing from the lists
WORDS: Final = 2e-3  # for letters alone: vanity plates, which use I and Q as freely as other letters


@lru_cache
def _forms() -> dict[str, tuple[float, tuple[str, ...]]]:
    """By jurisdiction: its population in millions, and its forms."""
    table = tomllib.loads(Path(__file__).with_name("forms.toml").read_text(encoding="utf-8"))
    return {state: (row["millions"], tuple(row["forms"])) for state, row in table.items()}


@lru_cache
def _form_shares() -> dict[str, float]:
    """Each form's share of all plates on the road, counting a state's own forms as equally frequent."""
    shares: dict[str, float] = defaultdict(float)
    everybody = sum(millions for millions, _ in _forms().values())
    for millions, own in _forms().values():
        for form in own:
            shares[form] += millions / everybody / len(own)
    return dict(shares)


def shape(text: str) -> str:
    """`627WWI` → `NNNLLL`."""
    return "".join("N" if char.isdigit() else "L" for char in text)


def is_issued(text: str) -> bool:
    """Whether any state issues serials of that form."""
    return shape(text) in _form_shares()


def likelihood(text: str, state: str | None = None) -> float:
    """The share of plates with a serial of that form: in the state if known, otherwise anywhere. 0 for all zeros, which
    samples show and no state issues."""
    if not text.strip("0O"):
        return 0.0
    if text.isalpha():
        return WORDS
    form = shape(text)
    anywhere = _form_shares().get(form, 0.0)
    home = _forms().get(state or "", (0.0, ()))[1]
    share = AT_HOME * (form in home) / len(home) + ABROAD * anywhere if home else anywhere
    return float((share + FREE) * math.prod(RARITY.get(char, 1.0) for char in text))
