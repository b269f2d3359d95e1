"""The release files, as tests build them."""

import subprocess
import sys
from pathlib import Path


def build_wheel(source: Path, folder: Path) -> Path:
    """The wheel of a project's folder, written into `folder`, which has no other. No index is asked: what builds it is
    in the lock file."""
    uv = Path(sys.executable).parent / "uv"
    build: list[str | Path] = [
        uv,
        "build",
        "--quiet",
        "--offline",
        "--no-build-isolation",
        "--wheel",
        source,
        "--out-dir",
        folder,
    ]
    subprocess.run(build, check=True)
    (wheel,) = folder.glob("*.whl")
    return wheel
