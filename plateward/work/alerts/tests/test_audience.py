"""An alert reaches the audience of its list, and nobody else."""

import asyncio
import re
from collections.abc import Callable
from typing import cast
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from plateward.core.audit.models import AuditEntry as Audit
from plateward.field.hotlists.audience import audiences, lists_for
from plateward.field.hotlists.models import HotList
from plateward.people.actor import PersonActor
from plateward.people.http import person_of
from plateward.people.models import Person, Unit
from plateward.people.page_answers import begin_page, end_page
from plateward.people.permissions import Permission, Role
from plateward.people.sign_in.open_sessions import OpenSession
from plateward.people.testing import CAST, person, signed_in
from plateward.testing.hotlist import load_hotlist
from plateward.testing.roadside import enroll_reader
from plateward.work.alerts.audience.alerts import alerts_for
from plateward.work.alerts.models import Alert
from plateward.work.alerts.queue.live_queue import Listener, LiveQueue, banners_event, changes_after
from plateward.work.alerts.routing.presence import recipient_of
from plateward.work.alerts.routing.rules import Recipient
from plateward.work.alerts.testing import ringing

pytestmark = [pytest.mark.django_db, pytest.mark.clause("6.c.ii/lists")]


@pytest.fixture
def hotlist() -> HotList:
    """A list with one open alert; each test sets its audience."""
    load_hotlist("ABC123", name="Narcotics")
    reader = enroll_reader()
    reader.send(reader.photo("ABC123"))
    return HotList.objects.get()


def covert(hotlist: HotList, *people: Person) -> None:
    HotList.objects.update(covert=True)
    hotlist.people.set(people)


def rows_on_page(browser: Client) -> int:
    return len(browser.get("/alerts/").context["alerts"])


def test_an_alert_of_a_covert_list_is_there_for_the_named_alone(hotlist: HotList) -> None:
    ada, ben = person("ada"), person("ben")
    covert(hotlist, ben)
    number = Alert.objects.get().pk
    outside, inside = signed_in(ada), signed_in(ben)
    assert (rows_on_page(outside), rows_on_page(inside)) == (0, 1)
    assert b"Narcotics" not in outside.get("/alerts/").content
    assert outside.get(f"/alerts/{number}/").status_code == 404
    assert inside.get(f"/alerts/{number}/").status_code == 200


def test_who_is_outside_can_do_no_step_and_the_try_is_on_the_log(hotlist: HotList) -> None:
    covert(hotlist, person("ben"))
    alert = Alert.objects.get()
    browser = signed_in(person("ada"))
    for step in ("confirm", "observe", "verify", "act", "dispose"):
        answer = browser.post(f"/alerts/{alert.pk}/{step}", {"plate": "ABC123", "state": "NM"})
        assert answer.status_code == 404
        tried = Audit.objects.latest("sequence")
        assert (tried.event, tried.object, tried.outcome, tried.clause, tried.actor_id) == (
            "alert.view", f"alert:{alert.pk}", "refused", "6.c.ii", "ada",
        )  # fmt: skip
    assert not hasattr(Alert.objects.get(), "confirmation")


def test_an_alert_of_another_audience_is_answered_as_one_that_never_was(hotlist: HotList) -> None:
    covert(hotlist, person("ben"))
    browser = signed_in(person("ada"))
    there, nowhere = (browser.get(f"/alerts/{number}/") for number in (Alert.objects.get().pk, 10**6))
    assert there.status_code == nowhere.status_code == 404
    token = rb'value="[A-Za-z0-9]{64}"'
    assert re.sub(token, b"", there.content) == re.sub(token, b"", nowhere.content)


def test_a_list_of_a_unit_or_a_role_rings_for_these(hotlist: HotList) -> None:
    other = Unit.objects.create(name="Unit 14")
    ada, ben = person("ada"), person("ben", unit=other)
    hotlist.units.set([other])
    assert (rows_on_page(signed_in(ada)), rows_on_page(signed_in(ben))) == (0, 1)
    hotlist.units.clear()
    HotList.objects.update(roles=[Role.INSPECTOR])
    assert (rows_on_page(signed_in(ada)), rows_on_page(signed_in(person("dario")))) == (0, 1)


def test_the_queue_rings_for_an_alert_of_ones_own(hotlist: HotList) -> None:
    covert(hotlist, person("ben"))
    assert ringing(person("ada")) == []
    assert [alarm["alarm"] for alarm in ringing(person("ben"))] == ["loud"]


class AtOnce:
    def call_soon_threadsafe(self, do: Callable[..., object], *given: object) -> None:
        do(*given)


def listener(who: Person) -> Listener:
    return Listener(
        asyncio.Queue(),
        cast(asyncio.AbstractEventLoop, AtOnce()),
        OpenSession(who.pk, str(uuid4())),
        PersonActor.of(who),
        recipient_of(who.pk),
    )


