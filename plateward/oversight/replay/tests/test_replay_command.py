import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from plateward.oversight.cli import app
from plateward.oversight.detectors.records import EventKind
from plateward.oversight.replay.fields import NotAHistory
from plateward.oversight.replay.reading import read_history

PEOPLE = "id,name,role,unit,supervisor,own_plates,family_plates\nada,Ada,officer,12,carla,ABQ 123,\n"
SHIFTS = "person,start,end\nada,2026-03-01T08:00:00-07:00,2026-03-01T18:00:00-07:00\n"
CAD = (
    "number,opened_at,closed_at,unit,kind,plates\n26-000412,2026-02-01T08:00:00Z,,12,burglary,XYQ123 XYQ124\n"
)


def search(day: int, **values: object) -> str:
    event = {"at": f"2026-03-{day:02d}T10:00:00-07:00", "person": "ada", "kind": "search", "plate": "XYQ-999"}
    return json.dumps(event | values)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "people.csv").write_text(PEOPLE)
    (tmp_path / "shifts.csv").write_text(SHIFTS)
    (tmp_path / "cad.csv").write_text(CAD)
    (tmp_path / "events.jsonl").write_text("\n".join(search(day) for day in range(1, 9)) + "\n")
    return tmp_path


def replayed(folder: Path) -> Any:
    answer = CliRunner().invoke(app, ["replay", str(folder), "--json"])
    if answer.exception:
        raise answer.exception
    return json.loads(answer.stdout)


@pytest.mark.clause("6.a.ii.2/found")
def test_it_prints_what_was_found_and_when_it_was_first_told(folder: Path) -> None:
    document = replayed(folder)
    assert list(document) == ["findings"]
    first = document["findings"][0]
    assert list(first) == ["at", "detector", "subject", "plate", "to", "sentence"]
    assert first["at"] == "2026-03-04T17:00:00+00:00"
    assert (first["detector"], first["subject"], first["plate"]) == ("repeated plate", "ada", "XYQ-999")
    assert first["to"] == ["supervisor", "administrator"]
    assert "Seen 5 times until March 8, 2026, 17:00 UTC." in first["sentence"]


def test_without_json_it_prints_a_table(folder: Path) -> None:
    answer = CliRunner().invoke(app, ["replay", str(folder)])
    assert answer.exit_code == 0
    assert "finding" in answer.stdout


@pytest.mark.parametrize("value", [None, "", 0, 3, 1.5, True, False, "none", "a citation", "12 reads"])
def test_fields_hold_any_scalar(folder: Path, value: object) -> None:
    fields = ("results", "action_later", "device", "address", "case", "purpose", "to", "what")
    (folder / "events.jsonl").write_text(search(1, **dict.fromkeys(fields, value)))
    assert replayed(folder) == {"findings": []}


@pytest.mark.parametrize(
    ("file", "text", "says"),
    [
        ("events.jsonl", search(1) + "\n{", "events.jsonl, line 2: it is not JSON"),
        (
            "events.jsonl",
            '{"results": ' + "9" * 10_000 + "}",
            "line 1: it has a number of thousands of digits.",
        ),
        ("events.jsonl", "[1]", "events.jsonl, line 1: it is not a JSON object"),
        ("events.jsonl", search(1, at="2101-01-01T10:00:00Z"), "line 1: “at” is not between 1990 and 2100"),
        ("events.jsonl", search(1, at="1989-01-01T10:00:00Z"), "line 1: “at” is not between 1990 and 2100"),
        ("events.jsonl", search(1, to=[["a"]]), "line 1: “to” must be a single value"),
        ("events.jsonl", search(1, to=["a" * 3000, "b" * 3000]), "line 1: “to” has more than 4,000"),
        ("events.jsonl", search(1, at="noon"), "line 1: “at” is no time: noon"),
        ("events.jsonl", search(1, person=""), "line 1: “person” is missing"),
        ("events.jsonl", search(1, device={"a": 1}), "line 1: “device” must be a single value"),
        ("events.jsonl", search(1, reason="a" * 5000), "line 1: “reason” has more than 4,000"),
        ("events.jsonl", " " * 70_000, "line 1: it has more than 64,000 characters"),
        ("shifts.csv", "person,start\n", "shifts.csv, line 1: it must name the column “end”"),
        ("shifts.csv", SHIFTS + "ada,x,y\n", "shifts.csv, line 3: “start” is no time"),
        (
            "cad.csv",
            CAD + "26,2026-02-01T08:00:00Z,,,,,,,\n",
            "cad.csv, line 3: it has 9 cells for 6 columns",
        ),
        ("people.csv", "id,name,ID\nada,Ada,ben\n", "people.csv, line 1: it names the column “id” twice"),
        ("people.csv", PEOPLE + '"open', "people.csv, line 3: it is not CSV"),
    ],
)
def test_a_bad_row_is_named_with_file_and_line(folder: Path, file: str, text: str, says: str) -> None:
    (folder / file).write_text(text)
    with pytest.raises(NotAHistory, match=re.escape(says)):
        replayed(folder)


