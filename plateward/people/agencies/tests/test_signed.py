"""An agency's grant gives what is in the signed sharing configuration, and no more."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from plateward.core.audit.events import Event
from plateward.core.audit.leaf import Leaf
from plateward.core.audit.log import act
from plateward.ground import clock
from plateward.ground.policy.decision import Allow, Decision, Refusal
from plateward.people.agencies import actions
from plateward.people.agencies.models import AgencyGrant
from plateward.people.agencies.rules import Question, may_ask, may_disclose_to
from plateward.people.agencies.testing import ORI, granted
from plateward.people.sharing.actions import watch_drift
from plateward.people.sharing.models import SharingDrift
from plateward.people.sharing.testing import put_in_force
from plateward.people.testing import acting, person, signed_in
from plateward.testing.emptying import forget_what_was_compared, past_the_hub, write

pytestmark = [pytest.mark.django_db, pytest.mark.clause("AC-4/flow", "6.b.i.3/sharing")]


def asks(purpose: str = "felony", days_back: int = 20) -> bool:
    """Whether the agency may ask this now."""
    now, grant = clock.now(), AgencyGrant.given_to(ORI)
    question = Question(
        purpose=purpose,
        offense="homicide",
        since=now - timedelta(days=days_back),
        places=frozenset({"District 5"}),
        asked_today=0,
        images=False,
    )
    decision = may_ask(grant.scope if grant else None, question, now)
    assert isinstance(decision, Allow | Refusal)
    return isinstance(decision, Allow)


def reason(decision: Decision) -> str:
    assert isinstance(decision, Refusal)
    return decision.reason


@pytest.mark.both_databases
def test_before_it_is_signed_an_agency_gets_nothing() -> None:
    granted(person("gloria"))
    assert not asks()
    put_in_force()
    assert asks()
    shown = signed_in(person("hector")).get("/sharing/").content.decode()
    assert "Yuma County Sheriff&#x27;s Office (AZ0140000)" in shown
    assert "Searches a day: 3" in shown


@pytest.mark.both_databases
def test_what_is_wider_than_signed_is_not_given_and_what_is_narrower_is(
    recorded: Callable[[str], Leaf],
) -> None:
    gloria = person("gloria")
    granted(gloria)
    put_in_force()
    assert not asks(days_back=60)
    granted(gloria, days_back=90, queries_a_day=1)  # a row that no act of the hub wrote
    assert asks()
    assert not asks(days_back=60)
    given = AgencyGrant.given_to(ORI)
    assert given
    assert (given.days_back, given.queries_a_day) == (30, 1)
    watch_drift()
    lines = " ".join(SharingDrift.objects.get().lines)
    assert "days back, wider: 90 instead of 30" in lines
    assert "searches a day, narrower: 1 instead of 3" in lines
    assert "No entry on the audit log made this change" in lines
    put_in_force()
    assert asks(days_back=60)


@pytest.mark.both_databases
def test_what_is_given_to_it_by_hand_asks_the_signed_document_too() -> None:
    gloria = person("gloria")
    grant = granted(gloria)
    yuma = grant.request.agency
    assert reason(may_disclose_to(yuma.as_recipient(clock.now()))).startswith(
        "The access of this agency is not"
    )
    put_in_force()
    assert isinstance(may_disclose_to(yuma.as_recipient(clock.now())), Allow)
    actions.revoke(acting("gloria"), grant, "6.b.i.6", "Their deputy sold what he saw.")
    assert reason(may_disclose_to(yuma.as_recipient(clock.now()))) == "This agency has no access in force."


def test_each_page_where_it_is_held_back_says_what_is_missing_who_signs_and_where() -> None:
    who = "The ALPR administrator signs it and the Chief countersigns it, under Sharing."
    yuma = granted(person("gloria")).request.agency
    for shown in (
        signed_in(person("hector")).get(yuma.get_absolute_url()).content.decode(),
        signed_in(person("kim")).get("/").content.decode(),
    ):
        assert "is not in the signed sharing configuration yet" in shown
        assert who in shown
    put_in_force()
    for who_looks, page in (("hector", yuma.get_absolute_url()), ("kim", "/")):
        assert "not in the signed" not in signed_in(person(who_looks)).get(page).content.decode()


def test_a_new_agency_that_nobody_signed_is_told_and_gets_nothing() -> None:
    put_in_force()
    granted(person("gloria"))
    assert not asks()
    watch_drift()
    [line] = SharingDrift.objects.get().lines
    assert line.startswith("Outside agency, Yuma County Sheriff's Office (AZ0140000): new (purposes: ")


def test_a_revocation_applies_at_once_and_names_who_revoked() -> None:
    grant = granted(person("gloria"))
    put_in_force()
    actions.revoke(acting("gloria"), grant, "6.b.i.6", "Their deputy sold what he saw.")
    assert not asks()
    watch_drift()
    drift = SharingDrift.objects.get()
    assert not drift.wider
    assert "removed" in drift.lines[0]
    assert "Changed by Gloria Gallegos" in drift.lines[0]


def test_a_grant_that_ends_by_itself_is_no_drift() -> None:
    granted(person("gloria"), ends=clock.now() + timedelta(days=1))
    put_in_force()
    with clock.set_to(clock.now() + timedelta(days=2)):
        assert not asks()
        watch_drift()
    assert not SharingDrift.objects.exists()


@pytest.mark.both_databases
@pytest.mark.clause("6.b.i.9/records", "AU-9/found", "6.b.i.6/scope", "AC-4/given")
def test_what_was_revoked_is_not_given_where_its_revocation_is_deleted_in_the_database() -> None:
    gloria = acting("gloria")
    with act(gloria, Event.AGENCY_GRANT, "agency:1"):
        grant = granted(gloria.person)
    put_in_force()
    agency = grant.request.agency
    assert may_disclose_to(agency.as_recipient(clock.now())) == Allow()
    actions.revoke(gloria, grant, "6.b.i.6", "Two of its people asked for a neighbor.")
    assert "no access in force" in reason(may_disclose_to(agency.as_recipient(clock.now())))
    with past_the_hub("people_grantrevocation"):
        write("DELETE FROM people_grantrevocation")
    assert not asks()
    assert isinstance(may_disclose_to(agency.as_recipient(clock.now())), Refusal)
    forget_what_was_compared()
    assert not asks()
    assert "is gone, and no entry" in reason(may_disclose_to(agency.as_recipient(clock.now())))
