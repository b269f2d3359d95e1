"""What the detectors make of the hub's own log and of what CAD answered there."""

from collections import Counter
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from plateward.core.audit.events import Event
from plateward.core.audit.log import record
from plateward.core.cases.standing import NumberStanding
from plateward.field.fleet.checks.models import ReaderCheck
from plateward.field.fleet.models import Reader
from plateward.field.hotlists.protected.models import Vehicle
from plateward.field.hotlists.requests import deciding
from plateward.field.hotlists.requests.testing import Force
from plateward.ground import clock
from plateward.oversight.detectors.cad_book import CadBook
from plateward.oversight.detectors.records import EventKind, NumberClaim
from plateward.oversight.detectors.testing import history_of
from plateward.oversight.findings import actions, feed
from plateward.oversight.findings.models import Finding
from plateward.people import days
from plateward.people.access.suspensions.actions import give_leave, terminate_access
from plateward.people.actor import PersonActor
from plateward.people.models import Person
from plateward.people.testing import person
from plateward.testing.hotlist import load_hotlist
from plateward.testing.roadside import enroll_reader
from plateward.work.alerts.facts import AlertOutcome
from plateward.work.alerts.models import Alert, Disposition
from plateward.work.dispatch.models import Call, CallAlert
from plateward.work.evidence.dems.models import Duty
from plateward.work.searches.models import NumberCheck, Search
from plateward.work.searches.query import SearchQuery, write_query

pytestmark = pytest.mark.django_db
REASON = "Witness saw this car leave the burglary on Alder Rd at 0915"
NOBODYS = "26-550100"
DAY = timedelta(days=1)


def searched(
    by: Person,
    *plates: str,
    days_ago: float,
    number: str = NOBODYS,
    standings: tuple[str, ...] = ("open",),
    named: str | None = None,
) -> Search:
    """A search with its checks, one after another, and its entry on the log, as asking makes them."""
    with clock.set_to(clock.now() - timedelta(days=days_ago)):
        now = clock.now()
        query = SearchQuery(since=now - timedelta(days=30), until=now, plates=plates)
        search = Search.objects.create(
            key=uuid4(),
            person=by,
            query_json=write_query(query),
            purpose="felony",
            reason=REASON,
            number=number,
        )
        for standing in standings:
            NumberCheck.objects.create(
                search=search,
                standing=standing,
                detail=f"{number} is {standing}.",
                vehicles=None if named is None else 2,
                named=named,
            )
        record(PersonActor.of(by, "10.0.0.7"), Event.SEARCH_ASK, f"search:{search.pk}")
    return search


def detectors_of(subject: Person) -> Counter[str]:
    return Counter(found.detector for found in actions.findings_in_log() if found.subject == subject.username)


def claims() -> list[NumberClaim | None]:
    """What CAD's answers make of the searches on the log, in its order."""
    since = clock.now() - timedelta(days=100)
    book = CadBook(feed.cad_records(since))
    return [book.claim(event, "") for event in feed.log_events(since) if event.kind is EventKind.SEARCH]


@pytest.mark.clause("6.a.ii.2/found")
@pytest.mark.parametrize("standing", ["open", "unassigned", "unreachable"])
def test_an_open_number_explains_no_ninety_searches_of_a_plate(standing: str) -> None:
    ada, ben = person("ada"), person("ben")
    for each in range(60):  # as everybody's numbers are
        number = f"26-66{each:04d}"
        searched(ben, f"ZZQ{each:03d}", days_ago=50 - each / 2, number=number, standings=(standing,))
    for each in range(90):
        searched(ada, "XYQ123", days_ago=46 - each / 2, standings=(standing,))
    assert "repeated plate" in detectors_of(ada)
    assert "repeated plate" not in detectors_of(ben)


@pytest.mark.clause("6.a.ii.2/group")
def test_an_open_number_explains_no_hundred_searches_in_a_week() -> None:
    ada, ben = person("ada"), person("ben")
    for each in range(20):
        searched(ben, f"ZZQ{each:03d}", days_ago=20 - each)
    for each in range(100):
        searched(ada, f"ZYQ{each:03d}", days_ago=6 - each / 20)
    assert "volume" in detectors_of(ada)
    assert "volume" not in detectors_of(ben)


