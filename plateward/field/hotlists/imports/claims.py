"""Claims on a load: one process works on it at a time, and loses it when its beats stop."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial

from django.db import IntegrityError

from plateward.core.jobs.lease import release, renew, still_leased, take
from plateward.field.hotlists.models import Load
from plateward.ground.errors import ActError, PlatewardError

LEASE = timedelta(seconds=60)  # each chunk of rows comes with a beat, which renews the lease
State = Load.State
Beat = Callable[..., None]


class LoadTaken(ActError):
    """Another process works on this load, or has finished it."""

    @classmethod
    def by_now(cls, load: Load) -> "LoadTaken":
        """The error with the load's current state."""
        load.refresh_from_db()
        state = load.get_state_display().lower()
        return cls(f"{load.file_name} is no longer waiting for a decision: {state}.")


@contextmanager
def claim_load(load: Load, becomes: str, *before: str) -> Iterator[tuple[Load, Beat]]:
    """Claim a load that is in one of the states `before`. Yields the leased load and its beat: call the beat
    with every chunk; it stores its arguments and raises LeaseLost. An error in the block leaves the load
    FAILED, with the error's text. Raises LoadTaken."""
    rows = Load.objects.filter(pk=load.pk, state__in=before)
    try:
        leased = next(take(rows, LEASE, state=becomes, error=""), None)
    except IntegrityError:
        raise LoadTaken(
            f"Another file is being applied to {load.hotlist}. Wait until it finishes, then try again."
        ) from None
    if leased is None:
        raise LoadTaken.by_now(load)
    load.refresh_from_db()
    try:
        yield leased, partial(renew, leased, LEASE)
    except BaseException as error:
        explained = isinstance(error, PlatewardError)
        sentence = str(error) if explained else "The system failed while processing the file; see its log."
        release(still_leased(leased), state=State.FAILED, error=sentence[:400])
        raise
    finally:
        load.refresh_from_db()
