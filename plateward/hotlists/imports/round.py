"""The hub's background work on imports: one round, by whichever node comes to it."""

import logging
from collections.abc import Callable
from datetime import timedelta

from plateward import clock
from plateward.audit.who import Who
from plateward.errors import PlatewardError
from plateward.hotlists.imports import apply as applying
from plateward.hotlists.imports import look as looking
from plateward.hotlists.imports import store
from plateward.hotlists.imports.feeds import pull_due
from plateward.hotlists.models import Load
from plateward.jobs.lease import free, release
from plateward.policy.trace import enforces

log = logging.getLogger(__name__)

LEFT_FOR = timedelta(hours=24)  # what nobody decided on until then is forgotten; what is held waits
WHO = Who("system", "imports", "The hub's imports")
State = Load.State


@enforces("5.h")
def work() -> None:
    """Look at what was received, apply what was approved, fetch what is due, and clear what was left behind."""
    applying.tidy()
    # A look that was cut short is begun anew.
    release(Load.objects.filter(free(), state=State.LOOKING), state=State.RECEIVED)
    for load in Load.objects.filter(state=State.RECEIVED).order_by("pk"):
        _try(looking.look, load)
    for load in Load.objects.filter(state=State.APPROVED).order_by("pk"):
        _try(applying.apply, load)
    pull_due()
    _forget_left()


def _try(act: Callable[[Who, Load], object], load: Load) -> None:
    try:
        act(WHO, load)
    except PlatewardError as error:  # on the record and on the load's page already
        log.warning("%s: %s", load, error)
    except Exception:
        log.exception("%s failed.", load)


def _forget_left() -> None:
    """A file that came in half, was looked at and left, or failed."""
    old = Load.objects.filter(looked_at__lt=clock.now() - LEFT_FOR)
    for load in old.filter(state__in=(State.RECEIVING, State.LOOKED)):
        said = "Nobody decided on it within a day."
        Load.objects.filter(pk=load.pk, state=load.state).update(state=State.DISCARDED, error=said)
    for load in old.filter(state__in=(State.DISCARDED, State.FAILED), parts__isnull=False).distinct():
        store.forget(load)
