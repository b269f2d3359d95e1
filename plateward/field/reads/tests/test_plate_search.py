"""What a plate search looks up in a day's dictionary holds every plate that fits, and is little."""

from random import Random
from string import ascii_uppercase, digits

import pytest

from plateward.field.reads.queries import PlateMatch, PlateQuery
from plateward.field.reads.store.plate_search import Probe, probes
from plateward.field.reads.store.rows import tail_rows

AS_READ = digits + ascii_uppercase


def looked_up(probe: Probe, plate: str) -> bool:
    return any(
        (tail in probe.texts if probe.whole else tail.startswith(probe.texts))
        and (not probe.starts or start in probe.starts)
        and folded.startswith(probe.first)
        for tail, start, folded in tail_rows([plate])
    )


@pytest.mark.parametrize("size", range(1, 9))
def test_every_plate_one_character_off_is_looked_up(size: int) -> None:
    random = Random(size)
    for _ in range(20):
        text = "".join(random.choices(AS_READ, k=size))
        query = probes(PlateQuery(text, PlateMatch.NEAR))
        for at in range(size + 1):
            before, after = text[:at], text[at + 1 :]
            near = {before + after, *(before + new + rest for new in AS_READ for rest in (after, text[at:]))}
            for plate in near - {""}:
                assert any(looked_up(probe, plate) for probe in query), (text, plate)


@pytest.mark.parametrize(
    "plate", ["A1B2", "WV494", "ABC123", "123ABC", "0BC123", "ABC1234", "1234ABC", "ABCD1234"]
)
def test_a_plate_of_four_characters_and_more_takes_few_lookups(plate: str) -> None:
    query = probes(PlateQuery(plate, PlateMatch.NEAR))
    assert sum(len(probe.texts) * len(probe.starts) for probe in query) <= 8
    assert min(len(probe.texts[0]) for probe in query if not probe.first) >= min(3, len(plate) - 2)
