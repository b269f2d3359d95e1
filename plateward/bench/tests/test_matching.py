"""The benchmark of matching, on a list of a few hundred entries."""

import pytest

from plateward.bench import loaded, matching, quality
from plateward.bench.figures import Figure
from plateward.matching.kinds import MatchKind


@pytest.fixture(scope="module")
def figures() -> dict[str, Figure]:
    with pytest.MonkeyPatch.context() as small:
        for name, value in {"ENTRIES": 300, "PRIORITY": 50, "PARTIAL": 20, "READS": 200, "ROUNDS": 1}.items():
            small.setattr(matching, name, value)
        small.setattr(quality, "OF_LISTED", 2000)
        small.setattr(quality, "OF_OTHERS", 200)
        return {figure.name: figure for figure in matching.run(lambda _: None)}


def test_every_figure_that_the_issue_names_has_its_target(figures: dict[str, Figure]) -> None:
    targets = {name: figure.target for name, figure in figures.items() if figure.target is not None}
    assert targets == {
        "entries": 300,
        "from signed bytes to ready": 10,
        "memory, peak while loading counted": 400,
        "exact and folded, by bare look-ups": 0.5,
        "default match, by bare look-ups": 0.05,
    }
    assert figures["entries"].value == 300


def test_misreads_are_found_and_hits_are_right_on_a_short_list(figures: dict[str, Figure]) -> None:
    for name in ("million entries", "thousand entries, near on"):
        share = figures[f"{name}: misreads found, all kinds"].value
        kinds = [
            figure.value for kind in MatchKind if (figure := figures.get(f"{name}: misreads found, {kind}"))
        ]
        assert share == pytest.approx(sum(kinds))
        assert 0.3 < share < 0.95
        assert figures[f"{name}: exact hits, of the listed plate and state"].value > 0.9
    assert "million entries: misreads found, near" not in figures
    assert figures["thousand entries, near on: misreads found, near"].value > 0.1


def test_memory_is_told_of_this_process() -> None:
    assert 0 < loaded.memory("VmRSS") <= loaded.memory("VmHWM") < 100_000
    assert loaded.memory("NoSuch") == 0
