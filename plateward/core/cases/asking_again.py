"""Numbers that CAD gave no answer for are asked about again."""

from collections.abc import Callable
from typing import TypeVar

from django.db.models import Model, QuerySet

from plateward.ground.policy.trace import enforces

Row = TypeVar("Row", bound=Model)
Answer = TypeVar("Answer")
AT_ONCE = 100  # CAD look-ups per minute
MOST_UNANSWERED = 3  # after this many, CAD is not asked again this minute


@enforces("6.a.iii/outage")
def ask_again(
    rows: QuerySet[Row], ask: Callable[[Row], Answer | None], settle: Callable[[Row, Answer], bool]
) -> int:
    """Ask CAD about each of these rows' numbers, outside any transaction; None: it gave no answer. `settle`: whether
    the answer was recorded. Returns how many were."""
    settled = unanswered = 0
    # In random order, so that a number that always fails at CAD does not keep the others from their turn.
    for row in rows.order_by("?")[:AT_ONCE]:
        if (answer := ask(row)) is not None:
            settled += settle(row, answer)
            continue
        unanswered += 1
        if unanswered == MOST_UNANSWERED:
            break
    return settled
