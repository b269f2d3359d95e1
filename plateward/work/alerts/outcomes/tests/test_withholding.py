"""A camera or list that is too often wrong is muted until a person has reviewed it."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction

from plateward.core.audit.models import AuditEntry as Audit
from plateward.field.fleet.models import Reader
from plateward.field.hotlists.delivery import current
from plateward.field.hotlists.delivery.lists import current_lists
from plateward.field.hotlists.models import Entry, HotList
from plateward.ground import clock
from plateward.people.notices.models import Notice
from plateward.people.permissions import Role
from plateward.people.testing import acting, person, signed_in
from plateward.testing.hotlist import load_hotlist
from plateward.testing.roadside import Roadside, enroll_reader
from plateward.work.alerts.confirming.models import Fault
from plateward.work.alerts.models import Alert, Confirmation
from plateward.work.alerts.outcomes import actions
from plateward.work.alerts.outcomes.models import Mute, MuteReview
from plateward.work.alerts.verifying.models import Verification

pytestmark = pytest.mark.django_db
FOUND = "The lens was dirty; it was cleaned and tried."


@pytest.fixture
def reader() -> Roadside:
    load_hotlist("ABC123")
    return enroll_reader()


def judged(count: int, *, agrees: bool, answer: str = "") -> None:
    """This many alerts of the reader and list, closed so that no read joins them, judged by Ada."""
    ada = person("ada")
    entry, reader = Entry.objects.get(), Reader.objects.get()
    for _ in range(count):
        now = clock.now()
        alert = Alert.objects.create(
            entry=entry,
            reader=reader,
            read=uuid4(),
            captured_at=now,
            seen_at=now,
            arrived_at=now,
            kind="exact",
            state_agreement="equal",
            stage="closed",
        )
        Confirmation.objects.create(alert=alert, by=ada, at=now, plate="X", agrees=agrees)
        if answer:
            Verification.objects.create(alert=alert, by=ada, at=now, query="Q", answer=answer)


def alarm_of(roadside: Roadside) -> str:
    reader = Reader.objects.get(name=roadside.name)
    return current_lists().of(reader).heads[0].alarms["exact"]


@pytest.mark.clause("6.f.i.2/on", "6.b.i.9/entries")
def test_a_camera_that_is_mostly_wrong_rings_nowhere_until_it_is_reviewed(reader: Roadside) -> None:
    gloria, carla = person("gloria"), person("carla")
    judged(19, agrees=False)
    assert actions.mute_below_floor() == 0, "too few to judge"
    judged(1, agrees=False)
    assert alarm_of(reader) == "ring"
    assert (actions.mute_below_floor(), actions.mute_below_floor()) == (1, 0)
    assert Mute.objects.get().of == 20
    assert alarm_of(reader) == "show", "the reader itself gets the list without an alarm"
    assert "is muted until reviewed" in Notice.objects.get(to=gloria).text
    assert not Notice.objects.filter(to=carla).exists(), "she is not of its unit"
    frank = person("frank", role=Role.ADMINISTRATOR)
    assert actions.mute_below_floor() == 0
    assert Notice.objects.get(to=frank).text == Notice.objects.get(to=gloria).text, "he came later"
    reader.send(reader.photo("ABC123"))
    silent = Alert.objects.exclude(stage="closed").get()
    assert not silent.rings, "it is shown, and rings at nobody's desk"
    queue = signed_in(person("ada")).get("/alerts/").content.decode()
    assert "Often wrong lately, muted until reviewed" in queue

    page = signed_in(gloria)
    assert "0 of 20 right" in page.get("/alerts/outcomes/").content.decode()
    path = f"/alerts/outcomes/reader/{Reader.objects.get().pk}/review"
    thin = page.post(path, {"finding": "fine", "rings_again": "yes"})
    assert (thin.status_code, b"The finding is too short" in thin.content) == (409, True)
    assert page.post(path, {"finding": "", "rings_again": "yes"}).status_code == 422
    page.post(path, {"finding": FOUND, "rings_again": "no"})
    assert alarm_of(reader) == "show"
    actions.mute_below_floor()
    assert not Notice.objects.filter(settled_at=None).exists(), "it was reviewed, and stays muted"
    page.post(path, {"finding": FOUND, "rings_again": "yes"})
    assert alarm_of(reader) == "ring"
    assert [review.rings_again for review in MuteReview.objects.all()] == [False, True]
    assert page.post(path, {"finding": FOUND, "rings_again": "yes"}).status_code == 409
    assert actions.mute_below_floor() == 0, "what was before the review counts no more"
    assert Audit.objects.filter(event="alarm.withhold").count() == 1
    assert Audit.objects.filter(event="alarm.review").count() == 4, "refusals too"


def test_a_list_whose_entries_ncic_does_not_know_rings_no_more(reader: Roadside) -> None:
    owner = person("carla")
    HotList.objects.update(owner=owner)
    judged(20, agrees=True, answer="no_record")
    judged(5, agrees=True, answer="down")
    assert actions.mute_below_floor() == 1
    assert Mute.objects.get().hotlist == HotList.objects.get()
    assert alarm_of(reader) == "show"
    assert "on file with NCIC or FMCSA" in Notice.objects.get(to=owner).text
    _, index = current.current_index()
    hits = index.match("ABC123", "NM", clock.now())
    assert [hit.alarm for hit in hits] == ["show"], "the hub itself matches so too"


def test_an_entry_that_a_person_found_stale_counts_against_its_list_whatever_was_answered(
    reader: Roadside,
) -> None:
    judged(20, agrees=True, answer="hit")
    for alert in Alert.objects.all():
        Fault.objects.create(alert=alert, kind="stale", of="list", by=person("ada"), at=clock.now())
    assert actions.mute_below_floor() == 1
    assert (Mute.objects.get().right, Mute.objects.get().hotlist) == (0, HotList.objects.get())


@pytest.mark.clause("6.b.i.9/entries")
def test_a_floor_of_nothing_withholds_nothing_and_is_set_on_the_record(reader: Roadside) -> None:
    page = signed_in(person("gloria"))
    path = f"/alerts/outcomes/reader/{Reader.objects.get().pk}/floor"
    assert page.post(path, {"floor": "100"}).status_code == 422
    assert page.post(path, {"floor": "0"}).status_code == 302
    judged(30, agrees=False)
    assert actions.mute_below_floor() == 0
    assert page.post("/alerts/outcomes/person/1/floor", {"floor": "0"}).status_code == 404
    leaf = Audit.objects.get(event="alarm.floor").leaf
    assert leaf
    assert (leaf.details["before"], leaf.details["floor"]) == (80, 0)


def test_what_is_older_than_three_months_judges_nobody(reader: Roadside) -> None:
    with clock.set_to(clock.now() - timedelta(days=91)):
        judged(30, agrees=False)
    assert actions.mute_below_floor() == 0


@pytest.mark.clause("6.c.ii/lists", "6.b.i.8/scope")
def test_figures_of_a_covert_list_are_for_its_people_and_reviews_for_the_administrator(
    reader: Roadside,
) -> None:
    judged(3, agrees=True, answer="hit")
    carla = signed_in(person("carla"))
    seen = carla.get("/alerts/outcomes/").content.decode()
    assert "State hot file" in seen
    assert "3 live alerts" in seen
    path = f"/alerts/outcomes/hotlist/{HotList.objects.get().pk}/floor"
    assert carla.post(path, {"floor": "10"}).status_code == 403
    HotList.objects.update(covert=True)
    hidden = carla.get("/alerts/outcomes/").content.decode()
    assert "State hot file" not in hidden
    assert "0 live alerts" in hidden
    assert signed_in(person("gloria")).post(path, {"floor": "10"}).status_code == 404


@pytest.mark.both_databases
def test_what_was_withheld_and_found_cannot_be_altered_or_removed(reader: Roadside) -> None:
    judged(20, agrees=False)
    actions.mute_below_floor()
    actions.review_mute(acting("gloria"), Reader.objects.get(), FOUND, rings_again=True)
    for table, column in {
        "alerts_mute": "floor = 0",
        "alerts_mutereview": "finding = 'It was fine all along.'",
    }.items():
        for statement in (f"UPDATE {table} SET {column}", f"DELETE FROM {table}"):
            with (
                pytest.raises(DatabaseError, match="never altered"),
                transaction.atomic(),
                connection.cursor() as cursor,
            ):
                cursor.execute(statement)
