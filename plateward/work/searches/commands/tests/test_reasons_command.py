"""`plateward searches reasons`, without a hub and without Django."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

WITHOUT_DJANGO = """
import sys
class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {"django", "sqlcipher3", "psycopg"}:
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Blocked())
from plateward.cli import main
main()
"""
GOOD = "Burglary of a shed on Alamo Rd Sunday night, neighbor saw this van leave"
pytestmark = pytest.mark.clause("6.e.vi/generic")


def command(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-c", WITHOUT_DJANGO, "searches", "reasons", *arguments],
        capture_output=True,
        text=True,
        check=False,
    )


def test_it_judges_each_line_in_order(tmp_path: Path) -> None:
    file = tmp_path / "reasons.csv"
    file.write_text(f'\ufeffcase, Reason \n1,"{GOOD}"\n2,investigation\n\n3,\n', encoding="utf-8")
    judged = command(str(file), "--json")
    assert (judged.returncode, judged.stderr) == (0, "")
    document = json.loads(judged.stdout)
    assert list(document) == ["reasons"]
    assert [list(row) for row in document["reasons"]] == [["reason", "accepted", "marked", "why"]] * 3
    assert [(row["reason"], row["accepted"]) for row in document["reasons"]] == [
        (GOOD, True),
        ("investigation", False),
        ("", False),
    ]


def test_without_json_it_is_a_table(tmp_path: Path) -> None:
    file = tmp_path / "reasons.csv"
    file.write_text(f'reason\n"{GOOD}"\n[red]\n')
    judged = command(str(file))
    assert judged.returncode == 0
    assert "[red]" in judged.stdout
    assert "1 of 2 accepted, 0 of them marked." in judged.stdout


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"", "is empty."),
        (b"why\ninvestigation\n", "must name the column “reason” once."),
        (b"reason\n\xff\xfe\n", "is not UTF-8 text (byte 7)."),
        (b"reason\nab\0c\n", "has zero bytes"),
        (b"reason\n" + b"a" * 10_000 + b"\n", "Line 2: a cell has more than 4,000 characters."),
        (b"reason\n" + b"a" * 200_000 + b"\n", "Line 2 is not CSV: field larger than field limit"),
        (b"reason\nBurglary, at 400 Pine\n", "Line 2 has 2 fields where the first line names 1"),
        (b'reason\n"never closed\n', "Line 2 is not CSV"),
        (b"reason\n" + b"a\n" * 100_001, "has more than 100,000 reasons."),
        (b"reason\n" + b"a" * (16 * 1024 * 1024), "is larger than 16 MiB"),
    ],
    ids=["empty", "column", "utf8", "nul", "cell", "field", "comma", "quote", "rows", "bytes"],
)
def test_a_file_without_reasons_is_one_line_on_stderr(tmp_path: Path, content: bytes, line: str) -> None:
    file = tmp_path / "reasons.csv"
    file.write_bytes(content)
    refused = command(str(file), "--json")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr.startswith("plateward: ")
    assert refused.stderr.count("\n") == 1
    assert line in refused.stderr


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    refused = command(str(tmp_path / "none.csv"))
    assert (refused.returncode, refused.stdout) == (1, "")
