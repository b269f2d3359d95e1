"""`plateward init`, and what the administrator's guide says to type for a hub's first start."""

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from plateward.serve.tests.hub import RunningHub

GUIDE = Path(__file__).parents[3] / "docs" / "administrator" / "install.md"
PEOPLE = (
    'chief=hector "chief_name=Hector Herrera" chief_badge=1 chief_order=Appointment administrator=gloria '
    '"administrator_name=Gloria Gallegos" administrator_badge=1001 order=2026-1'
)


@pytest.fixture
def bare() -> dict[str, str]:
    """An environment without a hub."""
    environment = {
        name: text for name, text in os.environ.items() if not name.startswith(("PLATEWARD_", "DJANGO_"))
    }
    return environment | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}


def run(script: str, env: dict[str, str], folder: Path, said: str = "") -> subprocess.CompletedProcess[str]:
    line = ["bash", "-e", "-o", "pipefail", "-c", script]
    return subprocess.run(line, check=False, capture_output=True, text=True, env=env, cwd=folder, input=said)


@pytest.mark.hub
@pytest.mark.clause("6.b.i/designation", "6.i.i/keys", "5.d/all")
@pytest.mark.skipif(not GUIDE.exists(), reason="docs/ is not part of an installed package")
def test_the_guide_s_commands_make_a_hub_that_starts(bare: dict[str, str], tmp_path: Path) -> None:
    """As they stand there, but for the machine's folders, which a test has of its own."""
    blocks = re.findall(r"^ *```sh\n(.*?)^ *```$", GUIDE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    script = "".join(blocks).replace("/var/lib/plateward", str(tmp_path / "hub"))
    assert len(re.findall(r"^ *plateward ", script, re.MULTILINE)) <= 3, "init, train import, serve"
    hub = RunningHub.made(tmp_path, {})
    ports = {name: hub.env[name] for name in ("PLATEWARD_PORT", "PLATEWARD_DEVICE_PORT")}
    env = bare | ports | {"PLATEWARD_CONFIG": str(tmp_path / "plateward.toml")}
    (tmp_path / "training.csv").write_text(
        "username,course,issuer,date,document\nhector,policy,Academy,2026-02-10,\n"
    )
    first, _, serve = script.partition("plateward serve")
    result = run(first, env, tmp_path)
    assert result.returncode == 0, result.stderr
    assert re.search(r"^hector +\S{4}-\S{4}-\S{4}-\S{4}$", result.stdout, re.MULTILINE)
    assert "1 added" in result.stdout
    folders = [tmp_path / "hub", *(tmp_path / "hub").iterdir()]
    assert {folder.name for folder in folders[1:]} >= {"data", "keys", "secrets", "authorities"}
    assert all(folder.stat().st_mode & 0o077 == 0 for folder in folders)
    assert serve.startswith(" --host")
    hub.env = {**env, "PLATEWARD_HOME": str(tmp_path / "hub")}
    hub.start()
    hub.stop()


@pytest.mark.clause("6.i.i/keys")
def test_what_is_wrong_makes_nothing(bare: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "etc" / "plateward.toml"
    init = f"plateward init --yes --file {file} home={tmp_path / 'hub'}"
    for answers, said in {
        "agency.ori=NM1": "Write it like NM0010000. Nothing was made.",
        "dems.url=ftp://x": "dems.url",
        "fax=1": "'fax=1' is no answer",
        "database.url=postgresql://hub:hunter2@db/hub": "database-password",
    }.items():
        result = run(f"{init} {answers}", bare, tmp_path)
        assert result.returncode == 1
        assert said in result.stderr
        assert "hunter2@" not in result.stderr
        assert not file.exists()
        assert not (tmp_path / "hub").exists()
    result = run(init, bare, tmp_path)
    assert "With --yes, chief=… is needed" in result.stderr
    assert tomllib.loads(file.read_text())["agency"] == {"ori": "NM0000000"}


def test_it_asks_and_a_file_that_is_there_stands(bare: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "plateward.toml"
    said = f"{tmp_path / 'hub'}\nalpr.example.gov\nPine County\nNM0010000\n\n\n"
    result = run(f"plateward init --file {file}", bare, tmp_path, said)
    assert "The Chief's username" in result.stdout
    assert result.returncode == 1, "the answers ended there"
    assert tomllib.loads(file.read_text())["hosts"] == ["alpr.example.gov"]
    again = run(f"plateward init --yes --file {file} {PEOPLE}", bare, tmp_path)
    assert (again.returncode, "taken as it stands" in again.stderr) == (0, True)
    assert again.stdout.count("-") >= 6, "two passwords"
    third = run(f"plateward init --yes --file {file} {PEOPLE}", bare, tmp_path)
    assert "Gloria Gallegos" in third.stderr, "it has begun"
