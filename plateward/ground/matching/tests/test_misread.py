from itertools import product
from math import prod

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plateward.ground.matching.misread import (
    ALPHABET,
    LEAST_RATIO,
    MOST_CHOICES,
    one_character_off,
    second_choices,
)
from plateward.ground.matching.normalize import fold
from plateward.ground.matching.tests.made import characters
from plateward.ground.wire.read import ReadCharacter


@pytest.mark.parametrize(
    ("doubts", "choices"),
    [
        ([], []),
        (["3 7 0.3"], ["T5T723"]),
        (["3 7 0.08"], []),  # too unlikely
        (["1 5 0.5"], []),  # the same, folded
        (["3 7 0.3", "3 4 0.6"], ["T5T423", "T5T723"]),  # the likelier one first
        (["0 Y 0.6", "3 7 0.45"], ["Y5T123", "T5T723", "Y5T723"]),
        (["0 Y 0.2", "3 7 0.2"], ["T5T723", "Y5T123"]),  # both together are too unlikely
        (["0 Y 0.95"], ["Y5T123"]),  # likelier than the engine's choice by the form of a plate
        (["0 é 0.9"], []),
    ],
)
def test_the_plates_that_the_reader_doubted(doubts: list[str], choices: list[str]) -> None:
    assert sorted(second_choices(characters("TST123", *doubts))) == sorted(choices)
    assert len({*second_choices(characters("TST123", *doubts))}) == len(choices)


def test_the_likeliest_come_first() -> None:
    assert second_choices(characters("TST123", "3 7 0.3", "0 Y 0.6")) == ["Y5T123", "T5T723", "Y5T723"]


char = st.sampled_from("O0I1S5AX")
scores = st.floats(0.01, 1)
alternatives = st.lists(st.tuples(char, scores), max_size=3, unique_by=lambda pair: fold(pair[0])).map(tuple)


@given(st.lists(st.builds(ReadCharacter, char, scores, alternatives), max_size=4))
def test_they_are_the_likeliest_of_all_that_could_be_made(read: list[ReadCharacter]) -> None:
    ways = [{fold(character.char): 1.0} for character in read]
    for way, character in zip(ways, read, strict=True):
        for other, score in character.alternatives:
            way.setdefault(fold(other), min(1.0, score / character.score))
    own = fold("".join(character.char for character in read))
    likely = {"".join(chars): prod(map(dict.get, ways, chars)) for chars in product(*ways)}  # type: ignore[arg-type]
    able = {
        text: ratio for text, ratio in likely.items() if text != own and ratio >= LEAST_RATIO * (1 - 1e-9)
    }
    chosen = second_choices(read)
    assert len(chosen) == len(set(chosen)) <= MOST_CHOICES
    assert set(chosen) <= able.keys()
    if len(able) > MOST_CHOICES:
        assert len(chosen) == MOST_CHOICES
    left = [ratio for text, ratio in able.items() if text not in chosen and ratio > LEAST_RATIO * (1 + 1e-9)]
    if chosen and left:
        assert max(left) <= min(able[text] for text in chosen) * (1 + 1e-9)


def test_second_choices_alone_make_no_plate() -> None:
    assert second_choices(()) == []


@given(st.text("".join(ALPHABET), min_size=1, max_size=4))
def test_one_off_is_another_character_or_one_more(key: str) -> None:
    other = {key[:at] + char + key[at + 1 :] for at in range(len(key)) for char in ALPHABET} - {key}
    more = {key[:at] + char + key[at:] for at in range(len(key) + 1) for char in ALPHABET}
    assert set(one_character_off(key)) == other | more
