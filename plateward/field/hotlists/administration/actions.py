"""Changes to lists, to how their alerts are verified, and to reasons: each is an act, and a revision if readers must
hear of it."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from plateward.core.audit.actor import Actor
from plateward.core.audit.events import Event
from plateward.core.audit.log import act
from plateward.core.db.locking import change_row
from plateward.core.decisions.rules import must_say
from plateward.field.hotlists.models import EncounterBasis, HotList, Reason, Revision
from plateward.field.hotlists.reasons import REASONS, why_barred
from plateward.field.hotlists.signals import entries_changed, entries_ended
from plateward.ground import clock
from plateward.ground.errors import ActError
from plateward.ground.policy.decision import Decision, Refusal, Refused, require
from plateward.ground.policy.trace import enforces
from plateward.people.models import Person, Unit

FIELDS = (
    *("name", "source", "kind", "owner", "covert", "roles", "alarms", "priority", "sound"),
    "through_dispatch",
    *("refresh_times", "stale_after_hours", "hold_below", "hold_above", "hold_from"),
)
AT_ONCE = 500  # ids per signal
BASIS = "6.e.iv.3"


class AdministrationError(ActError):
    """The change to a list or reason cannot be made; the message says why."""


@enforces("6.c.ii/lists", "6.b.i.9/entries")
def save_list(
    actor: Actor, hotlist: HotList, values: Mapping[str, Any], people: Iterable[Person], units: Iterable[Unit]
) -> HotList:
    """Create a list (`hotlist` is not stored yet), or change a list's settings. Takes the values of FIELDS.
    Returns the list as stored. Raises AdministrationError."""
    with act(actor, Event.HOTLIST_UPDATE, f"hotlist:{values['name']}") as entry:
        people, units = list(people), list(units)
        hotlist = HotList.locked(hotlist.pk) if hotlist.pk else HotList()
        if hotlist.retired_at:
            raise AdministrationError(
                f"{hotlist.name} is retired: nothing on it matches and its settings cannot change."
            )
        if HotList.objects.filter(name=values["name"]).exclude(pk=hotlist.pk).exists():
            raise AdministrationError(f"A list named {values['name']} already exists.")
        if values["covert"] and not people:
            raise AdministrationError(
                "A covert list is only for the people it names (clause 6.c.ii). Choose at least one."
            )
        if values["covert"] and values["through_dispatch"]:
            raise AdministrationError(
                "Covert list alerts are only for the people the list names (clause 6.c.ii), not Communications. "
                "Choose covert or Communications."
            )
        before = {name: getattr(hotlist, name) if hotlist.pk else "" for name in FIELDS}
        differ = [name for name in FIELDS if before[name] != values[name]]
        changed = [f"{name}: {before[name]} → {values[name]}" for name in differ]
        if hotlist.pk:
            change_row(hotlist, **{name: values[name] for name in differ})
        else:
            hotlist = HotList.objects.create(**{name: values[name] for name in FIELDS})
        hotlist.people.set(people)
        hotlist.units.set(units)
        entry.note(
            changed=changed,
            covert=hotlist.covert,
            people=sorted(item.username for item in people),
            units=sorted(item.name for item in units),
        )
        _add_revision(actor, hotlist)
    return hotlist


@enforces("6.b.i.9/entries")
def retire_list(actor: Actor, hotlist: HotList) -> None:
    """Nothing on it matches from now on; all its entries are kept. Raises AdministrationError."""
    with act(actor, Event.HOTLIST_UPDATE, f"hotlist:{hotlist.name}") as entry:
        if HotList.locked(hotlist.pk).retired_at:
            raise AdministrationError(f"{hotlist.name} is already retired.")
        ids = list(hotlist.entries.in_force().order_by().values_list("pk", flat=True))
        HotList.objects.filter(pk=hotlist.pk).update(retired_at=clock.now())
        entry.note(retired=True, entries=len(ids))
        _add_revision(actor, hotlist)
        for start in range(0, len(ids), AT_ONCE):
            entries_ended.send(
                HotList,
                entries=ids[start : start + AT_ONCE],
                cause=Revision.Cause.SETTINGS,
                reason="Its list was retired.",
            )


def _add_revision(actor: Actor, hotlist: HotList) -> None:
    revision = Revision.objects.create(
        hotlist=hotlist, cause=Revision.Cause.SETTINGS, by=actor.key, at=clock.now()
    )
    entries_changed.send(HotList, hotlist=hotlist, revision=revision)


@enforces("5.f/open", "SB40.use/surveillance", "SB40.use/traffic")
def add_reason(actor: Actor, text: str, legal_basis: str) -> Reason:
    """Add a reason (5.f is open). Raises Refused if SB 40 bars it, AdministrationError."""
    with act(actor, Event.REASON_ADD, f"reason:{text}", reason=legal_basis) as entry:
        if objection := why_barred(text) or why_barred(legal_basis):
            raise Refused(
                Refusal(
                    "SB40.use",
                    f"{objection}.",
                    "This reason cannot be added; if in doubt, ask agency counsel.",
                    field="text" if why_barred(text) else "legal_basis",
                )
            )
        key = re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")[:40].strip("_")
        used_texts = {words.casefold() for words in Reason.texts().values()}
        if (
            not key
            or key in REASONS
            or text.casefold() in used_texts
            or Reason.objects.filter(pk=key).exists()
        ):
            raise AdministrationError(
                f"“{text}” is already a reason, or too similar. Use different words.", "text"
            )
        entry.note(key=key)
        return Reason.objects.create(key=key, text=text, legal_basis=legal_basis, added_by=actor.key)


@enforces("5.f/open")
def retire_reason(actor: Actor, reason: Reason) -> None:
    """No new entry may give it; existing entries keep it. Raises AdministrationError."""
    with act(actor, Event.REASON_RETIRE, f"reason:{reason.key}"):
        if not Reason.objects.filter(pk=reason.pk, retired_at=None).update(retired_at=clock.now()):
            raise AdministrationError(f"“{reason.text}” is already retired.")


@enforces("6.e.iv.3/ncic", "6.b.i.9/entries")
def set_basis(actor: Actor, hotlist: HotList, legal_basis: str) -> EncounterBasis:
    """From now on the entering unit's word suffices for an encounter on this list. Raises Refused."""
    with act(actor, Event.HOTLIST_BASIS, f"hotlist:{hotlist.pk}", reason=legal_basis) as entry:
        locked = HotList.locked(hotlist.pk)
        entry.note(suffices=True)
        require(_may_set(locked, legal_basis, in_force=locked.encounter_bases.filter(ends=None).exists()))
        return EncounterBasis.objects.create(
            hotlist=locked, legal_basis=legal_basis.strip(), begins=clock.now(), begun_by=actor.key
        )


