"""Who is due, what a person has taken, a record made, withdrawn, imported."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_GET, require_http_methods

from plateward import clock
from plateward.audit.events import Event
from plateward.audit.log import record
from plateward.pages import uploads
from plateward.pages.acts import Submission, failure_as_message
from plateward.pages.lists import page_of
from plateward.pages.uploads import SHOWN, TableFile
from plateward.people.access import reading
from plateward.people.courses.csv_file import COLUMNS
from plateward.people.courses.models import Course, Record
from plateward.people.deciders import named
from plateward.people.http import person_of, who_is
from plateward.people.models import Person
from plateward.people.reach import within
from plateward.people.training.actions import imports, records
from plateward.people.training.forms.records import NewRecord, Withdrawal
from plateward.people.training.views import due
from plateward.people.training.views.shared import show, theirs

HELP = "Columns: badge or username, course, date, issuer; score and document if there are any."


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Whose training is missing, has lapsed, or soon will: a supervisor's own people, or everybody."""
    filters = due.Filters(request.GET, within(person_of(request)))
    number = request.GET.get("page", "1")
    record(who_is(request), Event.TRAINING_VIEW, "training", page=number, filters=filters.query)
    state, course = filters.chosen.get("state", ""), filters.chosen.get("course")
    of_course = [row for row in due.rows(filters.qs) if due.passes(row, "all", course)]
    context = {
        "form": filters.form,
        "page": page_of(request, [row for row in of_course if due.passes(row, state)]),
        "counts": due.counted(of_course),
        "query": filters.query,
    }
    return show(request, "index", context)


@require_GET
def person(request: HttpRequest, username: str) -> HttpResponse:
    """What a person must have, and every record there is, the withdrawn ones too."""
    found = theirs(request, username)
    record(who_is(request), Event.TRAINING_VIEW, f"person:{found.username}")
    facts = reading.facts([found.pk], clock.now())[found.pk]
    made = list(found.training.select_related("course", "upload"))
    context = {
        "person": found,
        "facts": facts,
        "rows": list(due.of(found, facts)),
        "records": made,
        "names": named(key for one in made for key in (one.recorded_by, one.withdrawn_by)),
    }
    return show(request, "person", context)


@require_http_methods(["GET", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """Record that somebody has taken a course."""
    initial = {name: request.GET.get(name, "")[:40] for name in ("person", "course")}
    initial["course"] = str(
        Course.objects.filter(code=initial["course"]).values_list("pk", flat=True).first() or ""
    )
    form = NewRecord(request.POST or None, initial=initial)
    sent = Submission(request, form)
    if sent.valid:
        given = form.cleaned_data
        who: Person = given.pop("person")
        with sent:
            made = records.record(who_is(request), who, given.pop("course"), **given)
            messages.success(request, f"Recorded: {who}, {made.course}.")
            return redirect("training:person", who.username)
    return show(request, "add", {"form": form}, sent)


@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw a record that was wrong."""
    found = get_object_or_404(Record.objects.select_related("person", "course"), pk=pk)
    form = Withdrawal(request.POST or None)
    sent = Submission(request, form)
    if sent.valid:
        with sent:
            records.withdraw(who_is(request), found, form.cleaned_data["reason"])
            messages.success(request, "Withdrawn. It counts no more, and stays in the list with its reason.")
            return redirect("training:person", found.person.username)
    record(who_is(request), Event.TRAINING_VIEW, f"person:{found.person.username}", withdrawing=pk)
    return show(request, "withdraw", {"record": found, "form": form}, sent)


@require_http_methods(["GET", "POST"])
def load(request: HttpRequest) -> HttpResponse:
    """Look at a file: what it would add, what is there already, and which lines cannot be taken; with `upload`, make
    records of it."""
    if "upload" in request.POST:
        return _apply(request)
    form = TableFile(COLUMNS, HELP, request.POST or None, request.FILES or None)
    preview, sent = None, Submission(request, form)
    if sent.valid:
        with sent:
            preview = imports.look(who_is(request), form.file_name, form.cleaned_data["file"])
    context = {"form": form, "preview": preview, "shown": SHOWN, "courses": Course.objects.all()}
    return show(request, "import", context, sent)


def _apply(request: HttpRequest) -> HttpResponse:
    with failure_as_message(request):
        upload = uploads.waiting(who_is(request), imports.PURPOSE, request.POST["upload"])
        done = imports.apply(who_is(request), upload)
        messages.success(
            request,
            f"{upload}: {len(done.added)} added, {len(done.unchanged)} unchanged, "
            f"{len(done.rejected)} rejected.",
        )
    return redirect("training:index")
