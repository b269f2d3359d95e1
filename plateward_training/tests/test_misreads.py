"""Making the table of misreads."""

from plateward.recognition.types import Character, Plate
from plateward_training.misreads import tabulate


def read_of(text: str, state: str | None = None, confidence: float = 0.97) -> Plate:
    """A read in which every B is doubted."""
    characters = tuple(Character(char, 0.904, (("8", 0.061),) if char == "B" else ()) for char in text)
    return Plate(text, state, confidence, (0, 0, 1, 1), characters)


def test_a_table_tells_what_each_character_was_read_as_and_what_was_lost_or_added() -> None:
    plates = [read_of("AB1", "NM"), read_of("A81", "TX"), read_of("AB01"), read_of("B1"), read_of("AB1X")]
    trues = ["AB1", "AB1", "ABO1", "AB1", "AB1"]
    reads = [(true, "NM", plate) for true, plate in zip(trues, plates, strict=True)]
    bands = tabulate(reads, "test", 9, 0.944).bands
    [band] = [band for band in bands if band.reads]
    assert band.begins == 0.944
    assert {char: [row[:2] for row in rows] for char, rows in band.characters.items()} == {
        "": [(1, "X")],
        "0": [(1, "0")],
        "1": [(5, "1")],
        "A": [(4, "A"), (1, "")],
        "B": [(4, "B"), (1, "8")],
    }
    assert band.characters["B"][0] == (4, "B", 0.9, (("8", 0.06),))
    assert band.states == {"right": 1, "unknown": 3, "wrong": 1}
