"""Hot lists, their entries, and each revision that changed them. Nothing is overwritten: a change ends one
entry and begins another."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from uuid_utils.compat import uuid7

from plateward.core.db.row import Named, NewestFirst, Row
from plateward.core.jobs.lease import Leased
from plateward.core.pages.models import HasPage
from plateward.field.hotlists.line_digest import DECIDING, line_digest
from plateward.field.hotlists.reasons import PRIORITIES, REASONS
from plateward.ground import clock
from plateward.ground.links.ncic.messages import NIC
from plateward.ground.matching.kinds import DEFAULT_ALARMS
from plateward.ground.policy.trace import enforces
from plateward.people.actor_names import MAX_ACTOR_KEY
from plateward.people.models import Unit

# Alarm sounds; "standard" uses the pattern of the alert's priority (frontend/src/sound.js).
SOUNDS = {"standard": "By priority", "urgent": "Urgent", "plain": "Plain", "soft": "Soft", "none": "No sound"}


def default_alarms() -> dict[str, str]:
    """What each kind of match does unless the administrator changes it."""
    return dict(DEFAULT_ALARMS)


class Reason(Row):
    """A reason that the administrator added to the policy's own (reasons.py): OPR:50 5.f is open."""

    key = models.SlugField(max_length=40, primary_key=True)
    text = models.CharField(max_length=80, unique=True)
    legal_basis = models.CharField(max_length=200)
    added_by = models.CharField(max_length=MAX_ACTOR_KEY)
    added_at = models.DateTimeField(default=clock.now)
    retired_at = models.DateTimeField(null=True, help_text="No new entry may give it from then on.")

    class Meta:
        ordering = ["text"]

    @classmethod
    def texts(cls) -> dict[str, str]:
        """The words of every reason by its key, the policy's own first."""
        return REASONS | dict(cls.objects.values_list("key", "text"))

    @classmethod
    def current(cls) -> dict[str, str]:
        """The reasons that a new entry may give."""
        return REASONS | dict(cls.objects.filter(retired_at=None).values_list("key", "text"))


class HotList(Named, HasPage):
    """A list from one source, such as NCIC or the agency: who sees it, how it rings, when it is stale."""

    page_route = "hotlists:list"

    class Kind(models.TextChoices):
        NCIC = "ncic", "NCIC extract"
        STATE = "state", "State list"
        AGENCY = "agency", "This agency's own list"
        OUTSIDE = "outside", "Outside agency's list"

    name = models.CharField(max_length=60, unique=True)
    source = models.CharField(max_length=60, help_text="Who supplies it: NCIC, a state, an agency.")
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.OUTSIDE)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    # The audience: who may see the list and is alerted by it. If empty: everybody whose duties include hot
    # lists. A covert list is only for the people it names.
    covert = models.BooleanField(default=False)
    people = models.ManyToManyField(settings.AUTH_USER_MODEL, blank=True, related_name="+")
    units = models.ManyToManyField(Unit, blank=True, related_name="+")
    roles = models.JSONField(default=list, blank=True)
    alarms = models.JSONField(default=default_alarms, help_text="By match kind: ring, show or off.")
    priority = models.CharField(max_length=6, choices=[(p, p.title()) for p in PRIORITIES], default="normal")
    sound = models.CharField(max_length=8, choices=list(SOUNDS.items()), default="standard")
    through_dispatch = models.BooleanField(
        default=False,
        help_text="Each alert of it opens a call for service, whichever reader saw the vehicle.",
    )
    refresh_times = models.JSONField(
        default=list,
        blank=True,
        help_text="Times of day by which a new copy is due, as 06:00, in the agency's zone.",
    )
    stale_after_hours = models.PositiveIntegerField(
        null=True,
        blank=True,
        help_text="Older than this, nothing on it matches. Empty: it does not go stale.",
    )
    refreshed_at = models.DateTimeField(
        null=True, help_text="When its last file was applied, or was found unchanged. Null: none ever was."
    )
    # A load that changes the list's size by more than this waits for a person; small lists are exempt.
    hold_below = models.PositiveSmallIntegerField(
        default=50, help_text="Percent: a load that leaves this share of the list or less waits."
    )
    hold_above = models.PositiveSmallIntegerField(
        default=200, help_text="Percent: a load that makes the list this share of itself or more waits."
    )
    hold_from = models.PositiveIntegerField(
        default=100, help_text="Lists of fewer entries than this, before and after, never wait."
    )
    # Set from the outcomes of its alerts: see alerts/outcomes.
    floor = models.PositiveSmallIntegerField(
        default=50, help_text="Percent of its alerts that are on file when asked: below, it rings no more."
    )
    muted_at = models.DateTimeField(null=True, help_text="It rings nothing until it is reviewed.")
    retired_at = models.DateTimeField(null=True)
    lines = models.BinaryField(null=True, help_text="The sealed sum of its entries in force (line_sums.py).")

    @classmethod
    def locked(cls, pk: int) -> "HotList":
        """The current row, locked to the end of the act: other changes of the list or its entries come before
        or after."""
        return cls.objects.select_for_update(no_key=True).get(pk=pk)


