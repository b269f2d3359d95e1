"""Walks the whole command line: help with an example, wrong usage in a single line, and nothing made by queries."""

import json
import os
from importlib.metadata import version
from pathlib import Path

import pytest

from plateward.testing.command_tree import every_command
from plateward.testing.commands import CompletedCommand, command
from plateward.version import commit

COMMANDS = every_command()
# Called where no hub is. `serve`, `demo`, `bench` and `manage migrate` are meant to make something.
ASKING = [
    ["fleet", "list"],
    ["fleet", "list", "--json"],
    ["fleet", "revoke", "unit-12"],
    ["fleet", "grant", "request.json"],
    ["audit", "export", "log.jsonl"],
    ["audit", "head", "head.json"],
    ["audit", "verify", "log.jsonl"],
    ["people", "matrix"],
    ["people", "access", "--csv", "access.csv"],
    ["people", "create", "ada", "--name", "Ada Archuleta", "--badge", "4112"],
    ["people", "release", "hector", "--reason", "He stands beside me."],
    ["people", "import", "people.csv", "--dry-run"],
    ["people", "train", "training.csv", "--dry-run"],
    ["hotlist", "import", "stolen.csv", "--list", "Stolen vehicles", "--dry-run"],
    ["searches", "reasons", "reasons.csv"],
    ["manage", "showmigrations"],
    ["manage", "check"],
    ["enroll", "accept", "grant.json", "--home", "reader"],
    ["keys", "show", "--home", "reader"],
    ["keys", "seal", "--home", "reader", "--with", "tpm2"],
    ["reader", "--source", "0", "--home", "reader", "--position", "35.0844,-106.6504"],
]


def plateward(folder: Path, *words: str) -> CompletedCommand:
    before = Path.cwd()
    os.chdir(folder)
    try:
        return command(*words, env={"PATH": os.environ["PATH"], "COLUMNS": "200"}, within=120)
    finally:
        os.chdir(before)


def test_it_says_its_version(tmp_path: Path) -> None:
    assert (
        plateward(tmp_path, "--version").stdout == f"plateward {version('plateward')} (commit {commit()})\n"
    )


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_every_command_has_help_with_an_example(path: tuple[str, ...]) -> None:
    text = " ".join((COMMANDS[path].help or "").split())
    assert "Example: " in text
    assert f"plateward {path[0]}" in text.split("Example: ")[1]


@pytest.mark.parametrize("words", ASKING, ids=" ".join)
def test_a_command_that_asks_makes_nothing_where_nothing_is(tmp_path: Path, words: list[str]) -> None:
    done = plateward(tmp_path, *words)
    assert (done.returncode, done.stdout) == (1, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith("plateward: ")
    assert list(tmp_path.iterdir()) == []
    if words[0] in ("fleet", "people", "hotlist", "manage"):
        assert f"There is no hub in {tmp_path / 'var'}" in line
        assert "To set up a new hub" in line


@pytest.mark.parametrize(
    "words", [["manage", "--help"], ["manage", "help"], ["manage"], ["policy", "report", "--json"]]
)
def test_help_and_the_report_are_there_without_a_hub(tmp_path: Path, words: list[str]) -> None:
    done = plateward(tmp_path, *words)
    assert (done.returncode, done.stderr) == (0, "")
    if words[0] == "manage":
        assert "Example: plateward manage migrate" in done.stdout
    else:
        assert isinstance(json.loads(done.stdout), list)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["nosuch"], "No such command 'nosuch'. See: plateward --help"),
        (["fleet", "revoke"], "Missing argument 'name'. See: plateward fleet revoke --help"),
        (["fleet", "list", "--jsno"], "No such option: --jsno"),
        (["recognize", "nothing.jpg"], "path 'nothing.jpg' does not exist. See: plateward recognize --help"),
        (["recognize", ".", "--every", "soon"], "See: plateward recognize --help"),
        (["policy", "report", "--json", "--markdown"], "choose one of --json and --markdown"),
        (["bench", "nosuch"], "there is no 'nosuch'. Choose one of: recognition, matching"),
        (["people", "create", "ada", "--name", "A", "--badge", "1", "--role", "king"], "'king'"),
        (["demo", "--screens", "out"], "Screenshots are taken with --smoke only"),
        (["keys", "seal", "--home", "reader", "--with", "wax"], "'wax'"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_wrong_usage_is_told_in_one_line(tmp_path: Path, words: list[str], says: str) -> None:
    done = plateward(tmp_path, *words)
    assert (done.returncode, done.stdout) == (2, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith("plateward: ")
    assert says in line
    assert list(tmp_path.iterdir()) == []
