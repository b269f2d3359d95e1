"""The table of permissions is reviewed by a named person each year, and once it is another."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from plateward.core.audit.leaf import Leaf
from plateward.ground import clock
from plateward.people.access.evidence import facts
from plateward.people.access.models import TableReview
from plateward.people.access.reviews import table
from plateward.people.permissions import Permission, Role
from plateward.people.testing import person, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.clause("AC-6/reviewed")]
PAGE, WAITS = "/people/matrix/", "Table of permissions to review"
FOUND = "Each role has what its duties need; nothing to take away."


def review(by: str = "gloria", **changed: str) -> int:
    posted = {"seen": table.table_digest(), "conclusion": FOUND} | changed
    return int(signed_in(person(by)).post(f"{PAGE}review/", posted).status_code)


def home(of: str = "gloria") -> str:
    return signed_in(person(of)).get("/").content.decode()


@pytest.mark.both_databases
def test_it_waits_until_somebody_by_name_has_reviewed_it_and_again_after_a_year(
    recorded: Callable[[str], Leaf],
) -> None:
    assert WAITS in home()
    assert any("due for review" in fact.attention for fact in facts())
    assert review() == 302
    entry = recorded("access.review")
    assert (entry.actor_id, entry.object, entry.outcome) == ("gloria", "access:permissions", "done")
    assert entry.details["sha256"] == TableReview.objects.get().sha256 == table.table_digest()
    page = signed_in(person("hector")).get(PAGE).content.decode()
    assert "Gloria Gallegos" in page
    assert FOUND in page
    assert WAITS not in home()
    for days, waits in ((334, False), (336, True), (366, True)):
        with clock.set_to(clock.now() + timedelta(days=days)):
            assert bool(table.table_waiting(table.last_review()).count) is waits
    with pytest.raises(DatabaseError, match="are kept"), transaction.atomic():
        TableReview.objects.update(conclusion="")


def test_another_table_is_due_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    review()
    before = table.table_digest()
    monkeypatch.setattr(
        Permission.SEARCH_RUN, "roles", frozenset({*Permission.SEARCH_RUN.roles, Role.RECORDS})
    )
    assert table.table_digest() != before
    assert WAITS in home()
    assert review(seen=before) == 409  # of the table that their page no longer shows
    assert review() == 302
    assert WAITS not in home()


def test_a_review_says_what_it_found_and_is_of_those_who_review_access() -> None:
    assert review(conclusion="ok") == 409
    assert review(conclusion="") == 422
    assert review("carla") == 403
    assert b"Record the review" not in signed_in(person("carla")).get(PAGE).content
    assert not TableReview.objects.exists()
