"""Reviews, and the work list of one."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from plateward.audit.events import Event
from plateward.audit.log import record
from plateward.pages.acts import Submission
from plateward.pages.lists import page_of
from plateward.people.access.asking.forms import Place
from plateward.people.access.models import Review, ReviewItem
from plateward.people.access.reviews import actions
from plateward.people.access.reviews.listing import Filters, items, passing, progress
from plateward.people.deciders import named
from plateward.people.http import person_of, who_is
from plateward.policy.decision import Refusal

PER_PAGE = 50
OBJECT = "access:review"


class Decide(forms.Form):
    """What becomes of the items that were ticked."""

    decision = forms.ChoiceField(choices=[("kept", "Keep"), ("ended", "End")])
    note = forms.CharField(max_length=400, required=False)  # the rule asks for it, and says so


class Close(forms.Form):
    """What the review found."""

    conclusion = forms.CharField(
        label="Conclusion", max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


@require_http_methods(["GET", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """Every review, newest first; POST opens one."""
    sent = Submission(request)
    if sent.valid:
        with sent:
            return redirect("access:review", actions.open_review(who_is(request)).pk)
    record(who_is(request), Event.ACCESS_VIEW, OBJECT)
    reviews = list(Review.objects.all())
    context = {
        "reviews": [(one, progress(one)) for one in reviews],
        "open": any(one.closed_at is None for one in reviews),
        "names": named(by for one in reviews for by in (one.opened_by, one.closed_by)),
        "refusal": sent.refusal,
    }
    return render(request, "access/reviews.html", context, status=sent.status)


@require_GET
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """The work list of one."""
    return _review(request, get_object_or_404(Review, pk=pk))


@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep or end what was ticked."""
    one = get_object_or_404(Review, pk=pk)
    form = Decide(request.POST)
    numbers = [int(item) for item in request.POST.getlist("item") if item.isdecimal() and len(item) < 19]
    items = list(one.items.filter(pk__in=numbers[:PER_PAGE]).select_related("access__person"))
    if not items or not form.is_valid():
        refusal = Refusal("AC-2", "No item was ticked, or the note is too long.", "Tick what you decide on.")
        return _review(request, one, refusal, items, request.POST.get("note", "")[:400])
    given, sent = form.cleaned_data, Submission(request, form)
    with sent:
        actions.decide(who_is(request), items, ReviewItem.Decision(given["decision"]), given["note"])
        done = "kept" if given["decision"] == "kept" else "ended"
        messages.success(request, f"{len(items)} {done}.")
        return redirect(f"{request.path.removesuffix('decide/')}?{request.GET.urlencode()}")
    return _review(request, one, sent.refusal, items, given["note"])


@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for what the person should have instead."""
    rows = ReviewItem.objects.select_related("access__person", "access__unit", "access__supervisor")
    item = get_object_or_404(rows, pk=pk)
    access = item.access
    initial = {"role": access.role, "unit": access.unit, "supervisor": access.supervisor}
    form = Place(request.POST or None, initial=initial)
    del form.fields["hours"]
    sent = Submission(request, form)
    if sent.valid:
        with sent:
            actions.change(who_is(request), item, form.wanted)
            messages.success(request, f"{access.person}: the change is asked for, and waits for approval.")
            return redirect("access:review", item.review_id)
    record(who_is(request), Event.ACCESS_VIEW, f"person:{access.person.username}")
    context = {"item": item, "form": form, "units": form.units(), "refusal": sent.refusal}
    return render(request, "access/review_change.html", context, status=sent.status)


@require_POST
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Every access was looked at."""
    one = get_object_or_404(Review, pk=pk)
    form = Close(request.POST)
    if not form.is_valid():
        return _review(
            request, one, Refusal("AC-2", "The conclusion is too long.", "At most 1,000 characters.")
        )
    sent = Submission(request, form)
    with sent:
        actions.close(who_is(request), one, form.cleaned_data["conclusion"])
        messages.success(request, "The review is closed.")
        return redirect("access:reviews")
    return _review(request, one, sent.refusal, conclusion=form.cleaned_data["conclusion"])


def _review(
    request: HttpRequest,
    one: Review,
    refusal: Refusal | None = None,
    ticked: list[ReviewItem] | None = None,
    note: str = "",
    conclusion: str = "",
) -> HttpResponse:
    record(who_is(request), Event.ACCESS_VIEW, OBJECT, review=one.pk)
    filters = Filters(request.GET, items(one))
    page = page_of(request, passing(filters, one, person_of(request)), PER_PAGE)
    names = named([one.opened_by, one.closed_by, *(row.item.decided_by for row in page)])
    context = {
        "review": one,
        "progress": progress(one),
        "filters": filters.form,
        "page": page,
        "names": names,
        "query": request.GET.urlencode(),
        "refusal": refusal,
        "ticked": {item.pk for item in ticked or ()},
        "note": note,
        "close": Close(initial={"conclusion": conclusion}),
    }
    return render(request, "access/review.html", context, status=409 if refusal else 200)
