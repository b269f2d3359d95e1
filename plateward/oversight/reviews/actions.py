"""The only place that writes what reviewers do: entries answered or asked about, a review signed. An entry waits until
the reviewer decides, whatever the person answers who was asked."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import timedelta

from django.db.models import Q, QuerySet

from plateward.core.audit.events import Event
from plateward.core.audit.log import EntryDraft, act
from plateward.core.audit.models import AuditEntry
from plateward.core.db.locking import lock_row
from plateward.core.decisions.models import refer
from plateward.core.decisions.reminders import DAY, Reminder
from plateward.ground import clock
from plateward.ground.policy.decision import require
from plateward.ground.policy.trace import enforces
from plateward.oversight.breaches.actions import report_breach
from plateward.oversight.breaches.models import Breach
from plateward.oversight.breaches.rules import BreachKind
from plateward.oversight.detectors.routing import CJIS_OFFICER, leaves_chain, route
from plateward.oversight.findings import feed
from plateward.oversight.findings.actions import report_one
from plateward.oversight.findings.models import Finding
from plateward.oversight.findings.rules import BY_REVIEWER
from plateward.oversight.reviews import rules
from plateward.oversight.reviews.audience import items_for, waiting_items, without_reviewer
from plateward.oversight.reviews.gathering import findings_in
from plateward.oversight.reviews.models import (
    AuditAnswer,
    AuditItem,
    AuditItemView,
    AuditReview,
    Question,
    QuestionReferral,
    Reply,
    Signature,
)
from plateward.oversight.reviews.rules import ReviewKind, Verdict
from plateward.people.actor import PersonActor
from plateward.people.chain_of_command.routing import ReviewMatter, next_above, review_route_of
from plateward.people.models import Person
from plateward.people.notices.actions import notify, settle_matter
from plateward.people.notices.kinds import Kind
from plateward.people.permissions import Permission, Role


@enforces("6.b.i.9/entries", "6.b.i.9/first", "AU-6/weekly")
def open_page(
    actor: PersonActor,
    review: AuditReview,
    items: Sequence[AuditItem],
    findings: Iterable[Finding],
    **page: object,
) -> None:
    """Record that these entries and findings are displayed, before they are."""
    with act(actor, Event.REVIEW_VIEW, f"review:{review.pk}") as entry:
        entry.note(**page)
        entry.mention(*(f"finding:{finding.pk}" for finding in findings))
        seen = set(
            AuditItemView.objects.filter(item__in=items, by=actor.person).values_list("item", flat=True)
        )
        AuditItemView.objects.bulk_create(
            (
                AuditItemView(item=item, by=actor.person)
                for item in items
                if not item.risky and item.pk not in seen
            ),
            ignore_conflicts=True,  # the same page in another window
        )


@enforces("6.b.i.10/review", "6.b.i.9/entries", "6.f.i.3/investigate")
def answer_item(actor: PersonActor, item: AuditItem, answer: Verdict, text: str) -> AuditAnswer:
    """Record a reviewer's answer: the first counts. Possible misuse opens a finding about the account's person; where
    no person's account made the entry, a report of a breach. Raises Refused."""
    with act(actor, Event.REVIEW_ANSWER, f"review:{item.review_id}"):
        # Neither which entry nor what was answered is noted: the person whom it is about may read the log.
        lock_row(item.review)  # whoever answers several, too: in no order could two wait for each other
        return _answer(actor, item, answer, text)


@enforces("6.b.i.10/review")
def pass_items(actor: PersonActor, review: AuditReview, items: Sequence[AuditItem]) -> None:
    """Record that these sampled entries are in order, all or none. Raises Refused."""
    with act(actor, Event.REVIEW_ANSWER, f"review:{review.pk}") as entry:
        entry.note(items=[item.pk for item in items])
        seen = AuditItemView.objects.filter(item__in=items, by=actor.person).count()
        risky = sum(item.risky for item in items)
        require(rules.may_pass_together(risky=risky, unseen=len(items) - seen))
        lock_row(review)
        for item in items:
            _answer(actor, item, Verdict.IN_ORDER, "")


