"""The chain of custody of a read: found, looked at, printed; and copies of its images."""

from base64 import b64encode
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from plateward.core.audit.events import Event
from plateward.core.audit.log import record
from plateward.core.cases.forms import NumberField
from plateward.core.pages.acts import Submission, submitted
from plateward.core.pages.csv_export import saved_as
from plateward.core.pages.fields import ButtonsField, DayField, parse_number
from plateward.core.pages.lists import page_of
from plateward.core.pages.marking import MARKING
from plateward.field.reads.store import ReadKey, StoredRead
from plateward.ground.policy.trace import enforces
from plateward.people.http import HiddenObject, actor_of, person_of
from plateward.people.models import Person
from plateward.people.permissions import Permission
from plateward.work.alerts.audience.alerts import alerts_for
from plateward.work.alerts.leaving import BEGUN, Destination, ReleaseForm, enter_case, release_initial
from plateward.work.evidence.custody import audience
from plateward.work.evidence.custody.chain import Chain
from plateward.work.evidence.custody.copies import Why, copy_images
from plateward.work.evidence.custody.reporting import checkpoint_of, export_report, fold
from plateward.work.evidence.custody.sentences import CustodyStep


class CopyForm(ReleaseForm):
    """Why an image is taken along, and which, unless both are printed."""

    OF_FILE = ("image",)
    image = ButtonsField(
        [("context", "The vehicle"), ("plate", "The plate")],
        "Picture to download",
        "Printing takes both.",
        initial="context",
    )
    number = NumberField(
        label="CAD or case number",
        help_text="The case that the copy is for. Saved in the audit log.",
    )


class FindForm(forms.Form):
    """A read, by the number of its alert or by its own id."""

    what = forms.CharField(
        label="Alert number or read ID",
        max_length=60,
        help_text="As the audit log names it: 12 for alert:12, or the letters and digits of read:…",
    )
    day = DayField(
        label="Day of capture (UTC), if known",
        required=False,
        help_text="Needed only if the read is not found without it.",
    )

    def clean_what(self) -> int | UUID:
        """An alert's number, or a read's id."""
        text = str(self.cleaned_data["what"]).strip().lower().removeprefix("alert:").removeprefix("read:")
        if text.isascii() and text.isdigit() and len(text) < 15:
            return int(text)
        try:
            return UUID(text)
        except ValueError:
            raise forms.ValidationError("Enter an alert's number or a read's ID.") from None


@require_GET
@enforces("6.h.iv/custody")
def index(request: HttpRequest) -> HttpResponse:
    """Find a read: by its alert, which may have several, or by its id."""
    form = FindForm(request.GET or None)
    reads: list[ReadKey] = []
    if form.is_bound and form.is_valid():
        reads = audience.find_reads(form.cleaned_data["what"], form.cleaned_data["day"])
    what = request.GET.get("what", "")
    record(actor_of(request), Event.CUSTODY_VIEW, "custody", searched=what, reads=len(reads))
    if len(reads) == 1:
        return redirect("custody:chain", day=reads[0].day, pk=reads[0].id)
    return render(request, "custody/index.html", {"form": form, "reads": reads})


@require_GET
@enforces("6.h.iv/custody", "6.b.i.9/entries")
def show_chain(request: HttpRequest, day: date, pk: UUID) -> HttpResponse:
    """Who had what of this read, oldest first."""
    key = ReadKey(day, pk)
    chain = _visible_chain(request, key)
    record(actor_of(request), Event.CUSTODY_VIEW, f"read:{pk}")
    context = {
        "read": key,
        "gaps": chain.gaps,
        "count": len(chain.events),
        "page": page_of(request, fold(chain.events)),
        "checkpoint": checkpoint_of(chain),
        "plate": _plate_for(request, audience.stored_read(key), chain),
        "withheld": chain.withheld_words,
    }
    return render(request, "custody/chain.html", context)


@require_GET
@enforces("6.h.iv/custody", "6.e.iii/marked", "6.b.i.11/contained")
def report(request: HttpRequest, day: date, pk: UUID) -> HttpResponse:
    """The same as a PDF: on the log, marked, and subject to the stop of exports."""
    key = ReadKey(day, pk)
    chain, stored = _visible_chain(request, key), audience.stored_read(key)
    content = export_report(actor_of(request), key, chain, stored, _plate_for(request, stored, chain))
    return HttpResponse(content, **saved_as(f"custody-{pk}", "pdf"))


def _visible_chain(request: HttpRequest, key: ReadKey) -> Chain:
    """Raises HiddenObject, StoreAway."""
    chain = audience.chain_for(person_of(request), key)
    if chain is None:
        raise HiddenObject(Event.CUSTODY_VIEW, f"read:{key.id}")
    return chain


