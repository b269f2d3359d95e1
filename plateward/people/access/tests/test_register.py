"""Who had which access when, and by whose decision: the same as each person's own standing."""

import csv
import io
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from typer.testing import CliRunner

from plateward.cli import app
from plateward.core.audit.actor import Actor
from plateward.ground import clock
from plateward.people.access import standing
from plateward.people.access.actions import RequestedAccess, approve_request, request_access
from plateward.people.access.models import Access
from plateward.people.access.register.rows import register_rows
from plateward.people.access.suspensions import actions
from plateward.people.access.tests.history import START, make_history
from plateward.people.models import Person
from plateward.people.permissions import Role
from plateward.people.testing import SINCE, acting, person, signed_in, train

pytestmark = pytest.mark.django_db
GLORIA, HECTOR = Actor("person", "gloria", "Gloria Gallegos"), Actor("person", "hector", "Hector Herrera")


@pytest.mark.both_databases
@pytest.mark.clause("6.b.i.7/lists")
@pytest.mark.parametrize("seed", range(3))
def test_it_tells_of_everybody_what_each_persons_own_standing_tells(seed: int) -> None:
    people = make_history(Random(seed))
    for half_days in range(0, 30):
        moment = START + timedelta(days=half_days / 2)
        rows = {row.username: row for row in register_rows(moment)}
        for holder in people:
            alone = standing.standing_of(holder, moment)
            assert (holder.username in rows) == (alone.facts.granted is not None)
            if alone.facts.granted:
                row = rows[holder.username]
                assert (row.role, row.authorized) == (alone.facts.granted.role, alone.authorized)
                assert row.lacked == tuple(f"{lack.text} ({lack.clause})" for lack in alone.missing)


@pytest.mark.clause("6.b.i.7/lists")
def test_the_past_stays_as_it_was() -> None:
    """After a transfer, a leave and a separation, each moment still shows its own access."""
    start, ada = clock.now(), person("ada", supervisor=person("carla"))
    person("gloria"), person("hector")
    moments = [start]
    with clock.set_to(start + timedelta(days=1)):
        approve_request(
            HECTOR,
            request_access(acting("carla"), ada, RequestedAccess(Role.SUPERVISOR, "Leads.", "Unit 14")),
        )
        train(ada, Role.SUPERVISOR)
        moments.append(clock.now())
    with clock.set_to(start + timedelta(days=2)):
        actions.switch_off(acting("hector"), ada, "A risk.")
        moments.append(clock.now())
    with clock.set_to(start + timedelta(days=3)):
        actions.terminate_access(GLORIA, ada, "Dismissed.")
        moments.append(clock.now())
        rows = [{row.username: row for row in register_rows(at)}.get("ada") for at in moments]
    was, became, off, gone = rows
    assert was
    assert became
    assert off
    assert (was.role, was.unit, was.supervisor, was.authorized) == (
        Role.OFFICER,
        "Unit 12",
        "Carla Chavez",
        True,
    )
    assert (became.role, became.unit, became.by) == (Role.SUPERVISOR, "Unit 14", "Hector Herrera")
    assert became.since == moments[1]
    assert off.lacked == ("High risk (AC-2)",)
    assert gone is None
    assert abs(was.since - (start - SINCE)) < timedelta(minutes=1)


@pytest.mark.clause("6.b.i.7/lists")
def test_the_page_shows_a_past_moment_and_is_on_the_log(recorded) -> None:  # type: ignore[no-untyped-def]
    ada = person("ada")
    gloria = signed_in(person("gloria"))
    assert "Ada Archuleta" in gloria.get("/access/register/").content.decode()
    day = (clock.now() - SINCE - timedelta(days=2)).date()
    answer = gloria.get(f"/access/register/?at={day}T23:59").content.decode()
    assert "No matching people had access then" in answer
    assert recorded("access.view").details["as_of"].startswith(str(day))
    Access.objects.filter(person=ada).update(ends=clock.now())
    assert "Ada Archuleta" not in gloria.get("/access/register/").content.decode()
    yesterday = (clock.now() - timedelta(days=2)).date()
    assert "Ada Archuleta" in gloria.get(f"/access/register/?at={yesterday}T13:00").content.decode()


