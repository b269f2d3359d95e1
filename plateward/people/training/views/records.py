"""Whose training is due, what a person has taken, and records made, withdrawn and imported."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_GET, require_http_methods

from plateward import clock
from plateward.audit.events import Event
from plateward.audit.log import record
from plateward.pages import uploads
from plateward.pages.acts import Submission, failure_as_message, submitted
from plateward.pages.lists import page_of
from plateward.pages.uploads import SHOWN, TableFile
from plateward.people.access import fact_query
from plateward.people.actor_names import names_of
from plateward.people.courses.models import Course, Record
from plateward.people.courses.record_csv import COLUMNS
from plateward.people.http import actor_of, person_of
from plateward.people.models import Person
from plateward.people.reach import visible_people
from plateward.people.training.actions import imports, records
from plateward.people.training.views import due
from plateward.people.training.views.forms import NewRecordForm, WithdrawRecordForm
from plateward.people.training.views.shared import render_page

HELP = "Columns: badge or username, course, date, issuer; optional: score and document."


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Whose training is missing, has lapsed, or soon will: a supervisor's own people, or everybody."""
    filters = due.DueFilters(request.GET, visible_people(person_of(request)))
    number = request.GET.get("page", "1")
    record(actor_of(request), Event.TRAINING_VIEW, "training", page=number, filters=filters.query)
    state, course = filters.chosen.get("state", ""), filters.chosen.get("course")
    of_course = [row for row in due.due_rows(filters.qs) if not course or row.code == course.code]
    context = {
        "form": filters.form,
        "page": page_of(request, [row for row in of_course if due.is_match(row, state)]),
        "counts": due.count_by_state(of_course),
        "query": filters.query,
    }
    return render_page(request, "index", context)


@require_GET
def person_page(request: HttpRequest, username: str) -> HttpResponse:
    """What a person must have, and every record there is, including withdrawn ones."""
    visible = visible_people(person_of(request)).select_related("unit", "supervisor")
    person = get_object_or_404(visible, username=username)
    record(actor_of(request), Event.TRAINING_VIEW, f"person:{person.username}")
    facts = fact_query.read_facts([person.pk], clock.now())[person.pk]
    made = list(person.training.select_related("course", "upload"))
    context = {
        "person": person,
        "facts": facts,
        "rows": list(due.rows_of_person(person, facts)),
        "records": made,
        "names": names_of(
            key
            for training_record in made
            for key in (training_record.recorded_by, training_record.withdrawn_by)
        ),
    }
    return render_page(request, "person", context)


@require_http_methods(["GET", "POST"])
def add_record(request: HttpRequest) -> HttpResponse:
    initial = {name: request.GET.get(name, "")[:40] for name in ("person", "course")}
    initial["course"] = str(
        Course.objects.filter(code=initial["course"]).values_list("pk", flat=True).first() or ""
    )
    sent, form = submitted(request, NewRecordForm, initial=initial)
    if sent.valid:
        given = form.cleaned_data
        person: Person = given.pop("person")
        with sent:
            made = records.record_course(actor_of(request), person, given.pop("course"), **given)
            return sent.done(f"Recorded: {person}, {made.course}.", "training:person", person.username)
    return render_page(request, "add", {"form": form}, sent)


@require_http_methods(["GET", "POST"])
def withdraw_record(request: HttpRequest, pk: int) -> HttpResponse:
    training_record = get_object_or_404(Record.objects.select_related("person", "course"), pk=pk)
    sent, form = submitted(request, WithdrawRecordForm)
    if sent.valid:
        with sent:
            records.withdraw_record(actor_of(request), training_record, form.cleaned_data["reason"])
            return sent.done(
                "Withdrawn. It no longer counts, and stays in the list with its reason.",
                "training:person",
                training_record.person.username,
            )
    record(
        actor_of(request), Event.TRAINING_VIEW, f"person:{training_record.person.username}", withdrawing=pk
    )
    return render_page(request, "withdraw", {"record": training_record, "form": form}, sent)


@require_http_methods(["GET", "POST"])
def preview_file(request: HttpRequest) -> HttpResponse:
    """Preview a file: what it would add, what already exists, and which lines are rejected; with `upload`,
    make records of it."""
    if "upload" in request.POST:
        return _apply(request)
    form = TableFile(COLUMNS, HELP, request.POST or None, request.FILES or None)
    preview, sent = None, Submission(request, form)
    if sent.valid:
        with sent:
            preview = imports.preview_file(actor_of(request), form.file_name, form.cleaned_data["file"])
    context = {"form": form, "preview": preview, "limit": SHOWN, "courses": Course.objects.all()}
    return render_page(request, "import", context, sent)


def _apply(request: HttpRequest) -> HttpResponse:
    with failure_as_message(request):
        upload = uploads.waiting(actor_of(request), imports.PURPOSE, request.POST["upload"])
        done = imports.apply_records(actor_of(request), upload)
        counts = ", ".join(f"{number} {what}" for what, number in done.counts.items())
        messages.success(request, f"{upload}: {counts}.")
    return redirect("training:index")
