"""Reviews, and the work list of one."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from plateward.audit.events import Event
from plateward.audit.log import record
from plateward.pages.acts import Submission, submitted
from plateward.pages.fields import LongTextField, parse_numbers
from plateward.pages.lists import page_of
from plateward.people.access.models import AccessReview, ReviewItem
from plateward.people.access.requests.forms import AccessForm
from plateward.people.access.reviews import actions
from plateward.people.access.reviews.listing import ReviewFilters, items, passing, progress_of
from plateward.people.actor_names import names_of
from plateward.people.http import actor_of, person_of
from plateward.policy.decision import Refusal

PER_PAGE = 50
OBJECT = "access:review"


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
    numbers = parse_numbers(request.POST.getlist("item"))
    items = list(review.items.filter(pk__in=numbers[:PER_PAGE]).select_related("access__person"))
    if not items or not form.is_valid():
        refusal = Refusal(
            "AC-2", "No item was checked, or the note is too long.", "Check the items you are deciding."
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
    filters = ReviewFilters(request.GET, items(review))
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
