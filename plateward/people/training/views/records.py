"""Who is due, what a person has taken, a record made, withdrawn, imported."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from plateward import clock
from plateward.audit.events import Event
from plateward.audit.log import record
from plateward.people.access import reading
from plateward.people.courses.models import Course, Load, Record
from plateward.people.deciders import named
from plateward.people.http import person_of, who_is
from plateward.people.models import Person
from plateward.people.reach import within
from plateward.people.tables import NotATable
from plateward.people.training.actions import imports, records
from plateward.people.training.actions.imports import AlreadyApplied
from plateward.people.training.forms.records import NewRecord, RecordsFile, Withdrawal
from plateward.people.training.views import due
from plateward.people.training.views.shared import show, theirs
from plateward.policy.decision import Refused

PER_PAGE = 50
SHOWN = 200  # lines of a file, of each kind


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Whose training is missing, has lapsed, or soon will: a supervisor's own people, or everybody."""
    form = due.Filters(request.GET)
    asked = form.asked()
    number = request.GET.get("page", "1")
    record(who_is(request), Event.TRAINING_VIEW, "training", page=number, filters=urlencode(asked))
    people = within(person_of(request))
    found = due.rows(people, asked | {"state": "all"})
    rows = [row for row in found if due.passes(row, asked)]
    context = {
        "form": form,
        "page": Paginator(rows, PER_PAGE).get_page(number),
        "counts": due.counted(found),
        "query": urlencode(asked),
    }
    return show(request, "index", context)


@require_GET
def person(request: HttpRequest, username: str) -> HttpResponse:
    """What a person must have, and every record there is, the withdrawn ones too."""
    found = theirs(request, username)
    record(who_is(request), Event.TRAINING_VIEW, f"person:{found.username}")
    facts = reading.facts([found.pk], clock.now())[found.pk]
    made = list(found.training.select_related("course", "load"))
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
    form, refusal = NewRecord(request.POST or None, initial=initial), None
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        who: Person = given.pop("person")
        try:
            made = records.record(who_is(request), who, given.pop("course"), **given)
        except Refused as refused:
            refusal = refused.refusal
        else:
            messages.success(request, f"Recorded: {who}, {made.course}.")
            return redirect("training:person", who.username)
    return show(request, "add", {"form": form}, refusal)


@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw a record that was wrong."""
    found = get_object_or_404(Record.objects.select_related("person", "course"), pk=pk)
    form, refusal = Withdrawal(request.POST or None), None
    if request.method == "POST" and form.is_valid():
        try:
            records.withdraw(who_is(request), found, form.cleaned_data["reason"])
        except Refused as refused:
            refusal = refused.refusal
        else:
            messages.success(request, "Withdrawn. It counts no more, and stays in the list with its reason.")
            return redirect("training:person", found.person.username)
    record(who_is(request), Event.TRAINING_VIEW, f"person:{found.person.username}", withdrawing=pk)
    return show(request, "withdraw", {"record": found, "form": form}, refusal)


@require_http_methods(["GET", "POST"])
def load(request: HttpRequest) -> HttpResponse:
    """Look at a file: what it would add, what is there already, and which lines cannot be taken."""
    form = RecordsFile(request.POST or None, request.FILES or None)
    preview = None
    if request.method == "POST" and form.is_valid():
        try:
            preview = imports.look(who_is(request), form.file_name, form.cleaned_data["file"])
        except NotATable as error:
            form.add_error("file", str(error))
    context = {"form": form, "preview": preview, "shown": SHOWN, "courses": Course.objects.all()}
    return show(request, "import", context)


@require_POST
def apply(request: HttpRequest, pk: int) -> HttpResponse:
    """Make records of the file that was looked at."""
    looked = get_object_or_404(Load, pk=pk)
    try:
        done = imports.apply(who_is(request), looked)
    except (AlreadyApplied, NotATable) as error:
        messages.error(request, str(error))
    else:
        messages.success(
            request,
            f"{looked.file_name}: {len(done.added)} added, {len(done.unchanged)} unchanged, "
            f"{len(done.rejected)} rejected.",
        )
    return redirect("training:index")
