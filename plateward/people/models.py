"""Named accounts, the sessions in which people are signed in, and the registered terminals."""

from collections.abc import Callable
from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.hashers import check_password
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.functional import cached_property

from plateward.core.db.fields import RowSealField, SealedTextField, is_sealed
from plateward.core.db.row import Named, Row
from plateward.ground import clock
from plateward.ground.policy.trace import enforces
from plateward.people.employment import Employment
from plateward.people.permissions import Permission, Role
from plateward.people.signed import permitted

USERNAME = r"^[a-z][a-z0-9._-]+\Z"
FACTORS = ("totp", "webauthn")  # what counts as a second factor: recovery codes alone are none


class District(Named):
    """A part of the state."""

    name = models.CharField(max_length=40, unique=True)


class Unit(Named):
    """People who work together. With its district it bounds what its people see and do."""

    name = models.CharField(max_length=40, unique=True)
    district = models.ForeignKey(
        District, on_delete=models.PROTECT, null=True, blank=True, related_name="units"
    )


class PersonManager(BaseUserManager["Person"]):
    """With the type of its rows."""


@enforces("6.e.i/own", "6.a.i.2/own", "IA-5.passwords/stored")
class Person(AbstractBaseUser):
    """One human being's named account; never deleted, because the log names it. `username` is lower case."""

    sealed_without = (
        *("last_login", "full_name", "badge", "rank", "unit", "agency", "sworn"),
        *("employed_since", "employed_until", "role", "supervisor"),
        *("must_change_password", "may_enroll", "created"),
    )
    password = SealedTextField(max_length=128, late=True)  # its hash, for this account alone

    username = models.CharField(
        max_length=32,
        unique=True,
        validators=[
            RegexValidator(
                USERNAME,
                "A username has 2 to 32 letters, digits, dots or dashes, and begins with a letter.",
            )
        ],
        error_messages={"unique": "This username is taken. Usernames are never reused."},
    )
    full_name = models.CharField(max_length=100)
    badge = models.CharField(
        max_length=20, unique=True, error_messages={"unique": "This badge number belongs to another person."}
    )
    rank = models.CharField(max_length=40, blank=True)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="people")
    agency = models.CharField("agency (ORI)", max_length=9, blank=True)  # empty: this agency
    sworn = models.BooleanField(default=False)
    # Employed by the Department, from the first day to the last; without a first day, not at all.
    employed_since = models.DateField(null=True, blank=True)
    employed_until = models.DateField(null=True, blank=True)
    # Role, unit and supervisor come from the access in force (access/models.py), which keeps their history.
    role = models.CharField(
        max_length=20, choices=Role.choices(), blank=True
    )  # empty before the first approval
    supervisor = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="supervises"
    )
    must_change_password = models.BooleanField(default=False)
    # May set up a first second factor: after account creation or a factor reset, until there is one.
    may_enroll = models.BooleanField(default=False)
    created = models.DateTimeField(default=clock.now, editable=False)

    objects = PersonManager()

    answers: "dict[Callable[[Person], Any], Any] | None" = None  # of one request (page_answers.py)

    USERNAME_FIELD = "username"

    class Meta:
        ordering = ["full_name"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(username=Lower("username")), name="person_username_lower"
            ),
            models.CheckConstraint(
                condition=models.Q(role__in=["", *[role.value for role in Role]]), name="person_role_known"
            ),
            models.CheckConstraint(
                condition=~models.Q(supervisor=models.F("id")),
                name="person_not_own_supervisor",
                violation_error_message="A person cannot be their own supervisor.",
            ),
            models.CheckConstraint(
                condition=models.Q(employed_until=None)
                | models.Q(employed_since__isnull=False, employed_until__gte=models.F("employed_since")),
                name="person_employed_in_order",
                violation_error_message="Employment cannot end before it begins.",
            ),
        ]

    def __str__(self) -> str:
        return self.full_name

    @enforces("IA-5.passwords/stored", "6.j.i/proven")
    def check_password(self, raw_password: str | None) -> bool:
        """No password is right for an account whose own was altered in the database. What is right is not stored again
        in a newer form: that would be a change without an act."""
        return is_sealed(self) and check_password(raw_password, self.password)

    @property
    def titled(self) -> str:
        """The name with the rank before it."""
        return f"{self.rank} {self.full_name}".strip()

    def get_absolute_url(self) -> str:
        return reverse("people:person", args=[self.pk])

    @property
    def is_active(self) -> bool:  # type: ignore[override]
        """For Django. Authorization is computed at each request: see access/standing.py."""
        return True

    @property
    def employment(self) -> Employment:
        """What of this person decides which roles they may have."""
        here = self.agency in ("", settings.AGENCY_ORI)
        return Employment(here, self.sworn, self.employed_since, self.employed_until)

    @cached_property
    def enrolled(self) -> bool:
        """Whether there is a second factor; recovery codes alone do not count. The query of a session has it already:
        see backends.py."""
        return bool(Authenticator.objects.filter(user=self, type__in=FACTORS).exists())

    @cached_property
    def unit_name(self) -> str:
        """Which every page shows; empty without a unit. The query of a session has it, too."""
        return self.unit.name if self.unit else ""

    @property
    def permissions(self) -> frozenset[Permission]:
        """What this person's role may do, so that pages show only what can be done."""
        return permitted(Role(self.role)) if self.role else frozenset()


