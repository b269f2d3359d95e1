"""The page of green and red, one check's page, and the command line."""

import pytest
from django.test import Client
from django.urls import reverse

from plateward.field.hotlists.models import HotList
from plateward.ground import clock
from plateward.oversight.integrity import actions
from plateward.oversight.integrity.models import CheckDay, CheckState, FoundFault
from plateward.people import days
from plateward.people.testing import person, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.clause("6.b.i.3/integrity")]
FRESHNESS = "hotlists.freshness"


@pytest.fixture
def red() -> None:
    """A late hot list, found by a check of ten lists."""
    hotlist = HotList.objects.create(name="State list", source="State")
    now = clock.now()
    state = CheckState.objects.create(key=FRESHNESS, ended_at=now, checked_before=10)
    FoundFault.objects.create(
        state=state, object="hot list State list", problem="Late.", link=hotlist.get_absolute_url()
    )
    FoundFault.objects.create(state=state, object="gone", problem="Late.", ended_at=now)
    CheckDay.objects.create(state=state, day=days.today(), checked=10, faults=1)
    CheckState.objects.create(key=f"serve.listeners@{actions._here()}", ended_at=now, checked_before=2)


def text(client: Client, name: str, *keys: str) -> str:
    return client.get(reverse(name, args=keys)).content.decode()


@pytest.mark.usefixtures("red")
def test_the_page_says_what_is_red_what_is_green_and_what_nobody_looked_at() -> None:
    page = text(signed_in(person("gloria")), "integrity:index")
    assert "1 of " in page
    assert "checks needs attention" in page
    assert "Look at the list&#x27;s feed, or load a new copy." in page
    row = page[page.index("The hub&#x27;s own listeners") :]
    assert "tag--good" in row[: row.index("</tr>")]
    row = page[page.index(">Stored images<") :]
    assert "tag--good" not in row[: row.index("</tr>")]
    assert "Nothing yet" in row[: row.index("</tr>")]


@pytest.mark.usefixtures("red")
@pytest.mark.clause("6.c.i.3/role")
def test_a_fault_links_to_its_object_for_those_who_may_open_it() -> None:
    gloria, frank = signed_in(person("gloria")), signed_in(person("frank"))
    link = f'href="{HotList.objects.get().get_absolute_url()}"'
    assert link in text(gloria, "integrity:check", FRESHNESS)
    page = text(frank, "integrity:check", FRESHNESS)
    assert "hot list State list" in page
    assert link not in page
    assert "lists 10, 1 new problem" in page
    assert "Solved problems" in page


def test_check_now_is_pressed_once_a_minute() -> None:
    frank = signed_in(person("frank"))
    address = reverse("integrity:check", args=[FRESHNESS])
    assert frank.post(address).status_code == 302
    again = frank.post(address)
    assert (again.status_code, b"less than a minute ago" in again.content) == (409, True)
    assert frank.get(reverse("integrity:check", args=["no.such"])).status_code == 404


@pytest.mark.usefixtures("red")
def test_the_system_page_names_the_failing_check() -> None:
    page = text(signed_in(person("frank")), "system:index")
    assert "Hot lists are fresh (red)" in page
    assert "hot list State list: Late." in page
    assert "Since " in page
    FoundFault.objects.filter(ended_at=None).update(ended_at=clock.now())
    assert "not finished yet" in text(signed_in(person("frank")), "system:index")
