"""A review from the end of its week to its signature: what is on its list, who is reminded, and what is kept."""

import io
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pypdf
import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from plateward.core.audit.actor import Actor
from plateward.core.audit.events import Event
from plateward.core.audit.log import record
from plateward.core.audit.models import AuditEntry, Head, Tree
from plateward.core.audit.testing import noted
from plateward.core.pages.models import ExportStop
from plateward.ground import clock
from plateward.oversight.detectors.records import Pattern
from plateward.oversight.findings.actions import report
from plateward.oversight.reviews import actions
from plateward.oversight.reviews.audience import items_for
from plateward.oversight.reviews.gathering import sample
from plateward.oversight.reviews.models import (
    AuditAnswer,
    AuditItem,
    AuditItemView,
    AuditReview,
    Escalation,
    Signature,
)
from plateward.oversight.reviews.opening import escalate, open_due_reviews, remind
from plateward.oversight.reviews.risks import Why, seed_of
from plateward.oversight.reviews.rules import Period, Verdict
from plateward.oversight.reviews.tests.conftest import (
    CONCLUSION,
    HOUR,
    WHY,
    Cast,
    Log,
    acting,
    answer_all,
    whys,
)
from plateward.people.notices.models import Notice
from plateward.people.testing import signed_in

pytestmark = pytest.mark.django_db


@pytest.mark.clause("6.b.i.10/review", "AU-6/weekly")
def test_a_week_opens_by_itself_once_it_is_over_and_its_reviewers_hear_of_it(
    cast: Cast, week: Period
) -> None:
    with clock.set_to(week.ends + timedelta(minutes=4)):
        open_due_reviews()  # that of the week before, in whose last hour the log began
        assert not AuditReview.objects.filter(starts=week.starts).exists()
    with clock.set_to(week.ends + timedelta(minutes=5)):
        open_due_reviews()
        open_due_reviews()
    review = AuditReview.objects.get(starts=week.starts)
    assert (review.kind, review.starts, review.ends) == ("weekly", week.starts, week.ends)
    assert set(Notice.objects.values_list("to__username", flat=True)) == {"gloria", "marco", "nora"}
    assert AuditEntry.objects.filter(event="review.open").count() == 2


@pytest.mark.both_databases
@pytest.mark.clause("6.b.i.10/review", "AU-6/weekly")
def test_after_the_hub_was_away_every_missed_period_opens(opened: AuditReview, week: Period) -> None:
    with clock.set_to(datetime(2027, 1, 6, 12, tzinfo=UTC)):
        open_due_reviews()
        open_due_reviews()
    reviews = AuditReview.objects.order_by("ends")
    assert Counter(reviews.values_list("kind", flat=True)) == {"weekly": 10, "quarterly": 1}
    weekly = list(reviews.filter(kind="weekly"))
    assert all(before.ends == after.starts for before, after in pairwise(weekly))
    quarter = reviews.get(kind="quarterly")
    assert str(quarter) == "Quarterly review of October 1, 2026 to December 31, 2026"
    assert quarter.figures["logged"][3][1] > 30  # the week of October 26, of 14
    assert weekly[1].figures["daily"][1][1] == round((opened.after - opened.first) / 7)


@pytest.mark.clause("6.b.i.10/review", "AU-6/weekly")
def test_an_auditor_draws_the_same_sample_again_from_the_log(opened: AuditReview) -> None:
    head = Head.objects.get(size=opened.head_size)
    assert bytes(head.root).hex() == opened.head_root
    assert head.size >= opened.after
    seed = seed_of("weekly", opened.first, opened.after, bytes(head.root).hex())
    entry = AuditEntry.objects.get(event="review.open").leaf
    assert entry
    assert entry.details["seed"] == seed == opened.seed
    again = sample(seed, opened.first, opened.after, 59)
    assert set(again) == set(opened.items.filter(sampled=True).values_list("sequence", flat=True))
    assert all(AuditEntry.objects.get(pk=number).actor_kind == "person" for number in again)


