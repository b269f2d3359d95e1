"""Courses: what each is, its materials and who acknowledged them, and who must take it."""

from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from plateward.core.audit.events import Event
from plateward.core.audit.log import record
from plateward.core.pages.acts import Submission, failure_as_message
from plateward.core.pages.documents import document_response
from plateward.ground import clock
from plateward.ground.policy.trace import enforces
from plateward.people import days
from plateward.people.access import standing
from plateward.people.actor_names import names_of
from plateward.people.http import actor_of, person_of
from plateward.people.permissions import Permission, Role
from plateward.people.reach import visible_people
from plateward.people.training.actions import courses, requirements
from plateward.people.training.models import Course, Material, Requirement, Version
from plateward.people.training.views.forms import (
    CourseForm,
    NewCourseForm,
    NewMaterialForm,
    ReleaseVersionForm,
    RequirementsForm,
)


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Every course, with the roles that must have it."""
    record(actor_of(request), Event.TRAINING_VIEW, "courses")
    in_force = Requirement.objects.filter(ends=None).order_by("role")
    roles: dict[int, list[str]] = {}
    for item in in_force:
        roles.setdefault(item.course_id, []).append(Role(item.role).label)
    rows = [
        {
            "course": item,
            "roles": roles.get(item.pk, []),
            "everybody": len(roles.get(item.pk, ())) == len(Role),
        }
        for item in Course.objects.annotate(counted=Count("materials")).order_by("name")
    ]
    return render(request, "training/courses.html", {"rows": rows})


@require_GET
def course_page(request: HttpRequest, code: str) -> HttpResponse:
    """One course: how to take it, who must have it and since when, its materials."""
    course = get_object_or_404(Course, code=code)
    record(actor_of(request), Event.TRAINING_VIEW, f"course:{course.code}")
    history = list(course.requirements.order_by("-begins", "role"))
    materials = [
        (item, list(item.versions.annotate(read=Count("acknowledgments")).order_by("-number")))
        for item in course.materials.all()
    ]
    deciders = [key for item in history for key in (item.set_by, item.ended_by)]
    deciders += [item.released_by for _, versions in materials for item in versions]
    context = {
        "course": course,
        "required": [item for item in history if item.ends is None],
        "ended": [item for item in history if item.ends is not None],
        "materials": materials,
        "names": names_of(deciders),
        "duties": course.duties.filter(closed_at=None),
    }
    return render(request, "training/course.html", context)


@require_http_methods(["GET", "POST"])
def edit_course(request: HttpRequest, code: str = "") -> HttpResponse:
    """Add a course, or change its name, clause or how to take it."""
    course = get_object_or_404(Course, code=code) if code else None
    form = (CourseForm if course else NewCourseForm)(request.POST or None, instance=course)
    sent = Submission(request, form)
    if sent.valid:
        made = courses.save_course(actor_of(request), form.save(commit=False))
        added = f"{made} is now a course. Next, set who must have it."
        messages.success(request, "Saved." if course else added)
        return redirect("training:course", made.code)
    if course:
        record(actor_of(request), Event.TRAINING_VIEW, f"course:{code}")
        course = Course.objects.get(pk=course.pk)
    return sent.render("training/course_form.html", course=course)


@enforces("6.b.i.4/data")
@require_http_methods(["GET", "POST"])
def change_requirements(request: HttpRequest, code: str) -> HttpResponse:
    """Who must have a course, and its validity: preview whom a change locks out, then apply it."""
    course = get_object_or_404(Course, code=code)
    now = {
        "roles": [requirement.role for requirement in requirements.current_requirements(course)],
        "valid_days": course.valid_days,
        "pass_mark": course.pass_mark,
    }
    form = RequirementsForm(request.POST or None, initial=now | {"agreed_on": days.today()})
    preview, sent = None, Submission(request, form)
    if sent.valid:
        given = form.cleaned_data
        if "apply" in request.POST:
            with sent:
                done = requirements.apply_requirements(actor_of(request), course, **given)
                locked = len(done.locked_out)
                locked_text = (
                    f"{locked} {'person is' if locked == 1 else 'people are'} locked out until trained."
                )
                return sent.done(
                    f"The requirement is set. {locked_text if locked else ''}".strip(),
                    "training:course",
                    code,
                )
        preview = requirements.preview_requirements(
            course, given["roles"], given["valid_days"], given["pass_mark"]
        )
        record(
            actor_of(request), Event.TRAINING_PREVIEW, f"course:{code}", locked_out=len(preview.locked_out)
        )
    else:
        record(actor_of(request), Event.TRAINING_VIEW, f"course:{code}")
    return sent.render("training/require.html", course=course, preview=preview)


@require_http_methods(["GET", "POST"])
def add_material(request: HttpRequest, code: str) -> HttpResponse:
    course = get_object_or_404(Course, code=code)
    form = NewMaterialForm(request.POST or None, request.FILES or None)
    return _release(request, form, Material(course=course))


@require_http_methods(["GET", "POST"])
def add_version(request: HttpRequest, pk: int) -> HttpResponse:
    material = get_object_or_404(Material.objects.select_related("course"), pk=pk)
    form = ReleaseVersionForm(request.POST or None, request.FILES or None)
    return _release(request, form, material)


def _release(request: HttpRequest, form: ReleaseVersionForm, material: Material) -> HttpResponse:
    """`material` is unsaved when this is its first version."""
    course, sent = material.course, Submission(request, form)
    if sent.valid:
        given = form.cleaned_data
        material.title = given.get("title", material.title)
        with sent:
            file = given["file"]
            made = courses.release_version(
                actor_of(request), material, given["summary"], file.name, file.content
            )
            return sent.done(
                f"{made} is released. Everyone who needs the course must acknowledge it.",
                "training:course",
                course.code,
            )
    return sent.render("training/release.html", course=course, material=material if material.pk else None)


def _readable_version(request: HttpRequest, pk: int) -> Version:
    """A version that applies to the viewer's role or that the viewer's permission shows; others are 404."""
    version = get_object_or_404(Version.objects.select_related("material__course"), pk=pk)
    person = person_of(request)
    now = standing.standing_of(person)
    if Permission.TRAINING_VIEW in person.permissions and now.authorized:
        return version
    granted, required = now.facts.granted, version.material.course.requirements.filter(ends=None)
    if granted and required.filter(role=granted.role).exists():
        return version
    raise Http404("Your role does not have this material.")


@require_GET
def version_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One version: what is new, the file, and whether it is acknowledged."""
    version, person = _readable_version(request, pk), person_of(request)
    record(actor_of(request), Event.TRAINING_VIEW, f"material:{version.material_id}", version=version.number)
    context = {
        "version": version,
        "latest": version.material.versions.first(),
        "names": names_of([version.released_by]),
        "concerned": courses.is_required_of(person, version.material.course),
        "mine": version.acknowledgments.filter(person=person).first(),
        "course_page": Permission.TRAINING_VIEW in person.permissions,
    }
    return render(request, "training/version.html", context)


