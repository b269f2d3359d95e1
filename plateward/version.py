"""Which version of Plateward this is, and which commit it was made of."""

import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

COMMIT: Final = "commit.txt"  # in an installed package, which has no repository (hatch_build.py)


def described() -> str:
    """`0.6.0 (commit 1f2e3d4c5b6a)`; of a checkout with changes, `…-dirty`."""
    try:
        number = version("plateward")
    except PackageNotFoundError:
        number = f"{version('plateward-verify')}, the verifier alone"
    return f"{number} (commit {commit()})"


def commit() -> str:
    """The first 12 digits of the commit; `unknown` if neither the package nor a repository says it."""
    here = Path(__file__).parent
    if (written := here / COMMIT).exists():
        return written.read_text(encoding="utf-8")
    if not (here.parent / ".git").exists():
        return "unknown"
    ask = ["git", "-C", str(here), "describe", "--always", "--exclude=*", "--abbrev=12", "--dirty"]
    try:
        return subprocess.run(ask, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
