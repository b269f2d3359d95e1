"""The random sample of a review. Its seed comes from the log's own signed head over the period, so that nobody chooses
it, and whoever has the log draws the same entries again (docs/decisions/0101). Pure."""

from collections.abc import Iterator
from hashlib import sha256

from plateward.policy.trace import enforces

MOST_DRAWS = 20_000  # on a log in which hardly any entry is a person's


@enforces("6.b.i.10", "AU-6")
def seed_of(kind: str, first: int, after: int, root: str) -> str:
    """The seed for the entries from number `first` to before `after`. `root`: in hex, of the first signed head that
    covers all of them."""
    return sha256(f"plateward.review.v1\n{kind}\n{first}\n{after}\n{root}\n".encode()).hexdigest()


@enforces("6.b.i.10", "AU-6")
def lot(seed: str, *names: object) -> bytes:
    """What decides between entries, or between accounts: the least is looked at. Nobody can steer it."""
    return sha256("\n".join((seed, *map(str, names))).encode()).digest()


@enforces("6.b.i.10", "AU-6")
def drawn(seed: str, first: int, after: int) -> Iterator[int]:
    """The numbers of entries in the order in which they are drawn, some more than once. The sample is the first
    ones that are a person's."""
    if after <= first:
        return
    for draw in range(MOST_DRAWS):
        number = int.from_bytes(sha256(f"{seed}\n{draw}\n".encode()).digest())
        yield first + number % (after - first)
