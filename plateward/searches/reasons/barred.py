"""Grounds that no officer searches for alone: they go to the administrator (SB 40, 6.a.i.1). Pure."""

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache

from plateward.searches.reasons.lexicon import FOLDER


@dataclass(frozen=True)
class Ground:
    """`clause` bars it; `says` names it in a sentence."""

    clause: str
    says: str


def barred_ground(written: str) -> Ground | None:
    """The first ground that words of this reason point to, if any."""
    return next((ground for pattern, ground in _grounds() if pattern.search(written)), None)


@lru_cache
def _grounds() -> tuple[tuple[re.Pattern[str], Ground], ...]:
    table = tomllib.loads((FOLDER / "barred.toml").read_text(encoding="utf-8"))
    return tuple(
        (
            re.compile(rf"(?<!\w)(?:{'|'.join(row['words'])})(?!\w)", re.IGNORECASE),
            Ground(row["clause"], row["says"]),
        )
        for row in table["ground"]
    )
