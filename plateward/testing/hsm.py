"""HSMs for tests: SoftHSM, which keeps its tokens in a folder."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from plateward.testing import skip_or_fail

MODULE = "/usr/lib/softhsm/libsofthsm2.so"
CONFIG_VARIABLE = "SOFTHSM2_CONF"
PIN = "704212"


@contextmanager
def hsm(state: Path, *tokens: str) -> Iterator[None]:
    """The HSM whose tokens are in `state`: the same folder is the same HSM. `tokens`: labels of those to add."""
    if shutil.which("softhsm2-util") is None:
        skip_or_fail("no softhsm2-util on this machine: apt-get install softhsm2")
    state.mkdir(exist_ok=True)
    config = state.with_suffix(".conf")
    config.write_text(f"directories.tokendir = {state}\n")
    before = os.environ.get(CONFIG_VARIABLE)
    os.environ[CONFIG_VARIABLE] = str(config)
    try:
        for label in tokens:
            _util("--init-token", "--free", "--label", label, "--so-pin", "94021188", "--pin", PIN)
        yield
    finally:
        if before is None:
            del os.environ[CONFIG_VARIABLE]
        else:
            os.environ[CONFIG_VARIABLE] = before


def remove_token(label: str) -> None:
    """With all its keys."""
    _util("--delete-token", "--token", label)


def _util(*words: str) -> None:
    subprocess.run(["softhsm2-util", *words], check=True, capture_output=True)
