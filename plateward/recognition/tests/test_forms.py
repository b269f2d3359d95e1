"""How likely a serial is, by its form and its state."""

import pytest

from plateward.recognition import forms, state


def test_every_jurisdiction_has_its_forms_once_each() -> None:
    assert set(forms._forms()) == {code for _, code in state.state_words()}
    for millions, own in forms._forms().values():
        assert millions > 0
        assert len(set(own)) == len(own) > 0
        assert all(set(form) <= {"L", "N"} for form in own)


@pytest.mark.parametrize(
    ("likely", "less", "where"),
    [
        ("ABC123", "4BC123", None),  # three letters and three digits are the most common form
        ("2C23587", "ZC23587", "ID"),
        ("ABC123", "A8C123", "NM"),
        ("4BCD123", "ABCD123", "CA"),  # California has its own form
        ("BIGFUN", "B1GFUN", None),
        ("ABC123", "AIC123", None),  # most states do not issue I
    ],
)
def test_of_two_readings_the_issued_one_is_likelier(likely: str, less: str, where: str | None) -> None:
    assert forms.likelihood(likely, where) > forms.likelihood(less, where) > 0


def test_zeros_alone_are_given_to_nobody() -> None:
    assert forms.likelihood("000000") == forms.likelihood("0OO0", "VT") == 0
    assert forms.likelihood("0000001") > 0


def test_a_state_that_is_not_known_counts_as_none() -> None:
    assert forms.likelihood("ABC123", "XX") == forms.likelihood("ABC123")
