"""A person's page: details, current status, history with dates and decisions, the viewer's acts."""

from datetime import timedelta

import pytest
from django.test import Client

from plateward.core.audit.actor import Actor
from plateward.ground import clock
from plateward.ground.policy.decision import Refused
from plateward.people import actions
from plateward.people.access.correcting import edit_person
from plateward.people.access.models import Designation, Suspension
from plateward.people.actions import AccountError
from plateward.people.models import Person
from plateward.people.pages import history
from plateward.people.penalties import actions as penalties
from plateward.people.penalties.models import Note
from plateward.people.testing import acting, person, signed_in

pytestmark = pytest.mark.django_db
GLORIA = Actor("person", "gloria", "Gloria Gallegos")


def page(viewer: str, of: Person, query: str = "") -> str:
    answer = signed_in(person(viewer)).get(f"/people/{of.pk}/{query}")
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.both_databases
@pytest.mark.clause("6.b.i.7/lists")
def test_the_story_tells_all_with_dates_and_by_whose_decision_newest_first() -> None:
    carla, gloria = person("carla"), person("gloria")
    ada = person("ada", supervisor=carla)
    now = clock.now()
    Suspension.objects.create(
        person=ada,
        kind="leave",
        reason="Parental leave.",
        begins=now - timedelta(days=9),
        begun_by="person:gloria",
        ends=now - timedelta(days=3),
        ended_by="person:gloria",
    )
    offense = penalties.record_offense(GLORIA, ada, "Lent her log-in.", "6.a.i.2", 1)
    penalties.note_offense(acting("carla"), offense, Note.Kind.HANDLED, "Sergeant Chavez", "Reprimand.")
    edit_person(GLORIA, ada, rank="Senior Agent")
    events = history.history_of(ada, gloria)
    times = [event.at for event in events if event.at]
    assert len(times) == len(events)
    assert times == sorted(times, reverse=True)
    whats = [event.what for event in events]
    assert whats[0] == "Changed rank from “Agent” to “Senior Agent”"
    assert whats[1] == "Handled in the chain of command, by Sergeant Chavez"
    assert whats[2].startswith("Offense against 6.a.i.2: access revoked until")
    assert "Suspended: on leave" in whats
    assert "Restored after: on leave" in whats
    assert "Approved: access as Officer or agent, Unit 12" in whats
    assert any(what.startswith("Took CJIS security awareness on") for what in whats)
    assert {event.by for event in events[:3]} == {"Gloria Gallegos", "Carla Chavez"}
    html = page("gloria", ada)
    for text in ("Lent her log-in.", "Parental leave.", "No access", "6.g.i.1"):
        assert text in html


@pytest.mark.clause("6.b.i.8/matrix")
def test_a_part_of_the_story_is_told_to_those_whose_duty_it_is() -> None:
    ada = person("ada")
    assert "Took CJIS security awareness" in page("gloria", ada)
    assert "Took CJIS security awareness" not in page("lena", ada)  # cyber does not see training


def test_the_story_can_be_narrowed_to_what_it_is_about() -> None:
    ada = person("ada")
    assert "Took CJIS" not in page("gloria", ada, "?about=access")
    assert "Took CJIS" in page("gloria", ada, "?about=training")
    assert "Took CJIS" in page("gloria", ada, "?about=nonsense")


def test_what_has_its_end_set_in_advance_has_not_ended_yet() -> None:
    gloria = person("gloria")
    Designation.objects.filter(person=gloria).update(ends=clock.now() + timedelta(days=9))
    whats = [event.what for event in history.history_of(gloria, gloria)]
    assert "Designated ALPR administrator" in whats
    assert "Designation as ALPR administrator ended" not in whats


