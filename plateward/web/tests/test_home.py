"""The home page of each role: what waits first, its clock, and as many queries for much as for little."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from plateward import clock
from plateward.audit.events import Event
from plateward.audit.models import AuditEntry
from plateward.hotlists.requests.testing import Force
from plateward.people.models import Unit
from plateward.people.notices.actions import notify
from plateward.people.notices.kinds import Kind
from plateward.people.testing import person, signed_in
from plateward.testing.hotlist import load_hotlist
from plateward.testing.roadside import Roadside, enroll_reader
from plateward.waiting import Waiting

pytestmark = pytest.mark.django_db
NOW = clock.now()
HOUR = timedelta(hours=1)


@pytest.mark.one_database
def test_what_is_due_comes_before_what_only_waits_and_the_longest_overdue_first() -> None:
    late, later = Waiting(1, due=NOW - 3 * HOUR), Waiting(1, due=NOW - 5 * HOUR)
    soon, old, new = Waiting(1, due=NOW + 2 * HOUR), Waiting(1, NOW - 9 * HOUR), Waiting(1, NOW - HOUR)
    timeless = Waiting(1)
    every = [timeless, new, old, soon, late, later]
    assert sorted(every, key=lambda those: those.urgency(NOW)) == [later, late, soon, old, new, timeless]
    assert [those.state(NOW).text for those in (late, soon, old, timeless)] == [
        "Overdue 3 hours",
        "Due in 2 hours",
        "Waiting 9 hours",
        "",
    ]
    assert [those.state(NOW).tag for those in (late, soon, old, timeless)] == [
        "bad",
        "normal",
        "good",
        "good",
    ]


def on_the_road() -> Roadside:
    """A reader of unit 12 whose reads of listed plates raised two alerts."""
    load_hotlist("XYZ4071", "QRS8820", "HJK3359", "LMN5512")
    reader = enroll_reader(unit=person("ada").unit)
    reader.send(reader.photo("XYZ4071"), reader.photo("QRS8820"))
    return reader


@pytest.fixture
def drives() -> Roadside:
    return on_the_road()


def page_of(username: str) -> str:
    answer = signed_in(person(username)).get("/")
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


@pytest.mark.clause("5.b", "5.g")
def test_an_officer_begins_with_the_open_alerts_which_ring_here(drives: Roadside) -> None:
    page = page_of("ada")
    assert page.index("Open alerts") < page.index("Waiting for you") < page.index("Readers of Unit 12")
    assert 'data-queue="/alerts/stream"' in page
    assert "Stolen vehicle (NCIC)" in page
    assert "XYZ4071" not in page  # the operator reads it first
    assert page.count('"alarm": "loud"') == 2
    assert "No start-of-shift check" in page


@pytest.mark.clause("5.b", "6.c.ii")
@pytest.mark.one_database
def test_alerts_of_ones_own_unit_come_first(drives: Roadside) -> None:
    elsewhere = enroll_reader("unit-99", "Unit 99 rear", unit=Unit.objects.create(name="Unit 99"))
    elsewhere.send(elsewhere.photo("HJK3359"))
    page = page_of("ada")
    cameras = re.findall(r'data-field="camera">([^<]+)<', page.partition("<template")[0])
    assert cameras == ["Unit 12 rear", "Unit 12 rear", "Unit 99 rear"]


@pytest.mark.parametrize("username", ["gloria", "frank", "nora", "ada"])
def test_how_the_system_is_is_for_those_who_may_open_its_pages(username: str) -> None:
    page = page_of(username)
    assert (">Integrity</a></dt>" in page) is (username in ("gloria", "frank"))
    assert (">Audit log</a></dt>" in page) is (username in ("gloria", "nora"))


@pytest.mark.one_database
def test_with_nothing_to_do_it_says_so() -> None:
    page = page_of("iris")
    assert "Nothing is waiting for you." in page
    assert "You have no new notices." in page


@pytest.mark.clause("AC-2")
@pytest.mark.one_database
def test_what_is_new_leads_only_where_the_person_may_go() -> None:
    iris = person("iris")
    notify([iris], Kind.HOLD_REMIND, "A hold is due.", None, link="/retention/holds/")
    notify([iris], Kind.LOG_ALARM, "The log is full.", None, link="/audit/")
    page = page_of("iris")
    assert '<a href="/retention/holds/">A hold is due.</a>' in page
    assert "The log is full." in page
    assert 'href="/audit/"' not in page


@pytest.mark.clause("6.b.i.9")
def test_the_view_is_on_the_log() -> None:
    page_of("ada")
    assert set(
        AuditEntry.objects.filter(actor_id="ada", event__in=[Event.HOME_VIEW, Event.ALERT_VIEW]).values_list(
            "event", "object"
        )
    ) == {(Event.HOME_VIEW, "home"), (Event.ALERT_VIEW, "alerts")}


def test_more_of_everything_costs_no_more_queries() -> None:
    force = Force()
    force.asks()
    drives = on_the_road()
    client = signed_in(force.carla)
    client.get("/")

    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert b"Hot list requests to review" in client.get("/").content
        return len(asked)

    before = queries()
    for number in range(3):
        notify([force.carla], Kind.LOG_ALARM, f"Alarm {number}.", None)
        force.asks(plate=f"KLM{number}444")
    drives.send(drives.photo("HJK3359"), drives.photo("LMN5512"))
    assert queries() == before
