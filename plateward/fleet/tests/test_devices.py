"""What a reader hears that the hub refuses."""

from datetime import timedelta

import pytest

from plateward import clock
from plateward.fleet.models import Reader
from plateward.testing.roadside import enrolled
from plateward.wire.request import FINAL

pytestmark = pytest.mark.django_db


@pytest.mark.clause("6.j.i")
@pytest.mark.parametrize(("case", "final"), [("unknown", True), ("revoked", True), ("stale", False)])
def test_a_refusal_says_whether_only_a_person_can_end_it(case: str, final: bool) -> None:
    roadside = enrolled()
    late = timedelta(minutes=6) if case == "stale" else timedelta(0)
    if case == "unknown":
        Reader.objects.all().delete()
    elif case == "revoked":
        Reader.objects.update(revoked_at=clock.now())
    answer = roadside.post(b"", late=late)
    assert (answer.status_code, FINAL in answer.headers) == (401, final)
