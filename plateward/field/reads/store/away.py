"""When a part of the read store does not respond, or is lost: said as such, and never in the error's own words, which
may hold a plate."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from django.db import DatabaseError
from sqlcipher3 import dbapi2 as sqlcipher

from plateward.ground.clock import format_day
from plateward.ground.errors import PlatewardError

logger = logging.getLogger(__name__)
LOST = (DatabaseError, OSError, sqlcipher.Error)


class StoreAway(PlatewardError):
    """A database, a day's file or an image of the read store cannot be read."""


class DayLost(StoreAway):
    """A day's reads are not where they were, and were never destroyed."""

    says = (
        "The reads of {day} are missing: they are not in the read store, though they were never destroyed "
        "(OPR:50 6.j.i). Nothing that needs this day is answered; search other days meanwhile. Ask the ALPR "
        "administrator to restore them from a backup."
    )

    def __init__(self, day: date) -> None:
        super().__init__(self.says.format(day=format_day(day)))


class DayUnfinished(DayLost):
    """What was kept of a day is not in its place yet: a hub was killed, or a server failed, while it was put there."""

    says = (
        "The reads of {day} that were kept when the others were destroyed are being put in place (OPR:50 6.h.ii). "
        "Nothing that needs this day is answered until then; search other days meanwhile, or try again in a few "
        "minutes. If it stays so, ask the ALPR administrator to run retention."
    )


class DaySetAside(DayLost):
    """A restored copy is in the place of what was kept of a day."""

    says = (
        "The reads of {day} are from a restored copy: some were destroyed since, and those that were kept are missing "
        "(OPR:50 6.h.ii, 6.j.i). The copy stays on the disk, and nothing that needs this day is answered; search other "
        "days meanwhile. Restore the day's tables from a later backup and restart the hub; if there is none, the Chief "
        "decides under Retention that the copy is destroyed."
    )


class DayAltered(DayLost):
    """The record of destruction at a day's partitions is not the hub's own, so what they hold is not known."""

    says = (
        "What is stored of {day} cannot be told from what was destroyed of it: the record of destruction in the read "
        "store was altered or is not the hub's own (OPR:50 6.h.ii, 6.j.i). Nothing that needs this day is answered; "
        "search other days meanwhile. Report it to the ALPR administrator as an incident."
    )


def is_loss(error: DayLost | None) -> bool:
    """Whether the reads of the day are gone. Whatever else is wrong with a day is no loss yet."""
    return type(error) is DayLost


@contextmanager
def store_answers() -> Iterator[None]:
    """Around what asks the read store. Raises StoreAway."""
    try:
        yield
    except LOST as error:
        logger.error("A part of the read store is lost: %s", type(error).__name__)  # noqa: TRY400
        raise StoreAway(
            "Nothing is shown: a part of the read store does not respond. Try again in a few minutes; if it stays so, "
            "notify the ALPR administrator."
        ) from None
