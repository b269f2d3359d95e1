"""`plateward init`, and what the administrator's guide says to type for a hub's first start."""

import json
import os
import re
import subprocess
import sys
import tomllib
from datetime import date, timedelta
from pathlib import Path

import pytest

from plateward.demo.plates import plate_photo
from plateward.serve.tests.hub import RunningHub
from plateward.testing.commands import script
from plateward.testing.waiting import WITHIN, wait_until

GUIDE = Path(__file__).parents[3] / "docs" / "administrator" / "install.md"
PEOPLE = (
    'chief=hector "chief_name=Hector Herrera" chief_badge=1 chief_order=Appointment administrator=gloria '
    '"administrator_name=Gloria Gallegos" administrator_badge=1001 order=2026-1'
)

PLATE = "BKT482"
ALERTS = (
    "from plateward.work.alerts.models import Alert\n"
    "print(json.dumps([[row.entry.plate, row.reader.name, row.rings] for row in Alert.objects.all()]))"
)
DECIDED = (
    "from plateward.field.fleet.models import DeploymentDecision\n"
    "print(json.dumps([[row.by.username, row.approved] for row in DeploymentDecision.objects.all()]))"
)
ORDER = (
    "from plateward.people.access.models import Designation\n"
    "row = Designation.objects.get(office='administrator')\n"
    "print(json.dumps([f'{moment:%Y-%m-%d}' for moment in (row.begins, row.ends)]))"
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
@pytest.mark.clause("6.b.i/designation", "6.i.i/keys", "5.d/all", "6.e.v/installed")
@pytest.mark.skipif(not GUIDE.exists(), reason="docs/ is not part of an installed package")
def test_the_guide_s_commands_lead_to_an_alert(bare: dict[str, str], tmp_path: Path) -> None:
    """As they stand there, but for the machine's folders, which a test has of its own, and for systemd."""
    text = GUIDE.read_text("utf-8")
    first, _ = text.split("## The Debian package")
    commands = re.findall(r"^ *(?:sha256sum|apt|plateward|systemctl) ", first, re.MULTILINE)
    assert len(commands) == 5
    init, start, reader = (
        block.replace("/var/lib/plateward", str(tmp_path / "hub")).replace("/srv", str(tmp_path))
        for block in re.findall(r"^ *```sh\n(.*?)^ *```$", first, re.MULTILINE | re.DOTALL)
    )
    (evidence,) = re.findall(r"^```csv\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    lately = str(date.today() - timedelta(days=30))
    (tmp_path / "training.csv").write_text(re.sub(r"\d{4}-\d\d-\d\d", lately, evidence))
    hub = RunningHub.made(tmp_path, {})
    ports = {name: hub.env[name] for name in ("PLATEWARD_PORT", "PLATEWARD_DEVICE_PORT")}
    env = bare | ports | {"PLATEWARD_CONFIG": str(tmp_path / "plateward.toml")}
    result = run(init, env, tmp_path)
    assert result.returncode == 0, result.stderr
    assert re.search(r"^hector +\S{4}-\S{4}-\S{4}-\S{4}$", result.stdout, re.MULTILINE)
    assert "cannot work yet" not in result.stderr
    folders = [tmp_path / "hub", *(tmp_path / "hub").iterdir()]
    assert {folder.name for folder in folders[1:]} >= {"data", "keys", "secrets", "authorities"}
    assert all(folder.stat().st_mode & 0o077 == 0 for folder in folders)
    assert start.strip() == "systemctl enable --now plateward-hub"
    hub.env = {**env, "PLATEWARD_HOME": str(tmp_path / "hub")}
    hub.start()
    try:
        (tmp_path / "list.csv").write_text(
            f"plate,state,reason,priority,expires\n{PLATE},NM,stolen_vehicle,high,\n"
        )
        hub.command("hotlist", "import", str(tmp_path / "list.csv"), "--list", "First")
        (tmp_path / "photos").mkdir()
        (tmp_path / "photos" / "1.jpg").write_bytes(plate_photo(PLATE))
        read = run(reader, env, tmp_path)
        assert "The hub has them all" in read.stdout + read.stderr, read.stdout + read.stderr
        wait_until(lambda: hub.ask(ALERTS) == [[PLATE, "gate-1", True]])
        assert hub.ask(DECIDED) == [["hector", True]]
    finally:
        hub.stop()


@pytest.mark.clause("5.d/all", "6.b.i/designation", "6.e.v/installed")
def test_what_is_refused_makes_no_account_and_is_said_again(bare: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "plateward.toml"
    init = f"plateward init --yes --file {file} home={tmp_path / 'hub'} {PEOPLE}"
    training = tmp_path / "training.csv"
    training.write_text("username,course,date,issuer,score\nhector,command,2026-11-02,Bureau,\n")
    reader = f"training={training} reader=gate-1 decided_by=Hector"
    for more, said in {
        "since=yesterday": "since: 'yesterday' is not a date",
        "since=2026-11-02 until=2026-11-01": "end before it begins",
        f"training={tmp_path / 'none.csv'}": "none.csv cannot be read",
        reader: "ALPR policy (OPR:50) is missing",
    }.items():
        result = run(f"{init} {more}", bare, tmp_path)
        assert (result.returncode, result.stdout) == (1, "")
        assert said in result.stderr
    training.write_text("username,course,date,issuer\nhector,surfing,2026-11-02,Bureau\n")
    result = run(f"{init} training={training}", bare, tmp_path)
    assert "training.csv, line 2: there is no course 'surfing'. No account was made." in result.stderr
    result = run(f"{init} since=2026-11-02 until=2027-11-01 reader=gate-1", bare, tmp_path)
    assert result.returncode == 0, result.stderr
    assert "Hector Herrera cannot work yet: " in result.stderr
    env = bare | {"PLATEWARD_CONFIG": str(file)}
    done = script(
        f"from plateward.core.db.setup import setup\nsetup()\nimport json\n{ORDER}", env=env, within=WITHIN
    )
    assert json.loads(done.stdout) == ["2026-11-02", "2027-11-02"]


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
