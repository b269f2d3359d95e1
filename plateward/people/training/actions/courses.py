"""Courses and their materials: made, described, released, acknowledged."""

import hashlib
from collections.abc import Iterable

from django.db.models import Max, prefetch_related_objects

from plateward.core.audit.actor import Actor
from plateward.core.audit.events import Event
from plateward.core.audit.log import act
from plateward.core.db.locking import lock_row
from plateward.core.db.rows import read_rows
from plateward.core.pages.documents import media_type_of, safe_file_name
from plateward.ground.policy.decision import require
from plateward.ground.policy.trace import enforces
from plateward.people.actor import PersonActor
from plateward.people.models import Person
from plateward.people.training import rules
from plateward.people.training.catalog import YEARLY
from plateward.people.training.models import (
    Course,
    Duty,
    Material,
    MaterialAcknowledgment,
    MaterialFile,
    Requirement,
    Version,
)


def save_course(actor: Actor, course: Course) -> Course:
    """Make a course, or change its name, clause or how to take it; requirements change its validity."""
    with act(actor, Event.TRAINING_COURSE, f"course:{course.code}") as entry:
        entry.note(name=course.name, clause=course.clause, how=course.how, valid_days=course.valid_days)
        entry.note(pass_mark=course.pass_mark)
        require(rules.may_require(course.pass_mark, course.valid_days, YEARLY.get(course.code)))
        course.full_clean()
        if course.pk:  # another act may change its validity at this moment
            course.save(update_fields=["name", "clause", "how"])
        else:
            course.save(force_insert=True)
    return course


@enforces("6.d.iv/versions", "6.i.i/aes")
def release_version(
    actor: Actor, material: Material, summary: str, file_name: str, content: bytes
) -> Version:
    """Make the file the next version of a material, creating the material if new. Raises NotADocument."""
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
            file_name=safe_file_name(file_name),
            media_type=media_type,
            size=len(content),
            sha256=hashlib.sha256(content).hexdigest(),
            released_by=actor.key,
        )
        MaterialFile.objects.create(version=version, content=content)
        entry.note(material=material.title, version=version.number, sha256=version.sha256, bytes=version.size)
    return version


@enforces("6.i.i/aes")
def read_material(version: Version) -> bytes:
    """The file as it was released. Raises SealBroken if it was altered."""
    return bytes(version.file.content)


@enforces("6.d.iv/versions")
def acknowledge_version(actor: PersonActor, version: Version) -> None:
    """The person acknowledges this version; a second time changes nothing. Raises Refused."""
    with act(actor, Event.TRAINING_ACKNOWLEDGE, f"person:{actor.person.username}") as entry:
        entry.note(material=version.material.title, version=version.number, sha256=version.sha256)
        newer = version.material.versions.filter(number__gt=version.number).exists()
        require(rules.may_acknowledge(is_required_of(actor.person, version.material.course), not newer))
        MaterialAcknowledgment.objects.get_or_create(version=version, person=actor.person)


def is_required_of(person: Person, course: Course) -> bool:
    return bool(person.role) and course.requirements.filter(role=person.role, ends=None).exists()


# Every page asks this: the ORM takes several times as long to build it as the database to answer it.
UNACKNOWLEDGED = f"""
SELECT v.* FROM {Version._meta.db_table} v
WHERE NOT EXISTS (
    SELECT 1 FROM {Version._meta.db_table} n WHERE n.material_id = v.material_id AND n.id > v.id
) AND NOT EXISTS (
    SELECT 1 FROM {MaterialAcknowledgment._meta.db_table} a WHERE a.version_id = v.id AND a.person_id = %s
) AND EXISTS (
    SELECT 1 FROM {Material._meta.db_table} m JOIN {Requirement._meta.db_table} r ON r.course_id = m.course_id
    WHERE m.id = v.material_id AND r.role = %s AND r.ends IS NULL
)
ORDER BY v.id
"""  # noqa: S608, names of tables alone


def unacknowledged_versions(person: Person) -> Iterable[Version]:
    """The latest versions that the person's role requires and the person has not acknowledged."""
    versions = read_rows(Version, UNACKNOWLEDGED, [person.pk, person.role])
    prefetch_related_objects(versions, "material")
    return versions


def released_since(duty: Duty) -> Version | None:
    """The first version of a material of the course since the duty was opened."""
    return (
        Version.objects.filter(material__course=duty.course, released_at__gt=duty.opened_at)
        .select_related("material")
        .order_by("released_at")
        .first()
    )
