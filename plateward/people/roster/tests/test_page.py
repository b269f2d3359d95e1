"""The page of differences, against a running directory: what a person approves becomes so, and nothing else."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from django.test import Client

from plateward.core.audit.actor import Actor
from plateward.core.audit.events import Event
from plateward.core.audit.leaf import Leaf
from plateward.core.audit.models import AuditEntry
from plateward.core.pages.models import Upload
from plateward.ground import clock
from plateward.ground.links.ldap import Listed
from plateward.ground.policy.decision import Refused
from plateward.people.access import standing
from plateward.people.models import Person, SignIn
from plateward.people.notices.kinds import Kind
from plateward.people.notices.models import Mailbox, Notice
from plateward.people.roster import actions
from plateward.people.roster.tests.slapd import directory
from plateward.people.testing import person, signed_in

pytestmark = pytest.mark.django_db
PAGE = "/people/directory/"
SYSTEM = Actor("system", "test", "Test")


@pytest.fixture
def listing(tmp_path: Path, settings: Any) -> Callable[[Sequence[Listed]], Any]:
    """The agency's directory with these people, while it runs."""

    @contextmanager
    def running(people: Sequence[Listed]) -> Iterator[None]:
        with directory(tmp_path / "ldap", people) as settings.PEOPLE_DIRECTORY:
            yield

    return running


def of(username: str, **changed: str) -> Listed:
    """A member of the cast as the directory has them."""
    here = person(username)
    fields = {"username": username, "name": here.full_name, "email": "", "number": here.badge}
    return Listed(**fields | changed)


def press(client: Client, *numbers: str, **more: str) -> Any:
    latest = actions.latest_comparison()
    key = {"comparison": str(latest.upload.pk)} if latest else {}
    return client.post(PAGE, {"person": numbers} | key | more)


@pytest.mark.both_databases
@pytest.mark.clause("AC-2/approval", "AC-2/disabled", "6.e.i/own", "6.b.i.9/entries")
def test_each_difference_is_approved_by_a_person_and_is_an_act_of_its_own(
    listing: Callable[[Sequence[Listed]], Any], recorded: Callable[[str], Leaf]
) -> None:
    gloria = signed_in(person("gloria"))
    ben = person("ben")
    session = signed_in(ben)
    Mailbox.objects.create(person=person("ada"), address="ada@example.gov", topics=["alerts"])
    renamed = of("ada", name="Ada Archuleta-Baca", email="ada.baca@example.gov")
    with listing([of("gloria"), renamed, Listed("kim", "Kim Kelley", "", "5000")]):
        assert gloria.post(PAGE, {"compare": "1"}).status_code == 302
    page = gloria.get(PAGE).content.decode()
    assert "Ben Begay" in page
    assert "Ada Archuleta-Baca" in page
    assert "ada.baca@example.gov, was ada@example.gov" in page
    assert "Kim Kelley" in page
    # Nothing has changed yet: the directory decides nothing.
    assert not Person.objects.filter(username="kim").exists()
    assert SignIn.objects.filter(person=ben).exists()
    assert standing.standing_of(ben).authorized
    assert Notice.objects.get(kind=Kind.PERSON_GONE).settled_at is None
    assert press(gloria, ben.badge, renamed.number, "5000").status_code == 302
    kim = Person.objects.get(username="kim")
    assert (kim.full_name, kim.badge, kim.role, kim.has_usable_password()) == (
        "Kim Kelley",
        "5000",
        "",
        False,
    )
    ada = Person.objects.get(username="ada")
    assert (ada.full_name, ada.mailbox.address) == ("Ada Archuleta-Baca", "ada.baca@example.gov")
    assert not SignIn.objects.filter(person=ben).exists()
    assert session.get("/account/passkeys/").status_code == 302
    assert not standing.standing_of(ben).authorized
    assert Notice.objects.get(kind=Kind.PERSON_GONE).settled_at is not None
    assert recorded("person.create").actor_id == "gloria"
    assert recorded("access.interrupt").reason == actions.GONE
    assert b"agree" in gloria.get(PAGE).content


@pytest.mark.clause("AC-2/disabled")
def test_an_empty_directory_removes_nobody(listing: Callable[[Sequence[Listed]], Any]) -> None:
    gloria = signed_in(person("gloria"))
    for username in ("ada", "ben", "carla"):
        person(username)
    with listing([]):
        gloria.post(PAGE, {"compare": "1"})
    page = gloria.get(PAGE).content.decode()
    assert "it lists no people, and would remove nearly everyone" in page
    assert actions.latest_comparison() is None
    assert AuditEntry.objects.filter(event=Event.PERSON_COMPARE, outcome="refused").exists()
    assert not Upload.objects.exists()