def _answer(actor: PersonActor, item: AuditItem, answer: Verdict, text: str) -> AuditAnswer:
    before = AuditAnswer.objects.filter(item=item).select_related("by").first()
    require(
        rules.may_answer(
            answer,
            text,
            answered_by=before.by.full_name if before else "",
            signed=Signature.objects.filter(review=item.review_id).exists(),
            asked=item.questions.filter(reply=None).exists(),
        )
    )
    finding, breach = _opened(actor, item, answer, text)
    return AuditAnswer.objects.create(
        item=item, kind=answer, text=text.strip(), finding=finding, breach=breach, by=actor.person
    )


def _opened(
    actor: PersonActor, item: AuditItem, answer: Verdict, text: str
) -> tuple[Finding | None, Breach | None]:
    """What the answer opens, if it is not that all is in order."""
    if answer is Verdict.IN_ORDER:
        return None, None
    entry = AuditEntry.objects.get(pk=item.sequence)
    sentence = (
        f"{answer.label} in the {item.review.within}, about entry {entry.sequence} of the log: "
        f"{entry.sentence} {text.strip()}"
    )
    if item.subject is None:
        return None, report_breach(actor, BreachKind.ACCESS, sentence, entry.at, None)
    to = route(item.subject.username, feed.known_people())
    if answer is Verdict.MISUSE and not leaves_chain(to) and CJIS_OFFICER not in to:
        to = (*to, CJIS_OFFICER)  # to whom violations are reported
    return report_one(BY_REVIEWER, item.subject, sentence, f"item {item.pk}", entry.at, to), None


@enforces("6.b.i.10/review", "AU-6/weekly")
def sign_review(actor: PersonActor, review: AuditReview, conclusion: str) -> Signature:
    """Sign a review whose entries are all answered, but for those that nobody may answer, of which the Chief and the
    administrators hear. Raises Refused."""
    with act(actor, Event.REVIEW_SIGN, f"review:{review.pk}", reason=conclusion) as entry:
        review = lock_row(review)
        before, stuck = review.signed, without_reviewer(review)
        require(
            rules.may_sign(
                ReviewKind(review.kind),
                actor.person.role,
                conclusion,
                waiting=waiting_items(review).exclude(pk__in=stuck.values("pk")).exists(),
                signed_by=before.by.full_name if before else "",
                asked=Question.objects.filter(item__review=review, item__answer=None).exists(),
            )
        )
        counts = counts_of(review)
        entry.note(
            head=review.head_size, root=review.head_root
        )  # the counts may tell of what a reader is not to know
        for kind in (Kind.LOG_REVIEW_SIGN, Kind.LOG_REVIEW_OWN, Kind.LOG_REVIEW_LATE):
            settle_matter(kind, review)
        if counts["unanswered"]:
            text = (
                f"Some entries of the {review.within} have no reviewer: authorize an auditor or a CJIS Security "
                "Officer."
            )
            to = Person.objects.filter(role__in=(Role.CHIEF, Role.ADMINISTRATOR)).order_by("pk")
            notify(to, Kind.LOG_REVIEW_LATE, text, review)
        return Signature.objects.create(
            review=review, by=actor.person, at=clock.now(), conclusion=conclusion.strip(), counts=counts
        )


def counts_of(review: AuditReview) -> dict[str, object]:
    """Its answers, by kind; the findings of its period, with those that have no outcome yet; and the numbers of the
    entries without an answer."""
    answers = Counter(AuditAnswer.objects.filter(item__review=review).values_list("kind", flat=True))
    findings = findings_in(review.period)
    return {answer.value: answers[answer] for answer in Verdict} | {
        "findings": findings.count(),
        "findings_open": findings.filter(outcome=None).count(),
        "unanswered": list(waiting_items(review).values_list("sequence", flat=True)),
    }


ANSWERS_WITHIN = timedelta(days=2)  # after which the person is reminded each day
REFERRED_AFTER = timedelta(days=4)  # and after which it goes one level up, again and again
DUTY = Permission.FINDING_REVIEW  # of whoever answers for their people


@enforces("6.b.i.10/review", "6.b.i.8/scope")
def asked_about(item: AuditItem, reviewer: Person) -> Person | None:
    """Who can be asked: the supervisor of whoever made the entry, or the next above who can answer; of the Chief, the
    Chief; of what was done at the machine itself, another ALPR administrator."""
    if item.finding_id:
        return None
    if item.subject:
        above = review_route_of(ReviewMatter(item.subject, frozenset([reviewer.pk])), DUTY).reviewers
        return above[0] if above else item.subject
    others = Person.objects.filter(role=Role.ADMINISTRATOR).exclude(pk=reviewer.pk)
    return others.order_by("pk").first()


