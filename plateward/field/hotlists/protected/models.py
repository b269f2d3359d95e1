"""The register's rows. A row is ended, never deleted, and its content never changes (migrations)."""

from django.db import models
from django.db.models import Q

from plateward.ground import clock
from plateward.ground.policy.trace import enforces
from plateward.people.actor_names import MAX_ACTOR_KEY
from plateward.people.models import Person, Unit


class Vehicles(models.QuerySet["Vehicle"]):
    """Queries for the register."""

    def in_force(self) -> "Vehicles":
        """Those that nobody has ended."""
        return self.filter(ended_at=None)


@enforces("6.a.ii.3/brake")
class Vehicle(models.Model):
    """A vehicle of the agency, or one that a person of the agency has declared as their own or their family's."""

    class Kind(models.TextChoices):
        AGENCY = "agency", "The agency's own"
        FAMILY = "family", "A family member's"
        PERSONAL = "personal", "A person's own"

    plate = models.CharField(max_length=20, help_text="As it is written on the vehicle.")
    bare = models.CharField(
        max_length=10, db_index=True, help_text="Letters and digits, with the letter O as zero."
    )
    state = models.CharField(max_length=2)
    kind = models.CharField(max_length=8, choices=Kind)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    added_by = models.CharField(max_length=MAX_ACTOR_KEY)
    added_at = models.DateTimeField(default=clock.now)
    ended_by = models.CharField(max_length=MAX_ACTOR_KEY, blank=True)
    ended_at = models.DateTimeField(null=True)

    objects = Vehicles.as_manager()

    class Meta:
        ordering = ["bare", "state", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["bare", "state", "person"],
                condition=Q(ended_at=None),
                name="a_person_declares_a_vehicle_once",
            ),
            models.UniqueConstraint(
                fields=["bare", "state"],
                condition=Q(ended_at=None, person=None),
                name="a_vehicle_of_nobody_stands_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plate} {self.state}"

    @property
    def owner_text(self) -> str:
        """Whose it is, only for people who may know."""
        if self.kind == self.Kind.PERSONAL:
            return f"a private vehicle of {self.person or 'one of the agency’s people'}"
        if self.kind == self.Kind.FAMILY:
            return f"a vehicle of the family of {self.person or 'one of the agency’s people'}"
        owners = ", ".join(str(owner) for owner in (self.person, self.unit) if owner)
        return "a vehicle of the agency" + (f" ({owners})" if owners else "")
