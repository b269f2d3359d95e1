"""The commands of docs/evidence.md, and a shell for them."""

import re
import subprocess
import sys
from pathlib import Path

GUIDE = Path(__file__).parents[4] / "docs" / "evidence.md"
BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.M | re.S)


def commands() -> list[str]:
    """The blocks of the guide, in order."""
    return BLOCK.findall(GUIDE.read_text())


def run(script: str, folder: Path) -> subprocess.CompletedProcess[str]:
    path = f"{Path(sys.executable).parent}:/usr/bin:/bin"
    line = ["bash", "-e", "-o", "pipefail", "-c", script]
    return subprocess.run(
        line, check=False, cwd=folder, capture_output=True, text=True, env={"PATH": path, "HOME": str(folder)}
    )
