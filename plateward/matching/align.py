"""Two plates side by side, so that a person sees at once where they differ."""

from dataclasses import dataclass
from typing import Literal

from plateward.matching.normalize import fold, normalize
from plateward.matching.partial import normalize_partial

Same = Literal["same", "open", "folded", "different"]
# A gap is dearer than half a difference: characters stand against each other where they can.
COST: dict[Same, int] = {"same": 0, "open": 0, "folded": 1, "different": 3}
GAP = 2


@dataclass(frozen=True)
class Pair:
    """A character as read and as listed, "" where the other has one more. O against 0 counts as "folded"; "open" is
    one that a partial plate leaves open: ? against one character, * against each of a run."""

    read: str
    listed: str
    same: Same


def align(read: str, listed: str) -> list[Pair]:
    """The cheapest alignment of both plates, normalized (Needleman–Wunsch). A * against nothing is left out."""
    ours, theirs = normalize(read), normalize_partial(listed)
    # cost[i][j]: of aligning what stands from ours[i] and from theirs[j] on.
    cost = [[0] * (len(theirs) + 1) for _ in range(len(ours) + 1)]
    for i in range(len(ours), -1, -1):
        for j in range(len(theirs), -1, -1):
            ways = []
            if i < len(ours) and j < len(theirs):
                ways.append(COST[_same(ours[i], theirs[j])] + cost[i + 1][j + (theirs[j] != "*")])
            if i < len(ours):
                ways.append(GAP + cost[i + 1][j])
            if j < len(theirs):
                ways.append(GAP * (theirs[j] != "*") + cost[i][j + 1])
            cost[i][j] = min(ways, default=0)

    pairs, i, j = [], 0, 0
    while i < len(ours) or j < len(theirs):
        star = j < len(theirs) and theirs[j] == "*"
        if i < len(ours) and j < len(theirs):
            same = _same(ours[i], theirs[j])
            if cost[i][j] == COST[same] + cost[i + 1][j + (not star)]:
                pairs.append(Pair(ours[i], theirs[j], same))
                i, j = i + 1, j + (not star)
                continue
        if i < len(ours) and cost[i][j] == GAP + cost[i + 1][j]:
            pairs.append(Pair(ours[i], "", "different"))
            i += 1
        else:
            if not star:
                pairs.append(Pair("", theirs[j], "different"))
            j += 1
    return pairs


def _same(read: str, listed: str) -> Same:
    if read == listed:
        return "same"
    if listed in ("?", "*"):
        return "open"
    return "folded" if fold(read) == fold(listed) else "different"
