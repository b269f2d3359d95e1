"""Who answers the entries of a review, what an answer opens, and what its subject learns of it."""

from datetime import datetime

import pytest

from plateward.core.audit.actor import Actor
from plateward.core.audit.events import Event
from plateward.core.audit.log import record
from plateward.core.audit.models import AuditEntry
from plateward.core.audit.testing import noted
from plateward.ground import clock
from plateward.ground.policy.decision import Refusal, Refused
from plateward.oversight.breaches.models import Breach
from plateward.oversight.findings.models import Finding
from plateward.oversight.reviews import actions
from plateward.oversight.reviews.audience import items_for
from plateward.oversight.reviews.models import (
    AuditAnswer,
    AuditItem,
    AuditReview,
    Question,
    Reply,
    Signature,
)
from plateward.oversight.reviews.opening import open_due_reviews
from plateward.oversight.reviews.report import report_of
from plateward.oversight.reviews.risks import Why
from plateward.oversight.reviews.rules import Verdict, may_ask
from plateward.oversight.reviews.tests.conftest import CONCLUSION, HOUR, WHY, Cast, acting, answer_all
from plateward.people.access.models import Access
from plateward.people.models import Person
from plateward.people.notices.models import Notice
from plateward.people.testing import signed_in

pytestmark = pytest.mark.django_db


@pytest.mark.clause("6.b.i.10/review", "6.c.ii/people", "6.f.i.3/investigate")
def test_nobody_answers_their_own_entries_nor_a_superiors(opened: AuditReview, cast: Cast) -> None:
    def names(viewer: str) -> set[str]:
        items = items_for(cast[viewer]).filter(review=opened)
        return set(items.values_list("subject__username", flat=True))

    assert names("gloria") == {"ada"}
    assert names("hector") == {"ada", "gloria"}
    assert names("nora") == names("marco") == {"ada", "gloria", "hector"}
    [own] = opened.items.filter(subject=cast["gloria"])
    gloria = signed_in(cast["gloria"])
    assert gloria.post(f"/reviews/items/{own.pk}/", {"answer": "in_order"}).status_code == 404
    assert f'id="item-{own.pk}"' not in gloria.get(opened.get_absolute_url()).content.decode()
    assert "some wait for other reviewers" in gloria.get(opened.get_absolute_url()).content.decode()


@pytest.mark.clause("6.b.i.10/review")
def test_the_first_answer_counts_and_the_second_is_told_who_gave_it(opened: AuditReview, cast: Cast) -> None:
    item = opened.items.filter(why=Why.DENIED)[0]
    nora, gloria = signed_in(cast["nora"]), signed_in(cast["gloria"])
    script = {"HX-Request": "true"}
    first = nora.post(f"/reviews/items/{item.pk}/", {"answer": "in_order"}, headers=script)
    assert first.status_code == 200
    assert f'id="item-{item.pk}"' in first.content.decode()
    second = gloria.post(f"/reviews/items/{item.pk}/", {"answer": "misuse", "text": WHY}, headers=script)
    assert second.status_code == 409
    assert "Nora Naranjo answered this entry before you" in second.content.decode()
    assert AuditAnswer.objects.get().kind == Verdict.IN_ORDER
    assert not Finding.objects.exists()
    bad = gloria.post(f"/reviews/items/{item.pk}/", {"answer": "nonsense"}, headers=script)
    assert bad.status_code == 422
    plain = gloria.post(f"/reviews/items/{item.pk}/", {"answer": "in_order"}, follow=True)
    assert "Nora Naranjo answered" in plain.content.decode()


