"""Serials as states issue them, and as people choose them."""

from __future__ import annotations

import numpy as np

LETTERS, DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "0123456789"
CONFUSABLE_SHARE = 0.35  # of the characters come from commonly confused ones: 2 and Z, 8 and B, W and M
VANITY = [
    "GO",
    "HI",
    "MY",
    "BIG",
    "FUN",
    "SKI",
    "SUN",
    "SEA",
    "ROSE",
    "FAST",
    "LOVE",
    "BABY",
    "DUKE",
    "NANA",
    "POPS",
    "GRAM",
    "BOAT",
    "FISH",
    "GOLF",
    "JAZZ",
    "KING",
    "QUEEN",
    "LUCKY",
    "MAGIC",
    "OCEAN",
    "RIVER",
    "TIGER",
    "WOLF",
    "ZOOM",
    "VETTE",
    "JEEP",
    "QUILT",
    "YOGA",
    "IRIS",
    "OLLIE",
    "HAPPY",
    "PILOT",
    "DREAM",
    "EAGLE",
]
COMMON_FORMATS = (
    *(
        "LLLNNN",
        "LLLNNNN",
        "NNNLLL",
        "NLLLNNN",
        "LLNLNL",
        "LNNNNN",
        "NNNNNN",
        "NNLLNN",
        "LLNNNN",
        "NLNNNNN",
        "LNNLLL",
    ),
    *(
        "LLNNN",
        "NNNNN",
        "LNNNN",
        "NLLNNNN",
        "LLLL",
        "LLLLL",
        "LLLLLL",
        "LLLLLLL",
        "XXXXXX",
        "XXXXXXX",
        "XXXXX",
        "XXXX",
    ),
)


def serial(rng: np.random.Generator, formats: tuple[str, ...]) -> str:
    """A serial in one of the formats, perhaps in groups, or sometimes a vanity text."""
    chance = rng.random()
    if chance < 0.07:
        words = "".join(
            str(rng.choice(VANITY)) + (" " if rng.random() < 0.5 else "") for _ in range(2)
        ).strip()
        text = words[: int(rng.integers(4, 9))].strip()
        return text if rng.random() < 0.6 else (text[:5] + str(rng.integers(0, 100))).strip()
    form = str(rng.choice(formats if chance < 0.75 else COMMON_FORMATS))
    text = "".join(character(rng, kind) for kind in form)
    if len(set(form)) == 1:
        cut = int(rng.integers(2, len(text))) if len(text) > 4 and rng.random() < 0.5 else 0
        return f"{text[:cut]} {text[cut:]}" if cut else text
    breaks = [i for i in range(1, len(form)) if form[i] != form[i - 1]]
    if rng.random() < 0.75:
        cut = breaks[int(rng.integers(len(breaks)))] if "X" in form or rng.random() < 0.6 else len(form) // 2
        return f"{text[:cut]} {text[cut:]}"
    return text


def character(rng: np.random.Generator, kind: str) -> str:
    if kind == "X":
        kind = "L" if rng.random() < 0.6 else "N"
    pool = DIGITS if kind == "N" else LETTERS
    if rng.random() < CONFUSABLE_SHARE:
        pool = "0125678" if kind == "N" else "ABDGIJMNQSTUVWYZ"
    return str(rng.choice(list(pool)))
