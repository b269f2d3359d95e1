"""Where units last were, who was notified of an alert and acknowledged it, and when it escalates."""

from django.db import models

from plateward.core.db.row import InOrder, Row
from plateward.field.fleet.models import Reader
from plateward.people.models import Person, Unit
from plateward.work.alerts.models import Alert, AlertRecord
from plateward.work.alerts.routing.rules import NotifyReason, NotifyTarget, QuietPeriod


class Whereabouts(Row):
    """Where a reader last saw a plate; earlier places are not kept."""

    reader = models.OneToOneField(Reader, on_delete=models.CASCADE, primary_key=True, related_name="+")
    lat = models.FloatField()
    lon = models.FloatField()
    at = models.DateTimeField(db_index=True)


class Notification(InOrder):
    """For whom an alert rings, and why. Rows are added, never changed."""

    alert = models.ForeignKey(Alert, on_delete=models.PROTECT, related_name="notifications")
    why = models.CharField(max_length=14, help_text="See routing.rules.Why.")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    meters = models.PositiveIntegerField(null=True, help_text="How far away its reader was.")
    at = models.DateTimeField()

    def __str__(self) -> str:
        match NotifyReason(self.why):
            case NotifyReason.READER:
                return f"{self.unit} (own reader)"
            case NotifyReason.NEAR:
                return f"{self.unit}, {(self.meters or 0) / 1000:.1f} km away"
            case NotifyReason.COMMUNICATIONS:
                return "Communications"
            case NotifyReason.NAMED:
                return "the people named by its list"
            case NotifyReason.EVERYONE:
                return "everyone in its list's audience"
            case NotifyReason.ESCALATED:
                return f"{self.person}, since nobody had acknowledged"

    @property
    def target(self) -> NotifyTarget:
        """As the rules see it."""
        return NotifyTarget(NotifyReason(self.why), self.unit_id, self.person_id, self.meters)


class Acknowledgment(AlertRecord):
    """A person has seen the alert: it stops ringing for them."""

    alert = models.ForeignKey(Alert, on_delete=models.PROTECT, related_name="acknowledgments")

    class Meta(AlertRecord.Meta):
        constraints = [
            models.UniqueConstraint(fields=["alert", "by"], name="one_acknowledgment_per_alert_and_person")
        ]


class Unanswered(Row):
    """An alert that rings until somebody it rings for acknowledges it. `rang_at`: since when; `level`: how far up the
    chain of command it is; `due_at`: when it escalates (null: never); `answered_at`: when it was acknowledged."""

    alert = models.OneToOneField(Alert, on_delete=models.CASCADE, primary_key=True, related_name="unanswered")
    rang_at = models.DateTimeField(null=True)
    level = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(null=True, db_index=True)
    answered_at = models.DateTimeField(null=True)


class QuietHours(Row):
    """When low and normal alarms are silent for this person, by the agency's clock."""

    person = models.OneToOneField(
        Person, on_delete=models.CASCADE, primary_key=True, related_name="quiet_hours"
    )
    begins = models.TimeField()
    ends = models.TimeField()

    @property
    def quiet(self) -> QuietPeriod:
        """As the rules see it."""
        return QuietPeriod(self.begins, self.ends)
