"""OPR:50 itself, the CJIS Security Policy and SB 40: a new edition that this software brings opens the duty to update
training and to retrain, as a changed protocol does. What the agency records of the policy's text is a protocol."""

from plateward.core.audit.actor import HUB
from plateward.core.audit.events import Event
from plateward.core.audit.log import act
from plateward.core.db.locking import lock_name
from plateward.ground.policy.packs import Pack, packs
from plateward.ground.policy.trace import enforces
from plateward.people import days
from plateward.people.access.standing import authorized_administrators
from plateward.people.documents.models import PolicyEdition
from plateward.people.documents.rules import retrain_by
from plateward.people.permissions import Role
from plateward.people.training.actions.changes import Change, open_duties
from plateward.people.training.models import Duty

TEACHES = {"CJIS": "cjis"}  # by pack, the code of its course; of the others the policy's own


@enforces("6.d.iv/policy")
def note_editions() -> None:
    """Record each edition that is new here. The first is what training began with; a further one opens duties, as soon
    as there is an administrator to own them."""
    for pack in packs():
        if not _is_known(pack):
            with act(HUB, Event.POLICY_CHANGE, f"policy:{pack.id}") as entry:
                lock_name("policy.editions")
                entry.note(version=pack.version, sha256=pack.edition)
                if not _is_known(pack):  # another node may have been faster
                    _record(pack)


def _is_known(pack: Pack) -> bool:
    last = PolicyEdition.objects.filter(pack=pack.id).last()
    return last is not None and (last.sha256 == pack.edition or not authorized_administrators())


def _record(pack: Pack) -> None:
    before = PolicyEdition.objects.filter(pack=pack.id).last()
    PolicyEdition.objects.create(pack=pack.id, version=pack.version, sha256=pack.edition)
    if before:
        change = Change(
            Duty.Kind.POLICY,
            reference=f"{pack.id} {pack.edition[:12]}",
            title=f"{pack.id}: {pack.version}",
            what=f"{pack.title} changed. Before: {before.version}. Now: {pack.version}.",
            happened_on=days.today(),
            courses=(TEACHES.get(pack.id, "policy"),),
            roles=tuple(Role),
            retrain_due=retrain_by(days.today(), None, days.today()),
        )
        open_duties(HUB, change)
