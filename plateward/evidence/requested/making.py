"""Makes what people requested. A node leases a row, and says about once a second how far it is. One that is killed is
followed by another when its lease is over, which erases what is left of the first and begins this package again. What
kills or fails the hub again and again ends; what an outage or a stop of exports delays, waits."""

import logging
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from itertools import islice
from typing import Any

from plateward import clock
from plateward.alerts.models import Alert
from plateward.audit.continuity import LogSetBack
from plateward.audit.log_reader import LogDamaged
from plateward.db.disk_full import disk_is_full
from plateward.errors import PlatewardError
from plateward.evidence.package.build import CannotPackage, build_case_package
from plateward.evidence.requested import rules
from plateward.evidence.requested.actions import expire
from plateward.evidence.requested.audience import may_still_have
from plateward.evidence.requested.models import FILES, KEPT_FOR, RequestedPackage
from plateward.jobs.lease import LeaseLost, finish, renew, take
from plateward.pages.export_stop import may_leave
from plateward.people.actor import PersonActor
from plateward.policy.decision import refusal_in, require
from plateward.policy.trace import enforces

LEASE = timedelta(minutes=3)  # longer than any step of a package: its report is set in one
MOST_OF_A_ROUND = 5
SAYS_EVERY_S = 1.0
AFTER_OUTAGE = timedelta(minutes=5)
BROKEN = "The hub failed at this package by a fault of its own: notify the ALPR administrator."
KILLED = (
    f"The hub was stopped {rules.MOST_TRIES} times while it made this package. Request one of fewer alerts; if that "
    "fails too, notify the ALPR administrator."
)
FULL = "The hub's disk is full: notify the ALPR administrator."
log = logging.getLogger(__name__)


class Hopeless(PlatewardError):
    """There will be no such package, however often it is tried; the sentence says why."""


@enforces("6.a.iv", "6.e.iv.4")
def make_packages() -> int:
    """Make every package that is due, and erase those that expired. Returns how many are ready. Several nodes may run
    this at once."""
    due = RequestedPackage.objects.filter(stage=RequestedPackage.Stage.MAKING, due_at__lte=clock.now())
    rows = due.order_by("due_at").select_related("by")
    done = sum(map(_make, islice(take(rows, LEASE), MOST_OF_A_ROUND)))
    _erase_expired()
    return done


def _make(row: RequestedPackage) -> bool:
    """Raises LogDamaged and LogSetBack, which stop the hub."""
    before = row.tries
    try:
        _require_hope(row)
        require(may_leave())
        renew(row, LEASE, tries=before + 1)  # now: a process that is killed counts nothing afterward
        _make_file(row)
    except LeaseLost:
        return False  # discarded meanwhile, or another node's
    except (LogDamaged, LogSetBack):
        raise
    except (CannotPackage, Hopeless) as error:
        _end_try(row, problem=str(error), stage=RequestedPackage.Stage.FAILED)
    except PlatewardError as error:
        _postpone(row, str(error), before)
    except Exception as error:
        if disk_is_full(error):
            _postpone(row, FULL, before)
        else:
            log.exception("%s failed.", row)
            over = before + 1 >= rules.MOST_TRIES
            stage = RequestedPackage.Stage.FAILED if over else RequestedPackage.Stage.MAKING
            due_at = clock.now() + rules.retry_delay(before + 1)
            _end_try(row, problem=BROKEN, stage=stage, due_at=due_at)
    else:
        return True
    return False


@enforces("6.c.ii", "6.b.i.8")
def _require_hope(row: RequestedPackage) -> None:
    if refusal := refusal_in(may_still_have(row.by, row.alerts)):
        raise Hopeless(str(refusal))
    if row.tries >= rules.MOST_TRIES:
        raise Hopeless(KILLED)
    if clock.now() >= row.requested_at + KEPT_FOR:
        raise Hopeless(f"It could not be made within a day. {row.problem}".strip())


def _make_file(row: RequestedPackage) -> None:
    with FILES.making(row.pk) as file:
        alerts = Alert.objects.filter(pk__in=row.alerts)
        made = build_case_package(
            row.number, alerts, file.plain, by=PersonActor.of(row.by), progress=_progress_of(row)
        )
        renew(row, LEASE)
        file.seal(made.sha256)
        finish(
            row,
            stage=RequestedPackage.Stage.READY,
            key=file.wrapped,
            package_id=made.package,
            reads=made.reads,
            expires_at=clock.now() + KEPT_FOR,
            problem="",
        )


def _progress_of(row: RequestedPackage) -> Callable[[int, int], None]:
    """Stores it, not more often than a page asks. Raises LeaseLost."""
    stored_at = 0.0

    def store(done: int, total: int) -> None:
        nonlocal stored_at
        if time.monotonic() - stored_at >= SAYS_EVERY_S:
            renew(row, LEASE, done=done, total=total)
            stored_at = time.monotonic()

    return store


def _postpone(row: RequestedPackage, problem: str, tries: int) -> None:
    """This try does not count: it is not the package's fault."""
    _end_try(row, problem=problem, tries=tries, due_at=clock.now() + AFTER_OUTAGE)


def _end_try(row: RequestedPackage, problem: str, **changes: Any) -> None:
    with suppress(LeaseLost):
        finish(row, problem=problem[:300], **changes)


@enforces("6.i.i", "MP-6")
def _erase_expired() -> None:
    """What nobody may download any longer, and what a killed process left."""
    for row in RequestedPackage.objects.expired():
        expire(row)
    if ids := FILES.kept():
        wanted = RequestedPackage.objects.live().filter(pk__in=ids).values_list("pk", flat=True)
        for id in ids - set(wanted):
            FILES.erase(id)