@pytest.mark.clause("6.a.ii.3/found")
def test_an_open_number_explains_no_search_of_a_colleagues_plate() -> None:
    ada, ben = person("ada"), person("ben")
    Vehicle.objects.create(
        person=ben, kind=Vehicle.Kind.PERSONAL, bare="BEQ100", plate="BEQ100", state="NM", added_by="ben"
    )
    searched(ada, "BEQ100", days_ago=2)
    assert "personal plate" in detectors_of(ada)


@pytest.mark.clause("6.e.vi/number")
def test_an_open_number_explains_no_reason_given_for_many_plates() -> None:
    ada = person("ada")
    for each in range(10):
        searched(ada, f"ZZQ{each:03d}", days_ago=20 - each, number=f"26-66{each:04d}")
    assert "reason reuse" in detectors_of(ada)


def test_the_plates_of_a_search_are_all_looked_at_and_are_one_search() -> None:
    ada = person("ada")
    searched(ada, *(f"ZZQ{each:03d}" for each in range(40)), days_ago=3)
    assert len(claims()) == 40
    assert detectors_of(ada) == Counter()


@pytest.mark.clause("6.a.iii/worth")
def test_a_search_is_judged_by_the_last_check_of_its_own_number_alone() -> None:
    ada = person("ada")
    searched(ada, "XYQ123", days_ago=9)
    searched(ada, "XYQ123", days_ago=8, standings=("unreachable", "unknown"))
    searched(ada, "XYQ123", days_ago=7, standings=("unreachable",))
    searched(ada, "XYQ123", days_ago=6, standings=("foreign",))
    searched(ada, "XYQ123", days_ago=5, standings=("closed",))
    assert claims() == [
        *(NumberClaim.OPEN, NumberClaim.UNKNOWN, NumberClaim.UNJUDGED),
        *(NumberClaim.OTHER_UNIT, NumberClaim.CLOSED),
    ]


def test_every_answer_of_cad_is_a_claim() -> None:
    assert set(feed.CLAIMS) == set(NumberStanding)


def test_exports_of_hot_lists_and_of_the_access_register_are_exports() -> None:
    gloria = PersonActor.of(person("gloria"))
    record(gloria, Event.HOTLIST_EXPORT, "hotlist:Stolen", entries=4000)
    record(gloria, Event.ACCESS_EXPORT, "people", filters="", people=300)
    events = list(feed.log_events(clock.now() - DAY))
    assert [(event.kind, event.results) for event in events] == [
        (EventKind.EXPORT, 4000.0),
        (EventKind.EXPORT, 300.0),
    ]
    assert "bulk export" in detectors_of(person("gloria"))


@pytest.mark.clause("6.j.i/shared")
def test_packages_count_when_their_person_downloads_them_and_each_once() -> None:
    ada = PersonActor.of(person("ada"))
    for number in range(6):  # the hub's own tries, and five packages for DEMS
        record(ada, Event.EVIDENCE_EXPORT, "alert:1", package=number)
        record(ada, Event.DEMS_SUBMIT, f"alert:{number}")
        record(ada, Event.EVIDENCE_DOWNLOAD, "alert:1", requested="0199-one")
    exports = [event for event in feed.log_events(clock.now() - DAY) if event.kind is EventKind.EXPORT]
    assert len(exports) == 1
    assert "bulk export" not in detectors_of(person("ada"))
    for number in range(4):
        record(ada, Event.EVIDENCE_DOWNLOAD, "alert:1", requested=f"0199-{number}")
    assert "bulk export" in detectors_of(person("ada"))


@pytest.mark.clause("6.j.i/shared")
def test_a_night_of_images_taken_along_is_a_bulk_export() -> None:
    ada = person("ada")
    for number in range(4):
        record(PersonActor.of(ada), Event.IMAGE_DOWNLOAD, f"read:{number}")
    assert "bulk export" not in detectors_of(ada)
    record(PersonActor.of(ada), Event.IMAGE_PRINT, "read:5")
    assert "bulk export" in detectors_of(ada)


@pytest.mark.clause("6.j.i/shared")
@pytest.mark.parametrize(
    ("standing", "number", "exempt"),
    [
        ("open", NOBODYS, True),
        ("unreachable", NOBODYS, False),
        ("unknown", NOBODYS, False),
        ("open", "26-550999", False),  # another number than CAD confirmed for the search
    ],
)
def test_copies_under_a_number_that_cad_did_not_confirm_are_exports(
    standing: str, number: str, exempt: bool
) -> None:
    ada = person("ada")
    search = searched(ada, "XYQ123", days_ago=1, standings=(standing,))
    for each in range(6):
        of = PersonActor.of(ada)
        record(of, Event.IMAGE_PRINT, f"read:{each}", number=number, search=search.pk, image="both")
    assert ("bulk export" not in detectors_of(ada)) is exempt


