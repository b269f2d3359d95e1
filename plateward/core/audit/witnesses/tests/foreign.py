"""Witnesses that others wrote, on real sockets: aics-witness (PyPI) and sigsum-witness (Debian's sigsum-go)."""

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_ssh_public_key

from plateward.core.audit.tlog.notes import NoteKey, SignatureKind
from plateward.demo.processes import hold_port
from plateward.testing.waiting import WITHIN, wait_until

FOREIGN = Path(__file__).parents[5] / ".foreign" / "bin"  # .ci/run makes it
NAME = "witness.example/w1"


@dataclass(frozen=True)
class ForeignWitness:
    """Where it listens, and its key."""

    url: str
    key: NoteKey


def run(*command: str | Path, folder: Path) -> str:
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout


@contextmanager
def process(*command: str | Path, folder: Path) -> Iterator[None]:
    # Debian builds Go programs for an older Go, whose routes know no methods unless it is told to.
    environment = {**os.environ, "GODEBUG": "httpmuxgo121=0"}
    null = subprocess.DEVNULL
    started = subprocess.Popen(command, cwd=folder, env=environment, stdout=null, stderr=null)
    try:
        yield
    finally:
        started.terminate()
        started.wait(WITHIN)


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def aics_witness(folder: Path, origin: str, log_key: str) -> Iterator[ForeignWitness]:
    program = FOREIGN / "aics-witness"
    if not program.exists():
        pytest.skip(
            "aics-witness is not installed in .foreign: .ci/run installs it where there is Python 3.12"
        )
    vkey = run(program, "init", "--name", NAME, folder=folder)
    key = next(word for line in vkey.split("\n") for word in line.split() if word.startswith(f"{NAME}+"))
    run(program, "add-log", "--origin", origin, "--vkey", log_key, folder=folder)
    with hold_port(0) as held:  # nobody else takes it meanwhile
        port = held.getsockname()[1]
        with process(program, "serve", "--listen", f"127.0.0.1:{port}", folder=folder):
            wait_until(lambda: listens(port))
            yield ForeignWitness(f"http://127.0.0.1:{port}", NoteKey.parse(key))


@contextmanager
def sigsum_witness(folder: Path, origin: str, log_key: str) -> Iterator[ForeignWitness]:
    for program in ("sigsum-key", "sigsum-witness"):
        if not shutil.which(program):
            pytest.skip(f"{program} is not installed: .ci/run installs Debian's sigsum-go")
    public = Ed25519PublicKey.from_public_bytes(NoteKey.parse(log_key).public)
    (folder / "log.pub").write_bytes(public.public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH) + b" log\n")
    run("sigsum-key", "generate", "-o", "witness", folder=folder)
    own = load_ssh_public_key((folder / "witness.pub").read_bytes()).public_bytes_raw()  # type: ignore[union-attr]
    name = f"sigsum.org/v1/witness/{sha256(own).hexdigest()}"
    with hold_port(0) as held:
        port = held.getsockname()[1]
        options = ("-k", "witness", "--log-key", "log.pub", "--state-file", "state", f"127.0.0.1:{port}")
        with process("sigsum-witness", *options, folder=folder):
            wait_until(lambda: listens(port))
            yield ForeignWitness(f"http://127.0.0.1:{port}", NoteKey(name, SignatureKind.COSIGNATURE, own))
