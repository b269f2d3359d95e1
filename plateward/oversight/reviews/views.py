"""Audit reviews: the list, a review with its work list, its answers and signature, and its report on paper."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from plateward.core.audit.events import Event
from plateward.core.audit.log import record
from plateward.core.audit.models import AuditEntry
from plateward.core.pages.acts import Submission, submitted
from plateward.core.pages.charts import widths
from plateward.core.pages.csv_export import saved_as
from plateward.core.pages.fields import parse_numbers
from plateward.core.pages.lists import page_of
from plateward.core.pages.pdf import export_pdf
from plateward.ground.policy.trace import enforces
from plateward.oversight.findings.audience import findings_for
from plateward.oversight.reviews import actions
from plateward.oversight.reviews.audience import items_for, waiting_items, without_reviewer
from plateward.oversight.reviews.forms import (
    AnswerForm,
    FollowForm,
    ItemFilters,
    ReplyForm,
    ReviewFilters,
    SignForm,
)
from plateward.oversight.reviews.gathering import findings_in
from plateward.oversight.reviews.models import AuditAnswer, AuditItem, AuditReview, Question
from plateward.oversight.reviews.report import CHARTS, report_of
from plateward.oversight.reviews.risks import Why
from plateward.oversight.reviews.rules import TERMS, ReviewKind, Verdict
from plateward.people.http import actor_of, person_of, visible_or_404
from plateward.people.models import Person
from plateward.people.permissions import Permission, Role

PER_PAGE = 25
REPORT = "oversight/templates/reviews/report.typ"


@dataclass(frozen=True)
class ItemRow:
    """An entry as its reviewer sees it."""

    item: AuditItem
    entry: AuditEntry
    answer: AuditAnswer | None
    questions: list[Question]
    finding: bool  # the viewer may open the finding that it is part of, or that its answer opened

    @property
    def in_log(self) -> str:
        """The log's page from this entry on."""
        return f"{reverse('audit:index')}?{urlencode({'before': self.item.sequence + 1})}"

    @property
    def alike(self) -> str:
        """The log's page with such entries of this account in the period."""
        period = self.item.review.period
        given = {
            "who": self.entry.actor_id,
            "event": self.entry.event,
            "since": period.first.isoformat(),
            "until": period.last.isoformat(),
        }
        return f"{reverse('audit:index')}?{urlencode(given)}"


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """All reviews, newest first, with how many of the entries that the viewer sees are answered."""
    rows = AuditReview.objects.select_related("signature__by").prefetch_related("ownerships__to")
    seen = Q(items__in=items_for(person_of(request)))
    counted = rows.annotate(
        all=Count("items", filter=seen), answered=Count("items__answer", filter=seen)
    ).order_by("-ends", "kind")
    filters = ReviewFilters(request.GET, counted)
    page = page_of(request, filters.qs)
    record(actor_of(request), Event.REVIEW_VIEW, "reviews", page=page.number, filters=filters.query)
    return render(request, "reviews/index.html", {"page": page, "filters": filters})


@require_GET
def show_review(request: HttpRequest, pk: int) -> HttpResponse:
    """A review with what is to be answered."""
    return _render(request, get_object_or_404(AuditReview, pk=pk), Submission(request))


@require_POST
@enforces("6.b.i.10/review", "6.c.ii/people")
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer an entry. A script gets the entry anew, and how far the review is; a browser without one its page."""
    person = person_of(request)
    item = visible_or_404(items_for(person).select_related("review"), pk, Event.REVIEW_VIEW)
    review = item.review
    sent, form = submitted(request, AnswerForm)
    if sent.valid:
        with sent:
            given = form.cleaned_data
            if given["answer"] is Verdict.QUESTION:
                actions.ask(actor_of(request), item, given["text"])
            else:
                actions.answer_item(actor_of(request), item, given["answer"], given["text"])
    if "HX-Request" not in request.headers:
        if not sent.valid or sent.refusal:
            messages.error(request, str(sent.refusal or "Choose an answer."))
        return redirect(f"{review.get_absolute_url()}#item-{pk}")
    [row] = _rows(person, [item])
    context = {
        "row": row,
        "review": review,
        "typed": request.POST.get("text", "")[:2000] if sent.refusal else "",
        **_standing(review, person),
    }
    return sent.render("reviews/answered.html", **context)


@require_http_methods(["GET", "POST"])
@enforces("6.b.i.10/review", "6.c.ii/people")
def question(request: HttpRequest, pk: int) -> HttpResponse:
    """A question, for whom it is with, who answers it here, and for reviewers, who accept the answer or ask again."""
    person, actor = person_of(request), actor_of(request)
    asked = visible_or_404(
        actions.questions_for(person).select_related(
            "reply__by", "to", "by", "item__subject", "item__review"
        ),
        pk,
        Event.REVIEW_VIEW,
    )
    item, replied = asked.item, hasattr(asked, "reply")
    reviews = Permission.AUDIT_REVIEW in person.permissions and items_for(person).filter(pk=item.pk).exists()
    sent, form = submitted(request, FollowForm if replied else ReplyForm)
    # Whoever is asked can answer whatever the reviewer decided meanwhile: the page would tell of a finding.
    theirs = person in asked.holders
    if replied:
        is_open = not hasattr(item, "answer") and item.review.signed is None
        theirs = reviews and is_open and asked == item.questions.last()
    if sent.valid and (theirs or not replied):
        with sent:
            given = form.cleaned_data
            if not replied:
                actions.reply(actor, asked, given["text"])
                return sent.done("Your answer was sent to the reviewer.", asked)
            if given["decision"] == "again":
                return sent.done("Your question was sent.", actions.ask(actor, item, given["text"]))
            actions.answer_item(actor, item, Verdict.IN_ORDER, f"The answer to {asked} was accepted.")
            return sent.done("Answer accepted. The entry is recorded as in order.", item.review)
    record(actor, Event.REVIEW_VIEW, f"question:{pk}")
    return sent.render(
        "reviews/question.html",
        question=asked,
        entry=actions.entry_of(asked),
        form=form if theirs else None,
        reviews=reviews,
    )


@require_POST
@enforces("6.b.i.10/review")
def in_order(request: HttpRequest, pk: int) -> HttpResponse:
    """The sampled entries of a page are in order, after each was displayed."""
    review = get_object_or_404(AuditReview, pk=pk)
    numbers = parse_numbers(request.POST.getlist("item"))
    items = list(items_for(person_of(request)).filter(review=review, pk__in=numbers[:PER_PAGE]))
    sent = Submission(request)
    with sent:
        actions.pass_items(actor_of(request), review, items)
        return sent.done(f"{len(items)} sampled entries recorded as in order.", review)
    return _render(request, review, sent)


@require_POST
@enforces("6.b.i.10/review", "AU-6/weekly", "6.a.i.2/own")
def sign(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign the review, after a new proof of the second factor (people/routes.py)."""
    review = get_object_or_404(AuditReview, pk=pk)
    sent, form = submitted(request, SignForm)
    if sent.valid:
        with sent:
            actions.sign_review(actor_of(request), review, form.cleaned_data["conclusion"])
            return sent.done(f"You signed the {review.within}.", review)
    return _render(request, review, sent)


