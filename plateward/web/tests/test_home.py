"""The home page of each role: what waits first, its clock, and as many queries for much as for little."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from plateward.core.audit.events import Event
from plateward.core.audit.models import AuditEntry
from plateward.field.hotlists.requests.testing import Force
from plateward.ground import clock
from plateward.people.notices.actions import notify
from plateward.people.notices.kinds import Kind
from plateward.people.testing import acting, person, signed_in
from plateward.people.waiting import Waiting
from plateward.testing.hotlist import load_hotlist
from plateward.testing.roadside import Roadside, enroll_reader
from plateward.work.alerts.models import Alert
from plateward.work.alerts.page import actions as steps
from plateward.work.alerts.testing import ringing

pytestmark = pytest.mark.django_db
NOW = clock.now()
HOUR = timedelta(hours=1)


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


@pytest.mark.clause("5.b/browser", "5.g/source")
def test_an_officer_begins_with_the_open_alerts_which_ring_here(drives: Roadside) -> None:
    page = page_of("ada")
    assert page.index("Waiting for you") < page.index("Open alerts") < page.index("Readers of Unit 12")
    assert 'data-listen="/alerts/stream"' in page
    assert "Stolen vehicle (NCIC)" in page
    assert "XYZ4071" not in page  # the operator reads it first
    assert [alarm["alarm"] for alarm in ringing(person("ada"))] == ["loud", "loud"]
    assert "No start-of-shift check" in page


def test_an_alert_that_is_with_a_person_waits_for_them(drives: Roadside) -> None:
    assert "Open alerts you are working on" not in page_of("ada")
    alert = Alert.objects.order_by("pk").first()
    assert alert
    steps.confirm(acting("ada"), alert, "XYZ4071", "NM")
    assert f'<a href="{alert.get_absolute_url()}">Open alerts you are working on</a>' in page_of("ada")
    assert "Open alerts you are working on" not in page_of("ben")


@pytest.mark.clause("6.b.i.8/matrix")
def test_the_navigation_has_few_entries_and_groups_their_pages() -> None:
    client = signed_in(person("carla"))
    page = client.get("/training/").content.decode()
    entries = re.findall(r'class="usa-nav__link[^>]*><span>([^<]+?)\s*<', page)
    assert entries == [
        *("Home", "Alerts", "Search", "Dispatch", "Hot lists", "Readers", "People", "Oversight", "Retention")
    ]
    rooms = page.partition('class="rooms"')[2].partition("</nav>")[0]
    groups, within = (
        re.findall(r'<a href="[^"]+"([^>]*)>([^<]+?)\s*<', part) for part in rooms.split("within")
    )
    assert [label for _, label in groups][:3] == ["All people", "Request access", "Training"]
    assert (' aria-current="true"', "Training") in groups
    assert within[0] == (' aria-current="page"', "Who is due")


@pytest.mark.parametrize("username", ["gloria", "frank", "nora", "ada"])
def test_how_the_system_is_is_for_those_who_may_open_its_pages(username: str) -> None:
    page = page_of(username)
    assert (">Integrity</a></dt>" in page) is (username in ("gloria", "frank"))
    assert (">Audit log</a></dt>" in page) is (username in ("gloria", "nora"))


def test_with_nothing_to_do_it_says_so() -> None:
    page = page_of("iris")
    assert "Nothing is waiting for you." in page
    assert "You have no new notices." in page


@pytest.mark.clause("AC-2/told")
def test_what_is_new_leads_only_where_the_person_may_go() -> None:
    iris = person("iris")
    notify([iris], Kind.HOLD_REMIND, "A hold is due.", None, link="/retention/holds/")
    notify([iris], Kind.LOG_ALARM, "The log is full.", None, link="/audit/")
    page = page_of("iris")
    assert '<a href="/retention/holds/">A hold is due.</a>' in page
    assert "The log is full." in page
    assert 'href="/audit/"' not in page


@pytest.mark.clause("6.b.i.9/entries")
def test_the_view_is_on_the_log() -> None:
    page_of("ada")
    assert set(
        AuditEntry.objects.filter(actor_id="ada", event__in=[Event.HOME_VIEW, Event.ALERT_VIEW]).values_list(
            "event", "object"
        )
    ) == {(Event.HOME_VIEW, "home"), (Event.ALERT_VIEW, "alerts")}


@pytest.mark.both_databases
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
