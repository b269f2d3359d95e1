"""What the release files hold: `packages/`, and the project's own."""

import importlib.util
import os
import platform
import re
import shutil
import subprocess
import zipfile
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from types import ModuleType

import pytest

from plateward.demo.plates import plate_photo
from plateward.demo.processes import hold_port
from plateward.testing import REPOSITORY
from plateward.testing.wheels import build_wheel
from plateward.version import commit

DEB = REPOSITORY / "packages" / "deb"
on_debian = pytest.mark.skipif(
    not (shutil.which("dpkg-deb") and Path("/usr/bin/python3").exists()),
    reason="a Debian package is made on Debian",
)


def modules_of(source: Path, folder: Path) -> set[str]:
    """The Python files in the wheel that is made of this project."""
    with zipfile.ZipFile(build_wheel(source, folder / source.name)) as wheel:
        return {name for name in wheel.namelist() if name.endswith(".py")}


def test_each_module_but_tests_is_in_the_agencys_file_or_in_that_of_who_tries_it(tmp_path: Path) -> None:
    files = (path.relative_to(REPOSITORY) for path in (REPOSITORY / "plateward").rglob("*.py"))
    wanted = {path.as_posix() for path in files if "tests" not in path.parts and path.name != "conftest.py"}
    agency, dev = (modules_of(REPOSITORY / source, tmp_path) for source in ("", "packages/dev"))
    dev = {name for name in dev if "/tests/" not in name}
    held = Counter([*agency, *dev])
    assert {name for name in wanted if held[name] != 1} == set()
    assert set(held) - wanted == set()
    assert not [
        name
        for name in agency
        if name.startswith(("plateward/bench/", "plateward/demo/", "plateward/simulators/"))
    ]


def release_script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("release", REPOSITORY / "packages" / "release.py")
    assert spec
    assert spec.loader
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    return script


