from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plateward.reader.tests.stand_ins import plate
from plateward.reader.vote import vote
from plateward.recognition.types import Character, Plate


def test_one_reading_comes_out_as_it_went_in() -> None:
    reading = plate("ABC123", 0.8)
    verdict = vote([reading])
    assert (verdict.text, verdict.confidence, verdict.characters) == ("ABC123", 0.8, reading.characters)


def test_an_engines_choice_by_the_form_of_a_plate_stands() -> None:
    characters = (Character("O", 0.3, (("0", 0.6),)), Character("1", 0.9, ()))
    assert vote([Plate("O1", None, 0.5, (0, 0, 80, 40), characters)]).text == "O1"


@pytest.mark.clause("5.a/characters")
def test_each_character_is_voted_for() -> None:
    verdict = vote([plate("ABC128", 0.7), plate("A8C123", 0.7), plate("ABC123", 0.7)])
    assert verdict.text == "ABC123"
    assert verdict.characters[5].char == "3"
    assert dict(verdict.characters[5].alternatives)["8"] == pytest.approx(0.7 / 3, abs=0.001)


def test_a_large_and_sure_reading_outvotes_two_small_ones() -> None:
    far = plate("ABC128", 0.5, (0, 0, 20, 10))
    assert vote([far, far, plate("ABC123", 0.9, (0, 0, 160, 80))]).text == "ABC123"


def test_a_reading_of_another_length_votes_for_the_characters_it_has() -> None:
    verdict = vote([plate("ABC128", 0.5), plate("ABC123", 0.5), plate("BC123", 0.8)])
    assert verdict.text == "ABC123"
    assert verdict.characters[0].score < verdict.characters[1].score  # one frame missed the first character


def test_agreeing_frames_are_as_sure_as_the_surest_and_disagreement_lowers_it() -> None:
    agree = [*[plate(confidence=0.5)] * 10, plate(confidence=0.8)]
    assert vote(agree).confidence == 0.8
    assert vote([*agree, plate("RST789", 0.9)]).confidence == pytest.approx(0.8 * 5.8 / 6.7, abs=0.001)


def test_the_state_is_told_where_most_frames_that_tell_one_agree() -> None:
    none, new_mexico, texas = plate(), replace(plate(), state="NM"), replace(plate(), state="TX")
    assert vote([none, none, new_mexico]).state == "NM"
    assert vote([new_mexico, texas]).state is None
    assert vote([new_mexico, new_mexico, texas]).state == "NM"


@given(
    st.lists(
        st.tuples(st.text("AB1", min_size=1, max_size=6), st.floats(0, 1), st.integers(1, 200)),
        min_size=1,
        max_size=6,
    )
)
def test_whatever_is_read_the_vote_is_within_its_bounds(readings: list[tuple[str, float, int]]) -> None:
    verdict = vote([plate(text, sure, (0, 0, size, size)) for text, sure, size in readings])
    assert len(verdict.text) in {len(text) for text, _, _ in readings}
    assert 0 <= verdict.confidence <= max(sure for _, sure, _ in readings) + 1e-4
    assert all(0 <= character.score <= 1 for character in verdict.characters)
