"""A breach from report to root cause: who hears of it, what is cut off, when it is late, and who sees nothing."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils.timezone import localtime

from plateward.core.audit.models import AuditEntry
from plateward.core.db.locking import change_row
from plateward.core.pages.export_stop import are_exports_stopped
from plateward.ground import clock
from plateward.ground.links.mail import MailError
from plateward.ground.policy.decision import Refused
from plateward.oversight.breaches import actions, officer
from plateward.oversight.breaches.evidence import facts
from plateward.oversight.breaches.models import Breach, BreachStep
from plateward.oversight.breaches.rules import MOST_A_DAY, BreachKind, Office
from plateward.people.access.models import Suspension
from plateward.people.models import Person, Terminal
from plateward.people.notices.kinds import Kind
from plateward.people.notices.models import MailRelay, Notice
from plateward.people.testing import acting, bearer, person, signed_in
from plateward.people.training.models import Duty
from plateward.testing.roadside import enroll_reader

pytestmark = pytest.mark.django_db
WHAT = "Somebody left my terminal in Unit 12 logged in, and two searches there are not mine."
CAUSE = "The door of the vehicle stood open; its camera shows a visitor at the terminal."
REMEDY = "Terminals lock after five minutes now; the unit was spoken to."
HANDLERS = ("gloria", "hector", "lena", "marco")


@pytest.fixture(autouse=True)
def _handlers() -> None:
    for username in HANDLERS:
        person(username)


def reported(concerns: Person | None = None, by: str = "ada", hours_ago: float = 0) -> Breach:
    noticed_at = clock.now() - timedelta(hours=hours_ago)
    return actions.report_breach(acting(by), BreachKind.ACCOUNT, WHAT, noticed_at, concerns)


def notified(kind: Kind) -> set[str]:
    return set(Notice.objects.filter(kind=kind, settled_at=None).values_list("to__username", flat=True))


def know(breach: Breach) -> None:
    actions.confirm_breach(acting("gloria"), breach, "The door's log shows two entries with one badge.")
    for office in Office:
        actions.note_notified(acting("gloria"), breach, office, "Lena Lopez, by phone.")


@pytest.mark.clause("6.b.i.11/report", "IR-6/hour")
def test_anybody_reports_and_the_administrator_hears_at_once() -> None:
    jack = signed_in(person("jack"))  # whose training has lapsed
    given = {
        "kind": "account",
        "what": WHAT,
        "noticed_at": f"{localtime(clock.now()):%Y-%m-%dT%H:%M}",
        "concerns": "",
    }
    page = jack.post("/breaches/report/", given, follow=True).content.decode()
    breach = Breach.objects.get()
    assert f"Reported as breach {breach.pk}" in page
    assert notified(Kind.BREACH_REPORT) == set(HANDLERS)
    entry = AuditEntry.objects.filter(event="breach.report").get()
    assert entry.actor_id == "jack"
    # A reporter sees that it is open, and no more.
    assert jack.get(f"/breaches/{breach.pk}/").status_code == 403


@pytest.mark.clause("6.b.i.11/report")
@pytest.mark.parametrize(
    "changed",
    [{"kind": "nonsense"}, {"what": ""}, {"noticed_at": "yesterday"}, {"concerns": "nobody"}],
)
def test_a_report_with_a_mistake_comes_back_with_what_was_typed(changed: dict[str, str]) -> None:
    given = {"kind": "leak", "what": WHAT, "noticed_at": "2026-07-01T12:00", "concerns": ""} | changed
    answer = signed_in(person("ada")).post("/breaches/report/", given)
    assert answer.status_code == 422
    assert given["what"] in answer.content.decode()
    assert not Breach.objects.exists()


@pytest.mark.clause("6.b.i.11/apart")
def test_the_person_whom_it_concerns_sees_nothing_of_it() -> None:
    breach = reported(concerns=person("gloria"))
    assert notified(Kind.BREACH_REPORT) == set(HANDLERS) - {"gloria"}
    gloria = signed_in(person("gloria"))
    assert str(breach) not in gloria.get("/breaches/?show=all").content.decode()
    assert gloria.get(f"/breaches/{breach.pk}/").status_code == 404
    assert gloria.post(f"/breaches/{breach.pk}/note/", {"text": "It was nothing."}).status_code == 404
    assert str(breach) in signed_in(person("lena")).get("/breaches/").content.decode()


@pytest.mark.clause("6.b.i.11/apart", "6.c.ii/people")
def test_whoever_is_suspected_later_sees_nothing_from_then_on() -> None:
    breach, gloria = reported(), signed_in(person("gloria"))
    assert gloria.get(f"/breaches/{breach.pk}/").status_code == 200
    given = {"person": "gloria", "text": "The searches came from her terminal."}
    assert signed_in(person("lena")).post(f"/breaches/{breach.pk}/suspect/", given).status_code == 302
    assert gloria.get(f"/breaches/{breach.pk}/").status_code == 404
    assert str(breach) not in gloria.get("/breaches/").content.decode()
    assert "reports a breach" not in gloria.get("/access/notices/").content.decode()
    with clock.set_to(clock.now() + timedelta(minutes=20)):
        actions.remind()
    assert notified(Kind.BREACH_REMIND) == set(HANDLERS) - {"gloria"}
    # Nor does the log, which an administrator reads, name anybody.
    logged = AuditEntry.objects.filter(object=f"breach:{breach.pk}", event="breach.note").get()
    assert logged.leaf
    assert "gloria" not in str(logged.leaf.details)


@pytest.mark.both_databases
@pytest.mark.clause("6.b.i.11/contained")
def test_only_the_breach_that_stopped_exports_lets_them_go_on() -> None:
    hers, other = reported(concerns=person("gloria")), reported(by="gloria")
    actions.stop_exports(acting("lena"), hers, "Files went to a stranger.")
    with pytest.raises(Refused, match="not stopped for this breach"):
        actions.resume_exports(acting("gloria"), other, "Everything is fine again.")
    actions.stop_exports(acting("marco"), other, "Until we know more.")
    actions.resume_exports(acting("lena"), hers, "The stranger is cut off.")
    assert are_exports_stopped()
    actions.resume_exports(acting("marco"), other, "We know more now.")
    assert not are_exports_stopped()
    for change in ("DELETE FROM pages_exportstop", "UPDATE pages_exportstop SET ends = NULL"):
        with pytest.raises(DatabaseError, match="they end"), transaction.atomic():
            connection.cursor().execute(change)


@pytest.mark.clause("6.b.i.11/report")
def test_reports_without_end_are_refused() -> None:
    for _ in range(MOST_A_DAY):
        reported()
    with pytest.raises(Refused, match="within a day"):
        reported()
    reported(by="ben")


@pytest.mark.clause("6.b.i.11/cyber", "IR-6/hour")
def test_an_office_that_does_not_know_is_reminded_of_and_its_lateness_recorded_once() -> None:
    breach = reported()
    assert actions.remind() == 0  # everybody has just heard of it
    now = clock.now()
    with clock.set_to(now + timedelta(minutes=16)):
        assert actions.remind() == 1
        assert actions.remind() == 0
        assert notified(Kind.BREACH_REMIND) == set(HANDLERS)
    with clock.set_to(now + timedelta(minutes=61)):
        assert actions.remind() == 1
        assert actions.remind() == 0
    actions.note_notified(acting("marco"), breach, Office.CJIS, "I know, from the notice.")
    with clock.set_to(now + timedelta(hours=25)):
        assert actions.remind() == 1
    assert list(breach.steps.values_list("kind", flat=True)) == ["late_cjis", "cjis", "late_cyber"]
    text = Notice.objects.filter(kind=Kind.BREACH_REMIND, settled_at=None).first()
    assert text
    assert "IT Cyber Security had to know by" in text.text
    assert "CJIS" not in text.text
    actions.note_notified(acting("gloria"), breach, Office.CYBER, "Lena Lopez, by phone.")
    assert notified(Kind.BREACH_REMIND) == set()
    with clock.set_to(now + timedelta(days=3)):
        assert actions.remind() == 0


@pytest.mark.clause("6.b.i.11/cyber", "IR-6/hour")
def test_times_count_from_when_it_was_noticed() -> None:
    reported(hours_ago=30)
    assert actions.remind() == 1
    assert set(BreachStep.objects.values_list("kind", flat=True)) == {"late_cjis", "late_cyber"}


@pytest.mark.clause("6.b.i.11/cyber", "IR-6/hour")
@pytest.mark.parametrize(
    ("noticed", "now", "cjis", "cyber"),
    [
        ("2026-03-07T12:00", "2026-03-07T19:10", "2026-03-07T20:00", "2026-03-08T19:00"),  # 1 pm
        ("2026-10-31T12:00", "2026-10-31T18:10", "2026-10-31T19:00", "2026-11-01T18:00"),  # 11 am
        ("2026-11-01T01:30", "2026-11-01T08:40", "2026-11-01T08:30", "2026-11-02T07:30"),  # the first 1:30
    ],
)
def test_hours_are_hours_when_the_clocks_change(noticed: str, now: str, cjis: str, cyber: str) -> None:
    with clock.set_to(datetime.fromisoformat(f"{now}+00:00")):
        given = {"kind": "account", "what": WHAT, "noticed_at": noticed, "concerns": ""}
        assert signed_in(person("ada")).post("/breaches/report/", given).status_code == 302
        deadlines = {deadline.office: deadline for deadline in Breach.objects.get().deadlines}
        assert f"{deadlines[Office.CJIS].due:%Y-%m-%dT%H:%M}" == cjis
        assert f"{deadlines[Office.CYBER].due:%Y-%m-%dT%H:%M}" == cyber
        assert deadlines[Office.CJIS].is_overdue(clock.now()) is (now > cjis)


def test_a_time_that_the_clocks_skipped_is_named() -> None:
    given = {"kind": "account", "what": WHAT, "noticed_at": "2026-03-08T02:30", "concerns": ""}
    with clock.set_to(datetime(2026, 3, 8, 15, tzinfo=UTC)):
        answer = signed_in(person("ada")).post("/breaches/report/", given)
    assert answer.status_code == 422
    assert "The clocks were set forward over this time." in answer.content.decode()


@pytest.mark.both_databases
@pytest.mark.clause("6.b.i.11/contained", "AC-2/disabled")
def test_what_leaks_is_cut_off_on_the_breachs_page() -> None:
    breach, lena = reported(), signed_in(person("lena"))
    ben, reader = person("ben"), enroll_reader()
    terminal = Terminal.objects.create(name="Unit 12", kind="patrol", secret="x" * 64, issued_by="system:t")
    bearer(ben)
    for cut, name in (("token", "ben"), ("person", "Ben"), ("terminal", "Unit 12"), ("reader", reader.name)):
        given = {"cut": cut, "name": name, "reason": "Nothing more is searched from there."}
        assert lena.post(f"/breaches/{breach.pk}/cut/", given).status_code == 302, cut
    assert Suspension.objects.get(person=ben).kind == Suspension.Kind.HIGH_RISK
    terminal.refresh_from_db()
    assert terminal.revoked_at
    assert ben.api_tokens.filter(revoked_at=None).count() == 0
    assert breach.steps.filter(kind=BreachStep.Kind.CUT_OFF).count() == 4
    nobody = lena.post(
        f"/breaches/{breach.pk}/cut/", {"cut": "reader", "name": "no such", "reason": "It stops it all."}
    )
    assert nobody.status_code == 409
    assert "There is no reader in use “no such”" in nobody.content.decode()


@pytest.mark.clause("6.b.i.11/contained")
def test_while_exports_are_stopped_no_file_leaves() -> None:
    breach, marco = reported(), signed_in(person("marco"))
    signed_in(person("ben"))  # a token answers while its person is signed in
    token = {"authorization": bearer(person("ben"))}
    program = Client()
    assert marco.get("/access/register/file/").status_code != 403
    given = {"cut": "exports", "name": "", "reason": "Files went to a stranger."}
    assert marco.post(f"/breaches/{breach.pk}/cut/", given).status_code == 302
    refused = marco.get("/access/register/file/", follow=True)
    assert refused.status_code == 403
    assert "All exports are stopped" in refused.content.decode()
    assert AuditEntry.objects.filter(event="route.refuse", clause="6.b.i.11").exists()
    answer = program.get("/api/v1/token", headers=token)
    assert answer.status_code == 403
    assert answer.json()["clause"] == "6.b.i.11"
    resumed = marco.post(f"/breaches/{breach.pk}/exports/", {"reason": "The stranger is cut off."})
    assert resumed.status_code == 302
    assert marco.get("/access/register/file/").status_code != 403
    assert program.get("/api/v1/token", headers=token).status_code == 200


@pytest.mark.clause("6.b.i.11/cause", "6.d.iv/incident", "AT-2/incident")
def test_the_root_cause_closes_it_and_opens_the_duty_to_retrain() -> None:
    breach, lena = reported(), signed_in(person("lena"))
    given = {
        "confirmed": "yes",
        "cause": CAUSE,
        "remedy": REMEDY,
        "involved": [person("ben").pk],
        "courses": "cjis",
    }
    early = lena.post(f"/breaches/{breach.pk}/close/", given)
    assert early.status_code == 409
    assert CAUSE in early.content.decode()
    know(breach)
    assert lena.post(f"/breaches/{breach.pk}/close/", given).status_code == 302
    breach = Breach.objects.get()
    assert breach.closed_at
    duty = Duty.objects.get()
    assert (duty.kind, duty.reference, duty.course.code) == ("incident", str(breach), "cjis")
    assert [concern.person for concern in duty.concerns.all()] == [person("ben")]
    with pytest.raises(Refused, match="is closed"):
        actions.add_note(acting("gloria"), breach, "One more thing.")


@pytest.mark.clause("6.b.i.11/cause")
def test_only_cyber_security_closes_it_and_what_was_no_breach_retrains_nobody() -> None:
    breach = reported()
    actions.note_notified(acting("gloria"), breach, Office.CJIS, "Marco Mora, by phone.")
    given = {
        "confirmed": "no",
        "cause": "The searches were Ben's own, as he shows.",
        "remedy": "",
    }
    assert signed_in(person("gloria")).post(f"/breaches/{breach.pk}/close/", given).status_code == 403
    assert signed_in(person("lena")).post(f"/breaches/{breach.pk}/close/", given).status_code == 302
    assert not Duty.objects.exists()
    assert "No open breaches" in signed_in(person("gloria")).get("/breaches/").content.decode()


ROSA = ("Rosa Romero", "rosa@state.example.gov")
SHOWN = "The door's log shows two entries with one badge."


@pytest.fixture
def mails(settings: Any, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str, str]]:
    """A relay that is on, what it took, and Rosa as the state's CJIS Systems Officer."""
    settings.SYSTEMS_OFFICER, settings.AGENCY_NAME = ROSA, "State Police"
    sent: list[tuple[str, str, str]] = []
    monkeypatch.setattr(officer, "send_mail", lambda _, *mail: sent.append(mail))
    MailRelay.objects.create(
        pk=1, host="relay.example.gov", sender="hub@example.gov", domain="example.gov", on=True
    )
    return sent


