"""Reviews, and the work list of one: its items, filtered, with what a reviewer examines."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_filters import ChoiceFilter, ModelChoiceFilter

from plateward.core.audit.events import Event
from plateward.core.audit.log import record
from plateward.core.pages.acts import Submission, submitted
from plateward.core.pages.bulk import checked
from plateward.core.pages.fields import LongTextField
from plateward.core.pages.lists import Filters as ListFilters
from plateward.core.pages.lists import Words, computed, page_of
from plateward.ground import clock
from plateward.ground.policy.decision import Refusal
from plateward.people.access import standing
from plateward.people.access.models import AccessReview, ReviewItem
from plateward.people.access.requests.forms import AccessForm
from plateward.people.access.reviews import actions, rules
from plateward.people.access.reviews.actions import waiting_items
from plateward.people.access.rules import AccessStanding
from plateward.people.actor_names import names_of
from plateward.people.http import actor_of, person_of
from plateward.people.models import Person, Unit
from plateward.people.permissions import Role

PER_PAGE = 50
OBJECT = "access:review"


@dataclass(frozen=True)
class ReviewRow:
    item: ReviewItem
    person: Person
    role: str
    ori: str
    ncic: bool | None  # live; None: the role needs none
    findings: tuple[str, ...]
    open: bool  # it waits for a decision
    own: bool  # for the viewer


def progress_of(review: AccessReview) -> dict[str, int]:
    """As of now: how many items there are (`all`), are settled (`done`) and wait (`left`); whether it is `overdue`."""
    everything, is_open = review.items.count(), review.closed_at is None
    left = waiting_items(review).count() if is_open else 0
    overdue = is_open and clock.now() >= review.due
    return {"all": everything, "done": everything - left, "left": left, "overdue": overdue}


def items_of(review: AccessReview) -> QuerySet[ReviewItem]:
    """With the person of each, and whether it waits for a decision."""
    every = review.items.select_related("access__person", "access__unit", "access__supervisor")
    return every.annotate(waits=Exists(waiting_items(review).filter(pk=OuterRef("pk"))))


class ReviewFilters(ListFilters):
    """For the items of one review."""

    state = ChoiceFilter(
        label="Decision",
        empty_label="Any",
        choices=[("waiting", "Waits"), *ReviewItem.Decision.choices, ("over", "Already ended")],
        method="in_state",
    )
    findings = ChoiceFilter(
        label="Findings",
        empty_label="Any",
        choices=[("yes", "With findings"), ("no", "Without")],
        method=computed,
    )
    role = ChoiceFilter("access__role", label="Role", empty_label="Any", choices=Role.choices())
    unit = ModelChoiceFilter("access__unit", label="Unit", empty_label="Any", queryset=Unit.objects.all())
    q = Words("access__person__full_name", "access__person__username", label="Name or account")

    def in_state(self, rows: QuerySet[Any], _: str, state: str) -> QuerySet[Any]:
        """Items that wait, that ended before anybody decided, or with one decision."""
        if state == "waiting":
            return rows.filter(waits=True)
        return rows.filter(decision="", waits=False) if state == "over" else rows.filter(decision=state)


def passing(filters: ReviewFilters, review: AccessReview, viewer: Person) -> list[ReviewRow]:
    """The items that pass all filters, with the attributes as they are now."""
    items, now = list(filters.qs), clock.now()
    standings = standing.standings_of({item.access.person_id for item in items})
    rows = [_review_row(item, standings[item.access.person_id], review, viewer, now) for item in items]
    wanted = filters.chosen.get("findings")
    return [row for row in rows if not wanted or bool(row.findings) == (wanted == "yes")]


def _review_row(
    item: ReviewItem, standing_now: AccessStanding, review: AccessReview, viewer: Person, now: datetime
) -> ReviewRow:
    access = item.access
    role, over = Role(access.role), access.ends is not None and access.ends <= now
    return ReviewRow(
        item,
        access.person,
        role.label,
        access.person.agency or settings.AGENCY_ORI,
        rules.has_live_ncic(standing_now, now),
        () if over else tuple(rules.review_findings(access.person, role, standing_now, settings.AGENCY_ORI)),
        review.closed_at is None and not item.decision and not over,
        access.person_id == viewer.pk,
    )


class DecideItemsForm(forms.Form):
    decision = forms.ChoiceField(choices=[("kept", "Keep"), ("ended", "End")])
    note = forms.CharField(
        max_length=400,
        required=False,
        help_text="Such as what changes. It is saved with each of the chosen people.",
    )  # the rule requires it, and says so


class CloseReviewForm(forms.Form):
    conclusion = LongTextField(
        3,
        label="Conclusion",
        max_length=1000,
        required=False,
        help_text="What the review showed and what was changed. It stays on record.",
    )


@require_http_methods(["GET", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """Every review, newest first; POST opens one."""
    sent = Submission(request)
    if sent.valid:
        with sent:
            return redirect("access:review", actions.open_review(actor_of(request)).pk)
    record(actor_of(request), Event.ACCESS_VIEW, OBJECT)
    reviews = list(AccessReview.objects.all())
    return sent.render(
        "access/reviews.html",
        reviews=[(review, progress_of(review)) for review in reviews],
        open=any(review.closed_at is None for review in reviews),
        names=names_of(by for review in reviews for by in (review.opened_by, review.closed_by)),
    )


@require_GET
def review_page(request: HttpRequest, pk: int) -> HttpResponse:
    return _render_review(request, get_object_or_404(AccessReview, pk=pk))


@require_POST
def decide_items(request: HttpRequest, pk: int) -> HttpResponse:
    review = get_object_or_404(AccessReview, pk=pk)
    form = DecideItemsForm(request.POST)
    items = list(
        review.items.filter(pk__in=checked(request, "item")).select_related("access__person").order_by("pk")
    )
    if not items or not form.is_valid():
        refusal = Refusal(
            "AC-2", "No item is selected, or the note is too long.", "Select the items you are deciding."
        )
        return _render_review(request, review, refusal, items, request.POST.get("note", "")[:400])
    given, sent = form.cleaned_data, Submission(request, form)
    with sent:
        actions.decide_items(actor_of(request), items, ReviewItem.Decision(given["decision"]), given["note"])
        done = "kept" if given["decision"] == "kept" else "ended"
        return sent.done(
            f"{len(items)} {done}.", f"{request.path.removesuffix('decide/')}?{request.GET.urlencode()}"
        )
    return _render_review(request, review, sent.refusal, items, given["note"])


@require_http_methods(["GET", "POST"])
def request_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Request what the person should have instead."""
    rows = ReviewItem.objects.select_related("access__person", "access__unit", "access__supervisor")
    item = get_object_or_404(rows, pk=pk)
    access = item.access
    initial = {"role": access.role, "unit": access.unit, "supervisor": access.supervisor}
    form = AccessForm(request.POST or None, initial=initial)
    del form.fields["hours"]
    sent = Submission(request, form)
    if sent.valid:
        with sent:
            actions.request_change(actor_of(request), item, form.requested_access)
            return sent.done(
                f"{access.person}: the change was requested and needs approval.",
                "access:review",
                item.review_id,
            )
    record(actor_of(request), Event.ACCESS_VIEW, f"person:{access.person.username}")
    return sent.render("access/review_change.html", item=item)


