"""The page that asks for an export, and the export itself: a file, or a page to print."""

from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views.decorators.http import require_GET, require_POST

from plateward.core.audit.events import Event
from plateward.core.audit.log import record
from plateward.core.pages.acts import Submission, submitted
from plateward.core.pages.csv_export import saved_as
from plateward.core.pages.fields import ButtonsField
from plateward.core.pages.marking import MARKING
from plateward.field.reads.queries import ReadSummary
from plateward.ground.policy.trace import enforces
from plateward.people.http import actor_of, person_of
from plateward.work.alerts.leaving import BEGUN, Destination, ReleaseForm, release_initial
from plateward.work.searches.exports.actions import enter_case_with, export_results
from plateward.work.searches.exports.files import ExportMark, csv_of
from plateward.work.searches.exports.pictures import MOST_PRINTED, PrintedRead
from plateward.work.searches.exports.rules import MOST_READS
from plateward.work.searches.http import own_search_or_404
from plateward.work.searches.models import Search
from plateward.work.searches.records import NotTheirs


class ExportForm(ReleaseForm):
    """How results are taken along."""

    OF_FILE = ("kind",)
    kind = ButtonsField(
        [("csv", "CSV, for a spreadsheet"), ("print", "Pages to print")],
        "Format",
        "Both are marked with your name, and on the log.",
        initial="csv",
    )


@require_GET
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """What an export of this search is, and its form."""
    return _form_page(
        request, pk, submitted(request, ExportForm, initial=release_initial(person_of(request)))[0]
    )


@require_POST
@enforces("6.h.iii/approval", "6.c.ii.1/all")
def make(request: HttpRequest, pk: int) -> HttpResponse:
    """The export, after a proof of the second factor."""
    sent, form = submitted(request, ExportForm)
    if sent.valid:
        kind, actor = form.cleaned_data["kind"], actor_of(request)

        def page_of_rows(mark: ExportMark, rows: list[ReadSummary], printed: list[PrintedRead]) -> bytes:
            query = Search.objects.get(pk=pk).query
            context = {"mark": mark, "query": query, "rows": rows, "printed": printed, "marking": MARKING}
            return render_to_string("exports/print.html", context, request).encode()

        with sent:
            try:
                release = form.release(own_search_or_404(request, pk, Event.SEARCH_EXPORT).number)
                if release.destination == Destination.DEMS:
                    entry = enter_case_with(actor, pk, release)
                    if entry.sends:
                        return sent.done(BEGUN, entry.url)
                made = export_results(actor, pk, kind, release, csv_of if kind == "csv" else page_of_rows)
            except NotTheirs as error:
                raise Http404("There is no such search.") from error
            if kind == "csv":
                return HttpResponse(made.content, **saved_as(f"search-{pk}-{made.mark.id}"))
            return HttpResponse(made.content)
    return _form_page(request, pk, sent)


def _form_page(request: HttpRequest, pk: int, sent: Submission) -> HttpResponse:
    search = own_search_or_404(request, pk, Event.SEARCH_EXPORT)
    record(actor_of(request), Event.SEARCH_VIEW, f"search:{pk}", page="export")
    return sent.render("exports/ask.html", search=search, most=MOST_READS, printed=MOST_PRINTED)
