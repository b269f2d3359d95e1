"""Reads of one's own unit, and single reads shared with named colleagues until a date."""

from datetime import timedelta
from typing import Any
from unittest.mock import Mock
from uuid import uuid4

import pytest
from django.db import OperationalError
from sqlcipher3 import dbapi2 as sqlcipher

from plateward.field.reads.pages.audience import may_see_read
from plateward.field.reads.store import ReadKey, StoredRead, configured_store
from plateward.ground import clock
from plateward.ground.policy.decision import Refused
from plateward.people import days
from plateward.people.access.actions import end_access
from plateward.people.actor import PersonActor
from plateward.people.models import Unit
from plateward.people.notices.models import Notice
from plateward.people.testing import person, signed_in
from plateward.testing.roadside import Roadside, enroll_reader
from plateward.work.searches.sharing import actions, integrity
from plateward.work.searches.sharing.models import ReadShare
from plateward.work.searches.testing import Recorded

pytestmark = [pytest.mark.django_db, pytest.mark.clause("6.e.ii/own", "6.e.ii/share", "6.b.i.8/scope")]
PURPOSE = "Compare the damage on its left side with the hit and run on Lohman Ave in 2026-00412."


@pytest.fixture
def reader() -> Roadside:
    """The reader of Ada's unit, by a name of its own: on SQLCipher the reads of all tests are in one store."""
    person("ada")
    return enroll_reader("unit-12-own", "Unit 12 own", Unit.objects.get(name="Unit 12"))


@pytest.fixture
def read(reader: Roadside) -> StoredRead:
    """A read of it, of this moment."""
    photo = reader.photo("BKT419")
    reader.send(photo)
    stored = configured_store().get(ReadKey(photo.read.captured_at.date(), photo.read.id))
    assert stored
    return stored


def path(read: StoredRead) -> str:
    return f"/reads/{read.day}/{read.read.id}/"


def other_unit() -> Unit:
    return Unit.objects.get_or_create(name="Unit 14")[0]


def form(**changed: Any) -> dict[str, Any]:
    return {"to": "ben", "purpose": PURPOSE, "until": str(days.today() + timedelta(days=7))} | changed


@pytest.mark.both_databases
def test_the_page_shows_the_own_units_reads_of_the_shift_newest_first(
    reader: Roadside, recorded: Recorded
) -> None:
    now = clock.now()
    photos = [
        reader.photo(plate, captured_at=now - timedelta(hours=hours))
        for plate, hours in (("NEW111", 1), ("OLD222", 11), ("GONE33", 13))
    ]
    reader.send(*photos)
    other = enroll_reader("unit-14", "Unit 14 rear", other_unit())
    other.send(other.photo("THEIRS"))
    page = signed_in(person("ada")).get("/reads/").content.decode()
    assert page.index("NEW111") < page.index("OLD222")
    assert "GONE33" not in page
    assert "THEIRS" not in page
    assert recorded("read.list").details["readers"] == ["unit-12-own"]


@pytest.mark.both_databases
def test_pages_go_on_from_a_key(reader: Roadside) -> None:
    now = clock.now()
    photos = [
        reader.photo(f"AB{number:04}", captured_at=now - timedelta(minutes=number + 1))
        for number in range(60)
    ]
    reader.send(*photos)
    ada = signed_in(person("ada"))
    first = ada.get("/reads/").content.decode()
    assert "AB0049" in first
    assert "AB0050" not in first
    link = first.split('href="?')[1].split('"')[0].replace("&amp;", "&")
    second = ada.get(f"/reads/?{link}").content.decode()
    assert "AB0050" in second
    assert "AB0049" not in second
    assert ada.get("/reads/?at=nonsense&id=1").status_code == 200


def test_after_the_shift_an_own_read_needs_a_search_unless_it_is_shared(read: StoredRead) -> None:
    images = f"/reads/{read.day}/{read.read.id}/plate.jpg"
    assert [signed_in(person("ada")).get(page).status_code for page in (path(read), images)] == [200, 200]
    with clock.set_to(clock.now() + timedelta(hours=13)):
        ada = person("ada")
        assert [signed_in(ada).get(page).status_code for page in (path(read), images)] == [404, 404]
    actions.share_read(
        PersonActor.of(person("ada")),
        read,
        person("ben", unit=other_unit()),
        PURPOSE,
        clock.now() + timedelta(days=2),
    )
    with clock.set_to(clock.now() + timedelta(hours=13)):
        assert signed_in(person("ada")).get(path(read)).status_code == 200


def test_a_shared_read_is_seen_by_that_colleague_until_it_ends(read: StoredRead, recorded: Recorded) -> None:
    ben, elena = person("ben", unit=other_unit()), person("elena", unit=other_unit())
    ada = signed_in(person("ada"))
    assert signed_in(ben).get(path(read)).status_code == 404
    assert recorded("read.view").outcome == "refused"
    assert ada.post(path(read), form(), secure=True).status_code == 302
    entry = recorded("read.share")
    assert entry.details["to"] == "ben"
    assert "Lohman" not in f"{entry.reason} {entry.details}"
    notice = Notice.objects.get(to=ben)
    assert notice.link == path(read)
    assert PURPOSE in signed_in(ben).get(path(read)).content.decode()
    assert signed_in(ben).get(f"{path(read)}plate.jpg").status_code == 200
    assert signed_in(elena).get(path(read)).status_code == 404
    with clock.set_to(clock.now() + timedelta(days=9)):
        assert not may_see_read(ben, read)


