"""An empty hub gets its Chief and its first administrator, once, by the Chief's recorded order."""

from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from plateward.core.audit.actor import command_line_actor
from plateward.ground import clock
from plateward.ground.errors import PlatewardError
from plateward.ground.policy.decision import Refused
from plateward.people.access import standing
from plateward.people.access.models import Access, Designation
from plateward.people.access.offices.rules import OfficeOrder
from plateward.people.commands import cli
from plateward.people.commands.first_offices import Officeholder, begin_hub
from plateward.people.models import Person
from plateward.people.testing import person

pytestmark = pytest.mark.django_db
COURSES = ("policy", "equipment", "ncic", "cjis")
ADVANCED = ("advanced-cjis", "advanced-ncic", "administration", "cjis-privileged")


@pytest.fixture(autouse=True)
def _quick_passwords(settings) -> None:  # type: ignore[no-untyped-def]
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


CHIEF = Officeholder("hector", "Hector Herrera", "1", OfficeOrder("Appointment 2024-1", clock.now()))
ADMINISTRATOR = Officeholder("gloria", "Gloria Gallegos", "1001", OfficeOrder("Order 2026-1", clock.now()))


def begin(administrator: Officeholder = ADMINISTRATOR) -> dict[str, str]:
    """The passwords of the two."""
    with begin_hub(command_line_actor("init"), CHIEF, administrator) as made:
        return {person.username: password for person, password in made}


def evidence(folder: Path, *, without: str = "") -> Path:
    rows = [("hector", course) for course in (*COURSES, "command")] + [
        ("gloria", course) for course in (*COURSES, *ADVANCED)
    ]
    lines = [f"{who},{course},Academy,2026-11-01,90" for who, course in rows if course != without]
    file = folder / "evidence.csv"
    file.write_text("\n".join(["username,course,issuer,date,score", *lines]))
    return file


def train(file: Path) -> None:
    assert CliRunner().invoke(cli.app, ["train", str(file)]).exit_code == 0


@pytest.mark.clause(
    "6.b.i/designation", "5.d/account", "5.d/all", "5.e/privileged", "5.e/training", "6.e.i/own"
)
def test_the_chief_and_the_administrator_begin_with_an_order_and_their_training(  # type: ignore[no-untyped-def]
    tmp_path: Path, recorded
) -> None:
    passwords = begin()
    train(evidence(tmp_path))
    for username in ("hector", "gloria"):
        who = Person.objects.get(username=username)
        assert standing.standing_of(who).authorized
        assert who.check_password(passwords[username])
        assert who.must_change_password
    order = Designation.objects.get(office="administrator")
    assert (order.document, order.person.username) == ("Order 2026-1", "gloria")
    assert recorded("designation.make").details["order"] == "Order 2026-1"


@pytest.mark.clause("5.d/training", "5.d/all", "5.e/training", "5.e/exam", "5.e/cjis", "6.d.i/before")
@pytest.mark.parametrize("course", [*COURSES, *ADVANCED])
def test_nothing_is_invented_what_is_not_proven_stays_missing(tmp_path: Path, course: str) -> None:
    begin()
    train(evidence(tmp_path, without=course))
    assert [len(standing.standing_of(who).missing) for who in Person.objects.filter(username="gloria")] == [1]
    assert not standing.authorized_administrators()


@pytest.mark.clause("6.b.i/designation")
def test_a_hub_begins_once_even_where_its_administrator_has_gone(tmp_path: Path) -> None:
    gloria = person("gloria")
    with pytest.raises(Refused, match=r"is already set up.*Gloria Gallegos \(by Order 2026-1\)"):
        begin()
    Access.objects.filter(person=gloria).update(ends=gloria.created)
    Designation.objects.filter(person=gloria).update(ends=gloria.created)
    with pytest.raises(Refused, match="is already set up"):
        begin()
    assert Person.objects.count() == 1


@pytest.mark.clause("6.b.i/designation")
@pytest.mark.parametrize(
    ("administrator", "message"),
    [
        (replace(ADMINISTRATOR, order=OfficeOrder(" ", clock.now())), "has no order"),
        (replace(ADMINISTRATOR, username="hector"), "username is taken"),
        (replace(ADMINISTRATOR, badge="1"), "badge number belongs to another"),
    ],
)
def test_what_cannot_be_taken_is_told_and_nobody_is_made(administrator: Officeholder, message: str) -> None:
    with pytest.raises(PlatewardError, match=message):
        begin(administrator)
    assert not Person.objects.exists()
    assert not Designation.objects.exists()


def test_what_fails_within_the_beginning_undoes_it() -> None:
    with (
        pytest.raises(PlatewardError, match="no reader"),
        begin_hub(command_line_actor("init"), CHIEF, ADMINISTRATOR),
    ):
        raise PlatewardError("There is no reader.")
    assert not Person.objects.exists()