def test_a_missing_file_is_named(folder: Path) -> None:
    (folder / "cad.csv").unlink()
    with pytest.raises(NotAHistory, match=r"cad\.csv cannot be read"):
        replayed(folder)


def test_bytes_that_are_no_text_are_refused(folder: Path) -> None:
    (folder / "people.csv").write_bytes(b"id\n\xff\xfe\n")
    with pytest.raises(NotAHistory, match="not UTF-8"):
        read_history(folder)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(content=st.one_of(st.binary(max_size=300), st.text(max_size=300).map(str.encode)))
def test_no_file_breaks_it_otherwise(folder: Path, content: bytes) -> None:
    for file in ("events.jsonl", "people.csv", "shifts.csv", "cad.csv"):
        before = (folder / file).read_bytes()
        (folder / file).write_bytes(content)
        try:
            list(read_history(folder).events())
        except NotAHistory as refused:
            assert file in str(refused)  # noqa: PT017, what it says is the point
        (folder / file).write_bytes(before)


json_scalars = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=40))
FIELDS = ("plate", "purpose", "reason", "case", "address", "device", "results", "action_later")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(
    rows=st.lists(st.dictionaries(st.sampled_from((*FIELDS, "to", "what")), json_scalars), max_size=12),
    kind=st.sampled_from(list(EventKind)),
)
def test_any_scalars_in_any_fields_can_be_replayed(
    folder: Path, rows: list[dict[str, object]], kind: EventKind
) -> None:
    fixed = [{"at": f"2026-03-01T10:{n:02d}:00Z", "person": "ada", "kind": kind} for n in range(len(rows))]
    lines = [json.dumps(known | row) for known, row in zip(fixed, rows, strict=True)]
    (folder / "events.jsonl").write_text("\n".join(lines))
    replayed(folder)


def test_people_may_be_given_by_name_and_plates_are_said_as_they_are_written(folder: Path) -> None:
    (folder / "people.csv").write_text(
        PEOPLE.replace("Ada", "Ada Archuleta") + "carla,Carla Chavez,chief,12,,,\n"
    )
    lines = [search(day, person="Ada Archuleta", plate="OOQ-999") for day in range(1, 9)]
    (folder / "events.jsonl").write_text("\n".join(lines))
    (folder / "shifts.csv").write_text(SHIFTS.replace("\nada", "\nada archuleta"))
    first = replayed(folder)["findings"][0]
    assert (first["subject"], first["plate"]) == ("ada", "OOQ-999")
    assert "Searched plate OOQ-999 " in first["sentence"]
    assert [shift.person for shift in read_history(folder).shifts] == ["ada"]


def test_a_time_without_a_zone_is_utc_and_said_so(folder: Path) -> None:
    lines = [search(day, at=f"2026-03-{day:02d}T10:00:00") for day in range(1, 9)]
    (folder / "events.jsonl").write_text("\n".join(lines))
    answer = CliRunner().invoke(app, ["replay", str(folder), "--json"])
    assert json.loads(answer.stdout)["findings"][0]["at"] == "2026-03-04T10:00:00+00:00"
    assert "events.jsonl: times without a time zone, taken as UTC: 8" in answer.stderr