def heard(listener: Listener) -> list[str]:
    kinds = []
    while not listener.queue.empty():
        kinds.append(listener.queue.get_nowait().kind)
    return kinds


def test_the_stream_tells_each_of_their_own_lists_and_catches_up_with_no_more(hotlist: HotList) -> None:
    ada, ben = person("ada"), person("ben")
    covert(hotlist, ben)
    feed, outside, inside = LiveQueue(), listener(ada), listener(ben)
    feed._listeners |= {outside, inside}
    for change in changes_after(0):
        feed._tell(change)
    assert (heard(outside), heard(inside)) == ([], ["alert"])
    assert changes_after(0, outside.recipient) == []
    assert len(changes_after(0, inside.recipient)) == 1


def test_a_changed_audience_is_followed_by_streams_that_are_open(hotlist: HotList) -> None:
    ada, ben = person("ada"), person("ben")
    feed, first, two = LiveQueue(), listener(ada), listener(ben)
    feed._listeners |= {first, two}
    feed._narrow()
    assert (heard(first), heard(two)) == ([], [])
    (change,) = changes_after(0)
    covert(hotlist, ben)
    feed._narrow()
    assert (heard(first), heard(two)) == (["gone"], [])
    assert not first.receives(change)  # nor what is waiting to be sent
    hotlist.people.add(ada)
    feed._narrow()
    assert (heard(first), heard(two)) == (["stage"], [])  # shown; rings for people already there


@pytest.mark.clause("6.c.ii/lists")
def test_the_chief_hears_what_waits_for_reviewers_and_of_no_alert(hotlist: HotList) -> None:
    feed, chief = LiveQueue(), person("hector")
    hotlist.people.add(chief)
    officer, review = listener(person("ada")), listener(chief)
    review.recipient, review.needs = Recipient(chief.pk, role=chief.role), Permission.OVERRIDE_REVIEW
    feed._listeners |= {officer, review}
    for event in (*changes_after(0), banners_event(["one"])):
        feed._tell(event)
    assert (heard(officer), heard(review)) == (["alert"], ["banners"])
    feed._narrow()
    assert (heard(review), review.recipient.lists) == ([], frozenset())


def test_one_and_all_are_asked_of_the_same_rule() -> None:
    load_hotlist("ABC123", name="All")
    load_hotlist("ABC124", name="Unit")
    load_hotlist("ABC125", name="Role")
    load_hotlist("ABC126", name="Covert")
    by_name = {hotlist.name: hotlist for hotlist in HotList.objects.all()}
    everybody = [person(name) for name in CAST]
    by_name["Unit"].units.set([Unit.objects.create(name="Unit 9")])
    HotList.objects.filter(name="Role").update(roles=[Role.SUPERVISOR])
    HotList.objects.filter(name="Covert").update(covert=True)
    by_name["Covert"].people.set([person("kim")])
    lists_of = audiences([viewer.pk for viewer in everybody])
    for viewer in everybody:
        assert set(lists_for(viewer).values_list("pk", flat=True)) == lists_of[viewer.pk]
    names = {viewer.username: set(lists_for(viewer).values_list("name", flat=True)) for viewer in everybody}
    assert names["ada"] == {"All"}
    assert names["carla"] == {"All", "Role"}
    assert names["gloria"] == {"All", "Unit", "Role"}
    assert names["kim"] == {"All", "Covert"}


def statements_of_audiences(browser: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as statements:
        answer = browser.get(url)
    assert answer.status_code == 200
    assert person_of(answer.wsgi_request).answers is None, "what comes after the page asks again"
    named_people = HotList.people.through._meta.db_table
    return sum(
        "FROM audit_recordsum" in statement["sql"] and named_people in statement["sql"]
        for statement in statements
    )


def test_a_page_asks_once_which_lists_are_for_its_viewer(hotlist: HotList) -> None:
    alert = Alert.objects.get()
    for name in ("ada", "carla"):
        browser = signed_in(person(name))
        browser.get(f"/alerts/{alert.pk}/")  # the first look acknowledges it: an act, which asks for itself
        for url in (f"/alerts/{alert.pk}/", "/alerts/", "/", "/alerts/dispositions/"):
            if name == "carla" or url != "/alerts/dispositions/":
                assert (url, statements_of_audiences(browser, url)) == (url, 1)


def test_an_act_sees_the_audience_that_it_changes_and_a_page_no_other_page_s(
    hotlist: HotList, rf: RequestFactory
) -> None:
    ada = person("ada")
    for method, same in (("POST", False), ("GET", True)):
        HotList.objects.update(covert=False)
        request = rf.generic(method, "/")
        begin_page(request, ada)
        assert Alert.objects.get() in alerts_for(ada)
        HotList.objects.update(covert=True)
        assert alerts_for(ada).exists() is same
        assert lists_for(ada).exists() is same
        end_page(request)
        assert not alerts_for(ada).exists()
        assert not lists_for(ada).exists()
