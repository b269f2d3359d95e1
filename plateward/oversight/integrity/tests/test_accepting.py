"""Two people, each logged in, end what is red for good: one proposes, another confirms."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from plateward.core.audit.accepting import altered
from plateward.core.audit.actor import HUB
from plateward.core.audit.events import Event
from plateward.core.audit.leaf import Leaf
from plateward.core.audit.log import act
from plateward.ground import clock
from plateward.ground.policy.decision import Refused
from plateward.oversight.breaches.models import Breach
from plateward.oversight.integrity import accepting, actions
from plateward.oversight.integrity.models import Acceptance, CheckState, FoundFault
from plateward.oversight.integrity.turns import Turn
from plateward.people.actor import PersonActor
from plateward.people.models import District, Person
from plateward.people.notices.models import Notice
from plateward.people.testing import person, signed_in
from plateward.testing.emptying import past_the_hub, write

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.both_databases,
    pytest.mark.clause("6.b.i.9/records", "6.b.i.3/integrity"),
]
TABLE = "people_district"
WHY = "Our own correction of its name by SQL, in the change of November 2."


def look() -> set[str]:
    """The monitor's own look at all records. Returns what of districts and sums is red: a test's people are, too."""
    CheckState.objects.get_or_create(key="audit.records")
    state = CheckState.objects.get()
    turn = Turn(actions.checks()["audit.records"], state, list(state.faults.filter(ended_at=None)))
    turn.run(float("inf"))
    actions._store(turn, 1)
    found = FoundFault.objects.filter(ended_at=None)
    return {fault.object for fault in found if fault.at == TABLE or fault.object.startswith("sum")}


@pytest.fixture
def district() -> District:
    with act(HUB, Event.PERSON_CREATE, "district:9"):
        district = District.objects.create(name="District 9")
    return district


@pytest.fixture
def gloria() -> Client:
    return signed_in(person("gloria"))


@pytest.fixture
def hector() -> Client:
    return signed_in(person("hector"))


def propose(client: Client, *names: str, reason: str = WHY) -> Any:
    found = altered([TABLE])
    what = [f"{one.place} {one.seen}" for one in found if one.name in names]
    return client.post(reverse("integrity:propose"), {"what": what, "reason": reason}, follow=True)


def decide(client: Client, proposal: Acceptance, *, approve: bool = True, note: str = "") -> Any:
    button = "approve" if approve else "return"
    return client.post(
        reverse("integrity:decide", args=[proposal.pk]), {"note": note, button: "yes"}, follow=True
    )


@pytest.mark.parametrize(
    "attack",
    [
        "UPDATE people_district SET name = 'District 1'",
        "DELETE FROM people_district WHERE name = 'District 9'",
        "INSERT INTO people_district (name) VALUES ('District 2')",
    ],
)
def test_two_people_accept_a_record_as_it_is_and_the_log_says_so(
    district: District, gloria: Client, hector: Client, attack: str, recorded: Callable[[str], Leaf]
) -> None:
    with past_the_hub(TABLE):
        write(attack)
    (name,) = look()
    page = gloria.get(reverse("integrity:altered")).content.decode()
    assert name in page
    assert b"Waits for a second person" in propose(gloria, name).content
    proposal = Acceptance.objects.get()
    assert Notice.objects.filter(kind="integrity.decide", to__username="hector").exists()
    assert b"Altered records to confirm" in hector.get("/").content
    assert b"Altered records to confirm" not in gloria.get("/").content
    assert look() == {name}
    own = decide(gloria, proposal)
    assert (own.status_code, b"You cannot review your own proposal" in own.content) == (409, True)
    assert b"Accepted" in decide(hector, proposal).content
    leaf = recorded("audit.accept")
    assert (leaf.actor_name, leaf.object) == ("Hector Herrera", f"acceptance:{proposal.pk}")
    assert leaf.details["altered"] == [name]
    assert (leaf.details["proposed_by"], leaf.details["proposed_reason"]) == ("person:gloria", WHY)
    assert look() == set()
    assert decide(hector, proposal).status_code == 409


def test_sums_that_were_set_back_are_ended_the_same_way_and_acts_meanwhile_change_nothing(
    district: District, gloria: Client, hector: Client, recorded: Callable[[str], Leaf]
) -> None:
    with act(HUB, Event.PERSON_CREATE, "district:8"):  # takes up the people of this test
        District.objects.create(name="District 8")
    kept = {table: rows_of(table) for table in ("audit_record", "audit_recordsum", TABLE)}
    with act(HUB, Event.PERSON_UPDATE, "district:9"):
        District.objects.filter(pk=district.pk).update(name="District 10")
    with past_the_hub(TABLE):
        for table, (columns, rows) in kept.items():
            write(f"DELETE FROM {table}")
            for row in rows:
                marks = ", ".join(["%s"] * len(columns))
                write(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", *row)
    assert "sums of records" in look()
    propose(gloria, "sums of records")
    proposal = Acceptance.objects.get()
    with act(HUB, Event.PERSON_UPDATE, "district:9"):
        District.objects.create(name="District 11")
    assert b"Accepted" in decide(hector, proposal).content
    assert recorded("audit.accept").details["altered"] == ["sums of records"]
    assert "sums of records" not in look()
    with act(HUB, Event.PERSON_UPDATE, "district:9"):
        District.objects.create(name="District 12")
    assert "sums of records" not in look()


def rows_of(table: str) -> tuple[list[str], list[Any]]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table}")
        return [column[0] for column in cursor.description], cursor.fetchall()


def test_a_record_that_is_altered_again_is_not_accepted(
    district: District, gloria: Client, hector: Client
) -> None:
    with past_the_hub(TABLE):
        write("UPDATE people_district SET name = 'District 1'")
    look()
    propose(gloria, f"district {district.pk}")
    with past_the_hub(TABLE):
        write("UPDATE people_district SET name = 'District 2'")
    refused = decide(hector, Acceptance.objects.get())
    assert (refused.status_code, b"changed after you opened it" in refused.content) == (409, True)
    assert look() == {f"district {district.pk}"}


def test_a_proposal_that_was_altered_past_the_hub_is_not_confirmed_and_leaves_the_others_their_page(
    district: District, gloria: Client, hector: Client
) -> None:
    with past_the_hub(TABLE):
        write("UPDATE people_district SET name = 'District 1'")
    look()
    propose(gloria, f"district {district.pk}")
    with past_the_hub("oversight_acceptance"):
        write("UPDATE oversight_acceptance SET what = '[]'")
    hector.raise_request_exception = False
    refused = decide(hector, Acceptance.objects.get())
    assert (refused.status_code, b"is not as the hub stored it" in refused.content) == (500, True)
    assert not Acceptance.objects.get().approved
    assert hector.get(reverse("integrity:altered")).status_code == 200


def test_a_proposal_that_the_database_says_was_confirmed_is_marked_on_the_list_and_has_no_page(
    district: District, gloria: Client, hector: Client
) -> None:
    with past_the_hub(TABLE):
        write("UPDATE people_district SET name = 'District 1'")
    look()
    propose(gloria, f"district {district.pk}")
    assert b"Altered past the hub" not in hector.get(reverse("integrity:altered")).content
    decided = "decided_by = 'person:hector', decided_at = proposed_at, approved = %s"
    with past_the_hub("oversight_acceptance"):
        write(f"UPDATE oversight_acceptance SET {decided}", True)
    page = hector.get(reverse("integrity:altered")).content
    assert (b"Altered past the hub" in page, b">Accepted<" in page) == (True, False)
    hector.raise_request_exception = False
    assert hector.get(Acceptance.objects.get().get_absolute_url()).status_code == 500


def test_a_proposal_is_returned_with_a_note_and_says_why(
    district: District, gloria: Client, hector: Client
) -> None:
    with past_the_hub(TABLE):
        write("UPDATE people_district SET name = 'District 1'")
    (name,) = look()
    assert propose(gloria, name, reason="ok").status_code == 409
    assert propose(gloria).status_code == 422
    propose(gloria, name)
    proposal = Acceptance.objects.get()
    assert decide(hector, proposal, approve=False).status_code == 409
    assert (
        b"Returned" in decide(hector, proposal, approve=False, note="Attach the ticket of the change").content
    )
    assert look() == {name}
    assert Notice.objects.filter(kind="integrity.answer", to__username="gloria").exists()


def test_a_record_whose_seal_is_broken_is_not_accepted_as_it_is(gloria: Client) -> None:
    with act(HUB, Event.AUDIT_PROPOSE, "altered records"):
        made = Acceptance.objects.create(what=[], reason=WHY, proposed_by="person:gloria")
    table = Acceptance._meta.db_table
    with past_the_hub(table):
        write(f"UPDATE {table} SET proposed_by = 'person:ben'")
    CheckState.objects.get_or_create(key="audit.records")
    (one,) = altered([table], sums=False)
    FoundFault.objects.create(state_id="audit.records", object=one.name, problem="It was altered.", at=table)
    shown = gloria.get(reverse("integrity:altered")).content.decode()
    assert "they cannot be accepted" in shown, "it is named, with the way out"
    assert "Propose to accept" not in shown, "and is not offered"
    answer = gloria.post(reverse("integrity:propose"), {"what": [f"{one.place} {one.seen}"], "reason": WHY})
    assert answer.status_code == 422
    with pytest.raises(Refused, match=f"The seal of {one.name} is broken"):
        accepting.propose(PersonActor.of(Person.objects.get(username="gloria")), [one], WHY)
    assert list(Acceptance.objects.values_list("pk", flat=True)) == [made.pk]


def test_one_whose_seal_is_opened_as_it_is_loaded_closes_no_page(gloria: Client) -> None:
    with act(HUB, Event.BREACH_REPORT, "breach:1"):
        Breach.objects.create(
            kind="leak", what="Someone wrote past the hub.", noticed_at=clock.now(), reported_by=person("ada")
        )
    table = Breach._meta.db_table
    with past_the_hub(table):
        write(f"UPDATE {table} SET what = %s", b"no seal")
    (one,) = altered([table], sums=False)
    CheckState.objects.get_or_create(key="audit.records")
    FoundFault.objects.create(state_id="audit.records", object=one.name, problem="It was altered.", at=table)
    shown = gloria.get(reverse("integrity:altered"))
    assert (shown.status_code, b"they cannot be accepted" in shown.content) == (200, True)


@pytest.mark.clause("6.c.i.3/role")
def test_who_maintains_the_system_neither_proposes_nor_confirms() -> None:
    frank = signed_in(person("frank"))
    for name in ("altered", "propose"):
        assert frank.get(reverse(f"integrity:{name}")).status_code == 403