def test_events_of_an_unknown_kind_are_left_out_and_counted(folder: Path) -> None:
    before = replayed(folder)
    with (folder / "events.jsonl").open("a") as file:
        file.write("\n".join(search(9, kind=kind) for kind in ("walk", "", "run") if kind))
    answer = CliRunner().invoke(app, ["replay", str(folder), "--json"])
    assert json.loads(answer.stdout) == before
    assert "events.jsonl: events of an unknown kind, left out: 2" in answer.stderr


def test_events_of_accounts_that_nobody_listed_are_counted(folder: Path) -> None:
    (folder / "events.jsonl").write_text("\n".join([search(1), search(2, person="dea-4")]))
    answer = CliRunner().invoke(app, ["replay", str(folder), "--json"])
    assert "events.jsonl: events of accounts that people.csv does not list: 1" in answer.stderr


def test_events_that_are_not_in_order_are_counted(folder: Path) -> None:
    lines = [search(day) for day in (1, 5, 3, 4, 6)]
    (folder / "events.jsonl").write_text("\n".join(lines))
    answer = CliRunner().invoke(app, ["replay", str(folder), "--json"])
    assert "events.jsonl: events before an earlier line's, taken as they stand: 2" in answer.stderr


def test_recipients_may_be_a_list(folder: Path) -> None:
    (folder / "events.jsonl").write_text(search(1, kind="share", to=["Santa Fe PD", "Taos PD"]))
    assert [event.to for event in read_history(folder).events()] == ["Santa Fe PD, Taos PD"]


@pytest.mark.parametrize("options", [["--json"], []])
def test_half_a_surrogate_pair_is_no_crash(folder: Path, options: list[str]) -> None:
    lines = [search(day, reason="\ud800 ok", plate="XYQ999") for day in range(1, 9)]
    (folder / "events.jsonl").write_text("\n".join(lines))
    answer = CliRunner().invoke(app, ["replay", str(folder), *options])
    assert (answer.exit_code, answer.exception) == (0, None)
    assert answer.stdout.isascii() or not options


def test_people_need_not_be_listed(folder: Path) -> None:
    (folder / "people.csv").write_text("id,name\n")
    days = [search(day, device="car-1", address="10.1.0.7", plate=f"ZZQ{day:03d}") for day in range(1, 20)]
    strange = [search(20 + day, device="x-9", address=f"98.7.{day}.1", case="") for day in range(8)]
    (folder / "events.jsonl").write_text("\n".join(days + strange))
    assert any(found["detector"] == "shared account" for found in replayed(folder)["findings"])


@pytest.mark.parametrize("line", [0, 4, 40])
def test_one_event_dated_far_ahead_does_not_blind_the_days_after_it(folder: Path, line: int) -> None:
    (folder / "people.csv").write_text(PEOPLE + "ben,Ben,officer,14,carla,,\n")
    lines = [
        search(1 + n // 10, plate=f"ZZQ{n:03d}", at=f"2026-03-{1 + n // 10:02d}T10:{n % 10:02d}:00Z")
        for n in range(200)
    ]
    (folder / "events.jsonl").write_text("\n".join(lines))
    before = replayed(folder)
    lines.insert(line, search(1, at="2099-01-01T00:00:00Z", plate="ZZQ999", person="ben"))
    (folder / "events.jsonl").write_text("\n".join(lines))
    assert replayed(folder) == before != {"findings": []}


@pytest.mark.clause("6.a.ii.3/found")
def test_a_person_who_is_listed_again_keeps_every_plate(tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text("id,role,own_plates\nada,officer,ADQ100\nada,sergeant,ADQ200\n")
    (tmp_path / "shifts.csv").write_text("person,start,end\n")
    (tmp_path / "cad.csv").write_text("number,opened_at\n")
    (tmp_path / "events.jsonl").write_text("")
    history = read_history(tmp_path)
    assert history.people["ada"].role == "sergeant"
    assert history.people["ada"].own_plates == {"ADQ100", "ADQ200"}
    assert sum(history.notes.values()) == 1
