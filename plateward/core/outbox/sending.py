"""Tries what is due. A room gives the rows, and one function for a single row:

1. A node leases the row.
2. The function sends it, outside any transaction, and records in an act of its own that it arrived.
3. Why it did not is recorded, with when it is tried again; by the room's own function where that goes on the log.

A hub killed at any of these leaves the row to another node, when the lease is over. Whether something arrived between 2
and its record is for the room to know: by asking the other side, or by an id that makes it take the same once.
"""

import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from itertools import islice
from typing import Any, TypeVar

from django.db.models import QuerySet, TextChoices

from plateward.core.db.disk_full import disk_is_full
from plateward.core.jobs.lease import LeaseLost, finish, take
from plateward.core.outbox.models import Outgoing, sentence_of
from plateward.core.outbox.rules import wait_after
from plateward.ground import clock
from plateward.ground.errors import HubMustStop, PlatewardError

MOST_UNANSWERED = 2  # tries of a round; then the other side is left alone until the next
log = logging.getLogger(__name__)


class NotSent(Exception):
    """This try failed, and another follows; `str` says why. `away`: the other side answers to nothing, whatever is
    sent."""

    def __init__(self, problem: TextChoices, detail: str = "", *, away: bool = False) -> None:
        super().__init__(sentence_of(problem, detail))
        self.problem, self.detail, self.away = problem, detail[:300], away


def after_failure(row: Outgoing, why: NotSent) -> dict[str, Any]:
    """What its row is then."""
    return {
        "problem": why.problem,
        "detail": why.detail,
        "tries": row.tries + 1,
        "due_at": clock.now() + wait_after(row.tries, row.longest_wait),
    }


def postpone(row: Outgoing, why: NotSent, **changes: Any) -> None:
    """It is tried again, later and later. `changes` come first. Raises LeaseLost."""
    finish(row, **after_failure(row, why) | changes)


Row = TypeVar("Row", bound=Outgoing)


def send_due(
    rows: QuerySet[Row],
    lease: timedelta,
    send: Callable[[Row], bool],
    *,
    most: int | None = None,
    failed: Callable[[Row, NotSent], None] = postpone,
) -> int:
    """Try those of these rows that are due, at most so many. `send` says whether it is done; it raises NotSent, or any
    error. Returns how many are done. Several nodes may run this at once; not within a transaction."""
    done = unanswered = 0
    due = rows.filter(due_at__lte=clock.now()).order_by("due_at")
    for row in islice(take(due, lease), most):
        with suppress(LeaseLost):  # another node has it, or an act ended it
            outcome = _try(row, send)
            if isinstance(outcome, NotSent):
                unanswered += outcome.away
                failed(row, outcome)
            else:
                done += outcome
        if unanswered == MOST_UNANSWERED:
            break
    return done


def _try(row: Row, send: Callable[[Row], bool]) -> bool | NotSent:
    try:
        return send(row)
    except (LeaseLost, HubMustStop):
        raise
    except NotSent as why:
        return why
    except PlatewardError as error:
        return NotSent(row.Problem("stated"), str(error))
    except Exception as error:
        log.exception("%s failed.", row)
        return NotSent(row.Problem("full" if disk_is_full(error) else "broken"))
