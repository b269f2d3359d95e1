import sys
from importlib.metadata import EntryPoint
from pathlib import Path
from types import ModuleType, SimpleNamespace

import msgspec
import numpy as np
import pytest

from plateward.ground.errors import PlatewardError
from plateward.ground.wire.codec import Name
from plateward.recognition import engines
from plateward.recognition.types import Thresholds


def offered(monkeypatch: pytest.MonkeyPatch, **targets: str) -> None:
    """Install only these engines: name → `module:attribute`; a name's trailing underscores are dropped."""
    points = [EntryPoint(name.rstrip("_"), target, engines.GROUP) for name, target in targets.items()]

    class Offers(list[EntryPoint]):
        names = {point.name for point in points}

    monkeypatch.setattr(
        engines,
        "entry_points",
        lambda group, name=None: Offers(point for point in points if name in (None, point.name)),
    )


def counting(threads: int) -> SimpleNamespace:
    return SimpleNamespace(version=f"for {threads} threads")


def wordy(_: int) -> SimpleNamespace:
    return SimpleNamespace(version="v" * 65)


def refusal_of(name: str) -> str:
    with pytest.raises(PlatewardError) as refused:
        engines.load_engine(name)
    return str(refused.value)


def test_the_default_engine_is_installed() -> None:
    assert engines.DEFAULT in engines.engine_names()


def test_a_wrong_name_is_answered_with_the_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    offered(monkeypatch, text="a:b", spare="c:d")
    assert refusal_of("tekst") == "There is no engine 'tekst'. Installed are: spare, text."


def test_an_engine_is_made_for_so_many_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    offered(monkeypatch, counting=f"{__name__}:counting")
    assert engines.load_engine("counting", 3).version == "for 3 threads"


def test_an_engine_whose_version_finds_no_room_in_a_read_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    offered(monkeypatch, wordy=f"{__name__}:wordy")
    assert "names its version in 65 characters, and a read has room for 64" in refusal_of("wordy")


def test_a_read_has_room_for_the_version_of_ours() -> None:
    assert msgspec.convert(engines.load_engine().version, Name)


def test_an_engine_that_lacks_a_package_says_which(monkeypatch: pytest.MonkeyPatch) -> None:
    offered(monkeypatch, spare="no_such_package.engine:make")
    assert "'spare' needs the package 'no_such_package'" in refusal_of("spare")


def test_two_packages_with_one_name_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    offered(monkeypatch, text="builtins:range", text_="builtins:list")
    assert "More than one package offers an engine 'text'" in refusal_of("text")


@pytest.fixture
def package(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """A stand-in for the package fast-alpr: the outputs of its two networks, and the files they were made from."""
    answers = SimpleNamespace(boxes=[], text="", scores=[], detector=None, ocr=None)

    class Detector:
        def __init__(self, model: Path, **known: object) -> None:
            answers.detector = (model, known["sess_options"].intra_op_num_threads)  # type: ignore[attr-defined]

        def predict(self, image: np.ndarray) -> list[SimpleNamespace]:
            corners = ("x1", "y1", "x2", "y2")
            return [
                SimpleNamespace(bounding_box=SimpleNamespace(**dict(zip(corners, box, strict=True))))
                for box in answers.boxes
            ]

    class Ocr:
        def __init__(self, hub_ocr_model: str | None, *, model_path: Path, config_path: Path, **_: object):
            if not model_path.read_bytes():
                raise ValueError("not a protobuf\nat offset 0")
            answers.ocr = (hub_ocr_model, model_path, config_path)

        def predict(self, crop: np.ndarray) -> SimpleNamespace:
            assert crop.size
            return SimpleNamespace(text=answers.text, confidence=answers.scores)

    made: dict[str, dict[str, object]] = {
        "fast_alpr": {},
        "fast_alpr.default_ocr": {"DefaultOCR": Ocr},
        "open_image_models": {"create_detector": Detector},
    }
    for name, known in made.items():
        module = ModuleType(name)
        vars(module).update(known)
        monkeypatch.setitem(sys.modules, name, module)
    monkeypatch.delitem(sys.modules, "plateward.recognition.fast_alpr", raising=False)
    from plateward.recognition import fast_alpr

    monkeypatch.setattr(fast_alpr, "version", lambda _: "0.4.0")
    return answers


@pytest.fixture
def weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("detector.onnx", "ocr.onnx", "ocr.yaml"):
        (tmp_path / name).write_bytes(b"weights")
    monkeypatch.setenv("PLATEWARD_FAST_ALPR", str(tmp_path))
    return tmp_path


@pytest.mark.clause("5.a/characters")
def test_fast_alpr_reads_with_the_sites_own_weights(package: SimpleNamespace, weights: Path) -> None:
    engine = engines.load_engine("fast-alpr", 2)
    package.boxes = [(90, -5, 300, 40), (500, 10, 500, 20)]  # one over the edge, one empty
    package.text, package.scores = "hv-4", [0.9, 0.8, 0.7, 1.0, 0.99, 0.98]
    (plate,) = engine.read(np.zeros((100, 200, 3), np.uint8))
    assert (plate.text, plate.state, plate.box) == ("HV4", None, (90, 0, 110, 40))
    assert [character.score for character in plate.characters] == [0.9, 0.8, 1.0]
    assert plate.confidence == 0.72
    assert engine.thresholds == Thresholds(0.0, 0.0)
    assert engine.version.startswith("fast-alpr@0.4.0+detector-")
    assert package.detector == (weights / "detector.onnx", 2)
    assert package.ocr == (None, weights / "ocr.onnx", weights / "ocr.yaml")


@pytest.mark.usefixtures("package")
def test_fast_alpr_without_weights_is_refused_and_fetches_none(
    weights: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (weights / "ocr.onnx").write_bytes(b"")
    assert refusal_of("fast-alpr").endswith("cannot be used: not a protobuf")
    (weights / "ocr.onnx").unlink()
    assert refusal_of("fast-alpr").endswith("lacks ocr.onnx.")
    monkeypatch.delenv("PLATEWARD_FAST_ALPR")
    assert "downloads none" in refusal_of("fast-alpr")
