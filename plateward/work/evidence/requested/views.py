"""Evidence packages of a case: its alerts are chosen, and the package is downloaded once a job has made it."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Page
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_POST

from plateward.core.audit.events import Event
from plateward.core.audit.log import record
from plateward.core.cases.forms import NumberField
from plateward.core.pages.acts import Submission, failure_as_message, submitted
from plateward.core.pages.csv_export import saved_as
from plateward.core.pages.fields import ButtonsField
from plateward.ground.policy.trace import enforces
from plateward.people import days
from plateward.people.http import actor_of, person_of
from plateward.people.models import Person
from plateward.work.alerts.leaving import BEGUN, Destination, ReleaseForm, release_initial
from plateward.work.alerts.models import Alert
from plateward.work.evidence.made_for_person import KEPT_FOR, pieces_of, show_progress
from plateward.work.evidence.requested import actions
from plateward.work.evidence.requested.audience import alerts_of_case, own_package, page_of_case
from plateward.work.evidence.requested.models import RequestedPackage

ALL, CHOSEN = "all", "chosen"
NONE_CHOSEN = "Choose at least one alert of the case."


class CaseForm(forms.Form):
    """The case whose alerts are listed."""

    number = NumberField(
        label="Case or CAD number",
        help_text="Of the call, the hot list entry, or the DEMS export of its alerts.",
    )


class PackageForm(ReleaseForm):
    """The alerts, and who gets the package."""

    number = forms.CharField(max_length=60, widget=forms.HiddenInput)
    page = forms.CharField(required=False, widget=forms.HiddenInput)  # that lists the alerts
    scope = ButtonsField(
        (),
        "What goes into the package",
        "A case with many alerts is on several pages. Choose whether those of the other pages go along.",
    )
    alerts = forms.TypedMultipleChoiceField(
        label="Alerts",
        coerce=int,
        required=False,
        error_messages={"required": NONE_CHOSEN},
        widget=forms.CheckboxSelectMultiple,
        help_text="Each with its reads, pictures and chain of custody. Uncheck what does not belong to this release.",
    )

    def __init__(self, data: object, number: str, page: "Page[Alert]", person: Person) -> None:
        chosen = [alert.pk for alert in page]
        initial = {"number": number, "page": page.number, "scope": ALL, "alerts": chosen}
        initial |= release_initial(person)
        super().__init__(data, initial=initial)
        choices = [(alert.pk, _words(alert)) for alert in page]
        self.fields["alerts"].choices = choices  # type: ignore[attr-defined]
        if not page.has_other_pages():
            del self.fields["scope"]
            self.fields["alerts"].required = True
        else:
            in_all = page.paginator.count
            scopes = [(ALL, f"All {in_all:,} alerts of the case"), (CHOSEN, "Those chosen below")]
            self.fields["scope"].choices = scopes  # type: ignore[attr-defined]

    @property
    def covers_all(self) -> bool:
        """Whether all alerts of the case go into it, also those of other pages."""
        return self.cleaned_data.get("scope") == ALL

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not self.covers_all and not given.get("alerts") and "alerts" not in self.errors:
            self.add_error("alerts", NONE_CHOSEN)
        return given


def _words(alert: Alert) -> str:
    seen = days.format_time(alert.captured_at)
    return f"Alert {alert.pk}, {seen}, {alert.reader.camera}, {alert.get_stage_display()}"


@require_GET
@enforces("6.a.iv/download", "6.c.ii/cases")
def index(request: HttpRequest) -> HttpResponse:
    """The viewer's packages, and the alerts of a case that they see."""
    case = CaseForm(request.GET) if "number" in request.GET else CaseForm()
    number = _number_of(case)
    page = page_of_case(alerts_of_case(person_of(request), number), request.GET.get("page"))
    return _page(
        request, case, page, Submission(request), PackageForm(None, number, page, person_of(request))
    )


def _number_of(case: CaseForm) -> str:
    return str(case.cleaned_data["number"]) if case.is_bound and case.is_valid() else ""


def _page(
    request: HttpRequest, case: CaseForm, page: "Page[Alert]", sent: Submission, form: PackageForm
) -> HttpResponse:
    """Context: case, a form; number, or empty; page, of alerts; form, of what is requested, or None; packages;
    kept_hours; refusal."""
    number = _number_of(case)
    alerts = [alert.pk for alert in page]
    record(actor_of(request), Event.EVIDENCE_VIEW, "packages", number=number, alerts=alerts)
    return sent.render(
        "packages/index.html",
        case=case,
        number=number,
        page=page,
        form=form if alerts else None,
        packages=RequestedPackage.objects.filter(by=person_of(request))[:20],
        kept_hours=int(KEPT_FOR.total_seconds()) // 3600,
    )


@require_POST
@enforces("6.a.iv/download", "6.h.iii/approval")
def request_package(request: HttpRequest) -> HttpResponse:
    """Have a package made; its page then shows how far it is."""
    case = CaseForm(request.POST)
    number = _number_of(case)
    of_case = alerts_of_case(person_of(request), number)
    page = page_of_case(of_case, request.POST.get("page"))
    sent, form = submitted(request, PackageForm, number=number, page=page, person=person_of(request))
    if sent.valid:
        with sent:
            given = form.cleaned_data
            chosen = of_case.values_list("pk", flat=True) if form.covers_all else given["alerts"]
            release, actor = form.release(number), actor_of(request)
            if release.destination == Destination.DEMS:
                entry = actions.enter_case_with(actor, release, chosen, of_case)
                if entry.sends:
                    return sent.done(BEGUN, entry.url or "dems:index")
            return redirect(actions.request_package(actor, release, chosen, of_case))
    return _page(request, case, page, sent, form)


@require_GET
def show_package(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One package of the viewer's own."""
    return _package_page(request, own_package(person_of(request), pk), Submission(request))


def _package_page(request: HttpRequest, row: RequestedPackage, sent: Submission) -> HttpResponse:
    record(actor_of(request), Event.EVIDENCE_VIEW, f"requested:{row.pk}")
    return sent.render("packages/package.html", row=row)


@require_GET
def progress(request: HttpRequest, pk: UUID) -> HttpResponse:
    """As `show_progress`."""
    row = own_package(person_of(request), pk)
    return show_progress(request, row, Event.EVIDENCE_VIEW, f"requested:{row.pk}")


@require_POST
@enforces("6.h.iv/custody", "6.c.ii.1/all", "6.b.i.9/entries", "6.b.i.9/first")
def download(request: HttpRequest, pk: UUID) -> HttpResponse | StreamingHttpResponse:
    """The file piece by piece, after a proof of the second factor; on the log before its first byte."""
    row = own_package(person_of(request), pk, Event.EVIDENCE_DOWNLOAD)
    sent = Submission(request)
    with failure_as_message(request), sent:
        file = actions.take_package(actor_of(request), row)
        saved = saved_as(f"evidence-{row.number or row.alerts[0]}", "zip")
        saved["headers"]["Content-Length"] = str(row.package.size) if row.package else "0"
        return StreamingHttpResponse(pieces_of(file), **saved)
    return _package_page(request, row, sent)


@require_POST
def discard(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Erase it before its time, or stop making it."""
    row = own_package(person_of(request), pk, Event.EVIDENCE_DISCARD)
    if actions.discard(actor_of(request), row):
        messages.success(request, "The package is erased.")
    else:
        messages.info(request, "Nothing was left to erase.")
    return redirect("packages:index")
