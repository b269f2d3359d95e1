"""Two plates side by side, so that a person sees at once where they differ."""

from dataclasses import dataclass
from typing import Literal

from plateward.ground.matching.normalize import fold, normalize
from plateward.ground.matching.partial import normalize_partial

Sameness = Literal["same", "open", "folded", "different"]
# A gap costs more than half a difference, so characters are paired where possible.
COST: dict[Sameness, int] = {"same": 0, "open": 0, "folded": 1, "different": 3}
GAP = 2


@dataclass(frozen=True)
class AlignedPair:
    """A character as read and as listed, "" where the other has an extra one. O against 0 counts as "folded"; "open" is
    a character that a partial plate leaves open: ? against one, * against each of a run."""

    read: str
    listed: str
    same: Sameness


def align(read: str, listed: str) -> list[AlignedPair]:
    """The cheapest alignment of both plates, normalized (Needleman–Wunsch). A * against nothing is left out."""
    left, right = normalize(read), normalize_partial(listed)
    # cost[i][j]: of aligning ours from i and theirs from j on.
    cost = [[0] * (len(right) + 1) for _ in range(len(left) + 1)]
    for i in range(len(left), -1, -1):
        for j in range(len(right), -1, -1):
            ways = []
            if i < len(left) and j < len(right):
                ways.append(COST[_sameness(left[i], right[j])] + cost[i + 1][j + (right[j] != "*")])
            if i < len(left):
                ways.append(GAP + cost[i + 1][j])
            if j < len(right):
                ways.append(GAP * (right[j] != "*") + cost[i][j + 1])
            cost[i][j] = min(ways, default=0)

    pairs, i, j = [], 0, 0
    while i < len(left) or j < len(right):
        star = j < len(right) and right[j] == "*"
        if i < len(left) and j < len(right):
            sameness = _sameness(left[i], right[j])
            if cost[i][j] == COST[sameness] + cost[i + 1][j + (not star)]:
                pairs.append(AlignedPair(left[i], right[j], sameness))
                i, j = i + 1, j + (not star)
                continue
        if i < len(left) and cost[i][j] == GAP + cost[i + 1][j]:
            pairs.append(AlignedPair(left[i], "", "different"))
            i += 1
        else:
            if not star:
                pairs.append(AlignedPair("", right[j], "different"))
            j += 1
    return pairs


def _sameness(read: str, listed: str) -> Sameness:
    if read == listed:
        return "same"
    if listed in ("?", "*"):
        return "open"
    return "folded" if fold(read) == fold(listed) else "different"
