"""The hub's periodic import job, run by one node at a time."""

import logging
from collections.abc import Callable
from datetime import timedelta

from plateward.core.audit.actor import Actor
from plateward.core.jobs.job import Job
from plateward.core.jobs.lease import free, release
from plateward.field.hotlists.imports import apply as applying
from plateward.field.hotlists.imports import preview as looking
from plateward.field.hotlists.imports import store
from plateward.field.hotlists.imports.claims import LoadTaken
from plateward.field.hotlists.imports.feeds import fetch_due
from plateward.field.hotlists.models import Load
from plateward.ground import clock
from plateward.ground.errors import PlatewardError
from plateward.ground.policy.trace import enforces

log = logging.getLogger(__name__)

UNDECIDED_FOR = timedelta(hours=24)  # undecided loads are discarded after this; held loads wait
IMPORTS_ACTOR = Actor("system", "imports", "The hub's imports")
State = Load.State


@enforces("5.h/import")
def run_imports() -> None:
    """Preview received files, apply approved loads, fetch due feeds, and clear leftovers."""
    applying.recover_dead_loads()
    # Start interrupted previews again.
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
    except LoadTaken as taken:  # whoever sent it, or another node, was quicker
        log.info("%s: %s", load, taken)
    except PlatewardError as error:  # already logged, and shown on the load's page
        log.warning("%s: %s", load, error)
    except Exception:
        log.exception("%s failed.", load)


def _discard_abandoned() -> None:
    """Discard files that were sent only in part, previewed and abandoned, or failed."""
    old = Load.objects.filter(looked_at__lt=clock.now() - UNDECIDED_FOR)
    for load in old.filter(state__in=(State.RECEIVING, State.LOOKED)):
        sentence = "No decision was made within a day."
        Load.objects.filter(pk=load.pk, state=load.state).update(state=State.DISCARDED, error=sentence)
    for load in old.filter(state__in=(State.DISCARDED, State.FAILED), parts__isnull=False).distinct():
        store.delete_parts(load)


JOBS = (Job("Work on hot list files", run_imports, every=2.0),)
