"""A TPM2 chip for tests: swtpm on real sockets; tpm2-tools use it like a chip."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from plateward.testing import skip_or_fail

TCTI_VARIABLE = "TPM2TOOLS_TCTI"


@contextmanager
def chip(state: Path) -> Iterator[None]:
    """The chip whose secrets are in `state`: the same folder is the same chip."""
    for program in ("swtpm", "tpm2_createprimary"):
        if shutil.which(program) is None:
            skip_or_fail(f"no {program} on this machine: apt-get install swtpm tpm2-tools")
    state.mkdir(exist_ok=True)
    port = _two_free_ports()
    process = subprocess.Popen(
        [
            *(
                "swtpm",
                "socket",
                "--tpm2",
                "--tpmstate",
                f"dir={state}",
                "--flags",
                "not-need-init,startup-clear",
            ),
            *("--server", f"type=tcp,port={port}", "--ctrl", f"type=tcp,port={port + 1}"),
        ]
    )
    before = os.environ.get(TCTI_VARIABLE)
    os.environ[TCTI_VARIABLE] = f"swtpm:host=127.0.0.1,port={port}"
    try:
        _await(port + 1, process)
        yield
    finally:
        process.terminate()
        process.wait()
        if before is None:
            del os.environ[TCTI_VARIABLE]
        else:
            os.environ[TCTI_VARIABLE] = before


def _two_free_ports() -> int:
    """The first of two neighboring ports; the client uses the second for its control channel."""
    while True:
        with closing(socket.socket()) as first, closing(socket.socket()) as second:
            first.bind(("127.0.0.1", 0))
            port: int = first.getsockname()[1]
            try:
                second.bind(("127.0.0.1", port + 1))
            except (OSError, OverflowError):
                continue
            return port


def _await(port: int, process: "subprocess.Popen[bytes]") -> None:
    """Wait until it listens; probing the data port would count as its only client."""
    while process.poll() is None:
        with closing(socket.socket()) as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise AssertionError(f"swtpm stopped unexpectedly (exit code {process.returncode})")
