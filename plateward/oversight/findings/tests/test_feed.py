"""What the detectors make of the hub's own log and of what CAD answered there."""

from collections import Counter
from datetime import timedelta
from uuid import uuid4

import pytest

from plateward import clock
from plateward.alerts.models import Alert
from plateward.audit.events import Event
from plateward.audit.log import record
from plateward.cases.standing import NumberStanding
from plateward.dispatch.models import Call, CallAlert
from plateward.hotlists.protected.models import Vehicle
from plateward.oversight.detectors.cad_book import CadBook
from plateward.oversight.detectors.records import Claim, EventKind
from plateward.oversight.detectors.thresholds import Thresholds
from plateward.oversight.findings import actions, feed
from plateward.people import days
from plateward.people.access.models import Access
from plateward.people.access.suspensions.actions import give_leave, terminate_access
from plateward.people.actor import PersonActor
from plateward.people.models import Person
from plateward.people.testing import person
from plateward.searches.models import NumberCheck, Search
from plateward.searches.query import SearchQuery, write_query
from plateward.testing.hotlist import load_hotlist
from plateward.testing.roadside import enroll_reader

pytestmark = pytest.mark.django_db
REASON = "Witness saw this car leave the burglary on Alder Rd at 0915"
NOBODYS = "26-550100"


def searched(
    by: Person, *plates: str, days_ago: float, number: str = NOBODYS, standings: tuple[str, ...] = ("open",)
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
            NumberCheck.objects.create(search=search, standing=standing, detail=f"{number} is {standing}.")
        record(PersonActor.of(by, "10.0.0.7"), Event.SEARCH_ASK, f"search:{search.pk}")
    return search


def detectors_of(subject: Person) -> Counter[str]:
    return Counter(found.detector for found in actions.found_in_log() if found.subject == subject.username)


def claims() -> list[Claim | None]:
    """What CAD's answers make of the searches on the log, in its order."""
    since = clock.now() - timedelta(days=100)
    book = CadBook(feed.cad_records(since), Thresholds())
    return [book.claim(event, "") for event in feed.log_events(since) if event.kind is EventKind.SEARCH]


@pytest.mark.clause("6.a.ii.2", "6.a.ii.3")
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


@pytest.mark.clause("6.a.ii.2")
def test_an_open_number_explains_no_hundred_searches_in_a_week() -> None:
    ada, ben = person("ada"), person("ben")
    for each in range(20):
        searched(ben, f"ZZQ{each:03d}", days_ago=20 - each)
    for each in range(100):
        searched(ada, f"ZYQ{each:03d}", days_ago=6 - each / 20)
    assert "volume" in detectors_of(ada)
    assert "volume" not in detectors_of(ben)


@pytest.mark.clause("6.a.ii.3")
def test_an_open_number_explains_no_search_of_a_colleagues_plate() -> None:
    ada, ben = person("ada"), person("ben")
    Vehicle.objects.create(
        person=ben, kind=Vehicle.Kind.PERSONAL, bare="BEQ100", plate="BEQ100", state="NM", added_by="ben"
    )
    searched(ada, "BEQ100", days_ago=2)
    assert "colleague's plate" in detectors_of(ada)


@pytest.mark.clause("6.e.vi")
def test_an_open_number_explains_no_reason_given_for_many_plates() -> None:
    ada = person("ada")
    for each in range(10):
        searched(ada, f"ZZQ{each:03d}", days_ago=20 - each)
    assert "reason reuse" in detectors_of(ada)


def test_the_plates_of_a_search_are_all_looked_at_and_are_one_search() -> None:
    ada = person("ada")
    searched(ada, *(f"ZZQ{each:03d}" for each in range(40)), days_ago=3)
    assert len(claims()) == 40
    assert detectors_of(ada) == Counter()


@pytest.mark.clause("6.a.iii")
def test_a_search_is_judged_by_the_last_check_of_its_own_number_alone() -> None:
    ada = person("ada")
    searched(ada, "XYQ123", days_ago=9)
    searched(ada, "XYQ123", days_ago=8, standings=("unreachable", "unknown"))
    searched(ada, "XYQ123", days_ago=7, standings=("unreachable",))
    searched(ada, "XYQ123", days_ago=6, standings=("foreign",))
    searched(ada, "XYQ123", days_ago=5, standings=("closed",))
    assert claims() == [
        *(Claim.OPEN_WITHOUT_PLATE, Claim.UNKNOWN, Claim.UNJUDGED),
        *(Claim.OTHER_UNIT, Claim.CLOSED),
    ]


def test_every_answer_of_cad_is_a_claim() -> None:
    assert set(feed.CLAIMS) == set(NumberStanding)


@pytest.mark.clause("6.j.i")
def test_exports_of_hot_lists_and_of_the_access_register_are_exports() -> None:
    gloria = PersonActor.of(person("gloria"))
    record(gloria, Event.HOTLIST_EXPORT, "hotlist:Stolen", entries=4000)
    record(gloria, Event.ACCESS_EXPORT, "people", filters="", people=300)
    events = list(feed.log_events(clock.now() - timedelta(days=1)))
    assert [(event.kind, event.results) for event in events] == [
        (EventKind.EXPORT, 4000.0),
        (EventKind.EXPORT, 300.0),
    ]
    assert "bulk export" in detectors_of(person("gloria"))


@pytest.mark.clause("6.a.ii.2")
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


@pytest.mark.clause("6.b.i.8")
def test_only_access_in_force_is_unused_and_from_when_it_began() -> None:
    ada, ben, gloria, carla = (person(name) for name in ("ada", "ben", "gloria", "carla"))
    Access.objects.filter(person=ada).update(begins=clock.now() - timedelta(days=200))
    Access.objects.filter(person=ben).update(begins=clock.now() - timedelta(days=200))
    Access.objects.filter(person=carla).update(begins=clock.now() - timedelta(days=2))
    with clock.set_to(clock.now() - timedelta(days=110)):
        record(PersonActor.of(gloria), Event.PERSON_LOGIN, "person:gloria")
    terminate_access(PersonActor.of(gloria), ben, "Resigned.")
    assert "unused access" in detectors_of(ada)
    assert "unused access" not in detectors_of(ben)
    assert "unused access" not in detectors_of(carla)
    known = feed.known_people()
    assert (known["ben"].has_access, known["ada"].has_access) == (False, True)


@pytest.mark.clause("6.a.iii")
def test_a_call_names_the_plates_of_its_alerts_and_explains_searches_for_them() -> None:
    load_hotlist("ABC123")
    camera = enroll_reader("gate-1", "Gate 1")
    camera.send(camera.photo("ABC123"))
    alert = Alert.objects.get()
    link = CallAlert.objects.filter(alert=alert).first()
    call = link.call if link else Call.objects.create(opened=Call.Opened.NOTICE)
    if link is None:
        CallAlert.objects.create(call=call, alert=alert)
    call.number = "26-0042"
    call.save(update_fields=["number"])
    with clock.set_to(clock.now() + timedelta(minutes=5)):
        for _ in range(9):
            searched(person("ada"), "ABC123", days_ago=0, number=call.number)
        searched(person("ada"), "ZZQ999", days_ago=0, number=call.number)
        assert claims() == [*[Claim.PLATE_NAMED] * 9, Claim.OPEN_WITHOUT_PLATE]