class ByPerson(Row):
    """What a person said or did, and when."""

    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        abstract = True


class Terminal(Named):
    """A browser in a patrol vehicle or at a dispatch console, known by a secret that only it holds; a revoked one has
    no seal."""

    sealed_without = ("used_at", "revoked_at", "revoked_by")

    class Kind(models.TextChoices):
        DISPATCH = "dispatch", "Dispatch console"
        PATROL = "patrol", "Patrol terminal"

    name = models.CharField(
        max_length=40, unique=True, error_messages={"unique": "A terminal with this name already exists."}
    )
    kind = models.CharField(max_length=10, choices=Kind)
    # Keyed hash: of the code until the browser has redeemed it, then of the browser's own secret.
    secret = models.CharField(max_length=64, unique=True)
    issued_by = models.CharField(max_length=120)
    issued_at = models.DateTimeField(default=clock.now)
    taken_at = models.DateTimeField(null=True, blank=True)
    used_at = models.DateTimeField(null=True, blank=True)  # the latest sign-in there
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.CharField(max_length=120, blank=True)
    seal = RowSealField()


@enforces("6.a.i.2/own")
class SignIn(Row):
    """Where a person is signed in: at most once at a desk and once at a registered terminal.

    The live one is the one whose `token` the session carries.
    """

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="sign_ins")
    terminal = models.ForeignKey(
        Terminal, on_delete=models.PROTECT, null=True, blank=True, related_name="sign_ins"
    )
    token = models.UUIDField(unique=True)
    began_at = models.DateTimeField()
    proved_at = models.DateTimeField()  # when the person last proved who they are
    factor_at = models.DateTimeField(null=True, blank=True)  # when they last did so with a second factor
    seen_at = models.DateTimeField()  # last activity
    locked_at = models.DateTimeField(null=True, blank=True)
    address = models.CharField(max_length=45, blank=True)
    client = models.CharField(max_length=120)  # the browser that it is bound to: see clients.py
    # The browser's key and the latest mark: see binding.py. A browser without scripts has no key.
    key = models.CharField(max_length=100, blank=True)
    step = models.PositiveIntegerField(default=1)
    step_at = models.DateTimeField(null=True, blank=True)
    step_seen_at = models.DateTimeField(null=True, blank=True)
    places = models.JSONField(default=list)  # addresses from which the key was proved
    ended = models.CharField(max_length=400, blank=True)  # why it ended, until its owner has been notified

    class Meta:
        verbose_name = "session"
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=models.Q(terminal=None), name="sign_in_one_at_a_desk"
            ),
            models.UniqueConstraint(
                fields=["person"],
                condition=models.Q(terminal__isnull=False),
                name="sign_in_one_at_a_terminal",
            ),
        ]


@enforces("AC-7/lock", "AC-7/strangers")
class FailedTry(Row):
    """A wrong password, code or key. Kept for a day; the audit log keeps it permanently."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, null=True, related_name="failed_tries")
    at = models.DateTimeField(default=clock.now, db_index=True)
    address = models.CharField(
        max_length=45, blank=True
    )  # or its network: see core/audit/repeated_refusals.py

    class Meta:
        indexes = [
            models.Index(fields=["person", "at"], name="failed_try_of"),
            models.Index(fields=["address", "at"], name="failed_try_from"),
        ]


class CacheRow(Row):
    """Django's database cache: sign-in limits and used one-time codes, shared by every process of the hub."""

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "people_cache"
