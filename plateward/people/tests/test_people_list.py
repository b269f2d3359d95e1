"""The list of people: whom a viewer sees, what a search finds, and the list as CSV."""

import csv
import io
from datetime import timedelta
from time import thread_time

import pytest
from django.test import Client

from plateward.core.audit.actor import Actor
from plateward.ground import clock
from plateward.people.access.models import Access, Suspension
from plateward.people.models import District, Person, Unit
from plateward.people.penalties import actions as penalties
from plateward.people.testing import CAST, person, signed_in

pytestmark = pytest.mark.django_db


def everybody() -> dict[str, Person]:
    hector = person("hector")
    carla = person("carla", supervisor=hector)
    for username in ("ada", "ben"):
        person(username, supervisor=carla)
    return {username: person(username) for username in CAST}


def names(window: Client, query: str = "") -> list[str]:
    page = window.get(f"/people/{query}")
    assert page.status_code == 200
    return [row.person.username for row in page.context["rows"]]


@pytest.mark.clause("6.b.i.8/scope", "6.c.ii/people")
def test_a_supervisor_sees_those_below_and_nobody_else() -> None:
    cast = everybody()
    person("jack")
    Person.objects.filter(username="jack").update(supervisor=cast["ada"])  # two levels below
    assert sorted(names(signed_in(cast["carla"]))) == ["ada", "ben", "jack"]


@pytest.mark.clause("6.b.i.8/scope")
@pytest.mark.parametrize("username", ["gloria", "hector", "lena", "marco"])
def test_the_administrator_the_chief_cyber_and_the_cjis_officer_see_everybody(username: str) -> None:
    cast = everybody()
    assert len(names(signed_in(cast[username]))) == len(CAST)


@pytest.mark.clause("6.b.i.8/scope", "6.b.i.9/denied")
def test_the_page_of_somebody_elses_agent_is_refused_and_recorded(recorded) -> None:  # type: ignore[no-untyped-def]
    cast = everybody()
    window = signed_in(cast["carla"])
    window.raise_request_exception = False
    assert window.get(f"/people/{cast['ada'].pk}/").status_code == 200
    refused = window.get(f"/people/{cast['dario'].pk}/")
    assert refused.status_code == 409
    assert b"not below you" in refused.content
    assert recorded("person.view").outcome == "refused"


@pytest.mark.both_databases
@pytest.mark.clause("6.b.i.7/lists")
def test_each_filter_finds_whom_it_names() -> None:
    cast = everybody()
    district = District.objects.create(name="District 7")
    unit = Unit.objects.create(name="Unit 40", district=district)
    Person.objects.filter(username="dario").update(unit=unit)
    now = clock.now()
    Suspension.objects.create(person=cast["frank"], kind="leave", reason="Leave.", begins=now, begun_by="x")
    Access.objects.create(
        person=cast["iris"], role="officer", reason="Transfer.", requested_by="person:carla"
    )
    penalties.record_offense(
        Actor("person", "gloria", "Gloria"), cast["ben"], "Lent his log-in.", "6.a.i.2", 1
    )
    new = Person.objects.create(username="olga", full_name="Olga Ortiz", badge="7", password="!")
    window = signed_in(cast["gloria"])
    for query, usernames in {
        "?q=archu": ["ada"],
        "?q=BEGAY+ben": ["ben"],
        "?q=badge-ada": ["ada"],
        "?role=cyber": ["lena"],
        f"?unit={unit.pk}": ["dario"],
        f"?district={district.pk}": ["dario"],
        "?standing=lacking": ["ben", "frank", "jack", "olga"],
        "?standing=training": ["jack"],
        "?standing=suspended": ["frank"],
        "?standing=penalty": ["ben"],
        "?standing=access": ["olga"],
        "?standing=waiting": ["iris"],
        "?standing=penalty&role=cyber": [],
        "?q=%25": [],
    }.items():
        assert names(window, query) == usernames, query
    assert "ada" in names(window, "?standing=authorized")
    assert new.username in names(window, "?standing=factor")


@pytest.mark.clause("6.d.ii/warned")
def test_those_whose_training_lapses_soon_are_found() -> None:
    cast = everybody()
    with clock.set_to(clock.now() + timedelta(days=300)):
        usernames = names(signed_in(cast["gloria"]), "?standing=warned")
    assert "ada" in usernames
    assert "jack" not in usernames  # it has lapsed already


@pytest.mark.both_databases
def test_it_sorts_both_ways_and_wrong_filters_are_none() -> None:
    window = signed_in(everybody()["gloria"])
    assert names(window, "?sort=-name") == names(window, "?sort=name")[::-1]
    assert names(window, "?sort=account")[0] == "ada"
    for wrong in ("?sort=password", "?unit=x", "?role=king", "?standing=x", "?page=999", "?page=x"):
        assert len(names(window, wrong)) == len(CAST), wrong


@pytest.mark.clause("6.b.i.7/lists", "AU-2/acts", "AU-3/bytes")
def test_the_export_is_the_filtered_list_and_is_recorded_before_it_is_sent(recorded) -> None:  # type: ignore[no-untyped-def]
    cast = everybody()
    Person.objects.filter(username="ada").update(full_name='=HYPERLINK("http://example.org")')
    answer = signed_in(cast["gloria"]).get("/people/export/?role=officer")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert {row["username"] for row in rows} == {"ada", "ben", "jack"}
    ada = next(row for row in rows if row["username"] == "ada")
    assert ada["name"].startswith("'=")
    assert ada["authorized"] == "yes"
    jack = next(row for row in rows if row["username"] == "jack")
    assert "6.d.ii" in jack["missing"]
    entry = recorded("access.export")
    assert (entry.details["people"], entry.details["filters"]) == (3, "role=officer")
    assert entry.details["bytes"] == len(answer.content)


@pytest.mark.clause("6.b.i.7/lists", "6.b.i.10/failure")
def test_nothing_is_exported_when_it_cannot_be_recorded(monkeypatch: pytest.MonkeyPatch) -> None:
    from plateward.core.audit.log import LogUnavailable
    from plateward.people.pages import views as pages

    window = signed_in(everybody()["gloria"])

    def fails(*_: object, **more: object) -> None:
        raise LogUnavailable("The log is away.")

    monkeypatch.setattr(pages, "record", fails)
    window.raise_request_exception = False
    assert window.get("/people/export/").status_code == 503


@pytest.mark.both_databases
def test_ten_thousand_people_are_listed_and_filtered_fast() -> None:
    gloria = person("gloria")
    window = signed_in(gloria)
    Person.objects.bulk_create(
        (
            Person(username=f"p{n}", full_name=f"Person {n}", badge=f"b{n}", password="!", role="officer")
            for n in range(10_000)
        ),
        batch_size=1000,
    )

    def took(query: str) -> float:
        began = thread_time()
        assert window.get(f"/people/{query}").status_code == 200
        return thread_time() - began

    for query, seconds in (
        ("", 1.0),
        ("?q=person+99", 1.0),
        ("?standing=lacking", 3.0),
    ):  # of this thread alone
        assert any(took(query) < seconds for _ in range(5)), query
