"""Requests are reviewed by the right people and come into force."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction

from plateward.field.hotlists.imports.rows import NotAList
from plateward.field.hotlists.models import Entry, HotList, Revision
from plateward.field.hotlists.requests import actions, deciding
from plateward.field.hotlists.requests.actions import AlreadySubmitted
from plateward.field.hotlists.requests.models import Decision, Request, Version
from plateward.field.hotlists.requests.routing import requests_waiting_for, review_route_of
from plateward.field.hotlists.requests.testing import WHY, Force, Recorded
from plateward.field.hotlists.signals import entries_changed, entries_ended
from plateward.ground import clock
from plateward.ground.policy.decision import Refused
from plateward.people.access.models import Suspension
from plateward.people.actor import PersonActor
from plateward.people.chain_of_command.absences import declare_absence, end_absence
from plateward.people.models import Person
from plateward.people.notices.kinds import Kind
from plateward.people.notices.models import Notice
from plateward.testing.hotlist import load_hotlist

pytestmark = pytest.mark.usefixtures("dispatch")
REMOVE = "The vehicle was found and given back to its owner."


def approve(force: Force, request: Request, by: Person | None = None, text: str = "") -> None:
    by = by or force.carla
    deciding.approve_request(PersonActor.of(by), request, request.last.pk, text)
    request.refresh_from_db()


def live(plate: str = "BKT419") -> bool:
    return Entry.objects.in_force().filter(bare=plate).exists()


def refused(act: Callable[..., object], *given: object) -> str:
    with pytest.raises(Refused) as error:
        act(*given)
    return str(error.value)


def unsettled() -> list[str]:
    """The people whom a notice still asks to act."""
    return sorted(
        Notice.objects.filter(settled_at=None, kind=Kind.REQUEST_HANDLE).values_list(
            "to__username", flat=True
        )
    )


@pytest.mark.clause("6.f.i.1/review")
def test_what_is_asked_for_matches_nothing_before_their_supervisor_approved_it(
    force: Force, recorded: Recorded
) -> None:
    heard: list[tuple[str, str]] = []

    def hear(hotlist: HotList, revision: Revision, **_: object) -> None:
        heard.append((hotlist.name, revision.cause))

    entries_changed.connect(hear)
    request = force.asks()
    assert not live()
    assert requests_waiting_for(force.carla) == [request]
    assert requests_waiting_for(force.laura) == requests_waiting_for(force.ada) == []
    assert Notice.objects.get(to=force.carla).text.startswith("Ada Archuleta requests to list a plate.")
    approve(force, request)
    entry = Entry.objects.in_force().get()
    assert (entry.plate, entry.bare, entry.state, entry.reason) == (
        "BKT 419",
        "BKT419",
        "NM",
        "stolen_vehicle",
    )
    assert (entry.number, entry.vehicle, entry.expires_at) == (
        "2026-00412",
        "Red Ford F-150",
        request.last.expires_at,
    )
    assert heard == [("BOLO", "entry")]
    assert request.state == Request.State.APPROVED
    assert request.entry == entry
    assert Notice.objects.get(to=force.ada).text.startswith(
        f"Carla Chavez approved your request {request.pk}"
    )
    assert recorded("hotlist.approve").details["acting"] == "As their supervisor"


@pytest.mark.clause("6.f.i.1/nobody")
@pytest.mark.parametrize("emergency", [False, True])
def test_nobody_reviews_their_own_not_even_as_a_supervisor(force: Force, emergency: bool) -> None:
    request = force.asks(force.carla, reason="violent_crime", emergency=emergency)
    assert "You cannot review your own" in refused(approve, force, request, force.carla)
    assert not live()
    assert requests_waiting_for(force.laura) == [request]


@pytest.mark.clause("6.f.i.1/nobody")
def test_nobody_reviews_their_own_through_delegation(force: Force) -> None:
    request = force.asks(force.laura)
    force.laura.role = "chief"  # promoted since
    force.laura.save()
    assert review_route_of(request).reviewers == (force.hector,)
    assert "You cannot review your own" in refused(approve, force, request, force.laura)


@pytest.mark.clause("6.f.i.1/review")
def test_another_supervisor_may_not_decide_what_is_no_emergency(force: Force, recorded: Recorded) -> None:
    request = force.asks()
    refusal = refused(approve, force, request, force.laura)
    assert "You are not the reviewer of this request. It is with Carla Chavez." in refusal
    assert "6.f.i.1" in refusal
    assert recorded("hotlist.approve").outcome == "refused"


@pytest.mark.clause("6.f.i.1/review")
def test_it_goes_back_and_forth_and_every_version_is_kept(force: Force) -> None:
    request = force.asks()
    assert "without a reason" in refused(
        deciding.return_request, PersonActor.of(force.carla), request, request.last.pk, " "
    )
    deciding.return_request(PersonActor.of(force.carla), request, request.last.pk, "Which store?")
    request.refresh_from_db()
    assert request.state == Request.State.RETURNED
    assert "Which store?" in Notice.objects.get(to=force.ada).text
    assert unsettled() == ["ada"]
    first = request.last.pk
    better = force.wanted(narrative=WHY + " The one at Fourth.")
    actions.submit_request(PersonActor.of(force.ada), request.key, better, mended=request)
    request = Request.objects.get(pk=request.pk)
    assert [version.narrative for version in request.versions.all()] == [WHY, WHY + " The one at Fourth."]
    assert "changed after you opened" in refused(
        deciding.approve_request, PersonActor.of(force.carla), request, first
    )
    assert unsettled() == ["carla"]
    approve(force, request)
    assert unsettled() == []
    kinds = Decision.objects.filter(version__request=request).values_list("kind", flat=True)
    assert list(kinds) == ["returned", "approved"]


@pytest.mark.both_databases
@pytest.mark.clause("6.f.i.1/review")
@pytest.mark.parametrize("table", ["version", "decision", "requestcheck"])
@pytest.mark.parametrize("change", ["UPDATE {} SET id = id", "DELETE FROM {}"])
def test_the_database_lets_nobody_alter_what_was_asked_and_decided(
    force: Force, table: str, change: str
) -> None:
    from django.db import connection

    approve(force, force.asks())
    with pytest.raises(DatabaseError, match=r"never altered or removed"), transaction.atomic():
        connection.cursor().execute(change.format(f"hotlists_{table}"))


def test_a_refused_or_withdrawn_request_never_enters(force: Force) -> None:
    first, other = force.asks(), force.asks(plate="TRV 881")
    deciding.refuse_request(PersonActor.of(force.carla), first, first.last.pk, "No ground for it.")
    actions.withdraw_request(PersonActor.of(force.ada), other)
    for request, word in ((first, "already decided"), (other, "already decided")):
        assert word in refused(approve, force, Request.objects.get(pk=request.pk))
    assert "already decided" in refused(actions.withdraw_request, PersonActor.of(force.ada), other)
    assert "This is not your request" in refused(
        actions.withdraw_request, PersonActor.of(force.ben), force.asks()
    )
    assert not Entry.objects.exists()


@pytest.mark.both_databases
def test_of_two_who_decide_one_wins(force: Force) -> None:
    request = force.asks(reason="amber_alert", emergency=True)
    stale = Request.objects.get(pk=request.pk)
    approve(force, request, force.laura)
    assert "already decided" in refused(approve, force, stale, force.carla)
    assert Revision.objects.filter(cause="entry").count() == 1


def test_a_form_sent_twice_asks_once(force: Force) -> None:
    key = uuid4()
    made = actions.submit_request(PersonActor.of(force.ada), key, force.wanted())
    with pytest.raises(AlreadySubmitted) as again:
        actions.submit_request(PersonActor.of(force.ada), key, force.wanted())
    assert again.value.request == made
    assert Version.objects.count() == 1


@pytest.mark.clause("6.f.i.1/emergency")
def test_in_an_emergency_any_supervisor_on_duty_approves_and_their_own_is_told(
    force: Force, recorded: Recorded
) -> None:
    request = force.asks(reason="violent_crime", emergency=True)
    assert "not the reviewer" in refused(
        deciding.return_request, PersonActor.of(force.laura), request, request.last.pk, "Why?"
    )
    approve(force, request, force.laura)
    assert live()
    decision = Decision.objects.get(kind="approved")
    assert (decision.by, decision.acting) == (force.laura, deciding.IN_EMERGENCY)
    assert recorded("hotlist.approve").details["emergency"] is True
    notice = Notice.objects.filter(to=force.carla).first()
    assert notice
    assert f"Laura Lucero approved request {request.pk} of Ada Archuleta in your place" in notice.text


@pytest.mark.clause("6.f.i.1/emergency")
def test_a_supervisor_who_declared_an_absence_is_not_on_duty(force: Force) -> None:
    now = clock.now()
    declare_absence(PersonActor.of(force.laura), now, now + timedelta(days=1))
    request = force.asks(reason="violent_crime", emergency=True)
    assert "not the reviewer" in refused(approve, force, request, force.laura)


@pytest.mark.clause("6.f.i.1/emergency")
@pytest.mark.parametrize("reason", ["stolen_vehicle", "wanted_person"])
def test_other_reasons_are_no_emergency(force: Force, reason: str) -> None:
    assert "Only an AMBER Alert or a violent crime" in refused(
        lambda: force.asks(reason=reason, emergency=True)
    )


@pytest.mark.clause("6.f.i.1/review")
def test_a_declared_absence_sends_requests_up_and_its_end_brings_them_back(force: Force) -> None:
    now = clock.now()
    request = force.asks()
    gone = declare_absence(PersonActor.of(force.carla), now, now + timedelta(days=3))
    assert "come to you" in Notice.objects.get(to=force.laura).text
    route = review_route_of(request)
    assert route.reviewers == (force.laura,)
    assert route.text.startswith("It is with Laura Lucero, since Carla Chavez is absent until ")
    assert "not the reviewer" in refused(approve, force, request, force.carla)
    end_absence(PersonActor.of(force.carla), gone)
    assert review_route_of(request).reviewers == (force.carla,)
    with clock.set_to(now + timedelta(days=4)):
        assert "over or is not yours" in refused(end_absence, PersonActor.of(force.carla), gone)
    declare_absence(PersonActor.of(force.carla), now, now + timedelta(days=3))
    approve(force, request, force.laura)
    assert Decision.objects.get(kind="approved").acting.startswith(
        "Up the chain of command, since Carla Chavez is"
    )


@pytest.mark.clause("6.f.i.1/review")
def test_where_the_supervisor_has_no_access_it_goes_up_by_itself_to_the_chief_at_last(force: Force) -> None:
    request, now = force.asks(), clock.now()
    for person in (force.carla, force.laura):
        Suspension.objects.create(
            person=person,
            kind="leave",
            reason="Leave.",
            begins=now,
            begun_by="system:test",
            ends=now + timedelta(days=9),
        )
    route = review_route_of(request)
    assert route.reviewers == (force.hector,)
    assert "Carla Chavez has no access" in route.text
    force.hector.designations.update(ends=now)
    assert review_route_of(request).reviewers == ()
    assert "No one can review it now" in review_route_of(request).text


@pytest.mark.clause("6.c.ii/lists")
def test_a_covert_list_is_for_those_it_names_in_review_too(force: Force) -> None:
    force.list.covert = True
    force.list.save()
    assert "do not have access to this list" in refused(force.asks)
    force.list.people.set([force.ada, force.laura])
    request = force.asks(reason="violent_crime", emergency=True)
    assert review_route_of(request).reviewers == (force.laura,)
    assert "not the reviewer" in refused(approve, force, request, force.carla)
    approve(force, request, force.laura)
    assert not Notice.objects.filter(to=force.carla).exists()


@pytest.mark.clause("6.f.i.1/removal")
def test_a_removal_waits_for_review_too_and_ends_the_entry(force: Force) -> None:
    heard: list[dict[str, object]] = []

    def hear(**details: object) -> None:
        heard.append(details)

    entries_ended.connect(hear)
    listed = force.asks()
    approve(force, listed)
    entry = Entry.objects.get()
    request = actions.submit_removal(PersonActor.of(force.ben), uuid4(), entry, REMOVE)
    assert live()
    assert "already requested" in refused(
        actions.submit_removal, PersonActor.of(force.ada), uuid4(), entry, REMOVE
    )
    deciding.return_request(PersonActor.of(force.carla), request, request.last.pk, "Who gave it back?")
    better = REMOVE + " By Agent Begay."
    actions.submit_removal(PersonActor.of(force.ben), request.key, entry, better, mended=request)
    request = Request.objects.get(pk=request.pk)
    assert "You cannot review your own" in refused(approve, force, request, force.ben)
    approve(force, request)
    assert not live()
    [details] = heard
    assert (details["entries"], details["cause"], details["reason"]) == (
        [entry.pk],
        "removal",
        "A supervisor approved its removal.",
    )
    assert "no longer in force" in refused(
        actions.submit_removal, PersonActor.of(force.ada), uuid4(), entry, REMOVE
    )


def test_a_removal_of_what_is_gone_is_refused_clearly(force: Force) -> None:
    approve(force, force.asks())
    request = actions.submit_removal(PersonActor.of(force.ben), uuid4(), Entry.objects.get(), REMOVE)
    approve(force, force.asks(narrative=WHY + " Renewed."))  # replaces it
    assert "no longer in force" in refused(approve, force, request)
    deciding.refuse_request(PersonActor.of(force.carla), request, request.last.pk, "It was renewed.")


def test_the_same_plate_again_takes_the_place_of_the_earlier_entry(force: Force) -> None:
    ended: list[object] = []
    hear = lambda **details: ended.append(details)  # noqa: E731
    entries_ended.connect(hear, weak=False)
    try:
        for days in (7, 30):
            approve(force, force.asks(expires_at=clock.now() + timedelta(days=days)))
    finally:
        entries_ended.disconnect(hear)
    first, second = Entry.objects.order_by("began__pk")
    assert first.ended == second.began
    assert ended == []  # nobody hears that the plate is no longer wanted


def test_what_time_has_overtaken_is_not_entered(force: Force) -> None:
    request = force.asks()
    with clock.set_to(clock.now() + timedelta(days=8)):
        assert "would have expired" in refused(approve, force, request)
    force.list.retired_at = clock.now()
    force.list.save()
    assert "is retired" in refused(approve, force, request)


@pytest.mark.clause("6.f.i.1/review")
def test_no_file_takes_the_place_of_what_supervisors_approved(force: Force) -> None:
    approve(force, force.asks())
    with pytest.raises(NotAList, match=r"a supervisor approves each entry.*6\.f\.i\.1"):
        load_hotlist("QTX118", name="BOLO", source="State Police")
    assert live()
