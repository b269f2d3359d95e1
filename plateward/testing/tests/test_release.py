"""What the release files hold: `packages/`, and the project's own."""

import importlib.util
import os
import re
import shutil
import subprocess
import zipfile
from collections import Counter
from pathlib import Path
from types import ModuleType

import pytest

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
