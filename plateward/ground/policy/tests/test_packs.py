import re

import pytest

from plateward.ground.policy.packs import PackError, packs, parse_pack, policy_rows, rows_by_id
from plateward.testing import reference_path

HEAD = 'id = "P"\nname = "P"\ntitle = "T"\nversion = "1"\nsource = "S"\nids = \'\\d\\.a\'\nsections = {1 = "One"}\n'
PART = '[[row.parts]]\nid = "p"\nsays = "p"\n'
ROW = '[[row]]\nid = "1.a"\nkind = "E"\nmechanism = "m"\nshows = "s"\n' + PART


ID = re.compile(r"[456]\.[\w.]+|[A-Z]{2}-\d+[\w.]*|SB40\.\w+")
# Where the register refers to another of its rows, or to its own file, the pack spells it out.
BEYOND = {
    "AC-3",
    "AC-4",
}  # controls that sharing with other agencies needs; the register has none of their values
POINTS_ELSEWHERE = re.compile(r"as \d|same|matrix$|.*`cjis\.md`")


def registered(file: str) -> list[list[str]]:
    """The rows of a register's tables, cell by cell."""
    lines = (reference_path() / file).read_text(encoding="utf-8").splitlines()
    cells = [
        [cell.strip() for cell in line.strip("| ").split(" | ")] for line in lines if line.startswith("|")
    ]
    return [row for row in cells if ID.fullmatch(row[0])]


def test_the_packs_hold_the_rows_of_the_register_and_two_controls_more() -> None:
    listed = [row[0] for file in ("clauses.md", "cjis.md") for row in registered(file)]
    assert len(listed) == len(set(listed))
    assert set(listed) | BEYOND == policy_rows().keys()


def test_a_clause_means_what_the_register_says() -> None:
    for id, kind, mechanism, shows in registered("clauses.md"):
        row = policy_rows()[id]
        assert row.kind == kind
        assert POINTS_ELSEWHERE.match(mechanism) or row.mechanism == mechanism
        assert POINTS_ELSEWHERE.match(shows) or row.shows == shows


def test_a_control_enforces_the_registers_value_and_the_law_its_mechanism() -> None:
    for id, *cells in registered("cjis.md"):
        row = policy_rows()[id]
        assert cells[-1] == (row.mechanism if id.startswith("SB40") else row.shows)


def test_the_packs_are_the_three_rule_books() -> None:
    assert [pack.id for pack in packs()] == ["OPR50", "CJIS", "SB40"]


def test_a_row_is_found_by_its_id() -> None:
    assert policy_rows()["AC-7"].shows.startswith("5 failed log-ins within 15 min")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (HEAD, "missing required field `row`"),
        ("id = ", "p.toml is malformed: Invalid value"),
        (HEAD.replace('"T"', "3") + ROW, r"Expected `str`, got `int` - at `\$.title`"),
        (HEAD + ROW.replace('"E"', '"X"'), "the kind X"),
        (HEAD + ROW.replace('"m"', '""'), r"at `\$.row\[0\].mechanism`"),
        (HEAD + ROW + 'owner = "me"\n', "unknown field `owner`"),
        (HEAD + ROW.replace(PART, ""), "missing required field `parts`"),
        (HEAD + ROW + PART, "two parts of row 1.a have one id"),
        (HEAD + ROW + 'of = ["6.e"]\n', r"at `\$.row\[0\].parts\[0\].of\[0\]`"),
        (HEAD + ROW.replace("1.a", "2.a"), "no section for 2.a"),
        (HEAD + ROW + 'gaps = "none"\n', r"Expected `array`, got `str` - at `\$.row\[0\].parts\[0\].gaps`"),
        (
            HEAD + ROW.replace(PART, 'readings = "none"\n'),
            r"Expected `array`, got `str` - at `\$.row\[0\].readings`",
        ),
        (HEAD + ROW + '[[row.readings]]\nsays = "s"\nwhy = "w"\n', "missing required field `confirms`"),
        (HEAD + ROW + '[[row.readings]]\nby = "me"\n', "unknown field `by`"),
    ],
)
def test_a_malformed_pack_is_refused_and_the_place_named(text: str, message: str) -> None:
    with pytest.raises(PackError, match=message):
        parse_pack(text, "p.toml")


def test_an_id_stands_for_one_row_only() -> None:
    with pytest.raises(PackError, match=r"1\.a is in the policy packs twice"):
        rows_by_id([parse_pack(HEAD + ROW, "p.toml"), parse_pack(HEAD + ROW, "q.toml")])
