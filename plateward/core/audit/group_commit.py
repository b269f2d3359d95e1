"""Entries that wait at the same time share one transaction: one lock on the tree, one write to disk."""

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from plateward.core.audit.unavailable import NOTHING_DONE, Attempt, LogUnavailable, log_unavailable
from plateward.core.db.together import DATABASE_FAILED, Together, TooSlow
from plateward.ground.policy.trace import enforces

MOST_AT_ONCE = 500  # waiting threads whose entries share a transaction
FOLLOW_S = 30.0  # more than two appends that end in time (log.py): the one under way, then one's own
Draft = TypeVar("Draft", bound=Attempt)


class GroupCommit(Generic[Draft]):
    """`append` appends and commits, or raises; then nothing of the group is on the log. Only what fails alone, too, or
    fails with the database is an outage."""

    def __init__(self, append: Callable[[Sequence[Draft]], None], follow_s: float = FOLLOW_S) -> None:
        self._append = append
        self.together = Together(self._commit, most=MOST_AT_ONCE, follow_s=follow_s)

    @enforces("6.b.i.9/first", "AU-5/stops")
    def commit(self, drafts: Sequence[Draft]) -> None:
        """Returns when these entries are on disk. Raises LogUnavailable."""
        try:
            self.together.do(drafts)
        except TooSlow as error:
            raise log_unavailable(error, drafts) from error
        except Exception as error:
            raise LogUnavailable(NOTHING_DONE) from error

    def _commit(self, of_threads: Sequence[Sequence[Draft]]) -> Sequence[None]:
        drafts = [draft for own in of_threads for draft in own]
        try:
            self._append(drafts)
        except Exception as error:
            if len(of_threads) == 1 or isinstance(error, DATABASE_FAILED):
                log_unavailable(error, drafts)  # with the people of all
            raise
        return [None] * len(of_threads)
