import pytest
from hypothesis import given
from hypothesis import strategies as st

from plateward.ground.matching.align import AlignedPair, align
from plateward.ground.matching.normalize import fold, normalize


def _aligned(read: str, listed: str) -> tuple[str, str, str]:
    pairs = align(read, listed)
    return (
        "".join(pair.read or "·" for pair in pairs),
        "".join(pair.listed or "·" for pair in pairs),
        "".join(pair.same[0] for pair in pairs),
    )


@pytest.mark.parametrize(
    ("read", "listed", "aligned"),
    [
        ("TST123", "TST 123", ("TST123", "TST123", "ssssss")),
        ("T5T1Z3", "TST123", ("T5T1Z3", "TST123", "sfssfs")),
        ("TST124", "TST123", ("TST124", "TST123", "sssssd")),
        ("ST123", "TST123", ("·ST123", "TST123", "dsssss")),
        ("TST1123", "TST123", ("TST1123", "TST1·23", "ssssdss")),
        ("", "AB", ("··", "AB", "dd")),
        ("AB", "", ("AB", "··", "dd")),
        ("", "", ("", "", "")),
        ("TST123", "T?T1*", ("TST123", "T?T1**", "sossoo")),
        ("TST123", "*123", ("TST123", "***123", "ooosss")),
        ("T5T123", "*TST123*", ("T5T123", "TST123", "sfssss")),
        ("TST12", "TST12?", ("TST12·", "TST12?", "sssssd")),
    ],
)
def test_both_strings_stand_aligned(read: str, listed: str, aligned: tuple[str, str, str]) -> None:
    assert _aligned(read, listed) == aligned


plates = st.text("O0I1ABX", max_size=8)


@given(plates, plates)
def test_nothing_is_lost_and_nothing_is_called_the_same_that_is_not(read: str, listed: str) -> None:
    pairs = align(read, listed)
    assert "".join(pair.read for pair in pairs) == normalize(read)
    assert "".join(pair.listed for pair in pairs) == normalize(listed)
    for pair in pairs:
        assert (pair.same == "same") == (pair.read == pair.listed)
        assert (pair.same != "different") == (fold(pair.read) == fold(pair.listed))


@given(plates)
def test_a_plate_aligns_with_itself(plate: str) -> None:
    assert align(plate, plate) == [AlignedPair(character, character, "same") for character in plate]
