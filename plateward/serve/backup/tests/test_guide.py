"""The commands of docs/administrator/backup.md, as they stand there."""

import re
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest

from plateward.serve.backup.tests.drill import COUNT, Drill, begun_hub, drill
from plateward.testing.waiting import WITHIN

__all__ = ["begun_hub", "drill"]
GUIDE = Path(__file__).parents[4] / "docs" / "administrator" / "backup.md"
BLOCK = re.compile(r"^( *```sh\n.*?)^ *```$", re.M | re.S)
# What age-keygen does, where Debian's package is not installed.
KEYGEN = f"""#!{sys.executable}
import os, sys
from pyrage import x25519
made = x25519.Identity.generate()
with os.fdopen(os.open(sys.argv[2], os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
    file.write(f"# public key: {{made.to_public()}}\\n{{made}}\\n")
"""


@pytest.mark.clause("SC-28/backup", "6.h.ii/restored")
def test_the_guide_s_commands_back_up_test_and_restore(drill: Drill, tmp_path: Path) -> None:
    make, back_up, verify, restore = (
        dedent(block).split("\n", 1)[1] for block in BLOCK.findall(GUIDE.read_text())
    )
    keygen = tmp_path / "bin" / "age-keygen"
    keygen.parent.mkdir()
    keygen.write_text(KEYGEN)
    keygen.chmod(0o755)
    path = f"{keygen.parent}:{Path(sys.executable).parent}:/usr/bin:/bin"

    def run(script: str) -> str:
        line = ["bash", "-e", "-c", script.replace("/mnt", str(tmp_path / "mnt"))]
        done = subprocess.run(
            line,
            check=False,
            cwd=tmp_path,
            env=drill.hub.env | {"PATH": path},
            capture_output=True,
            timeout=WITHIN,
        )
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode()

    (tmp_path / "keys.key").unlink()
    run(make)
    public = (tmp_path / "keys.key").read_text().split()[3]
    assert "Backup 1 of" in run(back_up.replace("age1keys", public))
    assert "3 reads, 6 images, 1 evidence packages" in run(verify)
    drill.hub.home.rename(tmp_path / "lost")
    assert "Restored: backup 1" in run(restore)
    assert drill.hub.ask(COUNT)[0] == 3
