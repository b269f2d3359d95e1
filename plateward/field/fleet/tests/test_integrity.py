"""The monitor's look at readers."""

from datetime import timedelta

import pytest

from plateward.core.audit.actor import Actor
from plateward.core.audit.events import Event
from plateward.core.audit.log import record
from plateward.field.fleet import integrity
from plateward.field.fleet.models import Reader
from plateward.ground import clock

pytestmark = [pytest.mark.django_db, pytest.mark.clause("6.b.i.3/integrity", "6.j.i/proven", "6.j.i/camera")]


FRANK = Actor("person", "frank", "Frank")


def enter(reader: Reader, event: Event = Event.READER_ENROLL) -> None:
    """What the hub's own act puts on the log."""
    record(FRANK, event, f"reader:{reader.name}", key=bytes(reader.public_key).hex())


def problem_of(reader: Reader, **changed: object) -> str:
    """What is wrong with the reader after these changes."""
    Reader.objects.filter(pk=reader.pk).update(**changed)
    faults = [
        *integrity._check_contact()[1],
        *integrity._check_certificates()[1],
        *integrity._check_shift_checks()[1],
    ]
    assert {fault.object for fault in faults} <= {f"reader {reader}"}
    return " ".join(fault.problem for fault in faults)


@pytest.mark.clause("6.i.ii/devices", "6.e.iv.1/missing")
def test_silence_a_wrong_clock_and_what_was_refused_are_named(reader: Reader) -> None:
    enter(reader)
    now = clock.now()
    assert problem_of(reader) == ""
    assert problem_of(reader, last_seen_at=now - timedelta(days=4)) == "It has not been heard for 4 days."
    assert problem_of(reader, last_seen_at=now, clock_ahead_ms=600_000) == "Its clock was 10 minutes ahead."
    assert "behind" in problem_of(reader, clock_ahead_ms=-600_000)
    assert problem_of(reader, clock_ahead_ms=0, last_read_at=now) == "No start-of-shift check."
    record(Actor("device", str(reader.pk), reader.name), Event.BATCH_REFUSE, "/v1/batches", outcome="refused")
    assert "refused in the last day (1 entry on the log)" in problem_of(reader, last_read_at=None)


@pytest.mark.clause("6.i.ii/devices")
def test_a_certificate_that_ends_a_revoked_reader_and_another_key_are_named(reader: Reader) -> None:
    now, key = clock.now(), bytes(reader.public_key)
    assert "expires on" in problem_of(reader, enrolled_at=now - timedelta(days=700), last_seen_at=now)
    assert "expired on" in problem_of(reader, enrolled_at=now - timedelta(days=731))
    assert "expire" not in problem_of(reader, certified_at=now)
    enter(reader)
    assert problem_of(reader, enrolled_at=now) == ""
    assert "Its key is not the one" in problem_of(reader, public_key=bytes([key[0] ^ 1]) + key[1:])
    assert "answered after it was revoked" in problem_of(
        reader, public_key=key, revoked_at=now - timedelta(minutes=5)
    )


def test_a_reader_that_was_added_revived_or_moved_in_time_in_the_database_is_named(reader: Reader) -> None:
    assert problem_of(reader) == "Its enrollment is not on the log: it was added in the database."
    enter(reader)
    assert problem_of(reader) == ""
    now = clock.now()
    moved = problem_of(reader, enrolled_at=now - timedelta(hours=1), last_seen_at=now)
    assert moved == "It was not enrolled at the time that it says: this was altered."
    unlogged = problem_of(reader, enrolled_at=now, revoked_at=now)
    assert unlogged == "By the log it was not revoked at the time that it says: this was altered."
    enter(reader, Event.READER_REVOKE)
    assert problem_of(reader) == ""
    assert problem_of(reader, revoked_at=now + timedelta(hours=1)) == unlogged
    assert "By the log it was revoked, and it is in use again" in problem_of(reader, revoked_at=None)