@require_GET
@enforces("6.b.i.10/review", "6.b.i.11/contained")
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """The report as a PDF: on the log, marked, and subject to the stop of exports."""
    review = get_object_or_404(AuditReview, pk=pk)
    data = report_of(review, person_of(request))
    named = [f"finding:{number}" for number, *_ in data["findings"]]
    content = export_pdf(
        actor_of(request), Event.REVIEW_EXPORT, f"review:{review.pk}", REPORT, data, mentions=named
    )
    return HttpResponse(content, **saved_as(f"audit-review-{review.kind}-{review.period.first}", "pdf"))


def _standing(review: AuditReview, viewer: Person) -> dict[str, Any]:
    """How many entries this person sees, are answered, and wait; `others`: whether any wait for somebody else. How many
    would tell of findings that are not for them. `stuck`: whether nobody may answer some. And whether they could
    sign."""
    own, stuck = items_for(viewer).filter(review=review), without_reviewer(review)
    everything, waiting = own.count(), own.filter(answer=None).count()
    others = waiting_items(review).exclude(pk__in=own.values("pk")).exclude(pk__in=stuck.values("pk"))
    return {
        "progress": {
            "all": everything,
            "done": everything - waiting,
            "waiting": waiting,
            "others": others.exists(),
            "stuck": stuck.exists(),
        },
        "signing": SignForm(),
        "may_sign": review.kind == ReviewKind.WEEKLY or viewer.role == Role.ADMINISTRATOR,
    }


def _rows(viewer: Person, items: Sequence[AuditItem]) -> list[ItemRow]:
    entries = AuditEntry.objects.in_bulk([item.sequence for item in items])
    answers = AuditAnswer.objects.filter(item__in=items).select_related("by")
    questions = list(Question.objects.filter(item__in=items).select_related("to", "by", "reply__by"))
    answered = {answer.item_id: answer for answer in answers}
    linked = {item.finding_id for item in items} | {answer.finding_id for answer in answers}
    visible = set(
        findings_for(viewer).filter(pk__in=[key for key in linked if key]).values_list("pk", flat=True)
    )
    return [
        ItemRow(
            item,
            entries[item.sequence],
            said := answered.get(item.pk),
            [question for question in questions if question.item_id == item.pk],
            bool({item.finding_id, said.finding_id if said else None} & visible),
        )
        for item in items
    ]


def _groups(rows: Iterable[ItemRow], *, by_person: bool) -> list[tuple[str, list[ItemRow]]]:
    def heading(row: ItemRow) -> str:
        if by_person:
            return str(row.item.subject or "At the machine itself")
        return Why(row.item.why).label

    return [(name, list(group)) for name, group in groupby(rows, heading)]


def _render(request: HttpRequest, review: AuditReview, sent: Submission) -> HttpResponse:
    person = person_of(request)
    signed = review.signed is not None
    items = items_for(person).filter(review=review).select_related("review", "subject__unit")
    given = request.GET.copy()
    if signed:  # nothing is left to answer
        given.setdefault("state", "all")
    filters = ItemFilters(given, items)
    page = page_of(request, filters.passing(), PER_PAGE)
    shown = list(page.object_list)
    findings = list(findings_in(review.period, person))
    actions.open_page(actor_of(request), review, shown, findings, page=page.number, filters=filters.query)
    rows = _rows(person, shown)
    context: dict[str, Any] = {
        "review": review,
        "clause": TERMS[ReviewKind(review.kind)].clause,
        "filters": filters,
        "page": page,
        "groups": _groups(rows, by_person="group" in filters.chosen),
        "together": [row.item.pk for row in rows if not row.item.risky and not row.answer and not signed],
        "findings": findings,
        "answers": Counter(AuditAnswer.objects.filter(item__in=items).values_list("kind", flat=True)),
        "charts": [(name, widths(review.figures[key])) for key, name in CHARTS.items()],
        "left_out": [(Why(why).label, number) for why, number in review.figures["left_out"].items()],
        **_standing(review, person),
        "signing": sent.form_of(SignForm),
    }
    return sent.render("reviews/review.html", **context)
