"""Courses and their materials: made, described, released, acknowledged."""

import hashlib

from django.conf import settings
from django.db.models import Max, QuerySet

from plateward.audit.actor import Actor
from plateward.audit.events import Event
from plateward.audit.log import act
from plateward.db.locking import lock_row
from plateward.errors import ActError
from plateward.people.actor import PersonActor
from plateward.people.courses import rules
from plateward.people.courses.models import Acknowledgment, Course, Duty, Material, MaterialFile, Version
from plateward.people.models import Person
from plateward.policy.decision import require
from plateward.policy.trace import enforces
from plateward.vault.sealing import seal, unseal

MAX_BYTES = 10 * 1024 * 1024
PDF, TEXT = "application/pdf", "text/plain; charset=utf-8"


class NotMaterial(ActError):
    """This file cannot be a material: the sentence says why."""

    field = "file"


def save_course(actor: Actor, course: Course) -> Course:
    """Make a course, or change its name, clause or how to take it; requirements change its validity."""
    with act(actor, Event.TRAINING_COURSE, f"course:{course.code}") as entry:
        entry.note(name=course.name, clause=course.clause, how=course.how, valid_days=course.valid_days)
        course.full_clean()
        if course.pk:  # another act may change its validity at this moment
            course.save(update_fields=["name", "clause", "how"])
        else:
            course.save(force_insert=True)
    return course


@enforces("6.d.iv", "6.i.i")
def release_version(
    actor: Actor, material: Material, summary: str, file_name: str, content: bytes
) -> Version:
    """Make the file the next version of a material, creating the material if new. Raises NotMaterial."""
    with act(actor, Event.TRAINING_RELEASE, f"course:{material.course.code}") as entry:
        media_type = media_type_of(content)
        if material.pk is None:
            material.full_clean()
            material.save(force_insert=True)
        lock_row(material)  # two released at once: two numbers
        last = material.versions.aggregate(last=Max("number"))["last"] or 0
        version = Version.objects.create(
            material=material,
            number=last + 1,
            summary=summary.strip(),
            file_name=_safe_file_name(file_name),
            media_type=media_type,
            size=len(content),
            sha256=hashlib.sha256(content).hexdigest(),
            released_by=actor.key,
        )
        MaterialFile.objects.create(
            version=version, sealed=seal(settings.RING.key("fields"), content, _seal_context(version))
        )
        entry.note(material=material.title, version=version.number, sha256=version.sha256, bytes=version.size)
    return version


def media_type_of(content: bytes) -> str:
    """The file type by its bytes, not by a name. Raises NotMaterial."""
    if len(content) > MAX_BYTES:
        raise NotMaterial(f"The file is larger than {MAX_BYTES // 1024 // 1024} MiB. Make it smaller.")
    if not content.strip():
        raise NotMaterial("The file is empty.")
    if content.startswith(b"%PDF-"):
        return PDF
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        raise NotMaterial("The file is not a PDF or UTF-8 text. Save it as one of these.")
    return TEXT


@enforces("6.i.i", "6.j.i")
def read_material(version: Version) -> bytes:
    """The file as it was released. Raises SealBroken if it was altered."""
    return unseal(settings.RING.key("fields"), bytes(version.file.sealed), _seal_context(version))


@enforces("6.d.iv", "6.b.i.1")
def acknowledge_version(actor: PersonActor, version: Version) -> None:
    """The person acknowledges this version; a second time changes nothing. Raises Refused."""
    with act(actor, Event.TRAINING_ACKNOWLEDGE, f"person:{actor.person.username}") as entry:
        entry.note(material=version.material.title, version=version.number, sha256=version.sha256)
        newer = version.material.versions.filter(number__gt=version.number).exists()
        require(rules.may_acknowledge(is_required_of(actor.person, version.material.course), not newer))
        Acknowledgment.objects.get_or_create(version=version, person=actor.person)


def is_required_of(person: Person, course: Course) -> bool:
    return bool(person.role) and course.requirements.filter(role=person.role, ends=None).exists()


def unacknowledged_versions(person: Person) -> QuerySet[Version]:
    """The latest versions that the person's role requires and the person has not acknowledged."""
    latest = Material.objects.filter(
        course__requirements__role=person.role, course__requirements__ends=None
    ).annotate(last=Max("versions__pk"))
    return (
        Version.objects.filter(pk__in=latest.values("last"))
        .exclude(acknowledgments__person=person)
        .select_related("material__course")
        .order_by("pk")
    )


def released_since(duty: Duty) -> Version | None:
    """The first version of a material of the course since the duty was opened."""
    return (
        Version.objects.filter(material__course=duty.course, released_at__gt=duty.opened_at)
        .select_related("material")
        .order_by("released_at")
        .first()
    )


def _safe_file_name(given: str) -> str:
    name = given.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(character for character in name if character.isprintable())[-100:] or "material"


def _seal_context(version: Version) -> bytes:
    return f"training.file:{version.material_id}:{version.number}".encode()
