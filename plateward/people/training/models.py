"""Courses, materials, requirements, records, duties to retrain. They end; nothing is deleted (migrations)."""

from datetime import datetime

from django.db import models
from django.db.models.functions import Coalesce

from plateward.core.db.fields import SealedBytesField, SealedTextField
from plateward.core.db.row import Named, Row
from plateward.core.pages.models import Upload
from plateward.ground import clock
from plateward.ground.policy.trace import enforces
from plateward.people import days
from plateward.people.actor_names import MAX_ACTOR_KEY
from plateward.people.models import Person
from plateward.people.permissions import Role
from plateward.people.training.rules import has_passed

ROLES = Role.choices()


class Course(Named):
    """Something to learn."""

    code = models.SlugField(
        max_length=40, unique=True, error_messages={"unique": "Another course has this code."}
    )
    name = models.CharField(max_length=100)
    clause = models.CharField(max_length=40, blank=True)  # the policy row that asks for it
    valid_days = models.PositiveIntegerField(null=True, blank=True)  # None: it does not lapse
    pass_mark = models.PositiveSmallIntegerField(null=True, blank=True)  # percent; None: it has no exam
    how = models.CharField(max_length=400, blank=True)  # how a person takes it
    created = models.DateTimeField(default=clock.now)


@enforces(
    "5.d/training",
    "5.e/training",
    "5.e/exam",
    "5.e/cjis",
    "6.b.i.4/data",
    "6.b.i.4/bureau",
    "6.d.iii/elevated",
    "AT-3/roles",
)
class Requirement(Row):
    """People in a role must have a course, for a period, as agreed with the Advanced Training Bureau.

    `valid_days` and `pass_mark` are the course's for this period: another one ends one requirement and begins the next.
    """

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="requirements")
    role = models.CharField(max_length=20, choices=ROLES)
    valid_days = models.PositiveIntegerField(null=True, blank=True)
    pass_mark = models.PositiveSmallIntegerField(null=True, blank=True)
    begins = models.DateTimeField()
    ends = models.DateTimeField(null=True, blank=True)
    set_by = models.CharField(max_length=MAX_ACTOR_KEY)
    agreed_with = models.CharField(max_length=100)  # who at the bureau
    agreed_on = models.DateField()
    ended_by = models.CharField(max_length=MAX_ACTOR_KEY, blank=True)
    end_agreed_with = models.CharField(max_length=100, blank=True)
    end_agreed_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["course", "role"], condition=models.Q(ends=None), name="training_one_live_requirement"
            ),
            models.CheckConstraint(
                condition=models.Q(pass_mark=None) | models.Q(pass_mark__range=(1, 100)),
                name="training_pass_mark_is_a_percentage",
            ),
        ]
        indexes = [models.Index(fields=["role", "begins"], name="training_requirement_of")]


class Records(models.QuerySet["Record"]):
    @enforces("6.d.i/before")
    def standing(self, moment: datetime) -> "Records":
        """Those that stand at the moment: entered, of a past or present day, not withdrawn."""
        return self.filter(
            models.Q(withdrawn_at=None) | models.Q(withdrawn_at__gt=moment),
            completed_on__lte=days.day_of(moment),
            recorded_at__lte=moment,
        )

    @enforces("5.d/exam", "5.d/cjis", "5.e/training", "AT-2/yearly")
    def counting(self, moment: datetime) -> "Records":
        """Those of them with a passing result, where the course had an exam then."""
        marked = Requirement.objects.filter(
            models.Q(ends=None) | models.Q(ends__gt=moment),
            course=models.OuterRef("course"),
            begins__lte=moment,
            pass_mark__gt=Coalesce(models.OuterRef("score"), 0, output_field=models.DecimalField()),
        )
        return self.standing(moment).filter(~models.Exists(marked))


