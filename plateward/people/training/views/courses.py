"""Courses: what each is, its materials and who acknowledged them, and who must have it."""

from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from plateward import clock
from plateward.audit.events import Event
from plateward.audit.log import record
from plateward.pages.acts import Submission, failure_as_message
from plateward.people import days
from plateward.people.access import standing
from plateward.people.access.models import Access
from plateward.people.courses.models import Course, Material, Requirement, Version
from plateward.people.deciders import named
from plateward.people.http import person_of, who_is
from plateward.people.models import Person
from plateward.people.permissions import Permission, Role
from plateward.people.reach import within
from plateward.people.training.actions import courses, requirements
from plateward.people.training.forms.courses import (
    Describe,
    NewCourse,
    NewMaterial,
    Release,
    Requirements,
)
from plateward.people.training.views.shared import show
from plateward.policy.trace import enforces


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Every course, with the roles that must have it."""
    record(who_is(request), Event.TRAINING_VIEW, "courses")
    in_force = Requirement.objects.filter(ends=None).order_by("role")
    roles: dict[int, list[str]] = {}
    for one in in_force:
        roles.setdefault(one.course_id, []).append(Role(one.role).label)
    rows = [
        {"course": one, "roles": roles.get(one.pk, []), "everybody": len(roles.get(one.pk, ())) == len(Role)}
        for one in Course.objects.annotate(counted=Count("materials")).order_by("name")
    ]
    return show(request, "courses", {"rows": rows})


@require_GET
def course(request: HttpRequest, code: str) -> HttpResponse:
    """One course: how one gets it, who must have it and since when, its materials."""
    found = get_object_or_404(Course, code=code)
    record(who_is(request), Event.TRAINING_VIEW, f"course:{found.code}")
    history = list(found.requirements.order_by("-begins", "role"))
    materials = [
        (one, list(one.versions.annotate(read=Count("acknowledgments")).order_by("-number")))
        for one in found.materials.all()
    ]
    deciders = [key for one in history for key in (one.set_by, one.ended_by)]
    deciders += [one.released_by for _, versions in materials for one in versions]
    context = {
        "course": found,
        "required": [one for one in history if one.ends is None],
        "ended": [one for one in history if one.ends is not None],
        "materials": [{"material": one, "versions": versions} for one, versions in materials],
        "names": named(deciders),
        "duties": found.duties.filter(closed_at=None),
    }
    return show(request, "course", context)


@require_http_methods(["GET", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """A new course."""
    form = NewCourse(request.POST or None)
    sent = Submission(request, form)
    if sent.valid:
        made = courses.describe(who_is(request), form.save(commit=False))
        messages.success(request, f"{made} is a course now. Say next who must have it.")
        return redirect("training:course", made.code)
    return show(request, "course_form", {"form": form, "course": None}, sent)


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, code: str) -> HttpResponse:
    """Another name, clause or way to a course."""
    found = get_object_or_404(Course, code=code)
    form = Describe(request.POST or None, instance=found)
    sent = Submission(request, form)
    if sent.valid:
        courses.describe(who_is(request), form.save(commit=False))
        messages.success(request, "Saved.")
        return redirect("training:course", code)
    record(who_is(request), Event.TRAINING_VIEW, f"course:{code}")
    return show(request, "course_form", {"form": form, "course": Course.objects.get(pk=found.pk)}, sent)


@enforces("6.b.i.4")
@require_http_methods(["GET", "POST"])
def require(request: HttpRequest, code: str) -> HttpResponse:
    """Who must have a course, and its validity: look first at whom a change locks out, then apply it."""
    found = get_object_or_404(Course, code=code)
    now = {"roles": [one.role for one in requirements.required(found)], "valid_days": found.valid_days}
    form = Requirements(request.POST or None, initial=now | {"agreed_on": days.today()})
    preview, sent = None, Submission(request, form)
    if sent.valid:
        given = form.cleaned_data
        change = {"roles": given["roles"], "valid_days": given["valid_days"]}
        if "apply" in request.POST:
            agreed = {name: given[name] for name in ("agreed_with", "agreed_on", "looked_at")}
            with sent:
                done = requirements.apply(who_is(request), found, **change, **agreed)
                locked = len(done.locked_out)
                told = f"{locked} {'person is' if locked == 1 else 'people are'} locked out until trained."
                messages.success(request, f"The requirement stands. {told if locked else ''}".strip())
                return redirect("training:course", code)
        preview = requirements.preview(found, **change)
        record(who_is(request), Event.TRAINING_PREVIEW, f"course:{code}", locked_out=len(preview.locked_out))
    else:
        record(who_is(request), Event.TRAINING_VIEW, f"course:{code}")
    context = {"course": found, "form": form, "preview": preview}
    return show(request, "require", context, sent)


@require_http_methods(["GET", "POST"])
def material(request: HttpRequest, code: str) -> HttpResponse:
    """A new material of a course."""
    found = get_object_or_404(Course, code=code)
    form = NewMaterial(request.POST or None, request.FILES or None)
    return _release(request, form, Material(course=found))


@require_http_methods(["GET", "POST"])
def release(request: HttpRequest, pk: int) -> HttpResponse:
    """The next version of a material."""
    found = get_object_or_404(Material.objects.select_related("course"), pk=pk)
    form = Release(request.POST or None, request.FILES or None)
    return _release(request, form, found)


def _release(request: HttpRequest, form: Release, material: Material) -> HttpResponse:
    """`material` is not stored yet where this is its first version."""
    course, sent = material.course, Submission(request, form)
    if sent.valid:
        given = form.cleaned_data
        material.title = given.get("title", material.title)
        with sent:
            made = courses.release(who_is(request), material, given["summary"], form.file_name, given["file"])
            messages.success(
                request, f"{made} is released. Whoever needs the course is asked to acknowledge it."
            )
            return redirect("training:course", course.code)
    context = {"course": course, "form": form, "material": material if material.pk else None}
    return show(request, "release", context, sent)


def _readable(request: HttpRequest, pk: int) -> Version:
    """A version that concerns the viewer's role, or that the viewer's duty lets them see; others are not there."""
    found = get_object_or_404(Version.objects.select_related("material__course"), pk=pk)
    person = person_of(request)
    duty = Permission.TRAINING_VIEW in person.permissions and standing.of(person).authorized
    granted = standing.of(person).facts.granted
    if duty or (granted and found.material.course.requirements.filter(role=granted.role, ends=None).exists()):
        return found
    raise Http404("There is no such material for your role.")


@require_GET
def version(request: HttpRequest, pk: int) -> HttpResponse:
    """One version: what is new, the file, and whether it is acknowledged."""
    found, person = _readable(request, pk), person_of(request)
    record(who_is(request), Event.TRAINING_VIEW, f"material:{found.material_id}", version=found.number)
    context = {
        "version": found,
        "latest": found.material.versions.first(),
        "names": named([found.released_by]),
        "concerned": courses.concerned(person, found.material.course),
        "mine": found.acknowledgments.filter(person=person).first(),
        "course_page": Permission.TRAINING_VIEW in person.permissions,
    }
    return show(request, "version", context)


@enforces("6.d.iv", "6.b.i.9")
@require_GET
def download(request: HttpRequest, pk: int) -> HttpResponse:
    """The file, recorded before it is sent; a browser saves it and runs nothing of it."""
    found = _readable(request, pk)
    content = courses.opened(found)
    record(
        who_is(request),
        Event.TRAINING_VIEW,
        f"material:{found.material_id}",
        version=found.number,
        sha256=found.sha256,
        bytes=found.size,
    )
    headers = {
        "Content-Disposition": content_disposition_header(True, found.file_name) or "attachment",
        "X-Content-Type-Options": "nosniff",
    }
    return HttpResponse(content, content_type=found.media_type, headers=headers)


@require_POST
def acknowledge(request: HttpRequest, pk: int) -> HttpResponse:
    """I have taken note of this version."""
    found = _readable(request, pk)
    with failure_as_message(request):
        courses.acknowledge(who_is(request), person_of(request), found)
        messages.success(request, f"You acknowledged {found}.")
    return redirect("training:version", pk)


@require_GET
def readers(request: HttpRequest, pk: int) -> HttpResponse:
    """Who has acknowledged a version, and who has not yet: a supervisor's own people, or everybody."""
    found = get_object_or_404(Version.objects.select_related("material__course"), pk=pk)
    record(who_is(request), Event.TRAINING_VIEW, f"material:{found.material_id}", version=found.number)
    roles = found.material.course.requirements.filter(ends=None).values("role")
    approved = Access.objects.filter(role__in=roles, decision=Access.Decision.APPROVED)
    reach = within(person_of(request)).select_related("unit")
    acknowledged = found.acknowledgments.filter(person__in=reach).select_related("person__unit")
    waiting = reach.filter(
        Q(pk__in=standing.live(approved, clock.now()).values("person"))
        & ~Q(pk__in=Person.objects.filter(acknowledgments__version=found))
    )
    context = {"version": found, "acknowledged": acknowledged, "waiting": waiting}
    return show(request, "readers", context)