@pytest.mark.clause("IR-6/systems")
def test_the_states_systems_officer_gets_an_email_of_what_is_confirmed(
    mails: list[tuple[str, str, str]],
) -> None:
    breach = reported(concerns=person("ben"))
    assert officer.send_emails() == 0, "it is only suspected"
    page = signed_in(person("gloria"))
    assert page.post(f"/breaches/{breach.pk}/confirm/", {"text": "?"}).status_code == 409
    assert page.post(f"/breaches/{breach.pk}/confirm/", {}).status_code == 422
    assert page.post(f"/breaches/{breach.pk}/confirm/", {"text": SHOWN}).status_code == 302
    assert page.post(f"/breaches/{breach.pk}/confirm/", {"text": SHOWN}).status_code == 409
    assert "not sent yet" in page.get(f"/breaches/{breach.pk}/").content.decode()
    assert (officer.send_emails(), officer.send_emails()) == (1, 0)
    [(to, subject, text)] = mails
    assert (to, subject) == (ROSA[1], f"State Police: confirmed security incident, breach {breach.pk}")
    for private in (WHAT, SHOWN, "Ben", "ben"):
        assert private not in text
    html = page.get(f"/breaches/{breach.pk}/").content.decode()
    assert "Rosa Romero, by email to rosa@state.example.gov." in html
    assert "Notify CJIS Systems Officer" in html
    deadline = {item.office: item for item in Breach.objects.get().deadlines}[Office.SYSTEMS]
    assert deadline.kept
    assert AuditEntry.objects.filter(event="mail.send", object=f"breach:{breach.pk}").exists()