@enforces("6.e.iv.3/plate", "6.c.ii/cases")
def _plate_for(request: HttpRequest, stored: StoredRead | None, chain: Chain) -> str:
    """The plate, for whoever may see the read, once a person has read it from the image."""
    confirmed = any(event.step is CustodyStep.CONFIRMED and event.outcome == "done" for event in chain.events)
    return (
        stored.read.plate
        if stored and confirmed and audience.may_take(person_of(request), stored, None)
        else ""
    )


@require_GET
def ask(request: HttpRequest, day: date, pk: UUID) -> HttpResponse:
    """What a copy is, and its form."""
    target = _copy_target(request, day, pk, Event.READ_VIEW)
    record(actor_of(request), Event.READ_VIEW, f"read:{pk}", page="copy")
    return target.page(
        person_of(request), submitted(request, CopyForm, initial=release_initial(person_of(request)))[0]
    )


@require_POST
@enforces("6.h.iv/custody", "6.h.iv/safeguard", "6.e.iii/marked", "6.c.ii.1/all")
def download(request: HttpRequest, day: date, pk: UUID) -> HttpResponse:
    """One picture as a marked JPEG, after a proof of the second factor."""
    target = _copy_target(request, day, pk, Event.IMAGE_DOWNLOAD)
    sent, form = submitted(request, CopyForm, initial=release_initial(person_of(request)))
    if sent.valid:
        with sent:
            image, why = form.cleaned_data["image"], target.why(form)
            if answer := target.enter_case(request, sent, why):
                return answer
            made = copy_images(actor_of(request), Event.IMAGE_DOWNLOAD, target.stored, (image,), why)
            return HttpResponse(made.images[0], **saved_as(f"image-{made.number}", "jpg"))
    return target.page(person_of(request), sent)


@require_POST
@enforces("6.h.iv/custody", "6.h.iv/safeguard", "6.e.iii/marked", "6.c.ii.1/all")
def print_page(request: HttpRequest, day: date, pk: UUID) -> HttpResponse:
    """Both pictures on one page for paper, after a proof of the second factor. They are within the page, so that each
    print is one entry."""
    target = _copy_target(request, day, pk, Event.IMAGE_PRINT)
    sent, form = submitted(request, CopyForm, initial=release_initial(person_of(request)))
    if sent.valid:
        with sent:
            why = target.why(form)
            if answer := target.enter_case(request, sent, why):
                return answer
            made = copy_images(actor_of(request), Event.IMAGE_PRINT, target.stored, ("context", "plate"), why)
            vehicle, plate = (f"data:image/jpeg;base64,{b64encode(image).decode()}" for image in made.images)
            context = {
                "vehicle": vehicle,
                "plate": plate,
                "mark": made.mark,
                "marking": MARKING,
                "read": target.stored.read,
                "reader": target.stored.reader,
                "day": target.stored.day,
                "search": target.search,
                "number": why.release.number,
            }
            return render(request, "custody/print.html", context)
    return target.page(person_of(request), sent)


@dataclass(frozen=True)
class _CopyTarget:
    """The read whose images are to be copied, and the searcher's own search that shows it, if one does."""

    stored: StoredRead
    search: int | None

    def why(self, form: CopyForm) -> Why:
        """As the form states it."""
        return Why(form.release(form.cleaned_data["number"]), self.search)

    @enforces("6.e.iii/vetted", "6.e.iii/folder", "6.a.iv/dems")
    def enter_case(self, request: HttpRequest, sent: Submission, why: Why) -> HttpResponse | None:
        """If it is for a case, through DEMS: no file leaves but for an export by hand."""
        if why.release.destination != Destination.DEMS:
            return None
        key = ReadKey(self.stored.day, self.stored.read.id)
        entry = enter_case(actor_of(request), why.release, reads=[key])
        return sent.done(BEGUN, entry.url) if entry.sends else None

    def page(self, person: Person, sent: Submission) -> HttpResponse:
        """Context: read; reader; day; search; back; form; refusal."""
        return sent.render(
            "custody/ask.html",
            read=self.stored.read,
            reader=self.stored.reader,
            day=self.stored.day,
            search=self.search,
            back=self._back(person),
        )

    def _back(self, person: Person) -> str:
        """Where the person saw the images: the results of the search, an alert, or the read's own page."""
        day, pk = self.stored.day, self.stored.read.id
        if self.search:
            return reverse("results:read", args=[self.search, day, pk])
        alert = (
            alerts_for(person).filter(read=pk).first()
            if Permission.ALERT_VIEW in person.permissions
            else None
        )
        return alert.get_absolute_url() if alert else reverse("read_sharing:read", args=[day, pk])


@enforces("6.h.iv/safeguard", "6.c.ii/cases")
def _copy_target(request: HttpRequest, day: date, pk: UUID, event: Event) -> _CopyTarget:
    """Raises HiddenObject."""
    search = parse_number(request.GET.get("search", ""))
    stored = audience.stored_read(ReadKey(day, pk))
    if stored is None or not audience.may_take(person_of(request), stored, search):
        raise HiddenObject(event, f"read:{pk}")
    return _CopyTarget(stored, search)
