"""Which column may hold what: suggested, never applied by itself."""

import os
from pathlib import Path

import pytest

from plateward.field.hotlists.imports.guess import guess_columns
from plateward.people.testing import person, signed_in

SHARED = Path(os.environ.get("PLATEWARD_SHARED", Path(__file__).parents[6] / "shared"))
EXAMPLES = SHARED / "formats" / "hotlists" / "state_example_lines.tsv"
NAMED = """Tag No,St,Offense,Make,Entry Date
XYZ4071,NM,Stolen vehicle,FORD,01/31/2026
QRS8820,TX,Wanted,CHEV,02/03/2026
"""
BARE = """V,K123456789,20260109,HJK335,NM,2026,MC,2005,YAMA,CYL,MC,BLK
V,K123456790,20260110,TRB902,TX,2026,PC,2011,FORD,F15,PK,WHI
"""


def taken(sample: str) -> dict[str, str]:
    guess = guess_columns(sample)
    return {item.field: item.take for item in guess.suggestions} if guess else {}


def test_a_header_names_its_columns() -> None:
    guess = guess_columns(NAMED)
    assert guess
    assert (guess.delimiter, guess.names) == (",", 1)
    assert taken(NAMED) == {
        "plate": "Tag No",
        "state": "St",
        "reason": "Offense",
        "make": "Make",
        "listed_on": "Entry Date",
    }
    assert {item.field: item.dates for item in guess.suggestions}["listed_on"] == "%m/%d/%Y"


def test_without_a_header_what_stands_in_them_says_it() -> None:
    assert taken(BARE) == {
        "plate": "4",
        "state": "5",
        "plate_type": "7",
        "plate_year": "6",
        "year": "8",
        "make": "9",
        "style": "11",
        "color": "12",
        "nic": "2",
    }
    guess = guess_columns(BARE)
    assert guess
    assert guess.names == 0


@pytest.mark.parametrize(
    "sample", ["", "one line", "a,b\n1\n", "ABC1234 CA1220260515\nDEF5678 NM1220260516\n", '"a,b\n']
)
def test_of_what_is_no_table_it_says_nothing(sample: str) -> None:
    assert taken(sample) == {}


@pytest.mark.skipif(
    not EXAMPLES.exists(), reason="no reference texts in ../shared/formats: see docs/developer.md"
)
@pytest.mark.parametrize(
    ("name", "plate", "state"),
    [
        ("al_state", "1", "9"),
        ("fl_state", "11", "13"),
        ("ks_topeka", "4", "5"),
        ("tx_ncic", "4", "5"),
        ("tx_tcic", "2", "3"),
        ("wa_stolen_vehicles", "3", "4"),
    ],
)
def test_it_reads_lines_that_states_really_send(name: str, plate: str, state: str) -> None:
    lines = dict(line.split("\t")[::2] for line in EXAMPLES.read_text().splitlines() if line.count("\t") == 2)
    suggested = taken(lines[name])
    assert (suggested.get("plate"), suggested.get("state")) == (plate, state)


@pytest.mark.django_db
def test_the_editor_fills_in_what_is_empty_when_asked_and_saves_nothing() -> None:
    gloria = signed_in(person("gloria"))
    typed = {"sample": NAMED, "state_take": "=NM", "name": "County"}
    page = gloria.post("/hotlists/formats/suggest", typed)
    assert page.status_code == 200
    assert 'id="describe" action="/hotlists/formats/add"' in page.content.decode()
    assert 'formaction="/hotlists/formats/suggest"' in page.content.decode()
    form = page.context["form"]
    assert [form[f"{field}_take"].value() for field in ("plate", "state", "reason")] == [
        "Tag No",
        "=NM",
        "Offense",
    ]
    assert (form["names"].value(), form["skip"].value(), form["name"].value()) == (1, 1, "County")
    assert not form["quoted"].value(), "a cleared box stays cleared"
    assert "County" not in gloria.get("/hotlists/formats/").content.decode()
    assert gloria.post("/hotlists/formats/of/County/suggest", typed).status_code == 404
    preview = gloria.post("/hotlists/formats/preview", {"sample": NAMED}).content.decode()
    assert "the column is named “Tag No”" in preview