@pytest.fixture(scope="module")
def releases(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two, one after the other, of the same commit; not compressed, which takes longest."""
    first, second = (tmp_path_factory.mktemp("release") / "dist" for _ in range(2))
    umask = os.umask(0o077)
    for folder in (first, second):
        release_script().release(folder, ("-Znone",))
    os.umask(umask)
    return first, second


@on_debian
def test_two_releases_of_one_commit_are_equal_and_the_installed_one_names_it(
    releases: tuple[Path, Path], tmp_path: Path
) -> None:
    first, second = ((folder / "SHA256SUMS").read_text() for folder in releases)
    assert first == second
    assert {line.split("-")[0].split("_0")[0] for line in first.split()[1::2]} == {
        *("plateward", "plateward_dev", "plateward_verify")
    }
    (package,) = releases[0].glob("*.deb")
    subprocess.run(["dpkg-deb", "--extract", package, tmp_path], check=True)
    files = [path for path in tmp_path.rglob("*") if not path.is_symlink()]
    assert {oct(path.stat().st_mode & 0o777) for path in files} == {"0o755", "0o644"}
    assert not [path for path in files if path.name == "__pycache__"]
    assert {path.relative_to(tmp_path).parts[0] for path in files} == {"etc", "opt", "usr"}
    units = "".join(unit.read_text() for unit in tmp_path.glob("usr/lib/systemd/system/*.service"))
    named = re.findall(r"\bfile:/(\S+)", units)
    assert named
    assert all((tmp_path / path).is_file() for path in named)
    said = subprocess.check_output(
        [tmp_path / "opt/plateward/bin/python", "-m", "plateward", "--version"], text=True, cwd=tmp_path
    )
    assert f"(commit {commit()})" in said


@on_debian
def test_a_license_that_is_not_on_the_list_makes_no_release() -> None:
    release_script().refuse_licenses(
        {"one": "MIT", "two": "EPL-2.0 OR GPL-2.0-or-later", "three": "(MIT OR X)"}
    )
    with pytest.raises(SystemExit, match=r"four: GPL-3\.0-only\nfive: no license"):
        release_script().refuse_licenses({"one": "MIT", "four": "GPL-3.0-only", "five": ""})


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is what judges a unit")
@pytest.mark.parametrize("unit", ["plateward-hub.service", "plateward-reader.service"])
def test_a_unit_is_exposed_little(unit: str, tmp_path: Path) -> None:
    shutil.copytree(DEB, tmp_path / "units")
    shared = tmp_path / "units" / "plateward-.service.d"
    shared.mkdir()
    shutil.copy(DEB / "hardened.conf", shared)
    judged = subprocess.check_output(
        ["systemd-analyze", "security", "--offline=true", "--no-pager", unit],
        env={"SYSTEMD_UNIT_PATH": f"{tmp_path / 'units'}:", "PATH": os.environ["PATH"]},
        text=True,
    )
    exposure = re.search(r"Overall exposure level for \S+: (\d+\.\d)", judged)
    assert exposure
    assert float(exposure[1]) <= 2.0


@pytest.mark.clause("6.h.ii/destruction")
def test_the_packages_scripts_destroy_no_data() -> None:
    """Records end by order and with a certificate (6.h.ii), not with a package."""
    for script in ("postinst", "prerm", "postrm"):
        subprocess.run(["sh", "-n", DEB / script], check=True)
        removed = re.findall(r"^[^#\n]*\brm\b.*$", (DEB / script).read_text(), re.MULTILINE)
        assert [line for line in removed if "/opt/plateward" not in line and "echo" not in line] == []


# As the guide says, but for systemd: a folder that is a whole Debian has none running.
FIRST_DAY = r"""
mount -t proc proc /proc
apt-get -o Acquire::Retries=3 install -qy /srv/*.deb --no-install-recommends &>/srv/apt.log ||
  { cat /srv/apt.log; exit 1; }
INIT
plateward serve >/srv/hub.log 2>&1 &
for second in $(seq 60); do
  python3 -c "import socket; socket.create_connection(('127.0.0.1', $PLATEWARD_DEVICE_PORT))" 2>/dev/null && break
  sleep 1
done
plateward hotlist import /srv/list.csv --list First || { cat /srv/hub.log; exit 1; }
READER
"""
# In a namespace of its own: what is mounted and started there ends with it.
APART = ("unshare", "--mount", "--pid", "--fork", "--kill-child")


@on_debian
@pytest.mark.flaky(reruns=1)  # it fetches from Debian's servers
@pytest.mark.clause("6.b.i/designation", "5.b/reaches")
@pytest.mark.skipif(
    not shutil.which("debootstrap")
    or subprocess.run([*APART, "mount", "-t", "tmpfs", "none", "/mnt"], check=False).returncode != 0,
    reason="a whole Debian in a folder takes debootstrap, and root who may mount",
)
def test_on_a_debian_where_nothing_is_the_guide_s_commands_lead_to_an_alarm(
    releases: tuple[Path, Path], tmp_path: Path
) -> None:
    text = (REPOSITORY / "docs" / "administrator" / "install.md").read_text("utf-8")
    init, _, reader = re.findall(r"^ *```sh\n(.*?)^ *```$", text, re.MULTILINE | re.DOTALL)[:3]
    (training,) = re.findall(r"^```csv\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    codename = platform.freedesktop_os_release()["VERSION_CODENAME"]
    # A folder for temporary files that the new Debian lacks would stop its programs.
    env = {
        name: said
        for name, said in os.environ.items()
        if not name.startswith(("PLATEWARD_", "DJANGO_", "TMP"))
    }
    debian = tmp_path / "debian"
    subprocess.run(
        ["debootstrap", "--variant=minbase", codename, debian], check=True, env=env, stdout=subprocess.DEVNULL
    )
    srv = debian / "srv"
    shutil.copy(next(releases[0].glob("*.deb")), srv)
    lately = str(date.today() - timedelta(days=30))
    (srv / "training.csv").write_text(re.sub(r"\d{4}-\d\d-\d\d", lately, training))
    (srv / "list.csv").write_text("plate,state,reason,priority,expires\nBKT482,NM,stolen_vehicle,high,\n")
    (srv / "photos").mkdir()
    (srv / "photos" / "1.jpg").write_bytes(plate_photo("BKT482"))
    for path in (srv, *srv.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    held = hold_port(0), hold_port(0)
    ports = dict(
        zip(
            ("PLATEWARD_PORT", "PLATEWARD_DEVICE_PORT"),
            (str(sock.getsockname()[1]) for sock in held),
            strict=True,
        )
    )
    script = FIRST_DAY.replace("INIT", init).replace("READER", reader)
    done = subprocess.run(
        [*APART, "chroot", debian, "bash", "-ec", script],
        check=False,
        capture_output=True,
        text=True,
        env=env | ports | {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"},
    )
    for sock in held:
        sock.close()
    shutil.rmtree(debian)  # 1 GB
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    assert "ALARM  POSSIBLE HIT" in said, said
    assert "The hub has them all" in said, said