@enforces("6.d.iv/versions", "6.b.i.9/entries", "6.b.i.9/first")
@require_GET
def download_version(request: HttpRequest, pk: int) -> HttpResponse:
    """The file, recorded before it is sent; browsers save it and never run it."""
    version = _readable_version(request, pk)
    content = courses.read_material(version)
    record(
        actor_of(request),
        Event.TRAINING_VIEW,
        f"material:{version.material_id}",
        version=version.number,
        sha256=version.sha256,
        bytes=version.size,
    )
    return document_response(content, version.file_name, version.media_type)


@require_POST
def acknowledge_version(request: HttpRequest, pk: int) -> HttpResponse:
    version = _readable_version(request, pk)
    with failure_as_message(request):
        courses.acknowledge_version(actor_of(request), version)
        messages.success(request, f"You acknowledged {version}.")
    return redirect("training:version", pk)


@require_GET
def acknowledgments(request: HttpRequest, pk: int) -> HttpResponse:
    """Who has acknowledged a version and who has not: a supervisor's own people, or everybody."""
    version = get_object_or_404(Version.objects.select_related("material__course"), pk=pk)
    record(actor_of(request), Event.TRAINING_VIEW, f"material:{version.material_id}", version=version.number)
    roles = version.material.course.requirements.filter(ends=None).values("role")
    reach = visible_people(person_of(request)).select_related("unit")
    acknowledged = version.acknowledgments.filter(person__in=reach).select_related("person__unit")
    required = standing.holders(clock.now(), role__in=roles)
    waiting = reach.filter(pk__in=required).exclude(acknowledgments__version=version)
    context = {"version": version, "acknowledged": acknowledged, "waiting": waiting}
    return render(request, "training/readers.html", context)
