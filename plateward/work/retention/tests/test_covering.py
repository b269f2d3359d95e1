"""How many reads a hold covers: nobody learns by a hold what would need a search."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from plateward.core.audit.models import AuditEntry
from plateward.field.hotlists.models import Entry, HotList
from plateward.ground import clock
from plateward.ground.errors import ActError
from plateward.people import days
from plateward.people.models import Person, SignIn
from plateward.people.testing import acting, person, signed_in
from plateward.work.retention import covering, holding
from plateward.work.retention.deciding import HoldKind
from plateward.work.retention.models import Adjudication, Hold
from plateward.work.retention.tests.conftest import Agency
from plateward.work.searches.models import NumberCheck, Search
from plateward.work.searches.query import SearchQuery, write_query
from plateward.work.searches.testing import REASON

pytestmark = [pytest.mark.django_db, pytest.mark.clause("6.b.i.8/scope")]
WHY = "The defense asked for it in its motion of November."
UNKNOWN = "is shown while that search is active."


def place(agency: Agency, kind: HoldKind, **what: Any) -> Hold:
    today = days.day_of(agency.start)
    if kind in (HoldKind.PLATE, HoldKind.CAMERA, HoldKind.PLACE):
        what["since"] = days.start_of(today).astimezone(UTC)
        what["until"] = days.start_of(today + timedelta(days=1)).astimezone(UTC)
    review_on = clock.now().date() + timedelta(days=30)
    hold = Hold(kind=kind, reason=WHY, basis="2026-00412", review_on=review_on, **what)
    return holding.place_hold(acting("carla"), hold)


def search(whose: Person, since: datetime, **query: Any) -> Search:
    made = Search.objects.create(
        key=uuid4(),
        person=whose,
        purpose="felony",
        reason=REASON,
        number="2026-00412",
        query_json=write_query(SearchQuery(since, clock.now().astimezone(UTC), **query)),
    )
    NumberCheck.objects.create(search=made, standing="open", detail="Open.")
    return made


def test_the_number_of_reads_is_given_to_who_searches_for_them(agency: Agency) -> None:
    with agency.later(hours=2):
        agency.send("PLAIN1")
    with agency.later(hours=2, minutes=1):
        hold = place(agency, HoldKind.PLATE, plate="PLAIN1")
        carla, since = person("carla"), hold.since
        assert since
        narrower = {"plates": ("PLAIN1",), "colors": ("red",)}
        for query in (
            {"plates": ("ABC123",)},
            narrower,
            {"plates": ("PLAIN1",), "since": since + timedelta(hours=1)},
        ):
            search(carla, **{"since": since} | query)
        search(person("gloria"), since, plates=("PLAIN1",))
        assert covering.coverage(hold, carla).text.endswith(UNKNOWN)
        search(carla, since, plates=("N0", "PLAIN1"))
        assert covering.coverage(hold, carla).text == "It covers 2 reads now."
    with agency.later(60):
        assert covering.coverage(hold, carla).text.endswith(UNKNOWN)  # the search is over


def test_a_hold_into_the_future_is_no_watch_on_a_plate(agency: Agency) -> None:
    """What is read after a search is for another search, as without a hold."""
    carla = person("carla")
    with agency.later(hours=2):
        hold = place(agency, HoldKind.PLATE, plate="PLAIN1")
        assert hold.since
        assert hold.until
        search(carla, hold.since, plates=("PLAIN1",))
        assert covering.coverage(hold, carla).text == "It covers 1 read now."
    with agency.later(hours=3):
        agency.send("PLAIN1")
        coverage = covering.coverage(hold, carla)
        assert (coverage.reads, coverage.until) == (1, agency.start + timedelta(hours=2))
        assert "It covers 1 read from before your search ended, " in coverage.text
    with agency.later(hours=3, minutes=1):
        search(carla, hold.since, plates=("PLAIN1",))
        assert covering.coverage(hold, carla).text == "It covers 2 reads now."
        until = hold.until + timedelta(days=1)
        later = Hold(kind=HoldKind.PLATE, plate="PLAIN1", since=hold.until, until=until)
        assert covering.coverage(later, carla).reads is None  # it has not begun


@pytest.mark.both_databases
def test_a_case_is_known_by_each_of_its_spellings(agency: Agency) -> None:
    alert = agency.alert("ABC123")
    Adjudication.objects.create(
        number="D-307-CR-2026-00412",
        bare="D307CR202600412",
        alert=alert,
        court="Third Judicial District Court",
        outcome="convicted",
        decided_on=clock.now().date(),
        by=acting("iris").key,
    )
    assert covering.alerts_of_case("d307-cr202600412") == {alert.pk}
    Entry.objects.filter(pk=alert.entry_id).update(number="d-307 cr2026-00412")
    assert covering.alerts_of_case("D-307-CR-2026-00412") == {alert.pk}
    assert not covering.alerts_of_case("D-307-CR-2026-00413")


@pytest.mark.both_databases
def test_a_camera_and_a_place_need_a_search_of_just_that(agency: Agency) -> None:
    with agency.later(hours=2):
        camera = agency.photos["PLAIN1"].read.camera
        by_camera = place(agency, HoldKind.CAMERA, camera=camera)
        by_place = place(agency, HoldKind.PLACE, lat=32.3, lon=-106.7, meters=500.0)
        carla, since = person("carla"), by_camera.since
        assert since
        for hold in (by_camera, by_place):
            assert covering.coverage(hold, carla).text.endswith(UNKNOWN)
        search(carla, since, cameras=(camera,))
        assert covering.coverage(by_camera, carla).reads == 2
        assert covering.coverage(by_place, carla).reads is None
        search(carla, since, area='{"circle": [32.3, -106.7, 500]}')
        assert covering.coverage(by_place, carla).reads is not None


@pytest.mark.both_databases
def test_it_counts_to_a_thousand_and_says_so(agency: Agency, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(covering, "AT_MOST", 1)
    alert = agency.alert("ABC123")
    with agency.later(minutes=1):
        agency.send("ABC123")  # a sighting
        hold = place(agency, HoldKind.ALERT, alert_id=alert.pk)
        assert covering.coverage(hold, person("carla")).text == "It covers more than 1 read now."


@pytest.mark.clause("6.c.ii/cases")
def test_a_hold_on_an_alert_is_for_whom_it_is_shown_to(agency: Agency) -> None:
    alert = agency.alert("ABC123")
    with agency.later(hours=1):
        hold = place(agency, HoldKind.ALERT, alert_id=alert.pk)
        assert covering.coverage(hold, person("carla")).text == "It covers 1 read now."
        HotList.objects.update(covert=True)
        assert covering.coverage(hold, person("carla")).reads == 0
        with pytest.raises(ActError, match="You see no alert"):
            place(agency, HoldKind.ALERT, alert_id=alert.pk)


@pytest.mark.clause("6.c.ii.1/all")
def test_lifting_needs_a_fresh_second_factor_and_recording_an_outcome_a_fresh_proof(agency: Agency) -> None:
    hold = place(agency, HoldKind.CASE, number="2026-00412")
    carla, long_ago = signed_in(person("carla")), clock.now() - timedelta(minutes=11)
    path, proofs = "/retention/evidence/adjudicate/", SignIn.objects.filter(person=person("carla"))
    proofs.update(proved_at=clock.now(), factor_at=long_ago)
    assert carla.post(f"{hold.get_absolute_url()}lift/", {"reason": WHY}).status_code == 401
    assert carla.post(path, {}).status_code == 422
    proofs.update(proved_at=long_ago, factor_at=long_ago)
    assert carla.post(path, {}).status_code == 401
    assert carla.get(path).status_code == 200
    assert AuditEntry.objects.filter(event="retention.view", object="adjudications").exists()
    assert Hold.objects.live().filter(pk=hold.pk).exists()
