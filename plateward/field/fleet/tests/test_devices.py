"""How the hub answers readers that it refuses."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from plateward.core.audit import repeated_refusals
from plateward.core.audit.models import AuditEntry
from plateward.field.fleet.models import Reader
from plateward.ground import clock
from plateward.ground.wire.request import FINAL_HEADER
from plateward.testing.roadside import enroll_reader

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("case", "final"), [("unknown", True), ("revoked", True), ("stale", False)])
def test_a_refusal_says_whether_only_a_person_can_end_it(case: str, final: bool) -> None:
    roadside = enroll_reader()
    late = timedelta(minutes=6) if case == "stale" else timedelta(0)
    if case == "unknown":
        Reader.objects.update(name="unit-99")
    elif case == "revoked":
        Reader.objects.update(revoked_at=clock.now())
    answer = roadside.post(b"", late=late)
    assert (answer.status_code, FINAL_HEADER in answer.headers) == (401, final)


def refusals() -> list[dict[str, Any]]:
    """The audit entries of refused requests."""
    leaves = [entry.leaf for entry in AuditEntry.objects.filter(event="batch.refuse").order_by("sequence")]
    return [dict(leaf.details) for leaf in leaves if leaf]


@pytest.mark.both_databases
@pytest.mark.clause("6.b.i.9/denied", "AU-2/acts")
@pytest.mark.parametrize("how", ["revoked", "of other names", "malformed batches"])
def test_a_device_that_is_refused_again_and_again_has_one_entry_and_one_with_the_number(how: str) -> None:
    roadside, other = enroll_reader(), enroll_reader("unit-14", "Unit 14 rear")
    if how != "malformed batches":
        Reader.objects.filter(name=roadside.name).update(revoked_at=clock.now())
    for number in range(30):
        asking = replace(roadside, name=f"unit-{number + 20}") if how == "of other names" else roadside
        certificate = roadside.name if how == "of other names" else None
        assert asking.post(b"no batch", certificate=certificate).status_code in (400, 401)
    assert other.post(b"no batch").status_code == 400  # another device gets an entry of its own
    assert len(refusals()) == 2
    with clock.set_to(clock.now() + repeated_refusals.COUNTING_PERIOD):
        repeated_refusals.record_counts()
    assert [details["repeated"] for details in refusals()[2:]] == [29]
