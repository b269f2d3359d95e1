import re

import pytest

from plateward.policy.packs import PackError, packs, parse, row, rows, unique
from plateward.testing import shared

HEAD = 'id = "P"\ntitle = "T"\nversion = "1"\nsource = "S"\n'
ROW = '[[row]]\nid = "1.a"\nkind = "E"\nmechanism = "m"\nshows = "s"\n'


@pytest.mark.parametrize(
    ("file", "pattern"),
    [
        ("clauses.md", r"^\| ([456]\.[\w.]+) \|"),
        ("cjis.md", r"^\| ([A-Z]{2}-\d+[\w.]*|SB40\.\w+) \|"),
    ],
)
def test_every_row_of_the_register_is_in_a_pack(file: str, pattern: str) -> None:
    listed = re.findall(pattern, (shared() / file).read_text(encoding="utf-8"), re.MULTILINE)
    assert len(listed) >= 30
    assert set(listed) <= rows().keys()


def test_the_kinds_are_those_of_the_register() -> None:
    for line in (shared() / "clauses.md").read_text(encoding="utf-8").splitlines():
        if found := re.match(r"\| ([456]\.[\w.]+) \| ([\w/]+) \|", line):
            assert row(found[1]).kind == found[2]


def test_the_packs_are_the_three_rule_books() -> None:
    assert [pack.id for pack in packs()] == ["OPR50", "CJIS", "SB40"]


def test_a_row_is_found_by_its_id() -> None:
    assert row("AC-7").shows.startswith("5 failed log-ins within 15 min")


def test_an_unknown_id_is_refused() -> None:
    with pytest.raises(PackError, match=r"No policy pack has a row 6\.z"):
        row("6.z")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (HEAD, "has no rows"),
        ("id = ", "not valid TOML"),
        (HEAD.replace('"T"', "3") + ROW, "'title' is missing or is no text"),
        (HEAD + ROW.replace('"E"', '"X"'), "the kind X"),
        (HEAD + ROW.replace('"m"', '""'), "row 1.a: 'mechanism'"),
        (HEAD + ROW + 'owner = "me"\n', "no other fields"),
        (HEAD + ROW + 'gaps = "none"\n', "list of sentences"),
    ],
)
def test_a_malformed_pack_is_refused_and_the_place_named(text: str, said: str) -> None:
    with pytest.raises(PackError, match=said):
        parse(text, "p.toml")


def test_an_id_stands_for_one_row_only() -> None:
    with pytest.raises(PackError, match=r"1\.a stands twice"):
        unique([parse(HEAD + ROW, "p.toml"), parse(HEAD + ROW, "q.toml")])
