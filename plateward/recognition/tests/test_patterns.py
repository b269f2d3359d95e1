import pytest

from plateward.recognition import patterns


@pytest.mark.parametrize(
    "line",
    [
        "2031-04-17 06:46:42",
        "2031-04-1706:46:42",
        "04/17/2031",
        "06:46:42",
        " 6:46",
        "20310417",
        "2031-04",
        "2031=04=17",
    ],
)
def test_it_rejects_a_burned_in_timestamp(line: str) -> None:
    assert patterns.is_overlay(line)


@pytest.mark.parametrize("line", ["HVT 4821", "HVT-4821", "K20 3104", "7QXZ203", "204613", "NY 2031"])
def test_it_takes_no_plate_for_a_timestamp(line: str) -> None:
    assert not patterns.is_overlay(line)


@pytest.mark.parametrize(
    "line", ["505-555-0142", "555-0142", "(505) 555-0142", "www.example.com", "55 MPH", "SPEED LIMIT 55"]
)
def test_it_rejects_telephone_numbers_addresses_and_speed_signs(line: str) -> None:
    assert patterns.is_sign(line)


@pytest.mark.parametrize("line", ["HVT-4821", "482 HVT", "H48-2VT", "7QXZ203"])
def test_it_takes_no_plate_for_a_sign(line: str) -> None:
    assert not patterns.is_sign(line)


@pytest.mark.parametrize("line", ["TOYOTA", "Camry LE", "Resident", "NEVADA"])
def test_it_knows_the_words_on_vehicles(line: str) -> None:
    assert patterns.is_word(line)


def test_a_vanity_plate_is_no_common_word() -> None:
    assert not patterns.is_word("QWK DVR")


def test_an_issued_format_deserves_more_belief_than_a_free_one() -> None:
    issued, free, digits, letters = map(patterns.serial_weight, ("HVT4821", "H4V8T21", "482133", "QWKDVR"))
    assert issued > free > digits > letters > 0


@pytest.mark.parametrize("text", ["", "55", "I40", "20310417", "HVT482133", "TOYOTA"])
def test_what_cannot_be_a_plate_deserves_none(text: str) -> None:
    assert patterns.serial_weight(text) == 0


def test_every_format_is_of_a_length_that_is_read() -> None:
    assert all(patterns.SHORTEST <= len(form) <= patterns.LONGEST for form in patterns.FORMATS)
    assert all(set(form) <= {"L", "N"} for form in patterns.FORMATS)