@pytest.mark.clause("6.b.i.7/lists")
def test_sign_ins_and_second_factors_are_told_from_the_audit_log() -> None:
    ada = person("ada")
    actions.enroll_totp(GLORIA, ada, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    events = [event for event in history.history_of(ada, person("gloria")) if event.about == "account"]
    assert events[0].what == "Second factor added: one-time codes"
    assert events[0].by == "Gloria Gallegos" or events[0].by == "gloria"


@pytest.mark.clause("6.b.i.8/matrix")
@pytest.mark.parametrize(
    ("viewer", "may", "may_not"),
    [
        ("gloria", ["Record an offense", "Correct name"], []),
        ("hector", [], ["Record an offense", "Correct name"]),
        ("lena", [], ["Record an offense", "Correct name"]),
    ],
)
def test_a_viewer_sees_what_they_may_do(viewer: str, may: list[str], may_not: list[str]) -> None:
    html = page(viewer, person("ada"))
    assert all(text in html for text in may)
    assert not any(text in html for text in may_not)


@pytest.mark.clause("6.g.i/recorded")
def test_nobody_is_offered_to_record_their_own_offense() -> None:
    assert "Record an offense" not in page("gloria", person("gloria"))


@pytest.mark.clause("AU-2/acts")
def test_an_edit_is_recorded_as_it_was_and_as_it_is(recorded) -> None:  # type: ignore[no-untyped-def]
    ada = person("ada")
    window = signed_in(person("gloria"))
    given = {"full_name": "Ada Baca", "rank": "Sergeant", "badge": "1201", "agency": ""}
    assert window.post(f"/people/{ada.pk}/edit/", given).status_code == 302
    details = recorded("person.update").details
    assert (details["full_name_before"], details["full_name_after"]) == ("Ada Archuleta", "Ada Baca")
    assert details["badge_before"] == "badge-ada"
    assert "agency_before" not in details
    assert "Ada Archuleta” to “Ada Baca" in page("gloria", ada)


@pytest.mark.clause("6.e.i/own")
def test_a_badge_of_somebody_else_is_refused_and_nothing_changes() -> None:
    ada, ben = person("ada"), person("ben")
    given = {"full_name": "Ada Baca", "rank": "", "badge": ben.badge}
    answer = signed_in(person("gloria")).post(f"/people/{ada.pk}/edit/", given)
    assert answer.status_code == 422
    assert "another person" in answer.content.decode()
    assert Person.objects.get(pk=ada.pk).full_name == "Ada Archuleta"
    with pytest.raises(AccountError, match="another person"):
        edit_person(GLORIA, ada, badge=ben.badge)


@pytest.mark.clause("6.a.i.2/own", "6.e.i/own")
def test_a_first_password_is_shown_once_and_is_never_on_the_log(recorded) -> None:  # type: ignore[no-untyped-def]
    ada = person("ada")
    page = signed_in(person("gloria")).post(f"/people/{ada.pk}/password/").content.decode()
    given = page.split('once mono">')[1].split("<")[0]
    ada.refresh_from_db()
    assert ada.check_password(given)
    assert ada.must_change_password
    assert given not in repr(recorded("person.password"))


@pytest.mark.clause("6.a.i.2/own", "IA-2/people")
def test_nobody_gives_themself_a_password_nor_one_to_who_has_a_second_factor() -> None:
    ada = person("ada")
    theirs = signed_in(ada)  # sets one up
    answer = signed_in(person("gloria")).post(f"/people/{ada.pk}/password/")
    assert answer.status_code == 409
    assert "Two people reset" in answer.content.decode()
    assert theirs.get("/alerts/").status_code == 200
    with pytest.raises(Refused, match="cannot give yourself"):
        actions.give_password(GLORIA, person("gloria"))


@pytest.mark.clause("6.b.i.8/matrix")
def test_nobody_without_the_duty_edits_an_account() -> None:
    ada = person("ada")
    window: Client = signed_in(person("carla"))
    for path in ("edit", "password"):
        assert window.post(f"/people/{ada.pk}/{path}/").status_code == 403
