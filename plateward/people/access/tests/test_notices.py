"""A manager gets a notice, and one unread for a day shows as overdue."""

from datetime import timedelta

import pytest

from plateward.core.audit.actor import Actor
from plateward.core.audit.events import Event
from plateward.core.audit.log import act
from plateward.ground import clock
from plateward.people.models import Person
from plateward.people.notices import actions, views
from plateward.people.notices.kinds import Kind
from plateward.people.notices.listing import waiting_for_others
from plateward.people.notices.models import Notice
from plateward.people.testing import person, signed_in

pytestmark = pytest.mark.django_db
GLORIA = Actor("person", "gloria", "Gloria Gallegos")


def notify_managers(text: str = "Ada Archuleta has left.") -> None:
    ada = person("ada", supervisor=person("carla"))
    person("gloria")
    with act(GLORIA, Event.ACCESS_INTERRUPT, "person:ada"):
        actions.notify(actions.managers(ada), Kind.ACCESS_INTERRUPT, text, ada)


@pytest.mark.clause("AC-2/told")
def test_supervisor_and_administrators_are_told_and_every_page_says_so() -> None:
    notify_managers()
    assert {notice.to.username for notice in Notice.objects.all()} == {"carla", "gloria"}
    carla = signed_in(person("carla"))
    assert "Notices <span" in carla.get("/alerts/").content.decode()
    assert b"Ada Archuleta has left." in carla.get("/access/notices/").content
    assert "Notices <span" not in signed_in(person("ben")).get("/alerts/").content.decode()


@pytest.mark.clause("AC-2/told")
def test_only_what_was_shown_is_marked_as_read_and_only_by_whom_it_is_for() -> None:
    notify_managers()
    notice = Notice.objects.get(to=person("carla"))
    notify_managers("Ben Begay is on leave.")
    carla = signed_in(person("carla"))
    others = [other.pk for other in Notice.objects.filter(to=person("gloria"))]
    for given in ("", "x", "9" * 30, "²", others):
        carla.post("/access/notices/read/", {"notice": given})
    assert Notice.objects.filter(read_at=None).count() == 4
    carla.post("/access/notices/read/", {"notice": notice.pk})
    assert [notice.text for notice in Notice.objects.filter(to=person("carla"), read_at=None)] == [
        "Ben Begay is on leave."
    ]
    assert Notice.objects.filter(to=person("gloria"), read_at=None).count() == 2


@pytest.mark.clause("AC-2/told")
def test_every_open_notice_is_on_a_page_and_one_page_is_read_at_a_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(views, "PER_PAGE", 2)
    carla = person("carla")
    with act(GLORIA, Event.ACCESS_INTERRUPT, "person:ada"):
        for kind in (Kind.OVERRIDE_REVIEW, Kind.ACCESS_INTERRUPT, Kind.OVERRIDE_REVIEW):
            actions.notify([carla], kind, kind, None)
    asks, tells, newest = Notice.objects.order_by("pk")
    client = signed_in(carla)

    def page(number: int) -> tuple[set[int], list[int]]:
        """Open, and done."""
        shown = client.get("/access/notices/", {"page": number}).context
        opened = {row.notice.pk for those in shown["topics"] for row in those.rows}
        return opened, [row.notice.pk for row in shown["done"]]

    assert [page(1), page(2)] == [({newest.pk, tells.pk}, []), ({asks.pk}, [])]
    first = client.get("/access/notices/")
    assert "Mark this page read" in first.content.decode()
    client.post("/access/notices/read/", {"notice": first.context["new"]})
    assert [page(1), page(2)] == [({newest.pk, asks.pk}, []), (set(), [tells.pk])]
    assert [notice.pk for notice in Notice.objects.new_to(carla)] == [asks.pk]


@pytest.mark.clause("AC-2/told")
def test_what_nobody_read_within_a_day_is_on_the_administrators_page() -> None:
    notify_managers()
    with clock.set_to(clock.now() + timedelta(hours=23)):
        assert (
            b"Unread for more than a day" not in signed_in(person("gloria")).get("/access/notices/").content
        )
    with clock.set_to(clock.now() + timedelta(days=1, seconds=1)):
        assert b"Unread for more than a day" in signed_in(person("gloria")).get("/access/notices/").content
        assert b"Unread for more than a day" not in signed_in(person("carla")).get("/access/notices/").content


