"""Log-in at a reader's screen, as the hub sees it."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from plateward.core.audit.models import AuditEntry
from plateward.field.fleet.models import Reader
from plateward.field.fleet.officers.signals import alarm_acknowledged
from plateward.ground import clock
from plateward.ground.wire.officer import (
    LogIn,
    LogInAnswer,
    LogInCode,
    ScreenAct,
    ScreenAnswer,
    ScreenReport,
    TakeCode,
    decode_answer,
    decode_login_answer,
    decode_login_code,
)
from plateward.people.access.models import Suspension
from plateward.people.actor import PersonActor
from plateward.people.models import Person
from plateward.people.purpose.rules import purposes_for
from plateward.people.testing import (
    authorize,
    generate_totp_secret,
    give_factor,
    person,
    signed_in,
    totp_code,
    untrain,
)
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


def shown_code(roadside: Roadside) -> LogInCode:
    answer = roadside.tell("/v1/login/code", LogInAnswer())  # what it says is not read
    assert answer.status_code == 200, answer.content
    return decode_login_code(answer.content)


def taken(roadside: Roadside, code: str) -> LogInAnswer:
    answer = roadside.tell("/v1/login/code/taken", TakeCode(code))
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
    assert officer.purposes == purposes_for(ada.permissions)
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


@pytest.mark.clause("6.a.i.1/every", "6.b.i.9/entries")
def test_the_purpose_that_was_stated_at_the_screen_stands_on_what_was_done_there(
    roadside: Roadside, ada: Person
) -> None:
    now = clock.now()
    report(
        roadside,
        ScreenReport(
            acts=[
                ScreenAct(uuid4(), "purpose", "ada", now, purpose="patrol"),
                ScreenAct(uuid4(), "logout", "ada", now, "Logged out.", purpose="patrol"),
                ScreenAct(uuid4(), "purpose", "ada", now, purpose="curiosity"),
                ScreenAct(uuid4(), "logout", "ada", now, "Logged out.", purpose="curiosity"),
            ]
        ),
    )
    assert logged("purpose.state") == [
        ("person:ada", "done", "device"),
        ("person:ada", "refused", "device"),
    ]
    outs = AuditEntry.objects.filter(event="screen.logout").order_by("sequence")
    assert [entry.leaf.details.get("purpose") for entry in outs if entry.leaf] == ["patrol", None]


@pytest.mark.clause("6.a.i.1/every", "6.b.i.9/entries")
def test_an_alarm_is_acknowledged_for_the_purpose_that_was_stated(roadside: Roadside, ada: Person) -> None:
    heard: list[tuple[str, str, UUID]] = []

    def hear(actor: PersonActor, read: UUID, **_: object) -> None:
        heard.append((actor.id, actor.purpose, read))

    alarm_acknowledged.connect(hear)
    read, now = uuid4(), clock.now()
    purposes = ("patrol", "curiosity")
    acts = [ScreenAct(uuid4(), "acknowledge", "ada", now, read=read, purpose=purpose) for purpose in purposes]
    report(roadside, ScreenReport(acts=acts))
    alarm_acknowledged.disconnect(hear)
    assert heard == [("ada", "patrol", read), ("ada", "", read)]


@pytest.mark.parametrize("username", ["ada", "carla", "dario"])
def test_who_may_log_in_at_a_screen_has_a_purpose_to_state(username: str) -> None:
    assert "patrol" in purposes_for(person(username).permissions)


def look_up(browser: Client, code: str, *, confirm: bool = False) -> str:
    answer = browser.post("/reader/", {"code": code} | ({"confirm": "1"} if confirm else {}), follow=True)
    return answer.content.decode()


@pytest.mark.both_databases
@pytest.mark.clause("6.c.ii.1/factors", "IA-2/people", "AU-2/logons")
def test_a_code_confirmed_on_the_pages_opens_the_screen_that_shows_it_once(
    roadside: Roadside, ada: Person
) -> None:
    shown, browser = shown_code(roadside), signed_in(ada)
    assert shown.address == "https://localhost:8443/reader/"
    assert taken(roadside, shown.code) == LogInAnswer(), "nobody has confirmed it"
    page = look_up(browser, f"{shown.code[:4]}-{shown.code[4:]}".lower())
    assert "Log in at unit-12" in page
    assert "Unit 12" in page
    assert taken(roadside, shown.code) == LogInAnswer(), "looked at, not confirmed"
    assert "You are logged in at unit-12" in look_up(browser, shown.code, confirm=True)
    officer = taken(roadside, shown.code).officer
    assert officer
    assert (officer.username, officer.purposes) == ("ada", purposes_for(ada.permissions))
    assert officer.data_key == log_in(roadside).officer.data_key  # type: ignore[union-attr]
    assert Reader.objects.get(name=roadside.name).officer == ada
    assert "expired" in taken(roadside, shown.code).refused
    assert logged("screen.login")[0] == ("person:ada", "done", "person")
    assert logged("screen.code") == [("reader:unit-12", "done", "device")]
    assert "No reader shows this code" in look_up(browser, shown.code, confirm=True)


def test_a_code_opens_its_own_reader_alone_for_ten_minutes_and_a_screen_that_asks_again_fills_no_log(
    roadside: Roadside, ada: Person
) -> None:
    shown, browser = shown_code(roadside), signed_in(ada)
    assert shown_code(roadside).code == shown.code
    assert len(logged("screen.code")) == 1
    look_up(browser, shown.code, confirm=True)
    other = enroll_reader("unit-14", unit=ada.unit)
    assert "expired" in taken(other, shown.code).refused
    with clock.set_to(clock.now() + timedelta(minutes=10)):
        assert "expired" in taken(roadside, shown.code).refused
    assert shown_code(roadside).code != shown.code, "that one is confirmed"
    later = shown_code(roadside)
    with clock.set_to(clock.now() + timedelta(minutes=10)):
        assert "No reader shows this code" in look_up(signed_in(ada), later.code)


@pytest.mark.clause("AC-7/lock", "6.b.i.9/denied")
def test_after_five_wrong_codes_no_more_are_tried(roadside: Roadside, ada: Person) -> None:
    shown, browser = shown_code(roadside), signed_in(ada)
    for _ in range(5):
        assert "No reader shows this code" in look_up(browser, "BCDFGHJK")
    assert "Too many wrong codes" in look_up(browser, shown.code, confirm=True)
    assert taken(roadside, shown.code) == LogInAnswer()
    with clock.set_to(clock.now() + timedelta(minutes=6)):
        assert "Log in at" in look_up(signed_in(person("carla")), shown.code)
    with clock.set_to(clock.now() + timedelta(minutes=16)):
        assert "Log in at" in look_up(signed_in(ada), shown_code(roadside).code)


@pytest.mark.clause("5.d/says", "5.e/training", "6.c.ii.1/factors")
def test_who_lost_access_or_proved_no_factor_lately_lets_no_screen_in(
    roadside: Roadside, ada: Person
) -> None:
    shown, browser = shown_code(roadside), signed_in(ada)
    with clock.set_to(clock.now() + timedelta(minutes=11)):
        stale = browser.post("/reader/", {"code": shown.code, "confirm": "1"})
    assert stale.status_code == 401
    assert "second factor" in stale.content.decode()
    elena = signed_in(person("elena")).get("/reader/")
    assert elena.status_code == 403, "communications confirms no plate"
    look_up(signed_in(ada), shown.code, confirm=True)
    untrain(ada, "policy")
    assert "training" in taken(roadside, shown.code).refused.lower()
    assert ("person:ada", "refused", "device") in logged("screen.login")


@pytest.mark.clause("IA-2/people")
def test_who_has_no_password_here_and_comes_by_the_agencys_directory_logs_in_by_a_code(
    roadside: Roadside, carla: Person
) -> None:
    ben = person("ben", supervisor=carla)
    ben.set_unusable_password()
    ben.save(update_fields=["password"])
    shown = shown_code(roadside)
    assert "You are logged in at unit-12" in look_up(signed_in(ben), shown.code, confirm=True)
    officer = taken(roadside, shown.code).officer
    assert officer
    assert officer.username == "ben"
