import pytest
from hypothesis import given
from hypothesis import strategies as st

from plateward.ground.matching.normalize import fold, normalize, zeroed


@pytest.mark.parametrize(
    ("text", "plate"),
    [("tst 123", "TST123"), ("TST-1.23", "TST123"), (" a\tb\n1 ", "AB1"), ("Ñß·１", ""), ("", "")],
)
def test_it_keeps_letters_and_digits_in_capitals(text: str, plate: str) -> None:
    assert normalize(text) == plate


def test_it_folds_what_readers_mistake() -> None:
    assert fold("OIZSGB") == fold("012568") == "012568"
    assert zeroed("OIZSGB") == "0IZSGB"


@given(st.text())
def test_doing_it_twice_changes_nothing(text: str) -> None:
    for act in (normalize, zeroed, fold):
        once = act(text)
        assert act(once) == once
        assert set(once) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
