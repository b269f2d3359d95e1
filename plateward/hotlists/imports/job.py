"""The hub's background work on imports: one round, by whichever node comes to it."""

import logging
from collections.abc import Callable
from datetime import timedelta

from plateward import clock
from plateward.audit.actor import Actor
from plateward.errors import PlatewardError
from plateward.hotlists.imports import apply as applying
from plateward.hotlists.imports import preview as looking
from plateward.hotlists.imports import store
from plateward.hotlists.imports.feeds import fetch_due
from plateward.hotlists.models import Load
from plateward.jobs.lease import free, release
from plateward.policy.trace import enforces

log = logging.getLogger(__name__)

UNDECIDED_FOR = timedelta(hours=24)  # what nobody decided on until then is forgotten; what is held waits
IMPORTS_ACTOR = Actor("system", "imports", "The hub's imports")
State = Load.State


@enforces("5.h")
def run_imports() -> None:
    """Look at what was received, apply what was approved, fetch what is due, and clear what was left behind."""
    applying.recover_dead_loads()
    # A look that was cut short is begun anew.
    release(Load.objects.filter(free(), state=State.LOOKING), state=State.RECEIVED)
    for load in Load.objects.filter(state=State.RECEIVED).order_by("pk"):
        _attempt(looking.preview_load, load)
    for load in Load.objects.filter(state=State.APPROVED).order_by("pk"):
        _attempt(applying.apply_load, load)
    fetch_due()
    _discard_abandoned()


def _attempt(act: Callable[[Actor, Load], object], load: Load) -> None:
    try:
        act(IMPORTS_ACTOR, load)
    except PlatewardError as error:  # on the record and on the load's page already
        log.warning("%s: %s", load, error)
    except Exception:
        log.exception("%s failed.", load)


def _discard_abandoned() -> None:
    """A file that came in half, was looked at and left, or failed."""
    old = Load.objects.filter(looked_at__lt=clock.now() - UNDECIDED_FOR)
    for load in old.filter(state__in=(State.RECEIVING, State.LOOKED)):
        sentence = "Nobody decided on it within a day."
        Load.objects.filter(pk=load.pk, state=load.state).update(state=State.DISCARDED, error=sentence)
    for load in old.filter(state__in=(State.DISCARDED, State.FAILED), parts__isnull=False).distinct():
        store.delete_parts(load)
