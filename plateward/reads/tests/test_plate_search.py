"""What a plate search looks up in a day's dictionary holds every plate that fits, and is little."""

from random import Random

import pytest

from plateward.matching.misread import ALPHABET
from plateward.reads.queries import PlateMatch, PlateQuery
from plateward.reads.store.plate_search import Probe, probes
from plateward.reads.store.rows import tail_rows


def looked_up(probe: Probe, plate: str) -> bool:
    return any(
        (tail in probe.texts if probe.whole else tail.startswith(probe.texts))
        and (not probe.starts or start in probe.starts)
        for tail, start, _ in tail_rows([plate])
    )


@pytest.mark.parametrize("size", range(1, 9))
def test_every_plate_one_character_off_is_looked_up(size: int) -> None:
    random = Random(size)
    for _ in range(20):
        text = "".join(random.choices(ALPHABET, k=size))
        query = probes(PlateQuery(text, PlateMatch.NEAR))
        for at in range(size + 1):
            before, after = text[:at], text[at + 1 :]
            near = {before + after, *(before + new + rest for new in ALPHABET for rest in (after, text[at:]))}
            for plate in near - {""}:
                assert any(looked_up(probe, plate) for probe in query), (text, plate)


def test_a_plate_of_four_characters_and_more_takes_few_lookups() -> None:
    for size in range(4, 9):
        query = probes(PlateQuery("1A2B3C4D"[:size], PlateMatch.NEAR))
        assert sum(len(probe.texts) * max(1, len(probe.starts)) for probe in query) <= 36