@require_POST
def close_review(request: HttpRequest, pk: int) -> HttpResponse:
    review = get_object_or_404(AccessReview, pk=pk)
    sent, form = submitted(request, CloseReviewForm)
    if sent.valid:
        with sent:
            actions.close_review(actor_of(request), review, form.cleaned_data["conclusion"])
            return sent.done("The review is closed.", "access:reviews")
    return _render_review(request, review, sent.refusal, close=form, status=sent.status)


def _render_review(
    request: HttpRequest,
    review: AccessReview,
    refusal: Refusal | None = None,
    ticked: list[ReviewItem] | None = None,
    note: str = "",
    close: CloseReviewForm | None = None,
    status: int = 200,
) -> HttpResponse:
    record(actor_of(request), Event.ACCESS_VIEW, OBJECT, review=review.pk)
    filters = ReviewFilters(request.GET, items_of(review))
    page = page_of(request, passing(filters, review, person_of(request)), PER_PAGE)
    names = names_of([review.opened_by, review.closed_by, *(row.item.decided_by for row in page)])
    context = {
        "review": review,
        "progress": progress_of(review),
        "filters": filters.form,
        "page": page,
        "names": names,
        "query": request.GET.urlencode(),
        "refusal": refusal,
        "ticked": {item.pk for item in ticked or ()},
        "note": note,
        "close": close or CloseReviewForm(),
    }
    return render(request, "access/review.html", context, status=409 if refusal else status)
