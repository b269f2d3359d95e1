"""A key that only this machine's TPM2 chip can recover, by tpm2-tools (docs/decisions/0075).

The tools find the chip themselves; `TPM2TOOLS_TCTI` selects another, as in their manual.
"""

import os
import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from plateward.ground.policy.trace import enforces
from plateward.ground.vault.locks import RingLock, RingLocked, Tpm2Method

# Secure Boot measures into this register: under another system, or with Secure Boot off, nothing opens.
PCRS = "sha256:7"
TIMEOUT_S = 60  # seconds per call


@enforces("6.i.i/keys", "SC-28/ring")
def tpm2_lock() -> RingLock:
    """A new key, sealed by the chip and tested at once. Raises `RingLocked` without a working chip."""
    secret = os.urandom(32)
    with TemporaryDirectory() as folder:
        place = Path(folder)
        _create_primary(place)
        _run_fresh("createpolicy", "-Q", "--policy-pcr", "-l", PCRS, "-L", place / "policy")
        sealed = ("-L", place / "policy", "-i", "-", "-u", place / "public", "-r", place / "private")
        _run_fresh("create", "-Q", "-C", place / "primary", *sealed, stdin=secret)
        by = Tpm2Method((place / "public").read_bytes(), (place / "private").read_bytes())
    if tpm2_key(by) != secret:
        raise RingLocked("This machine's TPM2 returned a different key. Nothing was changed.")
    return RingLock(by, secret)


@enforces("6.i.i/keys", "SC-28/ring")
def tpm2_key(by: Tpm2Method) -> bytes:
    """The key again. Raises `RingLocked` on another machine, or after a different boot."""
    with TemporaryDirectory() as folder:
        place = Path(folder)
        (place / "public").write_bytes(by.public)
        (place / "private").write_bytes(by.private)
        _create_primary(place)
        parts = ("-u", place / "public", "-r", place / "private", "-c", place / "object")
        _run_fresh("load", "-Q", "-C", place / "primary", *parts)
        return _run_fresh("unseal", "-c", place / "object", "-p", f"pcr:{PCRS}")


def _create_primary(place: Path) -> None:
    """The chip's own parent key, the same each time."""
    _run_fresh("createprimary", "-Q", "-C", "o", "-G", "ecc", "-c", place / "primary")


def _run_fresh(tool: str, *words: object, stdin: bytes = b"") -> bytes:
    """Run a tool. Behind the kernel's resource manager each call has its own objects; a chip without it has room for
    three, so objects left by an earlier call are flushed first."""
    _call("flushcontext", "-t")
    return _call(tool, *words, stdin=stdin)


def _call(tool: str, *words: object, stdin: bytes = b"") -> bytes:
    program = shutil.which(f"tpm2_{tool}")
    if program is None:
        raise RingLocked(
            "The key ring needs this machine's TPM2, but tpm2-tools is not installed. "
            "Install them: apt install tpm2-tools"
        )
    try:
        done = subprocess.run(
            [program, *map(str, words)], input=stdin, capture_output=True, timeout=TIMEOUT_S, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise RingLocked(f"This machine's TPM2 did not respond within {TIMEOUT_S} seconds.") from error
    if done.returncode:
        errors = [
            line for line in done.stderr.decode(errors="replace").splitlines() if line.startswith("ERROR: ")
        ]
        reason = errors[0].removeprefix("ERROR: ")[:200] if errors else f"tpm2_{tool} failed"
        raise RingLocked(
            f"The TPM2 of this machine refuses, and no key ring is opened or sealed without it (OPR:50 6.i.i): "
            f"{reason}. A ring opens only on the machine where it was sealed, with Secure Boot as "
            f"it was then, for a user "
            "who may use /dev/tpmrm0 (group tss)."
        )
    return done.stdout
