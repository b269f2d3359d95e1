"""A file of people: what is accepted, what is rejected and why. Pure."""

from datetime import date

import pytest

from plateward.core.pages.csv_import import NotACsvFile
from plateward.people.bulk_import.table import MAX_BYTES, MAX_PEOPLE, ExistingData, ParsedPeople, parse_people

HEAD = "username,name,badge,rank,role,unit,district,supervisor,agency,sworn\n"
KNOWN = ExistingData(
    {"carla": "hector", "hector": ""},
    {"77"},
    {"Unit 12": "District 5", "Unit 9": ""},
    {"District 5"},
    date(2026, 11, 24),
)
EMPLOYED = "employed_since,"  # before every line's own columns


def read(*lines: str, head: str = HEAD) -> ParsedPeople:
    employed = [f"2020-01-06,{line}" for line in lines]
    return parse_people((EMPLOYED + head + "\n".join(employed)).encode(), KNOWN)


def why(*lines: str) -> list[tuple[int, str]]:
    return [(rejection.line, rejection.why) for rejection in read(*lines).rejections]


@pytest.mark.clause("6.e.i/own")
def test_a_line_becomes_a_person() -> None:
    parsed = read("Ada,Ada  Archuleta,1201,Agent,Officer,Unit 12,,CARLA,,yes")
    row = parsed.rows[0]
    assert (row.line, row.username, row.name, row.supervisor) == (2, "ada", "Ada Archuleta", "carla")
    assert (row.role, row.district, row.sworn) == ("officer", "District 5", True)
    assert not parsed.rejections
    assert not parsed.units


def test_units_and_districts_that_are_not_there_are_told() -> None:
    parsed = read("ada,Ada,1,,officer,Unit 14,District 7,,,yes", "ben,Ben,2,,officer,Unit 14,,,,yes")
    assert parsed.units == {"Unit 14": "District 7"}
    assert parsed.districts == ("District 7",)
    assert parsed.rows[1].district == "District 7"


@pytest.mark.clause("6.e.i/own", "6.c.i.2/sworn")
@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("a,Ada,1,,officer,,,,,yes", "not a username"),
        ("Ada Archuleta,Ada,1,,officer,,,,,yes", "not a username"),
        ("carla,Carla,1,,officer,,,,,yes", "carla already belongs to another person"),
        ("ada,Ada,77,,officer,,,,,yes", "badge 77 already belongs to another person"),
        ("ada,,1,,officer,,,,,yes", "no name"),
        ("ada,Ada,,,officer,,,,,yes", "no badge"),
        ("ada,Ada,1,,sheriff,,,,,", "'sheriff' is not a role"),
        ("ada,Ada,1,,,,,,,", "'' is not a role"),
        ("ada,Ada,1,,officer,,,,,maybe", "write yes or no"),
        (
            "ada,Ada,1,,officer,,,,,no",
            "which the role officer needs (clause 6.c.i.2)",
        ),
        ("ada,Ada,1,,officer,,,,co0000000,yes", "of another agency, which the role officer needs"),
        ("ada,Ada,1,,officer,Unit 12,District 7,,,yes", "Unit 12 is in District 5, not in District 7"),
        ("ada,Ada,1,,officer,Unit 9,District 5,,,yes", "in no district"),
        ("ada,Ada,1,,officer,,District 5,,,yes", "no unit"),
        ("ada,Ada,1,,officer,,,nobody,,yes", "supervisor nobody has no account"),
        ("ada,Ada,1,,officer,,,ada,,yes", "above themselves"),
        ("ada,=HYPERLINK(A1),1,,officer,,,,,yes", "formula"),
        ("ada,Ada,@1,,officer,,,,,yes", "formula"),
        ("ada,Ada,+1,,officer,,,,,yes", "formula"),
        ('ada,"\tAda",1,,officer,,,,,', "formula"),
        ("ada,A\x07da,1,,officer,,,,,yes", "cannot be shown"),
        (f"ada,{'A' * 101},1,,officer,,,,,yes", "more than 100"),
        ("ada,Ada,1,,officer,,,,NM01234567,yes", "more than 9"),
        ("ada,Ada,1,,officer", "6 fields, but the first line names 11"),
    ],
)
def test_a_line_that_cannot_be_taken_is_named_with_its_number_and_why(line: str, message: str) -> None:
    parsed = read("ben,Ben Begay,14,,officer,,,,,yes", line)
    assert [row.username for row in parsed.rows] == ["ben"]
    (rejected,) = parsed.rejections
    assert rejected.line == 3
    assert message in rejected.why


@pytest.mark.clause("6.e.i/own")
def test_a_badge_or_a_username_stands_once_in_a_file() -> None:
    rejections = why("ada,Ada,1,,officer,,,,,yes", "ben,Ben,1,,officer,,,,,yes", "ADA,Ada,2,,officer,,,,,yes")
    assert [line for line, _ in rejections] == [3, 4]
    assert all("is already on line 2" in message for _, message in rejections)


