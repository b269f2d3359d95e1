"""Closed, reviewed, returned, completed: on the alert's and the supervisor's pages, every version kept."""

from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from plateward.core.audit.models import AuditEntry as Audit
from plateward.ground.policy.decision import Refused
from plateward.people.actor import PersonActor
from plateward.people.notices.models import Notice
from plateward.people.testing import person, signed_in
from plateward.testing.hotlist import load_hotlist
from plateward.testing.roadside import enroll_reader
from plateward.work.alerts.closing import actions
from plateward.work.alerts.closing.account import DispositionAccount, EnforcementAction, EnforcementKind
from plateward.work.alerts.closing.models import Enforcement, Review
from plateward.work.alerts.facts import AlertOutcome, Stage
from plateward.work.alerts.models import Act, Alert, Disposition
from plateward.work.alerts.page import actions as steps
from plateward.work.alerts.testing import STORY

pytestmark = [pytest.mark.django_db, pytest.mark.clause("6.e.vii/thorough")]
WORDS = "Name the number of the citation, please."
GIVEN = {
    "outcome": "enforcement",
    "count_citation": "2",
    "which_citation": "C-1881 and C-1882",
    "count_tow": "1",
    "persons_stopped": "2",
    "force_used": "no",
    "force": "",
    "recovered": "yes",
    "recovery": "The listed vehicle",
    "narrative": STORY,
}


@pytest.fixture
def acted(ada: PersonActor, alert: Alert) -> Alert:
    """Enforcement is recorded on it; the gate's tests cover how."""
    steps.confirm(ada, alert, "ABC123", "NM")
    Act.objects.create(alert=alert, kind="enforcement", by=ada.person, at=alert.arrived_at)
    return alert


@pytest.fixture
def carla(ada: PersonActor) -> PersonActor:
    """Ada's supervisor."""
    made = person("carla")
    type(made).objects.filter(pk=ada.person.pk).update(supervisor=made)
    ada.person.refresh_from_db()
    return PersonActor.of(made)


def post(browser: Client, alert: Alert, **changed: str) -> Any:
    return browser.post(f"/alerts/{alert.pk}/dispose", GIVEN | changed)


def stage(alert: Alert) -> str:
    return Alert.objects.get(pk=alert.pk).stage


def test_the_page_takes_every_kind_of_action_by_itself(ada: PersonActor, acted: Alert) -> None:
    browser = signed_in(ada.person)
    assert post(browser, acted).status_code == 302
    said = Disposition.objects.get()
    assert (said.outcome, said.narrative, said.persons_stopped) == (AlertOutcome.ENFORCEMENT, STORY, 2)
    assert (said.force_used, said.recovered, said.recovery) == (False, True, "The listed vehicle")
    assert [(action.kind, action.count, action.which) for action in said.actions.all()] == [
        (EnforcementKind.CITATION, 2, "C-1881 and C-1882"),
        (EnforcementKind.TOW, 1, ""),
    ]
    page = browser.get(f"/alerts/{acted.pk}/").content.decode()
    for text in (
        "Citations: 2 (C-1881 and C-1882)",
        "Vehicles towed: 1",
        "None was used",
        "The listed vehicle",
    ):
        assert text in page
    leaf = Audit.objects.filter(event="alert.dispose").latest("sequence").leaf
    assert leaf is not None
    assert leaf.details["enforcement"] == ["citation:2", "tow:1"]


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"persons_stopped": ""}, "Enter a number; 0 if none."),
        ({"force_used": ""}, "Choose yes or no."),
        ({"count_citation": ""}, "Enter the number."),
        ({"count_citation": "-1"}, "Enter 0 or more."),
        ({"count_citation": "100000"}, "Enter 99 or less."),
    ],
)
def test_what_was_not_answered_is_asked_and_nothing_typed_is_lost(
    ada: PersonActor, acted: Alert, changed: dict[str, str], says: str
) -> None:
    answer = post(signed_in(ada.person), acted, **changed)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert says in page
    assert "The listed vehicle" in page
    assert not Disposition.objects.exists()


def test_words_that_the_page_hides_are_left_out(ada: PersonActor, acted: Alert) -> None:
    assert post(signed_in(ada.person), acted, force="Handcuffs").status_code == 302
    assert Disposition.objects.get().force == ""


@pytest.mark.both_databases
def test_a_refused_disposition_says_why_and_changes_nothing(ada: PersonActor, acted: Alert) -> None:
    answer = post(signed_in(ada.person), acted, persons_stopped="0")
    assert answer.status_code == 409
    assert "none was stopped" in answer.content.decode()
    assert not Disposition.objects.exists()
    assert not Enforcement.objects.exists()
    assert Audit.objects.get(event="alert.dispose", outcome="refused").clause == "6.e.vii"


def test_a_look_alike_that_was_read_correctly_has_its_outcome_and_no_other_plate_has() -> None:
    load_hotlist("TST123")
    reader = enroll_reader()
    reader.send(reader.photo("T5T123"))
    alert, browser = Alert.objects.get(), signed_in(person("ada"))
    browser.post(f"/alerts/{alert.pk}/confirm", {"plate": "T5T123", "state": "NM"})
    page = browser.get(f"/alerts/{alert.pk}/").content.decode()
    assert [f'<option value="{outcome}"' in page for outcome in ("other_plate", "misread", "encounter")] == [
        True,
        False,
        False,
    ]
    assert "The camera read the plate correctly." in page
    sent = {"narrative": "The plate has a 5 where the list has an S; another vehicle."}
    wrong = browser.post(f"/alerts/{alert.pk}/dispose", sent | {"outcome": "misread"})
    assert (wrong.status_code, Disposition.objects.exists()) == (409, False)
    assert browser.post(f"/alerts/{alert.pk}/dispose", sent | {"outcome": "other_plate"}).status_code == 302
    assert Disposition.objects.get().outcome == AlertOutcome.OTHER_PLATE