class NoticeOptOut(Row):
    """A person who turned off their notices about a list (notices.py)."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    hotlist = models.ForeignKey(HotList, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "hotlist"], name="one_notice_opt_out_per_person_and_list"
            )
        ]


@enforces("6.e.iv.3/ncic")
class EncounterBasis(Row):
    """While in force, the entering unit's word that an entry is active suffices for an encounter, without an
    NCIC hit: the Chief's reading of OPR:50 6.e.iv.3 for one list of the agency's own."""

    hotlist = models.ForeignKey(HotList, on_delete=models.PROTECT, related_name="encounter_bases")
    legal_basis = models.CharField(max_length=400)
    begins = models.DateTimeField(default=clock.now)
    begun_by = models.CharField(max_length=MAX_ACTOR_KEY)
    ends = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=MAX_ACTOR_KEY, blank=True)
    end_reason = models.CharField(max_length=400, blank=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["hotlist"], condition=Q(ends=None), name="one_encounter_basis_per_list"
            )
        ]

    @classmethod
    def in_force(cls) -> "models.QuerySet[EncounterBasis]":
        """Those not revoked, on the agency's own lists."""
        return cls.objects.filter(ends=None, hotlist__kind=HotList.Kind.AGENCY)


class Revision(NewestFirst):
    """One change of one list. It is in force from `at`; until then it is being prepared."""

    class Cause(models.TextChoices):
        LOAD = "load", "A file was loaded"
        ENTRY = "entry", "An entry was approved"
        REMOVAL = "removal", "An entry was removed"
        RECALL = "recall", "An entry was recalled"
        SETTINGS = "settings", "The list's settings were changed"

    hotlist = models.ForeignKey(HotList, on_delete=models.PROTECT, related_name="revisions")
    cause = models.CharField(max_length=8, choices=Cause)
    by = models.CharField(max_length=MAX_ACTOR_KEY)
    at = models.DateTimeField(null=True, db_index=True)
    why = models.CharField(max_length=250, blank=True, help_text="Of a recall, in the words of who did it.")
    lines = models.BinaryField(
        null=True, help_text="As its list's, when it came in force; null: no entry changed."
    )


class Load(Leased, HasPage):
    """One file for one list: received, previewed, then applied or discarded; leased while a process works on
    it. imports/store.py holds its content."""

    page_route = "hotlists:load"

    class State(models.TextChoices):
        RECEIVING = "receiving", "Being received"
        RECEIVED = "received", "Waiting to be checked"
        LOOKING = "looking", "Being checked"
        LOOKED = "looked", "Waiting for a person"
        HELD = "held", "Held: a person must look at it first"
        APPROVED = "approved", "Waiting to be applied"
        APPLYING = "applying", "Being applied"
        APPLIED = "applied", "Applied"
        UNCHANGED = "unchanged", "The same file again"
        DISCARDED = "discarded", "Discarded"
        FAILED = "failed", "Not applied"

    hotlist = models.ForeignKey(HotList, on_delete=models.PROTECT, related_name="loads")
    file_name = models.CharField(max_length=200)
    format = models.CharField(max_length=80, default="csv", help_text="csv, ncic:VERSION, NAME:VERSION.")
    size = models.BigIntegerField(default=0, help_text="Bytes.")
    sha256 = models.CharField(max_length=64, blank=True)
    by = models.CharField(max_length=MAX_ACTOR_KEY)
    state = models.CharField(max_length=9, choices=State, default=State.RECEIVING)
    looked_at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True)
    base_at = models.DateTimeField(
        null=True,
        help_text="When its list had last changed as it was looked at: what it found holds until then.",
    )
    decided_by = models.CharField(
        max_length=MAX_ACTOR_KEY, blank=True, help_text="Who had it applied, or discarded it."
    )
    revision = models.OneToOneField(Revision, on_delete=models.PROTECT, null=True, related_name="load")
    error = models.CharField(max_length=400, blank=True)
    rows = models.PositiveIntegerField(default=0, help_text="Lines that can be taken.")
    before = models.PositiveIntegerField(default=0, help_text="Entries in force when it was looked at.")
    added = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    removed = models.PositiveIntegerField(default=0)
    rejected = models.PositiveIntegerField(default=0)
    held_back = models.PositiveIntegerField(
        default=0, help_text="Lines that would list a plate again which was recalled here (recall/)."
    )
    named = models.PositiveIntegerField(
        default=0, help_text="New or changed lines that name a vehicle of the register (protected/)."
    )

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["hotlist"], condition=Q(state="applying"), name="one_load_applied_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.file_name} for {self.hotlist}"

    @property
    def waits(self) -> bool:
        """Whether the hub still has to act: a page that shows the load polls."""
        return self.state in (
            self.State.RECEIVED,
            self.State.LOOKING,
            self.State.APPROVED,
            self.State.APPLYING,
        )

    @property
    def decidable(self) -> bool:
        """Whether a person may still apply or discard it."""
        return self.state in (self.State.LOOKED, self.State.HELD)


