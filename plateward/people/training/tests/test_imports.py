"""A file of records: previewed, then applied in one act; on the page and on the command line."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from typer.testing import CliRunner

from plateward.core.audit.actor import Actor
from plateward.core.audit.leaf import Leaf
from plateward.core.pages.csv_import import NotACsvFile
from plateward.core.pages.models import Upload
from plateward.core.pages.uploads import Preview, UploadGone
from plateward.ground import clock
from plateward.people import days
from plateward.people.access import standing
from plateward.people.commands import cli
from plateward.people.testing import person, signed_in
from plateward.people.training.actions import records
from plateward.people.training.models import Record

pytestmark = pytest.mark.django_db
GLORIA = Actor("person", "gloria", "Gloria Gallegos")
ON = (days.today() - timedelta(days=60)).isoformat()  # a completion that has not lapsed, in whatever year
HEAD = b"username,course,date,issuer,score\n"
GOOD = HEAD + f"jack,cjis,{ON},DPS,97\nnobody,cjis,{ON},DPS,\njack,ncic,{ON},DPS\n".encode()


def look(content: bytes) -> Preview[records.ImportChange]:
    return records.preview_file(GLORIA, "academy.csv", content)


@pytest.mark.both_databases
@pytest.mark.clause("6.b.i.4/records", "6.d.i/before")
def test_a_file_is_looked_at_then_applied_in_one_act_and_once(recorded: Callable[[str], Leaf]) -> None:
    jack = person("jack")
    looked = look(GOOD)
    assert [row.line for row in looked.change.added] == [2]
    assert [rejection.line for rejection in looked.change.rejected] == [3, 4]
    assert not jack.training.filter(course__code="cjis").exists()
    records.apply_records(GLORIA, looked.upload)
    made = jack.training.get(course__code="cjis")
    assert (made.issuer, str(made.score), made.upload, made.recorded_by) == (
        "DPS",
        "97.00",
        looked.upload,
        "person:gloria",
    )
    assert standing.standing_of(jack).authorized
    details = recorded("training.import").details
    assert (details["added"], details["rejected"]) == (1, 2)
    assert Upload.objects.get().content == ""
    with pytest.raises(UploadGone):
        records.apply_records(GLORIA, looked.upload)


@pytest.mark.clause("6.b.i.4/records", "AT-4/kept")
def test_what_is_there_is_unchanged_and_is_never_overwritten() -> None:
    person("jack")
    records.apply_records(GLORIA, look(GOOD).upload)
    again = look(GOOD)
    assert (len(again.change.added), len(again.change.unchanged)) == (0, 1)
    with pytest.raises(NotACsvFile, match="has no new records"):
        records.apply_records(GLORIA, again.upload)
    other = look(HEAD + f"jack,cjis,{ON},Somebody else,97\n".encode())
    assert "withdraw that one first" in other.change.rejected[0].why
    Record.objects.filter(course__code="cjis").update(withdrawn_at=clock.now())
    assert len(look(GOOD).change.added) == 1


@pytest.mark.both_databases
@pytest.mark.clause("6.i.i/aes")
def test_a_file_that_waits_lies_sealed_in_the_database() -> None:
    from django.db import connection

    person("jack")
    look(GOOD)
    with connection.cursor() as cursor:
        cursor.execute("SELECT content FROM pages_upload")
        assert b"jack" not in bytes(cursor.fetchone()[0])


@pytest.mark.clause("6.b.i.4/records")
def test_the_page_shows_lines_and_reasons_then_records() -> None:
    person("jack")
    gloria = signed_in(person("gloria"))
    answer = gloria.post("/training/records/import/", {"file": SimpleUploadedFile("a.csv", GOOD)})
    assert answer.status_code == 200
    assert "there is no username" in answer.content.decode()
    assert 'data-label="Person">jack<' in answer.content.decode()
    done = gloria.post("/training/records/import/", {"upload": Upload.objects.get().pk}, follow=True)
    assert "1 added, 0 unchanged, 2 rejected" in done.content.decode()
    bad = gloria.post("/training/records/import/", {"file": SimpleUploadedFile("a.csv", b"\x89PNG")})
    assert bad.status_code == 422
    assert "not UTF-8" in bad.content.decode()


@pytest.mark.clause("6.b.i.4/records")
def test_the_command_line_looks_and_applies(tmp_path: Path) -> None:
    jack = person("jack")
    file = tmp_path / "academy.csv"
    file.write_bytes(GOOD)
    run = CliRunner().invoke
    dry = json.loads(run(cli.app, ["train", str(file), "--dry-run", "--json"]).stdout)
    assert (dry["applied"], dry["added"], [rejection["line"] for rejection in dry["rejected"]]) == (
        False,
        1,
        [3, 4],
    )
    assert not standing.standing_of(jack).authorized
    done = run(cli.app, ["train", str(file)])
    assert done.exit_code == 0
    assert "academy.csv: 1 added, 0 unchanged, 2 rejected." in done.output
    assert "line 3 rejected: there is no username 'nobody'" in done.output
    assert standing.standing_of(jack).authorized
    again = run(cli.app, ["train", str(file), "--json"])
    assert json.loads(again.stdout)["applied"] is False
    assert "cannot be read" in str(run(cli.app, ["train", str(tmp_path / "none.csv")]).exception)
