"""The benchmark of matching, on a list of a few hundred entries."""

import pytest

from plateward.bench import matching
from plateward.bench.figures import Figure


@pytest.fixture(scope="module")
def figures() -> dict[str, Figure]:
    with pytest.MonkeyPatch.context() as small:
        for name, value in {"ENTRIES": 300, "PARTIAL": 20, "READS": 200, "ROUNDS": 1}.items():
            small.setattr(matching, name, value)
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
