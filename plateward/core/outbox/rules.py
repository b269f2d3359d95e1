"""When what failed is tried again. Pure."""

from datetime import timedelta

FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=5), timedelta(minutes=15)


def wait_after(tries: int, longest: timedelta = LONGEST_WAIT) -> timedelta:
    """How long to wait after a failure that so many came before."""
    return min(longest, FIRST_WAIT * (1 << min(tries, 10)))
