"""The table of misreads, as it is made."""

from plateward.recognition.types import Character, Plate
from plateward_training.misreads import tabulate


def seen(text: str, state: str | None = None, confidence: float = 0.97) -> Plate:
    """Every B is doubted."""
    characters = tuple(Character(char, 0.904, (("8", 0.061),) if char == "B" else ()) for char in text)
    return Plate(text, state, confidence, (0, 0, 1, 1), characters)


def test_a_table_tells_what_each_character_was_read_as_and_what_was_lost_or_added() -> None:
    plates = [seen("AB1", "NM"), seen("A81", "TX"), seen("AB01"), seen("B1"), seen("AB1X")]
    trues = ["AB1", "AB1", "ABO1", "AB1", "AB1"]
    reads = [(true, "NM", plate) for true, plate in zip(trues, plates, strict=True)]
    bands = tabulate(reads, "test", 9, 0.944).bands
    [band] = [one for one in bands if one.reads]
    assert band.begins == 0.944
    assert {char: [one[:2] for one in rows] for char, rows in band.characters.items()} == {
        "": [(1, "X")],
        "0": [(1, "0")],
        "1": [(5, "1")],
        "A": [(4, "A"), (1, "")],
        "B": [(4, "B"), (1, "8")],
    }
    assert band.characters["B"][0] == (4, "B", 0.9, (("8", 0.06),))
    assert band.states == {"right": 1, "unknown": 3, "wrong": 1}