@pytest.mark.clause("6.a.ii.2/group")
def test_the_searches_of_whoever_leaves_are_looked_back_on() -> None:
    ada, gloria = person("ada"), person("gloria")
    for each in range(10):
        searched(ada, f"ZZQ{each:03d}", days_ago=70 - 5 * each, number=f"26-66{each:04d}")
    for each in range(20):
        searched(ada, f"ZYQ{each:03d}", days_ago=9 - each / 4, number=f"26-77{each:04d}")
    give_leave(PersonActor.of(gloria), ada, days.today(), days.today(), "Annual leave.")
    assert "before leaving" not in detectors_of(ada)
    terminate_access(PersonActor.of(gloria), ada, "Resigned.")
    assert "before leaving" in detectors_of(ada)


def off_shift(subject: Person) -> list[str]:
    return [
        found.sentence
        for found in actions.findings_in_log()
        if (found.subject, found.detector) == (subject.username, "off-shift")
    ]


@pytest.mark.clause("6.a.ii.3/found")
def test_a_search_is_off_shift_only_between_two_checks_that_leave_no_shift_unknown() -> None:
    ada, ben, carla = (person(name) for name in ("ada", "ben", "carla"))
    enroll_reader()
    reader = Reader.objects.get()
    for day in range(30):
        for who in (ada, carla, *([ben] if day % 3 == 0 else [])):
            ReaderCheck.objects.create(reader=reader, by=who, at=clock.now() - timedelta(days=30 - day))
        searched(carla, f"ZCQ{day:03d}", days_ago=29.9 - day, number=f"26-66{day:04d}")
        if (
            10 <= day < 22
        ):  # fifteen hours into a shift of which each began with a check, and in one that had none
            searched(ada, f"ZAQ{day:03d}", days_ago=30 - day - 0.65, number=f"26-77{day:04d}")
            searched(ben, f"ZBQ{day:03d}", days_ago=30 - day - 0.65, number=f"26-88{day:04d}")
    (sentence,) = off_shift(ada)
    assert "No roster is kept: shifts are known from function checks." in sentence
    assert off_shift(ben) == off_shift(carla) == []


@pytest.mark.clause("6.a.i.2/lending")
def test_a_registered_terminal_is_a_device_and_any_other_browser_is_none() -> None:
    ada = person("ada")
    for session, client in (
        ("f00d", "Edge on Windows, at Unit 12, rear"),
        ("beef", "Edge on Windows, from 10.0.0.0/16"),
    ):
        record(PersonActor.of(ada), Event.PERSON_LOGIN, "person:ada", session=session, client=client)
        record(PersonActor.of(ada, "10.0.0.7", session), Event.ACCESS_EXPORT, "people")
    record(PersonActor.of(ada, "10.0.0.7", "before"), Event.ACCESS_EXPORT, "people")
    devices = [event.device for event in feed.log_events(clock.now() - DAY)]
    assert devices == ["Unit 12, rear", "Unit 12, rear", "", "", ""]


@pytest.mark.clause("6.a.ii.2/found")
def test_that_no_action_followed_is_said_only_where_the_hub_would_know_of_it() -> None:
    ada, ben, carla = (person(name) for name in ("ada", "ben", "carla"))
    load_hotlist("WKQ123")
    reader = enroll_reader()
    reader.send(reader.photo("WKQ123"))
    alert = Alert.objects.get()
    for day in range(12, 6, -1):
        searched(ada, "XYQ123", days_ago=day, standings=("unknown",))
        searched(ben, "OPQ123", days_ago=day, standings=("open",))  # CAD may have what became of it
        searched(carla, "WKQ123", days_ago=day, standings=("unknown",))
        worked_at = clock.now() - timedelta(days=day - 0.5)
        Disposition.objects.create(alert=alert, by=ben, at=worked_at, outcome=AlertOutcome.ENCOUNTER)
    said = {found.subject: found.sentence for found in actions.findings_in_log()}
    assert {who for who, sentence in said.items() if "No police action is on record" in sentence} == {"ada"}
    followed = {
        event.person: event.action_later for event in feed.log_events(clock.now() - 20 * DAY) if event.plate
    }
    assert followed == {"ada": False, "ben": None, "carla": True}