@pytest.mark.clause("6.b.i.10/review", "6.b.i.10/unusual", "6.a.i.2/lending", "AU-6/weekly")
def test_risky_entries_say_why_they_are_on_the_list(cast: Cast, log: Log, monday: datetime) -> None:
    ada, gloria = cast["ada"], cast["gloria"]
    log.add(ada, Event.SEARCH_ASK, 3, "refused", 40)
    log.add(ada, Event.SEARCH_EXPORT, 130)  # Saturday
    log.add(ada, Event.SESSION_FLAG, 5, "refused")
    log.add(ada, Event.ALERT_OVERRIDE, 6)
    log.add(gloria, Event.PERSON_UPDATE, 34)
    with clock.set_to(monday - HOUR):
        record(Actor("system", "root", "root at the command line"), Event.AUDIT_EXPORT, "file:log")
        record(Actor("device", "4", "Unit 12"), Event.BATCH_REFUSE, "batch", outcome="refused")
        record(Actor("system", "hub", "The hub"), Event.AUDIT_OUTAGE, "audit log")
    open_due_reviews()
    review = AuditReview.objects.get()
    assert whys(review, "ada") >= {"denied", "export", "flagged", "override"}
    assert whys(review, "gloria") == {"privileged"}
    unnamed = {item.why for item in review.items.filter(subject=None)}
    assert unnamed == {"log", "export"}  # the reader's refusal is not an entry of a person
    denied = review.items.filter(why=Why.DENIED)[0]
    assert "40 such entries of this account" in denied.reasons[0]
    saturday = review.items.get(why=Why.EXPORT, subject=ada)
    assert [text.split(" ")[0] for text in saturday.reasons][:2] == ["A", "An"]  # an export, and on a weekend
    denied_events = (Event.SEARCH_ASK, Event.SESSION_FLAG, Event.BATCH_REFUSE)
    assert set(dict(review.figures["denied"])) == {event.label for event in denied_events}
    assert review.figures["exports"] == [["No unit", 1], ["Unit 12", 1]]


@pytest.mark.both_databases
@pytest.mark.clause("6.b.i.10/review", "6.f.i.3/investigate", "AU-6/findings")
def test_a_findings_entry_is_for_those_to_whom_the_finding_goes(
    cast: Cast, log: Log, monday: datetime
) -> None:
    log.add(cast["ada"], Event.SEARCH_ASK, 9)
    at = AuditEntry.objects.latest("sequence").at
    chain = ("supervisor", "administrator")
    report([Pattern(at, "repeated plate", "ada", "XYQ123", chain, "Searched it.", at)])
    open_due_reviews()
    item = AuditItem.objects.get(why=Why.FINDING)
    assert AuditEntry.objects.get(pk=item.sequence).event == "search.ask"
    seen = {name for name, viewer in cast.items() if items_for(viewer).filter(pk=item.pk).exists()}
    assert seen >= {"gloria", "hector"}
    assert seen.isdisjoint({"ada", "marco", "nora"})
    page = signed_in(cast["gloria"]).get(item.review.get_absolute_url()).content.decode()
    assert f"/findings/{item.finding_id}/" in page


def sign(client: Client, review: AuditReview, conclusion: str = CONCLUSION) -> tuple[int, str]:
    answer = client.post(f"/reviews/{review.pk}/sign/", {"conclusion": conclusion})
    return answer.status_code, answer.content.decode()


@pytest.mark.clause("6.b.i.10/review", "6.a.i.2/own", "AU-6/weekly")
def test_it_is_signed_with_all_answered_and_a_new_proof(
    opened: AuditReview, cast: Cast, monday: datetime
) -> None:
    nora = signed_in(cast["nora"])
    status, text = sign(nora, opened)
    assert status == 409
    assert "Not every entry has an answer" in text
    answer_all(opened, cast["nora"])
    with clock.set_to(monday + timedelta(minutes=11)):  # the proof of the log-in is no longer fresh
        status, text = sign(nora, opened)
        assert status == 401
        assert CONCLUSION in text  # it comes along to the proof
    assert not Signature.objects.exists()
    nora = signed_in(cast["nora"])
    assert sign(nora, opened, "ok")[0] == 409
    assert sign(nora, opened)[0] == 302
    signature = Signature.objects.get()
    assert (signature.by, signature.at) == (cast["nora"], monday)
    assert signature.counts["in_order"] == opened.items.count()
    leaf = AuditEntry.objects.get(event="review.sign", outcome="done").leaf
    assert leaf
    assert (leaf.details["head"], leaf.details["root"]) == (opened.head_size, opened.head_root)
    assert noted(leaf).keys() == {"head", "root"}
    assert not Notice.objects.filter(kind__startswith="log_review", settled_at=None).exists()
    assert "signed this review before" in sign(signed_in(cast["marco"]), opened)[1]
    page = nora.get(opened.get_absolute_url()).content.decode()
    assert opened.head_root in page
    assert "In order</span> Nora Naranjo" in page


@pytest.mark.both_databases
@pytest.mark.clause("6.b.i.10/review")
def test_what_was_recorded_is_never_altered(opened: AuditReview, cast: Cast) -> None:
    signed_in(cast["nora"]).get(opened.get_absolute_url())
    answer_all(opened, cast["nora"])
    actions.sign_review(acting(cast["nora"]), opened, CONCLUSION)
    for model in (AuditReview, AuditItem, AuditItemView, AuditAnswer, Signature):
        with pytest.raises(DatabaseError, match=r"6\.b\.i\.10"), transaction.atomic():
            model.objects.update(id=999)
        with pytest.raises(DatabaseError, match=r"6\.b\.i\.10"), transaction.atomic():
            model.objects.all()._raw_delete("default")