def test_what_the_directory_writes_is_only_text(listing: Callable[[Sequence[Listed]], Any]) -> None:
    gloria = signed_in(person("gloria"))
    hostile = Listed("eve", "Eve <img src=x onerror=alert(1)>", "", "7000")
    with listing([of("gloria"), hostile]):
        gloria.post(PAGE, {"compare": "1"})
    page = gloria.get(PAGE).content.decode()
    assert "<img src=x" not in page
    assert "&lt;img src=x" in page
    press(gloria, "7000")
    assert not Person.objects.filter(username="eve").exists()


@pytest.mark.clause("AC-2/disabled", "6.b.i/oversight")
def test_one_that_is_refused_keeps_none_of_the_others(listing: Callable[[Sequence[Listed]], Any]) -> None:
    """The last administrator is not separated by a directory that has forgotten them."""
    gloria = signed_in(person("gloria"))
    with listing([Listed("kim", "Kim Kelley", "", "5000")]):
        gloria.post(PAGE, {"compare": "1"})
    answer = press(gloria, person("gloria").badge, "5000")
    assert answer.status_code == 409
    assert b"You cannot suspend or end your own access" in answer.content
    assert Person.objects.filter(username="kim").exists()
    assert standing.standing_of(person("gloria")).authorized


def test_only_what_was_seen_is_approved(listing: Callable[[Sequence[Listed]], Any]) -> None:
    gloria = signed_in(person("gloria"))
    with listing([of("gloria"), Listed("kim", "Kim Kelley", "", "5000")]):
        actions.compare_now(SYSTEM)
        earlier = actions.latest_comparison()
        assert earlier
        actions.compare_now(SYSTEM)
    gloria.post(PAGE, {"person": "5000", "comparison": earlier.upload.pk})
    assert b"compared again meanwhile" in gloria.get(PAGE).content
    assert not Person.objects.filter(username="kim").exists()
    with clock.set_to(clock.now() + timedelta(hours=25)):
        assert actions.latest_comparison() is None


@pytest.mark.clause("AC-2/disabled", "AC-2/told")
def test_it_is_compared_daily_and_the_administrators_are_notified_once(
    listing: Callable[[Sequence[Listed]], Any], settings: Any
) -> None:
    person("gloria")
    ben = person("ben")
    settings.PEOPLE_DIRECTORY = None
    actions.compare_if_due()
    with listing([of("gloria")]):
        for _ in range(2):
            actions.compare_if_due()
        assert AuditEntry.objects.filter(event=Event.PERSON_COMPARE).count() == 1
        with clock.set_to(clock.now() + timedelta(days=1)):
            actions.compare_if_due()
    assert AuditEntry.objects.filter(event=Event.PERSON_COMPARE).count() == 2
    notice = Notice.objects.get(kind=Kind.PERSON_GONE)
    assert (notice.to.username, notice.link) == ("gloria", PAGE)
    with listing([of("gloria"), of("ben")]):
        actions.compare_now(SYSTEM)
    assert Notice.objects.get(pk=notice.pk).settled_at is not None  # they are back
    assert standing.standing_of(ben).authorized


def test_a_directory_that_is_down_is_on_the_log_with_what_to_do(
    listing: Callable[[Sequence[Listed]], Any],
) -> None:
    gloria = signed_in(person("gloria"))
    with listing([of("gloria")]):
        pass
    gloria.post(PAGE, {"compare": "1"})
    assert b"Check ldap.url" in gloria.get(PAGE).content
    assert AuditEntry.objects.filter(event=Event.PERSON_COMPARE, outcome="failed").exists()


def test_ten_thousand_people_are_compared_and_shown(listing: Callable[[Sequence[Listed]], Any]) -> None:
    gloria = signed_in(person("gloria"))
    many = [
        Listed(f"p{number}", "Some Body", f"p{number}@example.gov", str(number)) for number in range(10_000)
    ]
    with listing([of("gloria"), *many]):
        began = monotonic()
        actions.compare_now(SYSTEM)
        page = gloria.get(PAGE).content
    assert monotonic() - began < 120
    assert b"Showing the first 200 of 10,000" in page


def test_the_hub_believes_no_directory_in_part(listing: Callable[[Sequence[Listed]], Any]) -> None:
    person("gloria")
    for number in range(12):
        Person.objects.create(
            username=f"q{number}", full_name="Q", badge=f"q{number}", employed_since="2020-01-01"
        )
    with (
        listing([of("gloria"), *(Listed(f"q{n}", "Q", "", f"q{n}") for n in range(5))]),
        pytest.raises(Refused),
    ):
        actions.compare_now(SYSTEM)