@pytest.mark.clause("6.a.ii.2/found")
@pytest.mark.parametrize(
    ("event", "by", "stated", "follows"),
    [
        (Event.SEARCH_EXPORT, "ada", {"destination": "dems"}, True),
        (Event.SEARCH_EXPORT, "ada", {"disclosed_for": "court"}, True),
        (Event.IMAGE_DOWNLOAD, "ada", {"disclosed_for": "field"}, False),  # her own word for her own search
        (Event.IMAGE_DOWNLOAD, "ben", {"disclosed_for": "field"}, True),
        (Event.ALERT_PRINT, "ada", {"disclosed_for": "agency"}, True),
        (Event.EVIDENCE_REQUEST, "ben", {"disclosed_for": "internal"}, True),
        (Event.IMAGE_PRINT, "ben", {}, False),  # of a print of results, whose entry says where it goes
    ],
)
def test_what_left_for_a_case_is_police_action(
    event: Event, by: str, stated: dict[str, Any], *, follows: bool
) -> None:
    load_hotlist("WKQ123")
    reader = enroll_reader()
    reader.send(reader.photo("WKQ123"))
    alert = Alert.objects.get().pk
    search = searched(person("ada"), "WKQ123", days_ago=3, standings=("unknown",))
    about: dict[Event, tuple[str, dict[str, Any]]] = {
        Event.SEARCH_EXPORT: (f"search:{search.pk}", {}),
        Event.ALERT_PRINT: (f"alert:{alert}", {}),
        Event.EVIDENCE_REQUEST: (f"alert:{alert}", {"alerts": [alert]}),
    }
    object, named = about.get(event, ("read:1", {"search": search.pk}))
    with clock.set_to(search.at + DAY / 2):
        record(PersonActor.of(person(by)), event, object, **named, **stated)
    [asked] = [each for each in feed.log_events(clock.now() - 9 * DAY) if each.kind is EventKind.SEARCH]
    assert asked.action_later is follows


@pytest.mark.clause("6.a.ii.2/found")
def test_a_read_that_enters_a_case_is_police_action() -> None:
    reader = enroll_reader()
    photo = reader.photo("XYQ123")
    reader.send(photo)
    search = searched(person("ada"), "XYQ123", days_ago=0, standings=("unknown",))
    key = [photo.read.captured_at.date().isoformat(), str(photo.read.id)]
    at = search.at + DAY / 2
    Duty.objects.create(by=person("ada"), at=at, number=NOBODYS, due_at=at, reads=[key])
    [asked] = [each for each in feed.log_events(clock.now() - 9 * DAY) if each.kind is EventKind.SEARCH]
    assert asked.action_later


@pytest.mark.clause("6.a.iii/worth")
def test_a_call_names_the_plates_of_its_alerts_and_explains_searches_for_them() -> None:
    load_hotlist("ABC123")
    camera = enroll_reader("gate-1", "Gate 1")
    camera.send(camera.photo("ABC123"))
    alert = Alert.objects.get()
    link = CallAlert.objects.filter(alert=alert).first()
    call = link.call if link else Call.objects.create(opened=Call.Opened.NOTICE)
    if link is None:
        CallAlert.objects.create(call=call, alert=alert)
    call.number, call.kind = "26-0042", "LPR hit"
    call.save(update_fields=["number", "kind"])
    assert [case.kind for case in feed.cad_records(clock.now() - DAY)] == ["LPR hit"]
    with clock.set_to(clock.now() + timedelta(minutes=5)):
        for _ in range(9):
            searched(person("ada"), "ABC123", days_ago=0, number=call.number)
        searched(person("ada"), "ZZQ999", days_ago=0, number=call.number)
        assert claims() == [*[NumberClaim.PLATE_NAMED] * 9, NumberClaim.OPEN]


