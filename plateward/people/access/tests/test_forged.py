"""Who writes the database gives nobody access, and ends no suspension."""

from datetime import timedelta

import pytest

from plateward.core.audit.actor import HUB
from plateward.core.audit.events import Event
from plateward.core.audit.log import act
from plateward.ground import clock
from plateward.people import days
from plateward.people.access.models import Suspension
from plateward.people.access.standing import standing_of
from plateward.people.documents.models import Protocol, ProtocolAcknowledgment, ProtocolVersion
from plateward.people.models import Person
from plateward.people.testing import person, signed_in
from plateward.testing.emptying import past_the_hub, write

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.both_databases,
    pytest.mark.clause("6.b.i.9/records", "AU-9/found", "5.d/account"),
]
AS_IT_WAS = (
    "begins, kind, reason, requested_by, requested_at, decision, decided_by, decision_reason, ended_by, "
    "end_reason"
)
ADDED = f"""INSERT INTO people_access (person_id, role, {AS_IT_WAS})
SELECT person_id, 'auditor', {AS_IT_WAS} FROM people_access WHERE person_id = %s"""


@pytest.mark.parametrize(
    ("table", "attack", "says"),
    [
        (
            "people_access",
            "UPDATE people_access SET role = 'auditor' WHERE person_id = %s",
            "it was altered past the hub. Entry",
        ),
        ("people_access", ADDED, "no entry of the log wrote it"),
        (
            "people_suspension",
            "UPDATE people_suspension SET ends = begins WHERE person_id = %s",
            "it was altered past the hub. Entry",
        ),
        (
            "people_record",
            "UPDATE people_record SET completed_on = '2026-01-01' WHERE person_id = %s",
            "it was altered past the hub. Entry",
        ),
    ],
    ids=["another role", "another access", "an end of a suspension", "a later day of training"],
)
def test_what_was_written_into_the_database_lets_nobody_in(table: str, attack: str, says: str) -> None:
    ada, now = person("ada"), clock.now()
    with act(HUB, Event.ACCESS_APPROVE, "person:ada"):
        Suspension.objects.create(
            person=ada, kind="leave", reason="Leave.", begun_by="x", begins=now - timedelta(days=1), ends=now
        )
    browser = signed_in(ada)
    assert browser.get("/alerts/").status_code == 200
    with past_the_hub(table):
        write(attack, ada.pk)
    answer = browser.get("/alerts/")
    page = answer.content.decode()
    assert answer.status_code == 403
    assert says in page
    assert "report a breach of security" in page


def lacks(member: Person) -> list[str]:
    return [lack.reason for lack in standing_of(member).missing]


def test_an_acknowledgment_that_was_written_into_the_database_acknowledges_nothing() -> None:
    ada, ben = person("ada"), person("ben")
    now = clock.now()
    with act(HUB, Event.ACCESS_APPROVE, "person:ada"):
        protocol = Protocol.objects.create()
        version = ProtocolVersion.objects.create(
            protocol=protocol,
            title="Orders",
            number=1,
            roles=["officer"],
            units=[],
            effective_on=days.day_of(now),
            effective_at=now - timedelta(days=9),
            acknowledge_within=1,
        )
        ProtocolAcknowledgment.objects.create(person=ben, version=version)
    assert not lacks(ben)
    with past_the_hub("people_protocolacknowledgment"):
        write("UPDATE people_protocolacknowledgment SET person_id = %s", ada.pk)
    assert any("it was altered past the hub" in reason for reason in lacks(ada))


@pytest.mark.parametrize(
    ("table", "attack"),
    [
        ("people_agencygrant", "UPDATE people_agencygrant SET ends = '2040-01-01'"),
        ("people_agencyrequest", "UPDATE people_agencyrequest SET asked_by = 'Somebody else'"),
    ],
)
def test_an_agencys_grant_that_was_altered_in_the_database_lets_none_of_its_people_in(
    table: str, attack: str
) -> None:
    with act(HUB, Event.AGENCY_CONSULT, "agency:1"):
        kim, ada = person("kim"), person("ada")
    assert not lacks(kim)
    with past_the_hub(table):
        write(attack)
    assert any("it was altered past the hub" in reason for reason in lacks(kim))
    assert not lacks(ada)
