"""How networks run, and what names their weights."""

from __future__ import annotations

import hashlib
from pathlib import Path

import onnxruntime


def weights_digest(*weights: Path) -> str:
    """The first digits of the SHA-256 of the weights, one file after another, for example `1f0c5a2b`."""
    return hashlib.sha256(b"".join(file.read_bytes() for file in weights)).hexdigest()[:8]


def session_options(threads: int) -> onnxruntime.SessionOptions:
    """A network runs on so many threads, and says nothing."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return options


def open_session(weights: Path, threads: int) -> onnxruntime.InferenceSession:
    """A session on `threads` threads of the CPU."""
    return onnxruntime.InferenceSession(weights, session_options(threads), providers=["CPUExecutionProvider"])