@pytest.mark.clause("6.b.i.10/review", "6.f.i.3/investigate")
def test_what_is_not_in_order_opens_a_finding_or_a_breach(
    opened: AuditReview, cast: Cast, monday: datetime
) -> None:
    denied, export = opened.items.filter(why=Why.DENIED)[0], opened.items.get(why=Why.EXPORT)
    with pytest.raises(Refused, match="What is not in order is not stated"):
        actions.answer_item(acting(cast["nora"]), denied, Verdict.MISUSE, "Why?")
    misuse = actions.answer_item(acting(cast["nora"]), export, Verdict.MISUSE, WHY).finding
    assert misuse
    assert misuse.to == "supervisor;administrator;CJIS officer"
    assert WHY in misuse.sentence
    about_misuse = Notice.objects.filter(kind="finding.report", about=f"oversight.finding:{misuse.pk}")
    assert set(about_misuse.values_list("to__username", flat=True)) == {"carla", "gloria", "marco"}
    [hers] = opened.items.filter(subject=cast["gloria"])
    about_gloria = actions.answer_item(acting(cast["nora"]), hers, Verdict.MISUSE, WHY).finding
    assert about_gloria
    assert about_gloria.outside
    # On the log, which Gloria reads, is that something was answered, and no more.
    logged = AuditEntry.objects.filter(event="review.answer").latest("sequence").leaf
    assert logged
    assert noted(logged) == {}


@pytest.mark.clause("6.b.i.10/review", "6.b.i.11/report")
def test_misuse_without_an_account_is_reported_as_a_breach(cast: Cast, monday: datetime) -> None:
    with clock.set_to(monday - 30 * HOUR):
        record(
            Actor("anonymous", "", "somebody not logged in"),
            Event.PERSON_LOGIN,
            "person:ada",
            outcome="failed",
        )
        record(
            Actor("anonymous", "", "somebody not logged in"), Event.ROUTE_REFUSE, "GET /", outcome="refused"
        )
    open_due_reviews()
    item = AuditItem.objects.get(subject=None)
    assert actions.ask(acting(cast["nora"]), item, WHY).to == cast["gloria"]
    answer = actions.answer_item(acting(cast["nora"]), item, Verdict.MISUSE, WHY)
    assert answer.breach == Breach.objects.get()
    assert WHY in answer.breach.what


REPLY = "It was for case 26-000412; he left the number out, and I have spoken with him."


@pytest.mark.both_databases
@pytest.mark.clause("6.b.i.10/review", "AU-6/findings")
def test_a_question_reaches_the_supervisor_whose_answer_the_reviewer_accepts(
    opened: AuditReview, cast: Cast, monday: datetime
) -> None:
    denied = opened.items.filter(why=Why.DENIED)[0]
    nora, carla, address = signed_in(cast["nora"]), signed_in(cast["carla"]), f"/reviews/items/{denied.pk}/"
    asked = nora.post(address, {"answer": "question", "text": WHY}, headers={"HX-Request": "true"})
    assert "No answer yet" in asked.content.decode()
    question = Question.objects.get()
    notice = Notice.objects.get(kind="log_review.ask")
    assert (notice.to, "what Ada Archuleta’s account did" in notice.text) == (cast["carla"], True)
    for other in ("ada", "gloria"):
        seen = signed_in(cast[other]).post(question.get_absolute_url(), {"text": REPLY})
        assert (seen.status_code, hasattr(question, "reply")) == (404 if other == "ada" else 409, False)
    with pytest.raises(Refused, match="already asked"):
        actions.ask(acting(cast["nora"]), denied, WHY)
    with pytest.raises(Refused, match="has no answer yet"):
        actions.answer_item(acting(cast["nora"]), denied, Verdict.IN_ORDER, "")
    with clock.set_to(monday + 3 * 24 * HOUR):
        assert (actions.remind_asked(), actions.remind_asked(), actions.refer_asked()) == (1, 0, 0)
    assert WHY in carla.get(question.get_absolute_url()).content.decode()
    assert carla.post(question.get_absolute_url(), {"text": "Work."}).status_code == 409
    assert carla.post(question.get_absolute_url(), {"text": REPLY}).status_code == 302
    assert Notice.objects.get(kind="log_review.reply").to == cast["nora"]
    assert not Notice.objects.filter(kind="log_review.ask", settled_at=None).exists()
    assert "26-000412" in nora.get(f"/reviews/{opened.pk}/?why=denied").content.decode()
    again = nora.post(
        question.get_absolute_url(), {"decision": "again", "text": "Which report says so, and who wrote it?"}
    )
    second = Question.objects.get(reply=None)
    assert again["Location"] == second.get_absolute_url()
    assert "Is this answer enough" not in nora.get(question.get_absolute_url()).content.decode()
    actions.reply(acting(cast["carla"]), second, REPLY)
    assert nora.post(second.get_absolute_url(), {"decision": "accept"}).status_code == 302
    answer = AuditAnswer.objects.get(item=denied)
    assert (answer.kind, answer.by) == (Verdict.IN_ORDER, cast["nora"])
    assert f"question {second.pk}" in answer.text
    assert "Is this answer enough" not in nora.get(second.get_absolute_url()).content.decode()