@pytest.mark.both_databases
def test_a_share_is_withdrawn_by_who_made_it(read: StoredRead) -> None:
    ben = person("ben", unit=other_unit())
    ada = signed_in(person("ada"))
    ada.post(path(read), form(), secure=True)
    share = ReadShare.objects.get()
    with pytest.raises(Refused):
        actions.end_share(PersonActor.of(ben), share)
    assert signed_in(ben).post(f"/reads/shares/{share.pk}/end", secure=True).status_code == 404
    assert ada.post(f"/reads/shares/{share.pk}/end", secure=True).status_code == 302
    assert not may_see_read(ben, read)


@pytest.mark.clause("6.b.i.3/privacy", "6.c.ii/cases")
def test_the_monitor_finds_shares_of_people_whose_access_ended_and_altered_ones() -> None:
    ada, ben, now = person("ada"), person("ben", unit=other_unit()), clock.now()
    share = ReadShare(day=now.date(), read=uuid4(), by=ada, to=ben, purpose=PURPOSE, at=now)
    share.ends_at = now + timedelta(days=30)
    share.save()
    assert integrity._check_shares() == (1, [])
    end_access(PersonActor.of(ada), ben, "Left the agency.")
    [fault] = integrity._check_shares()[1]
    assert (fault.object, fault.problem) == (
        f"share {share.pk}",
        "The access of the colleague who sees the read has ended.",
    )
    share.pk, share.ends_at, share.to = None, now + timedelta(days=31), ada
    share.save()
    newest = integrity._check_shares()[1][0]
    assert newest.problem == "It lasts longer than 30 days: it was altered."


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"purpose": "For an investigation, please look."}, "purpose of sharing is not stated"),
        (
            {"purpose": "ICE asked where the undocumented driver of this van lives in Las Cruces."},
            "SB40.share",
        ),
        ({"until": "2036-01-01"}, "lasts at most 30 days"),
        ({"until": "2020-01-01"}, "lasts at most 30 days"),
        ({"to": "ada"}, "You already see this read"),
        ({"to": "nora"}, "has no access to reads"),
        ({"to": "jack"}, "not currently have access"),
    ],
)
@pytest.mark.clause("SB40.share/recorded")
def test_a_share_needs_a_colleague_a_lawful_purpose_and_an_end(
    read: StoredRead, changed: dict[str, Any], says: str
) -> None:
    for name in ("ben", "jack", "nora"):
        person(name, unit=other_unit())
    answer = signed_in(person("ada")).post(path(read), form(**changed), secure=True)
    assert answer.status_code in (409, 422)
    assert says in answer.content.decode()
    assert not ReadShare.objects.exists()


@pytest.mark.clause("6.b.i.9/entries", "6.e.ii/own")
@pytest.mark.parametrize(
    "lost", [OperationalError("BKT419"), OSError("BKT419"), sqlcipher.DatabaseError("BKT419")]
)
def test_a_lost_store_is_said_and_nothing_leaves(
    read: StoredRead, recorded: Recorded, monkeypatch: pytest.MonkeyPatch, caplog: Any, lost: Exception
) -> None:
    ada = signed_in(person("ada"))
    ada.raise_request_exception = False
    for name in ("stream", "get"):
        monkeypatch.setattr(configured_store(), name, Mock(side_effect=lost))
    for address, event in (("/reads/", "read.list"), (path(read), "read.view")):
        answer = ada.get(address)
        assert answer.status_code == 503
        assert "a part of the read store does not respond" in answer.content.decode()
        assert "Try again in a few minutes" in answer.content.decode()
        assert "BKT419" not in answer.content.decode() + caplog.text
        assert recorded(event).actor_id == "ada"
    assert recorded("read.view").outcome == "failed"


@pytest.mark.clause("6.b.i.9/denied", "6.e.ii/share")
def test_an_attempt_to_end_somebody_elses_share_is_recorded(read: StoredRead, recorded: Recorded) -> None:
    ben = person("ben", unit=other_unit())
    signed_in(person("ada")).post(path(read), form(), secure=True)
    share = ReadShare.objects.get()
    assert signed_in(ben).post(f"/reads/shares/{share.pk}/end", secure=True).status_code == 404
    entry = recorded("read.unshare")
    assert (entry.actor_id, entry.outcome, entry.object) == ("ben", "refused", f"readshare:{share.pk}")


def test_what_is_shared_with_somebody_is_not_theirs_to_share(read: StoredRead) -> None:
    ben = person("ben", unit=other_unit())
    person("elena", unit=other_unit())
    signed_in(person("ada")).post(path(read), form(), secure=True)
    with pytest.raises(Refused, match="not your unit's read"):
        actions.share_read(
            PersonActor.of(ben), read, person("elena"), PURPOSE, clock.now() + timedelta(days=1)
        )