@pytest.mark.both_databases
@pytest.mark.clause("6.b.i.10/review", "AU-6/weekly")
def test_nobody_signs_and_it_goes_up_the_chain_of_command(
    opened: AuditReview, cast: Cast, week: Period
) -> None:
    def at(days_later: float) -> tuple[int, set[str]]:
        Notice.objects.all().update(settled_at=clock.now())
        with clock.set_to(week.ends.astimezone(UTC) + timedelta(days=days_later)):
            done = remind() + escalate()
            assert remind() + escalate() == 0
        told = Notice.objects.filter(settled_at=None).values_list("to__username", flat=True)
        return done, set(told)

    reviewers = {"gloria", "marco", "nora"}
    assert at(4) == (0, set())
    assert at(5.1) == (1, reviewers)
    assert at(7.1) == (1, {*reviewers, "hector"})
    assert at(8) == (0, set())
    assert at(9.2) == (1, {*reviewers, "hector"})  # the chain ends there: all of them again
    assert [step.to for step in Escalation.objects.all()] == [cast["hector"]]
    page = signed_in(cast["hector"]).get(opened.get_absolute_url()).content.decode()
    assert "Escalated to Hector Herrera" in page
    answer_all(opened, cast["nora"])
    actions.sign_review(acting(cast["nora"]), opened, CONCLUSION)
    assert at(30) == (0, set())


@pytest.mark.clause("6.b.i.10/review", "6.b.i.11/contained")
def test_its_report_is_an_export_and_names_nobody_whom_the_printer_may_not_see(
    opened: AuditReview, cast: Cast
) -> None:
    [hers] = opened.items.filter(subject=cast["gloria"])
    actions.answer_item(acting(cast["nora"]), hers, Verdict.MISUSE, "She opened her own account's access.")
    denied = opened.items.filter(why=Why.DENIED)[0]
    actions.answer_item(acting(cast["nora"]), denied, Verdict.MISUSE, WHY)
    answer_all(opened, cast["nora"])
    actions.sign_review(acting(cast["nora"]), opened, CONCLUSION)
    answer = signed_in(cast["gloria"]).get(f"/reviews/{opened.pk}/report/")
    assert answer["Content-Type"] == "application/pdf"
    pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(answer.content)).pages]
    text = " ".join("\n".join(pages).split())
    for said in (CONCLUSION, WHY, "Nora Naranjo", "Denied attempts, by event", opened.seed):
        assert said in text, said
    assert all("CJI" in page and "Gloria Gallegos (gloria)" in page for page in pages)
    assert "her own account" not in text
    assert AuditEntry.objects.filter(event="review.export", actor_id="gloria").exists()
    ExportStop.objects.create(cause="Breach 1", why="Files went to a stranger.", begun_by="person:lena")
    assert signed_in(cast["nora"]).get(f"/reviews/{opened.pk}/report/").status_code == 403


@pytest.mark.clause("6.b.i.9/entries", "AU-6/weekly")
def test_lists_are_filtered_and_every_view_is_on_the_log(opened: AuditReview, cast: Cast) -> None:
    nora = signed_in(cast["nora"])
    assert str(opened) in nora.get("/reviews/", {"state": "open"}).content.decode()
    assert str(opened) not in nora.get("/reviews/", {"state": "signed"}).content.decode()
    assert str(opened) not in nora.get("/reviews/", {"kind": "quarterly"}).content.decode()
    by_person = nora.get(opened.get_absolute_url(), {"group": "person", "q": "gloria"}).content.decode()
    assert "<h2>Gloria Gallegos</h2>" in by_person
    assert "Ada Archuleta" not in by_person.partition("<h2>The log in numbers")[0]
    views = [entry.object for entry in AuditEntry.objects.filter(event="review.view").order_by("sequence")]
    assert views == ["reviews"] * 3 + [f"review:{opened.pk}"]
    page = opened.items.filter(why=Why.SAMPLE, views__by=cast["nora"]).values_list("pk", flat=True)
    nora.post(f"/reviews/{opened.pk}/in-order/", {"item": page[:2]})
    log_page = nora.get("/audit/", {"event": "review.answer"}).content.decode()
    assert "<dt>items</dt>" in log_page  # a detail's name is no name of a template's
    size = Tree.objects.get().size
    assert signed_in(cast["carla"]).get(opened.get_absolute_url()).status_code == 403
    assert nora.get("/reviews/999/").status_code == 404
    assert Tree.objects.get().size > size
