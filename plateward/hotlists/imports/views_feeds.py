"""The feeds: where lists are fetched from, and the results."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from plateward.audit.events import Event
from plateward.audit.log import record
from plateward.errors import PlatewardError
from plateward.hotlists.audience import lists_for
from plateward.hotlists.imports import feeds
from plateward.hotlists.imports.forms_feeds import FeedForm
from plateward.hotlists.imports.models import Feed
from plateward.people.http import actor_of, person_of


@require_GET
def list_feeds(request: HttpRequest) -> HttpResponse:
    """Every feed, and the lists without one. Context: feeds, without."""
    record(actor_of(request), Event.HOTLIST_VIEW, "feeds")
    hotlists = lists_for(person_of(request)).filter(retired_at=None)
    context = {
        "feeds": Feed.objects.filter(hotlist__in=hotlists).select_related("hotlist"),
        "without": hotlists.filter(feed=None),
    }
    return render(request, "hotlists/feeds.html", context)


@require_http_methods(["GET", "POST"])
def edit_feed(request: HttpRequest, pk: int) -> HttpResponse:
    """A list's feed, by the list's number. Context: form, list, feed or None."""
    hotlist = get_object_or_404(lists_for(person_of(request)), pk=pk, retired_at=None)
    feed = Feed.objects.filter(hotlist=hotlist).first()
    form = FeedForm(
        request.POST or None,
        initial=FeedForm.of(feed) if feed else {"format": "ncic" if hotlist.kind == "ncic" else "csv"},
        kept=bool(feed and feed.secret),
    )
    if request.method == "POST" and form.is_valid():
        try:
            feeds.save_feed(actor_of(request), hotlist, form.feed_fields())
        except PlatewardError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"The feed of {hotlist} is saved.")
            return redirect("hotlists:feeds")
    else:
        record(actor_of(request), Event.HOTLIST_VIEW, f"hotlist:{hotlist.name}", feed=True)
    context = {"form": form, "list": hotlist, "feed": feed}
    return render(request, "hotlists/feed.html", context, status=422 if form.errors else 200)


@require_POST
def fetch_now(request: HttpRequest, pk: int) -> HttpResponse:
    """Fetch a list now."""
    hotlists = lists_for(person_of(request)).filter(retired_at=None)
    feed = get_object_or_404(Feed.objects.filter(hotlist__in=hotlists), hotlist=pk)
    feeds.fetch_soon(actor_of(request), feed)
    messages.success(request, f"{feed.hotlist} is being fetched; the outcome appears here shortly.")
    return redirect("hotlists:feeds")
