"""A lease: one node works on a row for a while. If the node dies, the lease expires, and another node goes on.

`leased_by` identifies each taking, so a node presumed dead notices that the row is now another's.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, TypeVar
from uuid import uuid4

from django.db import models, transaction
from django.db.models import Q, QuerySet

from plateward.core.db.locking import change_row
from plateward.core.db.row import Row
from plateward.ground import clock
from plateward.ground.errors import PlatewardError


class Leased(Row):
    """A row that one node works on at a time."""

    leased_until = models.DateTimeField(null=True)
    leased_by = models.CharField(max_length=32, blank=True)

    class Meta:
        abstract = True


LeasedRow = TypeVar("LeasedRow", bound=Leased)


class LeaseLost(PlatewardError):
    """This process gave no sign of life in time, and another has the row: it goes no further."""


def free() -> Q:
    """The rows that nobody has a lease on."""
    return Q(leased_until=None) | Q(leased_until__lte=clock.now())


def take(rows: QuerySet[LeasedRow], term: timedelta, **changes: Any) -> Iterator[LeasedRow]:
    """Lease these rows one after another, each as it is reached, unless another node has it or it is one of `rows` no
    more. `changes` are made with it. Not within a transaction, which would hide the lease."""
    for pk in list(rows.filter(free()).values_list("pk", flat=True)):
        with transaction.atomic():
            locked = rows.select_for_update(skip_locked=True, no_key=True, of=("self",))
            row = locked.filter(free(), pk=pk).first()
            if row is None:
                continue
            changed = {**changes, "leased_until": clock.now() + term, "leased_by": uuid4().hex}
            change_row(row, **changed)
        yield row


def still_leased(row: LeasedRow) -> QuerySet[LeasedRow]:
    """The row, if this node still has its lease."""
    return type(row)._default_manager.filter(pk=row.pk, leased_by=row.leased_by)


def renew(row: Leased, term: timedelta, **changes: Any) -> None:
    """Extend the lease, and store these changes. Raises LeaseLost, which rolls the transaction back."""
    _update(row, leased_until=clock.now() + term, **changes)


def finish(row: Leased, **changes: Any) -> None:
    """Store the result, and release the row. Raises LeaseLost, which rolls the transaction back."""
    _update(row, leased_until=None, leased_by="", **changes)


def _update(row: Leased, **changes: Any) -> None:
    if not still_leased(row).update(**changes):
        raise LeaseLost(f"{row} was taken over by another process because this one did not respond.")


def release(rows: QuerySet[Any], **changes: Any) -> None:
    """Release these rows, whichever node has them."""
    rows.update(leased_until=None, leased_by="", **changes)
