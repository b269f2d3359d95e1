"""How alerts of the agency's own lists are verified: set by the Chief for each list, off by default, and
reported as a reading of the policy while in force."""

from plateward import clock
from plateward.audit.actor import Actor
from plateward.audit.events import Event
from plateward.audit.log import act
from plateward.hotlists.models import EncounterBasis, HotList
from plateward.policy.decision import Allow, Decision, Refusal, require
from plateward.policy.review import says_enough
from plateward.policy.trace import enforces

CLAUSE = "6.e.iv.3"
LETTERS = 20  # minimum letters of a legal basis, and of the reason to revoke it


@enforces("6.e.iv.3", "6.b.i.9")
def set_basis(actor: Actor, hotlist: HotList, legal_basis: str) -> EncounterBasis:
    """From now on the entering unit's word suffices for an encounter on this list. Raises Refused."""
    with act(actor, Event.HOTLIST_BASIS, f"hotlist:{hotlist.pk}", reason=legal_basis) as entry:
        locked = HotList.locked(hotlist.pk)
        entry.note(suffices=True)
        require(_may_set(locked, legal_basis, in_force=locked.encounter_bases.filter(ends=None).exists()))
        return EncounterBasis.objects.create(
            hotlist=locked, legal_basis=legal_basis.strip(), begins=clock.now(), begun_by=actor.key
        )


@enforces("6.e.iv.3", "6.b.i.9")
def revoke_basis(actor: Actor, hotlist: HotList, reason: str) -> None:
    """From now on it does not, even for open alerts. Raises Refused."""
    with act(actor, Event.HOTLIST_BASIS, f"hotlist:{hotlist.pk}", reason=reason) as entry:
        HotList.locked(hotlist.pk)
        basis = EncounterBasis.objects.filter(hotlist=hotlist, ends=None).first()
        entry.note(suffices=False)
        require(_may_revoke(reason, in_force=basis is not None))
        assert basis is not None  # noqa: S101  # the rule requires it
        basis.ends, basis.ended_by, basis.end_reason = clock.now(), actor.key, reason.strip()
        basis.save(update_fields=["ends", "ended_by", "end_reason"])


def _may_set(hotlist: HotList, legal_basis: str, *, in_force: bool) -> Decision:
    if hotlist.kind != HotList.Kind.AGENCY:
        return Refusal(
            CLAUSE,
            f"The list {hotlist} belongs to {hotlist.source}, not this agency.",
            "Only an NCIC hit verifies its entries.",
        )
    if in_force:
        return Refusal(CLAUSE, "This setting is already in effect.", "Reload the page.")
    return _require_text(
        legal_basis, "The legal basis", "Enter the statute, order or counsel's opinion, with its date."
    )


def _may_revoke(reason: str, *, in_force: bool) -> Decision:
    if not in_force:
        return Refusal(CLAUSE, "This setting is already in effect.", "Reload the page.")
    return _require_text(reason, "The reason", "State why in a sentence.")


def _require_text(text: str, label: str, help: str) -> Decision:
    if says_enough(text, LETTERS):
        return Allow()
    return Refusal(CLAUSE, f"{label} is too short.", help)
