"""What the tests of every room share. `python -m plateward.testing` runs them all, on both databases."""

import os
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
IN_CI = os.environ.get("CI") == "true"


def skip_or_fail(reason: str) -> None:
    """Skip this test and say why; in CI, where everything must be present, fail."""
    if IN_CI:
        pytest.fail(f"{reason} (in CI this is a failure, not a skip)", pytrace=False)
    pytest.skip(reason)


def reference_path(*parts: str) -> Path:
    """A path under the reference material beside the checkout (`PLATEWARD_SHARED`, otherwise `../shared`)."""
    root = Path(os.environ.get("PLATEWARD_SHARED", REPOSITORY.parent / "shared"))
    path = root.joinpath(*parts)
    if not path.exists():
        skip_or_fail(f"the reference material {path} is not on this machine")
    return path


def chromium() -> str:
    """The path of Debian's Chromium."""
    path = os.environ.get("PLATEWARD_CHROMIUM", "/usr/bin/chromium")
    if not Path(path).exists():
        skip_or_fail(f"no Chromium at {path}: apt-get install chromium, or set PLATEWARD_CHROMIUM")
    return path
