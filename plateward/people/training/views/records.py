"""Whose training is due, what a person has taken, and records made, withdrawn and imported."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from plateward.core.audit.events import Event
from plateward.core.audit.log import record
from plateward.core.pages import uploads
from plateward.core.pages.acts import Submission, failure_as_message, submitted
from plateward.core.pages.bulk import each
from plateward.core.pages.lists import page_of
from plateward.core.pages.uploads import SHOWN, TableFile
from plateward.ground import clock
from plateward.people.access import fact_query
from plateward.people.actor_names import names_of
from plateward.people.http import actor_of, person_of
from plateward.people.models import Person
from plateward.people.reach import visible_people
from plateward.people.training.actions import records
from plateward.people.training.models import Course, Record
from plateward.people.training.record_csv import COLUMNS
from plateward.people.training.rules import has_passed
from plateward.people.training.views import due
from plateward.people.training.views.forms import NewRecordForm, WithdrawRecordForm

NAMED = 5  # records that a message names
HELP = (
    "Columns: badge or username, course, date, issuer, score (for a course with an exam); optional: document."
)


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
    return render(request, "training/index.html", context)


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
    return render(request, "training/person.html", context)


@require_http_methods(["GET", "POST"])
def add_record(request: HttpRequest) -> HttpResponse:
    """Record courses that people completed on a day: each person's each course by its own entry."""
    initial = {
        "people": Person.objects.filter(username=request.GET.get("person", "")[:40]),
        "courses": Course.objects.filter(code=request.GET.get("course", "")[:40]),
    }
    sent, form = submitted(request, NewRecordForm, initial=initial)
    if not sent.valid:
        return sent.render("training/add.html")
    given, actor = form.cleaned_data, actor_of(request)
    people, courses = list(given.pop("people")), given.pop("courses")
    result = each(
        [(person, course) for person in people for course in courses],
        lambda both: records.record_course(actor, *both, **given),
    )
    if result.done:
        names = "; ".join(f"{person}, {course}" for person, course in result.done[:NAMED])
        more = f" and {len(result.done) - NAMED} more" if len(result.done) > NAMED else ""
        messages.success(request, f"Recorded: {names}{more}.")
    for person, course in result.done:
        if not has_passed(given["score"], course.pass_mark):
            messages.warning(
                request,
                f"{course} needs {course.pass_mark} percent: this record of {person} does not count (clause 5.d).",
            )
    if not result.refused:
        one = people[0].username if len(people) == 1 else None
        return redirect("training:person", one) if one else redirect("training:index")
    refused = [(f"{person}, {course}", why) for (person, course), why in result.refused]
    answer = sent.render("training/add.html", refused=refused)
    answer.status_code = 409
    return answer


@require_http_methods(["GET", "POST"])
def withdraw_record(request: HttpRequest, pk: int) -> HttpResponse:
    training_record = get_object_or_404(Record.objects.select_related("person", "course"), pk=pk)
    sent, form = submitted(request, WithdrawRecordForm)
    if sent.valid:
        with sent:
            records.withdraw_record(actor_of(request), training_record, form.cleaned_data["reason"])
            return sent.done(
                "Withdrawn. It is no longer valid, and stays listed with its reason.",
                "training:person",
                training_record.person.username,
            )
    record(
        actor_of(request), Event.TRAINING_VIEW, f"person:{training_record.person.username}", withdrawing=pk
    )
    return sent.render("training/withdraw.html", record=training_record)


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
            preview = records.preview_file(actor_of(request), form.file_name, form.cleaned_data["file"])
    courses = Course.objects.all()
    return sent.render("training/import.html", preview=preview, limit=SHOWN, courses=courses)


def _apply(request: HttpRequest) -> HttpResponse:
    with failure_as_message(request):
        upload = uploads.waiting(actor_of(request), records.PURPOSE, request.POST["upload"])
        done = records.apply_records(actor_of(request), upload)
        counts = ", ".join(f"{number} {what}" for what, number in done.counts.items())
        messages.success(request, f"{upload}: {counts}.")
    return redirect("training:index")
