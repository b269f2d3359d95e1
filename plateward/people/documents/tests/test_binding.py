"""Whom a protocol binds and when, and what comes of not acknowledging it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError

from plateward.ground import clock
from plateward.people import days
from plateward.people.access import standing
from plateward.people.access.models import Access
from plateward.people.documents import actions, evidence, reminding
from plateward.people.documents.audience import binding_versions
from plateward.people.documents.tests.written import acknowledged, approved, hidden, open_notices
from plateward.people.models import Unit
from plateward.people.notices.kinds import Kind
from plateward.people.notices.models import Notice
from plateward.people.person_fields import PastField
from plateward.people.testing import acting, person, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.clause("6.b.i.1/acknowledged")]


def test_access_stops_at_the_end_of_the_last_day_and_returns_with_the_acknowledgment() -> None:
    ada, version = person("ada"), approved(acknowledge_within=10, roles=["officer"])
    (owed,) = standing.standing_of(ada).facts.protocols
    assert owed.last_day == days.today() + timedelta(days=10)
    for moment, authorized in (
        (owed.due and owed.due - timedelta(seconds=1), True),
        (owed.due, False),
    ):
        assert moment
        with clock.set_to(moment):
            assert standing.standing_of(ada).authorized is authorized
    assert owed.due
    with clock.set_to(owed.due):
        lack = standing.standing_of(ada).missing[0]
        assert (lack.clause, "had to acknowledge" in lack.reason) == ("6.b.i.1", True)
        browser = signed_in(ada)
        assert browser.get("/alerts/").status_code == 403
        page = browser.get(f"/protocols/versions/{version.pk}/").content
        answer = browser.post(
            f"/protocols/versions/{version.pk}/acknowledge/", {"shown": hidden(page, "shown")}
        )
        assert answer.status_code == 302
        assert standing.standing_of(ada).authorized
    # Who comes later has as many days from their first.
    new = person("ben")
    with clock.set_to(clock.now() + timedelta(days=9)):
        access = standing.approved_access(clock.now(), person=new).get()
        access.begins = clock.now()
        access.save(update_fields=["begins"])
        (owed,) = standing.standing_of(new).facts.protocols
        assert owed.last_day == days.today() + timedelta(days=10)


def test_a_new_period_of_access_forgives_no_day_and_one_that_it_does_not_bind_does() -> None:
    ada, start = person("ada"), clock.now()
    version = approved(roles=["officer"], acknowledge_within=10)
    (first,) = standing.standing_of(ada).facts.protocols
    assert first.since == version.effective_at
    for day, role, due in ((2, "officer", first.due), (5, "it_support", None), (8, "officer", 8)):
        with clock.set_to(start + timedelta(days=day)):
            access = standing.approved_access(clock.now(), person=ada).get()
            access.ends, access.ended_by = clock.now(), "system:test"
            access.save(update_fields=["ends", "ended_by"])
            access.pk, access.begins, access.ends, access.ended_by = None, clock.now(), None, ""
            access.role = role
            access.save(force_insert=True)
            owed = [(each.since, each.due) for each in standing.standing_of(ada).facts.protocols]
            if due == 8:
                assert owed == [(clock.now(), days.start_of(days.today() + timedelta(days=11)))]
            else:
                assert owed == ([(first.since, due)] if due else [])


@pytest.mark.parametrize(("within", "in_time", "late"), [(None, 13, 14), (10, 9, 12)])
def test_what_nobody_acknowledges_contradicts_the_clause_once_it_is_overdue(
    within: int | None, in_time: int, late: int
) -> None:
    for name in ("ada", "ben"):
        person(name)
    version = approved(roles=["officer"], acknowledge_within=within)
    acknowledged("ben", version)
    assert version.effective_at
    for day, overdue in ((in_time, 0), (late, 1)):
        with clock.set_to(version.effective_at + timedelta(days=day)):
            *_, owed = evidence.facts()
        assert (owed.figures["owed"], owed.figures["overdue"]) == (1, overdue)
        assert ("overdue: 1" in owed.attention, owed.route) == (bool(overdue), "protocols:register")


def test_whom_a_version_no_longer_binds_has_no_notice_of_it_left() -> None:
    start = clock.now()
    for name in ("ada", "ben"):
        person(name)
    approved(roles=["officer"])
    with clock.set_to(start + timedelta(days=8)):
        reminding.remind()
        assert open_notices(Kind.PROTOCOL_REMIND) == {"ada", "ben"}
        Access.objects.filter(person__username="ada").update(role="it_support")
        reminding.remind()
    assert open_notices(Kind.PROTOCOL_ACKNOWLEDGE) == {"ben"}
    assert open_notices(Kind.PROTOCOL_REMIND) == {"ben"}


@pytest.mark.parametrize(
    ("roles", "units", "bound"),
    [
        ([], [], {"ada", "carla", "gloria"}),
        (["officer"], [], {"ada"}),
        ([], ["Unit 14"], {"carla"}),
        (["officer"], ["Unit 14"], set()),
        (["officer", "supervisor"], ["Unit 12", "Unit 14"], {"ada", "carla"}),
    ],
)
def test_it_binds_its_roles_in_its_units(roles: list[str], units: list[str], bound: set[str]) -> None:
    other = Unit.objects.create(name="Unit 14")
    people = {"ada": person("ada"), "carla": person("carla", unit=other), "gloria": person("gloria")}
    keys = [str(Unit.objects.get(name=name).pk) for name in units]
    person("hector")
    version = approved(roles=roles, units=keys)
    assert {name for name, who in people.items() if standing.standing_of(who).facts.protocols} == bound
    for name, who in people.items():
        status = signed_in(who).get(f"/protocols/versions/{version.pk}/").status_code
        assert status == (200 if name in bound | {"gloria", "carla"} else 404), (
            name
        )  # who see acknowledgments


@pytest.mark.both_databases
def test_what_bound_whom_at_a_moment_and_whether_they_knew_it() -> None:
    ada, start = person("ada"), clock.now()
    first = approved()
    with clock.set_to(start + timedelta(days=2)):
        acknowledged("ada", first)
    with clock.set_to(start + timedelta(days=4)):
        second = approved(first.protocol, effective_on=days.today() + timedelta(days=2), text="Newer.")
        assert {row.version for row in binding_versions(ada, clock.now())} == {first}
    with clock.set_to(start + timedelta(days=8)):
        actions.withdraw(acting("hector"), first.protocol, "Merged into another protocol.")
    told = []
    with clock.set_to(start + timedelta(days=9)):
        for day in (-1, 1, 3, 7):
            (row,) = binding_versions(ada, start + timedelta(days=day)) or (None,)
            told.append((row.version, row.in_time) if row else None)
        assert told == [None, (first, False), (first, True), (second, False)]
        assert not standing.standing_of(ada).facts.protocols
        marco = signed_in(person("marco"))
        at = f"{start + timedelta(days=1):%Y-%m-%dT%H:%M}"
        page = marco.get("/protocols/as-of/", {"person": "ada", "at": at}).content.decode()
        assert "later:" in page
        for wrong in ({"person": "nobody", "at": at}, {"person": "ada", "at": "2999-01-01T00:00"}):
            assert marco.get("/protocols/as-of/", wrong).status_code == 422
        carla = signed_in(person("carla"))
        carla.raise_request_exception = False
        assert carla.get("/protocols/as-of/", {"person": "ada", "at": at}).status_code == 409


def test_who_does_not_acknowledge_is_reminded_and_then_their_supervisor_is_told() -> None:
    start, carla = clock.now(), person("carla")
    for name in ("ada", "ben"):
        person(name, supervisor=carla)
    version = approved(roles=["officer"])
    acknowledged("ben", version)
    told = []
    for day in (6, 8, 9, 15, 16):
        with clock.set_to(start + timedelta(days=day)):
            reminding.remind()
            told.append((open_notices(Kind.PROTOCOL_REMIND), open_notices(Kind.PROTOCOL_ESCALATE)))
    assert told == [
        (set(), set()),
        ({"ada"}, set()),
        ({"ada"}, set()),
        ({"ada"}, {"carla"}),
        ({"ada"}, {"carla"}),
    ]
    assert Notice.objects.filter(kind=Kind.PROTOCOL_REMIND).count() == 2
    with clock.set_to(start + timedelta(days=17)):
        acknowledged("ada", version)
        reminding.remind()
        assert open_notices(Kind.PROTOCOL_REMIND) | open_notices(Kind.PROTOCOL_ESCALATE) == set()


def test_where_a_supervisor_alone_is_told_the_reminders_of_their_people_stay() -> None:
    start = clock.now()
    for name in ("ada", "ben"):
        person(name, supervisor=person("carla"))
    approved(roles=["officer"])
    with clock.set_to(start + timedelta(days=8)):
        reminding.remind()
    with clock.set_to(start + timedelta(days=14, hours=1)):  # the second reminder is due a day later
        reminding.remind()
    assert open_notices(Kind.PROTOCOL_ESCALATE) == {"carla"}
    assert open_notices(Kind.PROTOCOL_REMIND) == {"ada", "ben"}


def test_the_minute_that_still_runs_is_now_and_a_past_one_is_meant_to_its_end() -> None:
    field, now = PastField(), datetime(2026, 12, 3, 12, 30, 20, tzinfo=UTC)
    with clock.set_to(now):
        assert field.clean("2026-12-03T12:30:00Z") == now
        assert field.clean("2026-12-03T12:29:00Z") == datetime(2026, 12, 3, 12, 29, 59, 999_999, tzinfo=UTC)
        assert field.clean("2026-12-03T12:29:10Z") == datetime(2026, 12, 3, 12, 29, 10, tzinfo=UTC)
        with pytest.raises(ValidationError, match="still to come"):
            field.clean("2026-12-03T12:31:00Z")