def is_own(kind: str, nic: str) -> bool:
    """Whether this agency answers for an entry of a list of this kind. An entry with an NCIC record is
    NCIC's, on any list."""
    return kind == HotList.Kind.AGENCY and not NIC.fullmatch(nic)


class Entries(models.QuerySet["Entry"]):
    """Queries for entries."""

    def in_force(self) -> "Entries":
        """Begun by a revision in force and ended by none. Matching checks expiry and stale lists."""
        return self.filter(
            Q(ended=None) | Q(ended__at=None), began__at__isnull=False, hotlist__retired_at=None
        )


class Entry(models.Model):
    """A wanted plate, from one revision until another ends it."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    hotlist = models.ForeignKey(HotList, on_delete=models.PROTECT, related_name="entries")
    plate = models.CharField(
        max_length=20, help_text="As the source wrote it; ? is one unknown character, * any."
    )
    bare = models.CharField(max_length=20, help_text="The plate without spaces and dashes.")
    state = models.CharField(max_length=2, blank=True)
    plate_type = models.CharField(max_length=2, blank=True, help_text="NCIC's LIT code, e.g. PC or TK.")
    plate_year = models.CharField(max_length=4, blank=True)
    reason = models.CharField(max_length=40, help_text="A key of Reason.texts().")
    priority = models.CharField(max_length=6, choices=[(p, p) for p in PRIORITIES])
    expires_at = models.DateTimeField(null=True)
    vehicle = models.CharField(
        max_length=120, blank=True, help_text="Year, make, model, style, color, in words."
    )
    nic = models.CharField(
        max_length=20, blank=True, help_text="The source's own number of the record, e.g. its NIC."
    )
    ori = models.CharField(max_length=9, blank=True, help_text="The agency that entered it.")
    listed_on = models.DateField(null=True, help_text="When the source listed it.")
    number = models.CharField(max_length=40, blank=True, help_text="CAD or case number.")
    began = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="begun")
    ended = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="ended", null=True)
    digest = models.BinaryField(help_text="Keyed, of all that decides of it (line_digest.py).")

    objects = Entries.as_manager()

    class Meta:
        ordering = ["plate", "state", "nic"]
        constraints = [
            models.UniqueConstraint(
                fields=["hotlist", "bare", "state", "nic"],
                condition=Q(ended=None),
                name="one_live_entry_per_plate",
            )
        ]
        indexes = [models.Index(fields=["bare"], name="entry_by_plate")]

    def __str__(self) -> str:
        return f"{self.plate} {self.state}".strip()

    def save(self, *args: Any, **more: Any) -> None:
        """An entry's digest is made once, as it begins."""
        if self._state.adding:
            fields = {field.attname: field for field in self._meta.concrete_fields}
            values = [fields[name].to_python(getattr(self, name)) for name in DECIDING]
            self.digest = line_digest(self.pk, values)
        super().save(*args, **more)

    @property
    def own(self) -> bool:
        """Whether this agency answers for it."""
        return is_own(self.hotlist.kind, self.nic)

    @property
    def reason_text(self) -> str:
        """The reason in words."""
        return REASONS.get(self.reason) or Reason.objects.get(pk=self.reason).text
