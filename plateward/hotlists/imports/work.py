"""Who works on a load: one at a time, known to live by its beat, and stepped over when it does not."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import uuid4

from django.db import IntegrityError, transaction
from django.db.models import Q

from plateward import clock
from plateward.errors import ActError, PlatewardError
from plateward.hotlists.models import Load

DEAD_AFTER = timedelta(seconds=60)  # without a beat, which comes with every chunk of rows
State = Load.State


class Taken(ActError):
    """Somebody else works on this, or has done it."""


class Lost(PlatewardError):
    """This process was thought dead, and another took its work over: it goes no further."""


def lifeless() -> Q:
    """Loads whose worker gave no sign of life for too long."""
    return Q(beat_at=None) | Q(beat_at__lt=clock.now() - DEAD_AFTER)


@contextmanager
def working(load: Load, becomes: str, *before: str) -> Iterator[Callable[[], None]]:
    """Take the load from one of the states `before`; yields the beat, which is to be given with every chunk and
    raises Lost. Whoever leaves this by an error leaves the load FAILED, with the error. Raises Taken."""
    claim = uuid4().hex
    free = Load.objects.filter(pk=load.pk, state__in=before)
    try:
        with transaction.atomic():
            taken = free.update(state=becomes, claim=claim, beat_at=clock.now(), error="")
    except IntegrityError:
        raise Taken(
            f"Another file is being applied to {load.hotlist} at this moment. Wait until that is done, and try again."
        ) from None
    load.refresh_from_db()
    if not taken:
        raise Taken(f"{load.file_name} is not to be decided on any more: {load.get_state_display().lower()}.")

    def beat() -> None:
        if not Load.objects.filter(pk=load.pk, state=becomes, claim=claim).update(beat_at=clock.now()):
            raise Lost(
                f"{load.file_name} was taken over by another process, since this one gave no sign of life."
            )

    try:
        yield beat
    except BaseException as error:
        shown = isinstance(error, PlatewardError)
        sentence = str(error) if shown else "The hub failed while it worked on the file; its log says how."
        Load.objects.filter(pk=load.pk, state=becomes, claim=claim).update(
            state=State.FAILED, error=sentence[:400]
        )
        raise
    finally:
        load.refresh_from_db()
