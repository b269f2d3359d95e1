import json
import os
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from typer.testing import CliRunner, Result

from plateward.reader.recognize import app
from plateward.recognition import engines
from plateward.recognition.plates import PlateEngine
from plateward.recognition.tests.stand_ins import drawn_car
from plateward.recognition.types import Engine, Plate


class RememberingEngine(PlateEngine):
    """Reads an image once: most frames of the videos are the same."""

    def __init__(self) -> None:
        super().__init__()
        self._known: dict[bytes, list[Plate]] = {}

    def read(self, image: NDArray[np.uint8]) -> list[Plate]:
        pixels = image.tobytes()
        if pixels not in self._known:
            self._known[pixels] = super().read(image)
        return self._known[pixels]


@pytest.fixture(scope="session")
def engine() -> Engine:
    return RememberingEngine()


@pytest.fixture(scope="session")
def car() -> NDArray[np.uint8]:
    return drawn_car()


@pytest.fixture
def photo(tmp_path: Path, car: NDArray[np.uint8]) -> Path:
    path = tmp_path / "photos" / "car.png"
    path.parent.mkdir()
    cv2.imwrite(str(path), car)
    return path


@pytest.fixture(autouse=True)
def _one_engine(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "load_engine", lambda name, threads: engine)


def recognize(*words: object) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


@pytest.mark.clause("5.a/characters")
def test_the_command_prints_a_json_line_for_each_plate(photo: Path) -> None:
    done = subprocess.run(
        [Path(sys.executable).with_name("plateward"), "recognize", photo, "--json"],
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": ""},
    )
    assert (done.returncode, done.stderr) == (0, "")
    (line,) = done.stdout.splitlines()
    plate = json.loads(line)
    assert list(plate) == ["file", "frame", "plate", "state", "confidence", "box", "characters"]
    assert (plate["file"], plate["frame"], plate["plate"], plate["state"]) == (str(photo), 0, "HVT4821", None)
    assert 0 <= plate["confidence"] <= 1
    assert [type(value) for value in plate["box"]] == [int] * 4
    assert [character["char"] for character in plate["characters"]] == list("HVT4821")
    for character in plate["characters"]:
        assert list(character) == ["char", "score", "alternatives"]
        assert all(isinstance(other, str) and 0 <= score <= 1 for other, score in character["alternatives"])


def test_without_json_it_prints_a_readable_line(photo: Path) -> None:
    done = recognize(photo)
    assert done.exit_code == 0
    assert "HVT4821   state unknown" in done.stdout


def test_bad_files_in_a_folder_are_named_and_the_others_are_read(photo: Path) -> None:
    folder = photo.parent
    (folder / "a-note.txt").write_text("a note")
    (folder / "b-empty.jpg").touch()
    (folder / "c-cut.png").write_bytes(photo.read_bytes()[:2000])
    (folder / "z-empty.mp4").touch()
    (folder / ".hidden").touch()
    done = recognize(folder, "--json")
    assert done.exit_code == 1
    assert [json.loads(line)["plate"] for line in done.stdout.splitlines()] == ["HVT4821"]
    errors = done.stderr.splitlines()
    assert [line.split("/")[-1].split()[0] for line in errors] == [
        "a-note.txt",
        "b-empty.jpg",
        "c-cut.png",
        "z-empty.mp4",
    ]
    assert all(line.startswith("plateward: ") for line in errors)


def test_a_file_whose_name_is_no_text_is_read_too(photo: Path) -> None:
    photo.rename(os.fsdecode(os.fsencode(photo.parent) + b"/gate\xff.png"))
    lines = [recognize(photo.parent, *how).stdout_bytes.decode("utf-8") for how in ([], ["--json"])]
    assert "gate\\udcff.png  frame 0  HVT4821" in lines[0]
    assert os.fsencode(json.loads(lines[1])["file"]).endswith(b"/gate\xff.png")


def test_it_reads_frames_of_a_video(tmp_path: Path, car: NDArray[np.uint8]) -> None:
    path = tmp_path / "gate.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 10, (720, 480))
    for _ in range(10):
        writer.write(car)
    writer.release()
    done = recognize(path, "--every", "0.5", "--json")
    assert done.exit_code == 0
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(line["frame"], line["plate"]) for line in lines] == [(0, "HVT4821"), (5, "HVT4821")]


def test_an_engine_can_be_chosen_and_a_wrong_one_is_told(photo: Path) -> None:
    done = subprocess.run(
        [Path(sys.executable).with_name("plateward"), "recognize", photo, "--engine", "tekst"],
        check=False,
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert "no engine 'tekst'. Installed are: " in done.stderr


@pytest.mark.parametrize("words", [[], ["/no/such/file.jpg"], ["--every", "0", "."], ["--every", "nan", "."]])
def test_wrong_usage_exits_2(words: list[str]) -> None:
    assert recognize(*words).exit_code == 2


def test_the_help_has_an_example() -> None:
    done = recognize("--help")
    assert done.exit_code == 0
    assert "Example: plateward recognize" in done.stdout


@pytest.fixture
def two_cars(tmp_path: Path, car: NDArray[np.uint8]) -> Path:
    """Four frames of a vehicle, seven seconds of an empty road, and three frames of the same vehicle again."""
    path = tmp_path / "gate.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 4, (720, 480))
    empty = np.full_like(car, 90)
    for image in [car] * 4 + [empty] * 28 + [car] * 3:
        writer.write(image)
    writer.release()
    return path


@pytest.mark.clause("5.a/characters")
def test_with_vehicles_it_prints_a_line_for_each_vehicle(two_cars: Path) -> None:
    done = recognize(two_cars, "--vehicles", "--json")
    assert (done.exit_code, done.stderr) == (0, "")
    first, second = (json.loads(line) for line in done.stdout.splitlines())
    assert list(first) == [
        *("file", "first_frame", "last_frame", "frames", "best_frame"),
        *("plate", "state", "confidence", "box", "characters"),
    ]
    assert (first["plate"], first["first_frame"], first["last_frame"], first["frames"]) == (
        "HVT4821",
        0,
        3,
        4,
    )
    assert (second["plate"], second["first_frame"], second["last_frame"]) == ("HVT4821", 32, 34)
    assert second["first_frame"] <= second["best_frame"] <= second["last_frame"]

    plain = recognize(two_cars, "--vehicles")
    assert "HVT4821   state unknown" in plain.stdout
    assert "frames 0 to 3 (4 read), best " in plain.stdout
    assert plain.stderr == "1 file, 35 frames: 2 vehicles, 1 different.\n"


def test_a_photograph_shows_its_vehicle_once(photo: Path) -> None:
    (line,) = recognize(photo, "--vehicles", "--json").stdout.splitlines()
    vehicle = json.loads(line)
    assert (vehicle["plate"], vehicle["frames"], vehicle["best_frame"]) == ("HVT4821", 1, 0)


def test_the_last_line_says_how_much_was_read(photo: Path) -> None:
    assert recognize(photo).stderr == "1 file, 1 frame: 1 plate, 1 different.\n"
    (photo.parent / "b-empty.jpg").touch()
    done = recognize(photo.parent)
    assert done.exit_code == 1
    assert done.stderr.splitlines()[-1] == "2 files, 1 frame: 1 plate, 1 different. 1 file could not be read."
