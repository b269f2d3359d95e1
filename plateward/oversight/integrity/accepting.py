"""Two people end what is red for good: one proposes that altered records stand as they are, another confirms. Each is
an act with its entry."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from plateward.core.audit import accepting
from plateward.core.audit.accepting import Altered
from plateward.core.audit.events import Event
from plateward.core.audit.log import act
from plateward.core.audit.records.gate import as_recorded
from plateward.core.audit.records.integrity import OF_SUMS
from plateward.core.db.locking import change_row, lock_row
from plateward.ground import clock
from plateward.ground.policy.decision import require
from plateward.ground.policy.trace import enforces
from plateward.oversight.integrity import rules
from plateward.oversight.integrity.actions import check_soon
from plateward.oversight.integrity.models import Acceptance, CheckState, FoundFault
from plateward.people.actor import PersonActor
from plateward.people.actor_names import people_named
from plateward.people.notices.actions import notify, people_with, settle_matter
from plateward.people.notices.kinds import Kind
from plateward.people.permissions import Permission

RECORDS = "audit.records"  # the check


@dataclass(frozen=True)
class AlteredSince:
    """What differs from the log now, and since when the monitor knows. `opens`: its seals hold."""

    altered: Altered
    since: datetime | None
    opens: bool


def found_now() -> list[AlteredSince]:
    """Of the tables in which the monitor found something."""
    faults = FoundFault.objects.filter(state=RECORDS, ended_at=None)
    since = {fault.object: fault.found_at for fault in faults}
    of_sums = [at for name, at in since.items() if name.startswith(OF_SUMS)]
    every = accepting.altered(sorted({fault.at for fault in faults}), sums=bool(of_sums))
    return [
        AlteredSince(one, since.get(one.name, min(of_sums, default=None)), accepting.opens(one))
        for one in every
    ]


@enforces("6.b.i.9/records", "6.b.i.3/integrity")
def propose(actor: PersonActor, these: Sequence[Altered], reason: str) -> Acceptance:
    """Ask another person who handles breaches to let these stand. Raises Refused."""
    with act(actor, Event.AUDIT_PROPOSE, "altered records", reason=reason) as entry:
        broken = [one.name for one in these if not accepting.opens(one)]
        require(rules.may_propose(len(these), broken, reason))
        made = Acceptance.objects.create(
            what=[asdict(one) for one in these], reason=reason.strip(), proposed_by=actor.key
        )
        entry.note(
            acceptance=made.pk, altered=[one.name for one in these], found=[one.found for one in these]
        )
        others = people_with(Permission.BREACH_HANDLE).exclude(pk=actor.person.pk)
        words = (
            f"{actor.person} proposes to accept what was altered past the hub, as it is now (6.b.i.9): "
            f"{', '.join(one.name for one in these)}."
        )
        notify(others, Kind.INTEGRITY_DECIDE, words[:400], made)
    return made


@enforces("6.b.i.9/records", "6.b.i.3/integrity")
def decide(actor: PersonActor, proposal: Acceptance, *, approve: bool, note: str) -> None:
    """Confirm it, so that the log has these records as they are now from this entry on; or return it. Raises
    Refused."""
    event = Event.AUDIT_ACCEPT if approve else Event.AUDIT_RETURN
    with act(actor, event, f"acceptance:{proposal.pk}", reason=note.strip()) as entry:
        proposal = lock_row(proposal)
        require(as_recorded(proposal))
        these = [Altered(**one) for one in proposal.what]
        require(
            rules.may_decide(
                own=proposal.proposed_by == actor.key,
                decided=proposal.decided_at is not None,
                approve=approve,
                as_seen=not approve or accepting.are_as_seen(these),
                note=note,
            )
        )
        entry.note(
            proposed_by=proposal.proposed_by,
            proposed_reason=proposal.reason,
            altered=[one.name for one in these],
            found=[one.found for one in these],
        )
        if approve:
            accepting.accept(entry, these)
            check_soon(CheckState.objects.get(pk=RECORDS))
        change_row(
            proposal, decided_at=clock.now(), decided_by=actor.key, approved=approve, note=note.strip()
        )
        settle_matter(Kind.INTEGRITY_DECIDE, proposal)
        result = "was confirmed" if approve else f"was returned: {note.strip()}"
        notify(
            people_named(proposal.proposed_by), Kind.INTEGRITY_ANSWER, f"{proposal} {result}"[:400], proposal
        )
