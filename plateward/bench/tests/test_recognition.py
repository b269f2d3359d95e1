"""`plateward bench recognition`, with engines and photographs made here."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from typer.testing import CliRunner, Result

from plateward.bench import cli, photographs, recognition
from plateward.ground.errors import PlatewardError
from plateward.recognition import engines
from plateward.recognition.types import Plate, Thresholds

LEVELS = {60: "HVT4821", 120: "0RD553", 180: "KLM902"}  # gray level of a picture → its label


class Reads:
    """An engine that recognizes the pictures by their gray level, and reads them with its own errors."""

    thresholds = Thresholds(0.3, 0.8)

    def __init__(self, version: str, errors: dict[str, list[Plate]]) -> None:
        self.version = version
        self.levels: list[int] = []
        self._errors = errors

    def read(self, image: NDArray[np.uint8]) -> list[Plate]:
        self.levels.append(int(image[0, 0, 0]))
        image[:] = 0  # an engine's changes to its picture must not reach the next engine
        label = LEVELS[self.levels[-1]]
        return self._errors.get(label, [plate(label)])


def plate(text: str, confidence: float = 0.9, state: str | None = "NM") -> Plate:
    return Plate(text, state, confidence, (10, 10, 40, 20), ())


@pytest.fixture
def tables(tmp_path: Path) -> list[Path]:
    """Scenes of a megapixel and crops, each with the same three plates."""
    csv_files = []
    for name, columns, size in (
        ("scenes", "file,x,y,w,h,plate", (800, 1250)),
        ("crops", "file,state,plate", (60, 100)),
    ):
        (tmp_path / name).mkdir()
        rows = [columns]
        for level, label in LEVELS.items():
            cv2.imwrite(str(tmp_path / name / f"{level}.png"), np.full((*size, 3), level, np.uint8))
            rows.append(f"{level}.png,10,10,40,21,{label}" if name == "scenes" else f"{level}.png,NM,{label}")
        csv_files.append(tmp_path / f"{name}.csv")
        csv_files[-1].write_text("\n".join(rows))
    return csv_files


@pytest.fixture
def pair(monkeypatch: pytest.MonkeyPatch) -> dict[str, Reads]:
    """`plates`, the default here, and `text`; a third engine is installed but unavailable."""
    wrong = {
        "0RD553": [plate("ORD553", 0.85, None)],
        "KLM902": [plate("KLM9O2", 0.95, "TX"), plate("EXIT23", 0.4), plate("NOISE1", 0.2)],
    }
    pair = {"plates": Reads("plates-1", wrong), "text": Reads("text-1", {"HVT4821": []})}

    def named(name: str, threads: int) -> Reads:
        if name not in pair:
            raise PlatewardError(f"The engine '{name}' has no weights.")
        return pair[name]

    monkeypatch.setattr(engines, "DEFAULT", "plates")
    monkeypatch.setattr(engines, "engine_names", lambda: ["plates", "spare", "text"])
    monkeypatch.setattr(engines, "load_engine", named)
    return pair


def bench(*words: object) -> Result:
    return CliRunner().invoke(cli.app, [str(word) for word in words])


def images(tables: Sequence[Path]) -> list[object]:
    return [word for table in tables for word in ("--images", table)]


def test_engines_are_compared_in_one_run_and_only_the_default_has_targets(
    tables: list[Path], pair: dict[str, Reads]
) -> None:
    result = bench("recognition", *images(tables), "--json")
    assert result.exit_code == 0, result.output
    figures = {figure["name"]: figure for figure in json.loads(result.stdout)["figures"]}

    def result_of(name: str) -> Any:
        return tuple(figures[name][key] for key in ("value", "target", "holds"))

    assert result_of("plates, scenes: located") == (1.0, 0.99, True)
    assert result_of("plates, scenes: exact, O and 0 as one") == (1.0, 0.94, True)
    assert result_of("plates, scenes: exact") == (pytest.approx(1 / 3), None, None)
    assert result_of("plates, scenes: false plates") == (pytest.approx(1 / 3), 0.2, False)
    assert result_of("plates, crops: state told") == (pytest.approx(2 / 3), 0.5, True)
    assert result_of("plates, crops: state right where told") == (0.5, 0.97, False)
    assert result_of("plates, read with confidence for an alarm") == (1.0, 0.85, True)
    assert result_of("plates, wrong of those") == (0.0, 0.01, True)
    assert result_of("plates, confidence off from the share that is right")[0] == pytest.approx(0.1)
    assert result_of("text, scenes: exact, O and 0 as one") == (pytest.approx(2 / 3), None, None)
    assert result_of("text, scenes: character errors")[0] == pytest.approx(7 / 19)
    assert figures["plates, scenes of one megapixel: p50, one core"]["target"] == 75


def test_engines_take_turns_and_see_each_picture_whole(tables: list[Path], pair: dict[str, Reads]) -> None:
    recognition.run(lambda _: None, images=tables)
    warm_up, *levels = pair["plates"].levels
    assert warm_up == 60
    assert levels == pair["text"].levels[1:] == [*LEVELS, *LEVELS]


def test_a_person_gets_tables_and_intervals(tables: list[Path], pair: dict[str, Reads]) -> None:
    result = bench("recognition", *images(tables))
    assert result.exit_code == 0, result.output
    assert "The engine 'spare' has no weights." in result.stderr
    assert "Confidence from" in result.stderr
    assert "0.208 to 0.939" in result.stdout  # two of three


def test_one_engine_can_be_chosen_and_must_then_be_there(tables: list[Path], pair: dict[str, Reads]) -> None:
    result = bench("recognition", *images(tables), "--engine", "text", "--json")
    assert {figure["name"].split(",")[0] for figure in json.loads(result.stdout)["figures"]} == {"text"}
    assert isinstance(bench("recognition", *images(tables), "--engine", "spare").exception, PlatewardError)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (None, "there is no"),
        ("file,plate\n", "labels no photograph"),
        ("name,plate\na.png,HVT4821\n", "no table of labeled photographs"),
        ("file,x,y,w,h,plate\na.png,1,2,0,4,HVT4821\n", "has no area"),
        ("file,x,y,w,h,plate\na.png,1,2,three,4,HVT4821\n", "no table of labeled photographs"),
        ("file,plate\na.png,HVT4821\n", "1 images that are not there"),
    ],
)
def test_it_says_what_is_wrong_with_a_table(tmp_path: Path, text: str | None, reason: str) -> None:
    table = tmp_path / "mine.csv"
    if text is not None:
        table.write_text(text)
    with pytest.raises(PlatewardError, match=reason):
        photographs.album(table)


def test_it_says_when_the_reference_material_is_absent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLATEWARD_SHARED", str(tmp_path))
    with pytest.raises(PlatewardError, match="not on this machine"):
        recognition.run(lambda _: None)
