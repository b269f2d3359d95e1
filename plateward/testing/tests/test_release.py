"""What the release files hold: `packages/`, and the project's own."""

import zipfile
from collections import Counter
from pathlib import Path

from plateward.testing import REPOSITORY
from plateward.testing.wheels import build_wheel


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
