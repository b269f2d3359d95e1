"""One's own unit's reads of the shift, a read with its shares, and what colleagues share."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from plateward.core.audit.events import Event
from plateward.core.audit.log import record
from plateward.core.pages.acts import failure_as_message, submitted
from plateward.core.pages.fields import DayField, LongTextField
from plateward.field.fleet.stays import stays_with
from plateward.field.reads.pages.audience import SHIFT, may_see_read
from plateward.field.reads.queries import Order, PageKey, ReadQuery, ReadSummary, Span
from plateward.field.reads.store import ReadKey, StoredRead, configured_store
from plateward.field.reads.store.away import store_answers
from plateward.ground import clock
from plateward.ground.errors import PlatewardError
from plateward.ground.policy.trace import enforces
from plateward.ground.vault.day_keys import DayDestroyed
from plateward.people import days
from plateward.people.http import HiddenObject, actor_of, person_of, visible_or_404
from plateward.people.permissions import Permission
from plateward.people.person_fields import ColleagueField
from plateward.work.alerts.sharing.rules import LONGEST
from plateward.work.searches.results.reading import PageEnd, read_page
from plateward.work.searches.scope import spans_of
from plateward.work.searches.sharing import actions
from plateward.work.searches.sharing.models import ReadShare

ROWS = 50
USUAL_DAYS = timedelta(days=7)


class ReadShareForm(forms.Form):
    """One colleague, by their account."""

    to = ColleagueField(
        Permission.IMAGE_VIEW,
        "has no access to reads",
        help_text="Name, badge number or username. They see this read, and no other result of your search.",
    )
    purpose = LongTextField(
        2, label="Purpose", max_length=1000, help_text="What your colleague needs it for, and in which case."
    )
    until = DayField(label="Last day", help_text=f"At most {LONGEST.days} days; it ends automatically.")

    @property
    def ends_at(self) -> datetime:
        """The end of the last day."""
        return days.start_of(self.cleaned_data["until"] + timedelta(days=1))


@require_GET
@enforces("6.e.ii/own", "6.e.ii/share", "6.b.i.8/scope", "6.b.i.9/entries")
def list_own(request: HttpRequest) -> HttpResponse:
    """The reads of one's own unit of the shift, newest first, and those that colleagues share."""
    me = person_of(request)
    now = clock.now().astimezone(UTC)
    stays = stays_with({me.unit_id} if me.unit_id else ())
    parts = spans_of(stays, Span(now - SHIFT, now + timedelta(minutes=5)))
    after = _key_in(request)
    record(
        actor_of(request),
        Event.READ_LIST,
        "reads:own unit",
        readers=sorted(frozenset[str]().union(*parts.values())),
        further=after is not None,
    )
    queries = [ReadQuery(span, readers=readers) for span, readers in parts.items()]
    with store_answers():
        *found, end = read_page(configured_store(), queries, Order.NEWEST, after, ROWS)
    reads = [read for read in found if isinstance(read, ReadSummary)]
    last = reads[-1] if isinstance(end, PageEnd) and end.more else None
    live = ReadShare.objects.live(clock.now()).select_related("by", "to")
    context = {
        "rows": [(read, read.captured_at.date()) for read in reads],
        "further": urlencode({"at": last.captured_at.isoformat(), "id": str(last.id)}) if last else "",
        "unit": me.unit,
        "hours": SHIFT // timedelta(hours=1),
        "shared_with_me": live.filter(to=me),
        "shared_by_me": live.filter(by=me),
    }
    return render(request, "reads/own.html", context)


def _key_in(request: HttpRequest) -> PageKey | None:
    """The key at which the page before ended; None for the first page, and for what is no key."""
    try:
        at = datetime.fromisoformat(request.GET["at"])
        return PageKey(at, UUID(request.GET["id"])) if at.utcoffset() == timedelta(0) else None
    except (KeyError, ValueError):
        return None


@require_http_methods(["GET", "POST"])
@enforces("6.e.ii/own", "6.e.ii/share", "6.c.ii/cases", "6.b.i.9/entries")
def show_read(request: HttpRequest, day: date, pk: UUID) -> HttpResponse:
    """A read that this person may see; if it is their own unit's, the form to share it."""
    me, read = person_of(request), _visible_read(request, ReadKey(day, pk))
    own = actions.is_own(me, read)
    sent, form = submitted(request, ReadShareForm, initial={"until": days.today() + USUAL_DAYS})
    if sent.valid:
        with sent:
            given = form.cleaned_data
            share = actions.share_read(actor_of(request), read, given["to"], given["purpose"], form.ends_at)
            return sent.done(f"Shared with {share.to} until {days.format_time(share.ends_at)}.", share)
    record(actor_of(request), Event.READ_VIEW, f"read:{pk}")
    live = ReadShare.objects.live(clock.now()).of_read(pk).select_related("by", "to")
    return sent.render(
        "reads/read.html",
        read=read.read,
        reader=read.reader,
        day=day,
        shares=live if own else [],
        shared_with_me=live.filter(to=me).first(),
        form=form if own else None,
    )


@enforces("6.c.ii/cases", "6.b.i.9/denied")
def _visible_read(request: HttpRequest, placed: ReadKey) -> StoredRead:
    """The read, if it exists and this person may see it. Raises HiddenObject."""
    try:
        with store_answers():
            read = configured_store().get(placed)
    except DayDestroyed:
        read = None
    except PlatewardError as away:
        record(actor_of(request), Event.READ_VIEW, f"read:{placed.id}", outcome="failed", reason=str(away))
        raise
    if read is None or not may_see_read(person_of(request), read):
        raise HiddenObject(Event.READ_VIEW, f"read:{placed.id}")
    return read


@require_POST
def end_share(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw a share of mine."""
    own = ReadShare.objects.select_related("to").filter(by=person_of(request))
    share = visible_or_404(own, pk, Event.READ_UNSHARE)
    with failure_as_message(request):
        actions.end_share(actor_of(request), share)
        messages.success(request, f"{share.to} no longer sees this read.")
    return redirect("read_sharing:own")
