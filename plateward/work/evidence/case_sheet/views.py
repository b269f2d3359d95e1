"""The case sheet of an alert: what it is for, and the PDF."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET, require_POST

from plateward.core.audit.events import Event
from plateward.core.audit.log import record
from plateward.core.cases.forms import NumberField
from plateward.core.pages.acts import Submission, submitted
from plateward.core.pages.csv_export import saved_as
from plateward.ground.policy.decision import refusal_in, require
from plateward.ground.policy.trace import enforces
from plateward.people.http import actor_of, person_of
from plateward.work.alerts.audience.alerts import alert_or_404
from plateward.work.alerts.leaving import BEGUN, Destination, ReleaseForm, enter_case, release_initial
from plateward.work.alerts.models import Alert
from plateward.work.evidence.case_sheet.actions import may_print, print_sheet
from plateward.work.evidence.numbers import number_of


class CaseSheetForm(ReleaseForm):
    """Under which number, and for whom."""

    number = NumberField(
        label="CAD or case number",
        help_text="The case that the sheet is for. It is on the sheet and on the log.",
    )


@require_GET
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """What the sheet has, and its form."""
    alert = alert_or_404(request, pk)
    record(actor_of(request), Event.ALERT_VIEW, f"alert:{pk}", page="case sheet")
    initial = {"number": number_of(alert)} | release_initial(person_of(request))
    return _page(alert, submitted(request, CaseSheetForm, initial=initial)[0])


@require_POST
@enforces("6.h.iv/custody", "6.c.ii.1/all")
def make(request: HttpRequest, pk: int) -> HttpResponse:
    """The PDF, after a proof of the second factor."""
    alert = alert_or_404(request, pk)
    sent, form = submitted(request, CaseSheetForm)
    if sent.valid:
        with sent:
            actor, release = actor_of(request), form.release(form.cleaned_data["number"])
            if release.destination == Destination.DEMS:
                require(may_print(alert))
                entry = enter_case(actor, release, alerts=[alert.pk])
                if entry.sends:
                    return sent.done(BEGUN, entry.url)
            content = print_sheet(actor, alert, release)
            return HttpResponse(content, **saved_as(f"case-sheet-{pk}", "pdf"))
    return _page(alert, sent)


def _page(alert: Alert, sent: Submission) -> HttpResponse:
    """Context: alert; form; refusal; barred, why there is no sheet yet."""
    return sent.render("case_sheet/ask.html", alert=alert, barred=refusal_in(may_print(alert)))