@pytest.mark.clause("6.b.i.7/lists")
def test_the_page_takes_no_time_that_never_was() -> None:
    person("hector")
    with clock.set_to(datetime(2026, 12, 1, tzinfo=UTC)):
        gloria = signed_in(person("gloria"))
        page = gloria.get("/access/register/?at=2026-11-01T01:30").content.decode()
        assert "November 1, 2026, 01:30:59 MDT" in page  # the first of the two, to its end
        for wrong, why in (
            ("2026-03-08T02:30", "clocks were set forward"),
            ("2026-12-01T00:01", "still to come"),
            ("x", "Enter a"),
        ):
            answer = gloria.get(f"/access/register/?at={wrong}")
            assert (answer.status_code, why in answer.content.decode()) == (422, True)


@pytest.mark.clause("6.b.i.7/lists")
def test_the_filters_pass_what_they_say() -> None:
    person("ada"), person("jack"), person("elena")
    gloria = signed_in(person("gloria"))

    def usernames(query: str) -> set[str]:
        return {row.username for row in gloria.get(f"/access/register/?{query}").context["page"]}

    assert usernames("") == {"ada", "jack", "elena", "gloria"}
    assert usernames("role=officer") == {"ada", "jack"}
    assert usernames("standing=no") == {"jack"}
    assert usernames("standing=yes&q=A") == {"ada", "elena", "gloria"}
    assert usernames("q=badge-ada") == {"ada"}
    assert usernames("unit=Unit+12&role=administrator") == {"gloria"}
    assert usernames("standing=emergency") == set()


@pytest.mark.clause("6.b.i.7/lists", "6.b.i.9/entries", "6.b.i.9/first")
def test_a_file_of_it_runs_nothing_in_a_spreadsheet_and_is_on_the_log_first(recorded) -> None:  # type: ignore[no-untyped-def]
    ada = person("ada")
    Person.objects.filter(pk=ada.pk).update(full_name='=HYPERLINK("http://x","y")')
    gloria = signed_in(person("gloria"))
    answer = gloria.get("/access/register/csv/?role=officer")
    assert answer["Content-Disposition"].startswith('attachment; filename="access-as-of-')
    header, row = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
    fields = dict(zip(header, row, strict=True))
    assert fields["name"] == '\'=HYPERLINK("http://x","y")'
    assert (fields["role"], fields["authorized"], fields["kind"]) == ("officer", "yes", "standing")
    details = recorded("access.export").details
    assert (details["people"], details["bytes"]) == (1, len(answer.content))
    fields = json.loads(gloria.get("/access/register/json/?role=officer").content)
    assert fields["people"][0]["username"] == "ada"
    assert fields["time_zone"] == "America/Denver"
    assert gloria.get("/access/register/xlsx/").status_code == 404
    assert signed_in(person("carla")).get("/access/register/csv/").status_code == 403


@pytest.mark.clause("6.b.i.7/lists")
def test_the_command_line_tells_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("plateward.core.db.setup.setup", lambda **_: None)
    person("ada"), person("jack")
    run = CliRunner().invoke
    document = json.loads(run(app, ["people", "access", "--json"]).stdout)
    assert {row["username"]: row["authorized"] for row in document["people"]} == {"ada": True, "jack": False}
    file = tmp_path / "access.csv"
    assert "2 people" in run(app, ["people", "access", "--csv", str(file)]).stdout
    assert file.read_text("utf-8-sig").splitlines()[0].startswith("as_of,username,name")
    assert "jack\tJack Jaramillo" in run(app, ["people", "access"]).stdout
    assert (
        json.loads(run(app, ["people", "access", "--as-of", "2020-01-01", "--json"]).stdout)["people"] == []
    )
    wrong = run(app, ["people", "access", "--as-of", "2026-02-30"])
    assert wrong.exit_code == 1
    assert "is not a date or time" in str(wrong.exception)
