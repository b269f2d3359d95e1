"""Whether two searches, or a search and a vehicle, may be about the same plate. Pure; look-alikes count as the same."""

from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein

from plateward.ground.matching.partial import folded_pattern, is_partial
from plateward.ground.policy.trace import enforces


@dataclass(frozen=True)
class Sought:
    """A plate as somebody looks for it: folded, with ? and * if it is partial. `reach`: in how many characters what is
    found may differ from it."""

    pattern: str
    reach: int = 0

    @classmethod
    def of(cls, plate: str, match: str = "exact") -> "Sought":
        """`match` as in reads.queries.PlateMatch."""
        return cls(folded_pattern(plate), int(match == "near" and not is_partial(plate)))


@enforces("6.a.ii.2/brake", "6.a.ii.3/brake")
def may_be_same(one: Sought, other: Sought) -> bool:
    """Whether some plate fits both."""
    reach = one.reach + other.reach
    if not is_partial(one.pattern) and not is_partial(other.pattern):
        return Levenshtein.distance(one.pattern, other.pattern, score_cutoff=reach) <= reach
    return any(_patterns_meet(pattern, opposite) for pattern in _widened(one) for opposite in _widened(other))


def _widened(sought: Sought) -> list[str]:
    """Patterns that cover all that is found: one ? for each character that may differ, be lost or be added."""
    text = sought.pattern
    if not sought.reach:
        return [text]
    changed = [f"{text[:at]}?{text[at + 1 :]}" for at in range(len(text))]
    longer = [f"{text[:at]}?{text[at:]}" for at in range(len(text) + 1)]
    shorter = [text[:at] + text[at + 1 :] for at in range(len(text))]
    return [text, *changed, *longer, *shorter]


def _patterns_meet(one: str, other: str) -> bool:
    """Whether some text fits both patterns; in time that grows with the product of their lengths."""
    # meets[j]: whether the rest of `one` meets the rest of `other` from j on; from the ends to the beginnings.
    meets = [False] * len(other) + [True]
    for j in range(len(other) - 1, -1, -1):
        meets[j] = other[j] == "*" and meets[j + 1]
    for sign in reversed(one):
        before = meets
        meets = [False] * len(other) + [sign == "*" and before[-1]]
        for j in range(len(other) - 1, -1, -1):
            if "*" in (sign, other[j]):
                meets[j] = before[j] or meets[j + 1]
            else:
                meets[j] = before[j + 1] and (sign == other[j] or "?" in (sign, other[j]))
    return meets[0]
