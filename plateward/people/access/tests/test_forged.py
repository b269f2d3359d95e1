"""Who writes the database gives nobody access, and ends no suspension."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, models, transaction

from plateward.core.audit.actor import HUB
from plateward.core.audit.events import Event
from plateward.core.audit.log import act
from plateward.core.audit.records.tables import record_tables
from plateward.ground import clock
from plateward.people import days
from plateward.people.access import demands
from plateward.people.access.models import Suspension
from plateward.people.access.standing import standing_of
from plateward.people.agencies.models import AgencyGrant, GrantRevocation
from plateward.people.agencies.testing import granted
from plateward.people.documents.models import Protocol, ProtocolAcknowledgment, ProtocolVersion
from plateward.people.models import Person
from plateward.people.penalties.models import Note, Offense
from plateward.people.testing import person, signed_in
from plateward.people.training.models import Concern, Course, Duty, Requirement
from plateward.testing.emptying import forget_what_was_compared, past_the_hub, without_checks, write

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
            "people_person",
            "UPDATE people_person SET employed_until = '2040-01-01' WHERE id = %s",
            "it was altered past the hub. Entry",
        ),
        (
            "people_note",
            "UPDATE people_note SET kind = 'granted' WHERE offense_id = (SELECT id FROM people_offense WHERE "
            "person_id = %s)",
            "it was altered past the hub. Entry",
        ),
        (
            "people_record",
            "UPDATE people_record SET completed_on = '2026-01-01' WHERE person_id = %s",
            "it was altered past the hub. Entry",
        ),
    ],
    ids=[
        "another role",
        "another access",
        "another term of employment",
        "an appeal that was granted",
        "a later day of training",
    ],
)
def test_what_was_written_into_the_database_lets_nobody_in(table: str, attack: str, says: str) -> None:
    ada, now = person("ada"), clock.now()
    with act(HUB, Event.ACCESS_APPROVE, "person:ada"):
        Suspension.objects.create(
            person=ada, kind="leave", reason="Leave.", begun_by="x", begins=now - timedelta(days=1), ends=now
        )
        offense = Offense.objects.create(
            person=ada, what="Lent it.", clause="6.a.i.2", number=1, recorded_by="x", ends=now
        )
        Note.objects.create(offense=offense, kind="handled", by="Sergeant Carla Chavez", text="Talked.")
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


@pytest.mark.clause("6.b.i.7/lists")
@pytest.mark.parametrize("table", ["people_suspension", "people_offense"])
@pytest.mark.parametrize(
    ("attack", "says"),
    [
        ("DELETE FROM {table}", "is gone"),
        ("UPDATE {table} SET ends = begins", "altered past the hub"),
        ("UPDATE {table} SET person_id = (SELECT id FROM people_person WHERE username = 'ben')", "altered"),
    ],
    ids=["deleted", "ended", "given to another"],
)
def test_what_took_access_stays_where_it_is_deleted_ended_or_given_away_in_the_database(
    table: str, attack: str, says: str
) -> None:
    with act(HUB, Event.ACCESS_APPROVE, "everybody"):
        ada, carla, _ = person("ada"), person("carla"), person("ben")
    with act(HUB, Event.ACCESS_INTERRUPT, "finding:1"), act(HUB, Event.ACCESS_INTERRUPT, "person:ada"):
        if table == "people_suspension":
            Suspension.objects.create(
                person=ada, kind="high_risk", reason="Why.", begun_by="x", begins=clock.now()
            )
        else:
            Offense.objects.create(person=ada, what="Lent it.", clause="6.a.i.2", number=3, recorded_by="x")
    before = lacks(ada)
    assert before
    with past_the_hub(table):
        write(attack.format(table=table))
    assert lacks(ada) == before, "where it is known, nothing changes"
    forget_what_was_compared()
    assert any(says in reason for reason in lacks(ada)), "and a new process finds whose it is"
    assert not lacks(carla)


def test_a_suspension_that_is_gone_with_what_its_entry_says_is_everybodys() -> None:
    ada, carla = person("ada"), person("carla")
    with act(HUB, Event.ACCESS_INTERRUPT, "person:ada"):
        Suspension.objects.create(
            person=ada, kind="high_risk", reason="Why.", begun_by="x", begins=clock.now()
        )
    with past_the_hub("people_suspension"):
        write("DELETE FROM people_suspension")
    write("UPDATE audit_record SET entry = 999999 WHERE of_table = 'people_suspension'")
    forget_what_was_compared()
    assert all(any("is gone" in reason for reason in lacks(each)) for each in (ada, carla))


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
        ("people_agency", "UPDATE people_agency SET name = 'Another'"),
        ("people_agencygrant", "UPDATE people_agencygrant SET ends = '2040-01-01'"),
        ("people_agencyrequest", "UPDATE people_agencyrequest SET asked_by = 'Somebody else'"),
        ("people_declaration", "UPDATE people_declaration SET ends = '2040-01-01'"),
        ("people_grantrevocation", "UPDATE people_grantrevocation SET at = '2040-01-01'"),
        (
            "people_agencygrant",
            "DELETE FROM people_agencygrant WHERE id = (SELECT MAX(id) FROM people_agencygrant)",
        ),
        ("people_grantrevocation", "DELETE FROM people_grantrevocation"),
    ],
)
@pytest.mark.clause("6.b.i.6/scope")
def test_what_an_agency_may_ask_is_no_more_by_writing_or_deleting_in_the_database(
    table: str, attack: str
) -> None:
    with act(HUB, Event.AGENCY_CONSULT, "agency:1"):
        kim, ada, now = person("kim"), person("ada"), clock.now()
    assert not lacks(kim)
    with act(HUB, Event.AGENCY_REVOKE, "agency:1"):
        if table == "people_agencygrant":  # the later one is over
            granted(person("gloria"), begins=now - timedelta(days=2), ends=now - timedelta(days=1))
        elif table == "people_grantrevocation":
            grant = AgencyGrant.objects.get()
            GrantRevocation.objects.create(grant=grant, clause="6.b.i.6", reason="Why.", by=ada)
    before = lacks(kim)
    assert bool(before) is (table in ("people_agencygrant", "people_grantrevocation"))
    with without_checks("people_grantrevocation"), past_the_hub(table):
        write(attack)
    assert lacks(kim) == before, "where it is known, nothing changes"
    forget_what_was_compared()
    what = "it is gone" if "DELETE" in attack else "it was altered past the hub"
    assert any(what in reason for reason in lacks(kim)), "and a new process lets none of them in"
    assert not lacks(ada)


@pytest.fixture
def demanded() -> None:
    """A row of each table by which something is demanded of everybody."""
    now = clock.now()
    with act(HUB, Event.TRAINING_DUTY, "duty:1"):
        duty = Duty.objects.create(
            kind="policy", title="New orders", what="All.", happened_on=days.today(), owner=person("gloria"),
            course=Course.objects.get(code="policy"), update_due=days.today(), opened_on=days.today(),
            retrain_due=days.today() + timedelta(days=30),
        )  # fmt: skip
        Concern.objects.create(duty=duty, role="officer")
        ProtocolVersion.objects.create(
            protocol=Protocol.objects.create(), title="Orders", number=1, roles=["officer"], units=[],
            effective_on=days.today(), effective_at=now, acknowledge_within=9,
        )  # fmt: skip


def columns_that_decide() -> Iterator[tuple[str, str]]:
    for table, columns in demands.COLUMNS.items():
        for column in columns.replace("r.", "").split(", "):
            if column != "id":
                yield table, column


def another(table: str, column: str) -> Any:
    model = next(model for model in apps.get_models() if model._meta.db_table == table)
    (field,) = (field for field in model._meta.concrete_fields if field.column == column)
    kind: Any = field.target_field if isinstance(field, models.ForeignKey) else field
    values: dict[type[Any], Any] = {
        models.JSONField: ["auditor"],
        models.DateTimeField: clock.now() + timedelta(days=400),
        models.DateField: days.today() + timedelta(days=400),
        models.IntegerField: 7001,
    }
    for of, value in values.items():
        if isinstance(kind, of):
            return kind.get_db_prep_save(value, connection)
    return "another"


@pytest.mark.clause("5.d/training", "6.d.iv/policy")
@pytest.mark.parametrize(("table", "column"), list(columns_that_decide()))
def test_what_is_demanded_of_everybody_and_was_altered_lets_nobody_in_nor_changes_what_is_demanded(
    table: str, column: str, demanded: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada, jack = person("ada"), person("jack")  # whose training lapsed
    assert not lacks(ada)
    lacking = lacks(jack)
    assert lacking
    with without_checks(table), past_the_hub(table):
        row = f"SELECT MAX({record_tables()[table].key}) FROM {table}"
        write(
            f"UPDATE {table} SET {column} = %s WHERE {record_tables()[table].key} = ({row})",
            another(table, column),
        )
    assert (lacks(ada), lacks(jack)) == ([], lacking)  # as it was compared last
    monkeypatch.setattr(demands.KEPT, "_known", None)  # another process
    assert any("cannot be used" in reason for reason in lacks(ada))
    with past_the_hub(table):
        write(f"DELETE FROM {table}")
    assert any("it is gone" in reason for reason in lacks(ada))
    monkeypatch.undo()
    assert lacks(jack) == lacking
    transaction.set_rollback(True)  # what these rows name is not there


def test_a_change_by_an_act_counts_at_once() -> None:
    jack = person("jack")
    assert lacks(jack)
    with act(HUB, Event.TRAINING_REQUIRE, "training:cjis"):
        Requirement.objects.filter(course__code="cjis").update(ends=clock.now())
        assert not lacks(jack)
    assert not lacks(jack)
