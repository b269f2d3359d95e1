from pathlib import Path

from plateward.reader import pace
from plateward.reader.tests.stand_ins import Plates, entry, hot_list, plate, write_photograph


def test_a_whole_reader_runs_without_a_hub_and_tells_what_it_did(tmp_path: Path) -> None:
    photographs = tmp_path / "photographs"
    photographs.mkdir()
    for number in range(3):
        write_photograph(photographs / f"{number}.png")
    engine = Plates([plate("XYZ789")], [], [plate("ABC123")])
    measured = pace.measure_pace(photographs, engine, tmp_path / "reader", hot_list(entry("ABC123")))
    assert (measured.frames, measured.missed, measured.rings) == (3, 0, 1)
    assert [read.plate for read in measured.reads] == ["XYZ789", "ABC123"]
    assert measured.per_second > 0