@enforces("6.b.i.10/review", "AU-6/findings")
def ask(actor: PersonActor, item: AuditItem, text: str) -> Question:
    """Ask; the person hears of it at once. Raises Refused."""
    with act(actor, Event.REVIEW_ASK, f"review:{item.review_id}"):
        lock_row(item.review)
        to = asked_about(item, actor.person)
        waiting = item.questions.filter(reply=None).exists()
        closed = AuditAnswer.objects.filter(item=item).exists()
        closed = closed or Signature.objects.filter(review=item.review_id).exists()
        about = {"of_finding": item.finding_id is not None, "somebody": to is not None}
        require(rules.may_ask(text, closed=closed, waiting=waiting, **about))
        assert to  # noqa: S101, as the rule requires
        question = Question.objects.create(item=item, to=to, text=text.strip(), by=actor.person)
        notice = f"{actor.person} asks you about {question.about}. Find out, and answer."
        notify([question.to], Kind.LOG_REVIEW_ASK, notice, question)
        return question


@enforces("6.b.i.10/review", "AU-6/findings")
def reply(actor: PersonActor, question: Question, text: str) -> None:
    """Answer; whoever asked hears of it. Raises Refused."""
    with act(actor, Event.REVIEW_REPLY, f"question:{question.pk}"):
        question = lock_row(question)
        replied = Reply.objects.filter(question=question).exists()
        require(rules.may_reply(text, replied=replied, asked=actor.person in question.holders))
        Reply.objects.create(question=question, text=text.strip(), by=actor.person)
        settle_matter(Kind.LOG_REVIEW_ASK, question)
        notify([question.by], Kind.LOG_REVIEW_REPLY, f"{actor.person} answered your question.", question)


@enforces("6.b.i.10/review", "6.c.ii/people")
def questions_for(viewer: Person) -> QuerySet[Question]:
    """Those put or referred to this person, and those about entries that they may review."""
    seen = Q(to=viewer) | Q(pk__in=QuestionReferral.objects.filter(to=viewer).values("question"))
    if Permission.AUDIT_REVIEW in viewer.permissions:
        seen |= Q(item__in=items_for(viewer))
    return Question.objects.filter(seen)


def _is_due(question: Question) -> bool:
    late = clock.now() >= question.at + ANSWERS_WITHIN
    return late and not Reply.objects.filter(question=question).exists()


@enforces("6.b.i.10/review", "AU-6/weekly")
def _remind(_: EntryDraft, question: Question) -> None:
    text = f"{question.by} still waits for your answer about {question.about}."
    notify(question.holders, Kind.LOG_REVIEW_ASK, text, question, again=True)


@enforces("6.b.i.10/review", "AU-6/findings")
def _refer_up(entry: EntryDraft, question: Question) -> None:
    """To the next above who was not asked; at the end of the chain it stays."""
    asked = {question.to_id, *question.referrals.values_list("to", flat=True)}
    matter = ReviewMatter(question.item.subject or question.to, frozenset([question.by_id]))
    above = next_above(matter, DUTY, asked)
    if above:
        refer(question.referrals, above, "Nobody answered it in time")
    entry.note(to=[person.username for person in above])
    text = f"Nobody answered {question.by} about {question.about} (clause 6.b.i.10). Answer it."
    notify(above or question.holders, Kind.LOG_REVIEW_ASK, text, question, again=True)


def _open_questions() -> QuerySet[Question]:
    return Question.objects.filter(reply=None, item__answer=None, item__review__signature=None)


remind_asked = Reminder(Event.REVIEW_REMIND, _open_questions, _is_due, _remind, again=DAY)
refer_asked = Reminder(
    Event.REVIEW_ESCALATE,
    _open_questions,
    lambda question: _is_due(question) and clock.now() >= question.at + REFERRED_AFTER,
    _refer_up,
    again=REFERRED_AFTER,
)


def entry_of(question: Question) -> AuditEntry:
    """What it is about."""
    return AuditEntry.objects.get(pk=question.item.sequence)