def test_a_loop_in_the_chain_of_command_is_rejected_with_all_that_hangs_on_it() -> None:
    rejections = why(
        "ada,Ada,1,,officer,,,ben,,yes",
        "ben,Ben,2,,supervisor,,,dario,,",
        "dario,Dario,3,,supervisor,,,ben,,",
        "elena,Elena,4,,officer,,,carla,,yes",
    )
    assert [line for line, _ in rejections] == [2, 3, 4]
    assert "supervisor ben has no account" in rejections[0][1]
    assert "above themselves" in rejections[1][1]
    assert "above themselves" in rejections[2][1]


def test_a_supervisor_may_stand_below_in_the_file() -> None:
    assert len(read("ada,Ada,1,,officer,,,ben,,yes", "ben,Ben,2,,supervisor,,,carla,,").rows) == 2


def test_whoever_hangs_on_a_rejected_line_is_rejected_too() -> None:
    rejections = why("ada,Ada,1,,officer,,,ben,,yes", "ben,Ben,2,,sheriff,,,,,")
    assert [line for line, _ in rejections] == [2, 3]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "empty"),
        (b"  \n ", "empty"),
        (HEAD.encode("utf-16")[:-1], "not UTF-8"),
        ("username,name,badge,role\nada,Año,1,officer".encode("latin-1"), "not UTF-8"),
        (b"username;name;badge\nada;Ada;1", "Missing: role"),
        (b"name,badge,role\nAda,1,officer", "Missing: username"),
        (b"username,name,badge,role,role\nada,Ada,1,officer,chief", "a column twice: role"),
        (b"username,name,badge,role\nada,\0,1,officer", "zero bytes"),
        (b'username,name,badge,role\nada,"Ada,1,officer', "not CSV"),
        (b"x" * (MAX_BYTES + 1), "larger than 2 MiB"),
        (b"username,name,badge,role\n" + b"a,b,c,d\n" * (MAX_PEOPLE + 1), "more than 2,000 lines"),
    ],
)
def test_a_file_that_is_no_table_of_people_is_refused_as_a_whole(content: bytes, message: str) -> None:
    with pytest.raises(NotACsvFile, match=message):
        parse_people(content, KNOWN)


def test_a_long_chain_of_command_that_hangs_on_nobody_takes_no_time() -> None:
    lines = [f"p{n},P,{n},,officer,,,p{n + 1},,yes" for n in range(1000, 1000 + MAX_PEOPLE)]
    assert len(read(*lines).rejections) == MAX_PEOPLE


@pytest.mark.parametrize(("sign", "encoding"), [(",", "utf-8-sig"), (";", "utf-8-sig"), ("\t", "utf-16")])
def test_a_file_as_a_spreadsheet_writes_it_is_read(sign: str, encoding: str) -> None:
    content = (
        (EMPLOYED + HEAD + "11/24/2026,ada,Ada\xa0 Año,1201,,officer,,,,,TRUE\n")
        .replace("\n", "\r\n")
        .replace(",", sign)
    )
    assert parse_people(content.encode(encoding), KNOWN).rows[0].name == "Ada Año"


@pytest.mark.clause("6.c.i.3/employed", "6.c.i.4/employed", "6.c.i.5/employed", "5.d/account", "5.e/training")
@pytest.mark.parametrize(
    ("role", "clause"),
    [
        ("it_support", "6.c.i.3"),
        ("communications", "6.c.i.4"),
        ("inspector", "6.c.i.5"),
        ("administrator", "5.e"),
        ("records", "5.d"),
    ],
)
@pytest.mark.parametrize(
    ("since", "until", "message"),
    [
        ("", "", "not employed by the Department, which the role {role} needs (clause {clause})"),
        ("2026-11-25", "", "employed from November 25, 2026, which"),
        ("2020-01-06", "2026-11-23", "employment ended November 23, 2026, which"),
        ("2020-01-06", "2020-01-05", "would end before it begins"),
        ("", "2027-01-05", "would end before it begins"),
        ("2026-13-01", "", "not a valid date"),
    ],
)
def test_a_role_of_employees_takes_an_employment_in_force(
    role: str, clause: str, since: str, until: str, message: str
) -> None:
    head = "username,name,badge,role,employed_since,employed_until\n"
    (rejection,) = parse_people(f"{head}eve,Eve,1,{role},{since},{until}".encode(), KNOWN).rejections
    assert message.format(role=role, clause=clause) in rejection.why


@pytest.mark.clause("5.d/account")
def test_people_of_an_outside_agency_need_no_employment() -> None:
    content = b"username,name,badge,role,agency\nkim,Kim,1,outside,CO0000000"
    assert parse_people(content, KNOWN).rows[0].employed_since is None