@pytest.mark.clause("IR-6/systems")
def test_an_email_that_cannot_be_sent_is_tried_again_says_why_and_gives_way_to_a_call(
    mails: list[tuple[str, str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    breach = reported()
    actions.confirm_breach(acting("gloria"), breach, SHOWN)

    def away(*_: Any) -> None:
        raise MailError("The mail relay did not take the email: it does not answer.")

    with monkeypatch.context() as patch:
        patch.setattr(officer, "send_mail", away)
        assert officer.send_emails() == 0
    html = signed_in(person("gloria")).get(f"/breaches/{breach.pk}/").content.decode()
    assert "not sent yet: The mail relay did not take the email" in html
    change_row(MailRelay.objects.get(), on=False)
    with clock.set_to(clock.now() + timedelta(minutes=1)):
        assert officer.send_emails() == 0
    assert "No mail relay is on." in breach.email.__class__.objects.get().problem_text
    actions.note_notified(acting("marco"), breach, Office.SYSTEMS, "Rosa Romero, by phone.")
    change_row(MailRelay.objects.get(), on=True)
    with clock.set_to(clock.now() + timedelta(hours=1)):
        assert officer.send_emails() == 0
    assert mails == []
    assert notified(Kind.BREACH_REMIND) == set()


@pytest.mark.clause("IR-6/systems")
def test_without_an_address_the_systems_officer_is_reminded_of_and_the_page_says_to_call(
    settings: Any,
) -> None:
    settings.SYSTEMS_OFFICER = None
    breach = reported()
    with pytest.raises(Refused, match="not confirmed"):
        actions.note_notified(acting("marco"), breach, Office.SYSTEMS, "Rosa Romero, by phone.")
    actions.confirm_breach(acting("gloria"), breach, SHOWN)
    assert (
        "notify them by phone" in signed_in(person("gloria")).get(f"/breaches/{breach.pk}/").content.decode()
    )
    with clock.set_to(clock.now() + timedelta(minutes=61)):
        assert actions.remind() == 1
    assert breach.steps.filter(kind="late_system").exists()
    assert any("agency.systems_officer is not set" in fact.attention for fact in facts())


@pytest.mark.both_databases
@pytest.mark.clause("6.b.i.11/apart")
def test_the_database_keeps_what_was_recorded() -> None:
    breach = reported()
    actions.add_note(acting("lena"), breach, "The camera shows who it was.")
    for rows in (Breach.objects.all(), BreachStep.objects.all()):
        with pytest.raises(DatabaseError, match=r"6\.b\.i\.11"), transaction.atomic():
            rows.update(id=999)
        with pytest.raises(DatabaseError, match=r"6\.b\.i\.11"), transaction.atomic():
            rows._raw_delete("default")