@pytest.mark.clause("AC-2/told")
def test_a_notice_whose_matter_is_settled_is_new_to_nobody_and_stays_on_its_page() -> None:
    ada, ben = person("ada"), person("ben")
    with act(GLORIA, Event.ACCESS_INTERRUPT, "person:ada"):
        for about in (ada, ben, None):
            actions.notify([person("carla")], Kind.OVERRIDE_REVIEW, f"About {about}.", about)
        actions.notify([person("carla")], Kind.OVERRIDE_FIND, "Another kind.", ada)
        actions.settle_matter(Kind.OVERRIDE_REVIEW, ada)
    assert actions.unread_count(person("carla")) == 3
    page = signed_in(person("carla")).get("/access/notices/").content.decode()
    assert (page.count('class="tag">Done<'), page.count(">New<"), f"About {ada}." in page) == (1, 3, True)
    with clock.set_to(clock.now() + timedelta(days=2)):
        assert {notice.text for notice in actions.overdue_notices()} == {
            f"About {ben}.",
            "About None.",
            "Another kind.",
        }


@pytest.mark.clause("AC-2/told")
def test_a_notice_leads_to_where_it_is_seen_to_and_nobody_to_a_refusal() -> None:
    notify_managers()
    for name, opens in (("carla", True), ("ben", False)):
        with act(GLORIA, Event.ACCESS_INTERRUPT, "person:ada"):
            actions.notify([person(name)], Kind.OVERRIDE_REVIEW, "Review it.", None, link="/overrides/")
        page = signed_in(person(name)).get("/access/notices/").content.decode()
        assert ('<a href="/overrides/">Review it.</a>' in page) is opens, name


@pytest.mark.clause("6.f.i.3/investigate")
@pytest.mark.parametrize("kind", [kind for kind in Kind if kind.split(".")[0] in {"breach", "finding"}])
def test_an_administrator_does_not_read_in_others_notices_what_is_found_about_them(kind: Kind) -> None:
    gloria = person("gloria")
    with act(GLORIA, Event.ACCESS_INTERRUPT, "person:ada"):
        actions.notify([person("nora")], kind, "New finding about Gloria Gallegos: own plate.", None)
    with clock.set_to(clock.now() + timedelta(days=2)):
        assert b"own plate" in signed_in(person("nora")).get("/access/notices/").content
        assert b"own plate" not in signed_in(gloria).get("/access/notices/").content


@pytest.mark.clause("AC-2/told")
def test_what_asks_for_something_is_done_with_its_matter_and_what_only_tells_when_it_was_read() -> None:
    ada, carla = person("ada"), person("carla")
    with act(GLORIA, Event.ACCESS_INTERRUPT, "person:ada"):
        actions.notify([carla], Kind.OVERRIDE_REVIEW, "Review it.", ada)
        actions.notify([carla], Kind.ACCESS_INTERRUPT, "Ada is on leave.", ada)
    client = signed_in(carla)
    client.post("/access/notices/read/", {"notice": client.get("/access/notices/").context["new"]})

    def sections() -> tuple[str, str]:
        page = client.get("/access/notices/").content.decode()
        still_open, _, done = page.partition('<h2 id="done">')
        return still_open, done

    still_open, done = sections()
    assert ("Review it." in still_open, ">To do<" in still_open) == (True, True)
    assert ("Ada is on leave." in done, "Review it." in done) == (True, False)
    with act(GLORIA, Event.ACCESS_INTERRUPT, "person:ada"):
        actions.settle_matter(Kind.OVERRIDE_REVIEW, ada)
    still_open, done = sections()
    assert ("Review it." in still_open, "Review it." in done) == (False, True)


@pytest.mark.clause("6.b.i.8/scope", "6.c.ii/people", "AC-2/told")
def test_whoever_leads_people_sees_since_when_what_waits_for_them_and_nothing_of_what_it_says() -> None:
    carla, gloria = person("carla"), person("gloria")
    ada = person("ada", supervisor=carla)
    since = clock.now() - timedelta(hours=3)
    with act(GLORIA, Event.ACCESS_INTERRUPT, "person:ada"):
        with clock.set_to(since):
            actions.notify([ada, carla], Kind.EXPORT_OWE, "Export alert 7.", None)
        actions.notify([ada], Kind.DISPOSITION_RETURN, "Complete alert 8.", None)
        actions.notify([ada], Kind.ACCESS_INTERRUPT, "Only told.", None)
        actions.notify([carla], Kind.FINDING_REPORT, "May be about whoever looks.", None)

    def others(viewer: Person) -> list[tuple[Person, str, int]]:
        rows = waiting_for_others(viewer)
        assert all(row.since == since for row in rows)
        return [(row.person, row.topic.label, row.count) for row in rows]

    assert others(carla) == [(ada, "Alerts", 2)]
    assert sorted(others(gloria), key=str) == [(ada, "Alerts", 2), (carla, "Alerts", 1)]
    assert others(ada) == []
    page = signed_in(carla).get("/access/notices/").content.decode()
    assert ("Waiting for others" in page, "Alerts (2)" in page, "alert 8" in page) == (True, True, False)
