"""When a part of the read store does not respond: said as such, and never in the error's own words, which may hold a
plate."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DatabaseError
from sqlcipher3 import dbapi2 as sqlcipher

from plateward.errors import PlatewardError
from plateward.policy.trace import enforces

logger = logging.getLogger(__name__)
LOST = (DatabaseError, OSError, sqlcipher.Error)


class StoreAway(PlatewardError):
    """A database, a day's file or an image of the read store cannot be read."""


@enforces("6.i.i")
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
