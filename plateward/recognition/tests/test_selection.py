from plateward.recognition.detector import TextBox
from plateward.recognition.selection import BoxReading, select_plates
from plateward.recognition.tests.stand_ins import box, line


def texts(*readings: tuple[TextBox, str]) -> list[str]:
    return [
        plate.verdict.text
        for plate in select_plates([BoxReading(where, (line(text),)) for where, text in readings])
    ]


def test_digits_beside_a_timestamp_are_a_part_of_it() -> None:
    assert texts((box(60, 20), "2031-04-17"), (box(180, 20), "064642"), (box(60, 40), "38146")) == []


def test_the_same_digits_elsewhere_are_a_plate() -> None:
    assert texts((box(60, 20), "2031-04-17"), (box(500, 400), "064642")) == ["064642"]


def test_of_boxes_over_each_other_the_best_supported_stays() -> None:
    assert texts((box(300, 300, 120), "HVT4821"), (box(305, 300, 140), "IHVT4821")) == ["HVT4821"]


def test_two_plates_in_one_image_are_two() -> None:
    assert sorted(texts((box(300, 300), "HVT4821"), (box(700, 300), "7QXZ203"))) == ["7QXZ203", "HVT4821"]


def test_letters_alone_are_believed_only_where_nothing_better_is() -> None:
    vanity = (box(300, 300), "QWKDVR")
    assert texts(vanity) == ["QWKDVR"]
    assert texts(vanity, (box(700, 300), "HVT4821")) == ["HVT4821"]


def test_a_box_taller_than_wide_holds_no_plate() -> None:
    assert texts((box(300, 300, 30, 100), "HVT4821")) == []
