"""Look-ups of plates among many, as matching compares them. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Generic, TypeVar

from plateward.ground.matching.explain import state_agreement
from plateward.ground.matching.kinds import StateAgreement
from plateward.ground.matching.normalize import zeroed
from plateward.ground.matching.partial import is_partial, pattern_fits
from plateward.ground.policy.trace import enforces

T = TypeVar("T")


@enforces("6.a.ii.3/brake")
class PlateIndex(Generic[T]):
    """Items by bare plate (without blanks and dashes) and state: one look-up for each whole plate."""

    def __init__(self, items: Iterable[tuple[str, str, T]]) -> None:
        self._by_plate: dict[str, list[tuple[str, T]]] = defaultdict(list)
        for bare, state, item in items:
            self._by_plate[zeroed(bare)].append((state, item))

    def of(self, bare: str, state: str) -> tuple[T, ...]:
        """The items that a listed plate may be, as in matching: O and 0 are equal, a partial plate is all that it
        fits, a missing state may be any."""
        key = bare.replace("O", "0")  # twice as fast as translate, and a file has two million lines
        items = self._by_plate.get(key)
        if items is None:
            if not self._by_plate or not is_partial(key):  # almost always
                return ()
            items = [
                item
                for plate, same_plate in self._by_plate.items()
                if pattern_fits(key, plate)
                for item in same_plate
            ]
        return tuple(
            item
            for its_state, item in items
            if state_agreement(its_state or None, state or None) is not StateAgreement.DIFFERENT
        )

    def within(self, text: str) -> Iterator[T]:
        """The items whose plate is anywhere in a text."""
        if self._by_plate:
            zeroed_text = zeroed(text)
            for bare, items in self._by_plate.items():
                if bare in zeroed_text:
                    yield from (item for _, item in items)
