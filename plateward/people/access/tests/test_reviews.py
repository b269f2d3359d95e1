"""Once a year somebody else reviews every access, with a note, all of it."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from plateward.ground import clock
from plateward.ground.policy.decision import Refused
from plateward.people.access import standing
from plateward.people.access.actions import RequestedAccess
from plateward.people.access.models import Access, AccessReview, ReviewItem
from plateward.people.access.reviews import actions
from plateward.people.access.reviews.actions import ENDED, KEPT
from plateward.people.access.reviews.views import progress_of
from plateward.people.access.suspensions.actions import terminate_access
from plateward.people.models import Person
from plateward.people.notices.models import Notice
from plateward.people.permissions import Role
from plateward.people.testing import SINCE, acting, person, signed_in
from plateward.people.training.models import Record

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def review() -> AccessReview:
    """Of Ada, Gloria and Hector."""
    person("ada", sworn=True), person("gloria"), person("hector")
    return actions.open_review(acting("gloria"))


def item(review: AccessReview, username: str) -> ReviewItem:
    return review.items.select_related("access__person").get(access__person__username=username)


@pytest.mark.clause("AC-2/reviewed", "AC-6/reviewed")
def test_it_opens_by_itself_once_so_that_every_access_is_reviewed_within_the_year() -> None:
    began = clock.now() - SINCE
    person("ada"), person("gloria"), person("hector")
    assert actions.open_review_if_due() is None
    with clock.set_to(began + 334 * DAY):
        assert actions.open_review_if_due() is None
    with clock.set_to(began + 336 * DAY):
        first = actions.open_review_if_due()
        assert first
        assert (first.items.count(), first.opened_by) == (3, "system:hub")
        assert {notice.to.username for notice in Notice.objects.all()} == {"gloria", "hector"}
        assert actions.open_review_if_due() is None
        actions.decide_items(
            acting("hector"), [item(first, "ada"), item(first, "gloria")], KEPT, "Still on duty."
        )
        actions.decide_items(acting("gloria"), [item(first, "hector")], KEPT, "The Chief.")
        actions.close_review(acting("gloria"), first, "All as it should be.")
    with clock.set_to(first.opened_at + 334 * DAY):
        assert actions.open_review_if_due() is None
    with clock.set_to(first.opened_at + 336 * DAY):
        assert actions.open_review_if_due()


@pytest.mark.both_databases
@pytest.mark.clause("AC-2/reviewed")
def test_one_is_open_at_a_time(review: AccessReview) -> None:
    with pytest.raises(Refused, match="already open"):
        actions.open_review(acting("gloria"))
    with pytest.raises(IntegrityError), transaction.atomic():
        AccessReview.objects.create(opened_by="person:gloria", due=clock.now())


@pytest.mark.clause("AC-6/reviewed", "AC-2/reviewed")
def test_nobody_decides_on_their_own_access_nor_without_a_note_nor_twice(review: AccessReview) -> None:
    with pytest.raises(Refused, match="You cannot review your own"):
        actions.decide_items(
            acting("gloria"), [item(review, "ada"), item(review, "gloria")], KEPT, "All well."
        )
    assert item(review, "ada").decision == ""  # all of them or none
    with pytest.raises(Refused, match="no note"):
        actions.decide_items(acting("gloria"), [item(review, "ada")], KEPT, "  ")
    actions.decide_items(acting("gloria"), [item(review, "ada")], KEPT, "Seen with Sergeant Chavez.")
    with pytest.raises(Refused, match="already decided or ended"):
        actions.decide_items(acting("gloria"), [item(review, "ada")], ENDED, "Changed my mind.")


@pytest.mark.clause("AC-2/reviewed", "6.b.i/designation")
def test_what_is_ended_ends_at_once_and_not_the_last_administrator(review: AccessReview) -> None:
    client = signed_in(person("ada"))
    actions.decide_items(acting("gloria"), [item(review, "ada")], ENDED, "Moved to the academy.")
    assert client.get("/alerts/").status_code == 403
    access = Access.objects.get(person=person("ada"))
    assert (access.ended_by, access.end_reason) == ("person:gloria", "Moved to the academy.")
    with pytest.raises(Refused, match="without an authorized ALPR administrator"):
        actions.decide_items(acting("hector"), [item(review, "gloria")], ENDED, "Not needed.")
    assert standing.standing_of(person("gloria")).authorized


@pytest.mark.clause("AC-2/reviewed", "AC-6/reviewed")
def test_a_change_is_asked_for_and_waits_for_somebody_else(review: AccessReview) -> None:
    actions.request_change(
        acting("gloria"), item(review, "ada"), RequestedAccess(Role.COMMUNICATIONS, "Works in dispatch now.")
    )
    waiting = Access.objects.get(decision="")
    assert (waiting.role, waiting.requested_by) == ("communications", "person:gloria")
    assert item(review, "ada").decision == "changed"
    granted = standing.standing_of(person("ada")).facts.granted
    assert granted
    assert granted.role is Role.OFFICER


@pytest.mark.clause("AC-2/reviewed")
def test_closing_needs_every_item_and_what_ended_meanwhile_is_settled(review: AccessReview) -> None:
    with pytest.raises(Refused, match="Items without a decision: 3"):
        actions.close_review(acting("gloria"), review, "Done.")
    terminate_access(acting("gloria"), person("ada"), "Retired.")
    assert (progress_of(review)["done"], progress_of(review)["left"]) == (1, 2)
    actions.decide_items(acting("hector"), [item(review, "gloria")], KEPT, "By my order.")
    actions.decide_items(acting("gloria"), [item(review, "hector")], KEPT, "The Chief.")
    with pytest.raises(Refused, match="no conclusion"):
        actions.close_review(acting("gloria"), review, "")
    actions.close_review(acting("gloria"), review, "All as it should be.")
    with pytest.raises(Refused, match="already closed"):
        actions.close_review(acting("gloria"), review, "Again.")
    with pytest.raises(Refused, match="review is closed"):
        actions.decide_items(acting("hector"), [item(review, "ada")], KEPT, "Late.")


@pytest.mark.clause("AC-2/reviewed")
def test_what_is_overdue_is_shown_and_told_weekly(review: AccessReview) -> None:
    gloria = person("gloria")
    Notice.objects.all().delete()
    with clock.set_to(review.due - timedelta(seconds=1)):
        actions.remind()
        assert not progress_of(review)["overdue"]
        assert not Notice.objects.exists()
    for days, notices in ((0, 1), (1, 1), (8, 2)):
        with clock.set_to(review.due + days * DAY):
            actions.remind()
            assert progress_of(review)["overdue"]
            assert Notice.objects.filter(to=gloria).count() == notices
    with clock.set_to(review.due):
        assert "Overdue" in signed_in(gloria).get("/access/reviews/").content.decode()


@pytest.mark.both_databases
@pytest.mark.clause("AC-2/reviewed", "AC-2/attributes", "6.c.i.2/sworn")
def test_the_work_list_shows_the_attributes_and_what_looks_wrong(review: AccessReview) -> None:
    Record.objects.filter(person=person("ada"), course__code="ncic").update(
        withdrawn_at=clock.now(), withdrawn_by="system:test", withdrawn_reason="Test."
    )
    Person.objects.filter(username="ada").update(sworn=False, agency="XX")
    gloria = signed_in(person("gloria"))
    page = f"/access/reviews/{review.pk}/"
    row = {row.person.username: row for row in gloria.get(page).context["page"]}["ada"]
    assert (row.ori, row.ncic) == ("XX", False)
    assert row.findings == (
        "“XX” is not an ORI",
        "Of another agency",
        "NCIC certification is missing",
    )

    def usernames(query: str) -> set[str]:
        return {row.person.username for row in gloria.get(f"{page}?{query}").context["page"]}

    assert usernames("findings=yes") == {"ada"}
    assert usernames("findings=no") == {"gloria", "hector"}
    assert usernames("role=chief") == {"hector"}
    assert usernames("q=GALLEGOS") == {"gloria"}
    actions.decide_items(acting("gloria"), [item(review, "hector")], KEPT, "The Chief.")
    assert usernames("state=kept") == {"hector"}
    assert usernames("state=waiting") == {"ada", "gloria"}
    assert usernames("state=over") == set()
    assert usernames("state=nonsense&role=pope&unit=99999") == {"ada", "gloria", "hector"}


@pytest.mark.clause("AC-2/reviewed", "AC-6/reviewed")
def test_a_review_is_worked_off_on_its_pages() -> None:
    person("ada", sworn=True), person("ben", sworn=True)
    gloria, hector = signed_in(person("gloria")), signed_in(person("hector"))
    answer = gloria.post("/access/reviews/", follow=True)
    assert "Yours: another person decides" in answer.content.decode()
    assert gloria.post("/access/reviews/").status_code == 409
    review = AccessReview.objects.get()
    page = f"/access/reviews/{review.pk}/"
    mine, ada, ben, chief = (item(review, name).pk for name in ("gloria", "ada", "ben", "hector"))
    assert f'value="{mine}"' not in gloria.get(page).content.decode()
    empty = gloria.post(f"{page}decide/", {"decision": "kept", "note": "Seen."})
    assert (empty.status_code, b"No item is selected" in empty.content) == (409, True)
    own = gloria.post(f"{page}decide/", {"item": [ada, mine], "decision": "kept", "note": "Seen it all."})
    assert own.status_code == 409
    assert "Seen it all." in own.content.decode()
    assert "checked" in own.content.decode()
    odd = gloria.post(f"{page}decide/", {"item": ["x", "9" * 30, "²"], "decision": "kept", "note": "Seen."})
    assert odd.status_code == 409
    gloria.post(f"{page}decide/", {"item": [ada, chief], "decision": "kept", "note": "Seen."})
    change = {"role": "communications", "reason": "Dispatch."}
    assert gloria.post(f"/access/reviews/items/{ben}/change/", change).status_code == 302
    assert gloria.post(f"{page}close/", {"conclusion": "Done."}).status_code == 409
    hector.post(f"{page}decide/", {"item": [mine], "decision": "kept", "note": "By my order."})
    assert gloria.post(f"{page}close/", {"conclusion": "One change."}).status_code == 302
    assert "One change." in hector.get("/access/reviews/").content.decode()
    assert signed_in(person("carla")).get(page).status_code == 403
