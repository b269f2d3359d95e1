"""A review is a named person's, and another's once they leave or do nothing."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from plateward.core.audit.leaf import Leaf
from plateward.ground import clock
from plateward.oversight.reviews.actions import answer_item, sign_review
from plateward.oversight.reviews.audience import items_for
from plateward.oversight.reviews.models import AuditReview, Ownership
from plateward.oversight.reviews.opening import open_due_reviews
from plateward.oversight.reviews.owning import hand_on
from plateward.oversight.reviews.rules import ReviewKind, Verdict, has_idled
from plateward.oversight.reviews.tests.conftest import CONCLUSION, Cast, acting, answer_all
from plateward.people.access.suspensions.actions import terminate_access
from plateward.people.models import Person
from plateward.people.notices.kinds import Kind
from plateward.people.notices.models import Notice
from plateward.people.testing import SYSTEM, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.clause("AU-6/weekly")]
HALF = timedelta(days=3.5)


def owner_of(review: AuditReview) -> Person:
    owner = AuditReview.objects.get(pk=review.pk).owner
    assert owner
    return owner


def told(kind: Kind) -> set[str]:
    return set(Notice.objects.filter(kind=kind, settled_at=None).values_list("to__username", flat=True))


@pytest.mark.both_databases
def test_it_opens_with_an_owner_whom_page_and_list_name(
    opened: AuditReview, recorded: Callable[[str], Leaf]
) -> None:
    owner = owner_of(opened)
    assert owner.username in {"gloria", "marco", "nora"}
    assert recorded("review.open").details["owner"] == owner.username
    assert f"Its owner: {owner}" in Notice.objects.filter(kind=Kind.LOG_REVIEW_SIGN)[0].text
    browser = signed_in(owner)
    assert f"owner: {owner}" in browser.get(opened.get_absolute_url()).content.decode()
    assert str(owner) in browser.get("/reviews/").content.decode()
    with pytest.raises(DatabaseError, match="never altered"), transaction.atomic():
        Ownership.objects.update(why="")


def test_reviews_go_round_and_a_quarter_is_an_administrators(opened: AuditReview) -> None:
    first = owner_of(opened)
    with clock.set_to(clock.now() + timedelta(days=70)):
        open_due_reviews()
    weekly = [review.owner for review in AuditReview.objects.filter(kind="weekly").order_by("pk")]
    assert weekly[0] == first
    assert len(set(weekly[:3])) == 3
    assert {
        review.owner.username for review in AuditReview.objects.filter(kind="quarterly") if review.owner
    } == {"gloria"}


def test_it_falls_to_another_when_its_owner_leaves(
    opened: AuditReview, recorded: Callable[[str], Leaf]
) -> None:
    first = owner_of(opened)
    assert hand_on() == 0
    if first.role == "administrator":
        opened.ownerships.create(to=Person.objects.get(username="nora"), at=clock.now(), why="For the test")
        first = owner_of(opened)
    terminate_access(SYSTEM, first, "Left for another agency.")
    assert (hand_on(), hand_on()) == (1, 0)
    second = owner_of(opened)
    assert second != first
    assert told(Kind.LOG_REVIEW_OWN) == {second.username}
    assert recorded("review.assign").details == {
        "owner": second.username,
        "why": "Its owner cannot review it now",
    }


def test_it_falls_to_another_when_its_owner_does_nothing_for_half_of_its_time(
    opened: AuditReview, cast: Cast
) -> None:
    first, begun = owner_of(opened), clock.now()
    with clock.set_to(begun + HALF - timedelta(minutes=1)):
        assert hand_on() == 0
    with clock.set_to(begun + HALF):
        assert hand_on() == 1
        second = owner_of(opened)
        assert second != first
        item = items_for(second).filter(review=opened)[0]
        answer_item(acting(second), item, Verdict.IN_ORDER, "")
    with clock.set_to(begun + 2 * HALF):
        assert hand_on() == 0
        answer_all(opened, *(cast[name] for name in ("nora", "marco", "gloria", "hector")))
        sign_review(acting(cast["gloria"]), opened, CONCLUSION)
        assert told(Kind.LOG_REVIEW_OWN) == set()
    with clock.set_to(begun + 9 * HALF):
        assert hand_on() == 0


def test_half_of_its_time_is_by_kind() -> None:
    now = clock.now()
    assert has_idled(ReviewKind.WEEKLY, now - HALF, now, acted=False)
    assert not has_idled(ReviewKind.WEEKLY, now - HALF, now, acted=True)
    assert not has_idled(ReviewKind.QUARTERLY, now - timedelta(days=14), now, acted=False)
    assert has_idled(ReviewKind.QUARTERLY, now - timedelta(days=15), now, acted=False)
