"""Who writes the database has the hub neither keep nor drop a read: one whose deployments or zones differ from the log
stays with its reader."""

from collections.abc import Callable
from datetime import timedelta

import msgspec
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from plateward.core.audit.leaf import Leaf
from plateward.field.fleet import bounds
from plateward.field.fleet.models import Deployment, Reader
from plateward.field.fleet.placements import actions
from plateward.field.fleet.testing import deployed
from plateward.field.fleet.where import Basis
from plateward.field.reads.store import ReadKey, configured_store
from plateward.ground import clock
from plateward.ground.wire import encode
from plateward.ground.wire.read import Position
from plateward.people.testing import acting
from plateward.testing.emptying import forget_what_was_compared, past_the_hub, write
from plateward.testing.roadside import Photo, Roadside, enroll_reader

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.both_databases,
    pytest.mark.clause("6.b.i.9/records", "6.a.ii.1/zones", "6.a.ii.1/outside", "AU-9/found"),
]
MOVE = "UPDATE {table} SET reader_id = reader_id + 1 WHERE reader_id = (SELECT MIN(id) FROM fleet_reader)"
CLINIC, BEYOND = Position(35.0844, -106.6504), Position(35.2, -106.6504)


@pytest.fixture
def roadside() -> Roadside:
    """In force by a warrant for the lot; a clinic is nearby."""
    roadside, now = enroll_reader(), clock.now()
    scope = (BEYOND.lat, BEYOND.lon, 500)
    warrant = "Second Judicial District Court, warrant 26-114, the lot behind the house."
    actions.add_zone(acting("gloria"), "Clinic", CLINIC.lat, CLINIC.lon, 300, "The entrance of a clinic.")
    deployed(
        Reader.objects.get(), "The lot", Basis.COURT_ORDER, warrant, now, now + timedelta(hours=4), scope
    )
    enroll_reader("unit-14", "Unit 14 rear")
    return roadside


def is_stored(photo: Photo) -> bool:
    return configured_store().get(ReadKey(photo.read.captured_at.date(), photo.read.id)) is not None


@pytest.mark.parametrize(
    ("table", "attack", "at", "says"),
    [
        ("fleet_exclusionzone", "UPDATE {table} SET lat = 0", CLINIC, "altered past the hub"),
        ("fleet_exclusionzone", "UPDATE {table} SET ended_at = at", CLINIC, "altered past the hub"),
        ("fleet_exclusionzone", "DELETE FROM {table}", CLINIC, "is gone"),
        (
            "fleet_exclusionzone",
            "INSERT INTO {table} (name, lat, lon, radius_m, reason, \"by\", at, ended_by, end_reason) "
            "SELECT name, 35.2, lon, 900, reason, \"by\", at, '', '' FROM {table}",
            BEYOND,
            "added past the hub",
        ),
        ("fleet_deployment", "UPDATE {table} SET ends_at = begins_at WHERE basis = 'order'", BEYOND, "altered"),
        ("fleet_deployment", MOVE, BEYOND, "altered"),
        ("fleet_deploymentdecision", "UPDATE {table} SET approved = '0'", BEYOND, "altered"),
        ("fleet_deploymentdecision", "DELETE FROM {table}", BEYOND, "is gone"),
        ("fleet_deploymentarea", "UPDATE {table} SET radius_m = 90000", CLINIC, "altered"),
        ("fleet_reader", "UPDATE {table} SET muted_at = enrolled_at", BEYOND, "altered"),
        ("fleet_reader", "UPDATE {table} SET malfunction_at = enrolled_at", BEYOND, "altered"),
    ],
    ids=[
        "a zone elsewhere", "a zone ended", "a zone gone", "a zone added", "a deployment over", "another reader's",
        "not approved", "an approval gone", "a wider warrant", "a reader silenced", "a reader broken",
    ],
)  # fmt: skip
def test_a_reader_keeps_its_reads_while_what_decides_of_them_was_altered_past_the_hub(
    roadside: Roadside, recorded: Callable[[str], Leaf], table: str, attack: str, at: Position, says: str
) -> None:
    roadside.send(before := roadside.photo(position=BEYOND))
    assert is_stored(before)
    with past_the_hub(table):
        write(attack.format(table=table))
    forget_what_was_compared()
    photo = roadside.photo(position=at)
    answer = roadside.post(encode(roadside.batch(photo)))
    assert answer.status_code == 507, answer.content
    words = msgspec.msgpack.decode(answer.content)["error"]
    assert says in words
    assert "Keep the reads" in words
    assert not is_stored(photo)
    refused = recorded("batch.refuse")
    assert (refused.outcome, refused.clause, refused.reason) == ("refused", "6.b.i.9", words)


def test_where_the_zones_are_known_who_alters_one_in_the_database_changes_nothing(roadside: Roadside) -> None:
    roadside.send(roadside.photo(position=BEYOND))
    before = bounds.exclusion_zones()
    with past_the_hub("fleet_exclusionzone"):
        write("UPDATE fleet_exclusionzone SET lat = 0")
    assert bounds.exclusion_zones() == before
    roadside.send(photo := roadside.photo(position=CLINIC))
    assert not is_stored(photo)


def test_what_decides_is_read_again_only_when_it_is_another(roadside: Roadside) -> None:
    reader = Reader.objects.get(name=roadside.name)

    def ask() -> tuple[int, int, int]:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            found = len(bounds.deployments_of(reader)), len(bounds.exclusion_zones())
        return *found, len(queries)

    ask()
    assert ask() == (2, 1, 3), "of which one because a test is a transaction"
    actions.add_zone(acting("gloria"), "School", CLINIC.lat, CLINIC.lon, 300, "The entrance of a school.")
    actions.end_deployment(acting("gloria"), Deployment.objects.latest("at"), "The lot was sold.")
    assert ask()[:2] == (2, 2)
    assert ask() == (2, 2, 3)