@pytest.mark.both_databases
@pytest.mark.clause("6.b.i.10/review", "AU-6/findings", "6.b.i.8/scope")
def test_a_question_that_nobody_answers_goes_up_the_chain_of_command(
    opened: AuditReview, cast: Cast, monday: datetime
) -> None:
    question = actions.ask(acting(cast["nora"]), opened.items.filter(why=Why.DENIED)[0], WHY)
    with clock.set_to(monday + 5 * 24 * HOUR):
        assert (actions.refer_asked(), actions.refer_asked()) == (1, 0)
        question = Question.objects.get()
        assert question.holders == [cast["hector"]]
        with pytest.raises(Refused, match="not with you"):
            actions.reply(acting(cast["carla"]), question, REPLY)
        page = signed_in(cast["hector"]).post(question.get_absolute_url(), {"text": REPLY})
        assert page.status_code == 302
    assert Reply.objects.get().author == cast["hector"]
    with clock.set_to(monday + 20 * 24 * HOUR):
        assert actions.refer_asked() == 0


@pytest.mark.both_databases
@pytest.mark.clause("6.b.i.10/review", "AU-6/findings")
def test_a_review_is_not_signed_with_an_open_question(opened: AuditReview, cast: Cast) -> None:
    [chiefs] = opened.items.filter(subject=cast["hector"])
    question = actions.ask(acting(cast["nora"]), chiefs, WHY)
    assert question.to == cast["hector"]  # nobody is above
    answer_all(opened, cast["gloria"])
    for item in opened.items.filter(answer=None).exclude(pk=chiefs.pk):
        actions.answer_item(acting(cast["nora"]), item, Verdict.IN_ORDER, "")
    Access.objects.filter(person__in=(cast["marco"], cast["nora"])).update(ends=clock.now())
    with pytest.raises(
        Refused, match="no answer that a reviewer accepted"
    ):  # though nobody can review it now
        actions.sign_review(acting(cast["gloria"]), opened, CONCLUSION)


@pytest.mark.clause("6.b.i.10/review", "6.f.i.3/investigate")
def test_possible_misuse_waits_for_no_answer_and_is_not_told_to_who_is_asked(
    opened: AuditReview, cast: Cast
) -> None:
    denied = opened.items.filter(why=Why.DENIED)[0]
    question = actions.ask(acting(cast["nora"]), denied, WHY)
    carla, address = signed_in(cast["carla"]), question.get_absolute_url()
    actions.answer_item(acting(cast["nora"]), denied, Verdict.MISUSE, WHY)
    assert "Send answer" in carla.get(address).content.decode()
    assert carla.post(address, {"text": REPLY}).status_code == 302
    assert "ossible misuse" not in carla.get(address).content.decode()
    assert "ossible misuse" in signed_in(cast["nora"]).get(address).content.decode()


@pytest.mark.clause("6.f.i.3/investigate")
def test_nobody_is_asked_about_what_is_part_of_a_finding(opened: AuditReview, cast: Cast) -> None:
    denied = opened.items.filter(why=Why.DENIED)[0]
    part = AuditItem(review=opened, subject=cast["ada"], finding=Finding(pk=1), sequence=denied.sequence)
    assert actions.asked_about(part, cast["nora"]) is None
    assert isinstance(may_ask(WHY, of_finding=True, closed=False, waiting=False, somebody=True), Refusal)


