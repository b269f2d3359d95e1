"""Log-in at a reader's screen, as the hub sees it."""

from datetime import timedelta
from uuid import uuid4

import pytest
from allauth.mfa.models import Authenticator

from plateward.core.audit.models import AuditEntry
from plateward.field.fleet.models import Reader
from plateward.ground import clock
from plateward.ground.wire.officer import (
    LogIn,
    LogInAnswer,
    ScreenAct,
    ScreenAnswer,
    ScreenReport,
    decode_answer,
    decode_login_answer,
)
from plateward.people.access.models import Suspension
from plateward.people.models import Person
from plateward.people.testing import authorize, generate_totp_secret, give_factor, person, totp_code, untrain
from plateward.testing.roadside import Roadside, enroll_reader

PASSWORD = "mesa verde 505"
SECRET = generate_totp_secret()

pytestmark = [pytest.mark.django_db, pytest.mark.clause("6.e.i/vehicle", "6.a.i.2/vehicle")]


@pytest.fixture
def ada(carla: Person) -> Person:
    ada = person("ada", password=PASSWORD, supervisor=carla)
    authorize(ada)
    give_factor(ada, Authenticator.Type.TOTP, secret=SECRET)
    return ada


def log_in(
    roadside: Roadside,
    password: str = PASSWORD,
    code: str | None = None,
    username: str = "ada",
    step: int = 0,
) -> LogInAnswer:
    typed = LogIn(username, password, totp_code(SECRET, step) if code is None else code)
    answer = roadside.tell("/v1/login", typed)
    assert answer.status_code == 200, answer.content
    return decode_login_answer(answer.content)


def report(roadside: Roadside, message: ScreenReport) -> ScreenAnswer:
    answer = roadside.tell("/v1/screen", message)
    assert answer.status_code == 200, answer.content
    return decode_answer(answer.content)


def logged(event: str) -> list[tuple[str, str, str]]:
    rows = AuditEntry.objects.filter(event=event).order_by("sequence")
    return [(row.object, row.outcome, row.actor_kind) for row in rows]


@pytest.mark.clause("6.c.ii.1/factors", "IA-2/people", "AU-2/logons")
def test_password_and_code_let_an_officer_in_and_it_is_on_the_log(roadside: Roadside, ada: Person) -> None:
    officer = log_in(roadside).officer
    assert officer
    assert (officer.username, officer.until - officer.since) == ("ada", timedelta(hours=12))
    assert logged("screen.login") == [("person:ada", "done", "person")]
    assert Reader.objects.get(name=roadside.name).officer == ada
    again = log_in(roadside)
    assert "A code works once" in again.refused


@pytest.mark.clause("SC-28/reader")
def test_whoever_logs_in_at_a_reader_opens_its_data_and_no_other_readers(
    roadside: Roadside, ada: Person
) -> None:
    other = enroll_reader("unit-14", unit=ada.unit)
    first, second, elsewhere = log_in(roadside), log_in(roadside, step=1), log_in(other, step=-1)
    assert first.officer and second.officer and elsewhere.officer  # noqa: PT018
    assert first.officer.data_key == second.officer.data_key != elsewhere.officer.data_key


@pytest.mark.clause("AC-7/lock", "AU-2/logons")
def test_five_wrong_passwords_at_a_reader_lock_the_account_everywhere(
    roadside: Roadside, ada: Person
) -> None:
    for _ in range(5):
        assert "username or the password is wrong" in log_in(roadside, "a wrong password", "").refused
    assert Suspension.objects.filter(person=ada, kind=Suspension.Kind.LOCKED, ends=None).exists()
    assert log_in(roadside).officer is None


@pytest.mark.clause("AC-7/lock", "IA-2/people")
def test_a_wrong_code_is_refused_and_counts(roadside: Roadside, ada: Person) -> None:
    assert "Not accepted" in log_in(roadside, code="000000").refused
    assert ("person:ada", "failed", "person") not in logged("screen.login")
    assert AuditEntry.objects.filter(event="person.factor", outcome="failed").count() == 1


@pytest.mark.clause("5.d/says", "5.e/training")
def test_whose_training_lapsed_is_refused_and_later_told_to_leave(roadside: Roadside, ada: Person) -> None:
    untrain(ada, "policy")
    assert "clause 6.d" in log_in(roadside).refused or "training" in log_in(roadside, step=1).refused.lower()
    assert ("person:ada", "refused", "person") in logged("screen.login")
    answer = report(roadside, ScreenReport(officer="", kept=["ada", "nobody"]))
    assert set(answer.refused) == {"ada", "nobody"}


def test_a_second_reader_ends_the_log_in_at_the_first(roadside: Roadside, ada: Person) -> None:
    first = log_in(roadside).officer
    assert first
    second = enroll_reader("unit-14", unit=ada.unit)
    log_in(second, step=1)
    answer = report(roadside, ScreenReport(officer="ada", since=first.since, kept=["ada"]))
    assert "You logged in at unit-14" in answer.refused["ada"]
    assert Reader.objects.get(name="unit-14").officer == ada


@pytest.mark.clause("AU-2/logons", "AC-12/ends")
def test_what_happened_without_the_hub_reaches_the_log_in_the_readers_word(
    roadside: Roadside, ada: Person
) -> None:
    now = clock.now()
    acts = [
        ScreenAct(uuid4(), "fail", "my own password!", now, "Wrong password."),
        ScreenAct(uuid4(), "login", "ada", now, "By the credential kept here."),
        ScreenAct(uuid4(), "logout", "ada", now, "Logged out."),
    ]
    assert report(roadside, ScreenReport(acts=acts)).refused == {}
    assert logged("screen.login") == [
        ("person:(not a username)", "failed", "device"),
        ("person:ada", "done", "device"),
    ]
    assert logged("screen.logout") == [("person:ada", "done", "device")]