@enforces("6.b.i.4/records", "6.d.i/before", "6.d.ii/yearly", "AT-4/kept")
class Record(Row):
    """A person has taken a course. It counts from the completion day, for as long as the course is valid."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="training")
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="records")
    issuer = models.CharField(max_length=100)
    completed_on = models.DateField()  # the agency's calendar day
    score = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)  # percent, in the exam
    document = models.CharField(max_length=200, blank=True)  # the certificate's number or file
    upload = models.ForeignKey(
        Upload, on_delete=models.PROTECT, null=True, blank=True, related_name="records"
    )
    recorded_by = models.CharField(max_length=MAX_ACTOR_KEY)
    recorded_at = models.DateTimeField(default=clock.now)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.CharField(max_length=MAX_ACTOR_KEY, blank=True)
    withdrawn_reason = models.CharField(max_length=400, blank=True)

    objects = Records.as_manager()

    class Meta:
        ordering = ["-completed_on", "-pk"]
        indexes = [models.Index(fields=["person", "course"], name="training_record_of")]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "course", "completed_on"],
                condition=models.Q(withdrawn_at=None),
                name="training_one_record_a_day",
            )
        ]

    @property
    def passed(self) -> bool:
        """Whether it counts by the course's present pass mark."""
        return has_passed(self.score, self.course.pass_mark)


class Material(models.Model):
    """Teaching material of a course: a handbook, slides."""

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="materials")
    title = models.CharField(max_length=100)

    class Meta:
        ordering = ["title"]
        constraints = [
            models.UniqueConstraint(
                fields=["course", "title"],
                name="training_one_material",
                violation_error_message="This course has a material of this title: release a new version of it.",
            )
        ]

    def __str__(self) -> str:
        return self.title


@enforces("6.d.iv/versions")
class Version(models.Model):
    """A material as released. It never changes; the next version has the next number."""

    material = models.ForeignKey(Material, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    summary = models.CharField(max_length=400)  # what is new
    file_name = models.CharField(max_length=100)
    media_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField()  # bytes
    sha256 = models.CharField(max_length=64)
    released_by = models.CharField(max_length=MAX_ACTOR_KEY)
    released_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["material", "number"], name="training_one_version_a_number")
        ]

    def __str__(self) -> str:
        return f"{self.material}, version {self.number}"


class MaterialFile(Row):
    """A version's file, under AES-256-GCM; separate, so that listing versions reads none."""

    version = models.OneToOneField(Version, on_delete=models.PROTECT, primary_key=True, related_name="file")
    content = SealedBytesField()


@enforces("6.d.iv/versions")
class MaterialAcknowledgment(Row):
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="acknowledgments")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="acknowledgments")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["version", "person"], name="training_acknowledged_once")
        ]


@enforces("6.d.iv/incident", "6.d.iv/policy", "AT-2/incident")
class Duty(Row):
    """After a change of policy or a security incident: update a course's materials and retrain people."""

    sealed_without = ("owner", "closed_by", "closed_at")

    class Kind(models.TextChoices):
        POLICY = "policy", "Policy change"
        INCIDENT = "incident", "Security incident"

    kind = models.CharField(max_length=8, choices=Kind)
    title = models.CharField(max_length=100)
    what = SealedTextField(max_length=2000)
    reference = models.CharField(max_length=60, blank=True)  # the order, or the breach, as filed
    happened_on = models.DateField()  # when the policy changed or the incident happened
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="duties")
    owner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="training_duties")
    update_due = models.DateField()
    retrain_due = models.DateField()
    opened_by = models.CharField(max_length=MAX_ACTOR_KEY)
    opened_at = models.DateTimeField(default=clock.now)
    opened_on = models.DateField()  # the agency's day of it: what was completed earlier does not count
    closed_by = models.CharField(max_length=MAX_ACTOR_KEY, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["retrain_due", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "reference", "course"],
                condition=~models.Q(reference=""),
                name="training_one_duty_a_reference",
                violation_error_message="A duty for this course was opened for this reference already.",
            )
        ]


class Concern(Row):
    """Whom a duty concerns: everybody in a role, or one named person."""

    duty = models.ForeignKey(Duty, on_delete=models.PROTECT, related_name="concerns")
    role = models.CharField(max_length=20, choices=ROLES, blank=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(role="", person__isnull=False)
                | (~models.Q(role="") & models.Q(person=None)),
                name="training_concern_is_one",
            )
        ]


class RetrainingException(Row):
    """A person is excused from a duty's retraining, with the reason."""

    duty = models.ForeignKey(Duty, on_delete=models.PROTECT, related_name="exceptions")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=400)
    made_by = models.CharField(max_length=MAX_ACTOR_KEY)
    made_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["duty", "person"], name="training_excepted_once")]
