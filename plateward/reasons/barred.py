"""Grounds that no officer searches for alone: they go to the administrator (SB 40, 6.a.i.1). Pure."""

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from plateward.policy.decision import Allow, Decision, Refusal
from plateward.policy.trace import enforces
from plateward.reasons import text as characters
from plateward.reasons.lexicon import FOLDER

QUOTED: Final = re.compile(r'"[^"]*"')


@dataclass(frozen=True)
class Ground:
    """`clause` bars it; `says` names it in a sentence."""

    clause: str
    says: str


def barred_ground(written: str) -> Ground | None:
    """The first ground that words of this reason point to, if any."""
    own_words = QUOTED.sub(" ", written)
    for pattern, spoken, ground in _grounds():
        if pattern.search(written if spoken else own_words):
            return ground
    return None


class BarredRefusal(Refusal):
    """The text of `field` points to a barred ground: the administrator decides."""


@enforces("SB40.share", "SB40.use", "6.a.i.1")
def may_rest_on(written: str, field: str) -> Decision:
    """Whether a search, or a step of one, may rest on what is written in this field."""
    if ground := barred_ground(characters.plain(written)):
        return BarredRefusal(ground.clause, "This reason is not accepted.", why_barred(ground), field=field)
    return Allow()


def why_barred(ground: Ground) -> str:
    """For whoever wrote it."""
    return f"It points to {ground.says}, which is not for an officer to search for. It goes to the administrator."


@enforces("SB40.share")
def may_leave_for(use: str, field: str) -> Decision:
    """Whether the law allows that anything is given away for this, as `field` of a form says it."""
    if ground := barred_ground(characters.plain(use)):
        return Refusal(
            ground.clause,
            f"It points to {ground.says}: nothing may be shared for that.",
            "Ask the ALPR administrator if you were asked to share it.",
            field=field,
        )
    return Allow()


@lru_cache
def _grounds() -> tuple[tuple[re.Pattern[str], bool, Ground], ...]:
    table = tomllib.loads((FOLDER / "barred.toml").read_text(encoding="utf-8"))
    return tuple(
        (
            re.compile(rf"(?<!\w)(?:{'|'.join(row['words'])})(?!\w)", re.IGNORECASE),
            row.get("spoken", True),
            Ground(row["clause"], row["says"]),
        )
        for row in table["ground"]
    )