@pytest.mark.both_databases
@pytest.mark.clause("6.b.i.9/entries")
def test_it_is_returned_completed_anew_and_accepted_and_every_version_is_kept(
    ada: PersonActor, carla: PersonActor, acted: Alert
) -> None:
    officer, supervisor = signed_in(ada.person), signed_in(carla.person)
    post(officer, acted, which_citation="")
    first = Disposition.objects.get()
    assert f"Alert {acted.pk}</a>" in supervisor.get("/alerts/dispositions/").content.decode()
    url = f"/alerts/dispositions/{first.pk}/"
    answer = supervisor.post(url, {"decision": "return", "words": "no"})
    assert answer.status_code == 409
    assert supervisor.post(url, {"decision": "return", "words": WORDS}).status_code == 302
    assert stage(acted) == Stage.RETURNED
    assert WORDS in Notice.objects.get(to=ada.person).text
    page = officer.get(f"/alerts/{acted.pk}/").content.decode()
    assert WORDS in page
    assert "Submit again" in page
    assert 'value="The listed vehicle"' in page or ">The listed vehicle</textarea>" in page.replace("\n", "")
    assert Notice.objects.get(to=ada.person).settled_at is None
    post(officer, acted)
    assert stage(acted) == Stage.CLOSED
    assert Notice.objects.get(to=ada.person).settled_at, "it was completed"
    last = Disposition.objects.latest("pk")
    assert supervisor.post(f"/alerts/dispositions/{last.pk}/", {"decision": "accept"}).status_code == 302
    assert "You have no dispositions" in supervisor.get("/alerts/dispositions/").content.decode()
    assert [disposition.review.returned for disposition in acted.dispositions.all()] == [True, False]
    assert "Earlier versions" in officer.get(f"/alerts/{acted.pk}/").content.decode()
    done = Audit.objects.filter(object=f"alert:{acted.pk}", event="alert.review", outcome="done")
    assert done.count() == 2


def test_while_it_is_to_be_completed_nothing_else_can_be_done(
    ada: PersonActor, carla: PersonActor, acted: Alert
) -> None:
    post(signed_in(ada.person), acted)
    actions.review(carla, Disposition.objects.get(), returned=True, words=WORDS)
    with pytest.raises(Refused, match="closed"):
        steps.observe(ada, acted, matches=True)
    with pytest.raises(Refused, match="already reviewed"):
        actions.review(carla, Disposition.objects.get(), returned=False)


def test_the_same_plate_seen_again_meanwhile_is_a_new_alert(
    ada: PersonActor, carla: PersonActor, acted: Alert
) -> None:
    post(signed_in(ada.person), acted)
    actions.review(carla, Disposition.objects.get(), returned=True, words=WORDS)
    reader = enroll_reader("unit-9", "Unit 9 rear")
    reader.send(reader.photo("ABC123"))
    assert Alert.objects.count() == 2


@pytest.mark.clause("6.b.i.8/scope")
def test_nobody_looks_at_their_own_or_at_another_supervisors_people(
    ada: PersonActor, carla: PersonActor, acted: Alert
) -> None:
    own = DispositionAccount(AlertOutcome.ENFORCEMENT, STORY, (EnforcementAction(EnforcementKind.TOW),))
    actions.dispose(carla, acted, own)
    made = Disposition.objects.get()
    with pytest.raises(Refused, match="your own"):
        actions.review(carla, made, returned=False)
    assert (
        f"Alert {acted.pk}</a>" not in signed_in(carla.person).get("/alerts/dispositions/").content.decode()
    )
    type(carla.person).objects.filter(pk=carla.person.pk).update(supervisor=person("hector"))
    other = person("ben", role="supervisor")
    with pytest.raises(Refused, match="not the reviewer"):
        actions.review(PersonActor.of(other), Disposition.objects.get(), returned=False)
    assert not Review.objects.exists()


@pytest.mark.both_databases
def test_what_was_said_cannot_be_altered_or_removed(
    ada: PersonActor, carla: PersonActor, acted: Alert
) -> None:
    post(signed_in(ada.person), acted)
    actions.review(carla, Disposition.objects.get(), returned=False)
    for table, column in {
        "alerts_disposition": "outcome = 'misread'",
        "alerts_enforcement": "count = 0",
        "alerts_review": "returned = (1 = 1)",
    }.items():
        for statement in (f"UPDATE {table} SET {column}", f"DELETE FROM {table}"):
            with (
                pytest.raises(DatabaseError, match="never altered"),
                transaction.atomic(),
                connection.cursor() as cursor,
            ):
                cursor.execute(statement)


@pytest.mark.clause("6.e.vii/thorough")
def test_an_outcome_that_is_the_only_possible_one_stands_there_already(
    ada: PersonActor, acted: Alert
) -> None:
    page = signed_in(ada.person).get(f"/alerts/{acted.pk}/").content.decode()
    assert '<input type="hidden" name="outcome" value="enforcement">' in page
    assert 'id="id_outcome"' not in page
