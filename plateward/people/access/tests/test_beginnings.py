"""An empty hub gets its Chief and its first administrator, once, by the Chief's recorded order."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from plateward.ground.errors import PlatewardError
from plateward.ground.policy.decision import Refused
from plateward.people.access import standing
from plateward.people.access.models import Access, Designation
from plateward.people.commands import cli
from plateward.people.models import Person
from plateward.people.testing import person

pytestmark = pytest.mark.django_db
COURSES = ("policy", "equipment", "ncic", "cjis")
ADVANCED = ("advanced-cjis", "advanced-ncic", "administration", "cjis-privileged")


@pytest.fixture(autouse=True)
def _quick_passwords(settings) -> None:  # type: ignore[no-untyped-def]
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def begin(*more: str) -> str:
    """What the command prints; its exceptions propagate."""
    arguments = [
        *("begin", "--chief", "hector", "--chief-name", "Hector Herrera", "--chief-badge", "1"),
        *("--chief-order", "Appointment 2024-1", "--administrator", "gloria", "--administrator-name"),
        *("Gloria Gallegos", "--administrator-badge", "1001", "--order", "Order 2026-1"),
    ]
    return CliRunner().invoke(cli.app, [*arguments, *more], catch_exceptions=False).stdout


def evidence(folder: Path, *, without: str = "") -> Path:
    rows = [("hector", course) for course in (*COURSES, "command")] + [
        ("gloria", course) for course in (*COURSES, *ADVANCED)
    ]
    lines = [f"{who},{course},Academy,2026-11-01,90" for who, course in rows if course != without]
    file = folder / "evidence.csv"
    file.write_text("\n".join(["username,course,issuer,date,score", *lines]))
    return file


def train(file: Path) -> None:
    assert CliRunner().invoke(cli.app, ["train", "import", str(file)]).exit_code == 0


@pytest.mark.clause(
    "6.b.i/designation", "5.d/account", "5.d/all", "5.e/privileged", "5.e/training", "6.e.i/own"
)
def test_the_chief_and_the_administrator_begin_with_an_order_and_their_training(  # type: ignore[no-untyped-def]
    tmp_path: Path, recorded
) -> None:
    printed = begin("--since", "2026-11-02", "--until", "2027-11-01")
    train(evidence(tmp_path))
    passwords = dict(line.split() for line in printed.splitlines())
    for username in ("hector", "gloria"):
        who = Person.objects.get(username=username)
        assert standing.standing_of(who).authorized
        assert who.check_password(passwords[username])
        assert who.must_change_password
    order = Designation.objects.get(office="administrator")
    assert (order.document, order.person.username) == ("Order 2026-1", "gloria")
    assert [f"{moment:%Y-%m-%d}" for moment in (order.begins, order.ends) if moment] == [
        "2026-11-02",
        "2027-11-02",
    ]
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
    ("given", "message"),
    [
        (["--order", " "], "has no order"),
        (["--since", "2026-11-02", "--until", "2026-11-01"], "end before it begins"),
        (["--since", "yesterday"], "'yesterday' is not a date"),
        (["--administrator", "hector"], "username is taken"),
        (["--administrator-badge", "1"], "badge number belongs to another"),
    ],
)
def test_what_cannot_be_taken_is_told_and_nobody_is_made(given: list[str], message: str) -> None:
    with pytest.raises(PlatewardError, match=message):
        begin(*given)
    assert not Person.objects.exists()
    assert not Designation.objects.exists()