@pytest.mark.clause("6.a.iii/worth")
@pytest.mark.parametrize(
    ("standing", "named", "claims"),
    [
        ("open", "AAQ111", [NumberClaim.PLATE_NAMED, NumberClaim.OTHER_PLATE]),
        ("open", "", [NumberClaim.OTHER_PLATE, NumberClaim.OTHER_PLATE]),
        ("open", None, [NumberClaim.OPEN, NumberClaim.OPEN]),
        ("unassigned", "BBQ222", [NumberClaim.OTHER_PLATE, NumberClaim.PLATE_NAMED]),
        ("foreign", "AAQ111", [NumberClaim.PLATE_NAMED, NumberClaim.OTHER_UNIT]),
        ("closed", "AAQ111", [NumberClaim.CLOSED, NumberClaim.CLOSED]),
        ("unreachable", "", [NumberClaim.UNJUDGED, NumberClaim.UNJUDGED]),
    ],
)
def test_a_number_is_worth_what_cads_own_vehicles_say_of_each_plate(
    standing: str, named: str | None, claims: list[NumberClaim]
) -> None:
    searched(person("ada"), "AAQ111", "BBQ222", days_ago=1, standings=(standing,), named=named)
    events = feed.log_events(clock.now() - 2 * DAY)
    assert [event.claim for event in events if event.kind is EventKind.SEARCH] == claims


@pytest.mark.clause("6.a.ii.2/found", "6.a.iii/worth")
def test_the_hub_finds_another_plate_under_a_number_of_the_own_unit() -> None:
    """The case is open, the unit is on it: that it is about another car tells only what CAD names."""
    ada = person("ada", supervisor=person("carla"))
    for day in range(6):
        searched(person("ben"), f"BBQ{day}00", days_ago=6.5 - day, named=f"BBQ{day}00")
        searched(ada, "XYQ123", days_ago=6 - day, number=f"26-77{day}", named="")
    actions.watch_log()
    found = {(finding.detector, finding.subject.username) for finding in Finding.objects.all()}
    assert ("repeated plate", "ada") in found
    assert {subject for _, subject in found} == {"ada"}


@pytest.mark.clause("6.a.ii.2/found", "6.a.iii/worth")
def test_a_plate_that_came_by_an_alert_is_not_one_that_the_person_came_with() -> None:
    ada, ben = person("ada"), person("ben")
    load_hotlist("WKQ123")
    reader = enroll_reader()
    reader.send(reader.photo("WKQ123"))
    alert = Alert.objects.get()
    with clock.set_to(clock.now() - 5 * DAY):
        record(PersonActor.of(ada), Event.ALERT_VIEW, f"alert:{alert.pk}")
        record(PersonActor.of(ben), Event.ALERT_VIEW, "alerts")
    searched(ben, "WKQ123", days_ago=3, number="")
    searched(ada, "WKQ123", days_ago=5 - 0.03, number="")
    events = list(feed.log_events(clock.now() - 9 * DAY))
    views = [(event.person, event.plate) for event in events if event.kind is EventKind.VIEW]
    assert views == [("ada", "WKQ123")]
    claims = {use.event.person: use.claim for use in history_of(events, people=feed.known_people()).uses}
    assert (claims["ada"], claims["ben"]) == (NumberClaim.ELSEWHERE, NumberClaim.MISSING)


@pytest.mark.parametrize(
    ("number", "value", "weakened"), [("searches", 9, True), ("searches", 3, False), ("days", 9, True)]
)
def test_a_threshold_by_which_the_detectors_see_less_is_told_outside_the_chain(
    number: str, value: float, *, weakened: bool
) -> None:
    gloria, reason = person("gloria"), "Too many findings about the task force this month."
    actions.set_threshold(PersonActor.of(gloria), f"repeated plate.{number}", value, reason)
    found = [each for each in actions.findings_in_log() if each.detector == "oversight weakened"]
    assert [(each.subject, each.to) for each in found] == [
        ("gloria", ("inspector general", "CJIS officer"))
    ] * weakened
    assert all(f"threshold repeated plate.{number} set from" in each.sentence for each in found)


@pytest.mark.clause("6.a.ii.3/found")
def test_an_approved_entry_of_a_vehicle_that_proves_to_be_a_colleagues_is_found() -> None:
    force = Force()
    request = force.asks(plate="ZIA 777")
    deciding.approve_request(PersonActor.of(force.carla), request, request.last.pk)
    assert not detectors_of(force.ada)
    Vehicle.objects.create(
        person=force.ben, kind=Vehicle.Kind.FAMILY, bare="ZIA777", plate="ZIA777", state="NM", added_by="ben"
    )
    [found] = actions.findings_in_log()
    assert (found.detector, found.subject) == ("personal entry", "ada")
    assert found.implicated == {"ben", "carla"}
