"""The engine `fast-alpr`: the MIT-licensed package of that name, with weights that the site supplies.

By default the package downloads weights from the internet. Here it gets files only, and without them the engine does
not start: a reader calls no outside host."""

from __future__ import annotations

import math
import os
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

import numpy as np
from fast_alpr.default_ocr import DefaultOCR
from numpy.typing import NDArray
from open_image_models import create_detector

from plateward.ground.matching.normalize import normalize
from plateward.ground.policy.trace import enforces
from plateward.recognition.engines import EngineError
from plateward.recognition.models import session_options
from plateward.recognition.types import Character, Plate, Thresholds

FOLDER = "PLATEWARD_FAST_ALPR"  # the environment variable that names the folder of these three files
DETECTOR, OCR, CONFIG = "detector.onnx", "ocr.onnx", "ocr.yaml"
THRESHOLD = 0.4  # of the detector's score: the package's own
NARROWEST = 100  # the package scales a picture this many times longer than wide to nothing


@enforces("5.a/characters")
class FastAlprEngine:
    """A YOLOv9 detector and a fast-plate-ocr recognizer. No state: these models know countries only.

    Raises EngineError if the weights are missing or unusable."""

    thresholds = Thresholds(0.0, 0.0)  # its confidence is the models' own, not calibrated

    def __init__(self, threads: int = 1) -> None:
        detector, ocr, config = files = _files()
        options = session_options(threads)
        cpu = ["CPUExecutionProvider"]
        try:
            self._detector = create_detector(
                detector,
                backend="yolo_v9",
                class_labels=["plate"],
                conf_thresh=THRESHOLD,
                providers=cpu,
                sess_options=options,
            )
            self._ocr = DefaultOCR(
                None, providers=cpu, sess_options=options, model_path=ocr, config_path=config
            )
        except Exception as broken:  # three libraries, each with errors of its own
            reason = str(broken).splitlines()[0] if str(broken) else type(broken).__name__
            raise EngineError(f"The weights in {detector.parent} cannot be used: {reason}") from broken
        digests = "+".join(f"{file.stem}-{sha256(file.read_bytes()).hexdigest()[:12]}" for file in files[:2])
        self.version = f"fast-alpr@{version('fast-alpr')}+{digests}"

    def read(self, image: NDArray[np.uint8]) -> list[Plate]:
        """The plates in a BGR image of height × width × 3, most confident first."""
        height, width = image.shape[:2]
        if max(height, width) > NARROWEST * min(height, width):
            return []
        plates = []
        for detection in self._detector.predict(image):
            box = detection.bounding_box
            left, top = max(0, box.x1), max(0, box.y1)
            right, bottom = min(width, box.x2), min(height, box.y2)
            if right <= left or bottom <= top:
                continue
            prediction = self._ocr.predict(np.ascontiguousarray(image[top:bottom, left:right]))
            characters = _characters(prediction.text, prediction.confidence) if prediction else ()
            if characters:
                text = "".join(character.char for character in characters)
                confidence = round(math.prod(character.score for character in characters), 4)
                plates.append(
                    Plate(text, None, confidence, (left, top, right - left, bottom - top), characters)
                )
        return sorted(plates, key=lambda plate: -plate.confidence)


def _files() -> tuple[Path, Path, Path]:
    folder = os.environ.get(FOLDER)
    if not folder:
        raise EngineError(
            "The engine 'fast-alpr' needs the site's own weights and downloads none. Put them in a folder as "
            f"{DETECTOR}, {OCR} and {CONFIG}, and set {FOLDER} to it."
        )
    detector, ocr, config = files = tuple(Path(folder, name) for name in (DETECTOR, OCR, CONFIG))
    if missing := [file.name for file in files if not file.is_file()]:
        raise EngineError(f"The folder {folder}, which {FOLDER} names, lacks {' and '.join(missing)}.")
    return detector, ocr, config


def _characters(text: str, confidence: float | list[float]) -> tuple[Character, ...]:
    """The letters and digits of `text`, each with its own score; places that the network left empty come last."""
    scores = confidence if isinstance(confidence, list) else [confidence] * len(text)
    return tuple(
        Character(char, round(score, 4), ())
        for raw, score in zip(text, scores, strict=False)
        if (char := normalize(raw))
    )