@pytest.mark.both_databases
@pytest.mark.clause("6.b.i.10/review")
def test_only_sampled_entries_that_were_displayed_pass_together(opened: AuditReview, cast: Cast) -> None:
    sampled = list(items_for(cast["nora"]).filter(review=opened, why=Why.SAMPLE).values_list("pk", flat=True))
    assert len(sampled) > 25  # more than a page
    nora, address = signed_in(cast["nora"]), f"/reviews/{opened.pk}/in-order/"
    unseen = nora.post(address, {"item": sampled[:5]})
    assert unseen.status_code == 409
    assert "never displayed to you" in unseen.content.decode()
    page = nora.get(opened.get_absolute_url(), {"why": "sample"}).content.decode()
    shown = [pk for pk in sampled if f'id="item-{pk}"' in page]
    assert 0 < len(shown) < len(sampled)
    risky = opened.items.filter(why=Why.DENIED).last()  # one of four denied attempts, that is sampled too
    assert risky
    assert risky.sampled
    assert nora.post(address, {"item": [shown[0], risky.pk]}).status_code == 409
    assert not AuditAnswer.objects.exists()
    assert (
        signed_in(cast["marco"]).post(address, {"item": shown}).status_code == 409
    )  # displayed to Nora alone
    assert nora.post(address, {"item": shown}).status_code == 302
    assert AuditAnswer.objects.filter(kind=Verdict.IN_ORDER, by=cast["nora"]).count() == len(shown)


@pytest.mark.both_databases
@pytest.mark.clause("6.b.i.10/review", "6.f.i.3/investigate", "6.c.ii/people")
def test_no_total_tells_its_subject_of_a_hidden_finding_or_answer(opened: AuditReview, cast: Cast) -> None:
    def seen() -> tuple[object, ...]:
        gloria = signed_in(cast["gloria"])
        pages = [gloria.get(address).content.decode() for address in ("/reviews/", opened.get_absolute_url())]
        said = [
            part
            for page in pages
            for part in page.splitlines()
            if " of " in part or " possible misuse" in part
        ]
        data = report_of(opened, cast["gloria"])
        return said, data["facts"], data["counts"], data["doubts"], data["findings"]

    before = seen()
    [hers] = opened.items.filter(subject=cast["gloria"])
    actions.answer_item(acting(cast["nora"]), hers, Verdict.MISUSE, WHY)
    assert seen() == before
    answer_all(opened, cast["nora"])
    actions.sign_review(acting(cast["nora"]), opened, CONCLUSION)
    assert Signature.objects.get().counts["misuse"] == 1
    page = signed_in(cast["gloria"]).get(opened.get_absolute_url()).content.decode()
    assert "0 possible misuse" in page
    assert "1 possible misuse" in signed_in(cast["hector"]).get(opened.get_absolute_url()).content.decode()


@pytest.mark.both_databases
@pytest.mark.clause("6.b.i.10/review", "6.c.ii/people")
def test_a_chief_above_all_is_answered_outside_or_stays_unanswered_on_record(
    opened: AuditReview, cast: Cast
) -> None:
    Person.objects.filter(username__in=("marco", "nora")).update(supervisor=cast["hector"])
    [chiefs] = opened.items.filter(subject=cast["hector"])
    [hers] = opened.items.filter(subject=cast["gloria"])
    for name in ("marco", "nora"):
        assert set(
            items_for(Person.objects.get(username=name)).filter(subject__in=(cast["hector"], cast["gloria"]))
        )
    answer_all(opened, cast["hector"], cast["gloria"])
    with pytest.raises(Refused, match="Not every entry"):
        actions.sign_review(acting(cast["gloria"]), opened, CONCLUSION)
    outside = Access.objects.filter(person__in=(cast["marco"], cast["nora"]))
    outside.update(ends=clock.now())
    gloria = signed_in(cast["gloria"])
    assert "Some entries have no reviewer" in gloria.get(opened.get_absolute_url()).content.decode()
    assert "auditor" in str(report_of(opened, cast["gloria"])["facts"])
    actions.sign_review(acting(cast["gloria"]), opened, CONCLUSION)
    assert Signature.objects.get().counts["unanswered"] == [chiefs.sequence]
    assert hers.answer.by == cast["hector"]
    left = Notice.objects.filter(kind="log_review.late", settled_at=None)
    assert set(left.values_list("to__username", flat=True)) == {"gloria", "hector"}
    assert "authorize an auditor" in left[0].text
