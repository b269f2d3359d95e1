"""Leave, separation, a high risk, and back: from the next request on, and never by the person themself."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from plateward.core.audit.actor import Actor
from plateward.ground import clock
from plateward.ground.policy.decision import Refused
from plateward.people import days
from plateward.people.access import standing
from plateward.people.access.actions import RequestedAccess, approve_request, request_access
from plateward.people.access.models import Access, Designation, Suspension
from plateward.people.access.suspensions import actions
from plateward.people.actor import PersonActor
from plateward.people.models import Person, SignIn
from plateward.people.notices.models import Notice
from plateward.people.permissions import Role
from plateward.people.testing import acting, person, signed_in

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def lacks(username: str = "ada") -> list[str]:
    return [lack.text for lack in standing.standing_of(person(username)).missing]


def status(client) -> int:  # type: ignore[no-untyped-def]
    return int(client.get("/alerts/").status_code)


@pytest.mark.clause("AC-2/disabled", "5.d/account")
def test_a_leave_begins_and_ends_by_itself() -> None:
    today = days.today()
    actions.give_leave(acting("gloria"), person("ada"), today + 2 * DAY, today + 4 * DAY, "Parental leave.")
    assert lacks() == []
    for moment, there in (
        (days.start_of(today + 2 * DAY) - timedelta(microseconds=1), True),
        (days.start_of(today + 2 * DAY), False),
        (days.start_of(today + 5 * DAY) - timedelta(microseconds=1), False),
        (days.start_of(today + 5 * DAY), True),
    ):
        with clock.set_to(moment):
            assert standing.standing_of(person("ada")).authorized == there
            assert standing.standing_of(person("ada"), moment).authorized == there


@pytest.mark.clause("AC-2/disabled")
def test_a_leave_of_today_begins_now_and_not_before_it_was_given() -> None:
    before = clock.now()
    leave = actions.give_leave(acting("gloria"), person("ada"), days.today() - DAY, days.today(), "Sick.")
    assert leave.begins >= before
    assert lacks() == ["On leave"]
    assert standing.standing_of(person("ada"), before - timedelta(seconds=1)).authorized


@pytest.mark.clause("AC-2/disabled")
@pytest.mark.parametrize(
    ("first", "last", "why"),
    [
        (5, 3, "would end before it begins"),
        (-5, -1, "would already be over"),
        (0, 2000, "more than three years"),
    ],
)
def test_a_leave_has_days_that_can_be(first: int, last: int, why: str) -> None:
    today = days.today()
    with pytest.raises(Refused, match=why):
        actions.give_leave(acting("gloria"), person("ada"), today + first * DAY, today + last * DAY, "Away.")
    assert not Suspension.objects.exists()


@pytest.mark.clause("AC-2/disabled")
def test_the_days_of_a_leave_are_the_agencys_whatever_the_clocks_do(settings) -> None:  # type: ignore[no-untyped-def]
    """Denver's March 8, 2026 has 23 hours, November 1 25; Santiago's September 6, 2026 has no midnight."""
    hours: list[float] = []
    for zone, day in (
        ("America/Denver", date(2026, 3, 8)),
        ("America/Denver", date(2026, 11, 1)),
        ("America/Santiago", date(2026, 9, 6)),
    ):
        settings.TIME_ZONE = zone
        with clock.set_to(datetime(2026, 2, 1, tzinfo=UTC)):
            ada = Person.objects.create(username=f"x{len(hours)}", full_name="X", badge=f"x{len(hours)}")
            leave = actions.give_leave(acting("gloria"), ada, day, day, "A day off.")
        assert leave.ends
        hours.append((leave.ends.astimezone(UTC) - leave.begins.astimezone(UTC)) / timedelta(hours=1))
    assert hours == [23, 25, 23]


@pytest.mark.clause("AC-2/disabled")
def test_two_leaves_do_not_overlap_and_one_to_come_can_be_taken_back() -> None:
    today, ada = days.today(), person("ada")
    first = actions.give_leave(acting("gloria"), ada, today + 2 * DAY, today + 4 * DAY, "Leave.")
    with pytest.raises(Refused, match="already suspended this way"):
        actions.give_leave(acting("gloria"), ada, today + 4 * DAY, today + 9 * DAY, "More.")
    actions.give_leave(acting("gloria"), ada, today + 5 * DAY, today + 9 * DAY, "Later.")
    actions.restore_access(acting("gloria"), first, "Cancelled.")
    assert standing.standing_of(ada, days.start_of(today + 3 * DAY)).authorized
    assert not standing.standing_of(ada, days.start_of(today + 6 * DAY)).authorized


@pytest.mark.clause("AC-2/disabled", "AC-12/ends")
def test_who_has_left_is_out_at_the_next_request_with_all_that_was_theirs() -> None:
    carla, gloria = person("carla"), person("gloria")
    ada = person("ada", supervisor=carla)
    ben = person("ben", supervisor=ada)
    waiting = request_access(acting("gloria"), ada, RequestedAccess(Role.SUPERVISOR, "Leads unit 12."))
    Designation.objects.create(
        person=ada, office="designee", document="Order 7", made_by="person:hector", begins=clock.now() - DAY
    )
    client = signed_in(ada)
    assert status(client) == 200
    actions.terminate_access(acting("gloria"), ada, "Retired.")
    assert client.get("/alerts/")["Location"].startswith(("/banner/", "/login/"))
    assert not SignIn.objects.filter(person=ada).exists()
    waiting.refresh_from_db()
    assert (waiting.decision, waiting.decided_by) == ("denied", "person:gloria")
    assert not Designation.objects.filter(person=ada, ends=None).exists()
    assert not Access.objects.filter(person=ada, decision="approved", ends=None).exists()
    assert lacks() == ["Left the agency", "No approved access"]
    assert status(signed_in(ada)) == 403  # a new sign-in opens nothing
    texts = {notice.to: notice.text for notice in Notice.objects.all()}
    assert set(texts) == {carla, gloria}
    assert f"Without a supervisor now: {ben.full_name}." in texts[carla]


@pytest.mark.clause("AC-2/disabled")
def test_who_has_left_does_not_leave_twice_and_comes_back_by_a_new_approval_only() -> None:
    ada = person("ada")
    termination = actions.terminate_access(acting("gloria"), ada, "Resigned.")
    with pytest.raises(Refused, match="already"):
        actions.terminate_access(acting("gloria"), ada, "Resigned.")
    actions.restore_access(acting("gloria"), termination, "Hired again.")
    assert lacks() == ["No approved access"]
    approve_request(
        acting("hector"),
        request_access(acting("gloria"), ada, RequestedAccess(Role.OFFICER, "Back on patrol.")),
    )
    assert lacks() == []


@pytest.mark.clause("AC-2/disabled")
@pytest.mark.parametrize("username", ["carla", "gloria", "hector", "lena", "marco"])
def test_a_high_risk_is_switched_off_in_one_act_by_whoever_has_the_duty(username: str) -> None:
    ada = person("ada", supervisor=person("carla"))
    client = signed_in(ada)
    actions.switch_off(acting(username), ada, "Threatened a colleague.")
    assert status(client) == 302
    assert status(signed_in(ada)) == 403
    assert lacks() == ["High risk"]
    assert Suspension.objects.get().begun_by == f"person:{username}"


@pytest.mark.clause("AC-2/disabled", "6.b.i.8/scope")
def test_a_supervisor_switches_off_only_those_below(recorded) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(Refused, match="not below you"):
        actions.switch_off(acting("carla"), person("dario"), "Dislike.")
    assert (recorded("access.interrupt").outcome, recorded("access.interrupt").clause) == ("refused", "AC-2")
    over = person("nora", supervisor=person("carla"))
    below = person("ada", supervisor=over)
    actions.switch_off(acting("carla"), below, "Two steps below.")
    assert lacks() == ["High risk"]


@pytest.mark.clause("AC-2/disabled", "AC-6/least", "6.b.i.8/matrix")
def test_only_the_administrator_restores_and_never_themself() -> None:
    ada = person("ada")
    suspension = actions.switch_off(acting("hector"), ada, "A stolen laptop.")
    for username in ("carla", "hector", "lena"):
        with pytest.raises(Refused, match="Only the ALPR administrator"):
            actions.restore_access(acting(username), suspension, "All well.")
    with pytest.raises(Refused, match="You cannot restore your own"):
        actions.restore_access(acting("ada"), suspension, "All well.")
    with pytest.raises(Refused, match="needs a reason"):
        actions.restore_access(acting("gloria"), suspension, "  ")
    actions.restore_access(acting("gloria"), suspension, "It was found.")
    with pytest.raises(Refused, match="ended already"):
        actions.restore_access(acting("gloria"), suspension, "It was found.")
    assert lacks() == []


@pytest.mark.clause("AC-6/least")
def test_an_administrator_does_not_restore_themself() -> None:
    gloria = person("gloria")
    second_administrator()
    suspension = actions.switch_off(acting("hector"), gloria, "A stolen laptop.")
    with pytest.raises(Refused, match="You cannot restore your own"):
        actions.restore_access(acting("gloria"), suspension, "It was me.")


@pytest.mark.clause("IA-2/people")
def test_a_lost_second_factor_is_not_restored_by_one_person() -> None:
    suspension = Suspension.objects.create(
        person=person("ada"), kind="recovery", reason="Lost.", begins=clock.now(), begun_by="person:carla"
    )
    with pytest.raises(Refused, match="Two people"):
        actions.restore_access(acting("gloria"), suspension, "I know her.")


@pytest.mark.clause("AC-2/disabled", "AC-6/least")
def test_nobody_suspends_themself_or_without_a_reason() -> None:
    gloria, today = person("gloria"), days.today()
    second_administrator()
    with pytest.raises(Refused, match="You cannot suspend or end your own"):
        actions.terminate_access(acting("gloria"), gloria, "I leave.")
    with pytest.raises(Refused, match="has no reason"):
        actions.terminate_access(acting("gloria"), person("ada"), "\n")
    with pytest.raises(Refused, match="has no reason"):
        actions.give_leave(acting("gloria"), person("ada"), today, today, "")
    with pytest.raises(Refused, match="has no reason"):
        actions.switch_off(acting("lena"), person("ada"), " ")


@pytest.mark.clause("AC-2/disabled")
def test_whoever_fears_for_their_own_account_switches_it_off() -> None:
    actions.switch_off(acting("carla"), person("carla"), "Somebody knows my code.")
    assert lacks("carla") == ["High risk"]


@pytest.mark.clause("6.b.i/designation")
def test_the_last_administrator_is_neither_suspended_nor_ended_by_an_ordinary_act() -> None:
    gloria, today = person("gloria"), days.today()
    other = Actor("person", "other", "Another administrator, whose training has lapsed")
    with pytest.raises(Refused, match="without an authorized ALPR administrator"):
        actions.terminate_access(other, gloria, "Retired.")
    with pytest.raises(Refused, match="without an authorized ALPR administrator"):
        actions.give_leave(other, gloria, today + DAY, today + 9 * DAY, "Holidays.")
    for username in ("lena", "marco"):
        with pytest.raises(Refused, match="without an authorized ALPR administrator"):
            actions.switch_off(acting(username), gloria, "A risk.")
    assert lacks("gloria") == []
    actions.switch_off(acting("hector"), gloria, "Arrested.")  # the Chief designates another
    assert lacks("gloria") == ["High risk"]


@pytest.mark.clause("6.b.i/designation")
def test_two_administrators_are_not_on_leave_at_the_same_time_either() -> None:
    gloria, greta, today = person("gloria"), second_administrator(), days.today()
    actions.give_leave(acting("gloria"), greta, today + 5 * DAY, today + 9 * DAY, "Holidays.")
    for first, last in ((3, 6), (6, 7), (9, 12)):
        with pytest.raises(Refused, match="without an authorized ALPR administrator"):
            actions.give_leave(
                PersonActor.of(greta), gloria, today + first * DAY, today + last * DAY, "Away."
            )
    actions.give_leave(PersonActor.of(greta), gloria, today + 10 * DAY, today + 12 * DAY, "Away.")


@pytest.mark.clause("AC-2/disabled")
def test_a_clock_set_back_gives_nothing_back() -> None:
    now = clock.now()
    ada, dario, greta = person("ada"), person("dario"), second_administrator()
    actions.switch_off(acting("hector"), ada, "A risk.")
    actions.terminate_access(acting("gloria"), dario, "Retired.")
    actions.terminate_access(acting("gloria"), greta, "Retired.")
    with clock.set_to(now - timedelta(hours=6)):
        assert lacks() == ["High risk"]
        assert lacks("dario") == ["Left the agency", "No approved access"]
        assert standing.authorized_administrators() == [person("gloria")]
        with pytest.raises(Refused, match="already"):
            actions.terminate_access(acting("gloria"), dario, "Once more.")
        actions.restore_access(acting("gloria"), Suspension.objects.get(person=ada), "Settled.")
    assert lacks() == []


@pytest.mark.clause("AC-2/disabled")
def test_a_transfer_after_the_clock_was_set_back_is_not_undone_when_it_catches_up() -> None:
    now, ada = clock.now(), person("ada")
    Access.objects.filter(person=ada).update(begins=now)
    with clock.set_to(now - timedelta(hours=6)):
        approve_request(
            acting("hector"),
            request_access(acting("gloria"), ada, RequestedAccess(Role.COMMUNICATIONS, "Dispatch.")),
        )
    granted = standing.standing_of(ada).facts.granted
    assert granted
    assert granted.role is Role.COMMUNICATIONS


@pytest.mark.both_databases
@pytest.mark.clause("AC-2/disabled")
def test_the_database_itself_holds_no_period_that_ends_before_it_begins_and_no_second_of_a_kind() -> None:
    now, ada = clock.now(), person("ada")
    row = {
        "person": ada,
        "kind": "high_risk",
        "reason": "A risk.",
        "begun_by": "person:hector",
        "begins": now,
    }
    with pytest.raises(IntegrityError), transaction.atomic():
        Suspension.objects.create(**row, ends=now - DAY)
    Suspension.objects.create(**row)
    with pytest.raises(IntegrityError), transaction.atomic():
        Suspension.objects.create(**row)


def second_administrator() -> Person:
    from plateward.people.testing import authorize

    greta = Person.objects.create(username="greta", full_name="Greta G.", badge="g", role=Role.ADMINISTRATOR)
    person("gloria")
    authorize(greta)
    return greta