@enforces("6.e.iv.3/ncic", "6.b.i.9/entries")
def revoke_basis(actor: Actor, hotlist: HotList, reason: str) -> None:
    """From now on it does not, even for open alerts. Raises Refused."""
    with act(actor, Event.HOTLIST_BASIS, f"hotlist:{hotlist.pk}", reason=reason) as entry:
        HotList.locked(hotlist.pk)
        basis = EncounterBasis.objects.filter(hotlist=hotlist, ends=None).first()
        entry.note(suffices=False)
        require(_may_revoke(reason, in_force=basis is not None))
        assert basis is not None  # noqa: S101  # the rule requires it
        change_row(basis, ends=clock.now(), ended_by=actor.key, end_reason=reason.strip())


def _may_set(hotlist: HotList, legal_basis: str, *, in_force: bool) -> Decision:
    if hotlist.kind != HotList.Kind.AGENCY:
        return Refusal(
            BASIS,
            f"The list {hotlist} belongs to {hotlist.source}, not this agency.",
            "Only an NCIC hit verifies its entries.",
        )
    if in_force:
        return Refusal(BASIS, "This setting is already in effect.", "Reload the page.")
    help = "Enter the statute, order or counsel's opinion, with its date."
    return must_say(BASIS, legal_basis, "The legal basis is too short.", help, "")


def _may_revoke(reason: str, *, in_force: bool) -> Decision:
    if not in_force:
        return Refusal(BASIS, "This setting is already in effect.", "Reload the page.")
    return must_say(BASIS, reason, "The reason is too short.", "State why in a sentence.", "")
